# segc: ends the sessions that grants on fw have let in. Paste what you need.
# over: dmz.jump -> hmi : s7
/ip firewall connection remove [find where protocol=tcp src-address~"^10\\.1\\.0\\.5(:|/|\$)" dst-address~"^10\\.2\\.0\\.6:(102)\$"]
# open: dmz.jump -> plc : web
/ip firewall connection remove [find where protocol=tcp src-address~"^10\\.1\\.0\\.5(:|/|\$)" dst-address~"^10\\.2\\.0\\.5:(443)\$"]
# weekly: dmz.jump -> hmi, plc : s7, web
/ip firewall connection remove [find where protocol=tcp src-address~"^10\\.1\\.0\\.5(:|/|\$)" dst-address~"^10\\.2\\.0\\.5:(102|443)\$"]
/ip firewall connection remove [find where protocol=tcp src-address~"^10\\.1\\.0\\.5(:|/|\$)" dst-address~"^10\\.2\\.0\\.6:(102|443)\$"]

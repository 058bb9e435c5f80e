# segc: ends the sessions that grants on fw have let in. Paste what you need, on that host.
# over: dmz.jump -> hmi : s7
conntrack -D -f ipv4 -p tcp -s 10.1.0.5 -d 10.2.0.6 --dport 102
# open: dmz.jump -> plc : web
conntrack -D -f ipv4 -p tcp -s 10.1.0.5 -d 10.2.0.5 --dport 443
# weekly: dmz.jump -> hmi, plc : s7, web
conntrack -D -f ipv4 -p tcp -s 10.1.0.5 -d 10.2.0.5 --dport 102
conntrack -D -f ipv4 -p tcp -s 10.1.0.5 -d 10.2.0.5 --dport 443
conntrack -D -f ipv4 -p tcp -s 10.1.0.5 -d 10.2.0.6 --dport 102
conntrack -D -f ipv4 -p tcp -s 10.1.0.5 -d 10.2.0.6 --dport 443

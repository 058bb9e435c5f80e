# segc: ends the sessions that grants on fw have let in. Paste what you need.
# over: dmz.jump -> hmi : s7
sudo conntrack -D -f ipv4 -p tcp -s 10.1.0.5 -d 10.2.0.6 --dport 102
# open: dmz.jump -> plc : web
sudo conntrack -D -f ipv4 -p tcp -s 10.1.0.5 -d 10.2.0.5 --dport 443
# weekly: dmz.jump -> hmi, plc : s7, web
sudo conntrack -D -f ipv4 -p tcp -s 10.1.0.5 -d 10.2.0.5 --dport 102
sudo conntrack -D -f ipv4 -p tcp -s 10.1.0.5 -d 10.2.0.5 --dport 443
sudo conntrack -D -f ipv4 -p tcp -s 10.1.0.5 -d 10.2.0.6 --dport 102
sudo conntrack -D -f ipv4 -p tcp -s 10.1.0.5 -d 10.2.0.6 --dport 443

# segc: fw, as declared
# policy d6853a80d9619611
# APPLY.md says how to import it. What it makes is called segc-...
/ip firewall address-list
add address=10.1.0.0/24 comment=a list=segc-a
add address=10.1.0.1 comment=a.a1 list=segc-a.a1
add address=10.1.0.1 comment="a.a1, a.a2, a.a3, a.a4" list=segc-a.a1-a.a2-a.a3-a.a4-xd3lpn
add address=10.1.0.3 comment="a.a1, a.a2, a.a3, a.a4" list=segc-a.a1-a.a2-a.a3-a.a4-xd3lpn
add address=10.1.0.6 comment="a.a1, a.a2, a.a3, a.a4" list=segc-a.a1-a.a2-a.a3-a.a4-xd3lpn
add address=10.1.0.9 comment="a.a1, a.a2, a.a3, a.a4" list=segc-a.a1-a.a2-a.a3-a.a4-xd3lpn
add address=10.1.0.3 comment=a.a2 list=segc-a.a2
add address=10.1.0.6 comment=a.a3 list=segc-a.a3
add address=10.1.0.9 comment=a.a4 list=segc-a.a4
add address=10.1.0.16/28 comment=a.wide list=segc-a.wide
add address=10.2.0.0/24 comment=b list=segc-b
add address=10.2.0.1 comment=b.b1 list=segc-b.b1
add address=10.2.0.1 comment="b.b1, b.b2, b.b3" list=segc-b.b1-b.b2-b.b3-x73a3g
add address=10.2.0.4 comment="b.b1, b.b2, b.b3" list=segc-b.b1-b.b2-b.b3-x73a3g
add address=10.2.0.7 comment="b.b1, b.b2, b.b3" list=segc-b.b1-b.b2-b.b3-x73a3g
add address=10.2.0.4 comment=b.b2 list=segc-b.b2
add address=10.2.0.7 comment=b.b3 list=segc-b.b3
/ip firewall filter
add action=jump chain=forward comment="segc: what passes through" jump-target=segc-forward
add action=accept chain=segc-forward comment="sessions that were let in" connection-state=established
add action=accept chain=segc-forward comment="what ICMP says of these" connection-state=related protocol=icmp
add action=jump chain=segc-forward comment="from a, arrived where it lies" in-interface=eth0 jump-target=segc-from-a src-address-list=segc-a
add action=drop chain=segc-forward comment="a -> b, arrived elsewhere" dst-address-list=segc-b log=yes log-prefix="segc:b:a>b" src-address-list=segc-a
add action=jump chain=segc-forward comment="from b, arrived where it lies" in-interface=eth1.20 jump-target=segc-from-b src-address-list=segc-b
add action=drop chain=segc-forward comment="b -> a, arrived elsewhere" dst-address-list=segc-a log=yes log-prefix="segc:b:b>a" src-address-list=segc-b
add action=drop chain=segc-forward comment="anything else -> a" dst-address-list=segc-a log=yes log-prefix="segc:B:*>a"
add action=drop chain=segc-forward comment="anything else -> b" dst-address-list=segc-b log=yes log-prefix="segc:B:*>b"
add action=drop chain=segc-forward comment="anything else" log=yes log-prefix="segc:B:*>*"
# segc-from-a
add action=accept chain=segc-from-a comment="inside a" dst-address-list=segc-a
add action=accept chain=segc-from-a comment="c: left -> b1, b2, b3 : alpha" dst-address-list=segc-b.b1-b.b2-b.b3-x73a3g dst-port=1,3,5,7,9,11,13,15,17,19,21,23,25,27,29 protocol=tcp src-address-list=segc-a.a1-a.a2-a.a3-a.a4-xd3lpn
add action=accept chain=segc-from-a comment="c: left -> b1, b2, b3 : alpha" dst-address-list=segc-b.b1-b.b2-b.b3-x73a3g dst-port=31-33,40-44 protocol=tcp src-address-list=segc-a.a1-a.a2-a.a3-a.a4-xd3lpn
add action=accept chain=segc-from-a comment="c: left -> b1, b2, b3 : alpha" dst-address-list=segc-b.b1-b.b2-b.b3-x73a3g dst-port=5000-5003 protocol=udp src-address-list=segc-a.a1-a.a2-a.a3-a.a4-xd3lpn
add action=accept chain=segc-from-a comment="c: a1 -> b1 : p01, p02, p03, p04, p05, p06, p07, p08, p09, p10" dst-address-list=segc-b.b1 dst-port=702,704,708,714,716 protocol=tcp src-address-list=segc-a.a1
add action=accept chain=segc-from-a comment="c: a1 -> b1 : p01, p02, p03, p04, p05, p06, p07, p08, p09, p10" dst-address-list=segc-b.b1 dst-port=706,712,718 protocol=udp src-address-list=segc-a.a1
add action=accept chain=segc-from-a comment="c: a1 -> b1 : p01, p02, p03, p04, p05, p06, p07, p08, p09, p10" dst-address-list=segc-b.b1 dst-port=710,720 protocol=sctp src-address-list=segc-a.a1
add action=accept chain=segc-from-a comment="c: a2 -> b1 : p01" dst-address-list=segc-b.b1 dst-port=702 protocol=tcp src-address-list=segc-a.a2
add action=accept chain=segc-from-a comment="c: a2 -> b2 : p02" dst-address-list=segc-b.b2 dst-port=704 protocol=tcp src-address-list=segc-a.a2
add action=accept chain=segc-from-a comment="c: a2 -> b3 : p03" dst-address-list=segc-b.b3 dst-port=706 protocol=udp src-address-list=segc-a.a2
add action=accept chain=segc-from-a comment="c: a3 -> b1 : p04" dst-address-list=segc-b.b1 dst-port=708 protocol=tcp src-address-list=segc-a.a3
add action=accept chain=segc-from-a comment="c: a3 -> b2 : p05" dst-address-list=segc-b.b2 dst-port=710 protocol=sctp src-address-list=segc-a.a3
add action=accept chain=segc-from-a comment="c: a3 -> b3 : p06" dst-address-list=segc-b.b3 dst-port=712 protocol=udp src-address-list=segc-a.a3
add action=accept chain=segc-from-a comment="c: a4 -> b1 : p07, p08" dst-address-list=segc-b.b1 dst-port=714,716 protocol=tcp src-address-list=segc-a.a4
add action=accept chain=segc-from-a comment="c: a4 -> b3 : p09" dst-address-list=segc-b.b3 dst-port=718 protocol=udp src-address-list=segc-a.a4
add action=accept chain=segc-from-a comment="c: a1 -> b2 : p10" dst-address-list=segc-b.b2 dst-port=720 protocol=sctp src-address-list=segc-a.a1
add action=accept chain=segc-from-a comment="c: a1 -> b3 : p01" dst-address-list=segc-b.b3 dst-port=702 protocol=tcp src-address-list=segc-a.a1
add action=accept chain=segc-from-a comment="c: a2 -> b3 : p04" dst-address-list=segc-b.b3 dst-port=708 protocol=tcp src-address-list=segc-a.a2
add action=accept chain=segc-from-a comment="c: a2 -> b2 : p10" dst-address-list=segc-b.b2 dst-port=720 protocol=sctp src-address-list=segc-a.a2
add action=accept chain=segc-from-a comment="c: a2 -> b1 : p08" dst-address-list=segc-b.b1 dst-port=716 protocol=tcp src-address-list=segc-a.a2
add action=accept chain=segc-from-a comment="c: a3 -> b1 : p09" dst-address-list=segc-b.b1 dst-port=718 protocol=udp src-address-list=segc-a.a3
add action=accept chain=segc-from-a comment="c: a3 -> b3 : p10" dst-address-list=segc-b.b3 dst-port=720 protocol=sctp src-address-list=segc-a.a3
add action=accept chain=segc-from-a comment="c: a1 -> b1 : ntp-1, p01" dst-address-list=segc-b.b1 dst-port=702 protocol=tcp src-address-list=segc-a.a1
add action=accept chain=segc-from-a comment="c: a1 -> b1 : ntp-1, p01" dst-address-list=segc-b.b1 dst-port=1123 protocol=udp src-address-list=segc-a.a1
add action=accept chain=segc-from-a comment="c: a2 -> b1 : ntp-2, p08" dst-address-list=segc-b.b1 dst-port=716 protocol=tcp src-address-list=segc-a.a2
add action=accept chain=segc-from-a comment="c: a2 -> b1 : ntp-2, p08" dst-address-list=segc-b.b1 dst-port=1124 protocol=udp src-address-list=segc-a.a2
add action=accept chain=segc-from-a comment="c: a3 -> b1 : ntp-1, p05" dst-address-list=segc-b.b1 dst-port=1123 protocol=udp src-address-list=segc-a.a3
add action=accept chain=segc-from-a comment="c: a3 -> b1 : ntp-1, p05" dst-address-list=segc-b.b1 dst-port=710 protocol=sctp src-address-list=segc-a.a3
add action=accept chain=segc-from-a comment="c: a4 -> b1 : ntp-2, p02" dst-address-list=segc-b.b1 dst-port=704 protocol=tcp src-address-list=segc-a.a4
add action=accept chain=segc-from-a comment="c: a4 -> b1 : ntp-2, p02" dst-address-list=segc-b.b1 dst-port=1124 protocol=udp src-address-list=segc-a.a4
add action=accept chain=segc-from-a comment="c: a1 -> b2 : ntp-1, p09" dst-address-list=segc-b.b2 dst-port=718,1123 protocol=udp src-address-list=segc-a.a1
add action=accept chain=segc-from-a comment="c: a2 -> b2 : ntp-2, p06" dst-address-list=segc-b.b2 dst-port=712,1124 protocol=udp src-address-list=segc-a.a2
add action=accept chain=segc-from-a comment="c: a3 -> b2 : ntp-1, p03" dst-address-list=segc-b.b2 dst-port=706,1123 protocol=udp src-address-list=segc-a.a3
add action=accept chain=segc-from-a comment="c: a4 -> b2 : ntp-2, p10" dst-address-list=segc-b.b2 dst-port=1124 protocol=udp src-address-list=segc-a.a4
add action=accept chain=segc-from-a comment="c: a4 -> b2 : ntp-2, p10" dst-address-list=segc-b.b2 dst-port=720 protocol=sctp src-address-list=segc-a.a4
add action=accept chain=segc-from-a comment="c: a1 -> b3 : ntp-1, p07" dst-address-list=segc-b.b3 dst-port=714 protocol=tcp src-address-list=segc-a.a1
add action=accept chain=segc-from-a comment="c: a1 -> b3 : ntp-1, p07" dst-address-list=segc-b.b3 dst-port=1123 protocol=udp src-address-list=segc-a.a1
add action=accept chain=segc-from-a comment="c: a2 -> b3 : ntp-2, p04" dst-address-list=segc-b.b3 dst-port=708 protocol=tcp src-address-list=segc-a.a2
add action=accept chain=segc-from-a comment="c: a2 -> b3 : ntp-2, p04" dst-address-list=segc-b.b3 dst-port=1124 protocol=udp src-address-list=segc-a.a2
add action=accept chain=segc-from-a comment="c: a3 -> b3 : ntp-1, p01" dst-address-list=segc-b.b3 dst-port=702 protocol=tcp src-address-list=segc-a.a3
add action=accept chain=segc-from-a comment="c: a3 -> b3 : ntp-1, p01" dst-address-list=segc-b.b3 dst-port=1123 protocol=udp src-address-list=segc-a.a3
add action=accept chain=segc-from-a comment="c: a4 -> b3 : ntp-2, p08" dst-address-list=segc-b.b3 dst-port=716 protocol=tcp src-address-list=segc-a.a4
add action=accept chain=segc-from-a comment="c: a4 -> b3 : ntp-2, p08" dst-address-list=segc-b.b3 dst-port=1124 protocol=udp src-address-list=segc-a.a4
add action=accept chain=segc-from-a comment="c: wide -> b1 : bulk" dst-address-list=segc-b.b1 protocol=tcp src-address-list=segc-a.wide
add action=accept chain=segc-from-a comment="c: wide -> b1 : bulk" dst-address-list=segc-b.b1 dst-port=36412 protocol=sctp src-address-list=segc-a.wide
add action=accept chain=segc-from-a comment="c: a -> b2 : ntp" dst-address-list=segc-b.b2 dst-port=123 protocol=udp src-port=123
add action=drop chain=segc-from-a comment="a -> b, any other service" dst-address-list=segc-b log=yes log-prefix="segc:B:a>b"
# segc-from-b
add action=accept chain=segc-from-b comment="inside b" dst-address-list=segc-b
add action=accept chain=segc-from-b comment="c: b1 -> a1 : bulk" dst-address-list=segc-a.a1 log=yes log-prefix=segc:L:c.yo5ktobf protocol=tcp src-address-list=segc-b.b1
add action=accept chain=segc-from-b comment="c: b1 -> a1 : bulk" dst-address-list=segc-a.a1 dst-port=36412 log=yes log-prefix=segc:L:c.yo5ktobf protocol=sctp src-address-list=segc-b.b1
add action=drop chain=segc-from-b comment="b -> a, any other service" dst-address-list=segc-a log=yes log-prefix="segc:B:b>a"
/ipv6 firewall address-list
add address=fd00:1::/64 comment=a list=segc-a
add address=fd00:1::1 comment=a.a1 list=segc-a.a1
add address=fd00:1::1 comment="a.a1, a.a2, a.a3, a.a4" list=segc-a.a1-a.a2-a.a3-a.a4-xd3lpn
add address=fd00:1::3 comment="a.a1, a.a2, a.a3, a.a4" list=segc-a.a1-a.a2-a.a3-a.a4-xd3lpn
add address=fd00:1::7 comment="a.a1, a.a2, a.a3, a.a4" list=segc-a.a1-a.a2-a.a3-a.a4-xd3lpn
add address=fd00:1::7 comment=a.a2 list=segc-a.a2
add address=fd00:1::3 comment=a.a3 list=segc-a.a3
add address=fd00:2::/64 comment=b list=segc-b
add address=fd00:2::1 comment=b.b1 list=segc-b.b1
add address=fd00:2::1 comment="b.b1, b.b2, b.b3" list=segc-b.b1-b.b2-b.b3-x73a3g
add address=fd00:2::9 comment="b.b1, b.b2, b.b3" list=segc-b.b1-b.b2-b.b3-x73a3g
add address=fd00:2::9 comment=b.b2 list=segc-b.b2
/ipv6 firewall filter
add action=jump chain=forward comment="segc: what passes through" jump-target=segc-forward
add action=accept chain=segc-forward comment="sessions that were let in" connection-state=established
add action=accept chain=segc-forward comment="what ICMP says of these" connection-state=related protocol=icmpv6
add action=jump chain=segc-forward comment="from a, arrived where it lies" in-interface=eth0 jump-target=segc-from-a src-address-list=segc-a
add action=drop chain=segc-forward comment="a -> b, arrived elsewhere" dst-address-list=segc-b log=yes log-prefix="segc:b:a>b" src-address-list=segc-a
add action=jump chain=segc-forward comment="from b, arrived where it lies" in-interface=eth1.20 jump-target=segc-from-b src-address-list=segc-b
add action=drop chain=segc-forward comment="b -> a, arrived elsewhere" dst-address-list=segc-a log=yes log-prefix="segc:b:b>a" src-address-list=segc-b
add action=drop chain=segc-forward comment="anything else -> a" dst-address-list=segc-a log=yes log-prefix="segc:B:*>a"
add action=drop chain=segc-forward comment="anything else -> b" dst-address-list=segc-b log=yes log-prefix="segc:B:*>b"
add action=drop chain=segc-forward comment="anything else" log=yes log-prefix="segc:B:*>*"
# segc-from-a
add action=accept chain=segc-from-a comment="inside a" dst-address-list=segc-a
add action=accept chain=segc-from-a comment="c: left -> b1, b2, b3 : alpha" dst-address-list=segc-b.b1-b.b2-b.b3-x73a3g dst-port=1,3,5,7,9,11,13,15,17,19,21,23,25,27,29 protocol=tcp src-address-list=segc-a.a1-a.a2-a.a3-a.a4-xd3lpn
add action=accept chain=segc-from-a comment="c: left -> b1, b2, b3 : alpha" dst-address-list=segc-b.b1-b.b2-b.b3-x73a3g dst-port=31-33,40-44 protocol=tcp src-address-list=segc-a.a1-a.a2-a.a3-a.a4-xd3lpn
add action=accept chain=segc-from-a comment="c: left -> b1, b2, b3 : alpha" dst-address-list=segc-b.b1-b.b2-b.b3-x73a3g dst-port=5000-5003 protocol=udp src-address-list=segc-a.a1-a.a2-a.a3-a.a4-xd3lpn
add action=accept chain=segc-from-a comment="c: a1 -> b1 : p01, p02, p03, p04, p05, p06, p07, p08, p09, p10" dst-address-list=segc-b.b1 dst-port=702,704,708,714,716 protocol=tcp src-address-list=segc-a.a1
add action=accept chain=segc-from-a comment="c: a1 -> b1 : p01, p02, p03, p04, p05, p06, p07, p08, p09, p10" dst-address-list=segc-b.b1 dst-port=706,712,718 protocol=udp src-address-list=segc-a.a1
add action=accept chain=segc-from-a comment="c: a1 -> b1 : p01, p02, p03, p04, p05, p06, p07, p08, p09, p10" dst-address-list=segc-b.b1 dst-port=710,720 protocol=sctp src-address-list=segc-a.a1
add action=accept chain=segc-from-a comment="c: a2 -> b1 : p01" dst-address-list=segc-b.b1 dst-port=702 protocol=tcp src-address-list=segc-a.a2
add action=accept chain=segc-from-a comment="c: a2 -> b2 : p02" dst-address-list=segc-b.b2 dst-port=704 protocol=tcp src-address-list=segc-a.a2
add action=accept chain=segc-from-a comment="c: a3 -> b1 : p04" dst-address-list=segc-b.b1 dst-port=708 protocol=tcp src-address-list=segc-a.a3
add action=accept chain=segc-from-a comment="c: a3 -> b2 : p05" dst-address-list=segc-b.b2 dst-port=710 protocol=sctp src-address-list=segc-a.a3
add action=accept chain=segc-from-a comment="c: a1 -> b2 : p10" dst-address-list=segc-b.b2 dst-port=720 protocol=sctp src-address-list=segc-a.a1
add action=accept chain=segc-from-a comment="c: a2 -> b2 : p10" dst-address-list=segc-b.b2 dst-port=720 protocol=sctp src-address-list=segc-a.a2
add action=accept chain=segc-from-a comment="c: a2 -> b1 : p08" dst-address-list=segc-b.b1 dst-port=716 protocol=tcp src-address-list=segc-a.a2
add action=accept chain=segc-from-a comment="c: a3 -> b1 : p09" dst-address-list=segc-b.b1 dst-port=718 protocol=udp src-address-list=segc-a.a3
add action=accept chain=segc-from-a comment="c: a1 -> b1 : ntp-1, p01" dst-address-list=segc-b.b1 dst-port=702 protocol=tcp src-address-list=segc-a.a1
add action=accept chain=segc-from-a comment="c: a1 -> b1 : ntp-1, p01" dst-address-list=segc-b.b1 dst-port=1123 protocol=udp src-address-list=segc-a.a1
add action=accept chain=segc-from-a comment="c: a2 -> b1 : ntp-2, p08" dst-address-list=segc-b.b1 dst-port=716 protocol=tcp src-address-list=segc-a.a2
add action=accept chain=segc-from-a comment="c: a2 -> b1 : ntp-2, p08" dst-address-list=segc-b.b1 dst-port=1124 protocol=udp src-address-list=segc-a.a2
add action=accept chain=segc-from-a comment="c: a3 -> b1 : ntp-1, p05" dst-address-list=segc-b.b1 dst-port=1123 protocol=udp src-address-list=segc-a.a3
add action=accept chain=segc-from-a comment="c: a3 -> b1 : ntp-1, p05" dst-address-list=segc-b.b1 dst-port=710 protocol=sctp src-address-list=segc-a.a3
add action=accept chain=segc-from-a comment="c: a1 -> b2 : ntp-1, p09" dst-address-list=segc-b.b2 dst-port=718,1123 protocol=udp src-address-list=segc-a.a1
add action=accept chain=segc-from-a comment="c: a2 -> b2 : ntp-2, p06" dst-address-list=segc-b.b2 dst-port=712,1124 protocol=udp src-address-list=segc-a.a2
add action=accept chain=segc-from-a comment="c: a3 -> b2 : ntp-1, p03" dst-address-list=segc-b.b2 dst-port=706,1123 protocol=udp src-address-list=segc-a.a3
add action=accept chain=segc-from-a comment="c: a -> b2 : ntp" dst-address-list=segc-b.b2 dst-port=123 protocol=udp src-port=123
add action=drop chain=segc-from-a comment="a -> b, any other service" dst-address-list=segc-b log=yes log-prefix="segc:B:a>b"
# segc-from-b
add action=accept chain=segc-from-b comment="inside b" dst-address-list=segc-b
add action=accept chain=segc-from-b comment="c: b1 -> a1 : bulk" dst-address-list=segc-a.a1 log=yes log-prefix=segc:L:c.yo5ktobf protocol=tcp src-address-list=segc-b.b1
add action=accept chain=segc-from-b comment="c: b1 -> a1 : bulk" dst-address-list=segc-a.a1 dst-port=36412 log=yes log-prefix=segc:L:c.yo5ktobf protocol=sctp src-address-list=segc-b.b1
add action=drop chain=segc-from-b comment="b -> a, any other service" dst-address-list=segc-a log=yes log-prefix="segc:B:b>a"

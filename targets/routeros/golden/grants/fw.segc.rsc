# segc: fw, as declared
# policy e15ee5f5b370aebf
# APPLY.md says how to import it. What it makes is called segc-...
/ip firewall address-list
add address=10.2.0.0/24 comment=cell list=segc-cell
add address=10.2.0.6 comment=cell.hmi list=segc-cell.hmi
add address=10.2.0.5 comment=cell.plc list=segc-cell.plc
add address=10.2.0.5-10.2.0.6 comment="cell.plc, cell.hmi" list=segc-cell.plc-cell.hmi-jir2jd
add address=10.1.0.0/24 comment=dmz list=segc-dmz
add address=10.1.0.5 comment=dmz.jump list=segc-dmz.jump
/ip firewall filter
add action=jump chain=forward comment="segc: what passes through" jump-target=segc-forward
add action=accept chain=segc-forward comment="sessions that were let in" connection-state=established
add action=accept chain=segc-forward comment="what ICMP says of these" connection-state=related protocol=icmp
add action=jump chain=segc-forward comment="from cell, arrived where it lies" in-interface=eth1 jump-target=segc-from-cell src-address-list=segc-cell
add action=jump chain=segc-forward comment="from dmz, arrived where it lies" in-interface=eth0 jump-target=segc-from-dmz src-address-list=segc-dmz
add action=drop chain=segc-forward comment="dmz -> cell, arrived elsewhere" dst-address-list=segc-cell log=yes log-prefix="segc:b:dmz>cell" src-address-list=segc-dmz
add action=drop chain=segc-forward comment="anything else -> cell" dst-address-list=segc-cell log=yes log-prefix="segc:B:*>cell"
add action=drop chain=segc-forward comment="anything else -> dmz" dst-address-list=segc-dmz log=yes log-prefix="segc:B:*>dmz"
add action=drop chain=segc-forward comment="anything else" log=yes log-prefix="segc:B:*>*"
# segc-from-cell
add action=accept chain=segc-from-cell comment="inside cell" dst-address-list=segc-cell
# segc-from-dmz
add action=accept chain=segc-from-dmz comment="inside dmz" dst-address-list=segc-dmz
add action=accept chain=segc-from-dmz comment="open: dmz.jump -> plc : web" dst-address-list=segc-cell.plc dst-port=443 log=yes log-prefix=segc:L:open.a7cj3quk protocol=tcp src-address-list=segc-dmz.jump
add action=accept chain=segc-from-dmz comment="standing: jump -> hmi : web" dst-address-list=segc-cell.hmi dst-port=443 protocol=tcp src-address-list=segc-dmz.jump
add action=accept chain=segc-from-dmz comment="weekly: dmz.jump -> hmi, plc : s7, web" dst-address-list=segc-cell.plc-cell.hmi-jir2jd dst-port=102,443 protocol=tcp src-address-list=segc-dmz.jump time=22h-23h59m59s,mon,tue,wed,thu,fri
add action=accept chain=segc-from-dmz comment="weekly: dmz.jump -> hmi, plc : s7, web" dst-address-list=segc-cell.plc-cell.hmi-jir2jd dst-port=102,443 protocol=tcp src-address-list=segc-dmz.jump time=0s-1h59m59s,tue,wed,thu,fri,sat
add action=accept chain=segc-from-dmz comment="weekly: dmz.jump -> hmi, plc : s7, web" dst-address-list=segc-cell.plc-cell.hmi-jir2jd dst-port=102,443 protocol=tcp src-address-list=segc-dmz.jump time=6h-9h59m59s,sat
add action=drop chain=segc-from-dmz comment="dmz -> cell, any other service" dst-address-list=segc-cell log=yes log-prefix="segc:B:dmz>cell"
/ipv6 firewall filter
add action=jump chain=forward comment="segc: what passes through" jump-target=segc-forward
add action=accept chain=segc-forward comment="sessions that were let in" connection-state=established
add action=accept chain=segc-forward comment="what ICMP says of these" connection-state=related protocol=icmpv6
add action=drop chain=segc-forward comment="anything else" log=yes log-prefix="segc:B:*>*"

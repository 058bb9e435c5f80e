# segc: fw, as declared
# policy bd43446b6dfd7cbd
# APPLY.md says how to import it. What it makes is called segc-...
/ip firewall address-list
add address=10.0.4.0/24 comment=cell list=segc-cell
add address=10.0.5.9 comment=cell list=segc-cell
add address=10.0.5.16-10.0.7.255 comment=cell list=segc-cell
add address=10.0.200.1 comment=cell list=segc-cell
add address=10.0.5.9 comment="cell.plc, cell.stray" list=segc-cell.plc-cell.stray-2iggzw
add address=10.0.200.1 comment="cell.plc, cell.stray" list=segc-cell.plc-cell.stray-2iggzw
add address=10.0.0.0/22 comment=hall list=segc-hall
add address=10.0.8.0-10.0.200.0 comment=hall list=segc-hall
add address=10.0.200.2-10.0.255.255 comment=hall list=segc-hall
add address=10.8.0.0/24 comment=hall list=segc-hall
add address=10.0.5.0-10.0.5.8 comment=inner list=segc-inner
add address=10.0.5.10-10.0.5.15 comment=inner list=segc-inner
add address=10.0.5.2-10.0.5.6 comment=inner.drives list=segc-inner.drives
add address=0.0.0.0-9.255.255.255 comment=outside list=segc-outside
add address=10.1.0.0-10.7.255.255 comment=outside list=segc-outside
add address=10.8.1.0-255.255.255.255 comment=outside list=segc-outside
add address=198.51.100.7 comment=outside.partner list=segc-outside.partner
/ip firewall filter
add action=jump chain=forward comment="segc: what passes through" jump-target=segc-forward
add action=accept chain=segc-forward comment="sessions that were let in" connection-state=established
add action=accept chain=segc-forward comment="what ICMP says of these" connection-state=related protocol=icmp
add action=jump chain=segc-forward comment="from cell, arrived where it lies" in-interface=lan1 jump-target=segc-from-cell src-address-list=segc-cell
add action=jump chain=segc-forward comment="from hall, arrived where it lies" in-interface=lan0 jump-target=segc-from-hall src-address-list=segc-hall
add action=drop chain=segc-forward comment="hall -> cell, arrived elsewhere" dst-address-list=segc-cell log=yes log-prefix="segc:b:hall>cell" src-address-list=segc-hall
add action=accept chain=segc-forward comment="hall -> inner, arrived elsewhere" dst-address-list=segc-inner log=yes log-prefix="segc:a:hall>inner" src-address-list=segc-hall
add action=jump chain=segc-forward comment="from inner, arrived where it lies" in-interface=lan2 jump-target=segc-from-inner src-address-list=segc-inner
add action=drop chain=segc-forward comment="inner -> hall, arrived elsewhere" dst-address-list=segc-hall log=yes log-prefix="segc:b:inner>hall" src-address-list=segc-inner
add action=jump chain=segc-forward comment="from outside, arrived where it lies" in-interface=wan0 jump-target=segc-from-outside src-address-list=segc-outside
add action=drop chain=segc-forward comment="outside -> hall, arrived elsewhere" dst-address-list=segc-hall log=yes log-prefix="segc:b:outside>hall" src-address-list=segc-outside
add action=drop chain=segc-forward comment="anything else -> cell" dst-address-list=segc-cell log=yes log-prefix="segc:B:*>cell"
add action=drop chain=segc-forward comment="anything else -> hall" dst-address-list=segc-hall log=yes log-prefix="segc:B:*>hall"
add action=accept chain=segc-forward comment="anything else -> inner" dst-address-list=segc-inner log=yes log-prefix="segc:A:*>inner"
add action=drop chain=segc-forward comment="anything else -> outside" dst-address-list=segc-outside log=yes log-prefix="segc:B:*>outside"
add action=drop chain=segc-forward comment="anything else" log=yes log-prefix="segc:B:*>*"
# segc-from-cell
add action=accept chain=segc-from-cell comment="inside cell" dst-address-list=segc-cell
# segc-from-hall
add action=accept chain=segc-from-hall comment="inside hall" dst-address-list=segc-hall
add action=accept chain=segc-from-hall comment="down: hall -> plc, stray : web" dst-address-list=segc-cell.plc-cell.stray-2iggzw dst-port=80,443 protocol=tcp
add action=drop chain=segc-from-hall comment="hall -> cell, any other service" dst-address-list=segc-cell log=yes log-prefix="segc:B:hall>cell"
add action=accept chain=segc-from-hall comment="deep: hall -> drives : web" dst-address-list=segc-inner.drives dst-port=80,443 protocol=tcp
add action=accept chain=segc-from-hall comment="hall -> inner, any other service" dst-address-list=segc-inner log=yes log-prefix="segc:A:hall>inner"
# segc-from-inner
add action=accept chain=segc-from-inner comment="inside inner" dst-address-list=segc-inner
add action=accept chain=segc-from-inner comment="deep: drives -> hall : web" dst-address-list=segc-hall dst-port=80,443 log=yes log-prefix=segc:L:deep.deslf7nd protocol=tcp src-address-list=segc-inner.drives
add action=drop chain=segc-from-inner comment="inner -> hall, any other service" dst-address-list=segc-hall log=yes log-prefix="segc:B:inner>hall"
# segc-from-outside
add action=accept chain=segc-from-outside comment="inside outside" dst-address-list=segc-outside
add action=accept chain=segc-from-outside comment="in: partner -> hall : web" dst-address-list=segc-hall dst-port=80,443 protocol=tcp src-address-list=segc-outside.partner
add action=drop chain=segc-from-outside comment="outside -> hall, any other service" dst-address-list=segc-hall log=yes log-prefix="segc:B:outside>hall"
/ipv6 firewall address-list
add address=::/1 comment=outside list=segc-outside
add address=8000::/1 comment=outside list=segc-outside
/ipv6 firewall filter
add action=jump chain=forward comment="segc: what passes through" jump-target=segc-forward
add action=accept chain=segc-forward comment="sessions that were let in" connection-state=established
add action=accept chain=segc-forward comment="what ICMP says of these" connection-state=related protocol=icmpv6
add action=jump chain=segc-forward comment="from outside, arrived where it lies" in-interface=wan0 jump-target=segc-from-outside src-address-list=segc-outside
add action=drop chain=segc-forward comment="anything else -> outside" dst-address-list=segc-outside log=yes log-prefix="segc:B:*>outside"
add action=drop chain=segc-forward comment="anything else" log=yes log-prefix="segc:B:*>*"
# segc-from-outside
add action=accept chain=segc-from-outside comment="inside outside" dst-address-list=segc-outside

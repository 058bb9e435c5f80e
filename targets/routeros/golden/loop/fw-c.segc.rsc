# segc: fw-c, as declared
# policy 4ebc375f02fc9266
# APPLY.md says how to import it. What it makes is called segc-...
/ip firewall address-list
add address=10.2.0.0/24 comment=core list=segc-core
add address=10.2.0.5 comment=core.server list=segc-core.server
add address=10.1.0.0/24 comment=north list=segc-north
add address=10.1.0.5 comment=north.admin list=segc-north.admin
add address=10.3.0.0/24 comment=south list=segc-south
add address=10.3.0.5 comment=south.plc list=segc-south.plc
/ip firewall filter
add action=jump chain=forward comment="segc: what passes through" jump-target=segc-forward
add action=accept chain=segc-forward comment="sessions that were let in" connection-state=established
add action=accept chain=segc-forward comment="what ICMP says of these" connection-state=related protocol=icmp
add action=jump chain=segc-forward comment="from core, arrived where it lies" in-interface=eth0 jump-target=segc-from-core src-address-list=segc-core
add action=jump chain=segc-forward comment="from north, arrived where it lies" in-interface=eth0 jump-target=segc-from-north src-address-list=segc-north
add action=drop chain=segc-forward comment="north -> south, arrived elsewhere" dst-address-list=segc-south log=yes log-prefix="segc:b:north>south" src-address-list=segc-north
add action=jump chain=segc-forward comment="from south, arrived where it lies" in-interface=eth1 jump-target=segc-from-south src-address-list=segc-south
add action=drop chain=segc-forward comment="south -> core, arrived elsewhere" dst-address-list=segc-core log=yes log-prefix="segc:b:south>core" src-address-list=segc-south
add action=drop chain=segc-forward comment="anything else -> core" dst-address-list=segc-core log=yes log-prefix="segc:B:*>core"
add action=drop chain=segc-forward comment="anything else -> south" dst-address-list=segc-south log=yes log-prefix="segc:B:*>south"
add action=drop chain=segc-forward comment="anything else" log=yes log-prefix="segc:B:*>*"
# segc-from-core
add action=accept chain=segc-from-core comment="inside core" dst-address-list=segc-core
# segc-from-north
add action=accept chain=segc-from-north comment="all: admin -> plc : opc" dst-address-list=segc-south.plc dst-port=4840 protocol=tcp src-address-list=segc-north.admin
add action=drop chain=segc-from-north comment="north -> south, any other service" dst-address-list=segc-south log=yes log-prefix="segc:B:north>south"
# segc-from-south
add action=accept chain=segc-from-south comment="inside south" dst-address-list=segc-south
add action=accept chain=segc-from-south comment="up: plc -> server : opc" dst-address-list=segc-core.server dst-port=4840 protocol=tcp src-address-list=segc-south.plc
add action=drop chain=segc-from-south comment="south -> core, any other service" dst-address-list=segc-core log=yes log-prefix="segc:B:south>core"
# the router itself
add action=jump chain=input comment="segc: to the router itself" jump-target=segc-input
add action=accept chain=segc-input comment="the router to itself" in-interface=lo
add action=accept chain=segc-input comment="sessions that were let in" connection-state=established
add action=accept chain=segc-input comment="what ICMP says of these" connection-state=related protocol=icmp
add action=accept chain=segc-input comment="manage-fw-c: manage north.admin : ssh" dst-port=22 in-interface=eth0 protocol=tcp src-address-list=segc-north.admin
add action=drop chain=segc-input comment="the firewall itself" log=yes log-prefix="segc:B:*>fw-c"
/ipv6 firewall filter
add action=jump chain=forward comment="segc: what passes through" jump-target=segc-forward
add action=accept chain=segc-forward comment="sessions that were let in" connection-state=established
add action=accept chain=segc-forward comment="what ICMP says of these" connection-state=related protocol=icmpv6
add action=drop chain=segc-forward comment="anything else" log=yes log-prefix="segc:B:*>*"
# the router itself
add action=jump chain=input comment="segc: to the router itself" jump-target=segc-input
add action=accept chain=segc-input comment="the router to itself" in-interface=lo
add action=accept chain=segc-input comment="sessions that were let in" connection-state=established
add action=accept chain=segc-input comment="what ICMP says of these" connection-state=related protocol=icmpv6
add action=accept chain=segc-input comment="neighbour discovery and MLD" icmp-options=130:0-255 protocol=icmpv6
add action=accept chain=segc-input comment="neighbour discovery and MLD" icmp-options=131:0-255 protocol=icmpv6
add action=accept chain=segc-input comment="neighbour discovery and MLD" icmp-options=132:0-255 protocol=icmpv6
add action=accept chain=segc-input comment="neighbour discovery and MLD" icmp-options=133:0-255 protocol=icmpv6
add action=accept chain=segc-input comment="neighbour discovery and MLD" icmp-options=134:0-255 protocol=icmpv6
add action=accept chain=segc-input comment="neighbour discovery and MLD" icmp-options=135:0-255 protocol=icmpv6
add action=accept chain=segc-input comment="neighbour discovery and MLD" icmp-options=136:0-255 protocol=icmpv6
add action=accept chain=segc-input comment="neighbour discovery and MLD" icmp-options=143:0-255 protocol=icmpv6
add action=drop chain=segc-input comment="the firewall itself" log=yes log-prefix="segc:B:*>fw-c"

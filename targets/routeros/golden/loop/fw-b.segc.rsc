# segc: fw-b, as declared
# policy 4ebc375f02fc9266
# APPLY.md says how to import it. What it makes is called segc-...
/ip firewall address-list
add address=10.4.0.0/24 comment=annex list=segc-annex
add address=10.4.0.5 comment=annex.meter list=segc-annex.meter
add address=10.2.0.0/24 comment=core list=segc-core
add address=10.2.0.1 comment=firewalls list=segc-firewalls.6kgj
add address=10.3.0.1 comment=firewalls list=segc-firewalls.tiuw
add address=192.0.2.1 comment=firewalls list=segc-firewalls.wtpj
add address=10.1.0.0/24 comment=north list=segc-north
add address=10.1.0.5 comment=north.admin list=segc-north.admin
add address=10.3.0.0/24 comment=south list=segc-south
add address=10.3.0.5 comment=south.plc list=segc-south.plc
/ip firewall filter
add action=jump chain=forward comment="segc: what passes through" jump-target=segc-forward
add action=accept chain=segc-forward comment="sessions that were let in" connection-state=established
add action=accept chain=segc-forward comment="what ICMP says of these" connection-state=related protocol=icmp
add action=jump chain=segc-forward comment="from core, arrived where it lies" in-interface=eth0 jump-target=segc-from-core src-address-list=segc-core
add action=jump chain=segc-forward comment="from core, arrived where it lies" in-interface=eth1 jump-target=segc-from-core src-address-list=segc-core
add action=jump chain=segc-forward comment="from north, arrived where it lies" in-interface=eth0 jump-target=segc-from-north src-address-list=segc-north
add action=jump chain=segc-forward comment="from north, arrived where it lies" in-interface=eth1 jump-target=segc-from-north src-address-list=segc-north
add action=drop chain=segc-forward comment="north -> \?, arrived elsewhere" dst-address-list=segc-firewalls.wtpj log=yes log-prefix="segc:b:north>\?" src-address-list=segc-north
add action=accept chain=segc-forward comment="north -> annex, arrived elsewhere" dst-address-list=segc-annex log=yes log-prefix="segc:a:north>annex" src-address-list=segc-north
add action=drop chain=segc-forward comment="north -> core, arrived elsewhere" dst-address-list=segc-core log=yes log-prefix="segc:b:north>core" src-address-list=segc-north
add action=drop chain=segc-forward comment="north -> south, arrived elsewhere" dst-address-list=segc-south log=yes log-prefix="segc:b:north>south" src-address-list=segc-north
add action=drop chain=segc-forward comment="anything else -> annex" dst-address-list=segc-annex log=yes log-prefix="segc:B:*>annex"
add action=drop chain=segc-forward comment="anything else -> core" dst-address-list=segc-core log=yes log-prefix="segc:B:*>core"
add action=drop chain=segc-forward comment="anything else -> north" dst-address-list=segc-north log=yes log-prefix="segc:B:*>north"
add action=drop chain=segc-forward comment="anything else -> south" dst-address-list=segc-south log=yes log-prefix="segc:B:*>south"
add action=drop chain=segc-forward comment="anything else" log=yes log-prefix="segc:B:*>*"
# segc-from-core
add action=accept chain=segc-from-core comment="inside core" dst-address-list=segc-core
# segc-from-north
add action=accept chain=segc-from-north comment="inside north" dst-address-list=segc-north
add action=accept chain=segc-from-north comment="manage-fw-c: manage north.admin : ssh" dst-address-list=segc-firewalls.wtpj dst-port=22 protocol=tcp src-address-list=segc-north.admin
add action=drop chain=segc-from-north comment="north -> \?, any other service" dst-address-list=segc-firewalls.wtpj log=yes log-prefix="segc:B:north>\?"
add action=accept chain=segc-from-north comment="side: admin -> meter : opc" dst-address-list=segc-annex.meter dst-port=4840 protocol=tcp src-address-list=segc-north.admin
add action=accept chain=segc-from-north comment="north -> annex, any other service" dst-address-list=segc-annex log=yes log-prefix="segc:A:north>annex"
add action=accept chain=segc-from-north comment="manage-fw-a: manage admin : ssh" dst-address-list=segc-firewalls.6kgj dst-port=22 protocol=tcp src-address-list=segc-north.admin
add action=drop chain=segc-from-north comment="north -> core, any other service" dst-address-list=segc-core log=yes log-prefix="segc:B:north>core"
add action=accept chain=segc-from-north comment="all: admin -> plc : opc" dst-address-list=segc-south.plc dst-port=4840 protocol=tcp src-address-list=segc-north.admin
add action=accept chain=segc-from-north comment="manage-fw-c: manage north.admin : ssh" dst-address-list=segc-firewalls.tiuw dst-port=22 protocol=tcp src-address-list=segc-north.admin
add action=drop chain=segc-from-north comment="north -> south, any other service" dst-address-list=segc-south log=yes log-prefix="segc:B:north>south"
/ipv6 firewall filter
add action=jump chain=forward comment="segc: what passes through" jump-target=segc-forward
add action=accept chain=segc-forward comment="sessions that were let in" connection-state=established
add action=accept chain=segc-forward comment="what ICMP says of these" connection-state=related protocol=icmpv6
add action=drop chain=segc-forward comment="anything else" log=yes log-prefix="segc:B:*>*"

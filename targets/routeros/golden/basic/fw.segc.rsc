# segc: fw, as declared
# policy 942aa678b23143d5
# APPLY.md says how to import it. What it makes is called segc-...
/ip firewall address-list
add address=10.2.0.0/24 comment=dmz list=segc-dmz
add address=10.2.0.11 comment=dmz.old list=segc-dmz.old
add address=10.2.0.10 comment=dmz.web list=segc-dmz.web
add address=10.1.0.0/24 comment=office list=segc-office
add address=10.1.0.10 comment=office.pc list=segc-office.pc
add address=10.1.0.10 comment="office.pool, office.pc" list=segc-office.pool-office.pc-ttsuxk
add address=10.1.0.33-10.1.0.46 comment="office.pool, office.pc" list=segc-office.pool-office.pc-ttsuxk
/ip firewall filter
add action=jump chain=forward comment="segc: what passes through" jump-target=segc-forward
add action=accept chain=segc-forward comment="sessions that were let in" connection-state=established
add action=accept chain=segc-forward comment="what ICMP says of these" connection-state=related protocol=icmp
add action=jump chain=segc-forward comment="from dmz, arrived where it lies" in-interface=eth1 jump-target=segc-from-dmz src-address-list=segc-dmz
add action=accept chain=segc-forward comment="dmz -> office, arrived elsewhere" dst-address-list=segc-office log=yes log-prefix="segc:a:dmz>office" src-address-list=segc-dmz
add action=jump chain=segc-forward comment="from office, arrived where it lies" in-interface=eth0 jump-target=segc-from-office src-address-list=segc-office
add action=drop chain=segc-forward comment="office -> dmz, arrived elsewhere" dst-address-list=segc-dmz log=yes log-prefix="segc:b:office>dmz" src-address-list=segc-office
add action=accept chain=segc-forward comment="anything else -> dmz" dst-address-list=segc-dmz log=yes log-prefix="segc:A:*>dmz"
add action=accept chain=segc-forward comment="anything else -> office" dst-address-list=segc-office log=yes log-prefix="segc:A:*>office"
add action=accept chain=segc-forward comment="anything else" log=yes log-prefix="segc:A:*>*"
# segc-from-dmz
add action=accept chain=segc-from-dmz comment="inside dmz" dst-address-list=segc-dmz
add action=accept chain=segc-from-dmz comment="back: web -> pc : range" dst-address-list=segc-office.pc dst-port=9000-9010 protocol=tcp src-address-list=segc-dmz.web
add action=accept chain=segc-from-dmz comment="back: web -> pc : range" dst-address-list=segc-office.pc dst-port=69 protocol=udp src-address-list=segc-dmz.web
add action=accept chain=segc-from-dmz comment="dmz -> office, any other service" dst-address-list=segc-office log=yes log-prefix="segc:A:dmz>office"
# segc-from-office
add action=accept chain=segc-from-office comment="inside office" dst-address-list=segc-office
add action=accept chain=segc-from-office comment="services: pc -> web : modbus, range" dst-address-list=segc-dmz.web dst-port=502,9000-9010 log=yes log-prefix=segc:L:services.bnsu4mwj protocol=tcp src-address-list=segc-office.pc
add action=accept chain=segc-from-office comment="services: pc -> web : modbus, range" dst-address-list=segc-dmz.web dst-port=69 log=yes log-prefix=segc:L:services.bnsu4mwj protocol=udp src-address-list=segc-office.pc
add action=accept chain=segc-from-office comment="services: pc, pool -> web : ping" dst-address-list=segc-dmz.web icmp-options=8:0-255 protocol=icmp src-address-list=segc-office.pool-office.pc-ttsuxk
add action=accept chain=segc-from-office comment="services: office -> old : modbus" dst-address-list=segc-dmz.old dst-port=502 protocol=tcp
add action=accept chain=segc-from-office comment="services: pc -> dmz : gre" dst-address-list=segc-dmz protocol=47 src-address-list=segc-office.pc
add action=drop chain=segc-from-office comment="office -> dmz, any other service" dst-address-list=segc-dmz log=yes log-prefix="segc:B:office>dmz"
/ipv6 firewall address-list
add address=fd00:2::/64 comment=dmz list=segc-dmz
add address=fd00:2::10 comment=dmz.web list=segc-dmz.web
add address=fd00:1::/64 comment=office list=segc-office
add address=fd00:1::10 comment=office.pc list=segc-office.pc
add address=fd00:1::10 comment="office.pool, office.pc" list=segc-office.pool-office.pc-ttsuxk
/ipv6 firewall filter
add action=jump chain=forward comment="segc: what passes through" jump-target=segc-forward
add action=accept chain=segc-forward comment="sessions that were let in" connection-state=established
add action=accept chain=segc-forward comment="what ICMP says of these" connection-state=related protocol=icmpv6
add action=jump chain=segc-forward comment="from dmz, arrived where it lies" in-interface=eth1 jump-target=segc-from-dmz src-address-list=segc-dmz
add action=accept chain=segc-forward comment="dmz -> office, arrived elsewhere" dst-address-list=segc-office log=yes log-prefix="segc:a:dmz>office" src-address-list=segc-dmz
add action=jump chain=segc-forward comment="from office, arrived where it lies" in-interface=eth0 jump-target=segc-from-office src-address-list=segc-office
add action=drop chain=segc-forward comment="office -> dmz, arrived elsewhere" dst-address-list=segc-dmz log=yes log-prefix="segc:b:office>dmz" src-address-list=segc-office
add action=accept chain=segc-forward comment="anything else -> dmz" dst-address-list=segc-dmz log=yes log-prefix="segc:A:*>dmz"
add action=accept chain=segc-forward comment="anything else -> office" dst-address-list=segc-office log=yes log-prefix="segc:A:*>office"
add action=accept chain=segc-forward comment="anything else" log=yes log-prefix="segc:A:*>*"
# segc-from-dmz
add action=accept chain=segc-from-dmz comment="inside dmz" dst-address-list=segc-dmz
add action=accept chain=segc-from-dmz comment="back: web -> pc : range" dst-address-list=segc-office.pc dst-port=9000-9010 protocol=tcp src-address-list=segc-dmz.web
add action=accept chain=segc-from-dmz comment="back: web -> pc : range" dst-address-list=segc-office.pc dst-port=69 protocol=udp src-address-list=segc-dmz.web
add action=accept chain=segc-from-dmz comment="dmz -> office, any other service" dst-address-list=segc-office log=yes log-prefix="segc:A:dmz>office"
# segc-from-office
add action=accept chain=segc-from-office comment="inside office" dst-address-list=segc-office
add action=accept chain=segc-from-office comment="services: pc -> web : modbus, range" dst-address-list=segc-dmz.web dst-port=502,9000-9010 log=yes log-prefix=segc:L:services.bnsu4mwj protocol=tcp src-address-list=segc-office.pc
add action=accept chain=segc-from-office comment="services: pc -> web : modbus, range" dst-address-list=segc-dmz.web dst-port=69 log=yes log-prefix=segc:L:services.bnsu4mwj protocol=udp src-address-list=segc-office.pc
add action=accept chain=segc-from-office comment="services: pc, pool -> web : ping" dst-address-list=segc-dmz.web icmp-options=128:0-255 protocol=icmpv6 src-address-list=segc-office.pool-office.pc-ttsuxk
add action=accept chain=segc-from-office comment="services: pc -> dmz : gre" dst-address-list=segc-dmz protocol=47 src-address-list=segc-office.pc
add action=drop chain=segc-from-office comment="office -> dmz, any other service" dst-address-list=segc-dmz log=yes log-prefix="segc:B:office>dmz"

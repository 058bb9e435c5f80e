# fw: the firewall of office.pc. Run apply.ps1, which reads this file.
# policy 121efc0c161de284a2f4da7b3fa39ba5152aa5cd78537ac9d6b4804c8b2c719d
$ErrorActionPreference = 'Stop'

$at_office = @('10.1.0.0/24', 'fd00:1::/64')
$at_office__pc = @('10.1.0.10', 'fd00:1::10')
$at_dmz__web = @('10.2.0.10', 'fd00:2::10')
$at_office__pc_v4 = @('10.1.0.10')
$at_dmz__web_v4 = @('10.2.0.10')
$at_office__pc_v6 = @('fd00:1::10')
$at_dmz__web_v6 = @('fd00:2::10')
$at_dmz__old = @('10.2.0.11')
$at_dmz = @('10.2.0.0/24', 'fd00:2::/64')
$at_anybody_else_ndeqvgxc = @('0.0.0.0-10.0.255.255', '10.1.1.0-10.1.255.255', '10.2.1.0-255.255.255.255', '::-fd00:0:ffff:ffff:ffff:ffff:ffff:ffff', 'fd00:1:0:1::-fd00:1:ffff:ffff:ffff:ffff:ffff:ffff', 'fd00:2:0:1::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff')

# What the machine may get
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc in errors.ICMPv4' -Description 'ICMP errors of sessions' -Direction Inbound -Action Allow -Enabled True -Profile Any -RemoteAddress Any -LocalAddress Any -Protocol ICMPv4 -IcmpType 3,11,12 -EdgeTraversalPolicy Block | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc in errors.ICMPv6' -Description 'ICMP errors of sessions' -Direction Inbound -Action Allow -Enabled True -Profile Any -RemoteAddress Any -LocalAddress Any -Protocol ICMPv6 -IcmpType 1,2,3,4 -EdgeTraversalPolicy Block | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc in link.ICMPv6' -Description 'neighbour discovery and MLD' -Direction Inbound -Action Allow -Enabled True -Profile Any -RemoteAddress Any -LocalAddress Any -Protocol ICMPv6 -IcmpType 130,131,132,133,134,135,136,143 -EdgeTraversalPolicy Block | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc in office.in' -Description 'from inside office' -Direction Inbound -Action Allow -Enabled True -Profile Any -RemoteAddress $at_office -LocalAddress Any -Protocol Any -EdgeTraversalPolicy Block | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc in back.kymaibxl.TCP' -Description 'back: web -> pc : range' -Direction Inbound -Action Allow -Enabled True -Profile Any -RemoteAddress $at_dmz__web -LocalAddress $at_office__pc -Protocol TCP -LocalPort 9000-9010 -EdgeTraversalPolicy Block | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc in back.kymaibxl.UDP' -Description 'back: web -> pc : range' -Direction Inbound -Action Allow -Enabled True -Profile Any -RemoteAddress $at_dmz__web -LocalAddress $at_office__pc -Protocol UDP -LocalPort 69 -EdgeTraversalPolicy Block | Out-Null

# What it may send
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc out errors.ICMPv4' -Description 'ICMP errors of sessions' -Direction Outbound -Action Allow -Enabled True -Profile Any -RemoteAddress Any -LocalAddress Any -Protocol ICMPv4 -IcmpType 3,11,12 | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc out errors.ICMPv6' -Description 'ICMP errors of sessions' -Direction Outbound -Action Allow -Enabled True -Profile Any -RemoteAddress Any -LocalAddress Any -Protocol ICMPv6 -IcmpType 1,2,3,4 | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc out link.ICMPv6' -Description 'neighbour discovery and MLD' -Direction Outbound -Action Allow -Enabled True -Profile Any -RemoteAddress Any -LocalAddress Any -Protocol ICMPv6 -IcmpType 130,131,132,133,134,135,136,143 | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc out link' -Description 'what is sent to the link, and no router passes on' -Direction Outbound -Action Allow -Enabled True -Profile Any -RemoteAddress @('224.0.0.0/24', '255.255.255.255', 'fe80::/10', 'ff02::/16') -LocalAddress Any -Protocol Any | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc out office.out' -Description 'to inside office' -Direction Outbound -Action Allow -Enabled True -Profile Any -RemoteAddress $at_office -LocalAddress Any -Protocol Any | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc out services.bnsu4mwj.TCP' -Description 'services: pc -> web : modbus, range' -Direction Outbound -Action Allow -Enabled True -Profile Any -RemoteAddress $at_dmz__web -LocalAddress $at_office__pc -Protocol TCP -RemotePort 502,9000-9010 | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc out services.bnsu4mwj.UDP' -Description 'services: pc -> web : modbus, range' -Direction Outbound -Action Allow -Enabled True -Profile Any -RemoteAddress $at_dmz__web -LocalAddress $at_office__pc -Protocol UDP -RemotePort 69 | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc out services.ujovmasu.ICMPv4' -Description 'services: pc, pool -> web : ping' -Direction Outbound -Action Allow -Enabled True -Profile Any -RemoteAddress $at_dmz__web_v4 -LocalAddress $at_office__pc_v4 -Protocol ICMPv4 -IcmpType 8 | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc out services.ujovmasu.ICMPv6' -Description 'services: pc, pool -> web : ping' -Direction Outbound -Action Allow -Enabled True -Profile Any -RemoteAddress $at_dmz__web_v6 -LocalAddress $at_office__pc_v6 -Protocol ICMPv6 -IcmpType 128 | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc out services.mmhvuunr.TCP' -Description 'services: office -> old : modbus' -Direction Outbound -Action Allow -Enabled True -Profile Any -RemoteAddress $at_dmz__old -LocalAddress $at_office__pc_v4 -Protocol TCP -RemotePort 502 | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc out services.3mwindc3.47' -Description 'services: pc -> dmz : gre' -Direction Outbound -Action Allow -Enabled True -Profile Any -RemoteAddress $at_dmz -LocalAddress $at_office__pc -Protocol 47 | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc out *>*.A' -Description 'office -> anything else' -Direction Outbound -Action Allow -Enabled True -Profile Any -RemoteAddress $at_anybody_else_ndeqvgxc -LocalAddress Any -Protocol Any | Out-Null

# The last line: until now, the machine let through what it did before, and these rules besides.
Set-NetFirewallProfile -PolicyStore localhost -All -Enabled True -DefaultInboundAction Allow -DefaultOutboundAction Block -AllowInboundRules True -AllowLocalFirewallRules False -AllowUserApps False -AllowUserPorts False -AllowUnicastResponseToMulticast False -NotifyOnListen False -LogAllowed True -LogBlocked True -LogMaxSizeKilobytes 32767

# fw-b: the firewall of core.server. Run apply.ps1, which reads this file.
# policy e16d73e09e92d4dea5f902a0bbb18a10203acc03d8776fffae578dca553645de
$ErrorActionPreference = 'Stop'

$at_core = @('10.2.0.0/24')
$at_core__server = @('10.2.0.5')
$at_north__admin = @('10.1.0.5')
$at_south__plc = @('10.3.0.5')

# What the machine may get
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc in errors.ICMPv4' -Description 'ICMP errors of sessions' -Direction Inbound -Action Allow -Enabled True -Profile Any -RemoteAddress Any -LocalAddress Any -Protocol ICMPv4 -IcmpType 3,11,12 -EdgeTraversalPolicy Block | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc in errors.ICMPv6' -Description 'ICMP errors of sessions' -Direction Inbound -Action Allow -Enabled True -Profile Any -RemoteAddress Any -LocalAddress Any -Protocol ICMPv6 -IcmpType 1,2,3,4 -EdgeTraversalPolicy Block | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc in link.ICMPv6' -Description 'neighbour discovery and MLD' -Direction Inbound -Action Allow -Enabled True -Profile Any -RemoteAddress Any -LocalAddress Any -Protocol ICMPv6 -IcmpType 130,131,132,133,134,135,136,143 -EdgeTraversalPolicy Block | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc in core.in' -Description 'from inside core' -Direction Inbound -Action Allow -Enabled True -Profile Any -RemoteAddress $at_core -LocalAddress Any -Protocol Any -EdgeTraversalPolicy Block | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc in half.ww4iexny.TCP' -Description 'half: admin -> server : opc' -Direction Inbound -Action Allow -Enabled True -Profile Any -RemoteAddress $at_north__admin -LocalAddress $at_core__server -Protocol TCP -LocalPort 4840 -EdgeTraversalPolicy Block | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc in up.wip3gwbp.TCP' -Description 'up: plc -> server : opc' -Direction Inbound -Action Allow -Enabled True -Profile Any -RemoteAddress $at_south__plc -LocalAddress $at_core__server -Protocol TCP -LocalPort 4840 -EdgeTraversalPolicy Block | Out-Null

# What it may send
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc out errors.ICMPv4' -Description 'ICMP errors of sessions' -Direction Outbound -Action Allow -Enabled True -Profile Any -RemoteAddress Any -LocalAddress Any -Protocol ICMPv4 -IcmpType 3,11,12 | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc out errors.ICMPv6' -Description 'ICMP errors of sessions' -Direction Outbound -Action Allow -Enabled True -Profile Any -RemoteAddress Any -LocalAddress Any -Protocol ICMPv6 -IcmpType 1,2,3,4 | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc out link.ICMPv6' -Description 'neighbour discovery and MLD' -Direction Outbound -Action Allow -Enabled True -Profile Any -RemoteAddress Any -LocalAddress Any -Protocol ICMPv6 -IcmpType 130,131,132,133,134,135,136,143 | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc out link' -Description 'what is sent to the link, and no router passes on' -Direction Outbound -Action Allow -Enabled True -Profile Any -RemoteAddress @('224.0.0.0/24', '255.255.255.255', 'fe80::/10', 'ff02::/16') -LocalAddress Any -Protocol Any | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc out core.out' -Description 'to inside core' -Direction Outbound -Action Allow -Enabled True -Profile Any -RemoteAddress $at_core -LocalAddress Any -Protocol Any | Out-Null

# The last line: until now, the machine let through what it did before, and these rules besides.
Set-NetFirewallProfile -PolicyStore localhost -All -Enabled True -DefaultInboundAction Block -DefaultOutboundAction Block -AllowInboundRules True -AllowLocalFirewallRules False -AllowUserApps False -AllowUserPorts False -AllowUnicastResponseToMulticast False -NotifyOnListen False -LogAllowed False -LogBlocked True -LogMaxSizeKilobytes 32767

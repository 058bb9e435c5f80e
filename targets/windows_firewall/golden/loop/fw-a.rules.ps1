# fw-a: the firewall of north.admin. Run apply.ps1, which reads this file.
# policy e16d73e09e92d4dea5f902a0bbb18a10203acc03d8776fffae578dca553645de
$ErrorActionPreference = 'Stop'

$at_north = @('10.1.0.0/24')
$at_north__admin = @('10.1.0.5')
$at_annex__meter = @('10.4.0.5')
$at_annex = @('10.4.0.0/24')
$at_core__server = @('10.2.0.5')
$at_south__plc = @('10.3.0.5')

# What the machine may get
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc in errors.ICMPv4' -Description 'ICMP errors of sessions' -Direction Inbound -Action Allow -Enabled True -Profile Any -RemoteAddress Any -LocalAddress Any -Protocol ICMPv4 -IcmpType 3,11,12 -EdgeTraversalPolicy Block | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc in errors.ICMPv6' -Description 'ICMP errors of sessions' -Direction Inbound -Action Allow -Enabled True -Profile Any -RemoteAddress Any -LocalAddress Any -Protocol ICMPv6 -IcmpType 1,2,3,4 -EdgeTraversalPolicy Block | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc in link.ICMPv6' -Description 'neighbour discovery and MLD' -Direction Inbound -Action Allow -Enabled True -Profile Any -RemoteAddress Any -LocalAddress Any -Protocol ICMPv6 -IcmpType 130,131,132,133,134,135,136,143 -EdgeTraversalPolicy Block | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc in north.in' -Description 'from inside north' -Direction Inbound -Action Allow -Enabled True -Profile Any -RemoteAddress $at_north -LocalAddress Any -Protocol Any -EdgeTraversalPolicy Block | Out-Null

# What it may send
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc out errors.ICMPv4' -Description 'ICMP errors of sessions' -Direction Outbound -Action Allow -Enabled True -Profile Any -RemoteAddress Any -LocalAddress Any -Protocol ICMPv4 -IcmpType 3,11,12 | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc out errors.ICMPv6' -Description 'ICMP errors of sessions' -Direction Outbound -Action Allow -Enabled True -Profile Any -RemoteAddress Any -LocalAddress Any -Protocol ICMPv6 -IcmpType 1,2,3,4 | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc out link.ICMPv6' -Description 'neighbour discovery and MLD' -Direction Outbound -Action Allow -Enabled True -Profile Any -RemoteAddress Any -LocalAddress Any -Protocol ICMPv6 -IcmpType 130,131,132,133,134,135,136,143 | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc out link' -Description 'what is sent to the link, and no router passes on' -Direction Outbound -Action Allow -Enabled True -Profile Any -RemoteAddress @('224.0.0.0/24', '255.255.255.255', 'fe80::/10', 'ff02::/16') -LocalAddress Any -Protocol Any | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc out north.out' -Description 'to inside north' -Direction Outbound -Action Allow -Enabled True -Profile Any -RemoteAddress $at_north -LocalAddress Any -Protocol Any | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc out side.uxeb4j4n.TCP' -Description 'side: admin -> meter : opc' -Direction Outbound -Action Allow -Enabled True -Profile Any -RemoteAddress $at_annex__meter -LocalAddress $at_north__admin -Protocol TCP -RemotePort 4840 | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc out north>annex.A' -Description 'north -> annex, any other service' -Direction Outbound -Action Allow -Enabled True -Profile Any -RemoteAddress $at_annex -LocalAddress Any -Protocol Any | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc out half.ww4iexny.TCP' -Description 'half: admin -> server : opc' -Direction Outbound -Action Allow -Enabled True -Profile Any -RemoteAddress $at_core__server -LocalAddress $at_north__admin -Protocol TCP -RemotePort 4840 | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc out all.vz46exf6.TCP' -Description 'all: admin -> plc : opc' -Direction Outbound -Action Allow -Enabled True -Profile Any -RemoteAddress $at_south__plc -LocalAddress $at_north__admin -Protocol TCP -RemotePort 4840 | Out-Null

# The last line: until now, the machine let through what it did before, and these rules besides.
Set-NetFirewallProfile -PolicyStore localhost -All -Enabled True -DefaultInboundAction Block -DefaultOutboundAction Block -AllowInboundRules True -AllowLocalFirewallRules False -AllowUserApps False -AllowUserPorts False -AllowUnicastResponseToMulticast False -NotifyOnListen False -LogAllowed True -LogBlocked True -LogMaxSizeKilobytes 32767

# fw: the firewall of dmz.jump. Run apply.ps1, which reads this file.
# policy 44d7fbe8417ea137cea80be9b898425ac3245006fccb2233906da4bf820ae437
$ErrorActionPreference = 'Stop'

$at_dmz = @('10.1.0.0/24')
$at_dmz__jump = @('10.1.0.5')
$at_cell__plc = @('10.2.0.5')
$at_cell__hmi = @('10.2.0.6')

# What the machine may get
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc in errors.ICMPv4' -Description 'ICMP errors of sessions' -Direction Inbound -Action Allow -Enabled True -Profile Any -RemoteAddress Any -LocalAddress Any -Protocol ICMPv4 -IcmpType 3,11,12 -EdgeTraversalPolicy Block | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc in errors.ICMPv6' -Description 'ICMP errors of sessions' -Direction Inbound -Action Allow -Enabled True -Profile Any -RemoteAddress Any -LocalAddress Any -Protocol ICMPv6 -IcmpType 1,2,3,4 -EdgeTraversalPolicy Block | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc in link.ICMPv6' -Description 'neighbour discovery and MLD' -Direction Inbound -Action Allow -Enabled True -Profile Any -RemoteAddress Any -LocalAddress Any -Protocol ICMPv6 -IcmpType 130,131,132,133,134,135,136,143 -EdgeTraversalPolicy Block | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc in dmz.in' -Description 'from inside dmz' -Direction Inbound -Action Allow -Enabled True -Profile Any -RemoteAddress $at_dmz -LocalAddress Any -Protocol Any -EdgeTraversalPolicy Block | Out-Null

# What it may send
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc out errors.ICMPv4' -Description 'ICMP errors of sessions' -Direction Outbound -Action Allow -Enabled True -Profile Any -RemoteAddress Any -LocalAddress Any -Protocol ICMPv4 -IcmpType 3,11,12 | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc out errors.ICMPv6' -Description 'ICMP errors of sessions' -Direction Outbound -Action Allow -Enabled True -Profile Any -RemoteAddress Any -LocalAddress Any -Protocol ICMPv6 -IcmpType 1,2,3,4 | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc out link.ICMPv6' -Description 'neighbour discovery and MLD' -Direction Outbound -Action Allow -Enabled True -Profile Any -RemoteAddress Any -LocalAddress Any -Protocol ICMPv6 -IcmpType 130,131,132,133,134,135,136,143 | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc out link' -Description 'what is sent to the link, and no router passes on' -Direction Outbound -Action Allow -Enabled True -Profile Any -RemoteAddress @('224.0.0.0/24', '255.255.255.255', 'fe80::/10', 'ff02::/16') -LocalAddress Any -Protocol Any | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc out dmz.out' -Description 'to inside dmz' -Direction Outbound -Action Allow -Enabled True -Profile Any -RemoteAddress $at_dmz -LocalAddress Any -Protocol Any | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc out open.a7cj3quk.TCP' -Description 'open: dmz.jump -> plc : web' -Direction Outbound -Action Allow -Enabled True -Profile Any -RemoteAddress $at_cell__plc -LocalAddress $at_dmz__jump -Protocol TCP -RemotePort 443 | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc out standing.j3xaf2ye.TCP' -Description 'standing: jump -> hmi : web' -Direction Outbound -Action Allow -Enabled True -Profile Any -RemoteAddress $at_cell__hmi -LocalAddress $at_dmz__jump -Protocol TCP -RemotePort 443 | Out-Null

# The last line: until now, the machine let through what it did before, and these rules besides.
Set-NetFirewallProfile -PolicyStore localhost -All -Enabled True -DefaultInboundAction Block -DefaultOutboundAction Block -AllowInboundRules True -AllowLocalFirewallRules False -AllowUserApps False -AllowUserPorts False -AllowUnicastResponseToMulticast False -NotifyOnListen False -LogAllowed True -LogBlocked True -LogMaxSizeKilobytes 32767

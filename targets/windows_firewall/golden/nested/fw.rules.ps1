# fw: the firewall of outside.partner. Run apply.ps1, which reads this file.
# policy df4a5093281648782a0396aeba24c9b59f49f36901f7aa3b54a5bf41eeab81f5
$ErrorActionPreference = 'Stop'

$at_outside = @('0.0.0.0-9.255.255.255', '10.1.0.0-10.7.255.255', '10.8.1.0-255.255.255.255', '::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff')
$at_outside__partner = @('198.51.100.7')
$at_hall = @('10.0.0.0/22', '10.0.8.0-10.0.200.0', '10.0.200.2-10.0.255.255', '10.8.0.0/24')
$at_inner = @('10.0.5.0-10.0.5.8', '10.0.5.10-10.0.5.15')

# What the machine may get
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc in errors.ICMPv4' -Description 'ICMP errors of sessions' -Direction Inbound -Action Allow -Enabled True -Profile Any -RemoteAddress Any -LocalAddress Any -Protocol ICMPv4 -IcmpType 3,11,12 -EdgeTraversalPolicy Block | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc in errors.ICMPv6' -Description 'ICMP errors of sessions' -Direction Inbound -Action Allow -Enabled True -Profile Any -RemoteAddress Any -LocalAddress Any -Protocol ICMPv6 -IcmpType 1,2,3,4 -EdgeTraversalPolicy Block | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc in link.ICMPv6' -Description 'neighbour discovery and MLD' -Direction Inbound -Action Allow -Enabled True -Profile Any -RemoteAddress Any -LocalAddress Any -Protocol ICMPv6 -IcmpType 130,131,132,133,134,135,136,143 -EdgeTraversalPolicy Block | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc in outside.in' -Description 'from inside outside' -Direction Inbound -Action Allow -Enabled True -Profile Any -RemoteAddress $at_outside -LocalAddress Any -Protocol Any -EdgeTraversalPolicy Block | Out-Null

# What it may send
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc out errors.ICMPv4' -Description 'ICMP errors of sessions' -Direction Outbound -Action Allow -Enabled True -Profile Any -RemoteAddress Any -LocalAddress Any -Protocol ICMPv4 -IcmpType 3,11,12 | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc out errors.ICMPv6' -Description 'ICMP errors of sessions' -Direction Outbound -Action Allow -Enabled True -Profile Any -RemoteAddress Any -LocalAddress Any -Protocol ICMPv6 -IcmpType 1,2,3,4 | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc out link.ICMPv6' -Description 'neighbour discovery and MLD' -Direction Outbound -Action Allow -Enabled True -Profile Any -RemoteAddress Any -LocalAddress Any -Protocol ICMPv6 -IcmpType 130,131,132,133,134,135,136,143 | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc out link' -Description 'what is sent to the link, and no router passes on' -Direction Outbound -Action Allow -Enabled True -Profile Any -RemoteAddress @('224.0.0.0/24', '255.255.255.255', 'fe80::/10', 'ff02::/16') -LocalAddress Any -Protocol Any | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc out outside.out' -Description 'to inside outside' -Direction Outbound -Action Allow -Enabled True -Profile Any -RemoteAddress $at_outside -LocalAddress Any -Protocol Any | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc out in.coxzekbz.TCP' -Description 'in: partner -> hall : web' -Direction Outbound -Action Allow -Enabled True -Profile Any -RemoteAddress $at_hall -LocalAddress $at_outside__partner -Protocol TCP -RemotePort 80,443 | Out-Null
New-NetFirewallRule -PolicyStore localhost -Group segc -DisplayName 'segc out *>inner.A' -Description 'outside -> inner, which no conduit joins' -Direction Outbound -Action Allow -Enabled True -Profile Any -RemoteAddress $at_inner -LocalAddress Any -Protocol Any | Out-Null

# The last line: until now, the machine let through what it did before, and these rules besides.
Set-NetFirewallProfile -PolicyStore localhost -All -Enabled True -DefaultInboundAction Block -DefaultOutboundAction Block -AllowInboundRules True -AllowLocalFirewallRules False -AllowUserApps False -AllowUserPorts False -AllowUnicastResponseToMulticast False -NotifyOnListen False -LogAllowed True -LogBlocked True -LogMaxSizeKilobytes 32767

"""One running configuration in both forms: as a terminal recorded it, and as an export."""

from __future__ import annotations

SESSION = """\
admin@PA-220> set cli config-output-format set
admin@PA-220> configure
Entering configuration mode
[edit]
admin@PA-220# show
set deviceconfig system hostname PA-220
set deviceconfig system login-banner "Keep out.
Every session is recorded."
set deviceconfig setting session ipv6-firewalling yes
set deviceconfig setting config rematch yes
set mgt-config users admin permissions role-based superuser yes
set network interface ethernet ethernet1/1 layer3 ip 10.1.0.1/24
set network profiles interface-management-profile ping permitted-ip 10.1.0.0/24
set shared log-settings syslog siem server one server 192.0.2.9
set zone "trust side" network layer3 ethernet1/1
set zone "trust side" enable-user-identification yes
set zone untrust network layer3 [ ethernet1/2 ethernet1/3 ]
set address "the plc" ip-netmask 10.1.0.5/32
set address "the plc" description "left of hall 2"
set address server ip-netmask 10.2.0.5/32
set service modbus protocol tcp port 502
set service modbus protocol tcp override no
set tag plant color color3
set rulebase security rules "orders [old]" to untrust
set rulebase security rules "orders [old]" from "trust side"
set rulebase security rules "orders [old]" source "the plc"
set rulebase security rules "orders [old]" destination server
set rulebase security rules "orders [old]" source-user any
set rulebase security rules "orders [old]" category any
set rulebase security rules "orders [old]" application any
set rulebase security rules "orders [old]" service modbus
set rulebase security rules "orders [old]" hip-profiles any
set rulebase security rules "orders [old]" action allow
set rulebase security rules "orders [old]" tag plant
set rulebase security rules "orders [old]" option disable-server-response-inspection no
[edit]
admin@PA-220#
"""
EXPORT = """\
<?xml version="1.0"?>
<config version="10.2.0" urldb="paloaltonetworks" detail-version="10.2.4">
  <mgt-config><users><entry name="admin"><phash>*</phash></entry></users></mgt-config>
  <shared><application/><log-settings><syslog><entry name="siem"/></syslog></log-settings></shared>
  <devices><entry name="localhost.localdomain">
    <network><interface><ethernet><entry name="ethernet1/1"><layer3/></entry></ethernet></interface></network>
    <deviceconfig>
      <system><hostname>PA-220</hostname></system>
      <setting><session><ipv6-firewalling>yes</ipv6-firewalling></session></setting>
    </deviceconfig>
    <vsys><entry name="vsys1">
      <zone>
        <entry name="trust side"><network><layer3><member>ethernet1/1</member></layer3></network></entry>
        <entry name="untrust"><network><layer3>
          <member>ethernet1/2</member><member>ethernet1/3</member>
        </layer3></network></entry>
      </zone>
      <address>
        <entry name="the plc"><ip-netmask>10.1.0.5/32</ip-netmask><description>left of hall 2</description></entry>
        <entry name="server"><ip-netmask>10.2.0.5/32</ip-netmask></entry>
      </address>
      <service>
        <entry name="modbus"><protocol><tcp><port>502</port><override><no/></override></tcp></protocol></entry>
      </service>
      <rulebase>
        <security><rules>
          <entry name="orders [old]" uuid="0f8fad5b-d9cb-469f-a165-70867728950e">
            <to><member>untrust</member></to><from><member>trust side</member></from>
            <source><member>the plc</member></source><destination><member>server</member></destination>
            <source-user><member>any</member></source-user><category><member>any</member></category>
            <application><member>any</member></application><service><member>modbus</member></service>
            <action>allow</action>
          </entry>
        </rules></security>
        <nat><rules/></nat>
      </rulebase>
    </entry></vsys>
  </entry></devices>
</config>
"""

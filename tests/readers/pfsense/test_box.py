"""What the rest of a box says, and what it does without being told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from segc.packets.machine import Machine
from segc.targets import registry
from tests.readers.pf import made, once
from tests.readers.pfsense.given import REST, files, verdict, whole


def test_the_files_are_equal_as_sections_and_as_a_whole() -> None:
    assert verdict(files()) == "equal"
    assert verdict(whole()) == "equal"


BOX = {
    "the anti-lockout rule lets everybody in": once("<noantilockout></noantilockout>", "<protocol>https</protocol>"),
    "a port of the web interface that is none": once("<noantilockout></noantilockout>", "<port>https</port>"),
    "private networks are blocked": once("<lan>", "<lan><blockpriv></blockpriv>"),
    "bogon networks are blocked": once("<lan>", "<lan><blockbogons></blockbogons>"),
    "IPv6 is off": once("<ipv6allow></ipv6allow>", ""),
    "an interface is off": once("<opt1><enable></enable>", "<opt1>"),
    "an interface asks for DHCP": once("<ipaddr>10.1.0.1</ipaddr>", "<ipaddr>dhcp</ipaddr>"),
    "a DHCP server": once("<interfaces>", "<dhcpd><lan><enable></enable></lan></dhcpd><interfaces>"),
    "port forwards": once("<interfaces>", "<nat><rule><descr>web</descr></rule></nat><interfaces>"),
    "the filter is off": once("<system>", "<system><disablefilter></disablefilter>"),
    "a captive portal": once("<interfaces>", "<captiveportal><z><enable></enable></z></captiveportal><interfaces>"),
    "a VPN": once("<interfaces>", "<ipsec><phase1><ikeid>1</ikeid></phase1></ipsec><interfaces>"),
    "a VPN of OpenVPN": once(
        "<interfaces>", "<openvpn><openvpn-server><vpnid>1</vpnid></openvpn-server></openvpn><interfaces>"
    ),
    "a group of interfaces": once(
        "<interfaces>", "<ifgroups><ifgroupentry><ifname>lan</ifname></ifgroupentry></ifgroups><interfaces>"
    ),
    "a section of which nobody knows": once("<interfaces>", "<evil></evil><interfaces>"),
    "virtual addresses": once("<interfaces>", "<virtualip><vip><mode>carp</mode></vip></virtualip><interfaces>"),
    "miniupnpd": once("<interfaces>", "<installedpackages><miniupnpd></miniupnpd></installedpackages><interfaces>"),
}


@pytest.mark.parametrize("change", BOX)
def test_the_rest_of_the_box_counts(change: str) -> None:
    assert verdict(whole(BOX[change](REST))) != "equal"


def test_a_network_of_an_interface_has_the_families_of_the_interface() -> None:
    """LAN without an address of IPv6: pfSense leaves that half of an inet46 rule out."""
    narrow = "<source><network>opt1</network></source>"
    rules = once(r"<source>\s*<address>segc_cell__plc</address>\s*</source>", narrow)(files()["rules"])
    assert verdict(whole(rules=rules)) == "refuted"


def test_each_rule_that_the_box_has_by_itself_is_needed() -> None:
    """The proof expects every one of them: a reader that forgets one is found out."""
    prover, one = made("pfsense")
    machine = registry.reader("pfsense").read(files())
    own = {(rule.matches, rule.action) for rules in machine.chains.values() for rule in rules if not rule.line}
    assert len(own) > 8
    for forgotten in own:
        less = Machine(
            {name: [r for r in rules if (r.matches, r.action) != forgotten] for name, rules in machine.chains.items()},
            [replace(base) for base in machine.bases],
        )
        asked = [prover.comparison(one.firewall, less, one.entry, family) for family in (4, 6)]
        assert any(True for c in asked for question in c.questions() for _ in c.differences(question)), forgotten

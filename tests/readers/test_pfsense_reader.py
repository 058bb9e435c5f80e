"""The reader of pfSense: real exports, every trap of config.xml, and what the box does without being told."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from segc.packets.fields import Packet
from segc.packets.machine import Machine, Refused
from segc.packets.trace import trace
from segc.proof.prove import Prover
from segc.targets import registry
from segc.targets.build import Built, build
from tests.plants import plant_of

AT = datetime(2026, 11, 25, 12, tzinfo=UTC)
EXPORT = (Path(__file__).parent / "data/pfsense/config.xml").read_text(encoding="utf-8")
POLICY = """
segc 1
site works { mode enforce }
service modbus { tcp 502 }
service range { tcp 500-510; udp 69, 123 }
service ping { icmp echo-request; icmp6 echo-request }
service ssh { tcp 22 }
zone mes { net 10.1.0.0/24, fd01::/64; asset app 10.1.0.5 { address fd01::5 }; asset old 10.1.0.6 }
zone cell { net 10.2.0.0/24, fd02::/64; asset plc 10.2.0.10 { address fd02::10 } }
conduit c mes -> cell {
  allow app -> plc : modbus { log }
  allow old -> plc : range
  allow app -> plc : ping
}
conduit back cell -> mes { mode monitor; allow plc -> app : range }
firewall fw {
  target pfsense
  interface lan mes 10.1.0.1/24, fd01::1/64
  interface opt1 cell 10.2.0.1/24, fd02::1/64
  manage mes.app : ssh
}
"""
REST = (
    "<system><webgui><noantilockout></noantilockout></webgui><ipv6allow></ipv6allow></system>"
    "<interfaces>"
    "<lan><enable></enable><ipaddr>10.1.0.1</ipaddr><subnet>24</subnet><ipaddrv6>fd01::1</ipaddrv6><subnetv6>64</subnetv6></lan>"
    "<opt1><enable></enable><ipaddr>10.2.0.1</ipaddr><subnet>24</subnet></opt1>"
    "</interfaces>"
)


@cache
def made() -> tuple[Prover, Built]:
    """The policy above, and its files."""
    with TemporaryDirectory() as folder:
        plant = plant_of(POLICY, Path(folder))
    return Prover(plant, AT, None), build(plant, AT, "declared").built[0]


def files() -> dict[str, str]:
    return {role: text for role, text in made()[1].texts().items() if role in ("rules", "sets")}


def verdict(given: dict[str, str]) -> str:
    """equal, refuted (with a packet), unread (it hangs on what is not known), or refused."""
    prover, one = made()
    try:
        proof = prover.prove(one.firewall, given, one.entry)
    except Refused:
        return "refused"
    if proof.equal:
        return "equal"
    return "refuted" if proof.differences else "unread"


def whole(rest: str = REST, rules: str | None = None) -> dict[str, str]:
    """The same as a whole configuration."""
    found = files()
    inner = [re.sub(r"<\?xml[^>]*\?>", "", text) for text in (rules or found["rules"], found["sets"])]
    return {"rules": f'<?xml version="1.0"?>\n<pfsense><version>23.3</version>{rest}{"".join(inner)}</pfsense>\n'}


def once(pattern: str, new: str) -> Callable[[str], str]:
    """Change the first place that the pattern matches; there must be one."""

    def change(text: str) -> str:
        changed, count = re.subn(pattern, new, text, count=1, flags=re.DOTALL)
        assert count
        return changed

    return change


PORT = r"<port>500-510</port>"
OLD = r"<address>segc_mes__old</address>"
TRAPS = {
    "a type that pfSense does not know is pass": once("<type>block</type>", "<type>deny</type>"),
    "no type is pass": once("<type>block</type>", ""),
    "a port without a protocol is every port of TCP": once(
        r"<protocol>tcp</protocol>(\s*<source>\s*" + OLD + ")", r"\1"
    ),
    "any wins over not": once(OLD, "<any></any><not></not>"),
    "not turns a side round": once(OLD, "<address>segc_mes__old</address><not></not>"),
    "a schedule that is unknown is always on": once("<type>pass</type>", "<type>pass</type><sched>nobody</sched>"),
    "<log>0</log> logs": once(r"<statetype>", "<log>0</log><statetype>"),
    "<disabled>0</disabled> disables": once("<type>block</type>", "<type>block</type><disabled>0</disabled>"),
    "an interface of which nobody knows": once("<interface>opt1</interface>", "<interface>opt7</interface>"),
    "two interfaces in a rule that does not float": once("<interface>opt1<", "<interface>opt1,lan<"),
    "an alias of which nobody knows": once(OLD, "<address>segc_mes__odl</address>"),
    "a list of ports": once(PORT, "<port>500,510</port>"),
    "two addresses": once(OLD, "<address>10.1.0.6 10.1.0.7</address>"),
    "a range of addresses": once(OLD, "<address>10.1.0.6-10.1.0.7</address>"),
    "no source": once(rf"<source>\s*{OLD}\s*</source>", ""),
    "an empty source": once(rf"<source>\s*{OLD}\s*</source>", "<source></source>"),
    "an address of IPv6 in a rule for IPv4": once(OLD, "<address>fd01::6</address>"),
    "a rule that floats and is not quick": once(
        "<type>block</type>", "<type>block</type><floating>yes</floating><direction>in</direction>"
    ),
    "a rule that floats goes first": once(
        "<type>block</type>", "<type>block</type><floating>yes</floating><quick>yes</quick><direction>in</direction>"
    ),
    "a rule for the way out": once(
        "<type>block</type>", "<type>block</type><floating>yes</floating><direction>out</direction>"
    ),
    "match logs once more": once(
        "(<rule>.*?</rule>)",
        r"<rule><type>match</type><floating>yes</floating><direction>in</direction><source><any></any></source>"
        r"<destination><any></any></destination><log></log><tracker>7</tracker></rule>\1",
    ),
    "no state": once("<statetype>keep state<", "<statetype>none<"),
    "no tracker": once(r"<tracker>\d+</tracker>(?=\s*<type>block)", ""),
    "a tracker of which the manifest knows nothing": once(
        r"<tracker>\d+</tracker>(?=\s*<type>block)", "<tracker>5</tracker>"
    ),
    "a tracker that pf has no room for": once(r"<tracker>\d+<", "<tracker>4294967296<"),
    "a rule that belongs to a port forward": once(
        "<type>pass<", "<associated-rule-id>nat_1</associated-rule-id><type>pass<"
    ),
    "a gateway": once("<type>pass</type>", "<type>pass</type><gateway>WANGW</gateway>"),
    "a limit": once("<type>pass</type>", "<type>pass</type><max>10</max>"),
    "flags of TCP": once("<type>pass</type>", "<type>pass</type><tcpflags1>syn</tcpflags1>"),
    "a word of which nobody knows": once("<type>pass</type>", "<type>pass</type><evil></evil>"),
    "a type that stands twice": once("<type>pass</type>", "<type>pass</type><type>pass</type>"),
    "a record that is lost": once("<log></log>", ""),
    "one family too few": once("<ipprotocol>inet46<", "<ipprotocol>inet<"),
    "a family that pfSense does not know is IPv4": once("<ipprotocol>inet46<", "<ipprotocol>any<"),
    "a type of ICMP of the other family": once(r"<icmptype>128</icmptype>", "<icmptype>maskreq</icmptype>"),
    "ICMP in capitals has no types": once("<protocol>icmp</protocol>", "<protocol>ICMP</protocol>"),
    "every type of ICMP": once(r"<icmptype>8</icmptype>", ""),
    "a range one too wide": once(PORT, "<port>500-511</port>"),
    "a range from zero": once(PORT, "<port>0-510</port>"),
    "a port alias for addresses": once(OLD, "<address>segc_ports__range_udp</address>"),
    "an alias for a port, of addresses": once(PORT, "<port>segc_mes</port>"),
    "order": once(r"(<rule>(?:(?!</rule>).)*</rule>)(.*)(</filter>)", r"\2\1\3"),
    "the firewall's own address as a source": once(OLD, "<network>(self)</network>"),
    "rules that bypass others": once("</filter>", "<bypassstaticroutes></bypassstaticroutes></filter>"),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_no_trap_gets_past_the_proof(trap: str) -> None:
    given = files()
    given["rules"] = TRAPS[trap](given["rules"])
    assert verdict(given) != "equal"


ALIASES = {
    "an alias without anything": once(r"(segc_mes__old</name>.*?<address>)[^<]*", r"\1"),
    "a name that is looked up": once(r"(segc_mes__old</name>.*?<address>)[^<]*", r"\1old.example.org"),
    "an alias that is gone": once(r"<alias>\s*<name>segc_mes__old<.*?</alias>", ""),
    "an alias that holds itself": once(r"(segc_mes__old</name>.*?<address>)[^<]*", r"\1segc_mes__old"),
    "ports without any": once(r"(segc_ports__\w+</name>.*?<address>)[^<]*", r"\1"),
    "a wider network": once(r"(segc_mes__old</name>.*?<address>)[^<]*", r"\g<1>10.1.0.6/31"),
    "another type": once(r"(segc_mes__old</name>\s*<type>)network", r"\1urltable"),
    "two of one name": once(r"(<alias>.*?</alias>)", r"\1\1"),
    "a name too long": once(r"segc_mes__old<", f"{'a' * 32}<"),
}


@pytest.mark.parametrize("change", ALIASES)
def test_an_alias_is_never_more_than_it_says(change: str) -> None:
    given = files()
    given["sets"] = ALIASES[change](given["sets"])
    assert verdict(given) != "equal"


SAME = {
    "protocols in capitals": once("<protocol>tcp</protocol>", "<protocol>TCP</protocol>"),
    "a range with a colon": once(PORT, "<port>500:510</port>"),
    "any protocol by name": once(r"(<ipprotocol>inet46</ipprotocol>)(\s*<source>)", r"\1<protocol>any</protocol>\2"),
    "types by name": once("<icmptype>8</icmptype>", "<icmptype>echoreq</icmptype>"),
    "CDATA": once(r"<descr>([^<&]*)</descr>", r"<descr><![CDATA[\1]]></descr>"),
    "elements that exports carry empty": once(
        "<type>", "<max></max><tag></tag><os></os><created><time>1</time></created><type>"
    ),
    "a long description": once("<descr>", f"<descr>{'x' * 70}\n"),
    "a separator": once("</filter>", "<separator><lan></lan></separator></filter>"),
    "a sloppy state": once("keep state", "sloppy state"),
}


@pytest.mark.parametrize("change", SAME)
def test_what_means_the_same_is_equal(change: str) -> None:
    given = files()
    given["rules"] = SAME[change](given["rules"])
    assert verdict(given) == "equal"


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


@pytest.mark.parametrize(
    "text", ["", "<filter>", "<!DOCTYPE a><filter></filter>", "<filter>x<rule></rule></filter>", "<pfsense a='1'/>"]
)
def test_what_is_no_export_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        registry.reader("pfsense").read({"rules": text})


def test_entities_are_not_expanded() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY a "aaaa">]><filter><rule><type>&a;</type></rule></filter>'
    with pytest.raises(Refused, match="DTD"):
        registry.reader("pfsense").read({"rules": bomb})


def test_each_rule_that_the_box_has_by_itself_is_needed() -> None:
    """The proof expects every one of them: a reader that forgets one is found out."""
    prover, one = made()
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


# -- a real export --------------------------------------------------------------


def fate(
    source: str, target: str, proto: int, dport: int, iif: str = "lan", sport: int = 40000, hook: str = "forward"
) -> str:
    """What the export does with a packet, and what it logs."""
    machine = registry.reader("pfsense").read({"rules": EXPORT})
    one, other = ip_address(source), ip_address(target)
    packet = Packet(one.version, int(one), int(other), proto, dport, sport, iif)
    found = trace(machine, packet, (hook,))
    return " ".join([found.kind, *found.logs])


LAN, OUT = "192.168.1.20", "198.51.100.9"


@pytest.mark.parametrize(
    ("packet", "fared"),
    [
        ((LAN, OUT, 6, 443), "accept"),
        ((LAN, OUT, 6, 23), "drop 1700000001"),
        ((LAN, "203.0.113.7", 17, 69), "drop 1700000003"),
        ((LAN, "203.0.113.70", 17, 5005), "drop 1700000003"),
        ((LAN, "203.0.113.70", 17, 5011), "accept"),
        (("192.168.2.5", OUT, 17, 123), "accept"),  # no rule of LAN takes it, so the one that floats decides
        (("192.168.2.5", OUT, 17, 124), "drop"),
        (("192.168.2.6", OUT, 17, 123), "drop 1700000004"),  # of those that are not quick, the last one decides
        ((LAN, OUT, 6, 0), "drop"),
        ((OUT, LAN, 6, 443, "wan"), "drop"),
        ((LAN, "192.168.1.1", 6, 443, "lan", 40000, "input"), "accept"),
        (("192.168.9.9", "192.168.1.1", 6, 22, "lan", 40000, "input"), "accept"),  # anti-lockout asks nobody
        (("192.168.9.9", "192.168.1.1", 6, 25, "lan", 40000, "input"), "drop"),
        (("192.168.7.7", "255.255.255.255", 17, 67, "lan", 68, "input"), "accept"),
        ((OUT, "203.0.113.99", 17, 68, "wan", 67, "input"), "accept"),
        (("10.0.0.5", LAN, 6, 443, "wan"), "drop"),
        (("2001:db8::5", "2001:db8:1::5", 6, 443), "drop"),  # LAN has no IPv6: its rule is left out
        (("2001:db8::5", "2001:db8:1::5", 58, 2 * 256), "accept"),
        (("10.3.0.5", OUT, 6, 443, "opt1"), "drop"),  # an interface that is off has no rules
    ],
)
def test_a_real_export_is_read(packet: tuple[str, str, int, int], fared: str) -> None:
    assert fate(*packet) == fared


def test_an_export_says_what_it_is() -> None:
    reader = registry.reader("pfsense")
    assert reader.role("config-fw.xml", EXPORT) == "rules"
    assert [reader.role(name, text) for name, text in files().items()] == [
        "rules" if n == "rules" else "sets" for n in files()
    ]
    assert reader.role("x", "<opnsense></opnsense>") is None
    assert reader.role("x", "hostname fw") is None
    assert not registry.reader("pfsense").read({"rules": EXPORT}).unknown


def test_the_playbook_says_every_rule_or_names_it() -> None:
    texts = made()[1].texts()
    rules = texts["rules"].count("<rule>")
    assert texts["playbook"].count("            tracker: ") + texts["playbook"].count("# NOT IN HERE") == rules
    assert set(re.findall(r"<tracker>(\d+)", texts["rules"])) >= set(re.findall(r"tracker: '(\d+)'", texts["playbook"]))


def test_names_keep_to_the_limits() -> None:
    texts = made()[1].texts()
    assert all(len(name) <= 31 for name in re.findall(r"<name>(\w+)</name>", texts["sets"]))
    descriptions = re.findall(r"<descr>([^<]*)</descr>", texts["rules"])
    assert descriptions
    assert all(len(text.replace("&gt;", ">").replace("&amp;", "&")) <= 52 for text in descriptions)
    trackers = re.findall(r"<tracker>(\d+)</tracker>", texts["rules"])
    assert len(set(trackers)) == len(trackers)


def test_what_is_monitored_passes_with_ip_options_too() -> None:
    """pf drops packets with IP options behind a rule that passes, unless the rule says otherwise."""
    found = re.findall(r"<rule>.*?</rule>", made()[1].texts()["rules"], re.DOTALL)
    passing = [rule for rule in found if "<type>pass</type>" in rule]
    monitored = [rule for rule in passing if re.search("<descr>(cell&gt;mes|back)", rule)]
    enforced = [rule for rule in passing if re.search(r"<descr>c\.", rule)]
    assert monitored
    assert enforced
    assert all("<allowopts>" in rule for rule in monitored)
    assert not any("<allowopts>" in rule for rule in enforced)


def test_rules_for_the_firewall_itself_come_first() -> None:
    """A rule for a whole zone behind an interface would take its packets otherwise."""
    for interface in ("lan", "opt1"):
        found = re.findall(rf"<interface>{interface}<.*?<destination>(.*?)</destination>", rules(), re.DOTALL)
        own = ["(self)" in target or "segc_link" in target for target in found]
        assert own == sorted(own, reverse=True)
        assert any(own)


def rules() -> str:
    return made()[1].texts()["rules"]


def test_the_guide_speaks_of_anti_lockout_where_it_would_defeat_the_policy() -> None:
    assert "anti-lockout rule" in made()[1].texts()["guide"]
    with TemporaryDirectory() as folder:
        plant = plant_of(POLICY.replace("manage mes.app : ssh", ""), Path(folder))
    assert "Anti-lockout" not in build(plant, AT, "declared").built[0].texts()["guide"]

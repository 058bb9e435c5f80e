"""The reader of OPNsense: traps of its model and generator, real exports, and the merge that puts our part into one."""

from __future__ import annotations

import re
import runpy
import sys
from collections.abc import Callable
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from segc.packets.fields import Packet
from segc.packets.machine import Refused
from segc.packets.trace import trace
from segc.proof.prove import Prover
from segc.targets import registry
from segc.targets.build import Built, build
from tests.plants import plant_of
from tests.readers.test_pfsense_reader import AT, POLICY, once

EXPORT = (Path(__file__).parent / "data/opnsense/config.xml").read_text(encoding="utf-8")
REST = (
    "<system><webgui><noantilockout>1</noantilockout><protocol>https</protocol></webgui><ipv6allow>1</ipv6allow></system>"
    "<interfaces><lan><enable>1</enable><ipaddr>10.1.0.1</ipaddr><subnet>24</subnet></lan>"
    "<opt1><enable>1</enable><ipaddr>10.2.0.1</ipaddr><subnet>24</subnet></opt1>"
    "<lo0><enable>1</enable><internal_dynamic>1</internal_dynamic><virtual>1</virtual></lo0></interfaces>"
)


@cache
def made() -> tuple[Prover, Built]:
    """The policy of the tests of pfSense, for OPNsense."""
    with TemporaryDirectory() as folder:
        plant = plant_of(POLICY.replace("target pfsense", "target opnsense"), Path(folder))
    return Prover(plant, AT, None), build(plant, AT, "declared").built[0]


def rules() -> str:
    return made()[1].texts()["rules"]


def verdict(text: str) -> str:
    """equal, refuted (with a packet), unread (it hangs on what is not known), or refused."""
    prover, one = made()
    try:
        proof = prover.prove(one.firewall, {"rules": text}, one.entry)
    except Refused:
        return "refused"
    if proof.equal:
        return "equal"
    return "refuted" if proof.differences else "unread"


def whole(rest: str = REST) -> str:
    return rules().replace("<opnsense>", f"<opnsense>{rest}", 1)


OLD = "<source_net>segc_mes__old</source_net>"
PORT = "<destination_port>500-510</destination_port>"
TRAPS: dict[str, Callable[[str], str]] = {
    "an action that pf does not know": once("<action>block<", "<action>deny<"),
    "no action is pass": once("<action>block</action>", ""),
    "switched off": once("<enabled>1</enabled>(?=\\s*<statetype>)", "<enabled>0</enabled>"),
    "a rule of two interfaces goes first": once(
        r"(<action>block</action>\s*<quick>1</quick>\s*)<interface>lan<", r"\1<interface>lan,opt1<"
    ),
    "a rule of no interface goes first": once(r"<interface>opt1</interface>", "<interface></interface>"),
    "an interface that nobody has": once("<interface>opt1<", "<interface>opt7<"),
    "all interfaces but one": once("<interface>opt1<", "<interfacenot>1</interfacenot><interface>opt1<"),
    "not quick": once("<quick>1<", "<quick>0<"),
    "a sequence that stands twice": once("<sequence>20<", "<sequence>10<"),
    "the last one first": once("<sequence>10<", "<sequence>9999<"),
    "no sequence": once(r"<sequence>\d+(</sequence>\s*<action>block)", r"<sequence>\1"),
    "a sequence that is no number": once("<sequence>20<", "<sequence>x<"),
    "the way out": once("<direction>in<", "<direction>out<"),
    "both ways": once("<direction>in<", "<direction>any<"),
    "an alias that nobody has": once(OLD, "<source_net>segc_mes__odl</source_net>"),
    "a range of addresses": once(OLD, "<source_net>10.1.0.6-10.1.0.7</source_net>"),
    "one address more": once(OLD, "<source_net>segc_mes__old,10.1.0.7</source_net>"),
    "no source is any": once(OLD, ""),
    "turned round": once(OLD, OLD + "<source_not>1</source_not>"),
    "an address of the other family": once(OLD, "<source_net>fd01::6</source_net>"),
    "an interface's network": once(OLD, "<source_net>lan</source_net>"),
    "a list of ports": once(PORT, "<destination_port>500,510</destination_port>"),
    "ports of nobody": once(PORT, "<destination_port>segc_ports__x</destination_port>"),
    "a range up to any": once(PORT, "<destination_port>500-any</destination_port>"),
    "no ports": once(PORT, ""),
    "ports without a protocol": once(r"<protocol>TCP</protocol>", "<protocol>any</protocol>"),
    "another protocol": once(r"<protocol>TCP</protocol>", "<protocol>UDP</protocol>"),
    "TCP and UDP": once(r"<protocol>TCP</protocol>", "<protocol>TCP/UDP</protocol>"),
    "a protocol that nobody knows": once(r"<protocol>TCP</protocol>", "<protocol>PCT</protocol>"),
    "types for the wrong family": once("icmp6type>128</icmp6type", "icmptype>128</icmptype"),
    "any type": once("<icmptype>8</icmptype>", ""),
    "a family too few": once(">inet46<", ">inet<"),
    "a family of nobody": once(">inet46<", ">ipv4<"),
    "no family is IPv4": once("<ipprotocol>inet46</ipprotocol>", ""),
    "a record that is lost": once("<log>1<", "<log>0<"),
    "a record too many": once("<log>0<", "<log>1<"),
    "a record under another name": once(r'(<rule uuid=")\w{8}(?=(?:(?!</rule>).)*<log>1)', r"\g<1>00000000"),
    "a UUID that stands twice": once(r'(<rule uuid="[^"]*">)(.*?<rule uuid="[^"]*">)', r"\1\2\1</rule>\1"),
    "no UUID": once(r'<rule uuid="[^"]*">', "<rule>"),
    "no state": once("<statetype>keep<", "<statetype>none<"),
    "a schedule": once("<statetype>", "<sched>night</sched><statetype>"),
    "a gateway": once("<statetype>", "<gateway>WANGW</gateway><statetype>"),
    "a limit": once("<statetype>", "<max>5</max><statetype>"),
    "a word of which nobody knows": once("<statetype>", "<evil>1</evil><statetype>"),
    "an alias that is off": once(r"<enabled>1</enabled>(\s*<name>segc_mes__old<)", r"<enabled>0</enabled>\1"),
    "an alias without anything": once(r"(segc_mes__old</name>.*?<content>)[^<]*", r"\1"),
    "an alias for one family": once(r"(segc_mes__app</name>)", r"\1<proto>IPv4</proto>"),
    "an alias of another type": once(r"(segc_mes__old</name>\s*<type>)network", r"\1geoip"),
    "an alias that holds itself": once(r"(segc_mes__old</name>.*?<content>)[^<]*", r"\1segc_mes__old"),
    "ports without any": once(r"(segc_ports__\w+</name>.*?<content>)[^<]*", r"\1"),
    "two aliases of one name": once(r"(<alias uuid=.*?</alias>)", r"\1\1"),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_no_trap_gets_past_the_proof(trap: str) -> None:
    assert verdict(TRAPS[trap](rules())) != "equal"


SAME: dict[str, Callable[[str], str]] = {
    "fields at their defaults": once("<statetype>keep</statetype>", "<source_not>0</source_not><tag></tag><max></max>"),
    "protocols in small letters": once("<protocol>TCP<", "<protocol>tcp<"),
    "types by name": once("<icmptype>8<", "<icmptype>echoreq<"),
    "a range with a colon": once(PORT, "<destination_port>500:510</destination_port>"),
    "other sequences": once("<sequence>10<", "<sequence>5<"),
    "a description": once("<description>", "<description>x"),
    "an alias of somebody else": once("</aliases>", "<alias><name>theirs</name><type>geoip</type></alias></aliases>"),
}


@pytest.mark.parametrize("change", SAME)
def test_what_means_the_same_is_equal(change: str) -> None:
    assert verdict(SAME[change](rules())) == "equal"


BOX: dict[str, Callable[[str], str]] = {
    "the anti-lockout rule": once("<noantilockout>1</noantilockout>", ""),
    "private networks are blocked": once("<lan><enable>1</enable>", "<lan><enable>1</enable><blockpriv>1</blockpriv>"),
    "bogon networks are blocked": once(
        "<lan><enable>1</enable>", "<lan><enable>1</enable><blockbogons>1</blockbogons>"
    ),
    "IPv6 is off": once("<ipv6allow>1</ipv6allow>", ""),
    "an interface is off": once("<opt1><enable>1</enable>", "<opt1>"),
    "an interface is a group": once("<opt1>", "<opt1><type>group</type>"),
    "a rule of the old page": once("<interfaces>", "<filter><rule><type>pass</type></rule></filter><interfaces>"),
    "port forwards": once("<interfaces>", "<nat><rule><descr>web</descr></rule></nat><interfaces>"),
    "a captive portal": once(
        "(<opnsense>.*?)<OPNsense>", r"\1<OPNsense><captiveportal><zones><zone/></zones></captiveportal>"
    ),
    "a VPN, as it was": once("<interfaces>", "<ipsec><phase1><ikeid>1</ikeid></phase1></ipsec><interfaces>"),
    "a VPN": once(
        "(<opnsense>.*?)<OPNsense>",
        r"\1<OPNsense><Swanctl><Connections><Connection><enabled>1</enabled></Connection></Connections></Swanctl>",
    ),
    "the filter is off": once("<system>", "<system><disablefilter>1</disablefilter>"),
    "a section of which nobody knows": once("<interfaces>", "<evil></evil><interfaces>"),
}


@pytest.mark.parametrize(
    "rest",
    [
        "<ipsec/><openvpn/>",
        "<system><disablevpnrules>1</disablevpnrules></system><ipsec><phase1><ikeid>1</ikeid></phase1></ipsec>",
    ],
)
def test_vpns_that_bring_no_rules_are_passed_over(rest: str) -> None:
    text = whole(REST.replace("<system>", rest.partition("</system>")[0], 1) if "<system>" in rest else REST)
    text = text.replace("<interfaces>", f"{rest.rpartition('</system>')[2]}<interfaces>", 1)
    assert verdict(text) == "equal"


@pytest.mark.parametrize("change", BOX)
def test_the_rest_of_the_box_counts(change: str) -> None:
    assert verdict(BOX[change](whole())) != "equal"


def test_the_models_are_equal_alone_and_in_a_whole_configuration() -> None:
    assert verdict(rules()) == "equal"
    assert verdict(whole()) == "equal"


def test_merged_into_an_export_they_are_equal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """merge replaces rules, keeps others' aliases, and the configuration as it was beside the new one."""
    texts = made()[1].texts()
    config, ours, program = tmp_path / "config.xml", tmp_path / "segc.xml", tmp_path / "merge"
    before = EXPORT.replace("<opt1>", "<opt1><enable>1</enable>").replace(
        "<webgui>", "<webgui><noantilockout>1</noantilockout>"
    )
    for path, text in ((config, before), (ours, texts["rules"]), (program, texts["merge"])):
        path.write_text(text, encoding="utf-8")
    for _ in range(2):
        monkeypatch.setattr(sys, "argv", ["merge", str(ours), str(config)])
        runpy.run_path(str(program), run_name="__main__")
        after = config.read_text(encoding="utf-8")
        assert verdict(after) == "equal"
        assert after.count("<name>servers</name>") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "config.xml",
        "config.xml.before-segc",
        "merge",
        "segc.xml",
    ]


def test_it_is_not_merged_into_something_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = made()[1].texts()
    for name, text in (("config.xml", "<pfsense/>"), ("segc.xml", texts["rules"]), ("merge", texts["merge"])):
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["merge", str(tmp_path / "segc.xml"), str(tmp_path / "config.xml")])
    with pytest.raises(SystemExit, match="no configuration"):
        runpy.run_path(str(tmp_path / "merge"), run_name="__main__")
    assert (tmp_path / "config.xml").read_text(encoding="utf-8") == "<pfsense/>"


def fate(source: str, target: str, proto: int, dport: int, iif: str = "lan", hook: str = "forward") -> str:
    """What the export does with a packet, and what it logs."""
    machine = registry.reader("opnsense").read({"rules": EXPORT})
    one, other = ip_address(source), ip_address(target)
    found = trace(machine, Packet(one.version, int(one), int(other), proto, dport, 40000, iif), (hook,))
    return " ".join([found.kind, *found.logs])


LAN, OUT = "192.168.1.20", "198.51.100.9"


@pytest.mark.parametrize(
    ("packet", "fared"),
    [
        ((LAN, OUT, 6, 443), "accept"),
        ((LAN, OUT, 6, 23), "reject 5b0b9c8e-2a7e-4d5e-9d53-6a3f0e0d0001"),  # two interfaces: before all others
        ((LAN, "203.0.113.7", 17, 69), "drop 5b0b9c8e-2a7e-4d5e-9d53-6a3f0e0d0002"),
        ((LAN, "203.0.113.70", 17, 5005), "drop 5b0b9c8e-2a7e-4d5e-9d53-6a3f0e0d0002"),
        ((LAN, "203.0.113.70", 17, 5011), "accept"),
        (("10.9.9.9", OUT, 6, 443, "wan"), "drop"),  # a private source
        (("100.64.0.9", OUT, 6, 443, "wan"), "drop"),
        ((OUT, LAN, 6, 443, "wan"), "accept"),
        ((OUT, LAN, 6, 444, "wan"), "drop"),
        ((LAN, OUT, 6, 0), "drop"),
        (("192.168.9.9", "192.168.1.1", 6, 443, "lan", "input"), "accept"),  # anti-lockout asks nobody
        (("192.168.9.9", "203.0.113.2", 6, 443, "lan", "input"), "accept"),  # at any address of the firewall
        (("192.168.9.9", "192.168.1.1", 6, 22, "lan", "input"), "accept"),  # SSH is on
        (("192.168.9.9", "192.168.1.1", 6, 25, "lan", "input"), "drop"),
        (("10.3.0.5", OUT, 6, 443, "opt1"), "drop"),  # an interface that is off has no rules
        (("127.0.0.1", "127.0.0.1", 6, 443, "lo", "input"), "accept"),
    ],
)
def test_an_export_is_read(packet: tuple[str, str, int, int], fared: str) -> None:
    assert fate(*packet) == fared


def test_an_export_says_what_it_is() -> None:
    reader = registry.reader("opnsense")
    assert reader.role("config.xml", EXPORT) == "rules"
    assert reader.role("segc.xml", rules()) == "rules"
    assert reader.role("x", "<pfsense></pfsense>") is None
    assert reader.role("x", "hostname fw") is None


@pytest.mark.parametrize(
    "text", ["", "<pfsense></pfsense>", "<!DOCTYPE a><opnsense></opnsense>", "<opnsense a='1'></opnsense>"]
)
def test_what_is_no_configuration_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        registry.reader("opnsense").read({"rules": text})


def test_uuids_last(tmp_path: Path) -> None:
    """Another flow, and the UUIDs of all other rules stay; sequences move at one interface only."""
    more = POLICY.replace("target pfsense", "target opnsense").replace(
        "allow old -> plc : range", "allow old -> plc : range\n  allow old -> plc : modbus"
    )
    new = build(plant_of(more, tmp_path), AT, "declared").built[0].texts()["rules"]
    pattern = re.compile(r'<rule uuid="([^"]+)".*?<sequence>(\d+)<.*?<interface>(\w+)<', re.DOTALL)
    old_rules, new_rules = ({u: (s, i) for u, s, i in pattern.findall(text)} for text in (rules(), new))
    assert set(old_rules) < set(new_rules)
    assert all(new_rules[u] == place for u, place in old_rules.items() if place[1] == "opt1")

"""A real export, packet by packet, and what is none."""

from __future__ import annotations

import pytest

from segc.packets.machine import Refused
from segc.targets import registry
from tests.readers.pf import fate
from tests.readers.pfsense.given import EXPORT, files


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
        ((LAN, "192.168.1.1", 6, 443, "lan", "input"), "accept"),
        (("192.168.9.9", "192.168.1.1", 6, 22, "lan", "input"), "accept"),  # anti-lockout asks nobody
        (("192.168.9.9", "192.168.1.1", 6, 25, "lan", "input"), "drop"),
        (("192.168.7.7", "255.255.255.255", 17, 67, "lan", "input", 68), "accept"),
        ((OUT, "203.0.113.99", 17, 68, "wan", "input", 67), "accept"),
        (("10.0.0.5", LAN, 6, 443, "wan"), "drop"),
        (("2001:db8::5", "2001:db8:1::5", 6, 443), "drop"),  # LAN has no IPv6: its rule is left out
        (("2001:db8::5", "2001:db8:1::5", 58, 2 * 256), "accept"),
        (("10.3.0.5", OUT, 6, 443, "opt1"), "drop"),  # an interface that is off has no rules
    ],
)
def test_a_real_export_is_read(packet: tuple[str, str, int, int], fared: str) -> None:
    assert fate("pfsense", EXPORT, packet[:2], *packet[2:]) == fared


def test_an_export_says_what_it_is() -> None:
    reader = registry.reader("pfsense")
    assert reader.role("config-fw.xml", EXPORT) == "rules"
    assert [reader.role(name, text) for name, text in files().items()] == [
        "rules" if n == "rules" else "sets" for n in files()
    ]
    assert reader.role("x", "<opnsense></opnsense>") is None
    assert reader.role("x", "hostname fw") is None
    assert not registry.reader("pfsense").read({"rules": EXPORT}).unknown

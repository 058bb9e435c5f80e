"""A real export, packet by packet, and what is none."""

from __future__ import annotations

import pytest

from segc.packets.machine import Refused
from segc.targets import registry
from tests.readers.opnsense.given import EXPORT, rules
from tests.readers.pf import fate

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
    assert fate("opnsense", EXPORT, packet[:2], *packet[2:]) == fared


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

"""What the reader does not know, or what only seems to be known, is left open."""

from __future__ import annotations

import pytest

from segc.targets import registry
from tests.readers.iptables.given import read, rule


@pytest.mark.parametrize(
    "text",
    ["-m geoip --src-cc AT -j DROP", "-m limit --limit 5/sec -j DROP", "-p tcp --syn -j DROP",
     "-m mac --mac-source 00:11:22:33:44:55 -j DROP",
     "-j TEE --gateway 10.0.0.1", "-m length --length 0:100 -j DROP", '-m u32 --u32 "12&0xFF=1" -j DROP'],
)  # fmt: skip
def test_says_what_it_does_not_know(text: str) -> None:
    (what, line, role), *_ = rule(text).unknown
    assert what.removesuffix(" (line 4)").split()[-1] in text.replace('"', "")
    assert (line, role) == (4, "rules-ipv4")


def test_before_conntrack_nobody_knows_a_session() -> None:
    machine = read("*raw\n-A PREROUTING -m conntrack --ctstate NEW -j DROP\nCOMMIT\n")
    assert machine.unknown == [("-m conntrack --ctstate NEW", 2, "rules-ipv4")]


def test_a_limit_is_another_one_on_every_line() -> None:
    """Else a packet that the first does not hold could not be held by the second."""
    machine = rule("-m limit --limit 5/sec -j DROP\n-A FORWARD -m limit --limit 5/sec -j DROP")
    one, other = machine.chains["ipv4/filter/FORWARD"]
    assert one.matches != other.matches
    machine = rule("-m mac --mac-source 00:11:22:33:44:55 -j DROP\n-A FORWARD -p tcp --syn -j DROP")
    assert [text for text, _, _ in machine.unknown] == ["-m mac --mac-source 00:11:22:33:44:55", "-m tcp --syn"]


@pytest.mark.parametrize(
    "text",
    ["-m set --match-set plcs src --return-nomatch", "-m conntrack --ctorigsrcport 5",
     "-p icmp -m conntrack --ctorigdstport 5", "-p tcp -m length --length 0:20", "-p icmp -m length --length 0:28",
     "-m u32 ! --u32 6&0xFF=1:9&&6&0xFF=5:17", "-m u32 --u32 6&0xFF=6&&12=5"],
)  # fmt: skip
def test_what_seems_to_be_known_and_is_not(text: str) -> None:
    """A field of this name, but another meaning here."""
    assert rule(f"{text} -j DROP").unknown


def test_ah_in_ipv6_is_found_by_its_module_alone() -> None:
    six = "*filter\n-A FORWARD {} -j DROP\nCOMMIT\n"
    found = [
        registry.reader("iptables").read({"rules-ipv6": six.format(text)}) for text in ("-p ah", "! -p 51", "-m ah")
    ]
    assert [bool(machine.unknown) for machine in found] == [True, True, False]


def test_a_set_that_rules_fill_may_have_changed_between_two_lines() -> None:
    look = "-m set --match-set plcs src -j DROP"
    one, _, other = rule(f"{look}\n-A FORWARD -j SET --add-set plcs src\n-A FORWARD {look}").chains[
        "ipv4/filter/FORWARD"
    ]
    assert one.matches != other.matches

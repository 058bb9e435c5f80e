"""Chains, the places of rules in them, and what their flags mean."""

from __future__ import annotations

from segc.lang.icmp import ICMP, ICMP6
from segc.packets.machine import Continue, Unknown
from segc.packets.trace import trace
from tests.readers.iptables.given import only, packet, part, read, rule


def test_what_iptables_takes_for_every() -> None:
    """Protocol 0 and ICMP type 255 are no numbers there."""
    assert trace(rule("-p 0 -j DROP"), packet("1.1.1.1", "2.2.2.2")).kind == "drop"
    assert trace(rule("-p icmp --icmp-type 255 -j DROP"), packet("1.1.1.1", "2.2.2.2", 1, 0)).kind == "drop"


def test_icmp_names_are_those_of_the_language() -> None:
    names = part("names")
    for mine, ours in ((names.ICMP, ICMP), (names.ICMP6, ICMP6)):
        for name, number in ours.items():
            if name in mine:
                assert mine[name][0] == number, name


def test_every_built_in_chain_is_a_base_in_its_place() -> None:
    bases = {base.chain: (base.hook, base.priority) for base in read("*nat\nCOMMIT\n*raw\nCOMMIT\n").bases}
    assert bases == {
        "ipv4/nat/PREROUTING": ("prerouting", -100),
        "ipv4/nat/OUTPUT": ("output", -100),
        "ipv4/nat/INPUT": ("input", 100),
        "ipv4/nat/POSTROUTING": ("postrouting", 100),
        "ipv4/raw/PREROUTING": ("prerouting", -300),
        "ipv4/raw/OUTPUT": ("output", -300),
    }


def test_flags_find_their_module_wherever_they_stand() -> None:
    assert only("-j DROP -s 10.0.0.1").matches == only("-s 10.0.0.1 -j DROP").matches
    assert only("-m conntrack -m comment --ctstate NEW --comment x -j DROP").matches == (
        only("-m conntrack --ctstate NEW -j DROP").matches
    )
    assert only("-m comment --comment x -f -j DROP").matches == (Unknown("-f"),)
    assert only("-m recent --set --name a -j DROP").matches == (Unknown("-m recent --set --name a (line 4)"),)
    assert only("-m foo --bar -m comment --comment x --baz 1 -j DROP").matches == (
        Unknown("-m foo --bar --baz 1 (line 4)"),
    )
    assert only("-m set --match-set plcs src -j SET --add-set other src --timeout 5").action == Continue()


def test_host_bits_are_cut_off() -> None:
    assert only("-s 10.1.0.9/29 -j DROP").matches == only("-s 10.1.0.8/29 -j DROP").matches


def test_rules_stand_where_their_commands_put_them() -> None:
    lines = ["-A a -j DROP", "-A a -j DROP", "-I a -j DROP", "-I a 2 -j DROP", "-I a 5 -j DROP", "--insert a 1 -j DROP"]
    machine = read("\n".join(["*filter", ":a - [0:0]", *lines, "COMMIT", ""]))
    assert [one.line for one in machine.chains["ipv4/filter/a"]] == [8, 5, 6, 3, 4, 7]
    for again in ("-F a", "--flush a", ":a - [0:0]"):
        machine = read("\n".join(["*filter", ":a - [0:0]", *lines, again, "-A a -j DROP", "COMMIT", ""]))
        assert [one.line for one in machine.chains["ipv4/filter/a"]] == [10], again

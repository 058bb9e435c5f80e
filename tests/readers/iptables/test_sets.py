"""Sets of ipset: how lines change them, what is known of one, and which entry decides."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segc.packets.fields import SOURCE, TARGET
from segc.packets.machine import Among, In, Interface, Refused, Remembered, Unknown
from segc.targets import registry
from tests.readers.iptables.given import only, read, rule


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("create a tree:net", "no type"),
        ("create a hash:net family inet5", "no family"),
        ("create a hash:net size", "no option"),
        ("create a hash:net\ncreate a hash:ip", "differently"),
        ("add a 10.0.0.1", "no set is called"),
        ("create a hash:net\nadd a 10.0.0.1 forever", "no option"),
        ("create a hash:net\nadd a 10.0.0.1 timeout never", "no timeout"),
        ("create a hash:net\nadd a fd00::1", "no IPv4 address"),
        ("create a hash:ip,port\nadd a 10.0.0.1", "does not fit"),
        ("create a hash:ip,port\nadd a 10.0.0.1,dccp:5", "no port"),
        ("create a hash:ip,port\nadd a 10.0.0.1,gre:5", "no port"),
        ("create a hash:ip,port\nadd a 10.0.0.1,icmp:8", "no ICMP type"),
        ("create a hash:net\ndel a 10.0.0.1", "is not in set"),
        ("create a hash:net\ncreate b hash:ip\nswap a b", "different types"),
        ("create a hash:net\ncreate b hash:net\nrename a b", "already"),
        ("create a hash:net\ntest a 10.0.0.1", "no line of a set"),
        ('create a hash:net\nadd a 10.0.0.1 comment "open', "makes no sense"),
        ('create a hash:net\nadd a 10.0.0.1"x"', "makes no sense"),
    ],
)
def test_refuses_sets_by_name(text: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        read(sets=text)


def test_sets_change_as_their_lines_say() -> None:
    text = (
        "create a hash:net\ncreate b hash:net\nadd a 10.0.0.1\nadd a 10.0.0.2\ndel a 10.0.0.1\nadd b 10.9.0.0/16\n"
        "swap a b\nrename a c\nflush b\nadd b 10.0.0.3\ncreate d hash:ip\ndestroy d\nadd b 10.0.0.4 -exist\n"
    )
    nets = [int(ipaddress.ip_address(one)) for one in ("10.9.0.0", "10.9.255.255", "10.0.0.3", "10.0.0.4")]
    assert only("-m set --match-set c src", text).matches == (In(SOURCE, ((nets[0], nets[1]),)),)
    assert only("-m set --match-set b dst", text).matches == (In(TARGET, ((nets[2], nets[3]),)),)
    with pytest.raises(Refused, match="no set is called"):
        rule("-m set --match-set d src", text)


MEMORY = "create seen hash:ip,port,ip timeout 60\ncreate plain hash:ip\ncreate ban hash:ip timeout 600\n"
FILL = "-j SET --add-set {} src\n-A FORWARD -m set --match-set {} src,dst,dst"


@pytest.mark.parametrize(
    ("text", "added", "kind"),
    [
        ("-m set --match-set seen src,dst,dst", "", Remembered),  # nobody has put anything in
        ("-m set --match-set seen src,dst,dst", "add seen 10.0.0.1,tcp:1,10.0.0.2 timeout 9", Remembered),
        ("-m set --match-set seen src,dst,dst", "add seen 10.0.0.1,tcp:1,10.0.0.2 timeout 0", Among),  # stays
        ("-m set --match-set seen src,dst,dst",
         "add seen 10.0.0.1,tcp:1,10.0.0.2 timeout 0\nadd seen 10.0.0.1,tcp:2,10.0.0.2", Unknown),  # one stays, one goes
        ("-m set --match-set ban src", "add ban 10.0.0.1 timeout 5", Remembered),
        ("-m set --match-set plain src", "add plain 10.0.0.1", In),
        ("-m set --match-set plain src", "", In),  # and it stays empty
        ("-m set --match-set plain src -j SET --add-set plain dst", "", Unknown),
        ("-m set --match-set plain src -j SET --del-set plain dst", "add plain 10.0.0.1", Unknown),
        ('-m set --match-set plain src -j SET --add-set "plain" dst', "add plain 10.0.0.1", Unknown),
        ("-m set --match-set seen src,dst,dst -j SET --add-set seen src,dst,dst",
         "add seen 10.0.0.1,tcp:1,10.0.0.2 timeout 0", Remembered),
        ("-m set --match-set mac src", "create mac hash:mac\nadd mac 00:11:22:33:44:55", Unknown),
        ("-m set --match-set cut src", "create cut hash:ip netmask 24\nadd cut 10.0.0.0", Unknown),
        ("-m set --match-set two src,src", "create two hash:net,net\nadd two 10.0.0.0/8,10.1.0.0/16 nomatch", Unknown),
        ("-m set --match-set at src,src", "create at hash:net,iface\nadd at 10.0.0.0/8,eth0\nadd at 10.0.0.0/8,eth1",
         Unknown),
        ("-m set --match-set at src,src", "create at hash:net,iface\nadd at 0/0,eth wildcard", Interface),
        ("-m set --match-set all src", "add plain 10.0.0.1\ncreate all list:set\nadd all plain\nadd all ban", Unknown),
    ],
)  # fmt: skip
def test_what_is_known_of_a_set(text: str, added: str, kind: type) -> None:
    machine = rule(text, MEMORY + added)
    (found,) = machine.chains["ipv4/filter/FORWARD"][0].matches
    assert isinstance(found, kind)
    assert bool(machine.unknown) == (kind is Unknown)


def test_a_set_filled_by_the_other_family_is_filled() -> None:
    lists = "create a list:set timeout 5\ncreate b hash:ip\nadd b 10.0.0.1\n"
    six = "*filter\n-A INPUT -j SET --add-set b src\nCOMMIT\n"
    four = "*filter\n-A INPUT -m set --match-set b src -j DROP\nCOMMIT\n"
    machine = registry.reader("iptables").read({"sets": lists, "rules-ipv4": four, "rules-ipv6": six})
    assert machine.unknown


prefixes = st.lists(st.tuples(st.integers(0, 255), st.integers(24, 32), st.booleans()), max_size=12)


@given(prefixes)
def test_the_longest_prefix_decides(listed: list[tuple[int, int, bool]]) -> None:
    """As the kernel looks: from the longest prefix length to the shortest, and the first that is there."""
    table: dict[tuple[int, int], bool] = {}
    for last, length, nomatch in listed:
        table[last >> (32 - length) << (32 - length), length] = nomatch
    lines = [f"add a 10.0.0.{net}/{length}{' nomatch' * no}" for (net, length), no in table.items()]
    (found,) = only("-m set --match-set a src", "\n".join(["create a hash:net", *lines])).matches
    assert isinstance(found, In)
    for last in range(256):
        hits = (table.get((last >> (32 - length) << (32 - length), length)) for length in range(32, 23, -1))
        expected = next((not nomatch for nomatch in hits if nomatch is not None), False)
        assert any(low <= (10 << 24) + last <= high for low, high in found.spans) == expected

"""Commands beside the rules that change what passes: no reader may pass over them and call what runs equal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from segc.diagnostics import SegcError
from segc.proof.running import running
from tests.conformance.cases import AT, built, plant

Change = Callable[[str], str]
LISTS = ("cisco-ios", "cisco-nxos", "arista-eos")


def behind(text: str) -> Change:
    """With some lines more at the end."""
    return lambda file: f"{file.rstrip()}\n{text}\n"


def before(what: str, text: str) -> Change:
    """With a line more before the first that begins so."""
    return lambda file: file.replace(f"\n{what}", f"\n{text}\n{what}", 1)


def logged(word: str) -> Change:
    """With a word more behind the first `log` of a denied pair."""

    def change(file: str) -> str:
        lines = file.split("\n")
        at = next(i for i, line in enumerate(lines) if " deny " in f" {line.strip()} " and line.endswith(" log"))
        return "\n".join([*lines[:at], f"{lines[at]} {word}", *lines[at + 1 :]])

    return change


CASES: dict[str, tuple[str, Change]] = {
    "an interface undone": ("cisco-ios", behind("no interface eth0")),
    "a list undone": ("cisco-ios", behind("no ip access-list extended segc-eth0-204da15f")),
    "routing off": ("cisco-ios", behind("no ip routing")),
    "intercepted": ("cisco-ios", behind("ip tcp intercept list 101")),
    **{f"later fragments only, {one}": (one, logged("fragments")) for one in LISTS},
    **{f"bound behind the end, {one}": (one, before("interface ", "end")) for one in LISTS},
    "bound behind the exit": ("cisco-asa", before("access-group ", "exit")),
    **{
        f"logins refused, {one}": (one, before("interface ", "line vty 0 4\n access-class 10 in"))
        for one in ("cisco-ios", "cisco-nxos")
    },
    "the web interface refused": ("cisco-ios", before("interface ", "ip http access-class 10")),
    "pings unanswered": ("vyos", behind("set firewall global-options all-ping 'disable'")),
    "interface identifiers": ("cisco-asa", behind("ipv6 enforce-eui64 eth0")),
    "filled by DNS": ("routeros", behind("/ip dns static\nadd address-list=segc-office.pc name=a.example type=FWD")),
    "filled by PPP": ("routeros", behind("/ppp profile\nadd address-list=segc-office.pc name=vpn")),
    "filled by DHCP": (
        "routeros",
        behind("/ip dhcp-server lease\nadd address-lists=segc-office.pc mac-address=00:11:22:33:44:55"),
    ),
    "a list of interfaces changed": ("routeros", behind("/interface list\nset [find name=L] include=all")),
    "dropped by the switch": ("routeros", behind("/interface ethernet switch acl\nadd action=drop src-ports=ether1")),
    "dropped by routing": ("routeros", behind("/routing rule\nadd action=drop dst-address=10.2.0.0/24")),
    "dropped for children": ("routeros", behind("/ip kid-control\nadd name=x mon=0s-1d")),
    "filtered in an instance": (
        "juniper-srx",
        behind("set routing-instances V forwarding-options family inet filter input F"),
    ),
    "sources checked, SRX": ("juniper-srx", behind("set interfaces ge-0/0/0 unit 0 family inet rpf-check")),
    "sources checked, VyOS": ("vyos", behind("set interfaces ethernet eth0 ip source-validation 'strict'")),
    "forwarding off": ("vyos", behind("set system sysctl parameter net.ipv4.ip_forward value '0'")),
    "forwarding off at an interface": ("vyos", behind("set interfaces ethernet eth0 ip disable-forwarding")),
    "sources checked, FortiOS": (
        "fortios",
        behind("config system settings\n    set strict-src-check enable\nend"),
    ),
    "a transparent box": ("fortios", behind("config system settings\n    set opmode transparent\nend")),
}


def verdict(target: str, text: str, folder: Path) -> str:
    """What `segc drift` says of a text."""
    one = built("basic", target, "declared").built[0]
    path = folder / next(file.name for file in one.files if file.role == "rules")
    path.write_text(text, encoding="utf-8")
    try:
        return running(plant("basic", target), [str(path)], AT, "declared", one.firewall).words
    except SegcError as problem:
        return f"refused, {problem.code}"


@pytest.mark.parametrize("name", CASES)
def test_it_is_not_passed_over(name: str, tmp_path: Path) -> None:
    target, change = CASES[name]
    text = built("basic", target, "declared").built[0].texts()["rules"]
    assert change(text) != text
    assert verdict(target, text, tmp_path).startswith("equal")
    assert verdict(target, change(text), tmp_path).startswith(("not ", "may be", "refused, 2"))


@pytest.mark.parametrize("entry", [" permit \N{SUPERSCRIPT TWO} any any", " permit icmp any any \N{SUPERSCRIPT TWO}"])
def test_odd_digits_are_no_fault_of_segc(entry: str, tmp_path: Path) -> None:
    text = built("basic", "cisco-ios", "declared").built[0].texts()["rules"]
    assert verdict("cisco-ios", f"ip access-list extended X\n{entry}\n{text}", tmp_path).startswith(
        ("may be", "refused, 2")
    )


def test_two_entries_of_one_number_are_refused(tmp_path: Path) -> None:
    text = built("basic", "cisco-ios", "declared").built[0].texts()["rules"]
    more = "ip access-list extended X\n 10 permit ip any any\n 10 deny ip any any\n"
    assert verdict("cisco-ios", more + text, tmp_path) == "refused, 2"

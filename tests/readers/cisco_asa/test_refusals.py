"""What the box would refuse is refused, and what cannot be told is named."""

from __future__ import annotations

import pytest

from segc.packets.machine import Refused
from segc.targets import registry
from tests.readers.cisco_asa.given import EXPORT, PART, read


def test_nothing_of_an_export_is_left_unread() -> None:
    assert not read(EXPORT).unknown


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ("access-list a extended permit tcp object nobody any", "no object is called `nobody`"),
        ("object-group network empty\naccess-list a extended permit ip object-group empty any", "is empty"),
        ("object network o\naccess-list a extended permit ip object o any", "is empty"),
        ("object network o\n host 1.1.1.1\nobject-group network o", "something else already"),
        ("object network o\n host 1.1.1.1\naccess-list a extended permit object o any any", "of kind network"),
        ("object-group network g\n group-object g", "is empty"),
        ("object-group network g\n network-object host 1.1.1.1\n group-object g", "cannot be part"),
        (
            "object-group service p tcp\n port-object eq 5\naccess-list a extended permit udp any any object-group p",
            "another protocol",
        ),
        ("object-group network g\n netwrk-object host 1.1.1.1", "nothing that such an object has"),
        ("access-list a extended permit tcp any any eq 70000", "no port"),
        ("access-list a extended permit tcp any any eq httpd", "no port"),
        ("access-list a extended permit ip any any eq 80", "does not end"),
        ("access-list a extended permit icmp any any echo-requst", "no ICMP type"),
        ("access-list a extended permit frob any any", "no protocol"),
        ("access-list a extended allow ip any any", "neither permit nor deny"),
        ("access-list a extended permit ip any", "ends where"),
        ("access-list a extended permit ip 10.0.0.0 any any", "no address"),
        ("access-list a extended permit ip fd00::1 any", "has no length"),
        ("access-list a extended permit ip any any log lots", "does not end"),
        ("access-list a extended permit ip any any log 4 interval 9999", "no seconds"),
        ("access-group nolist in interface x", "no extended list"),
        ("access-list s standard permit 10.0.0.0 255.0.0.0\naccess-group s in interface x", "no extended list"),
        ("access-list b remark only\naccess-group b in interface x", "no line yet"),
        ("access-group a sideways interface x", "no place for a list"),
        ("ASA Version 8.2(5)", "before 9.0"),
        ("no access-list a extended permit ip any any", "no configuration"),
        ("frobnicate", "no command"),
        ("service-policy p global", "no policy map"),
        ("policy-map p\n class c\n  frob", "nothing that a policy map has"),
        (" hots 1.1.1.1", "no address of an object"),
    ],
)
def test_what_the_box_would_refuse_is_refused(lines: str, why: str) -> None:
    with pytest.raises(Refused, match=why) as caught:
        read(PART + "object network here\n" + lines + "\n")
    assert caught.value.line > 2
    assert caught.value.file == "rules"
    assert caught.value.text in lines


@pytest.mark.parametrize(
    "lines",
    [
        "access-list a extended permit tcp any any time-range nights",
        "access-list a extended permit tcp user PLANT\\joe any any",
        "access-list a extended permit tcp security-group tag 7 any security-group name plcs any",
        "access-list a extended permit tcp any interface x eq 80",
        "access-list a extended permit ip 10.0.0.128 255.0.0.192 any",
        "object network o\n fqdn v4 example.com\naccess-list a extended permit ip any object o",
        "access-group a in interface x per-user-override",
        "ip verify reverse-path interface x",
        "icmp deny any x",
        "icmp permit 10.0.0.0 255.0.0.0 x",
        "ipv6 icmp deny any x",
        "aaa authentication match a x RADIUS",
        "crypto map m interface x",
        "webvpn\n enable x",
        "established tcp 0 0",
        "firewall transparent",
        "no logging message 106100",
        "no logging enable",
        "dynamic-filter drop blacklist",
        "policy-map p\n class class-default\n  set connection advanced-options tcp-state-bypass\nservice-policy p global",
        "policy-map p\n class class-default\n  inspect icmp\nservice-policy p interface x",
    ],
)
def test_what_cannot_be_told_is_named(lines: str) -> None:
    """Each of these changes what passes, in a way that the text does not tell."""
    assert not read(PART).unknown
    [(_, line, file), *_] = read(PART + lines + "\n").unknown
    assert line > 2
    assert file == "rules"


def test_a_line_of_an_object_stands_below_one() -> None:
    with pytest.raises(Refused, match="below no command"):
        read(" host 1.1.1.1\n")


def test_tunnels_that_meet_the_lists_are_nothing_special() -> None:
    assert not read(PART + "crypto map m interface x\nno sysopt connection permit-vpn\n").unknown


@pytest.mark.parametrize("line", ["ssh 10.0.0.0 255.0.0.0 nowhere", "access-group cp in interface nowhere"])
def test_a_whole_configuration_has_all_interfaces(line: str) -> None:
    with pytest.raises(Refused, match="no interface is called `nowhere`"):
        read(EXPORT.replace("telnet timeout", f"{line}\ntelnet timeout"))


def test_lists_that_nobody_binds_are_not_judged() -> None:
    assert not read(PART + "access-list b extended permit ip any any time-range nights\n").unknown


def test_a_number_is_no_sure_place_in_a_list() -> None:
    """Remarks have numbers, too."""
    assert read(PART + "access-list a line 1 extended deny tcp any any\n").unknown


@pytest.mark.parametrize(
    ("name", "text", "role"),
    [
        ("running.cfg", EXPORT, "rules"),
        ("part.txt", PART, "rules"),
        ("other.txt", "ip access-list extended a\n permit ip any any\n", None),
        ("rules", "*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n", None),
    ],
)
def test_a_running_configuration_is_known_by_what_it_says(name: str, text: str, role: str | None) -> None:
    assert registry.reader("cisco-asa").role(name, text) == role

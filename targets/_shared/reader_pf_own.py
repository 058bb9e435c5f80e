"""The rules that pfSense and OPNsense have beside those of their users.

In the order of filter_rules_generate (pfSense, filter.inc) and of filter_core_rules_system (OPNsense, filter.lib.inc),
which agree but for a few: `Box` says which.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.packets.fields import DPORT, ICMP, ICMP6, IIF, PROTO, SOURCE, SPORT, TARGET, TCP, UDP
from segc.packets.machine import Accept, Drop, Family, In, Interface, Rule, State, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.packets.fields import Spans
    from segc.packets.machine import Action, Match

    from . import reader_pf_box

APIPA: Spans = ((0xA9FE0000, 0xA9FEFFFF),)
LINK6: Spans = ((0xFE80 << 112, (0xFEC0 << 112) - 1),)
GROUP6: Spans = ((0xFF02 << 112, (0xFF03 << 112) - 1),)
NONE6: Spans = ((0, 0),)
BROADCAST = (0xFFFFFFFF, 0xFFFFFFFF)
PRIVATE6: Spans = ((0xFC << 120, (0xFE << 120) - 1),)
GROUPS: dict[int, Spans] = {
    4: ((0xE0000000, 0xEFFFFFFF), (0xFFFFFFFF, 0xFFFFFFFF)),
    6: ((0xFF << 120, (1 << 128) - 1),),
}
NEEDED, ON_LINK = (1, 2, 135, 136), (128, 133, 134, 135, 136)
TCP_UDP: Spans = ((TCP, TCP), (UDP, UDP))


def before(found: reader_pf_box.Box, hook: str) -> list[Rule]:
    """What is tried before the user's rules; packets of sessions are asked no rule at all."""
    made = list(_states())
    if not found.ipv6:
        made += [_rule([Family(6), Interface(IIF, ("lo",))], Accept()), _rule([Family(6)], Drop())]
    if found.apipa:
        made += [_rule([Family(4), In(side, APIPA)], Drop()) for side in (SOURCE, TARGET)]
    made.append(_rule(_icmp6(NEEDED), Accept()))
    for source, target in ((LINK6, LINK6), (GROUP6, LINK6), (LINK6, GROUP6), (NONE6, GROUP6)):
        made.append(_rule([*_icmp6(ON_LINK), In(SOURCE, source), In(TARGET, target)], Accept()))
    made += [_rule([In(PROTO, TCP_UDP), In(side, ((0, 0),))], Drop()) for side in (SPORT, DPORT)]
    for name, interface in (found.interfaces or {}).items():
        made += _of_interface(name, interface, hook)
    if hook == "input":
        made += _lock_out(found)
    return made


def behind() -> list[Rule]:
    """What is not quick, and stands before the user's rules: it counts last."""
    return [_rule([Interface(IIF, ("lo",))], Accept())]


def _rule(matches: list[Match], action: Action) -> Rule:
    return Rule(tuple(matches), action, 0, "rules")


def _states() -> Iterator[Rule]:
    """Sessions are looked up before any rule; so are the ICMP errors that belong to one."""
    yield _rule([State(frozenset({"established"}))], Accept())
    for family, proto in ((4, ICMP), (6, ICMP6)):
        yield _rule([Family(family), State(frozenset({"related"})), In(PROTO, ((proto, proto),))], Accept())


def _icmp6(types: tuple[int, ...]) -> list[Match]:
    spans = tuple((one * 256, one * 256 + 255) for one in types)
    return [Family(6), In(PROTO, ((ICMP6, ICMP6),)), In(DPORT, spans)]


def _of_interface(name: str, interface: reader_pf_box.Interface, hook: str) -> Iterator[Rule]:
    """DHCP in both roles, and networks that must not arrive."""
    here, udp = Interface(IIF, (name,)), In(PROTO, ((UDP, UDP),))
    if interface.client:
        yield _rule([here, udp, In(SPORT, ((67, 67),)), In(DPORT, ((68, 68),))], Accept())
    if interface.client6:
        ends: list[Match] = [In(SOURCE, LINK6), In(TARGET, LINK6), In(SPORT, ((546, 546),)), In(DPORT, ((546, 546),))]
        yield _rule([here, Family(6), udp, *ends], Accept())
        yield _rule([here, udp, In(SPORT, ((547, 547),)), In(DPORT, ((546, 546),))], Accept())
    if interface.bogons:
        yield _rule([here, Unknown("the source is in the list of bogon networks")], Drop())
    if interface.private:
        yield _rule([here, Family(4), In(SOURCE, interface.private4)], Drop())
        yield _rule([here, Family(6), In(SOURCE, PRIVATE6)], Drop())
    if interface.server and hook == "input":
        own = interface.addresses.get(4)
        targets = tuple(sorted([BROADCAST, *([(own, own)] if own is not None else [])]))
        yield _rule(
            [here, Family(4), udp, In(SPORT, ((68, 68),)), In(DPORT, ((67, 67),)), In(TARGET, targets)], Accept()
        )


def _lock_out(found: reader_pf_box.Box) -> Iterator[Rule]:
    """The web interface and SSH, for everybody at one interface: to its address, or to any that the firewall has."""
    name = found.lock_out_at
    if not found.lock_out_ports or not name:
        return
    ports = In(DPORT, tuple((port, port) for port in found.lock_out_ports))
    for family in (4, 6):
        own = (found.interfaces or {})[name].addresses.get(family)
        target: Match = In(TARGET, ((own, own),)) if own is not None else Unknown(f"the address of {name}")
        if found.lock_out_to_self:
            target = In(TARGET, GROUPS[family], negate=True)
        yield _rule([Interface(IIF, (name,)), Family(family), In(PROTO, ((TCP, TCP),)), ports, target], Accept())

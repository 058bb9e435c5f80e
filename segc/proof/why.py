"""What policy and file say of one packet, in words: for counterexamples and for `segc query`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.lang.literals import address_text
from segc.model.plant import ENFORCE, ICMP, ICMP6, PORTED

if TYPE_CHECKING:
    from segc.model.plant import Firewall, Match, Plant
    from segc.packets.fields import Packet
    from segc.proof.duties import Duties, Part, Policy
    from segc.source import Span

PROTOCOLS = {6: "tcp", 17: "udp", 132: "sctp", 1: "icmp", 58: "icmp6"}


class Reason(NamedTuple):
    """Why the policy says what it says of a packet, and the line that says it."""

    words: str
    span: Span | None
    label: str = ""


def address(plant: Plant, family: int, value: int) -> str:
    """An address with the asset or zone that has it."""
    zone = plant.ownership.zone_of(family, value)
    text = address_text(family, value)
    if zone is None:
        return f"{text} (no zone)"
    owner = next((a.path for a in plant.zones[zone].assets if a.addresses.holds(family, value)), zone)
    return f"{text} ({owner})"


def packet_text(plant: Plant, packet: Packet) -> str:
    """A packet as people write one."""
    source, target = (address(plant, packet.family, value) for value in (packet.source, packet.target))
    name = PROTOCOLS.get(packet.proto, f"protocol {packet.proto}")
    if packet.proto in (ICMP, ICMP6):
        name += f" type {packet.dport >> 8} code {packet.dport & 255}"
    elif packet.proto in PORTED:
        name += f" {packet.dport}, from port {packet.sport}"
    parts = [f"{source} -> {target} : {name}"]
    if packet.iif:
        parts.append(f"arriving on {packet.iif}")
    parts += _state(packet)
    return ", ".join(parts)


def _state(packet: Packet) -> list[str]:
    if packet.state == "established":
        return ["on the way back of an established session" if packet.reply else "of an established session"]
    return [] if packet.state == "new" else [f"which conntrack calls {packet.state}"]


def covering(duties: Duties, packet: Packet) -> list[Part]:
    """What permits a packet that opens a session, whatever interface it arrives on."""
    return [part for parts in duties.pairs.values() for part in parts if covers(part, packet)]


def covers(part: Part, packet: Packet) -> bool:
    """Does a part permit the packet now?"""
    times = part.times
    return (
        part.sources.holds(packet.family, packet.source)
        and part.targets.holds(packet.family, packet.target)
        and (times is None or any(low <= packet.time <= high for low, high in times))
        and any(_matches(match, packet) for match in part.matches)
    )


def _matches(match: Match, packet: Packet) -> bool:
    if match.proto != packet.proto or match.family not in (0, packet.family):
        return False
    if packet.proto in (ICMP, ICMP6):
        return match.low <= packet.dport >> 8 <= match.high
    if packet.proto in PORTED:
        return match.low <= packet.dport <= match.high and match.source_low <= packet.sport <= match.source_high
    return True


def reason(policy: Policy, duties: Duties, packet: Packet) -> Reason:
    """Why a packet through the firewall gets what the policy gives it."""
    plant, firewall = policy.plant, duties.firewall
    if packet.state == "related" and packet.proto in (ICMP, ICMP6):
        return Reason("ICMP that belongs to a session passes", firewall.span, firewall.name)
    if packet.state == "established":
        return Reason("sessions go on, unless a grant let them in that is over", firewall.span, firewall.name)
    a = plant.ownership.zone_of(packet.family, packet.source)
    b = plant.ownership.zone_of(packet.family, packet.target)
    behind = policy.topology.behind(firewall, a) if a is not None else ()
    if a is None or packet.iif not in behind:
        lies = f"`{a}` lies behind {', '.join(behind) or 'no interface'}" if a else "no zone has its source"
        return _mode(policy, firewall, a, b, f"{lies}, so no flow is asked")
    if a == b and a in policy.topology.neighbours(firewall):
        return Reason(f"both ends are in `{a}`", plant.zones[a].span, "traffic inside a zone passes")
    for part in covering(duties, packet):
        return Reason(f"`{part.text}` in `{part.within}` allows it", part.span, "allowed here")
    return _mode(policy, firewall, a, b, "no flow covers it")


def at_machine(policy: Policy, duties: Duties, packet: Packet, *, arriving: bool) -> Reason:
    """Why a packet to or from a machine gets what the policy gives it at the machine's own firewall."""
    plant, firewall = policy.plant, duties.firewall
    (zone,) = policy.topology.neighbours(firewall)
    if packet.state in ("related", "established"):
        return Reason("sessions go on, and so does ICMP that belongs to one", firewall.span, firewall.name)
    other = plant.ownership.zone_of(packet.family, packet.source if arriving else packet.target)
    if other == zone:
        return Reason(f"the other end is in `{zone}`, too", plant.zones[zone].span, "traffic inside a zone passes")
    for part in covering(duties, packet):
        return Reason(f"`{part.text}` in `{part.within}` allows it", part.span, "allowed here")
    if arriving:
        return _mode(policy, firewall, other, zone, "no flow covers it")
    return _mode(policy, firewall, zone, other, "no flow covers it")


def _mode(policy: Policy, firewall: Firewall, a: str | None, b: str | None, why: str) -> Reason:
    plant = policy.plant
    mode = policy.mode(a, b)
    does = "stopped and recorded" if mode == ENFORCE else "let through and recorded"
    conduit = next((c for c in plant.conduits.values() if a is not None and (a, b) in c.pairs()), None)
    if conduit is not None:
        return Reason(f"{why}; {a} -> {b} is in {mode}: it is {does}", conduit.span, f"the conduit of {a} -> {b}")
    span = plant.zones[b].span if b is not None else firewall.span
    return Reason(f"{why}; towards {b or 'no zone'} the mode is {mode}: it is {does}", span, "its mode")

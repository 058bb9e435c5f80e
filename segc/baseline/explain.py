"""What comes closest to a key that nothing permits, in words: a flow, and what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.baseline.judged import Class
from segc.baseline.managed import managing
from segc.baseline.observed import NO_PORT
from segc.baseline.words import service
from segc.model.atoms import members

if TYPE_CHECKING:
    from segc.baseline.classify import Classifier
    from segc.baseline.covering import End
    from segc.baseline.ledger import Key


def explain(asked: Classifier, key: Key, ends: tuple[End, End], verdict: Class, surely: int, maybe: int) -> str:
    """One sentence. `surely` are the flows that speak the key's service, `maybe` those between its ends that might."""
    a, b = ends
    if verdict is Class.NOISE:
        return "multicast, broadcast and link-local packets cross no firewall as sessions"
    if verdict is Class.UNZONED:
        lost = [address for address, end in ((key.src, a), (key.dst, b)) if end.zone is None]
        return f"no zone owns {' and '.join(lost)}"
    if verdict is Class.REVERSE:
        return f"{_flow(asked, b.sources & a.targets & surely)} leads the other way"
    if maybe:
        why = (
            "its port is unknown"
            if key.port == NO_PORT
            else "a baseline does not keep the source port that it asks for"
        )
        return f"{_flow(asked, maybe)} may cover it: {why}"
    if verdict is Class.WRONG_SERVICE:
        spoken = members(a.sources & b.targets)
        more = f", and {len(spoken) - 1} more between these two" if len(spoken) > 1 else ""
        return f"{_flow(asked, a.sources & b.targets)} does not cover {service(key)}{more}"
    if b.firewall is not None:
        return f"{key.dst} is firewall `{b.firewall.name}` itself, and none of its `manage` lines names {_named(key.src, a)}"
    return _one_end(asked, key, a, b, surely) or _pair(asked, a, b)


def _one_end(asked: Classifier, key: Key, a: End, b: End, surely: int) -> str:
    """A flow of the same service that has one of the two ends."""
    from_here = _between(asked, a.sources & surely, a, b)
    if from_here:
        return f"{_flow(asked, from_here)} does not lead to {_named(key.dst, b)}"
    to_there = _between(asked, b.targets & surely, a, b)
    return f"{_flow(asked, to_there)} does not come from {_named(key.src, a)}" if to_there else ""


def _between(asked: Classifier, bits: int, a: End, b: End) -> int:
    """Of these flows, those of conduits and grants between the two zones."""
    found = 0
    for index in members(bits):
        flow = asked.covering.flows[index]
        if a.zone in {_zone(end) for end in flow.sources} and b.zone in {_zone(end) for end in flow.targets}:
            found |= 1 << index
    return found


def _zone(end: object) -> str:
    return str(getattr(end, "zone", None) or getattr(end, "name", ""))


def _pair(asked: Classifier, a: End, b: End) -> str:
    conduit = asked.opened(a.zone, b.zone)
    if conduit is not None:
        return f"conduit `{conduit.name}` opens `{a.zone} -> {b.zone}`, and none of its flows comes close"
    back = asked.opened(b.zone, a.zone)
    if back is not None:
        return f"conduit `{back.name}` opens `{b.zone} -> {a.zone}` only"
    return f"no conduit leads from `{a.zone}` to `{b.zone}`"


def _named(address: str, end: End) -> str:
    return f"{address} ({end.asset.path})" if end.asset is not None else address


def _flow(asked: Classifier, bits: int) -> str:
    """The first of these flows, with its place."""
    flow = asked.covering.flows[(bits & -bits).bit_length() - 1]
    firewall = managing(flow)
    if firewall is not None:
        return f"`{flow.text}` of firewall `{firewall}`"
    where = "grant" if flow.within in asked.plant.grants else "conduit"
    return f"`{flow.text}` of {where} `{flow.within}`"

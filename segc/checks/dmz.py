"""What hosts of an industrial DMZ may do: end sessions, and never be a way through.

Sources: NIST SP 800-82r3 5.4 (a protocol between control network and DMZ is
not also one between DMZ and office), IEC 62443-3-2 ZCR 3.2, SR 5.2.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from segc.checks.common import ports_text
from segc.checks.levels import (
    CONTROL,
    LINE,
    SITE,
    below,
    hops,
    is_dmz,
    level_text,
    machines,
    of_kind,
    office,
    outside,
    per_place,
    standing,
)
from segc.checks.registry import check
from segc.diagnostics import finding
from segc.model.plant import PORTED, TCP, Asset

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from segc.checks.levels import Hop
    from segc.diagnostics import Diagnostic
    from segc.model.plant import Match, Plant

# RPC's mapper, NetBIOS sessions, SMB, RDP: what worms and their operators move by.
SPREADING = (135, 139, 445, 3389)


@check("dmz-reaches-control")
def dmz_reaches_control(plant: Plant) -> Iterator[Diagnostic]:
    """Flows from a DMZ to level 2 and down, but for those of a grant that only jump hosts are the sources of."""
    granted = chain.from_iterable(hops(plant, grant) for grant in plant.grants.values())
    wide = (hop for hop in granted if not all(_jump(end) for end in hop.sources))
    yield from per_place(
        "dmz-reaches-control",
        (hop for hop in chain(standing(plant), wide) if is_dmz(hop.source) and below(hop.target, LINE)),
        lambda hop: f"`{hop.flow.text}` leads from DMZ `{hop.source.name}` straight to {level_text(hop.target)}",
        "a host that the office side can reach opens this session",
        "let a host of level 3 open it; people come by a jump host (`kind jump-host`), with a grant",
    )


def _jump(end: object) -> bool:
    return isinstance(end, Asset) and end.kind == "jump-host"


@check("jump-host-without-grant")
def jump_host_without_grant(plant: Plant) -> Iterator[Diagnostic]:
    """Standing flows from a DMZ's jump hosts into control or safety zones, level 2 and down apart."""
    found = (
        hop
        for hop in standing(plant)
        if is_dmz(hop.source)
        and hop.target.kind in CONTROL
        and not below(hop.target, LINE)
        and any(_jump(end) for end in hop.sources)
    )
    yield from per_place(
        "jump-host-without-grant",
        found,
        lambda hop: f"jump host `{_first_jump(hop).path}` has a standing way into `{hop.target.name}`",
        "has no end",
        "write it as a grant, with `until` and if possible a `window`",
    )


def _first_jump(hop: Hop) -> Asset:
    return of_kind(hop.sources, ["jump-host"])[0]


@check("historian-pulled-from-above")
def historian_pulled_from_above(plant: Plant) -> Iterator[Diagnostic]:
    """Flows from a DMZ to a historian of level 3 and down, by a historian's service or from another historian."""
    found = (
        hop
        for hop in standing(plant)
        if is_dmz(hop.source)
        and below(hop.target, SITE)
        and not below(hop.target, LINE)  # that is `dmz-reaches-control`
        and of_kind(hop.targets, ["historian"])
        and ("historian" in hop.families or of_kind(hop.sources, ["historian"]))
    )
    yield from per_place(
        "historian-pulled-from-above",
        found,
        lambda hop: f"`{hop.flow.text}` fetches from {level_text(hop.target)} what could be sent",
        "opened from the less trusted side",
        "turn it round: the historian of level 3 sends, and nothing opens sessions inwards",
    )


@check("dmz-in-office-domain")
def dmz_in_office_domain(plant: Plant) -> Iterator[Diagnostic]:
    """Flows between a DMZ and level 4 and up by a directory's services (Kerberos, LDAP, AD)."""
    found = (
        hop
        for hop in standing(plant)
        if "ad" in hop.families
        and ((is_dmz(hop.source) and office(hop.target)) or (office(hop.source) and is_dmz(hop.target)))
    )
    yield from per_place(
        "dmz-in-office-domain",
        found,
        lambda hop: f"`{hop.flow.text}` joins {level_text(hop.source)} and {level_text(hop.target)} in one directory",
        "who rules the office's directory rules these hosts",
        "give the DMZ accounts of its own: local ones, or a directory that trusts no other",
    )


@check("dmz-pass-through")
def dmz_pass_through(plant: Plant) -> Iterator[Diagnostic]:
    """DMZ hosts with a port that both sides use.

    Found is a host to which level 4 and up, or a network outside, opens
    sessions on a TCP, UDP or SCTP port, and that opens sessions on the same
    port to level 3 and down; for RPC, NetBIOS, SMB and RDP whichever way the
    sessions on the two sides are opened. Grants are not looked at.
    """
    sides: dict[Asset, dict[str, list[Hop]]] = {}
    for hop in standing(plant):
        for zone, peer, ends, way in (
            (hop.source, hop.target, hop.sources, "to"),
            (hop.target, hop.source, hop.targets, "from"),
        ):
            side = "upper" if office(peer) or outside(peer) else "lower" if below(peer, SITE) else ""
            if is_dmz(zone) and side:
                for asset in machines(ends):
                    sides.setdefault(asset, {}).setdefault(f"{way} {side}", []).append(hop)
    for asset, seen in sides.items():
        met = _through(seen)
        if met is not None:
            yield _passes(asset, *met)


def _through(seen: dict[str, list[Hop]]) -> tuple[Hop, Hop, Match] | None:
    """The first pair of hops, above and below, that makes a way through."""
    found = _shared(seen.get("from upper", ()), seen.get("to lower", ()), spreading=False)
    if found is not None:
        return found
    upper = [*seen.get("from upper", ()), *seen.get("to upper", ())]
    return _shared(upper, [*seen.get("from lower", ()), *seen.get("to lower", ())], spreading=True)


def _shared(upper: Iterable[Hop], lower: Iterable[Hop], *, spreading: bool) -> tuple[Hop, Hop, Match] | None:
    down = list(lower)
    for up in upper:
        for low in down:
            for a, b in ((a, b) for a in _ports(up) for b in _ports(low)):
                if a.proto == b.proto and a.low <= b.high and b.low <= a.high:
                    both = a._replace(low=max(a.low, b.low), high=min(a.high, b.high))
                    if not spreading:
                        return up, low, both
                    if both.proto == TCP and any(both.low <= port <= both.high for port in SPREADING):
                        return up, low, both
    return None


def _ports(hop: Hop) -> Iterator[Match]:
    return (match for service in hop.flow.services for match in service.matches if match.proto in PORTED)


def _passes(asset: Asset, up: Hop, low: Hop, shared: Match) -> Diagnostic:
    return finding(
        "dmz-pass-through",
        f"`{asset.path}` speaks {ports_text([shared])} on both sides of the DMZ",
        asset.span,
        "what comes through one side fits the other",
        also=((up.flow.span, "above"), (low.flow.span, "below")),
        help="break the protocol: another service on one of the sides, or two hosts with a check in between",
    )

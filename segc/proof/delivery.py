"""Whether packets are delivered end to end: by every firewall that they cross, and what answers them on the way back.

A firewall carries the flows of each pair of zones that crosses it, so the verdict of the pair is that of every firewall
on the way (docs/adr/0004), but for two cases: where a `route` names a firewall behind none of whose interfaces the
source lies; and where the way back crosses a firewall that the way there does not. That one knows no session, and judges
an answer as if it opened one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.model.addresses import join
from segc.model.parts import by_zone
from segc.model.plant import ENFORCE, PORTED, Match
from segc.proof.asking import Question
from segc.proof.query import answer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.model.addresses import Addresses
    from segc.model.plant import Flow
    from segc.packets.fields import Packet
    from segc.proof.duties import Policy
    from segc.proof.query import Row

DELIVERED, RECORDED, LOST = "delivered", "recorded", "lost"
STATES = (DELIVERED, RECORDED, LOST)  # the worst last
THERE, BACK = "there", "back"
STOPPED = "no flow permits it"
ASTRAY = "it arrives where its source does not lie"
UNKNOWN_SESSION = "answers come back by a firewall that has not seen the session"


class Asked(NamedTuple):
    """Packets that must arrive."""

    sources: Addresses
    targets: Addresses
    matches: frozenset[Match]


def of_flow(policy: Policy, flow: Flow) -> Asked:
    """A flow's packets, by address."""
    sources, targets = (join(each for _, each in by_zone(ends, policy.own)) for ends in (flow.sources, flow.targets))
    return Asked(sources, targets, frozenset(match for service in flow.services for match in service.matches))


class Delivery(NamedTuple):
    """The worst that becomes of any of the packets; where they are lost, one of them, where and why.

    Recorded: let through by a pair in monitor only, and lost as soon as that is enforced.
    """

    state: str
    packet: Packet | None = None
    direction: str = THERE
    firewalls: tuple[str, ...] = ()
    why: str = ""


def delivery(policy: Policy, asked: Asked) -> Delivery:
    """What becomes of the packets, at the policy's moment."""
    rows = list(_crossing(policy, asked))
    found = [*_stopped(policy, rows), *_astray(policy, rows), *_back(policy, asked, rows)]
    if found:
        return found[0]
    recorded = next((row for row in rows if row.verdict == "alert"), None)
    return Delivery(RECORDED, _packet(recorded), THERE, _ways(policy, recorded)) if recorded else Delivery(DELIVERED)


def _crossing(policy: Policy, asked: Asked) -> Iterator[Row]:
    """What becomes of those packets that some firewall may see."""
    for row in answer(policy, Question("", asked.sources, asked.targets, tuple(sorted(asked.matches)))):
        if row.verdict != "pass" and (_nowhere(row) or _ways(policy, row)):
            yield row


def _nowhere(row: Row) -> bool:
    """Is an end an address of nobody? Then nobody knows which firewalls are on the way."""
    return row.source is None or row.target is None


def _ways(policy: Policy, row: Row) -> tuple[str, ...]:
    """The firewalls on the way, machines' own included, in declared order."""
    if row.source is None or row.target is None:
        return ()
    names = {*policy.topology.crossed(row.source, row.target)}
    names |= {host.name for host in policy.topology.at_ends(row.source, row.target)}
    return tuple(name for name in policy.plant.firewalls if name in names)


def _packet(row: Row) -> Packet:
    return row.sample._replace(iif="", oif="")


def _stopped(policy: Policy, rows: list[Row]) -> Iterator[Delivery]:
    yield from (
        Delivery(LOST, _packet(row), THERE, _ways(policy, row), STOPPED) for row in rows if row.verdict == "block"
    )


def _astray(policy: Policy, rows: list[Row]) -> Iterator[Delivery]:
    for row in rows:
        if row.verdict == "allow" and row.source is not None and policy.mode(row.source, row.target) == ENFORCE:
            for name in _ways(policy, row):
                firewall = policy.plant.firewalls[name]
                if firewall.host is None and not policy.topology.behind(firewall, row.source):
                    yield Delivery(LOST, _packet(row), THERE, (name,), ASTRAY)


def _back(policy: Policy, asked: Asked, rows: list[Row]) -> Iterator[Delivery]:
    """Firewalls that see answers only: they must let them through as packets of their own."""
    matches = tuple(sorted(_answer(match) for match in asked.matches if match.proto in PORTED))
    pairs = dict.fromkeys((row.source, row.target) for row in rows if row.source and row.target)
    unseen = {
        (b, a): policy.topology.crossed(b, a) - policy.topology.crossed(a, b) for a, b in pairs if a and b and a != b
    }
    if not matches or not any(unseen.values()):
        return
    for row in answer(policy, Question("", asked.targets, asked.sources, matches)):
        only = unseen.get((row.source or "", row.target or ""))
        if only and row.verdict == "block":
            names = tuple(name for name in policy.plant.firewalls if name in only)
            yield Delivery(LOST, _packet(row), BACK, names, UNKNOWN_SESSION)


def _answer(match: Match) -> Match:
    return Match(match.proto, match.source_low, match.source_high, match.low, match.high, match.family)

"""What must be true of an isolation before anybody may rely on it, each judged over all packets.

The isolated plant is asked through segc.proof's own reading of a policy, which
knows nothing of how that plant was made. One function an obligation.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from segc.graph.openness import LINKED, UNKNOWN, Openness
from segc.model.addresses import EVERYTHING, Addresses, join, meet, minus
from segc.model.parts import by_zone
from segc.model.places import place
from segc.model.plant import MONITOR
from segc.proof.asking import EVERY_PACKET, Question
from segc.proof.duties import Policy
from segc.proof.query import Row, answer
from segc.proof.why import packet_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from segc.model.plant import Flow, Match
    from segc.packets.fields import Packet
    from segc.proof.duties import Duties
    from segc.response.isolation import Isolation

# Families of the service library without which other services stop after a while (IEC 62443-2-1, NET 1.4).
SERVING = {"infra-it": "names and addresses", "time": "time", "ad": "sign-in", "aaa": "sign-in", "licence": "licences"}


class Proved(NamedTuple):
    """An obligation: its name, what it says, whether it holds, and what shows that it does not."""

    name: str
    says: str
    holds: bool
    shown: tuple[str, ...] = ()


class Judge:
    """Holds an isolation against what it must be."""

    def __init__(self, isolation: Isolation, at: datetime) -> None:
        self.isolation = isolation
        self.before = Policy(isolation.plant, at)
        self.after = Policy(isolation.isolated, at)
        self._openness = Openness(isolation.plant, self.before.topology)

    def all(self) -> list[Proved]:
        """Every obligation that can be judged without the files that are rendered."""
        return [self.cut(), self.keep(), self.beside(), self.manage(), self.subset(), self.closure(), self.order()]

    def cut(self) -> Proved:
        """Nothing but what is kept crosses the border, in either direction."""
        kept = {flow.span for flow in self.isolation.kept}
        bad = [
            row
            for row in self._border
            if row.verdict in ("alert", "pass") or (row.part is not None and row.part.span not in kept)
        ]
        says = "nothing but what is kept crosses the border"
        return self._proved("cut", says, bad, tuple(self._around()))

    def keep(self) -> Proved:
        """Every flow that is kept is permitted as it was."""
        bad = []
        for flow in self.isolation.kept:
            now: dict[int, set[str]] = {}
            for row in self._ask(self.after, flow):
                now.setdefault(row.family, set()).add(row.verdict)
            bad += [
                row
                for row in self._ask(self.before, flow)
                if row.verdict == "allow" and now.get(row.family, {"block"}) - {"allow", "pass"}
            ]
        return self._proved("keep", "what is kept is permitted, all of it", bad)

    def manage(self) -> Proved:
        """Whoever may manage a firewall still may, on every firewall on the way: else nobody could go back."""
        before, after = self.before.duties(tells_time=False), self.after.duties(tells_time=False)
        lost = {
            f"{name} loses {text}"
            for name in before
            for text in _managing(before[name], before) - _managing(after[name], before)
        }
        says = "whoever manages the firewalls still can"
        return Proved("self-access", says, not lost, tuple(sorted(lost)) if lost else tuple(self._unmanaged()))

    def _unmanaged(self) -> Iterator[str]:
        """Firewalls at the border of which the policy does not say who manages them: of these nothing is shown."""
        inside, plant = self.isolation.inside, self.isolation.plant
        crossed = self.before.topology.crossed
        border = {name for a in inside for b in plant.zones if b not in inside for name in crossed(a, b)}
        for name in plant.firewalls:
            if name in border and not plant.firewalls[name].manage:
                yield f"not shown of {name}: it has no `manage` line"

    def subset(self) -> Proved:
        """The isolation permits nothing that was stopped before."""
        bad = []
        for row in self._border:
            if row.part is not None:
                ends = row.part.sources, row.part.targets
                bad += [one for one in self._question(self.before, *ends, row.part.matches) if one.verdict == "block"]
        return self._proved("subset", "nothing passes that was stopped before", bad)

    def closure(self) -> Proved:
        """What is kept needs nothing that is cut: no names, time, sign-in or licences from beyond the border.

        By addresses, on both sides: a flow of a whole zone serves each machine in it, however the kept flow is written.
        """
        own = self.before.own
        ends = join(
            addresses
            for flow in self.isolation.kept
            if not all(service.family in SERVING for service in flow.services)
            for part in (flow.sources, flow.targets)
            for _, addresses in by_zone(part, own)
        )
        shown = tuple(
            f"{end.path} loses {SERVING[service.family]}: `{flow.text}` ({place(self.isolation.plant, flow.span)})"
            for flow in self.isolation.cut
            for service in flow.services
            if service.family in SERVING
            for end in flow.sources
            if any(meet(addresses, ends) for _, addresses in by_zone((end,), own))
        )
        return Proved("closure", "what is kept needs nothing that is cut", not shown, tuple(dict.fromkeys(shown)))

    def order(self) -> Proved:
        """In whichever order the firewalls change, each one lets through what is kept, before and after."""
        kept = {flow.span for flow in self.isolation.kept}
        before, after = (policy.duties(tells_time=False) for policy in (self.before, self.after))
        shown = [
            f"{name} does not carry `{part.text}` after the change"
            for name in before
            for pair, parts in before[name].pairs.items()
            for part in parts
            if part.span in kept and part not in after[name].pairs.get(pair, ())
        ]
        says = "while the firewalls change one by one, each lets through what is kept"
        return Proved("order", says, not shown, tuple(shown))

    # -- how ------------------------------------------------------------------

    @cached_property
    def _border(self) -> list[Row]:
        """All that the isolated plant says of packets across the border."""
        inside = join(self.after.own(zone) for zone in sorted(self.isolation.inside))
        outside = minus(EVERYTHING, inside)
        ends = (inside, outside), (outside, inside)
        return [row for sources, targets in ends for row in self._question(self.after, sources, targets, EVERY_PACKET)]

    def _question(
        self, policy: Policy, sources: Addresses, targets: Addresses, matches: tuple[Match, ...]
    ) -> list[Row]:
        return answer(policy, Question("", sources, targets, matches))

    def _ask(self, policy: Policy, flow: Flow) -> Iterator[Row]:
        matches = tuple(match for service in flow.services for match in service.matches)
        for _, sources in by_zone(flow.sources, policy.own):
            for _, targets in by_zone(flow.targets, policy.own):
                yield from self._question(policy, sources, targets, matches)

    def _around(self) -> Iterator[str]:
        """Ways between zones on either side of the border that need not cross a firewall."""
        inside, plant = self.isolation.inside, self.isolation.plant
        for a in sorted(inside):
            for b in plant.zones:
                if b not in inside and self.after.own(a) and self.after.own(b):
                    why = {self._openness.why(a, b), self._openness.why(b, a)}
                    if LINKED in why:
                        yield f"{a} -- {b} are joined by a link, which filters nothing"
                    elif UNKNOWN in why:
                        yield f"{a} -- {b}: the policy does not say how they are connected, so nothing may stand between"
        for firewall in plant.firewalls.values():
            for door in firewall.interfaces:
                for a in sorted(inside & set(door.zones)):
                    for b in sorted(set(door.zones) - inside):
                        yield f"{a} -- {b} are both behind {door.name} of {firewall.name}, and may meet there"

    def beside(self) -> Proved:
        """Inside and outside, every pair of zones permits what it did, in the mode that it had."""
        inside = self.isolation.inside
        zones = list(self.isolation.plant.zones)
        shown = [
            f"{a} -> {b}"
            for a in zones
            for b in zones
            if a != b
            and (a in inside) == (b in inside)
            and self._pair(self.before, a, b) != self._pair(self.after, a, b)
        ]
        return Proved("beside", "what does not cross the border is as it was", not shown, tuple(shown))

    def _pair(self, policy: Policy, a: str, b: str) -> tuple[str, frozenset[object]]:
        return policy.mode(a, b), frozenset(
            (part.sources, part.targets, frozenset(part.matches), part.times, part.recorded is not None)
            for _, part in policy.parts((a, b))
        )

    def strangers(self) -> tuple[str, ...]:
        """Sessions with addresses of nobody that may be open, and that no rule ends."""
        inside = sorted(self.isolation.inside)
        unowned = self.before.plant.ownership.unowned()
        if not unowned:
            return ()
        ends = [(zone, pair) for zone in inside for pair in ((zone, None), (None, zone)) if self.before.own(zone)]
        return tuple(
            f"sessions of {zone} with addresses that no zone owns go on: declare a zone with `net any`"
            for zone, pair in ends
            if self.before.mode(*pair) == MONITOR
        )

    def _proved(self, name: str, says: str, bad: Iterable[Row], more: tuple[str, ...] = ()) -> Proved:
        shown = [*more, *(_counterexample(self.isolation, row) for row in bad)]
        return Proved(name, says, not shown, tuple(dict.fromkeys(shown)))


def _counterexample(isolation: Isolation, row: Row) -> str:
    packet: Packet = row.sample._replace(iif="", oif="")
    why = f": `{row.part.text}`" if row.part is not None else ""
    return f"{row.verdict}{why}, e.g. {packet_text(isolation.plant, packet)}"


def _managing(duties: Duties, firewalls: Iterable[str]) -> set[str]:
    """The `manage` lines that one firewall carries, its own and those of others, and from where."""
    names = set(firewalls)
    mine = {f"`{part.text}`, from {', '.join(doors)}" for part, doors in duties.local}
    for (source, target), parts in duties.pairs.items():
        mine |= {f"`{p.text}` of {p.within}, {source} -> {target}" for p in parts if p.within in names}
    return mine

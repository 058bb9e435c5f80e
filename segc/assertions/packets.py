"""Assertions about packets: `never`, `can` and `only`, exact over the whole packet space."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.assertions.result import Outcome
from segc.diagnostics import Label
from segc.graph.ways import TODAY
from segc.model.addresses import EVERYTHING, Addresses, join, minus
from segc.model.parts import by_zone
from segc.proof.asking import EVERY_PACKET, Question
from segc.proof.query import Row, answer
from segc.proof.show import Words
from segc.proof.why import packet_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from segc.graph.openness import Openness
    from segc.model.plant import Assertion, Endpoint, Match
    from segc.proof.duties import Policy

REASONS = {
    "monitor": "the pair is in monitor, so it passes",
    "link": "a link joins the zones, so nothing stops it",
    "interface": "both zones are behind one interface, where they may meet without the firewall",
    "unknown": "the policy does not say how the zones are connected, so nothing is known to stop it",
}


class Packets:
    """Judges assertions about packets, in one state."""

    def __init__(self, policy: Policy, openness: Openness, state: str) -> None:
        self.policy = policy
        self.openness = openness
        self.state = state

    def never(self, one: Assertion) -> Outcome:
        """No packet is permitted."""
        found = [row for row in self._rows(one.sources, one.targets, EVERY_PACKET) if self._passes(row)]
        if not found:
            return Outcome(True, "no packet is permitted")
        return self._against(found, f"permitted: {self._box(found[0])}")

    def can(self, one: Assertion) -> Outcome:
        """Every packet is permitted."""
        matches = tuple(match for service in one.services for match in service.matches)
        rows = list(self._rows(one.sources, one.targets, matches))
        if not rows:
            return Outcome(False, "there is no such packet: the ends have no address family in common, or no ports")
        bad = [row for row in rows if not self._passes(row)]
        if not bad:
            return Outcome(True, "every packet is permitted")
        some = "none of it" if len(bad) == len(rows) else "not all of it"
        return self._against(bad, f"{some} is permitted: no flow covers {self._box(bad[0])}")

    def only(self, one: Assertion) -> Outcome:
        """Nobody else may open a session there. Traffic inside a zone is not filtered, so it is not asked about."""
        targets = self._addresses(one.targets)
        others = minus(EVERYTHING, join(self._addresses(one.sources)))
        rows = (row for there in targets for row in answer(self.policy, Question("", others, there, EVERY_PACKET)))
        found = [row for row in rows if row.verdict != "pass" and self._passes(row)]
        if not found:
            return Outcome(True, "nobody else is permitted")
        return self._against(found, f"others are permitted: {self._box(found[0])}")

    # -- how ------------------------------------------------------------------

    def _rows(
        self, sources: Iterable[Endpoint], targets: Iterable[Endpoint], matches: tuple[Match, ...]
    ) -> Iterator[Row]:
        for there in self._addresses(targets):
            for here in self._addresses(sources):
                yield from answer(self.policy, Question("", here, there, matches))

    def _addresses(self, ends: Iterable[Endpoint]) -> list[Addresses]:
        return [addresses for _, addresses in by_zone(ends, self.policy.own)]

    def _passes(self, row: Row) -> bool:
        if row.verdict in ("allow", "pass"):
            return True
        return self.state == TODAY and (row.verdict == "alert" or bool(self._open(row)))

    def _open(self, row: Row) -> str:
        if row.source is None or row.target is None:
            return ""
        return self.openness.why(row.source, row.target)

    def _box(self, row: Row) -> str:
        return Words(self.policy.plant).box(row.family, row.boxes[0])

    def _against(self, rows: list[Row], says: str) -> Outcome:
        """The rows that are not as they should be: the lines behind them, and a packet of the first."""
        plant = self.policy.plant
        spans = dict.fromkeys(row.part.span for row in rows if row.part is not None)
        lines = tuple(Label(span, "permits it") for span in spans)
        notes = [f"for example {packet_text(plant, row.sample._replace(iif='', oif=''))}" for row in rows[:1]]
        why = REASONS.get(self._open(rows[0]), "") if rows[0].part is None and self._passes(rows[0]) else ""
        return Outcome(False, says, lines, (*notes, *([why] if why else [])))

"""Changes as entries of the document: in the plant's words, with an example packet and the lines on both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.lang.literals import address_text
from segc.model.plant import ENFORCE
from segc.model.verdict import PASS
from segc.packets.fields import ICMP, ICMP6, PORTED, PROTO, SOURCE, TARGET
from segc.plan.effects import effect
from segc.proof.show import Words
from segc.proof.why import PROTOCOLS, address

if TYPE_CHECKING:
    from segc.graph.search import Hop
    from segc.packets.fields import Packet
    from segc.plan.cells import Cell
    from segc.plan.difference import Change, Fate
    from segc.plan.figures import Blast, Comparison, Jewel
    from segc.plan.modes import ModeChange
    from segc.plan.shape import BlastEntry, ChangeEntry, Example, HopEntry, JewelEntry, ModeEntry, Said, ZoneEntry
    from segc.plan.side import Side

CHAINS = 10  # machines whose reach grows most, of which a chain is shown


class Entries:
    """Makes the entries; names are those of the plant after the change, where it has some."""

    def __init__(self, before: Side, after: Side) -> None:
        self.before = before
        self.after = after
        self.words = Words(after.plant, before.plant)
        self._chains = 0

    def zone(self, cell: Cell) -> ZoneEntry:
        """A cell by the zones that own it."""
        side, name = (self.after, cell.after) if cell.after is not None else (self.before, cell.before)
        title = side.plant.zones[name].title if name is not None else ""
        return {"before": cell.before, "after": cell.after, "title": title}

    def change(self, one: Change) -> ChangeEntry:
        """A change of verdict."""
        return {
            "effect": effect(one),
            "was": one.was.verdict,
            "now": one.now.verdict,
            "recorded_before": one.was.kind[1],
            "recorded_after": one.now.kind[1],
            "sources": [self.zone(cell) for cell in one.sources],
            "target": self.zone(one.target),
            "what": self._what(one),
            "whole": one.whole,
            "packets": [self.words.box(one.family, box) for box in one.boxes],
            "example": self.example(one.sample),
            "before": self._said(self.before, one.was, one.sources[0].before, one.target.before),
            "after": self._said(self.after, one.now, one.sources[0].after, one.target.after),
            "firewalls": self._firewalls(one),
        }

    def _what(self, one: Change) -> str:
        part = one.now.part or one.was.part
        if part is not None and one.whole:
            return part.text
        if part is not None:
            more = f" and {len(one.boxes) - 1} more" if len(one.boxes) > 1 else ""
            return f"{self.words.box(one.family, one.boxes[0])}{more}, part of `{part.text}`"
        if len(one.boxes) == 1 and PROTO not in one.boxes[0]:
            ends = one.boxes[0].get(SOURCE), one.boxes[0].get(TARGET)
            return f"everything from {self.words.ends(one.family, ends[0])} to {self.words.ends(one.family, ends[1])}"
        return "all that no flow covers"

    def example(self, packet: Packet) -> Example:
        """One packet, as people write it and in numbers."""
        kind = PROTOCOLS.get(packet.proto, f"protocol {packet.proto}")
        if packet.proto in (ICMP, ICMP6):
            kind += f" type {packet.dport >> 8}"
        elif packet.proto in PORTED:
            kind += f" {packet.dport}"
        source, target = self._end(packet.family, packet.source), self._end(packet.family, packet.target)
        return {
            "text": f"{source} -> {target} : {kind}",
            "family": packet.family,
            "source": address_text(packet.family, packet.source),
            "target": address_text(packet.family, packet.target),
            "protocol": packet.proto,
            "source_port": packet.sport,
            "port": packet.dport,
        }

    def _end(self, family: int, value: int) -> str:
        for side in (self.after, self.before):
            zone = side.plant.ownership.zone_of(family, value)
            if zone is not None and any(a.addresses.holds(family, value) for a in side.plant.zones[zone].assets):
                return address(side.plant, family, value)
        return address(self.after.plant, family, value)

    def _said(self, side: Side, fate: Fate, a: str | None, b: str | None) -> Said:
        plant = side.plant
        if fate.part is not None:
            return {"text": fate.part.text, "within": fate.part.within, "at": side.place(fate.part.span)}
        if fate.verdict == PASS and a is not None:
            return {"text": "inside a zone", "within": a, "at": side.place(plant.zones[a].span)}
        conduit = next(
            (c for c in plant.conduits.values() if a is not None and b is not None and (a, b) in c.pairs()), None
        )
        mode = side.policy.mode(a, b)
        text = f"no flow covers it; the mode is {mode}"
        if conduit is not None:
            return {"text": text, "within": conduit.name, "at": side.place(conduit.span)}
        zone = plant.zones.get(b or "")
        span = zone.span if zone is not None else plant.site.span if plant.site is not None else None
        return {"text": text, "within": b or "", "at": side.place(span) if span is not None else None}

    def _firewalls(self, one: Change) -> list[str]:
        """The firewalls between the ends, before and after."""
        found: dict[str, None] = {}
        for source in one.sources:
            pairs = (source.before, one.target.before), (source.after, one.target.after)
            for side, (a, b) in zip((self.before, self.after), pairs, strict=True):
                if a is not None and b is not None and a != b:
                    found |= dict.fromkeys(sorted(side.policy.topology.crossed(a, b)))
        return list(found)

    def mode(self, one: ModeChange) -> ModeEntry:
        """A change of mode."""
        return {
            "was": one.was,
            "now": one.now,
            "enforces": one.now == ENFORCE,
            "sources": [self.zone(cell) for cell in one.sources],
            "targets": [self.zone(cell) for cell in one.targets],
            "before": self.before.place(one.before) if one.before is not None else None,
            "after": self.after.place(one.after) if one.after is not None else None,
        }

    def blast(self, both: Comparison, one: Blast) -> BlastEntry:
        """A machine whose reach changes."""
        wanted = one.growth > 0 and one.after is not None and self._chains < CHAINS
        self._chains += wanted
        machine = one.after or one.before
        return {
            "machine": machine.path if machine is not None else "",
            "machine_before": one.before.path if one.before is not None else None,
            "declared": {"before": one.declared[0], "after": one.declared[1]},
            "today": {"before": one.today[0], "after": one.today[1]},
            "chain": [self._hop(hop) for hop in both.chain(one)] if wanted else [],
        }

    def jewel(self, one: Jewel) -> JewelEntry:
        """A crown jewel that machines newly reach."""
        return {
            "machine": one.machine.path,
            "reached_by": {"before": one.reached_by[0], "after": one.reached_by[1]},
            "newly_by": [machine.path for machine in one.newly],
            "chain": [self._hop(hop) for hop in one.chain],
        }

    def _hop(self, hop: Hop) -> HopEntry:
        flow = hop.way.flow if hop.way is not None else None
        return {
            "source": hop.source.path,
            "target": hop.target.path,
            "by": hop.by,
            "text": flow.text if flow is not None else f"both are in {hop.source.zone.name}",
            "at": self.after.place(flow.span if flow is not None else hop.source.zone.span),
        }

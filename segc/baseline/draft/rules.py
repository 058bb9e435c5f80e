"""From keys to the fewest rules that permit no more than was seen, zones apart."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

from segc.baseline.draft.ends import Ends, Side
from segc.baseline.draft.evidence import Unexplained, atom, learnable, number, why_not
from segc.baseline.draft.machines import unnamed
from segc.baseline.draft.pairs import Pair, pair_of
from segc.baseline.draft.volume import Box, volume
from segc.baseline.ledger import Key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from segc.baseline.draft.chosen import Chosen
    from segc.baseline.draft.evidence import Address, Atom
    from segc.baseline.draft.services import Shelf
    from segc.model.plant import Plant

VENDORS = "vendor-access"
MANY_PORTS = 1_000  # of one machine that one other asked for, and that no service names: a sweep writes no flow


@dataclass(frozen=True, slots=True)
class Rule:
    """One drafted flow. `permitted` and `observed` count (source, target, port) triples."""

    pair: Pair
    sources: Side
    targets: Side
    service: Chosen
    seen: tuple[Unexplained, ...]
    permitted: int
    observed: int

    @property
    def ratio(self) -> float:
        """How much more is permitted than was seen: 1.0 is exact."""
        return self.permitted / self.observed


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules by pair, machines to declare, and keys for which nothing can be written, with the reason."""

    rules: dict[Pair, tuple[Rule, ...]]
    ends: Ends
    left: tuple[tuple[Unexplained, str], ...]

    def __iter__(self) -> Iterator[Rule]:
        """Every rule."""
        return (rule for rules in self.rules.values() for rule in rules)

    @property
    def permitted(self) -> int:
        """Triples that all rules permit together, each counted once."""
        boxes = [Box(r.sources.addresses, r.targets.addresses, r.service.spans) for r in self]
        return volume(boxes)

    @property
    def observed(self) -> int:
        """Triples that were seen."""
        return sum(rule.observed for rule in self)


def rules(plant: Plant, shelf: Shelf, found: Iterable[Unexplained]) -> Rules:
    """Rules for all that is unexplained and can be explained. The order of what is found does not matter."""
    wanted, left = learnable(found), dict[Key, tuple[Unexplained, str]]()
    while True:
        made = _rules(plant, shelf, (one for one in wanted if one.key not in left))
        many = {one.key: (one, why) for one, why in unnamed(made)}
        if not many:
            return replace(made, left=(*made.left, *(told for _, told in sorted(left.items()))))
        left |= many  # without these, an asset that is a range may no longer stand for the rest: look again


def _rules(plant: Plant, shelf: Shelf, found: Iterable[Unexplained]) -> Rules:
    ends = Ends(plant)
    left: list[tuple[Unexplained, str]] = []
    between: dict[Pair, dict[tuple[Address, Address], list[Unexplained]]] = {}
    for one in found:
        reason = why_not(one) or _not_safe(plant, ends, one)
        if reason:
            left.append((one, reason))
            continue
        ways = between.setdefault(pair_of(plant, one.judged), {})
        ways.setdefault((number(one.key.src), number(one.key.dst)), []).append(one)
    made: dict[Pair, list[Rule]] = {}
    for pair, ways in sorted(between.items()):
        for rule in _of_pair(plant, shelf, ends, pair, ways, left):
            made.setdefault(rule.pair, []).append(rule)
    return Rules({pair: tuple(of) for pair, of in sorted(made.items())}, ends, tuple(left))


def _not_safe(plant: Plant, ends: Ends, one: Unexplained) -> str:
    """Safety zones take no machine on evidence alone."""
    for name, text in ((one.judged.source, one.key.src), (one.judged.target, one.key.dst)):
        zone = plant.zones[name or ""]
        if zone.kind == "safety" and ends.asset(zone.name, number(text)) is None:
            return f"safety zone `{zone.name}` does not declare {text}: say there what it is, then draft again"
    return ""


def _of_pair(
    plant: Plant,
    shelf: Shelf,
    ends: Ends,
    pair: Pair,
    ways: dict[tuple[Address, Address], list[Unexplained]],
    left: list[tuple[Unexplained, str]],
) -> Iterable[Rule]:
    source, target = plant.zones[pair.source], plant.zones[pair.target]
    services: dict[str, tuple[Chosen, dict[tuple[Address, Address], list[Unexplained]]]] = {}
    for way, ones in sorted(ways.items()):
        by_atom: dict[Atom, list[Unexplained]] = {}
        for one in ones:
            each = atom(one.key)
            if each is not None:
                by_atom.setdefault(each, []).append(one)
        found = shelf.choose(frozenset(by_atom), _vendors(ends, pair.target, way[1]), ones[0].beside)
        if sum(len(chosen.atoms) for chosen in found if chosen.unnamed) > MANY_PORTS:
            why = f"one of {len(by_atom):,} ports of {ones[0].key.dst} that {ones[0].key.src} asked for: find out what for"
            left.extend((one, why) for one in ones)  # with those of a known service, which a sweep finds, too
            continue
        for chosen in found:
            _, users = services.setdefault(chosen.name, (chosen, {}))
            users.setdefault(way, []).extend(one for each in sorted(chosen.atoms) for one in by_atom[each])
    for _, (chosen, users) in sorted(services.items()):
        stands = pair._replace(grant=pair.grant or chosen.family == VENDORS)
        for sides in _rectangles(frozenset(users)):
            a = ends.side(source, sides[0], whole=not stands.grant)
            b = ends.side(target, sides[1], whole=not stands.grant)
            seen = tuple(one for way in sorted(product(*sides)) for one in users[way])  # all of them: it is a rectangle
            triples = {(one.key.src, one.key.dst, atom(one.key)) for one in seen}
            permitted = volume([Box(a.addresses, b.addresses, chosen.spans)])
            yield Rule(stands, a, b, chosen, seen, permitted, len(triples))


def _vendors(ends: Ends, zone: str, address: Address) -> tuple[str, ...]:
    asset = ends.asset(zone, address)
    return tuple(text for word, text in (asset.texts if asset else ()) if word in ("vendor", "model"))


def _rectangles(ways: frozenset[tuple[Address, Address]]) -> list[tuple[frozenset[Address], frozenset[Address]]]:
    """The pairs as cross products that hold nothing else: machines with the same far ends go together."""
    by_source = _alike(ways)
    by_target = [(b, a) for a, b in _alike(frozenset((b, a) for a, b in ways))]
    return min(by_source, by_target, key=len)


def _alike(ways: frozenset[tuple[Address, Address]]) -> list[tuple[frozenset[Address], frozenset[Address]]]:
    far: dict[Address, set[Address]] = {}
    for near, other in ways:
        far.setdefault(near, set()).add(other)
    groups: dict[tuple[int, frozenset[Address]], set[Address]] = {}
    for near, others in far.items():
        groups.setdefault((near.family, frozenset(others)), set()).add(near)
    return sorted(
        ((frozenset(of), others) for (_, others), of in groups.items()), key=lambda r: (sorted(r[0]), sorted(r[1]))
    )

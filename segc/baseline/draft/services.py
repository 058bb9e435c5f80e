"""By which services: those of the library that name exactly what was seen, else a service of the plant's own.

A service that also names what nobody has seen is never taken, so that no rule opens a further port or protocol. The
one exception is the range of ports that a dynamic service negotiates, and only beside the service itself. Other ports of
such a range, where they are many, are one service that lists them.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from segc.baseline.draft.chosen import WORDS, Chosen, atom_text, each_span, listed
from segc.baseline.draft.naming import Names, exactly
from segc.checks.common import opened
from segc.model.plant import TCP, UDP

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from segc.baseline.draft.evidence import Atom
    from segc.model.plant import Match, Plant, Service

WIDEST = 64  # ports of a service that a draft looks through
ENOUGH = 3  # ports of a dynamic service's range that must have been used before the range is drafted
SHOWN = 5
DYNAMIC = ((TCP, 49152, 65535), (UDP, 49152, 65535))  # RFC 6335
MANY = 16  # such ports of one machine that another one asked for: more are one service
_SURE = {"high": 0, "medium": 1}


class Shelf:
    """The services that a plant can name, and those that it could."""

    def __init__(self, plant: Plant, library: Mapping[str, tuple[Service, str]]) -> None:
        used = {source.path for source in plant.sources if source.builtin}
        taken = {name: service for name, (service, file) in library.items() if f"{file}.zone" in used}
        self.named = {**taken, **plant.services}
        self.elsewhere = {name: pair for name, pair in library.items() if name not in self.named}
        self.spoken = Counter(service.name for flow in opened(plant) for service in flow.services)
        self.by_atom: dict[Atom, list[tuple[Service, frozenset[Atom]]]] = {}
        self._naming: dict[Atom, list[Service]] = {}  # also those of which a draft takes none
        self._exactly: dict[Atom, dict[str, str]] = {}  # what the library names so, by its file
        self._dynamic = [(n, s, expanded(s.matches)) for n, s in self._by_use() if s.dynamic]
        self._long = self._by_size()
        self._names = Names(service for _, service in self._by_use())
        known = (*self.named.values(), *(service for service, _ in self.elsewhere.values()))
        self._handed_out = {*DYNAMIC, *((m.proto, m.low, m.high) for s in known for m in s.dynamic_ports)}
        for name, (service, file) in sorted(self.elsewhere.items()):
            if len(atoms := expanded(service.matches)) == 1:
                self._exactly.setdefault(min(atoms), {})[file] = name
        for service in self.named.values():
            atoms = expanded(service.matches)
            for each in atoms:
                self._naming.setdefault(each, []).append(service)
            if atoms and not service.layer2 and not service.dynamic and service.filterable != "no":
                for each in atoms:
                    self.by_atom.setdefault(each, []).append((service, atoms))

    def choose(
        self, atoms: frozenset[Atom], vendors: Iterable[str], beside: frozenset[Atom] = frozenset()
    ) -> list[Chosen]:
        """Services that together name these atoms, which were seen between two machines, and no others.

        `beside` are atoms that were seen there, too, and that the policy permits already.
        """
        vendor_words = tuple(sorted({vendor.split()[0].lower() for vendor in vendors if vendor.split()}))
        left: set[Atom] = set(atoms)
        own: set[Atom] = set()
        found = [*self._ranges(left, beside), *self._lists(left)]
        for each in sorted(left):
            if each not in left:
                continue
            fitting = [(s, of) for s, of in self.by_atom.get(each, ()) if of <= left]
            if not fitting:
                own.add(each)
                left.discard(each)
                continue
            service, of = min(fitting, key=lambda pair: self._rank(pair[0], len(pair[1]), vendor_words))
            others = sorted({s.name for s, _ in self.by_atom[each] if s.name != service.name})
            notes = (f"{atom_text(each)} may also be {_some(others)}: look at what it is",) if others else ()
            found.append(Chosen(service.name, of, each_span(of), "", notes, service.access, service.family))
            left -= of
        loose = {each for each in own if self._is_loose(each)}
        if len(loose) > MANY:
            return [*found, self._listed(loose), *map(self._own, sorted(own - loose))]
        return [*found, *map(self._own, sorted(own))]

    def _by_use(self) -> list[tuple[str, Service]]:
        """Services by name, those that the plant speaks most first."""
        return sorted(self.named.items(), key=lambda item: (-self.spoken[item[0]], item[0]))

    def _by_size(self) -> list[tuple[int, Service]]:
        """Services of more ports than are looked through one by one, and how many those are, the largest first."""
        sized = [(sum(high - low + 1 for _, low, high in exactly(s)), s) for _, s in self._by_use()]
        return sorted(((size, s) for size, s in sized if size > WIDEST), key=lambda pair: -pair[0])

    def _lists(self, left: set[Atom]) -> list[Chosen]:
        """Such services of which every port was seen, as those are that an earlier draft declared."""
        found = []
        for size, service in self._long:
            spans = exactly(service)
            if size > len(left) or not all((p, n) in left for p, low, high in spans for n in range(low, high + 1)):
                continue
            of = frozenset((p, n) for p, low, high in spans for n in range(low, high + 1))
            found.append(Chosen(service.name, of, spans, access=service.access, family=service.family))
            left -= of
        return found

    def _is_loose(self, each: Atom) -> bool:
        """Is it a port that systems hand out as they come, and that is no service's own?"""
        handed_out = any(each[0] == proto and low <= each[1] <= high for proto, low, high in self._handed_out)
        return handed_out and each not in self._exactly

    def _rank(self, service: Service, named: int, vendors: tuple[str, ...]) -> tuple[object, ...]:
        """More of what was seen, then what the plant speaks already, then what the machine's maker is known for."""
        told = f"{service.title} {service.doc}".lower()
        maker = not any(word in told for word in vendors)
        sure = _SURE.get(service.confidence, 2)
        return (-named, -self.spoken[service.name], maker, sure, service.name)

    def _ranges(self, left: set[Atom], beside: frozenset[Atom]) -> list[Chosen]:
        """Ranges of dynamic services whose own ports were seen, all of them, beside enough ports of the range."""
        found = []
        for name, service, asked in self._dynamic:
            if not asked or not asked <= left | beside:
                continue
            for match in service.dynamic_ports:
                inside = {a for a in left if a[0] == match.proto and match.low <= a[1] <= match.high}
                if len(inside) < ENOUGH:
                    continue
                own = f"draft-{name}-{WORDS[match.proto]}-ports"
                body = f'"Ports that {name} negotiates" {{ {WORDS[match.proto]} {_span(match)} }}'
                note = f"{len(inside)} ports of the range that `{name}` negotiates were used; pin it on the server"
                span = ((match.proto, match.low, match.high),)
                chosen = Chosen(own, frozenset(inside), span, body, (note,), service.access)
                found.append(self._names.settled(chosen))
                left -= inside
        return found

    def _listed(self, loose: set[Atom]) -> Chosen:
        naming = [s for each in loose for s in self._naming.get(each, ())]
        known = sorted({s.name for s in naming})
        parts = sum(1 for each in loose if self._naming.get(each))
        notes = (f"{parts} of them are a part of {_some(known)}, of which no more was seen",) if known else ()
        return self._names.settled(listed(loose, notes, tuple(sorted({a for s in naming for a in s.access}))))

    def _own(self, each: Atom) -> Chosen:
        proto, port = each
        word = WORDS.get(proto)
        name = f"draft-{word}-{port}" if word else f"draft-proto-{proto}"
        exact, naming = self._exactly.get(each, {}), self._naming.get(each, ())
        notes = tuple(f'the library may know it as {name}: use "{file}"' for file, name in sorted(exact.items())[:2])
        known = sorted({s.name for s in naming})
        if known:
            notes = (f"{atom_text(each)} is a part of {_some(known)}, of which no more was seen", *notes)
        access = tuple(sorted({a for s in naming for a in s.access}))
        body = f"{{ {word} {port} }}" if word else f"{{ proto {proto} }}"
        chosen = Chosen(name, frozenset([each]), each_span([each]), body, notes, access, unnamed=True)
        return self._names.settled(chosen)


def expanded(matches: Iterable[Match]) -> frozenset[Atom]:
    """What a service names, one by one; empty where that is too much, or rests on source ports."""
    found: set[Atom] = set()
    for match in matches:
        if (match.source_low, match.source_high) != (0, 65535):
            return frozenset()
        if match.proto not in WORDS:
            if (match.low, match.high) != (0, 65535):
                return frozenset()
            found.add((match.proto, 0))
            continue
        if len(found) + match.high - match.low + 1 > WIDEST:
            return frozenset()
        found |= {(match.proto, port) for port in range(match.low, match.high + 1)}
    return frozenset(found)


def _some(names: list[str]) -> str:
    more = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" or {more} others" if more > 0 else "")


def _span(match: Match) -> str:
    return str(match.low) if match.low == match.high else f"{match.low}-{match.high}"

"""Machines that no way tells apart, counted once: the exact quotient on which closures are computed.

Machines of one zone that every flow treats alike reach, and are reached by, the
same others. A plant of 100,000 machines has some thousands of such classes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from segc.graph.machines import Machine
    from segc.graph.ways import Ways


class Class(NamedTuple):
    """Machines of one zone that all ways treat alike."""

    number: int
    zone: str
    members: tuple[Machine, ...]


class Group(NamedTuple):
    """What a way leads to: classes, and further groups with an earlier number."""

    classes: tuple[int, ...]
    groups: tuple[int, ...]


class Quotient:
    """Classes, and for each the groups that it reaches in one step.

    A zone is one group, a flow's targets are one, and so are the zones that are open to another. Groups of many zones
    are built as a binary tree over them, of which "all but these few" takes few nodes.
    """

    def __init__(self, ways: Ways) -> None:
        self.ways = ways
        self.classes: list[Class] = []
        self.groups: list[Group] = []
        self._numbers: dict[Group, int] = {}
        self._classify()
        self.reaches: list[list[int]] = [[] for _ in self.classes]
        self._zones()
        for sources, targets in self._by_ends():
            group = self._group(sorted({self.class_of[one] for one in targets}))
            for source in {self.class_of[one] for one in sources}:
                self.reaches[source].append(group)
        self.reaches = [list(dict.fromkeys(groups)) for groups in self.reaches]

    def _by_ends(self) -> Iterable[tuple[tuple[int, ...], tuple[int, ...]]]:
        """The ways without what only tells them apart to a reader."""
        return dict.fromkeys((way.sources, way.targets) for way in self.ways.ways)

    def _classify(self) -> None:
        marks: list[list[int]] = [[] for _ in self.ways.machines]
        for number, ends in enumerate(dict.fromkeys(end for pair in self._by_ends() for end in pair)):
            for one in ends:
                marks[one].append(number)
        found: dict[tuple[object, ...], list[Machine]] = {}
        for machine in self.ways.machines:
            key = (machine.zone.name, machine.families, *marks[machine.number])
            found.setdefault(key, []).append(machine)
        self.classes = [
            Class(index, members[0].zone.name, tuple(members)) for index, members in enumerate(found.values())
        ]
        self.class_of = [0] * len(self.ways.machines)
        for alike in self.classes:
            for machine in alike.members:
                self.class_of[machine.number] = alike.number

    def _group(self, classes: Iterable[int] = (), groups: Iterable[int] = ()) -> int:
        group = Group(tuple(classes), tuple(groups))
        number = self._numbers.get(group)
        if number is None:
            number = self._numbers[group] = len(self.groups)
            self.groups.append(group)
        return number

    def _zones(self) -> None:
        """Inside a zone everybody reaches everybody; between open zones, who has a family in common."""
        inside: dict[str, list[int]] = {}
        for alike in self.classes:
            inside.setdefault(alike.zone, []).append(alike.number)
        for members in inside.values():
            group = self._group(members)
            for one in members:
                self.reaches[one].append(group)
        for family in sorted({family for one in self.classes for family in one.members[0].families}):
            self._opened(family, inside)

    def _opened(self, family: int, inside: dict[str, list[int]]) -> None:
        speaking = {
            zone: [one for one in members if family in self.classes[one].members[0].families]
            for zone, members in inside.items()
        }
        order = [zone for zone, members in speaking.items() if members]
        place = {zone: at for at, zone in enumerate(order)}
        tree = _Tree(self, [self._group(speaking[zone]) for zone in order])
        known: dict[int, list[int]] = {}
        for zone in order:
            towards = self.ways.open_to(zone)
            if len(towards) < 2:
                continue
            key = id(towards)  # equal sets are one object
            if key not in known:
                known[key] = tree.cover(sorted(place[other] for other in towards if other in place))
            for one in speaking[zone]:
                self.reaches[one] += known[key]


class _Tree:
    """A binary tree over a row of groups: any stretch of the row is a few of its nodes."""

    def __init__(self, quotient: Quotient, leaves: list[int]) -> None:
        self._levels = [leaves]
        self._quotient = quotient
        while len(self._levels[-1]) > 1:
            below = self._levels[-1]
            pairs = [below[at : at + 2] for at in range(0, len(below), 2)]
            self._levels.append([quotient._group((), pair) if len(pair) > 1 else pair[0] for pair in pairs])  # noqa: SLF001

    def cover(self, places: list[int]) -> list[int]:
        """The fewest nodes whose leaves are these places."""
        found: list[int] = []
        at = 0
        while at < len(places):
            level, start = 0, places[at]
            taken = 1
            while self._whole(places, at, level + 1, start):
                level += 1
                taken = min(1 << level, len(self._levels[0]) - start)
            found.append(self._levels[level][start >> level])
            at += taken
        return found

    def _whole(self, places: list[int], at: int, level: int, start: int) -> bool:
        """Does the node above also begin here, and are all of its leaves among the places?"""
        if level >= len(self._levels) or start % (1 << level):
            return False
        last = min(start + (1 << level), len(self._levels[0])) - 1
        return at + last - start < len(places) and places[at + last - start] == last

"""What a change does to each firewall: the files that `segc build` would write for both plants, and who may manage it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from segc.diagnostics import SegcError
from segc.packets.fields import SOURCE
from segc.packets.partition import partition, values
from segc.plan.difference import ASKED
from segc.proof.sessions import sessions, space_of
from segc.proof.show import Words
from segc.targets.build import DECLARED, build
from segc.targets.output import SUMS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from segc.model.plant import Firewall
    from segc.packets.diagram import Diagrams
    from segc.plan.side import Side
    from segc.proof.duties import Part
    from segc.targets.build import BuildResult, Built


class Rendered:
    """The files of one plant's firewalls, in memory. `problem` says why there are none."""

    def __init__(self, side: Side) -> None:
        self.problem = ""
        self.built: dict[str, Built] = {}
        self.digest = ""
        if side.plant.firewalls:
            try:
                self._take(build(side.plant, side.at, DECLARED))
            except SegcError as why:
                self.problem = why.diagnostics[0].message if why.diagnostics else str(why)

    def _take(self, result: BuildResult) -> None:
        self.built = {one.firewall: one for one in result.built}
        self.digest = result.manifest["policy"]["sha256"]

    def texts(self, firewall: str | None, digest: str) -> dict[str, str]:
        """A firewall's files by name, as if they were of the policy with this digest."""
        one = self.built.get(firewall or "")
        files = one.files if one is not None else ()
        return {file.name: _signed(file.text, self.digest, digest) for file in files if file.name != SUMS}

    def counts(self, firewall: str | None) -> tuple[int | None, int | None]:
        """How many rules of the policy it carries, and lines of configuration (without scripts); None without files."""
        one = self.built.get(firewall or "")
        if one is None:
            return None, None
        return len(one.entry["rules"]), sum(file.text.count("\n") for file in one.files if _configures(one, file.name))


def _signed(text: str, old: str, new: str) -> str:
    """Files name the policy that they are from, by its digest or the first part of it."""
    for length in (64, 16, 12):
        text = text.replace(old[:length], new[:length])
    return text


def _configures(one: Built, name: str) -> bool:
    return any(file.name == name and not file.executable and name != SUMS for file in one.files)


class FirewallChange(NamedTuple):
    """A firewall before and after (None where it is not there), and how its files differ."""

    before: Firewall | None
    after: Firewall | None
    rules: tuple[int | None, int | None]
    lines: tuple[int | None, int | None]
    added: int
    removed: int
    files: tuple[str, ...]
    manage_opens: tuple[str, ...]
    manage_ends: tuple[str, ...]
    itself: tuple[str | None, str | None]  # the mode of traffic to the firewall, where `manage` says something of it


def firewall_changes(before: Side, after: Side) -> tuple[list[FirewallChange], list[str]]:
    """Every firewall, changed or not; and why files could not be made, for each side where they could not."""
    rendered = Rendered(before), Rendered(after)
    found = [_change(before, after, rendered, pair) for pair in matched(before, after)]
    sides = zip((before, after), rendered, strict=True)
    return found, [f"{side.label}: {one.problem}" for side, one in sides if one.problem]


def matched(before: Side, after: Side) -> list[tuple[Firewall | None, Firewall | None]]:
    """Firewalls of both plants: by name, else by the addresses of their interfaces."""
    old = dict(before.plant.firewalls)
    found: list[tuple[Firewall | None, Firewall | None]] = []
    for name, firewall in after.plant.firewalls.items():
        other = old.pop(name, None)
        if other is None:
            alike = [o for o in old.values() if o.name not in after.plant.firewalls and _same_box(o, firewall)]
            other = old.pop(alike[0].name) if alike else None
        found.append((other, firewall))
    return found + [(firewall, None) for firewall in old.values()]


def _same_box(a: Firewall, b: Firewall) -> bool:
    mine, others = ({own for i in one.interfaces for own in i.addresses} for one in (a, b))
    return a.target == b.target and bool(mine) and mine == others


def _change(
    before: Side, after: Side, rendered: tuple[Rendered, Rendered], pair: tuple[Firewall | None, Firewall | None]
) -> FirewallChange:
    names = [one.name if one is not None else None for one in pair]
    counts = [one.counts(name) for one, name in zip(rendered, names, strict=True)]
    old, new = (one.texts(name, rendered[1].digest) for one, name in zip(rendered, names, strict=True))
    files = tuple(name for name in dict.fromkeys([*new, *old]) if old.get(name) != new.get(name))
    added = removed = 0
    for name in files:
        more, less = _lines(old.get(name, ""), new.get(name, ""))
        added, removed = added + more, removed + less
    opens, ends = _managers(before, after, pair)
    rules, lines = (counts[0][0], counts[1][0]), (counts[0][1], counts[1][1])
    return FirewallChange(*pair, rules, lines, added, removed, files, opens, ends, _itself(before, after, pair))


def _itself(before: Side, after: Side, pair: tuple[Firewall | None, Firewall | None]) -> tuple[str | None, str | None]:
    old, new = (
        side.policy.local_mode(one) if one is not None and one.manage else None
        for side, one in zip((before, after), pair, strict=True)
    )
    return old, new


def _lines(old: str, new: str) -> tuple[int, int]:
    """How many lines are new, and how many are gone; one that only moved is neither."""
    was, now = Counter(old.splitlines()), Counter(new.splitlines())
    return (now - was).total(), (was - now).total()


# -- management ---------------------------------------------------------------


def _managers(
    before: Side, after: Side, pair: tuple[Firewall | None, Firewall | None]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who may newly reach a firewall itself, and who no longer may."""
    words = Words(after.plant, before.plant)
    old, new = (list(_reach(side, one)) for side, one in zip((before, after), pair, strict=True))
    opens: list[str] = []
    ends: list[str] = []
    for family in (4, 6):
        diagrams = space_of(family, [*old, *new], {})
        was, now = (_reached(diagrams, each, family) for each in (old, new))
        only_now, only_then = diagrams.select(was, diagrams.no, now), diagrams.select(now, diagrams.no, was)
        for node, told in ((only_now, opens), (only_then, ends)):
            for box in partition(diagrams, node):
                if box.value:
                    spans = {f: values(diagrams, f, box.ranks[f]) for f in ASKED if box.ranks[f]}
                    told.append(words.box(family, spans).replace(" -> any : ", " : "))
    return tuple(opens), tuple(ends)


def _reached(diagrams: Diagrams, parts: Iterable[Part], family: int) -> int:
    return diagrams.any(sessions(diagrams, {SOURCE: one.sources.of(family)}, one.matches) for one in parts)


def _reach(side: Side, firewall: Firewall | None) -> Iterator[Part]:
    if firewall is not None:
        yield from (part for _, part in side.policy.managers(firewall))

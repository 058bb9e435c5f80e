"""What a change does to isolations: which firewalls' files they have, what they keep, and whether they still hold.

The files are rendered and not read back: nothing is written here, and `segc build` proves each before it writes one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.diagnostics import SegcError
from segc.model.parts import cut
from segc.plan.grants import BEGINS, CHANGES, ENDS
from segc.plan.pairing import Pairing, details
from segc.response.compile import compiled
from segc.response.isolation import of_playbook

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from segc.model.plant import Flow, Playbook
    from segc.plan.pairing import Detail
    from segc.plan.side import Side
    from segc.response.compile import Compiled
    from segc.response.obligations import Proved

FILES, KEEPS, CUTS, ZONES, HOLDS = "files", "keeps", "cuts", "zones", "holds"


class Isolated(NamedTuple):
    """A playbook compiled on one side: the files by firewall, and what of it is not true. `problem`: it cannot be made."""

    book: Playbook
    done: Compiled | None
    files: dict[str, tuple[str, ...]]
    problem: str = ""

    @property
    def holds(self) -> bool:
        """May it be used?"""
        return self.done is not None and self.done.holds

    def failing(self) -> Iterator[Proved]:
        """Obligations that do not hold."""
        yield from (one for one in (self.done.proved if self.done is not None else ()) if not one.holds)


class PlaybookChange(NamedTuple):
    """A playbook before and after, None where there is none.

    `facets`: files, keeps, cuts, zones, holds, and what it says of itself, each of which is in `details`.
    """

    change: str
    before: Isolated | None
    after: Isolated | None
    facets: tuple[str, ...]
    firewalls: tuple[str, ...]
    details: tuple[Detail, ...] = ()

    @property
    def means(self) -> bool:
        """Is it more than another text of the same files?"""
        return self.change != CHANGES or self.facets != (FILES,)


def playbook_changes(before: Side, after: Side) -> list[PlaybookChange]:
    """By name. One of which nothing differs is none of them."""
    old, new = before.plant.playbooks, after.plant.playbooks
    pairing = Pairing(before, after)
    found = []
    for name in dict.fromkeys([*new, *old]):
        was = _isolated(before, old[name]) if name in old else None
        now = _isolated(after, new[name]) if name in new else None
        firewalls = _differing(was, now)
        if was is None or now is None:
            found.append(PlaybookChange(ENDS if now is None else BEGINS, was, now, (), firewalls))
        else:
            said = _details(pairing, was.book, now.book)
            facets = (*(one.facet for one in said), *_facets(before, after, was, now, firewalls))
            if facets:
                found.append(PlaybookChange(CHANGES, was, now, facets, firewalls, said))
    return sorted(found, key=lambda one: one.after is None or one.after.holds)


def _details(pairing: Pairing, old: Playbook, new: Playbook) -> tuple[Detail, ...]:
    """Who may order it, how quickly it has to be done, and when it was practised: the files tell of none of these."""
    return details(
        ("authority", ", ".join(map(pairing.role, old.authority)), ", ".join(new.authority)),
        ("within", _seconds(old.within), _seconds(new.within)),
        ("drilled", old.drilled, new.drilled),
    )


def _seconds(number: float | None) -> str:
    return f"{number:g} s" if number is not None else ""


def _isolated(side: Side, book: Playbook) -> Isolated:
    try:
        done = compiled(of_playbook(side.plant, book), side.at, read_back=False)
    except SegcError as why:
        return Isolated(book, None, {}, why.diagnostics[0].message if why.diagnostics else str(why))
    digest = done.manifest["policy"]["sha256"]
    files: dict[str, tuple[str, ...]] = {}
    for path, file in sorted(done.files.items()):
        firewall = path.partition("/")[0]
        if file.role.startswith(("rules", "sets", "config", "kill")):
            files[firewall] = (*files.get(firewall, ()), file.text.replace(digest[:16], ""))
    return Isolated(book, done, files)


def _differing(was: Isolated | None, now: Isolated | None) -> tuple[str, ...]:
    """The firewalls that are given something else, or given nothing any more."""
    old, new = (one.files if one is not None else {} for one in (was, now))
    return tuple(name for name in dict.fromkeys([*new, *old]) if old.get(name) != new.get(name))


def _facets(before: Side, after: Side, was: Isolated, now: Isolated, firewalls: tuple[str, ...]) -> Iterator[str]:
    if was.holds != now.holds or ((was.problem or now.problem) and was.problem != now.problem):
        yield HOLDS
    if was.done is not None and now.done is not None:
        one, other = was.done.isolation, now.done.isolation
        if _owned(before, one.inside) != _owned(after, other.inside):
            yield ZONES
        if _packets(before, one.kept) != _packets(after, other.kept):
            yield KEEPS
        if _packets(before, one.cut) != _packets(after, other.cut):
            yield CUTS
    if firewalls:
        yield FILES


def _owned(side: Side, zones: Iterable[str]) -> frozenset[object]:
    return frozenset(side.policy.own(zone) for zone in zones)


def _packets(side: Side, flows: Iterable[Flow]) -> frozenset[object]:
    """What flows permit, by addresses."""
    return frozenset(
        (sources, targets, match)
        for flow in flows
        for _, sources, targets in cut(flow, side.policy.own)
        for service in flow.services
        for match in service.matches
    )

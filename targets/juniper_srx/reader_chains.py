"""Policies as chains of a machine, one each, into which every alternative of its matches leads: so it records once."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from segc.packets.fields import IIF, OIF, SOURCE, TARGET, TIME
from segc.packets.machine import (
    Accept,
    Action,
    Drop,
    Family,
    In,
    Interface,
    Jump,
    Log,
    Machine,
    Match,
    Refused,
    Rule,
    Unknown,
)

from .reader_policies import GLOBAL, HOST

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .reader_addresses import Books, Set
    from .reader_applications import Applications
    from .reader_policies import Context, Policy
    from .reader_schedules import Schedulers

Sides = tuple[Match, ...]
_BUILT_IN = {"any": (4, 6), "any-ipv4": (4,), "any-ipv6": (6,)}


class Chains:
    """Turns policies into chains of a machine."""

    def __init__(
        self,
        machine: Machine,
        books: Books,
        applications: Applications,
        zones: Mapping[str, tuple[str, ...]],
        file: str,
        schedulers: Schedulers,
        *,
        whole: bool,
    ) -> None:
        self.machine = machine
        self.books = books
        self.applications = applications
        self.zones = zones
        self.file = file
        self.schedulers = schedulers
        self.whole = whole  # the whole configuration, and no part of one

    def rules(self, context: Context, policies: Mapping[str, Policy]) -> Iterator[Rule]:
        """The rules of one list, one policy after another."""
        for policy in policies.values():
            try:
                made = list(self._alternatives(context, policy))
            except Refused as why:
                raise Refused(why.why, why.line or policy.line, self.file, f"policy {policy.name}") from None
            self.machine.unknown += [(text, line, self.file) for text, line in policy.unseen]
            chain = f"{' to '.join(context) if context else GLOBAL}: {policy.name}"
            self.machine.chains[chain] = [Rule((), action, policy.decided, self.file) for action in _actions(policy)]
            yield from (Rule(matches, Jump(chain), policy.line, self.file) for matches in made)

    def _alternatives(self, context: Context, policy: Policy) -> Iterator[Sides]:
        if not policy.action:
            raise Refused("has no action: the commit would fail")
        where = self._where(context, policy)
        more = (*map(Unknown, policy.unknown), *self._times(policy))
        applications = [term for name in self._listed(policy, "application") for term in self.applications.find(name)]
        if () in applications:
            applications = [()]
        self._note(policy, [match for term in applications for match in term])
        sources = list(self._side(context, policy, "source-address", SOURCE))
        targets = list(self._side(context, policy, "destination-address", TARGET))
        for (family, source), (other, target), term in product(sources, targets, applications):
            if family is None or other is None or family == other:
                one = family or other
                only: Sides = (Family(one),) if one else ()
                yield (*where, *only, *source, *target, *term, *more)

    def _listed(self, policy: Policy, key: str) -> list[str]:
        found = policy.lists.get(key)
        if not found:
            raise Refused(f"has no {key}: the commit would fail")
        return found

    def _note(self, policy: Policy, matches: list[Match]) -> None:
        """What cannot be decided stands among what was not understood, by line."""
        self.machine.unknown += [(m.text, policy.line, self.file) for m in matches if isinstance(m, Unknown)]

    def _times(self, policy: Policy) -> Sides:
        if policy.scheduler is None:
            return ()
        name, one = policy.scheduler
        spans = self.schedulers.spans(name, one.line, whole=self.whole)
        if spans is not None:
            return (In(TIME, spans),)
        why = self.schedulers.shown(whole=self.whole).why
        policy.unseen.append((" ".join(one.words) + (f": {why}" if why else ""), policy.line))
        return (Unknown(f"scheduler {name}"),)

    # -- zones ------------------------------------------------------------

    def _where(self, context: Context, policy: Policy) -> Sides:
        if context is None:
            froms, tos = policy.lists.get("from-zone", ["any"]), policy.lists.get("to-zone", ["any"])
        else:
            if policy.lists.keys() & {"from-zone", "to-zone"}:
                raise Refused("matches zones, although it stands in a pair of zones")
            froms, tos = [context[0]], [context[1]]
        if HOST in froms or (context is None and HOST in tos):
            raise Refused("is about traffic of the box itself in a place that this reader does not know")
        return (*self._interfaces(IIF, froms), *self._interfaces(OIF, [to for to in tos if to != HOST]))

    def _interfaces(self, at: int, zones: list[str]) -> Iterator[Match]:
        if zones and "any" not in zones:
            yield Interface(at, tuple(name for zone in zones for name in self.zone(zone)))

    def zone(self, name: str) -> tuple[str, ...]:
        """A zone's interfaces."""
        if name not in self.zones:
            raise Refused(f"no security-zone is called `{name}`")
        return self.zones[name]

    # -- addresses --------------------------------------------------------

    def _side(self, context: Context, policy: Policy, key: str, at: int) -> Iterator[tuple[int | None, Sides]]:
        """The alternatives of one side: a family, None for both, and what must hold there."""
        names = self._listed(policy, key)
        excluded = f"{key}-excluded" in policy.flags
        wide = [name for name in names if name in _BUILT_IN]
        if wide:
            if excluded:
                raise Refused(f"{key} excludes `{wide[0]}`, and so everything")
            families = {family for name in wide for family in _BUILT_IN[name]}
            if families == {4, 6}:
                yield None, ()
                return
            yield from ((family, ()) for family in sorted(families))
        zone = None if context is None else context[at == TARGET]
        found = [self.books.find(name, zone) for name in names if name not in _BUILT_IN]
        self._note(policy, [Unknown(text) for one in found for text in one.unknown])
        yield from (_excluded if excluded else _included)(found, at)


def _included(found: list[Set], at: int) -> Iterator[tuple[int | None, Sides]]:
    for family in (4, 6):
        spans = tuple(span for one in found for span in one.of(family))
        if spans:
            yield family, (In(at, spans),)
    yield from ((None, (Unknown(text),)) for one in found for text in one.unknown)


def _excluded(found: list[Set], at: int) -> Iterator[tuple[int | None, Sides]]:
    unknown = tuple(Unknown(text, negate=True) for one in found for text in one.unknown)
    for family in (4, 6):
        spans = tuple(span for one in found for span in one.of(family))
        yield family, (*((In(at, spans, negate=True),) if spans else ()), *unknown)


def _actions(policy: Policy) -> Iterator[Action]:
    """What a policy records and decides. A session that is denied never begins, so it has no end to record."""
    permit = policy.action == "permit"
    if "session-init" in policy.logs or (permit and "session-close" in policy.logs):
        yield Log(policy.name)
    yield Accept() if permit else Drop(reject=policy.action == "reject")

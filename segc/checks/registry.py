"""The register of checks: a decorator puts a function in, `run` asks all of them.

    @check("empty-zone")
    def empty_zone(plant: Plant) -> Iterator[Diagnostic]: ...

Code and severity come from the catalogue, so that a function says only what it
looks for. A function that depends on the date takes a `Moment` as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from segc.catalogue import CATALOGUE, DAY, asked
from segc.diagnostics import Diagnostic
from segc.model.clock import date_of
from segc.settings import Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date, datetime

    from segc.model.plant import Plant

Function = TypeVar("Function", bound="Callable[..., Iterator[Diagnostic]]")


class Moment(NamedTuple):
    """The time for which a policy is judged; `today` is the date that the plant's clocks show.

    `limits` are the plant's own, from its segc.toml.
    """

    at: datetime
    today: date
    limits: Limits = Limits()


@dataclass(frozen=True, slots=True)
class Check:
    """A registered check: the finding that it makes, and the release that brought it."""

    name: str
    since: str
    function: Callable[..., Iterator[Diagnostic]]
    timed: bool

    def __call__(self, plant: Plant, moment: Moment) -> Iterator[Diagnostic]:
        """The check's findings."""
        arguments: tuple[Any, ...] = (plant, moment) if self.timed else (plant,)
        return self.function(*arguments)


CHECKS: dict[str, Check] = {}


def check(name: str, *, since: str = "0.1") -> Callable[[Function], Function]:
    """Register a function `(Plant)` or `(Plant, Moment)` under a row of the catalogue."""
    if name not in CATALOGUE:
        raise ValueError(f"the catalogue has no finding called {name}")

    def register(function: Function) -> Function:
        if name in CHECKS:
            raise ValueError(f"two checks are called {name}")
        CHECKS[name] = Check(name, since, function, function.__code__.co_argcount == 2)
        return function

    return register


def moment(plant: Plant, at: datetime) -> Moment:
    """The moment `at`, on the calendar of the plant's site."""
    if at.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return Moment(at, date_of(plant, at))


def run(plant: Plant, at: datetime, persona: str = DAY, limits: Limits | None = None) -> list[Diagnostic]:
    """The findings of all checks that a persona asks for, in the order in which a reader meets them."""
    now = moment(plant, at)._replace(limits=limits or Limits())
    checks = [one for one in CHECKS.values() if asked(one.name, persona)]
    found = [diagnostic for one in checks for diagnostic in one(plant, now)]
    return sorted(found, key=Diagnostic.sort_key)

"""What a plant decides about its own checks, in `segc.toml` beside its root file: persona, levels, limits.

None of it changes what is rendered. Reading is in `segc.settings.read`, which
loads a TOML parser only where there is such a file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from segc.catalogue import DAY
from segc.diagnostics import Severity
from segc.lang.suppress import can_be_suppressed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from segc.diagnostics import Diagnostic
    from segc.source import Span

FILE = "segc.toml"
OFF = "off"


@dataclass(frozen=True, slots=True)
class Limits:
    """Budgets that checks compare with. `segc.toml` writes them with dashes: `grant-days = 30`."""

    grant_days: int = 30  # of a grant, first and last day included
    zone_machines: int = 25  # in one control zone, that command or are commanded


@dataclass(frozen=True, slots=True)
class Days:
    """From a day to another, both included."""

    first: date
    last: date

    def holds(self, day: date) -> bool:
        """Is it one of them?"""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Expected:
    """What was seen, is not permitted, and may be stopped, until a day and for a reason.

    `source` and `target` are names of zones or assets, addresses or prefixes; `service` is as a key is told (`tcp 445`).
    `spans` are where its header and values stand, by key; the header's is under the empty name.
    """

    source: str
    target: str
    service: str
    until: date
    because: str
    spans: Mapping[str, Span] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Gate:
    """What `segc promote` asks for before a conduit is enforced (`[gate]`, `[[expected-deny]]`)."""

    days: int = 14  # of observation
    age: int = 30  # days since the last of them, at most
    new_keys: float = 0.5  # units (segc.baseline.units) that a week may be expected to bring
    inventory: float = 0.98  # share of the machines that talk in a conduit's zones that must be declared
    freeze: tuple[Days, ...] = ()  # days on which nothing is promoted
    expected: tuple[Expected, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """A read segc.toml; a plant without one has these defaults. A level of None is off.

    `ends` says until when and why a level is lower than it was, by the finding's name.
    """

    persona: str = DAY
    levels: dict[str, Severity | None] = field(default_factory=dict)
    limits: Limits = Limits()
    gate: Gate = Gate()
    ends: dict[str, str] = field(default_factory=dict, compare=False)

    def apply(self, found: Iterable[Diagnostic]) -> list[Diagnostic]:
        """The findings at their levels, without those that are off. What leaves a plant unread stays an error."""
        return [one for each in found if (one := self._at_level(each)) is not None]

    def _at_level(self, one: Diagnostic) -> Diagnostic | None:
        level = self.levels.get(one.name, one.severity)
        if (
            one.severity is Severity.ERROR
            and level is not Severity.ERROR
            and not can_be_suppressed(one.name, one.severity)
        ):
            return one
        return None if level is None else one.at(level)

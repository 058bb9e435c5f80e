"""How strictly a plant judges itself, before and after: its settings, what it ignores, and what is newly to be said.

Nobody need open anything to make a dangerous change look harmless: it is enough to raise a limit, or to answer for the
finding. So both are changes of their own.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from segc.catalogue import AUDIT, CATALOGUE
from segc.diagnostics import Severity
from segc.plan.answering import matched_conduits
from segc.plan.pairing import Pairing
from segc.settings import OFF, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.diagnostics import Diagnostic
    from segc.lang.suppress import Accepted
    from segc.model.plant import Asset, Zone
    from segc.plan.side import Side

IGNORED, LOWERED, FOUND = "ignored", "lowered", "found"
# Every number of segc.toml, and whether more of it lets more pass.
NUMBERS = (
    ("limits", "grant_days", True),
    ("limits", "zone_machines", True),
    ("gate", "days", False),
    ("gate", "age", True),
    ("gate", "new_keys", True),
    ("gate", "inventory", False),
)
WEIGHT = {None: 0, Severity.HINT: 1, Severity.WARNING: 2, Severity.ERROR: 3}


class Judged(NamedTuple):
    """A plant's settings, all findings an auditor would have before levels count, and those that comments answer for."""

    settings: Settings
    found: tuple[Diagnostic, ...]
    accepted: tuple[Accepted, ...]


class SettingChange(NamedTuple):
    """A key of segc.toml that counts otherwise than before. `weaker`: less is found, or more is let pass."""

    key: str
    before: str
    after: str
    weaker: bool


class FindingChange(NamedTuple):
    """A finding that a comment newly answers for (ignored), a level newly makes lighter (lowered), or that is new (found)."""

    change: str
    diagnostic: Diagnostic
    until: str = ""
    because: str = ""


def setting_changes(before: Side, after: Side) -> list[SettingChange]:
    """The weaker ones first."""
    if before.judged is None or after.judged is None:
        return []
    old, new = before.judged.settings, after.judged.settings
    found = [*_plain(old, new), *_levels(old, new), *_gate(old, new)]
    return sorted(found, key=lambda one: not one.weaker)


def _plain(old: Settings, new: Settings) -> Iterator[SettingChange]:
    if old.persona != new.persona:
        yield SettingChange("check.persona", old.persona, new.persona, weaker=old.persona == AUDIT)
    yield from numbers(old, new)


def numbers(old: Settings, new: Settings) -> Iterator[SettingChange]:
    """The numbers that are others."""
    for table, key, more_is_weaker in NUMBERS:
        was, now = (getattr(getattr(side, table), key) for side in (old, new))
        if was != now:
            weaker = (now > was) is more_is_weaker
            yield SettingChange(f"{table}.{key.replace('_', '-')}", f"{was:g}", f"{now:g}", weaker=weaker)


def _levels(old: Settings, new: Settings) -> Iterator[SettingChange]:
    for name in dict.fromkeys([*new.levels, *old.levels]):
        usual: Severity | None = Severity[CATALOGUE[name].severity.upper()]
        was, now = (side.levels.get(name, usual) for side in (old, new))
        ends = tuple(side.ends.get(name, "") for side in (old, new))
        if was != now or (ends[0] != ends[1] and now != usual):
            was_text, now_text = (
                _word(one) + (f" until {end}" if end else "") for one, end in zip((was, now), ends, strict=True)
            )
            longer = was == now and WEIGHT[now] < WEIGHT[usual] and ends[1][:10] > ends[0][:10]
            yield SettingChange(f"levels.{name}", was_text, now_text, weaker=WEIGHT[now] < WEIGHT[was] or longer)


def _word(level: Severity | None) -> str:
    return OFF if level is None else level.word


def _gate(old: Settings, new: Settings) -> Iterator[SettingChange]:
    for span in [one for one in old.gate.freeze if one not in new.gate.freeze]:
        yield SettingChange("gate.freeze", f"{span.first}..{span.last}", "", weaker=True)
    for span in [one for one in new.gate.freeze if one not in old.gate.freeze]:
        yield SettingChange("gate.freeze", "", f"{span.first}..{span.last}", weaker=False)
    for sides, weaker in (((new, old), True), ((old, new), False)):
        for one in sides[0].gate.expected:
            if one not in sides[1].gate.expected:
                text = f"{one.source} -> {one.target} : {one.service} until {one.until}: {one.because}"
                yield SettingChange("expected-deny", *(("", text) if weaker else (text, "")), weaker=weaker)


def finding_changes(before: Side, after: Side) -> list[FindingChange]:
    """What is newly ignored, what is newly made lighter, and what is new. Things may have other names than before."""
    if before.judged is None or after.judged is None:
        return []
    old, new = before.judged, after.judged
    renamed = Renamed(before, after)
    known = {_answered(one, one.diagnostic.message) for one in old.accepted}
    found = [
        FindingChange(IGNORED, one.diagnostic, one.suppression.until.isoformat(), one.suppression.reason)
        for one in new.accepted
        if _answered(one, renamed(one.diagnostic.message)) not in known
    ]
    lighter = {(one.name, one.message) for one in _lighter(old)}
    found += [FindingChange(LOWERED, one) for one in _lighter(new) if (one.name, renamed(one.message)) not in lighter]
    told = {(one.name, one.message) for one in (*old.found, *(each.diagnostic for each in old.accepted))}
    return found + [FindingChange(FOUND, one) for one in new.found if (one.name, renamed(one.message)) not in told]


def _answered(one: Accepted, message: str) -> object:
    return one.diagnostic.name, message, one.suppression.until, one.suppression.reason


def _lighter(one: Judged) -> Iterator[Diagnostic]:
    """Findings that weigh less by the plant's levels than by themselves."""
    for each in one.found:
        counted = one.settings.apply([each])
        if WEIGHT[counted[0].severity if counted else None] < WEIGHT[each.severity]:
            yield each


class Renamed:
    """A message with the names of before, where something has only another name now."""

    def __init__(self, before: Side, after: Side) -> None:
        pairing = Pairing(before, after)
        lists = pairing.zones(), pairing.roles, pairing.teams, matched_conduits(pairing)
        pairs = [(old.name, new.name) for each in lists for old, new in each]
        pairs += [(old.name, new.name) for zones in lists[0] for old, new in _machines(*zones)]
        olds, news = Counter(old for old, _ in pairs), Counter(new for _, new in pairs)
        self._old = {new: old for old, new in pairs if old != new and olds[old] == news[new] == 1}

    def __call__(self, message: str) -> str:
        """The message."""
        return re.sub(r"(?<![\w-])[\w-]+", lambda word: self._old.get(word[0], word[0]), message)


def _machines(before: Zone, after: Zone) -> Iterator[tuple[Asset, Asset]]:
    """The same addresses under two names."""
    old = {asset.addresses: asset for asset in before.assets}
    yield from ((old[asset.addresses], asset) for asset in after.assets if asset.addresses in old)

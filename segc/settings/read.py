"""Reads segc.toml. Every key, name and value that is not known is a finding with its line; the rest counts."""

from __future__ import annotations

import os
import re
from dataclasses import fields
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from segc.catalogue import CATALOGUE, DAY, NAMES_BY_CODE, PERSONAS
from segc.diagnostics import Severity, finding, replacement
from segc.lang.loader import read_text
from segc.lang.suggest import nearest
from segc.lang.suppress import can_be_suppressed
from segc.settings import FILE, OFF, Gate, Limits, Settings
from segc.settings.places import Places
from segc.source import Source, Span

if TYPE_CHECKING:
    from collections.abc import Container, Iterable
    from pathlib import Path

    from segc.diagnostics import Diagnostic

LEVELS = {"error": Severity.ERROR, "warning": Severity.WARNING, "hint": Severity.HINT, OFF: None}
RESERVED = {"target-path": "folders of targets beyond those that come with segc"}
TABLES = ("check", "levels", "limits", "gate")
LISTS = ("expected-deny",)
LOWERED = ("level", "until", "because")
GREATEST = 1_000_000
FEW = 8  # names that a help lists
AT = re.compile(r" \(at line (\d+), column (\d+)\)$")


def read(folder: Path, today: date) -> tuple[Settings, list[Diagnostic]]:
    """The settings of the plant in a folder, and what is wrong with them on a day.

    Raises `SegcError` (exit code 2) where the file cannot be read.
    """
    path = folder / FILE
    if not os.path.lexists(path):
        return Settings(), []
    source = Source(str(path), read_text(path))
    import tomllib

    try:
        values = tomllib.loads(source.text)
    except (ValueError, RecursionError) as problem:
        return Settings(), [_no_toml(source, problem)]
    reader = _Reader(source, values, today)
    return reader.settings(), reader.found


def _no_toml(source: Source, problem: Exception) -> Diagnostic:
    words = str(problem) if isinstance(problem, ValueError) else "it is nested too deeply"
    place = AT.search(words)
    start = source.starts()[int(place[1]) - 1] + int(place[2]) - 1 if place else 0
    start = min(start, max(len(source.text) - 1, 0))
    message = f"`{source.path}` is no TOML: {AT.sub('', words)[:200]}"
    return finding("bad-setting", message, Span(source, start, start + 1), "here", help="nothing of the file counts")


class _Reader:
    def __init__(self, source: Source, values: dict[str, Any], today: date) -> None:
        self.values = values
        self.today = today
        self.places = Places(source)
        self.found: list[Diagnostic] = []
        self.ends: dict[str, str] = {}

    def settings(self) -> Settings:
        self._known((), self.values, (*TABLES, *LISTS))
        for name, what in RESERVED.items():
            if name in self.values:
                self._bad((name,), f"`{name}` is kept for {what}, and does nothing yet", help_text="take it out")
        check, levels, limits, gate = (self._table(name) for name in TABLES)
        self._known(("check",), check, ("persona",))
        settings = Settings(
            self._persona(check), self._levels(levels), self._limits(limits), self._gate(gate), self.ends
        )
        self.found.sort(key=lambda one: one.sort_key())
        return settings

    def _table(self, name: str) -> dict[str, Any]:
        value = self.values.get(name, {})
        if isinstance(value, dict):
            return value
        self._bad((name,), f"`{name}` is a table", value=True, help_text=f"write [{name}] and its keys below")
        return {}

    def _known(self, path: tuple[str, ...], table: dict[str, Any], names: Iterable[str]) -> None:
        for key in table:
            if key not in names and (path or key not in RESERVED):
                where = f"[{path[0]}]" if path else FILE
                self._unknown((*path, key), f"{where} has no `{key}`", key, names, taken=table)

    def _unknown(
        self,
        path: tuple[str, ...],
        message: str,
        word: str,
        names: Iterable[str],
        *,
        value: bool = False,
        taken: Container[str] = (),
    ) -> None:
        """A word that is not one of a few; did-you-mean, unless what is meant is `taken`, there already.

        The fix is unsafe: what it makes may silence something.
        """
        names = list(names)
        close = nearest(word, names)
        place = self.places.at(path)
        span = place.value if value else place.key
        offered = close is not None and close not in taken
        fixes = (replacement(span, f'"{close}"' if value else str(close), safe=False),) if offered else ()
        few = len(names) <= FEW
        help_text = f"known are {', '.join(names)}" if few else "docs/checks/README.md has the names"
        self.found.append(finding("bad-setting", message, span, "not known", help=help_text, fixes=fixes))

    def _bad(self, path: tuple[str, ...], message: str, *, value: bool = False, help_text: str = "") -> None:
        place = self.places.at(path)
        span = place.value if value else place.key
        self.found.append(finding("bad-setting", message, span, "does not count", help=help_text))

    def _persona(self, check: dict[str, Any]) -> str:
        persona = check.get("persona", DAY)
        if persona in PERSONAS:
            return str(persona)
        self._unknown(("check", "persona"), f"`{persona}` is no persona", str(persona), PERSONAS, value=True)
        return DAY

    def _limits(self, table: dict[str, Any]) -> Limits:
        names = {each.name.replace("_", "-"): each.name for each in fields(Limits)}
        self._known(("limits",), table, names)
        good: dict[str, int] = {}
        for name in names.keys() & table.keys():
            value = table[name]
            if type(value) is int and 0 < value <= GREATEST:
                good[names[name]] = value
            else:
                self._bad(("limits", name), f"`{name}` is a whole number from 1 to {GREATEST}", value=True)
        return Limits(**good)

    def _gate(self, table: dict[str, Any]) -> Gate:
        from segc.settings import gate

        self._known(("gate",), table, gate.KEYS)
        read, wrong = gate.read(table, self.values.get(gate.LIST, []), self.today, self.places)
        for one in wrong:
            self._bad(one.path, one.message, value=one.value, help_text=one.help)
        return read

    def _levels(self, table: dict[str, Any]) -> dict[str, Severity | None]:
        levels: dict[str, Severity | None] = {}
        for key, value in table.items():
            name = NAMES_BY_CODE.get(key, key)
            if name not in CATALOGUE:
                self._unknown(("levels", key), f"no finding is called `{key}`", key, CATALOGUE, taken=table)
            elif isinstance(value, dict):
                self._lowered(key, name, value, levels)
            elif value not in LEVELS:
                self._unknown(("levels", key), f"`{value}` is no level", str(value), LEVELS, value=True)
            elif self._may(key, name, LEVELS[value]):
                self._answered_for(key, name, LEVELS[value], levels)
        return levels

    def _may(self, key: str, name: str, level: Severity | None) -> bool:
        """May the finding have this level? What cannot be suppressed cannot be lowered either."""
        if level is Severity.ERROR or CATALOGUE[name].severity != "error" or can_be_suppressed(name):
            return True
        message = f"`{name}` is always an error: what it says keeps the policy from being understood or built"
        self._bad(("levels", key), message, help_text="take this line out, and put right what it says")
        return False

    def _answered_for(self, key: str, name: str, level: Severity | None, levels: dict[str, Severity | None]) -> None:
        """A bare level: good enough where no error is lowered by it."""
        if level is not Severity.ERROR and CATALOGUE[name].severity == "error":
            word = next(word for word, one in LEVELS.items() if one is level)
            usage = f'{key} = {{ level = "{word}", until = 2027-01-31, because = "..." }}'
            self._bad(("levels", key), f"`{name}` is an error; who lowers it says until when and why", help_text=usage)
        else:
            levels[name] = level

    def _lowered(self, key: str, name: str, table: dict[str, Any], levels: dict[str, Severity | None]) -> None:
        """A level with a last day and a reason."""
        path = ("levels", key)
        before = len(self.found)
        for each in table:
            if each not in LOWERED:
                self._unknown((*path, each), f"a level has no `{each}`", each, LOWERED, taken=table)
        level, until, because = (table.get(each) for each in LOWERED)
        if not isinstance(level, str) or level not in LEVELS:
            self._unknown((*path, "level"), f"`{level}` is no level", str(level), LEVELS, value=True)
        if not isinstance(until, date) or isinstance(until, datetime):
            self._bad((*path, "until"), "`until` is a date", value=True, help_text="such as 2027-01-31, without quotes")
        if not isinstance(because, str) or not because.strip():
            self._bad((*path, "because"), "`because` gives the reason", value=True)
        if len(self.found) > before or not self._may(key, name, LEVELS[str(level)]):
            return
        if isinstance(until, date) and until < self.today:
            message = f"this level of `{name}` ended on {until}"
            span = self.places.at(path).key
            self.found.append(finding("expired-suppression", message, span, "no longer counts", help="decide anew"))
        else:
            levels[name] = LEVELS[str(level)]
            self.ends[name] = f"{until}: {because}"

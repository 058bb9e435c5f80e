"""Markdown for a job summary or a comment on a merge request: counts, a table, and long lists folded away.

Text from a policy may have been written to look like something else. Markup in
it is put as character references, which CommonMark never takes for structure
(0.31, 2.5). What GitHub makes of text after that (`@team`, `#12`, addresses of
pages) is parted by a character without width, outside of code. GitHub cuts
comments at 65,536 characters and summaries at 1 MiB; this stays below both.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from segc.report.cells import visible
from segc.report.places import below, slashes
from segc.report.quoted import pieces
from segc.report.words import summary_line, verdict, ways_out
from segc.words import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from segc.report import Style
    from segc.report.shape import Asserted, Compared, DiagnosticEntry, Document

ROOM = 60_000  # characters: less than a comment of GitHub's may have
OPEN = 20  # rows that stand open; the rest is folded
_MARKUP = re.compile(r"[\\`*_\[\]<>&|~$\"']")
_ALIVE = re.compile(r"[@#]|:(?=//)|(?<=www)\.", re.IGNORECASE)
_EITHER = re.compile(f"{_MARKUP.pattern}|{_ALIVE.pattern}", re.IGNORECASE)
HEAD = "| weight | finding | place | what is said |\n| --- | --- | --- | --- |"


def render(document: Document, style: Style) -> str:
    """The document as a section, whose heading is the verdict."""
    found = document["diagnostics"]
    weighty = [one for severity in ("error", "warning") for one in found if one["severity"] == severity]
    hints = [one for one in found if one["severity"] == "hint"]
    parts = [f"### segc: {verdict(document['summary'])}"]
    if style.summary and "checked" in document["summary"]:
        parts.append(summary_line(document["summary"]).partition(":")[0].capitalize() + ".")
    room = _Room(ROOM)
    tables = room.table(weighty[:OPEN])
    tables += room.folded(count(len(weighty[OPEN:]), "more finding"), weighty[OPEN:])
    tables += room.folded(count(len(hints), "hint"), hints)
    accepted = document.get("accepted", [])
    reasons = [f"accepted until {one['until']}: {one['reason']}" for one in accepted]
    tables += room.folded(f"{count(len(accepted), 'finding')} that a comment answers for", accepted, reasons)
    parts += room.asserted(document.get("asserted", []))
    parts += [*room.compared(document.get("compared", [])), *tables]  # what was found has the room first
    return "\n\n".join(parts) + "\n"


class _Room:
    """How many characters are left."""

    def __init__(self, room: int) -> None:
        self.room = room

    def table(self, found: Sequence[DiagnosticEntry], reasons: Sequence[str] = ()) -> list[str]:
        """A table of findings."""
        more = [[one] for one in reasons] or [ways_out(one) for one in found]
        return self._table(HEAD, [_row(one, lines) for one, lines in zip(found, more, strict=True)])

    def compared(self, compared: Sequence[Compared]) -> list[str]:
        """A table of the firewalls whose files were compared with the policy; those that differ come first."""
        rows = [
            f"| {escape(one['firewall'])} | {one['target']} | {escape(one['says'])} |"
            for one in sorted(compared, key=lambda one: one["equal"])
        ]
        return self._table("| firewall | target | compared |\n| --- | --- | --- |", rows)

    def asserted(self, asserted: Sequence[Asserted]) -> list[str]:
        """A table of the assertions that were judged; those that fail come first."""
        rows = [
            f"| {'ok' if one['holds'] else '**failed**'} | {_code(one['assertion'])} | {escape(one['says'])} "
            f"| {escape(one['other'])} |"
            for one in sorted(asserted, key=lambda one: one["holds"])
        ]
        return self._table("| | assertion | result | besides |\n| --- | --- | --- | --- |", rows)

    def _table(self, head: str, rows: Sequence[str]) -> list[str]:
        """As many rows as there is room for, and how many there was none for."""
        shown = 0
        for row in rows:
            if len(row) > self.room:
                break
            self.room -= len(row) + 1
            shown += 1
        left = len(rows) - shown
        more = [f"{left} more, for which there is no room here."] if left else []
        return ["\n".join([head, *rows[:shown]]), *more] if shown else more

    def folded(self, title: str, found: Sequence[DiagnosticEntry], reasons: Sequence[str] = ()) -> list[str]:
        """A table behind a line to click on; nothing where there is nothing."""
        if not found:
            return []
        return [f"<details><summary>{title}</summary>", *self.table(found, reasons), "</details>"]


def _row(one: DiagnosticEntry, more: Sequence[str]) -> str:
    place = ""
    if one["labels"]:
        label = one["labels"][0]
        place = _code(f"{below(label['file']) or slashes(label['file'])}:{label['line']}")
    said = "<br>".join(escape(line) for line in (one["message"], *more))
    return f"| {one['severity']} | {one['name']} ({one['code']}) | {place} | {said} |"


def escape(text: str) -> str:
    """Text on one line, as text and nothing else; what stands between backticks becomes code."""
    return "".join(_code(piece.text) if piece.code else _code_free(piece.text) for piece in pieces(text))


def _code(text: str) -> str:
    return f"<code>{_EITHER.sub(_reference, visible(text))}</code>"


def _code_free(text: str) -> str:
    parted = _ALIVE.sub(lambda match: "\u200b." if match[0] == "." else f"{match[0]}\u200b", text)
    return _MARKUP.sub(_reference, parted)


def _reference(match: re.Match[str]) -> str:
    return f"&#{ord(match[0])};"

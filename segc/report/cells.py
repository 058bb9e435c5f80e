"""Text as a terminal shows it: how wide each character is, and what stands for one that cannot be shown.

Policies come from anywhere. A control character must not drive the terminal,
nor one that turns the direction of writing make a line look like another.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import accumulate
from typing import NamedTuple

TAB = 4
LONGEST = 1000  # of a message; user text in it may have any length


def visible(text: str) -> str:
    """`text` on one line, with nothing in it that a terminal would obey; cut where nobody would read on."""
    if len(text) > LONGEST:
        text = f"{text[: LONGEST // 2]} ... {text[-LONGEST // 4 :]}"
    if text.isascii() and text.isprintable():
        return text
    return "".join(_piece(character)[0] if character != "\t" else " " for character in text)


def width(text: str) -> int:
    """How many cells `visible(text)` takes."""
    shown = visible(text)
    return len(shown) if shown.isascii() else sum(_piece(character)[1] for character in shown)


def _piece(character: str) -> tuple[str, int]:
    """What is shown for a character, and how many cells it takes."""
    code = ord(character)
    if 0x20 <= code < 0x7F:
        return character, 1
    if code < 0x20:
        return chr(0x2400 + code), 1  # the control pictures of Unicode
    if code == 0x7F:
        return "\u2421", 1
    from unicodedata import category, east_asian_width  # not needed by most policies

    kind = category(character)
    if kind in ("Mn", "Me"):
        return character, 0
    if kind[0] == "C" or kind in ("Zl", "Zp"):
        shown = f"<U+{code:04X}>"
        return shown, len(shown)
    return character, 2 if east_asian_width(character) in "WF" else 1


class Row(NamedTuple):
    """A line of text: what is shown for each character, and the cells where each begins and the last ends."""

    pieces: list[str]
    cells: list[int]

    def cell(self, index: int) -> int:
        """The cell of a character; text may be pointed at behind its end."""
        length = len(self.pieces)
        return self.cells[index] if index <= length else self.cells[length] + index - length

    def window(self, start: int, end: int, width: int) -> tuple[int, int]:
        """The characters to show, around `start` to `end`, in no more than `width` cells."""
        length = len(self.pieces)
        if self.cells[length] <= width:
            return 0, length
        first = 0
        if self.cell(end) > width:
            room = max(width - (self.cell(end) - self.cell(start)), width // 4)
            first = bisect_left(self.cells, self.cell(start) - room // 2, 0, length)
        return first, max(bisect_right(self.cells, self.cells[first] + width) - 1, first)

    def text(self, first: int, last: int) -> str:
        """What is shown of a window."""
        return "".join(self.pieces[first:last])


def row(text: str) -> Row:
    """Lay out a line."""
    if text.isascii() and text.isprintable():
        return Row(list(text), list(range(len(text) + 1)))
    pieces: list[str] = []
    widths: list[int] = []
    position = 0
    for character in text:
        shown, cells = _piece(character)
        if character == "\t":
            cells = TAB - position % TAB
            shown = " " * cells
        pieces.append(shown)
        widths.append(cells)
        position += cells
    return Row(pieces, [0, *accumulate(widths)])

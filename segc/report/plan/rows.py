"""Rows and sections of a plan, which formats lay out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from segc.plan.shape import Place

NAMES = 4  # names in a sentence


class Row(NamedTuple):
    """A sentence, where it stands in the policy, and what else is to be said."""

    text: str
    places: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Section(NamedTuple):
    """Rows under a title; `left` more are not shown."""

    title: str
    rows: tuple[Row, ...]
    left: int = 0


def section(title: str, rows: Sequence[Row], most: int) -> Section:
    """The first rows, and how many there are besides."""
    return Section(title, tuple(rows[:most]), max(0, len(rows) - most))


def place(at: Place | None) -> tuple[str, ...]:
    """A line of the policy, if there is one."""
    return (f"{at['file']}:{at['line']}",) if at is not None else ()


def few(names: Sequence[str]) -> str:
    """Some names, and how many more."""
    more = f" and {len(names) - NAMES} more" if len(names) > NAMES else ""
    return ", ".join(names[:NAMES]) + more

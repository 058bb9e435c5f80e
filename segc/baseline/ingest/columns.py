"""What a table's columns are called: where some are not found, which, and the options that name them."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, NamedTuple

from segc.baseline.sources import registry
from segc.baseline.sources.table import MAPPED_SOURCE, NEEDED, NFDUMP, VPC, Table, names_in
from segc.diagnostics import finding
from segc.lang.suggest import nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from segc.baseline.sources.protocol import Context, Source
    from segc.diagnostics import Diagnostic

MOST = 40  # columns that are shown
UNKNOWN = "NAME"  # stands in an option where nobody can guess
PORTS = ("sport", "dport")


class Wrong(NamedTuple):
    """What is to be said of a table's columns. `foreign`: none of them is there, and it may be no table at all."""

    told: Diagnostic
    foreign: bool


def wrong(name: str, reader: Source, head: bytes, context: Context) -> Wrong | None:
    """A table that lacks a column which it needs, or one that somebody named; None for any other log."""
    given = context.columns
    if not isinstance(reader, Table) or not (given or reader is MAPPED_SOURCE):
        return None
    names, fits = names_in(head, reader.named(context))
    absent = [ours for ours, theirs in given.items() if theirs not in names]
    if (fits and not absent) or (not fits and registry.detect(head) is not None):
        return None
    what = [f"no column is called `{given[ours]}` ({ours})" for ours in absent]
    unnamed = [ours for ours in NEEDED if ours not in given] if not fits else []
    what += [f"none is named for {', '.join(unnamed)}"] if unnamed else []
    told = finding("log-not-read", f"`{name}` cannot be read: {' and '.join(what)}", notes=_listed(names))
    help_text = f"name them: {_options(reader, names, given, (*NEEDED, *given))}"
    foreign = len(absent) == len(given) and len(names) < len(NEEDED)
    return Wrong(finding("log-not-read", told.message, notes=told.notes, help=help_text), foreign)


def begins_like(reader: Source, head: bytes, context: Context) -> bool:
    """Does a log begin as a source's do, with its columns called as somebody said?"""
    return names_in(head, reader.named(context))[1] if isinstance(reader, Table) else reader.sniff(head)


def unknown(head: bytes, context: Context) -> tuple[tuple[str, ...], str]:
    """Notes and the way out for what may be a table that no format knows; empty where it looks like none."""
    names, _ = names_in(head, MAPPED_SOURCE.columns)
    given = context.columns
    if not given and len(names) < len(NEEDED):
        return (), ""
    return _listed(names), f"if it is a table, say so: {_options(MAPPED_SOURCE, names, given, (*NEEDED, *given))}"


def without_ports(reader: Source, head: bytes, context: Context) -> str:
    """The way out for a log that tells no ports."""
    if not isinstance(reader, Table):
        return "another log, or another setting of the device that writes it, may tell them: see docs/logs.md"
    names, _ = names_in(head, reader.named(context))
    left = [name for name in names if name not in context.columns.values()]
    words = " ".join(f"--column {ours}={shlex.quote(_meant(ours, left))}" for ours in PORTS)
    return f"if it has them, do the same again with --again {words} added; its columns are {', '.join(names[:MOST])}"


def _listed(names: Sequence[str]) -> tuple[str, ...]:
    return (f"its columns are {', '.join(names[:MOST])}",) if names else ()


def _options(reader: Table, names: Collection[str], given: Mapping[str, str], ours: Sequence[str]) -> str:
    """`--from` and `--column` for all of these, with the names that are there, or nearly."""
    left = [name for name in names if name not in given.values()]
    words = [f"--from {reader.name}"]
    for one in dict.fromkeys(ours):
        if one not in given and reader is not MAPPED_SOURCE:
            continue  # the format knows what it is called
        word = given.get(one, "")
        there = (
            word
            if word in names
            else (nearest(word, left) or nearest(word, names) if word else None) or _meant(one, left)
        )
        words.append(f"--column {one}={shlex.quote(there)}")
    return " ".join(words)


def _meant(ours: str, names: Sequence[str]) -> str:
    """Which column is meant by a word of ours: one that is called as in a format that is known. All else is a guess."""
    known = {word.lower() for word in (ours, *NFDUMP.get(ours, ()), *VPC.get(ours, ()))}
    return next((name for name in names if name.lower() in known), UNKNOWN)

"""`--output`: where reports go. `FILE` takes `--format`; `FORMAT=FILE`, any number of times, goes beside it."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from segc.lang.suggest import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

STDOUT = "-"
_NAMED = re.compile(r"(?P<form>[A-Za-z0-9_-]+)=(?P<file>.*)", re.DOTALL)


class Sink(NamedTuple):
    """A format, and the file to write it to (None is stdout). The main one takes the verb's own answer."""

    form: str
    file: Path | None
    main: bool = False


def sinks(form: str, outputs: Sequence[str], forms: Sequence[str], *, bare: bool = True) -> tuple[Sink, ...]:
    """All places that an answer goes to.

    `forms` may stand before a `=`; where there are none, each text is a FILE. Without a FILE of its own `form` goes to
    stdout, unless a report does (`bare`: the answer is a report as well). Raises click.UsageError where two would go to
    one place, and where a format is not known: a file whose name has a `=` is written `./a=b`.
    """
    main: list[Sink] = []
    others: list[Sink] = []
    for text in outputs:
        named = _NAMED.fullmatch(text) if forms else None
        if named is None:
            if not bare:
                raise click.UsageError(f"--output `{text}` names no format; write FORMAT=FILE")
            main.append(Sink(form, _file(text, text), main=True))
        else:
            others.append(Sink(_form(named["form"], text, forms), _file(named["file"], text)))
    if len(main) > 1:
        raise click.UsageError("--output FILE is given twice; write FORMAT=FILE for further ones")
    if not main and not (bare and any(sink.file is None for sink in others)):
        main.append(Sink(form, None, main=True))
    found = (*main, *others)
    _apart(found)
    return found


def _form(word: str, text: str, forms: Sequence[str]) -> str:
    if word in forms:
        return word
    close = nearest(word, forms)
    meant = f"; did you mean `{close}`?" if close else f"; known are {', '.join(forms)}"
    raise click.UsageError(f"--output `{text}`: there is no format `{word}`{meant} (a file of that name: `./{text}`)")


def _file(name: str, text: str) -> Path | None:
    if not name:
        raise click.UsageError(f"--output `{text}` names no file")
    return None if name == STDOUT else Path(name)


def _apart(found: Sequence[Sink]) -> None:
    """No two go to one place."""
    seen: set[str] = set()
    for sink in found:
        where = os.path.realpath(sink.file) if sink.file is not None else ""
        if where in seen and where != os.devnull:
            raise click.UsageError(f"--output: two formats would go to {f'`{sink.file}`' if where else 'stdout'}")
        seen.add(where)

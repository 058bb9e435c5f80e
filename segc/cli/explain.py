"""`segc explain`: what a finding, a word of the language or a service means."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from segc._data import data_text
from segc.catalogue import CATALOGUE, DAY, NAMES_BY_CODE
from segc.cli import options
from segc.lang.suggest import nearest
from segc.lang.vocabulary import SCOPES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.cli.output import Output


@click.command("explain", short_help="what a name means")
@click.argument("name", metavar="CODE|NAME|WORD|SERVICE")
@options.output("text")
def command(name: str, out: Output) -> int:
    """Explain a finding (SEG304, overlapping-networks), a word of the language (latency), a service."""
    pages = list(_pages(name))
    if not pages:
        raise click.UsageError(_unknown(name))
    out.answer("\n".join(pages))
    return 0


def _pages(name: str) -> Iterator[str]:
    """All that is called `name`; a word and a service may well share it."""
    found = NAMES_BY_CODE.get(name.upper(), name.lower())
    if found in CATALOGUE:
        yield _finding(found)
        return
    from segc.cli import lexicon, library  # services need the library, which takes a moment to read

    if lexicon.knows(name):
        yield lexicon.page(name)
    service = library.services().get(name)
    if service is not None:
        yield library.page(*service)


def _finding(name: str) -> str:
    """The finding's page; its row of the catalogue as long as it has none."""
    row = CATALOGUE[name]
    only = "" if row.persona == DAY else f"\nOnly `segc check --persona {row.persona}` looks for it.\n"
    try:
        return data_text(f"docs/checks/{name}.md").strip() + "\n" + only
    except FileNotFoundError:
        return f"{row.severity}[{row.code}] {name}: {row.summary}\n"


def _unknown(name: str) -> str:
    from segc.cli import library

    words = {word for scope in SCOPES.values() for word in scope}
    close = nearest(name, sorted({*CATALOGUE, *NAMES_BY_CODE, *words, *library.services()}))
    meant = f"; did you mean `{close}`?" if close else ""
    return f"no finding, word or service is called `{name}`{meant}"

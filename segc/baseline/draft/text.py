"""A draft as `.zone` text: what was seen beside every line, what to look at, and an end to everything."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.baseline.draft.containers import containers, times
from segc.baseline.draft.left import not_drafted
from segc.baseline.store import day_text
from segc.lang.formatter import format_text
from segc.lang.literals import address_text
from segc.source import Source
from segc.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from segc.baseline.draft.rules import Rules
    from segc.model.plant import Plant

HEADING = "# Draft of "  # what a draft begins with


class About(NamedTuple):
    """What a draft is made of: the baseline's name, its digest and days (UTC), and the day on which it is made."""

    baseline: str
    digest: str
    days: tuple[int, ...]
    today: date


def text(plant: Plant, made: Rules, about: About) -> str:
    """The draft, in the one style. Empty of statements where nothing can be drafted."""
    lines = [*_head(made, about), *not_drafted(made.left)]
    lines += [line for chosen in _services(made) for line in chosen]
    lines += [*_assets(made)]
    lines += containers(plant, made.rules, about)
    return format_text(Source("draft", "\n".join(map(_one_line, lines)) + "\n"))


def _one_line(text: str) -> str:
    """What came out of a log or a file's name must not begin a statement of its own."""
    return text if text.isprintable() else "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def _head(made: Rules, about: About) -> Iterator[str]:
    keys = sum(1 for rule in made for _ in rule.seen)
    yield f"{HEADING}{about.today}, from the baseline {about.baseline} ({about.digest})."
    if about.days:
        yield f"# {count(len(about.days), 'day')}, {day_text(about.days[0])} to {day_text(about.days[-1])}."
    yield "#"
    yield f"# {count(keys, 'key')} that no flow permits, in {count(sum(1 for _ in made), 'flow')}."
    if made.observed:
        ratio = f"{made.permitted / made.observed:.2f}: {times(made.permitted, made.observed)}"
        yield f"# overpermission {ratio} (source, target and port; 1.00 permits what was seen and no more)"
    yield "# Nothing of this is right because it was seen. Keep what has a reason, say the reason, delete the rest."
    yield "# Save it in the plant's folder, name it by `use` in the root file, and run segc check and segc plan."


def _services(made: Rules) -> Iterator[list[str]]:
    declared = {rule.service.name: rule.service for rule in made if rule.service.declare}
    for name in sorted(declared):
        yield ["", *(f"# {note}" for note in declared[name].notes), declared[name].declare]


def _assets(made: Rules) -> Iterator[str]:
    if made.ends.drafted:
        yield ""
        yield "# ---- machines that no asset declares: give them their names and kinds ----"
        yield ""
    for address, (zone, name) in sorted(made.ends.drafted.items(), key=lambda item: (item[1][0], item[0])):
        yield f"asset {zone}.{name} {address_text(*address)} {{ kind other }}"

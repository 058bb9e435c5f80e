"""A draft as `.zone` text: what was seen beside every line, what to look at, and an end to everything."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from segc.baseline.calendar import local
from segc.baseline.draft.evidence import summary
from segc.baseline.draft.rules import is_enforced
from segc.baseline.draft.warnings import warnings
from segc.baseline.observed import Grade
from segc.baseline.store import day_text, moment_text
from segc.baseline.words import percent, sensors
from segc.lang.formatter import format_text
from segc.lang.literals import address_text
from segc.lang.shapes import LONGEST_NAME
from segc.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from segc.baseline.draft.rules import Pair, Rule, Rules
    from segc.model.plant import Plant

HEADING = "# Draft of "  # what a draft begins with
LASTS = timedelta(days=29)  # and the last day itself: 30 in all, which is what checks allow a grant
SHOWN = 40  # of what cannot be drafted
GRADES = {
    Grade.NONE: "direction unknown",
    Grade.FIRST: "direction by the first packet only: find out who opens",
    Grade.PEERS: "direction by the port that many meet",
    Grade.CATALOGUE: "direction by the service's port",
    Grade.LABEL: "direction by what the sensor recognised",
    Grade.HANDSHAKE: "opening seen",
}


class About(NamedTuple):
    """What a draft is made of: the baseline's name, its digest and days (UTC), and the day on which it is made."""

    baseline: str
    digest: str
    days: tuple[int, ...]
    today: date


def text(plant: Plant, made: Rules, about: About) -> str:
    """The draft, in the one style. Empty of statements where nothing can be drafted."""
    lines = [*_head(made, about), *_left(made)]
    lines += [line for chosen in _services(made) for line in chosen]
    lines += [*_assets(made)]
    names = _Names(plant)
    for pair, rules in made.rules.items():
        lines += _container(plant, names, pair, rules, about)
    return format_text(Source("draft", "\n".join(map(_one_line, lines)) + "\n"))


def _one_line(text: str) -> str:
    """What came out of a log or a file's name must not begin a statement of its own."""
    return text if text.isprintable() else "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def _head(made: Rules, about: About) -> Iterator[str]:
    keys = sum(1 for rule in made for _ in rule.seen)
    yield f"{HEADING}{about.today}, from the baseline {about.baseline} ({about.digest})."
    if about.days:
        yield f"# {len(about.days)} days, {day_text(about.days[0])} to {day_text(about.days[-1])}."
    yield "#"
    yield f"# {_count(keys, 'key')} that no flow permits, in {_count(sum(1 for _ in made), 'flow')}."
    if made.observed:
        ratio = f"{made.permitted / made.observed:.2f}: {_times(made.permitted, made.observed)}"
        yield f"# overpermission {ratio} (source, target and port; 1.00 permits what was seen and no more)"
    yield "# Nothing of this is right because it was seen. Keep what has a reason, say the reason, delete the rest."
    yield "# Save it in the plant's folder, name it by `use` in the root file, and run segc check and segc plan."


def _times(permitted: int, observed: int) -> str:
    return f"{permitted:,} permitted, {observed:,} seen"


def _left(made: Rules) -> Iterator[str]:
    if made.left:
        yield ""
        yield f"# ---- not drafted: {len(made.left)} ----"
        yield "#"
    for one, reason in made.left[:SHOWN]:
        key = one.key
        what = f"{key.src} -> {key.dst}, protocol {key.proto}" + (f", port {key.port}" if key.port >= 0 else "")
        yield f"# {what}: seen {one.seen.n:,} times on {_days(one.seen.days)}"
        yield f"#   {reason}"
    if len(made.left) > SHOWN:
        yield f"# and {len(made.left) - SHOWN} more: segc baseline compare tells all of them"


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


def _container(plant: Plant, names: _Names, pair: Pair, rules: tuple[Rule, ...], about: About) -> Iterator[str]:
    source, target = plant.zones[pair.source], plant.zones[pair.target]
    owner = target.owner if target.kind not in ("external", "temporary") else source.owner
    owner = owner or source.owner or target.owner
    enforced = is_enforced(plant, pair)
    yield ""
    if enforced:
        yield f"# {pair.source} -> {pair.target} is enforced: what is taken in here is permitted at once."
    # Without it, the days from which a flow was made would speak for it: `segc baseline status` counts later ones.
    said = f'because "draft: seen, reason not known"; learned-until {local(plant, about.days[-1])}'
    if pair.grant:
        yield f'grant {names.of("access", pair)} "Draft: {pair.source} to {pair.target}" {{'
        yield f"owner {owner}" if owner else ""
        for rule in rules:
            yield from _flow(plant, rule, f"{{ {said} }}")
        yield f"until {about.today + LASTS}"
        yield "}"
        return
    for merged in _existing(plant, pair):
        yield f"# belongs into conduit `{merged}`: move the flows there, and delete this one"
    yield f'conduit {names.of("flows", pair)} "Draft: {pair.source} to {pair.target}" {pair.source} -> {pair.target} {{'
    yield f"mode {'enforce' if enforced else 'monitor'}"
    yield f"owner {owner}" if owner else ""
    for rule in rules:
        yield from _flow(plant, rule, f"{{ {said}; review-by {about.today + LASTS} }}")
    yield "}"


def _existing(plant: Plant, pair: Pair) -> list[str]:
    wanted = (pair.source, pair.target)
    return sorted(name for name, conduit in plant.conduits.items() if wanted in conduit.pairs())[:1]


def _flow(plant: Plant, rule: Rule, facts: str) -> Iterator[str]:
    seen = summary(rule.seen)
    answered = f"answered {percent(seen.answered / seen.told)}" if seen.told else "answers not told"
    by = f", by {sensors(seen.sensors)}" if seen.sensors else ""
    first, last = moment_text(seen.first), moment_text(seen.last)
    yield ""
    yield f"# seen {seen.n:,} times on {_days(seen.days)}, {first} to {last}{by}"
    yield f"# {GRADES[seen.grade]}; {answered}" + ("; a sensor may have missed some" if seen.lossy else "")
    yield f"# overpermission {rule.ratio:.2f}: {_times(rule.permitted, rule.observed)}"
    for note in (rule.sources.note, rule.targets.note, *(() if rule.service.declare else rule.service.notes)):
        if note:
            yield f"# {note}"
    for nearest in sorted({one.judged.nearest for one in rule.seen if one.judged.nearest})[:2]:
        yield f"# nearest: {nearest}"
    for warning in warnings(plant, rule):
        yield f"# warning: {warning}"
    ends = f"{', '.join(rule.sources.names)} -> {', '.join(rule.targets.names)}"
    yield f"allow {ends} : {rule.service.name} {facts}"


def _days(days: int) -> str:
    return _count(days, "day")


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


class _Names:
    """Names for containers that nothing has."""

    def __init__(self, plant: Plant) -> None:
        self.taken = {*plant.conduits, *plant.grants, *plant.workflows}

    def of(self, what: str, pair: Pair) -> str:
        """A name that says between which zones."""
        base = f"draft-{pair.source}-to-{pair.target}-{what}"
        if len(base) > LONGEST_NAME - 4:
            digest = hashlib.sha256(base.encode()).hexdigest()[:8]
            base = f"draft-{digest}-{what}"
        name, count = base, 1
        while name in self.taken:
            count += 1
            name = f"{base}-{count}"
        self.taken.add(name)
        return name

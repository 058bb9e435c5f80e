"""Targets whose rules keep windows by the box's own clock: proved over time, and every change of a time is noticed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from segc.lang.loader import Bundle
from segc.lang.parser import parse
from segc.model.plant import Plant
from segc.model.resolve import resolve
from segc.packets.machine import Refused
from segc.proof.differing import Difference
from segc.proof.gate import Gate
from segc.proof.prove import Prover
from segc.proof.replay import tried_out
from segc.response.compile import NATIVE, ending
from segc.source import Source
from segc.targets import registry
from segc.targets.build import Built, build
from tests.conformance.cases import AT, MODES, PLANTS, fitted

LOCAL = tuple(name for name, one in registry.targets().items() if one.can.windows and one.can.clock == "local")
DATED = tuple(name for name in LOCAL if registry.targets()[name].can.dates)
WEEKS = tuple(name for name in LOCAL if name not in DATED)  # each of their builds holds until something ends
# Little of the grants is left then, and so there are few times to compare: enough for what one line changes.
LATE = datetime(2026, 12, 14, 12, tzinfo=UTC)
WINTER = datetime(2027, 1, 25, 12, tzinfo=UTC)  # an end is ahead, and the nights in which clocks are moved
CLOCKS = ("Europe/Vienna", "UTC", "America/New_York", "Asia/Kolkata")
CHANGES: list[tuple[str, str, Callable[[str], str]]] = [
    (target, what, change) for target in LOCAL for what, change in registry.module(target, "mutants").TIMES.items()
]


def plant(target: str, clock: str | None, *, until: str = "2026-12-31") -> Plant:
    """The plant of grants, with another clock."""
    path = PLANTS / "grants.zone"
    text = path.read_text(encoding="utf-8").replace("target       iptables", f"target       {target}")
    text = text.replace("2026-12-31", until)
    text = re.sub(r"^  clock .*\n", f'  clock "{clock}"\n' if clock else "", text, flags=re.MULTILINE)
    tree, found = parse(Source(str(path), fitted(text, target)))
    policy, more = resolve(Bundle(path, [tree], found))
    assert not [one for one in more if one.severity.word == "error"]
    return policy


def made(policy: Plant, mode: str = "declared", at: datetime = AT) -> Built:
    [one] = build(policy, at, mode).built
    return one


def first_difference(prover: Prover, one: Built, texts: dict[str, str]) -> Difference | None:
    """A packet that shows what is wrong with a file, tried out line by line as in every proof; the others are spared."""
    machine = prover.read(one.firewall, texts)
    for family in registry.targets()[one.target].can.families:
        comparison = prover.comparison(one.firewall, machine, one.entry, family)
        for question in comparison.questions():
            for difference in comparison.differences(question):
                tried_out(machine, difference, records=question.records)
                return difference
    return None


@pytest.mark.parametrize(
    ("clock", "mode"), [*((one, "declared") for one in CLOCKS), *((CLOCKS[0], m) for m in MODES[1:])]
)
@pytest.mark.parametrize("target", DATED)
def test_windows_are_kept_until_the_end_of_all_grants(target: str, clock: str, mode: str) -> None:
    """Over all times, without another build, through the nights in which clocks are moved."""
    policy = plant(target, clock, until="2027-04-30")
    override = None if mode == "declared" else mode
    [one] = build(policy, WINTER, mode, prove=Gate(policy, WINTER, override)).built
    assert one.entry["proof"]["result"] == "equal"
    again = registry.targets()[target].again(clock, WINTER)
    assert one.entry["next-change"] == (again.isoformat() if again else None)


@pytest.mark.parametrize("clock", CLOCKS)
@pytest.mark.parametrize("target", WEEKS)
def test_weeks_without_dates_are_kept_from_one_build_to_the_next(target: str, clock: str) -> None:
    """One build after another, each when the one before says: all of them together keep all windows until the end."""
    policy, builds = plant(target, clock, until="2027-04-30"), [WINTER]
    while True:
        [one] = build(policy, builds[-1], "declared", prove=Gate(policy, builds[-1], None)).built
        assert one.entry["proof"]["result"] == "equal"
        if one.entry["next-change"] is None:
            break
        builds.append(datetime.fromisoformat(one.entry["next-change"]))
        assert builds[-2] < builds[-1]
    assert builds[-1] == datetime(2027, 4, 30, 22, tzinfo=UTC)
    assert len(builds) < 20  # not one for each of eighty openings


@pytest.mark.parametrize("target", LOCAL)
def test_without_a_clock_the_file_holds_for_the_moment(target: str) -> None:
    policy = plant(target, None)
    [one] = build(policy, AT, "declared", prove=Gate(policy, AT, None)).built
    assert one.entry["next-change"] == "2026-11-23T21:00:00+00:00"


@pytest.mark.parametrize(("target", "what", "change"), CHANGES, ids=[f"{t}: {w}" for t, w, _ in CHANGES])
def test_a_wrong_time_is_refuted(target: str, what: str, change: Callable[[str], str]) -> None:
    """In each place by itself: with a packet and the moment at which it fares otherwise."""
    policy = plant(target, "Europe/Vienna")
    # Late in the grants there is less to try out; where a file lists days, what is changed may be over by then.
    assert any(refuted(policy, moment, what, change) for moment in (LATE, AT)), f"{what}: nothing to change"


def refuted(policy: Plant, moment: datetime, what: str, change: Callable[[str], str]) -> int:
    """How many changes of a build's lines were tried, each of which was refuted."""
    one, prover, tried = made(policy, at=moment), Prover(policy, moment, None), 0
    texts = {role: text for role, text in one.texts().items() if role == "rules" or role.startswith("sets")}
    for role, text in texts.items():  # another form of the same must say the same
        lines = text.split("\n")
        for at, line in enumerate(lines):
            changed = change(line)
            if changed == line:
                continue
            tried += 1
            mutant = "\n".join([*lines[:at], *([changed] if changed else []), *lines[at + 1 :]])
            assert first_difference(prover, one, {**texts, role: mutant}), f"{what}: {line}"
    return tried


@pytest.mark.parametrize("clock", ["UTC", "America/New_York"])
@pytest.mark.parametrize("target", LOCAL)
def test_the_same_file_on_another_clock_is_refuted(target: str, clock: str) -> None:
    one = made(plant(target, "Europe/Vienna"), at=LATE)
    prover = Prover(plant(target, clock), LATE, None)
    try:
        assert first_difference(prover, one, one.texts())
    except Refused:
        return


@pytest.mark.parametrize("target", LOCAL)
def test_the_guide_asks_for_the_clock(target: str) -> None:
    """What it must show, before anything is applied; and nothing of it where the file does not tell the time."""
    guide = next(file.text for file in made(plant(target, "America/New_York")).files if file.name == "APPLY.md")
    before = guide[: guide.index("\n## Apply")]
    assert "America/New_York" in before
    assert (
        "clock"
        not in next(f.text for f in made(plant(target, None)).files if f.name == "APPLY.md").split("## Apply")[0]
    )


@pytest.mark.parametrize("target", LOCAL)
def test_the_manifest_says_what_becomes_of_sessions(target: str) -> None:
    entry = made(plant(target, "Europe/Vienna")).entry
    can = registry.targets()[target].can
    assert entry["windows"] == {
        "kept-by": "Europe/Vienna",
        "sessions": can.at_the_end if can.stateful else "rules",
        "next-end": "2026-11-24T01:00:00+00:00",
    }
    assert (ending(made(plant(target, "Europe/Vienna"))) == NATIVE) == (can.stateful and can.at_the_end == "rules")
    if entry["windows"]["sessions"] == "go-on":
        assert any(one["role"] == "kill" for one in entry["artefacts"])


@pytest.mark.parametrize("target", DATED)
def test_beyond_what_the_box_can_tell_it_must_be_built_again(target: str) -> None:
    """Behind a date, or after so many days; until then it is proved."""
    can = registry.targets()[target].can
    at = datetime(2035, 6, 1, tzinfo=UTC)
    policy = plant(target, "Europe/Vienna", until="2038-12-31")
    [one] = build(policy, at, "declared", prove=Gate(policy, at, None)).built
    change = datetime.fromisoformat(one.entry["next-change"])
    assert change == (at + timedelta(days=can.days) if can.days else can.last_moment)

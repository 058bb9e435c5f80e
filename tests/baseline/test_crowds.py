"""Made-up sources: however many there are, answers stay small, and say of nobody what would not hold of him alone."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from segc import api
from segc.baseline import crowds
from segc.baseline.classify import Classifier
from segc.baseline.compare import Comparison, compare
from segc.baseline.covering import Covering
from segc.baseline.crowds import Crowd, alike
from segc.baseline.draft.learned import unexplained
from segc.baseline.draft.rules import rules
from segc.baseline.draft.services import Shelf
from segc.baseline.drift import document as drift_document
from segc.baseline.drift.changes import Drift
from segc.baseline.drift.seen import history
from segc.baseline.engine.duckdb import DuckDB
from segc.baseline.inventory import inventory
from segc.baseline.judged import Class, Judged
from segc.baseline.ledger import Key, Row
from segc.baseline.manifest import Source, write
from segc.baseline.observed import Noise
from segc.baseline.readiness import readiness
from segc.baseline.store import ADDRESS_COLUMNS, TYPED, Ledger, day_text
from segc.baseline.uses import last_uses
from segc.baseline.weight import Weights
from segc.cli.library import services
from segc.model.plant import Plant
from segc.plan.document import plan as plan_document
from segc.plan.seen import observed
from segc.plan.side import Side
from segc.report.baseline import comparison, status
from segc.report.baseline import inventory as inventory_document
from segc.report.plan.sections import sections
from segc.settings import Expected, Gate
from tests.baseline.plants import TEXT, plant
from tests.cli.test_figures import schema_of

AT = datetime(2026, 10, 30, 12, tzinfo=UTC)
DAY, HOUR = 86_400_000_000, 3_600_000_000
FIRST = (date(2026, 10, 5) - date(1970, 1, 1)).days
APP, EWS, PLC, HMI = "10.30.0.10", "10.30.0.50", "10.3.0.11", "10.3.0.21"
# A zone that takes in a part of what is made up, and a conduit that lets anybody in it through.
WIDE = f"""{TEXT}
zone world {{ kind external; owner office-it; net 198.18.0.0/15 }}
conduit web world -> office {{ mode enforce; allow world -> store : backup {{ because "everybody may" }} }}
"""


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is too many for these tests."""
    for name, number in (("MANY", 100), ("CROWD", 20), ("PAGE", 70)):
        monkeypatch.setattr(crowds, name, number)


def seen(src: str, dst: str = PLC, port: int = 502, day: int = 0, *, n: int = 1, answered: int | None = None) -> Row:
    """An attempt of somebody, or sessions of which so many were answered."""
    first = (FIRST + day) * DAY + hour_of(src) * HOUR
    told = (n, 0, n) if answered is None else (n, answered, 0)
    return Row(FIRST + day, "tap", src, dst, 6, port, *told, 100, 2, first, first, 1 << hour_of(src), 5, 0, 0, 0, "", n)


def hour_of(address: str) -> int:
    return sum(address.encode()) % 3


def made_up(number: int, **told: Any) -> list[Row]:
    return [seen(f"203.0.{n >> 8}.{n & 255}", day=n % 14, **told) for n in range(number)]


WORK = [
    *(seen(APP, PLC, day=day, n=9, answered=9) for day in range(14)),
    *(seen("10.40.0.9", APP, 873, day=day, n=1, answered=1) for day in (1, 8)),
    seen("10.30.0.77", HMI, 80, n=2, answered=2),
    seen("10.40.0.13", APP, 443, n=2, answered=2),
]


def ledger(folder: Path, *sensors: Iterable[Row], macs: Iterable[tuple[Any, ...]] = ()) -> Ledger:
    """A baseline; each of the lists is what another sensor saw."""
    sources = []
    with DuckDB(memory="256MB", threads=1) as engine:
        for number, rows in enumerate(map(list, sensors)):
            digest = f"{number + 1:x}" * 64
            days = sorted({row.day for row in rows})
            for day in days:
                file = folder / "ledger" / day_text(day) / f"{digest[:12]}.parquet"
                file.parent.mkdir(parents=True, exist_ok=True)
                engine.put("part", TYPED, (row._replace(sensor=f"tap-{number}") for row in rows if row.day == day))
                engine.write("part", file)
            (folder / "addresses").mkdir(exist_ok=True)
            engine.put("macs", ADDRESS_COLUMNS, macs)
            engine.write("macs", folder / "addresses" / f"{digest[:12]}.parquet")
            named = tuple(map(day_text, days))
            sources.append(Source(digest, f"{number}.log", 1, "zeek-tsv", f"tap-{number}", days=named, addresses=True))
    write(folder, tuple(sources))
    return Ledger.open(folder)


@pytest.fixture
def made(tmp_path: Path) -> Plant:
    return api.check(plant(tmp_path / "plant", WIDE), AT)[0]


def whole(made: Plant, baseline: Ledger, gate: Gate, monkeypatch: pytest.MonkeyPatch) -> Comparison:
    """The same comparison of every address by itself."""
    with monkeypatch.context() as changed:
        changed.setattr(crowds, "MANY", 1 << 40)
        with Ledger.open(baseline.folder) as again:
            return compare(made, again, AT, gate)


def test_one_address_stands_for_all_of_them(made: Plant, tmp_path: Path) -> None:
    with ledger(tmp_path / "baseline", [*WORK, *made_up(300), seen("203.0.0.9", HMI, 80, 3)]) as asked:
        compared = compare(made, asked, AT)
        assert compared.crowds == {"203.0.0.0": Crowd(300, 300, 1)}
        assert [(one.seen.key, one.seen.n, one.seen.days) for one in compared.attempts] == [
            (Key("203.0.0.0", PLC, 6, 502), 300, 14),
            (Key("203.0.0.0", HMI, 6, 80), 1, 1),
        ]
        assert {one.seen.src for one in compared.entries} == {APP, "10.40.0.9", "10.30.0.77", "10.40.0.13"}
        [found] = readiness(compared, asked, Gate(), {"recipes"})
        assert (found.machines.known, found.machines.unknown) == (3, ("10.30.0.77",)), "the crowd is in no zone of it"


def test_so_few_are_told_one_by_one(made: Plant, tmp_path: Path) -> None:
    with ledger(tmp_path / "baseline", [*WORK, *made_up(90)]) as asked:
        compared = compare(made, asked, AT)
        assert not compared.crowds
        assert len(compared.attempts) == 90
        assert "crowds" not in comparison.document(compared, AT, 30)


def test_where_many_are_of_many_kinds_the_small_kinds_are_told(made: Plant, tmp_path: Path) -> None:
    offices = [seen(f"10.40.0.{n}", PLC, n=3, answered=3) for n in range(100, 119)]
    with ledger(tmp_path / "baseline", [*WORK, *made_up(300), *offices]) as asked:
        compared = compare(made, asked, AT)
        assert list(compared.crowds) == ["203.0.0.0"]
        assert sum(one.seen.src.startswith("10.40.0.1") for one in compared.entries) == 20


def random_rows(rnd: random.Random) -> list[Row]:
    """Strangers of every kind, machines, and whom they might ask."""
    kinds = ("203.0.{}.{}", "198.18.{}.{}", "10.40.0.{1}", "10.3.0.{1}", "10.30.0.{1}", "169.254.{}.{}", "224.0.{}.{}")
    ends = [rnd.choice(kinds).format(rnd.randrange(3), rnd.randrange(256)) for _ in range(900)]
    ends += [f"2001:db8::{rnd.randrange(200):x}" for _ in range(200)]
    rows = {}
    for src in ends:
        dst = "2001:db8::1" if ":" in src else rnd.choice((PLC, HMI, EWS, "10.40.0.9", rnd.choice(ends[:900])))
        row = seen(src, dst, rnd.choice((502, 873, 80)), rnd.randrange(5), n=4, answered=rnd.choice((None, 0, 4)))
        rows[row.day, row.key] = row._replace(noise=rnd.choice((0, 0, 0, 1, 5)))
    return list(rows.values())


GATES = (
    Gate(),
    Gate(expected=(Expected("203.0.1.0/24", "line", "any", date(2027, 1, 1), "a test"),)),
    Gate(expected=(Expected("mes", "10.3.0.100", "any", date(2027, 1, 1), "a test"),)),
)


@pytest.mark.parametrize("gate", GATES)
@pytest.mark.parametrize("seed", range(2))
def test_what_is_said_of_a_crowd_holds_of_each_of_it(
    seed: int, gate: Gate, made: Plant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every key alone has the verdict of the key that it went into, and no session is lost."""
    with ledger(tmp_path / "baseline", random_rows(random.Random(seed))) as asked:
        compared = compare(made, asked, AT, gate)
        with asked.engine() as engine:
            stands = {str(a): str(b) for a, b in engine.get("SELECT s.address, s.stands FROM stands s")}
        alone = whole(made, asked, gate, monkeypatch)
        told = {one.seen.key: one for one in (*compared.entries, *compared.attempts)}
        assert len(compared.crowds) > 3
        assert len(told) < len(alone.entries) + len(alone.attempts)
        sums = dict.fromkeys(told, 0)
        scanned = dict.fromkeys(told, 0)
        # What is permitted of a scan counts if anybody answered, and that may have been another one of the crowd.
        for sign, of in ((1, alone), (-1, compared)):
            for scan in of.noise[Noise.SCAN]:
                key = scan.key._replace(src=stands[scan.src], dst=stands[scan.dst])
                if key in told and told[key].judged.verdict is Class.PERMITTED:
                    scanned[key] += sign * scan.n
        for one in (*alone.entries, *alone.attempts):
            key = one.seen.key._replace(src=stands[one.seen.src], dst=stands[one.seen.dst])
            assert verdict(told[key].judged) == verdict(one.judged), (key, one.seen.key)
            assert told[key].expected == one.expected
            sums[key] += one.seen.n
        assert {key: n + scanned[key] for key, n in sums.items()} == {key: one.seen.n for key, one in told.items()}
        every = sum(one.n for one in (*asked.keys(), *asked.noise()))
    with Ledger.open(tmp_path / "baseline") as again:
        assert every == sum(one.n for one in (*again.keys(), *again.noise()))


def verdict(judged: Judged) -> tuple[object, ...]:
    return judged.verdict, judged.source, judged.target, judged.conduit, judged.flows


def test_a_declared_machine_is_never_one_of_a_crowd(made: Plant) -> None:
    like = alike([Covering(made, ())])
    assert [like(address) for address in (APP, EWS, PLC, HMI)] == [None] * 4
    assert like("10.30.0.77") == like("10.30.0.78") != like("10.3.0.78")


def test_the_machines_are_counted_all_the_same(made: Plant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was asked and never answered need not be a machine."""
    asked_only = [seen(APP, f"10.3.0.{n}", 80) for n in range(100, 180)]
    answered = [seen(APP, f"10.3.0.{n}", 80, n=2, answered=2) for n in range(30, 90)]
    told = []
    ledger(tmp_path / "baseline", [*WORK, *asked_only, *answered]).close()
    for many in (100, 1 << 40):
        monkeypatch.setattr(crowds, "MANY", many)
        with Ledger.open(tmp_path / "baseline") as asked:
            known = inventory(made, asked)
            assert known.crowds == ({"10.3.0.100": Crowd(140, 60, 60)} if many == 100 else {})
            [found] = readiness(compare(made, asked, AT), asked, Gate(), {"recipes"})
            silent = {one.path for one in known.silent}
            told.append((known.known, known.total, known.coverage, silent, found.machines.known, found.machines.total))
    assert told[0] == told[1]
    assert told[0][4:] == (3, 3 + 1 + 60)


def test_made_up_sources_are_no_machines_that_somebody_must_declare(
    made: Plant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They come once, and nobody answers. What comes again, or was answered or may have been, is there."""
    storm = [seen(f"10.30.1.{n}", day=n % 3) for n in range(150)]
    there = [seen("10.30.1.7", day=9), seen("10.30.1.8", HMI, 80, answered=1), seen("10.30.1.9", HMI, 81, answered=0)]
    there += [seen(APP, f"10.30.1.{n}", 22, answered=1) for n in (10, 11)]
    text = WIDE.replace("10.30.0.0/24", "10.30.0.0/23")
    wide = api.check(plant(tmp_path / "wide", text), AT)[0]
    ledger(tmp_path / "baseline", [*WORK, *storm, *there, seen(APP, "10.30.1.12", 22)]).close()
    for many in (100, 1 << 40):
        monkeypatch.setattr(crowds, "MANY", many)
        with Ledger.open(tmp_path / "baseline") as asked:
            compared = compare(wide, asked, AT)
            assert [one.sure for one in compared.crowds.values()] == ([6] if many == 100 else [])
            [found] = readiness(compared, asked, Gate(), {"recipes"})
            assert (found.machines.known, found.machines.total) == (3, 3 + 5 + 1)
    ledger(tmp_path / "storm", [*WORK[:14], *storm]).close()
    for many in (100, 1 << 40):
        monkeypatch.setattr(crowds, "MANY", many)
        with Ledger.open(tmp_path / "storm") as asked:
            [found] = readiness(compare(wide, asked, AT), asked, Gate(), {"recipes"})
            assert (found.machines.known, found.machines.unknown, found.machines.more) == (2, (), 0)


def test_a_crowd_may_be_excused_as_a_machine_may(made: Plant, tmp_path: Path) -> None:
    text = WIDE.replace("10.30.0.0/24", "10.30.0.0/23")
    wide = api.check(plant(tmp_path / "wide", text), AT)[0]
    storm = [seen(f"10.30.1.{n}", day=day) for n in range(150) for day in (3, 4)]
    gate = Gate(expected=(Expected("10.30.1.0/24", "line", "any", date(2027, 1, 1), "a storm"),))
    for name, more, left in (("all", [], 0), ("one", [seen("10.30.1.7", "10.40.0.9", 873, answered=1)], 150)):
        with ledger(tmp_path / name, [*WORK, *storm, *more]) as asked:
            compared = compare(wide, asked, AT, gate)
            assert len(compared.crowds) == 1
            [found] = readiness(compared, asked, gate, {"recipes"})
            assert (found.machines.known, found.machines.total) == (3, 3 + 1 + left), "10.30.0.77 of WORK"


def test_hardware_addresses_of_a_crowd_tell_nothing(made: Plant, tmp_path: Path) -> None:
    rows = made_up(300)
    macs = [(row.day, "tap", row.src, f"00:0e:8c:00:00:{n >> 1:02x}", 1, 1, 2) for n, row in enumerate(rows)]
    macs += [(FIRST, "tap", APP, "00:1b:1b:00:00:01", 1, 1, 2), (FIRST, "tap", APP, "00:1b:1b:00:00:02", 1, 1, 2)]
    with ledger(tmp_path / "baseline", [*WORK, *rows], macs=macs) as asked:
        assert [(one.kind, one.address) for one in inventory(made, asked).oddities] == [("two-machines", APP)]
        assert {one.address for one in asked.addresses()} == {APP, "203.0.0.0"}


def test_what_sensors_saw_together_counts_once(made: Plant, tmp_path: Path) -> None:
    rows = made_up(300, n=5, answered=0)
    with ledger(tmp_path / "baseline", [*WORK, *rows], [*WORK, *rows]) as asked:
        compared = compare(made, asked, AT)
        [entry] = [one for one in compared.entries if one.seen.src == "203.0.0.0"]
        assert (entry.seen.n, entry.seen.days) == (1500, 14)
        assert asked.who_saw()[entry.seen.key] == {"tap-0", "tap-1"}
        assert len(asked.days_of([entry.seen.key])[entry.seen.key].on) == 14
        days = asked.hours([entry.seen.key])[entry.seen.key]
        expected = {row.day: 0 for row in rows}
        for row in rows:
            expected[row.day] |= row.hours
        assert days == expected


def test_another_question_tells_others_apart(made: Plant, tmp_path: Path) -> None:
    """What the inventory need not know, a comparison must."""
    gate = Gate(expected=(Expected("203.0.1.0/24", "line", "any", date(2027, 1, 1), "a test"),))
    with ledger(tmp_path / "baseline", [*WORK, *made_up(400, answered=0)]) as asked:
        assert list(inventory(made, asked).crowds) == ["203.0.0.0"]
        assert compare(made, asked, AT, gate).crowds == {
            "203.0.0.0": Crowd(256, 256, 256),
            "203.0.1.0": Crowd(144, 144, 144),
        }


def test_a_draft_names_no_crowd(made: Plant, tmp_path: Path) -> None:
    strangers = [seen(f"198.18.{n >> 8}.{n & 255}", PLC, n=2, answered=2) for n in range(300)]
    with ledger(tmp_path / "baseline", [*WORK, *strangers]) as asked:
        drafted = rules(made, Shelf(made, services()), unexplained(compare(made, asked, AT), asked))
        assert [one.key.src for one, _ in drafted.left] == ["198.18.0.0"]
        assert not any(name.startswith("world.") for rule in drafted for name in rule.sources.names)


def test_a_plan_says_that_a_crowd_would_stop(made: Plant, tmp_path: Path) -> None:
    after, _ = api.check(
        plant(tmp_path / "after", WIDE.replace("allow world -> store : backup", "allow world -> store : modbus")), AT
    )
    clients = [seen(f"198.18.{n >> 8}.{n & 255}", "10.40.0.9", 873, n=2, answered=2) for n in range(300)]
    sides = Side("old", made, AT), Side("new", after, AT)
    with ledger(tmp_path / "baseline", [*WORK, *clients]) as asked:
        told = plan_document(*sides, observed(*sides, asked))
    seen_of = told["seen"]
    assert seen_of is not None
    assert [(one["source"], one["sessions"]) for one in seen_of["stopped"]] == [("198.18.0.0", 600)]
    assert seen_of["crowds"] == {"198.18.0.0": 300}
    assert "198.18.0.0 stands for 300 addresses" in "\n".join(row.text for part in sections(told) for row in part.rows)


class Counting:
    """How many rows came out of the engine: in the largest page of addresses, and otherwise."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.page, self.other = 0, 0
        before = DuckDB.get

        def get(engine: DuckDB, sql: str) -> list[tuple[Any, ...]]:
            found = before(engine, sql)
            if "FROM ends" in sql:
                self.page = max(self.page, len(found))
            else:
                self.other += len(found)
            return found

        monkeypatch.setattr(DuckDB, "get", get)


def ask(verb: str, made: Plant, asked: Ledger) -> Any:
    """A verb's work, to its document; None where it has none."""
    if verb == "draft":
        rules(made, Shelf(made, services()), unexplained(compare(made, asked, AT), asked))
    elif verb == "plan":
        observed(Side("old", made, AT), Side("new", made, AT), asked)
    elif verb == "grants":
        last_uses(made, asked, AT)
    elif verb == "compare":
        return comparison.document(compare(made, asked, AT), AT, 30)
    elif verb == "status":
        compared = compare(made, asked, AT)
        limits = {"days": 14.0, "age": 30.0, "new_keys": 1.0, "inventory": 1.0}
        return status.document(compared, readiness(compared, asked, Gate()), [], limits, AT)
    elif verb == "inventory":
        return inventory_document.document(inventory(made, asked), AT)
    elif verb == "baseline-drift":
        classifier = Classifier(made, AT)
        asked.gather(alike([classifier.covering]))
        weights = Weights(made, ())
        drift = Drift(history(asked), classifier.judge, weights.rank, FIRST + 7)
        told = drift_document.document(drift, classifier.covering, weights, "baseline", asked.digest, 14)
        return {**told, "changes": list(told["changes"]), "standing": list(told["standing"])}
    return None


TEXTS = {
    "compare": comparison.render,
    "status": status.render,
    "inventory": inventory_document.render,
    "baseline-drift": drift_document.render,
}


@pytest.mark.parametrize("verb", [*TEXTS, "draft", "grants", "plan"])
def test_ten_times_as_many_sources_cost_not_a_row_more(
    verb: str, made: Plant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts, documents = [], []
    for number in (300, 3000):
        rows = [*WORK, *made_up(number), *made_up(number, port=80, answered=0)]
        with ledger(tmp_path / str(number), rows) as asked:
            counting = Counting(monkeypatch)
            documents.append(ask(verb, made, asked))
            assert counting.page <= crowds.PAGE
            counts.append(counting.other)
            assert asked.crowds == {"203.0.0.0": Crowd(number, number, number)}
    assert counts[0] == counts[1]
    if verb in TEXTS:
        first, second = documents
        jsonschema.Draft202012Validator(schema_of(f"{verb}-1")).validate(second)
        assert (first["crowds"], second["crowds"]) == ({"203.0.0.0": 300}, {"203.0.0.0": 3000})
        assert "203.0.0.0 stands for 3,000 addresses" in TEXTS[verb](second)  # type: ignore[operator]
        assert len(str(second)) - len(str(first)) < 200

"""ICMP errors about permitted sessions pass as related, and are nothing that enforcing would stop."""

from __future__ import annotations

from pathlib import Path

import pytest

from segc import api
from segc.baseline.compare import compare
from segc.baseline.judged import Class
from segc.baseline.ledger import Row
from segc.baseline.observed import Said
from segc.baseline.readiness import State, readiness
from segc.plan.seen import observed
from segc.plan.side import Side
from segc.settings import Gate
from tests.baseline.plants import TEXT, plant
from tests.baseline.test_crowds import APP, AT, EWS, HMI, PLC, ledger, seen
from tests.baseline.test_readiness import reasons

POLLS = [seen(APP, PLC, day=day, n=9, answered=9) for day in range(14)]


def error(src: str, dst: str, day: int, kind: int = 3, said: int = Said.NOTHING) -> Row:
    """An ICMP error: nothing answers these, and no log says that nothing did."""
    return seen(src, dst, kind * 256 + 3, day=day, answered=0)._replace(proto=1, said=said)


SWITCH, OTHER = "10.3.0.254", "10.30.0.254"
DECLARED = TEXT.replace(
    "  asset hmi", f"  asset sw {SWITCH} {{ kind switch }}\n  asset box 10.3.0.77 {{ kind other }}\n  asset hmi"
).replace("  asset ews", f"  asset sw {OTHER} {{ kind switch }}\n  asset ews")


@pytest.mark.parametrize(
    ("rows", "verdict"),
    [
        ([error(SWITCH, APP, 3), error(SWITCH, APP, 9)], Class.RELATED),
        ([error(OTHER, PLC, 3)], Class.RELATED),  # about the answers
        ([error(SWITCH, EWS, 3)], Class.DENIED),  # who has no permitted session
        ([error(SWITCH, APP, 3), error(SWITCH, APP, 20)], Class.DENIED),
        ([error("10.3.0.77", APP, 3)], Class.DENIED),  # no switch
        ([error("10.3.0.253", APP, 3)], Class.DENIED),  # nobody has declared it
        ([error(SWITCH, APP, 3, kind=8)], Class.DENIED),
        ([error(SWITCH, APP, 3, said=Said.RECORDED)], Class.DENIED),
    ],
)
def test_an_error_of_a_switch_about_what_is_permitted_passes(rows: list[Row], verdict: Class, tmp_path: Path) -> None:
    judge(DECLARED, rows, verdict, tmp_path)


def test_a_switch_in_another_zone_than_the_session_tells_of_nothing(tmp_path: Path) -> None:
    """Other firewalls may stand before it, which know nothing of the session."""
    text = TEXT.replace("  asset store", "  asset sw 10.40.0.254 { kind switch }\n  asset store")
    made = api.check(plant(tmp_path / "plant", text), AT)[0]
    with ledger(tmp_path / "baseline", [*POLLS, error("10.40.0.254", APP, 3)]) as kept:
        [found] = [entry.judged.verdict for entry in compare(made, kept, AT).entries if entry.seen.proto == 1]
    assert found is not Class.RELATED


@pytest.mark.parametrize(
    ("rows", "verdict"),
    [
        ([error(PLC, APP, 3), error(PLC, APP, 9)], Class.RELATED),
        ([error(APP, PLC, 3, kind=11)], Class.RELATED),
        ([error(PLC, EWS, 3)], Class.DENIED),  # nothing was seen between these two
        ([error(HMI, APP, 3)], Class.DENIED),
        ([error(PLC, APP, 3), error(PLC, APP, 20)], Class.DENIED),  # nor was it on the other day
        ([error(PLC, APP, 3, kind=8)], Class.DENIED),  # a question
        ([error(PLC, APP, 3, kind=5)], Class.DENIED),  # a redirect: no firewall passes these as related
        ([error(PLC, APP, 3, said=Said.RECORDED)], Class.DENIED),  # our firewall says that it is not related
    ],
)
def test_an_error_about_what_is_permitted_passes(rows: list[Row], verdict: Class, tmp_path: Path) -> None:
    judge(TEXT, rows, verdict, tmp_path)


def judge(text: str, rows: list[Row], verdict: Class, tmp_path: Path) -> None:
    """The comparison, the gate, and the plan."""
    text = text.replace("conduit recipes mes ->", "conduit recipes mes <->")
    made = api.check(plant(tmp_path / "plant", text), AT)[0]
    enforced = text.replace("mes <-> line {", "mes <-> line { mode enforce")
    after = Side("new", api.check(plant(tmp_path / "new", enforced), AT)[0], AT)
    with ledger(tmp_path / "baseline", [*POLLS, *rows]) as kept:
        compared = compare(made, kept, AT)
        [found] = [entry.judged.verdict for entry in compared.entries if entry.seen.proto == 1]
        told = (found is Class.RELATED, verdict is Class.RELATED)
        assert told[0] is told[1], found
        [ready] = readiness(compared, kept, Gate(new_keys=9), {"recipes"})
        assert (ready.state is State.READY) is (verdict is Class.RELATED), reasons(ready)
        stops = observed(Side("old", made, AT), after, kept).stopped
        assert bool(stops) is (verdict is not Class.RELATED)

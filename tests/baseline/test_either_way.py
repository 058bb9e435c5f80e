"""UDP between equal ports of which nothing tells who opened, and which the policy permits in neither direction.

It may be a session of either zone's, and enforcing either way would stop it then: no conduit between the two is ready.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from segc import api
from segc.baseline.compare import compare
from segc.baseline.readiness import Readiness, State, readiness
from segc.baseline.store import Ledger
from segc.settings import Expected, Gate
from tests.baseline.made import Line, learn
from tests.baseline.plants import TEXT, plant
from tests.baseline.test_readiness import AT, BACKUP, GATE, MODBUS, judged, reasons

SERVICES = TEXT.replace("service backup", "service status { tcp 9100 }\nservice fins { udp 9600 }\nservice backup")
BACK = 'conduit back line -> mes {\n  owner production\n  allow plc -> app : status { because "x" }\n}\n'
BOTH = SERVICES + BACK
STATUS = Line("10.3.0.11", "10.30.0.10", 9100, range(14))
FINS = Line("10.30.0.50", "10.3.0.21", 9600, (3, 9), proto="udp", sport=9600)  # ews and hmi; twice tells nothing
SILENT = FINS._replace(state="S0")


def states(found: dict[str, Readiness]) -> dict[str, State]:
    return {name: one.state for name, one in found.items()}


@pytest.mark.parametrize(
    "came", [FINS, FINS._replace(src=FINS.dst, dst=FINS.src), SILENT], ids=["there", "back", "silent"]
)
def test_what_either_zone_may_have_opened_keeps_both_conduits_from_being_ready(came: Line, tmp_path: Path) -> None:
    compared, found = judged(tmp_path, [MODBUS, BACKUP, STATUS, came], text=BOTH)
    assert states(found) == {"recipes": State.NOT_READY, "back": State.NOT_READY, "copies": State.READY}
    assert "would stop 1 " in reasons(found["recipes"])
    assert "would stop 1 " in reasons(found["back"])
    told = [entry.seen for entry in (*compared.unexplained(), *compared.aside)]
    assert [(one.src, one.n) for one in told] == [(came.src, 2)], "in the answer to all, it counts once"
    assert sum(map(len, compared.by_pair().values())) == len(compared.unexplained())


@pytest.mark.parametrize(
    "came", [FINS._replace(days=range(6)), FINS._replace(sport=50_000)], ids=["again and again", "ports"]
)
def test_what_is_known_to_be_asked_counts_for_the_conduit_of_who_asks(came: Line, tmp_path: Path) -> None:
    _, found = judged(tmp_path, [MODBUS, BACKUP, STATUS, came], text=BOTH)
    assert states(found) == {"recipes": State.NOT_READY, "back": State.READY, "copies": State.READY}


@pytest.mark.parametrize("flow", ["ews -> hmi", "hmi -> ews"])
def test_a_flow_that_permits_it_either_way_explains_it_in_both(flow: str, tmp_path: Path) -> None:
    conduit = "recipes mes -> line {" if flow == "ews -> hmi" else "back line -> mes {"
    text = BOTH.replace(conduit, f'{conduit}\n  allow {flow} : fins {{ because "y" }}')
    _, found = judged(tmp_path, [MODBUS, BACKUP, STATUS, FINS], text=text)
    assert set(states(found).values()) == {State.READY}
    keys = {name: found[name].incidence.keys for name in ("recipes", "back")}
    assert keys == ({"recipes": 2, "back": 1} if flow == "ews -> hmi" else {"recipes": 1, "back": 2})


def test_a_conduit_that_opens_both_ways_counts_it_once(tmp_path: Path) -> None:
    both = SERVICES.replace("conduit recipes mes -> line", "conduit recipes mes <-> line")
    _, found = judged(tmp_path, [MODBUS, BACKUP, FINS, SILENT._replace(port=9700, sport=9700)], text=both)
    assert len(found["recipes"].denied) == 1
    assert "would stop 1 key that was seen (2 sessions)" in reasons(found["recipes"])
    assert "would stop 1 key of UDP that keeps coming" in reasons(found["recipes"])
    assert found["recipes"].incidence.keys == 2


def test_a_conduit_without_any_other_traffic_is_not_ready_by_it(tmp_path: Path) -> None:
    """Nor where only that conduit is asked for."""
    made, _ = api.check(plant(tmp_path / "plant", BOTH), AT)
    with Ledger.open(learn(tmp_path / "baseline", [MODBUS, BACKUP, FINS])) as ledger:
        [found] = readiness(compare(made, ledger, AT, GATE), ledger, GATE, {"back"})
    assert (found.state, found.sensors) == (State.NOT_READY, ("span",))
    assert [reason for reason in found.reasons if reason.stops]


def test_where_a_grant_was_open_for_a_part_of_the_hour_it_may_have_come_from_either(tmp_path: Path) -> None:
    grant = (
        'grant visit { owner production; allow ews -> hmi : fins { because "x" }; window Mon-Sun 12:30-14:00; '
        "until 2026-12-01; approved-by lead }\n"
    )  # 10 o'clock UTC is 12 in Vienna
    for came, state in ((FINS, State.NOT_READY), (FINS._replace(hour=11), State.READY)):
        folder = tmp_path / str(came.hour)
        folder.mkdir()
        _, found = judged(folder, [MODBUS, BACKUP, STATUS, came], text=BOTH + grant)
        assert states(found) == {"recipes": state, "back": state, "copies": State.READY}


@pytest.mark.parametrize(("ways", "state"), [(1, State.NOT_READY), (2, State.READY)])
def test_who_may_be_stopped_one_way_may_not_be_the_other(ways: int, state: State, tmp_path: Path) -> None:
    """That the line may not open to MES says nothing of what MES opens to the line."""
    both = (("line", "mes"), ("mes", "line"))
    gate = Gate(expected=tuple(Expected(*pair, "any", date(2027, 1, 1), "no need") for pair in both[:ways]))
    _, found = judged(tmp_path, [MODBUS, BACKUP, STATUS, FINS._replace(src=FINS.dst, dst=FINS.src)], gate, BOTH)
    assert (found["recipes"].state, found["back"].state) == (state, state), reasons(found["recipes"])

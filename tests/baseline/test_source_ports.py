"""A baseline keeps no source ports: what a flow that limits them permits is said by whoever has tested it."""

from __future__ import annotations

from pathlib import Path

import pytest

from segc import api
from segc.baseline.compare import compare
from segc.baseline.draft.evidence import LIMITED as LEFT
from segc.baseline.draft.learned import unexplained
from segc.baseline.draft.rules import rules
from segc.baseline.draft.services import Shelf
from segc.baseline.draft.text import text as draft_of
from segc.baseline.judged import Class
from segc.baseline.observed import Said
from segc.baseline.promotion import evidence
from segc.baseline.readiness import Readiness, State, readiness
from segc.cli.library import services
from segc.report.baseline.status import conduit_entry, lines
from segc.settings import Gate
from tests.baseline.plants import TEXT, plant
from tests.baseline.test_crowds import APP, AT, EWS, PLC, ledger, seen
from tests.baseline.test_draft_laws import together
from tests.baseline.test_draft_many import ABOUT
from tests.baseline.test_readiness import reasons

LIMITED = TEXT.replace("service backup", "service dcs { tcp 502 { source-port 40000-40010 } }\nservice backup")
POLLS = [seen(APP, PLC, day=day, n=9, answered=9) for day in range(14)]
TESTED = "tested 2026-10-20"


def text_of(said: str) -> str:
    return LIMITED.replace(
        'app -> plc : modbus { because "set-points" }', f'app -> plc : dcs {{ because "x"; {said} }}'
    )


def asked(folder: Path, text: str, *more: object, said: int = Said.NOTHING) -> tuple[Readiness, list[Class]]:
    made = api.check(plant(folder / "plant", text), AT)[0]
    rows = [row._replace(said=said) for row in (*POLLS, *more)]  # type: ignore[attr-defined]
    with ledger(folder / "baseline", rows) as kept:
        compared = compare(made, kept, AT)
        [found] = readiness(compared, kept, Gate(), {"recipes"})
        told = [answer for answer in evidence(compared, found, Gate()) if "believed" in answer.text]
        assert len(told) == (found.believed > 0)
        assert all(answer.holds for answer in told)
        assert conduit_entry(compared, found)["believed"] == found.believed
        assert ("believed" in "".join(lines(conduit_entry(compared, found), whole=True))) is (found.believed > 0)
        return found, [one.judged.verdict for one in compared.entries]


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("expect steady", Class.WRONG_SERVICE),
        (TESTED, Class.PERMITTED),
        ("tested 2025-10-20", Class.WRONG_SERVICE),
        ("tested 2026-11-20", Class.WRONG_SERVICE),
    ],
)
def test_whoever_has_tested_a_flow_says_that_what_was_seen_is_its(said: str, verdict: Class, tmp_path: Path) -> None:
    found, verdicts = asked(tmp_path, text_of(said))
    assert verdicts == [verdict]
    assert found.state is (State.READY if verdict is Class.PERMITTED else State.NOT_READY), reasons(found)
    assert ("say `tested DATE`" in reasons(found)) is (verdict is Class.WRONG_SERVICE)


@pytest.mark.parametrize(
    ("flow", "believed"),
    [
        ("app -> plc : dcs", 1),
        ("app, ews -> plc : dcs", 0),
        ("app -> plc, hmi : dcs", 0),
        ("mes -> plc : dcs", 0),
        ("app -> line : dcs", 0),
        ("cell -> plc : dcs", 0),
        ("app -> racks : dcs", 0),
        ("app, ews -> plc : modbus", 0),
    ],
)
def test_a_test_is_believed_of_one_machine_to_one_other(flow: str, believed: int, tmp_path: Path) -> None:
    """What was tried of one pair tells nothing of the others. Where no source port is asked for, no test is needed."""
    text = text_of(TESTED).replace("app -> plc : dcs", flow)
    text = text.replace("asset ews", "asset cell 10.30.0.8-10.30.0.12 { kind hmi }\n  asset ews")
    text = text.replace("asset hmi", "asset racks 10.3.0.10-10.3.0.13 { kind plc }\n  asset hmi")
    found, [verdict] = asked(tmp_path, text)
    assert verdict is (Class.PERMITTED if believed or "modbus" in flow else Class.WRONG_SERVICE)
    assert found.believed == believed
    assert (found.state is State.READY) is (believed > 0), reasons(found)
    assert ("of these two machines alone" in reasons(found)) is (verdict is Class.WRONG_SERVICE)


def test_what_our_firewall_recorded_as_not_permitted_no_test_explains(tmp_path: Path) -> None:
    """It knows source ports."""
    found, verdicts = asked(tmp_path, text_of(TESTED), said=Said.RECORDED)
    assert verdicts == [Class.WRONG_SERVICE]
    assert found.state is State.NOT_READY
    assert "say `tested DATE`" not in reasons(found)


def test_a_test_explains_nothing_but_what_the_flow_would_permit(tmp_path: Path) -> None:
    """Another port, another machine, and a port that no log told."""
    others = [seen(APP, PLC, 503, answered=1), seen(EWS, PLC, answered=1), seen(APP, PLC, -1, answered=1)]
    found, verdicts = asked(tmp_path, text_of(TESTED), *others)
    assert sorted(verdicts) == [Class.DENIED, Class.PERMITTED, Class.WRONG_SERVICE, Class.WRONG_SERVICE]
    assert "say `tested DATE`" not in reasons(found)


def test_a_grant_is_judged_by_its_hours_tested_or_not(tmp_path: Path) -> None:
    grant = (
        f'grant visit {{ owner production; allow ews -> plc : dcs {{ because "x"; {TESTED} }}; until 2026-12-31; '
        "approved-by lead }\n"
    )
    _, verdicts = asked(tmp_path, text_of(TESTED) + grant, seen(EWS, PLC, answered=1))
    assert sorted(verdicts) == [Class.PERMITTED, Class.WRONG_SERVICE]


GRANT = 'grant visit { owner production; allow app -> plc : dcs { because "x" }; until 2026-10-31; approved-by lead }\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (text_of("expect steady"), Said.NOTHING),
        (text_of(TESTED), Said.RECORDED),
        (text_of(TESTED).replace("app -> plc : dcs", "app, ews -> plc : dcs"), Said.NOTHING),
        (LIMITED.replace("app -> plc : modbus", "app -> hmi : modbus") + GRANT, Said.NOTHING),
    ],
)
def test_no_flow_is_drafted_beside_one_that_limits_source_ports(text: str, said: Said, tmp_path: Path) -> None:
    """The draft has no source ports: taken, it would let in what the flow keeps out."""
    path = plant(tmp_path / "plant", text)
    made = api.check(path, AT)[0]
    rows = [row._replace(said=said) for row in (*POLLS, seen(APP, PLC, 503, answered=1))]
    with ledger(tmp_path / "baseline", rows) as kept:
        drafted = rules(made, Shelf(made, services()), unexplained(compare(made, kept, AT), kept))
        assert [(one.key.port, why) for one, why in drafted.left] == [(502, LEFT)]
        told = draft_of(made, drafted, ABOUT)
        assert LEFT in told
        after, errors = together(path, told)
        assert errors == []
        verdicts = {one.judged.key.port: one.judged.verdict for one in compare(after, kept, AT).entries}
    assert verdicts == {502: Class.WRONG_SERVICE, 503: Class.PERMITTED}

"""What is no evidence for a flow, and would be stopped all the same: of scans, and UDP that nobody answers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import pytest

from segc import api
from segc.baseline.compare import compare
from segc.baseline.direction import Known
from segc.baseline.observed import Noise
from segc.baseline.readiness import State, readiness
from segc.baseline.store import Ledger
from segc.settings import Expected, Gate
from tests.baseline.made import START, Line, learn
from tests.baseline.plants import TEXT, plant
from tests.baseline.store import logs
from tests.baseline.test_readiness import AT, BACKUP, GATE, MODBUS, judged, reasons


def test_what_answered_a_scanner_would_be_stopped_all_the_same(tmp_path: Path) -> None:
    """A station that polls a line of which most is off looks like a scanner, on each day on which it does."""
    polls = [Line("10.30.0.50", f"10.3.0.{100 + n}", 502, range(14), state="S0") for n in range(30)]
    lives = Line("10.30.0.50", "10.3.0.11", 102, range(14))
    compared, found = judged(tmp_path, [MODBUS, BACKUP, *polls, lives])
    assert not compared.unexplained(), "nothing of it is learned"
    assert found["recipes"].state is State.NOT_READY
    assert "would stop 1 key that answered a machine which also scanned (10.30.0.50 -> 10.3.0.11 : tcp 102)" in reasons(
        found["recipes"]
    )
    assert found["copies"].state is State.READY


def test_a_scanner_that_may_be_stopped_stops_nothing(tmp_path: Path) -> None:
    polls = [Line("10.30.0.50", f"10.3.0.{100 + n}", 502, range(14), state="S0") for n in range(30)]
    gate = Gate(expected=(Expected("mes.ews", "line", "any", date(2027, 1, 1), "inventory tool"),))
    _, found = judged(tmp_path, [MODBUS, BACKUP, *polls, Line("10.30.0.50", "10.3.0.11", 102, range(14))], gate)
    assert found["recipes"].state is State.READY, reasons(found["recipes"])


@pytest.mark.parametrize(("days", "state"), [(range(14), State.NOT_READY), ((3,), State.READY)])
def test_udp_that_keeps_coming_is_there_though_nobody_answers(
    days: Iterable[int], state: State, tmp_path: Path
) -> None:
    beats = Line("10.30.0.10", "10.3.0.21", 9001, days, proto="udp", state="S0")
    _, found = judged(tmp_path, [MODBUS, BACKUP, beats])
    assert found["recipes"].state is state, reasons(found["recipes"])
    assert ("of UDP that keeps coming" in reasons(found["recipes"])) is (state is State.NOT_READY)


SCANNED = [Line("10.30.0.50", f"10.3.0.{100 + n}", 502, range(14), state="S0") for n in range(30)]
WAYS_OUT = {
    "answered a scanner": (
        [*SCANNED, Line("10.30.0.50", "10.3.0.11", 102, range(14))],
        "service own { tcp 102 }\n",
        "allow ews -> plc : own",
    ),
    "never answered": (
        [Line("10.30.0.10", "10.3.0.21", 9001, range(14), proto="udp", state="S0")],
        'service own { udp 9001; initiator "publisher" }\n',
        "allow app -> hmi : own",
    ),
}


@pytest.mark.parametrize("case", WAYS_OUT)
def test_what_the_reason_tells_people_to_write_helps(case: str, tmp_path: Path) -> None:
    """A draft names no such key, so somebody has to write the flow."""
    lines, service, flow = WAYS_OUT[case]
    (tmp_path / "before").mkdir()
    _, before = judged(tmp_path / "before", [MODBUS, BACKUP, *lines])
    assert before["recipes"].state is State.NOT_READY
    assert "write the flow by hand" in reasons(before["recipes"])
    assert ('initiator "publisher"' in reasons(before["recipes"])) is ("publisher" in service)
    text = TEXT.replace("  allow app -> plc", f'  {flow} {{ because "x" }}\n  allow app -> plc') + service
    made, _ = api.check(plant(tmp_path / "plant", text), AT)
    folder = learn(tmp_path / "baseline", [MODBUS, BACKUP, *lines], known=Known.of(made.services.values()))
    with Ledger.open(folder) as ledger:
        found = {one.conduit.name: one for one in readiness(compare(made, ledger, AT), ledger, GATE)}
    assert found["recipes"].state is State.READY, reasons(found["recipes"])


@pytest.mark.parametrize("until", ["2026-10-01", "2026-10-31"])
def test_what_answered_a_scanner_is_judged_by_the_hours_of_its_grant(until: str, tmp_path: Path) -> None:
    """A vendor's tool looks for machines and then speaks to one. When the grant is over, that is stopped."""
    grant = f'grant visit {{ owner production; allow ews -> hmi : modbus {{ because "x" }}; until {until}; approved-by lead }}\n'
    looks = [Line("10.30.0.50", f"10.3.0.{100 + n}", 502, (3, 4, 5), state="S0") for n in range(40)]
    speaks = Line("10.30.0.50", "10.3.0.21", 502, (3, 4, 5))
    _, found = judged(tmp_path, [MODBUS, BACKUP, *looks, speaks], text=TEXT + grant)
    stopped = "would stop 1 key that answered a machine which also scanned" in reasons(found["recipes"])
    assert stopped == (until == "2026-10-01")
    assert (found["recipes"].state is State.READY) == (not stopped)


@pytest.mark.parametrize("targets", [24, 30])
def test_telemetry_to_many_is_told_as_that_to_few(targets: int, tmp_path: Path) -> None:
    """Without an answer it looks like a scan from 25 targets on."""
    sends = [Line("10.30.0.50", f"10.3.0.{100 + n}", 7000, range(14), proto="udp", state="S0") for n in range(targets)]
    _, found = judged(tmp_path, [MODBUS, BACKUP, *sends])
    assert found["recipes"].state is State.NOT_READY
    assert f"would stop {targets} keys of UDP that keeps coming though nobody answers" in reasons(found["recipes"])


def asa(days: Iterable[int], *, others: int = 0) -> str:
    """A firewall's day: a station asks 30 machines by TCP in vain, one by UDP, and `others` by UDP as well."""
    lines = []
    for day in days:
        head = f"{START + timedelta(days=day):%b %d %Y} 10:00:00 fw : %ASA-6-"
        ends = [("TCP", 302014, f"10.3.0.{100 + n}/502", "0 SYN Timeout") for n in range(30)]
        ends += [("UDP", 302016, f"10.3.0.{21 + n}/9001", "90") for n in range(1 + others)]
        for number, (word, kind, target, size) in enumerate(ends):
            whole = f"mes:10.30.0.50/{50000 + number} to line:{target}"
            both = f"mes:10.30.0.50/{50000 + number} (10.30.0.50/{50000 + number}) to line:{target} ({target})"
            lines.append(f"{head}{kind - 1}: Built inbound {word} connection {day}{number} for {both}")
            lines.append(
                f"{head}{kind}: Teardown {word} connection {day}{number} for {whole} duration 0:00:30 bytes {size}"
            )
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("others", [0, 20])
def test_what_may_have_answered_a_scanner_is_held(others: int, tmp_path: Path) -> None:
    """An ASA tells no answers by UDP. They do not hide that nobody answered by TCP, and may be missed."""
    learn(tmp_path / "baseline", [MODBUS, BACKUP])
    log = tmp_path / "asa.log"
    log.write_text(asa((3,), others=others), encoding="utf-8")
    logs.learn(tmp_path / "baseline", log, sensor="fw")
    made, _ = api.check(plant(tmp_path / "plant", TEXT), AT)
    with Ledger.open(tmp_path / "baseline") as ledger:
        compared = compare(made, ledger, AT, GATE)
        assert {seen.noise for seen in ledger.noise()} == {Noise.SCAN}
        assert not compared.unexplained(), "nothing of it is learned"
        found = {one.conduit.name: one for one in readiness(compared, ledger, GATE)}
    held = {(entry.seen.dst, entry.seen.port) for entry in compared.aside}
    assert held == {(f"10.3.0.{21 + n}", 9001) for n in range(1 + others)}
    keys = "1 key" if not others else f"{1 + others} keys"
    assert f"would stop {keys} that may have answered a machine which also scanned" in reasons(found["recipes"])


BOARDS = "service andon { udp 9001 }\nzone boards { level 2; owner production; net 10.5.0.0/24 }\n"
SENDS = 'conduit shows mes -> boards { allow app -> boards : andon { because "displays" } }\n'
ANDON = [Line("10.30.0.10", f"10.5.0.{10 + n}", 9001, range(14), proto="udp", state="S0") for n in range(40)]


def test_what_a_permitted_sender_to_many_does_else_counts(tmp_path: Path) -> None:
    """Its displays never answer, so that it looks like a scanner; its recipes are seen all the same."""
    compared, found = judged(tmp_path, [MODBUS, BACKUP, *ANDON], text=TEXT + BOARDS + SENDS)
    assert [entry.seen.days for entry in compared.entries if entry.seen.src == "10.30.0.10"] == [14]
    assert found["recipes"].state is State.READY, reasons(found["recipes"])
    assert found["recipes"].days == 14
    assert "tried, and never answered: `app -> boards : andon`" in reasons(found["shows"])
    assert 'say `initiator "publisher"` in its service' in reasons(found["shows"])


@pytest.mark.parametrize("ports", ["9001", "9000-9255", "9000-9256", "1024-65535"])
def test_who_says_that_nobody_is_to_answer_is_believed_of_however_many_ports(ports: str, tmp_path: Path) -> None:
    """What the reason above tells people to do, does help."""
    text = TEXT + BOARDS.replace("udp 9001", f'udp {ports}; initiator "publisher"') + SENDS
    made, _ = api.check(plant(tmp_path / "plant", text), AT)
    folder = learn(tmp_path / "baseline", [MODBUS, BACKUP, *ANDON], known=Known.of(made.services.values()))
    with Ledger.open(folder) as ledger:
        found = {one.conduit.name: one for one in readiness(compare(made, ledger, AT), ledger, GATE)}
    assert found["shows"].state is State.READY, reasons(found["shows"])


def test_what_it_does_that_nobody_permits_is_no_evidence(tmp_path: Path) -> None:
    other = Line("10.30.0.10", "10.3.0.21", 102, range(14))
    compared, found = judged(tmp_path, [MODBUS, BACKUP, other, *ANDON], text=TEXT + BOARDS + SENDS)
    assert not compared.unexplained()
    assert [(entry.seen.dst, entry.seen.port) for entry in compared.aside] == [("10.3.0.21", 102)]
    assert found["recipes"].state is State.NOT_READY


def test_a_scan_through_what_is_permitted_promises_no_new_keys(tmp_path: Path) -> None:
    """An inventory tool asks a network once a month; those who answer are no sign of more to come."""
    text = TEXT.replace(
        'allow app -> plc : modbus { because "set-points" }', "allow app -> plc : modbus; allow ews -> line : modbus"
    )
    asked = [Line("10.30.0.50", f"10.3.0.{100 + n}", 502, (5,), state="S0") for n in range(100)]
    answers = [Line("10.30.0.50", f"10.3.0.{11 + n}", 502, (5,)) for n in range(15)]
    _, found = judged(tmp_path, [MODBUS, BACKUP, *asked, *answers], Gate(inventory=0), text)
    assert found["recipes"].state is State.READY, reasons(found["recipes"])


def test_a_key_in_and_out_of_scans_counts_its_days_once(tmp_path: Path) -> None:
    early = Line("10.30.0.10", "10.3.0.11", 502, range(14), hour=4)
    compared, _ = judged(tmp_path, [MODBUS, early, BACKUP, *ANDON[:30]], text=TEXT + BOARDS + SENDS)
    [entry] = [entry for entry in compared.entries if entry.seen.src == "10.30.0.10"]
    assert (entry.seen.days, entry.seen.n, entry.seen.noise) == (14, 28, 0)


def test_a_grant_that_was_open_in_a_scan_permits_what_was_answered(tmp_path: Path) -> None:
    grant = 'grant visit { owner production; allow ews -> hmi : modbus { because "x" }; until 2026-10-31; approved-by lead }\n'
    looks = [Line("10.30.0.50", f"10.3.0.{100 + n}", 502, (3, 4, 5), state="S0") for n in range(40)]
    compared, _ = judged(
        tmp_path, [MODBUS, BACKUP, *looks, Line("10.30.0.50", "10.3.0.21", 502, (3, 4, 5))], text=TEXT + grant
    )
    [entry] = [entry for entry in compared.entries if entry.seen.src == "10.30.0.50"]
    assert entry.judged.grant is not None
    assert entry.judged.grant.name == "visit"


def test_what_nobody_knows_the_answer_of_is_held_too(tmp_path: Path) -> None:
    """A firewall tells what it passed, and not what came of it; a machine that it also stops at many looks like a scanner."""
    looks = [Line("10.30.0.50", f"10.3.0.{100 + n}", 445, range(14), state="S0") for n in range(30)]
    desk = Line("10.30.0.50", "10.3.0.21", 3389, range(14), state="OTH")
    _, found = judged(tmp_path, [MODBUS, BACKUP, *looks, desk])
    assert found["recipes"].state is State.NOT_READY
    assert "would stop 1 key that may have answered a machine which also scanned" in reasons(found["recipes"])


@pytest.mark.parametrize(("days", "state"), [(14, State.NOT_READY), (1, State.READY)])
def test_udp_that_takes_another_port_each_day_keeps_coming(days: int, state: State, tmp_path: Path) -> None:
    media = [Line("10.30.0.10", "10.3.0.21", 20_000 + n, (n,), proto="udp", state="S0") for n in range(days)]
    _, found = judged(tmp_path, [MODBUS, BACKUP, *media])
    assert found["recipes"].state is state, reasons(found["recipes"])


def test_udp_keeps_coming_whether_or_not_a_scan_hides_a_day_of_it(tmp_path: Path) -> None:
    looks = [Line("10.30.0.50", f"10.3.0.{100 + n}", 445, (5,), state="S0") for n in range(30)]
    beats = Line("10.30.0.50", "10.3.0.21", 9001, (5, 9), proto="udp", state="S0")
    _, found = judged(tmp_path, [MODBUS, BACKUP, *looks, beats])
    assert found["recipes"].state is State.NOT_READY
    assert "would stop 1 key of UDP that keeps coming" in reasons(found["recipes"])


NETS = (((10 << 24) + (3 << 16), (10 << 24) + (3 << 16) + 63),)  # 10.3.0.0/26, as a plant said when logs were read
SHOWS = Line("10.30.0.10", "10.3.0.63", 6000, range(14), proto="udp", state="S0")
SHOWN = "asset disp 10.3.0.63 { kind hmi }\n  asset plc"


@pytest.mark.parametrize("net", ["10.3.0.0/26", "10.3.0.0/24"])
def test_a_router_passes_on_what_is_called_a_broadcast(net: str, tmp_path: Path) -> None:
    """The last address of a network may be a machine: of a larger one, today, or as far as its own network knows."""
    _, found = judged(tmp_path, [MODBUS, BACKUP, SHOWS], text=TEXT.replace("10.3.0.0/24", net), nets=NETS)
    assert found["recipes"].state is State.NOT_READY
    assert "would stop 1 key of UDP that keeps coming though nobody answers (10.30.0.10 -> 10.3.0.63" in reasons(
        found["recipes"]
    )


def test_a_broadcast_within_its_zone_is_noise(tmp_path: Path) -> None:
    inside = SHOWS._replace(src="10.3.0.21")
    compared, found = judged(
        tmp_path, [MODBUS, BACKUP, inside], text=TEXT.replace("10.3.0.0/24", "10.3.0.0/26"), nets=NETS
    )
    assert not compared.aside
    assert found["recipes"].state is State.READY


def test_what_was_taken_for_a_broadcast_and_is_permitted_was_seen(tmp_path: Path) -> None:
    """Nobody answers syslog, so that silence tells nothing."""
    text = TEXT.replace("asset plc", SHOWN).replace("allow app", "allow app -> disp : notes\n  allow app", 1)
    text = text.replace("service backup", "service notes { udp 514 }\nservice backup")
    _, found = judged(tmp_path, [MODBUS, BACKUP, SHOWS._replace(port=514)], text=text, nets=NETS)
    assert found["recipes"].state is State.READY, reasons(found["recipes"])


VISITOR = "10.30.0.99"
TRIED = Line(VISITOR, "10.3.0.21", 445, (3, 4), state="S0")
SPOKE = TRIED._replace(state="SF")
LOOKED = [Line(VISITOR, f"10.3.0.{100 + n}", 102, (3, 4), state="S0") for n in range(30)]
FOUND = Line(VISITOR, "10.3.0.11", 102, (3, 4))
HELLO = Line(VISITOR, "224.0.0.251", 5353, (3, 4), proto="udp", state="S0")
BESIDES = Line(VISITOR, "10.40.0.9", 445, (3,), state="S0")


@pytest.mark.parametrize("did", [[TRIED], [SPOKE], [TRIED, SPOKE], LOOKED, [*LOOKED, FOUND], [TRIED, HELLO]])
def test_who_may_be_stopped_in_all_that_he_did_need_not_be_declared(did: list[Line], tmp_path: Path) -> None:
    """Answered or not, scans and attempts too; what no firewall would stop is not asked about."""
    gate = Gate(expected=(Expected(VISITOR, "line", "any", date(2027, 1, 1), "a visitor, gone"),))
    _, found = judged(tmp_path, [MODBUS, BACKUP, *did], gate)
    assert found["recipes"].state is State.READY, reasons(found["recipes"])


@pytest.mark.parametrize(("did", "spoken"), [([SPOKE, BESIDES], "any"), ([TRIED, FOUND], "tcp 445"), ([HELLO], "any")])
def test_who_did_something_else_besides_must_be_declared(did: list[Line], spoken: str, tmp_path: Path) -> None:
    gate = Gate(expected=(Expected(VISITOR, "line", spoken, date(2027, 1, 1), "a visitor, gone"),))
    _, found = judged(tmp_path, [MODBUS, BACKUP, *did], gate)
    assert found["recipes"].machines.unknown == (VISITOR,)
    assert found["recipes"].state is State.NOT_READY


@pytest.mark.parametrize(("sends", "unknown"), [("10.3.0.63", (VISITOR,)), ("10.30.0.63", ())])
def test_what_a_router_passes_on_is_asked_about_and_a_broadcast_at_home_is_not(
    sends: str, unknown: tuple[str, ...], tmp_path: Path
) -> None:
    shouts = Line(VISITOR, sends, 6000, (3,), proto="udp", state="S0")
    gate = Gate(expected=(Expected(VISITOR, "line", "tcp 445", date(2027, 1, 1), "a visitor, gone"),))
    nets = (*NETS, ((10 << 24) + (30 << 16), (10 << 24) + (30 << 16) + 63))
    _, found = judged(tmp_path, [MODBUS, BACKUP, TRIED, shouts], gate, nets=nets)
    assert found["recipes"].machines.unknown == unknown


def test_who_tried_on_one_day_and_was_never_answered_need_be_no_machine(tmp_path: Path) -> None:
    once = [one._replace(days=(3,)) for one in (TRIED, *LOOKED)]
    _, found = judged(tmp_path, [MODBUS, BACKUP, *once])
    assert found["recipes"].state is State.READY, reasons(found["recipes"])
    assert found["recipes"].machines.total == 2


@pytest.mark.parametrize("days", [(3,), range(14)])
def test_what_is_never_broadcast_is_none_at_a_networks_last_address(days: Iterable[int], tmp_path: Path) -> None:
    """GRE to a machine there, say; nobody tells whether it answered."""
    tunnel = SHOWS._replace(proto="gre", port=0, state="OTH", days=days)
    text = TEXT.replace("10.3.0.0/24", "10.3.0.0/26")
    _, found = judged(tmp_path, [MODBUS, BACKUP, tunnel], text=text, nets=NETS)
    assert found["recipes"].state is State.NOT_READY
    assert "would stop 1 key to the last address of a network" in reasons(found["recipes"])


def test_udp_keeps_coming_to_a_collector_from_whomever(tmp_path: Path) -> None:
    """Clients have another address each day, and nobody answers any of them."""
    clients = [Line(f"10.30.0.{100 + n}", "10.3.0.21", 6000, (n,), proto="udp", state="S0") for n in range(14)]
    _, found = judged(tmp_path, [MODBUS, BACKUP, *clients], Gate(inventory=0))
    assert found["recipes"].state is State.NOT_READY
    assert "would stop 14 keys of UDP that keeps coming" in reasons(found["recipes"])

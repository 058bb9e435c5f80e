"""Groups and addresses of a link that somebody has declared are like all others; those of nobody are kept and not learned."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from segc import api
from segc.baseline.classify import Classifier
from segc.baseline.compare import Comparison, compare
from segc.baseline.ingest.learn import Learner, Options
from segc.baseline.judged import Class
from segc.baseline.ledger import Key
from segc.baseline.observed import Grade, Noise, Observed, Said
from segc.baseline.readiness import State, readiness
from segc.baseline.scans import passes
from segc.baseline.sources.protocol import Context
from segc.baseline.store import Ledger
from segc.baseline.watch.alerts import Alerts
from segc.settings import Expected, Gate
from tests.baseline.made import START, Line, learn
from tests.baseline.plants import TEXT, plant
from tests.baseline.test_readiness import AT, BACKUP, MODBUS, judged, reasons

HMI = "  asset hmi 10.3.0.21 { kind hmi }\n"
GROUP = TEXT.replace(HMI, f"{HMI}  asset group 239.192.1.1 {{ kind hmi }}\n")
LINK = TEXT.replace(HMI, f"{HMI}  net 169.254.10.0/24\n  asset drive 169.254.10.5 {{ kind plc }}\n")
OUT = f"""{TEXT}zone out {{ level 5; owner office-it; net any }}
conduit up mes -> out {{ allow ews -> out : backup {{ because "x" }} }}
"""
FETCHES = Line("10.30.0.50", "198.51.100.7", 873, range(14))


def sends(group: str) -> Line:
    return Line("10.30.0.50", group, 4840, range(14), proto="udp", state="S0")


def verdicts(compared: Comparison, target: str) -> list[Class]:
    return [one.judged.verdict for one in compared.entries if one.seen.dst == target]


def test_what_goes_to_a_declared_group_is_asked_for(tmp_path: Path) -> None:
    compared, found = judged(tmp_path, [MODBUS, BACKUP, sends("239.192.1.1")], text=GROUP)
    assert verdicts(compared, "239.192.1.1") == [Class.DENIED]
    assert found["recipes"].state is State.NOT_READY


@pytest.mark.parametrize(
    ("initiator", "target"), [("", "group"), ('; initiator "publisher"', "group"), ("", "line"), ("", "hmi, group")]
)
def test_a_flow_to_a_declared_group_is_seen_though_nobody_answers(initiator: str, target: str, tmp_path: Path) -> None:
    flow = f'  allow ews -> {target} : pubsub {{ because "x" }}\n'
    text = GROUP.replace("service backup", f"service pubsub {{ udp 4840{initiator} }}\nservice backup")
    text = text.replace("conduit recipes mes -> line {\n", f"conduit recipes mes -> line {{\n{flow}")
    answered = [Line("10.30.0.50", "10.3.0.21", 4840, range(14), proto="udp")] if "hmi" in target else []
    compared, found = judged(tmp_path, [MODBUS, BACKUP, sends("239.192.1.1"), *answered], text=text)
    assert verdicts(compared, "239.192.1.1") == [Class.PERMITTED]
    assert found["recipes"].state is State.READY, reasons(found["recipes"])


@pytest.mark.parametrize("group", ["239.192.1.1", "224.0.0.251", "ff02::fb", "255.255.255.255"])
def test_a_group_of_nobody_stops_nothing(group: str, tmp_path: Path) -> None:
    line = sends(group)._replace(src="fd00::1" if ":" in group else "10.30.0.50")
    compared, found = judged(tmp_path, [MODBUS, BACKUP, line])
    assert sum(map(len, compared.noise.values())) == 1
    assert found["recipes"].state is State.READY, reasons(found["recipes"])


def test_a_zone_may_have_addresses_of_a_link(tmp_path: Path) -> None:
    speaks = Line("10.30.0.50", "169.254.10.5", 102, range(14))
    compared, found = judged(tmp_path, [MODBUS, BACKUP, speaks, speaks._replace(dst="169.254.77.7")], text=LINK)
    assert verdicts(compared, "169.254.10.5") == [Class.DENIED]
    assert [one.dst for one in compared.noise[Noise.LINK_LOCAL]] == ["169.254.77.7"], "that is nobody's"
    assert found["recipes"].state is State.NOT_READY


@pytest.mark.parametrize(
    ("group", "state"),
    [
        ("239.192.1.1", State.NOT_READY),
        ("224.0.1.129", State.NOT_READY),
        ("224.0.0.251", State.READY),  # no router passes it on
        ("255.255.255.255", State.READY),
        ("169.254.7.7", State.READY),
    ],
)
def test_the_zone_of_everybody_else_has_the_groups_that_routers_pass_on(
    group: str, state: State, tmp_path: Path
) -> None:
    _, found = judged(tmp_path, [MODBUS, BACKUP, FETCHES, sends(group)], text=OUT)
    assert found["up"].state is state, reasons(found["up"])
    assert found["recipes"].state is State.READY, "what goes elsewhere says nothing of it"


def test_what_goes_to_a_group_may_be_stopped_if_somebody_says_so(tmp_path: Path) -> None:
    from datetime import date

    gate = Gate(expected=(Expected("mes.ews", "239.192.1.1", "udp 4840", date(2027, 1, 1), "discovery"),))
    _, found = judged(tmp_path, [MODBUS, BACKUP, FETCHES, sends("239.192.1.1")], gate, OUT)
    assert found["up"].state is State.READY, reasons(found["up"])


@pytest.mark.parametrize(
    ("key", "said", "passing"),
    [
        (Key("10.30.0.50", "239.192.1.1", 2, -1), Said.NOTHING, False),
        (Key("10.30.0.50", "239.192.1.1", 2, -1), Said.RECORDED, True),  # it came to our firewall
        (Key("10.30.0.50", "10.3.0.11", 2, -1), Said.NOTHING, False),  # of no group, and none that was set aside
        (Key("10.30.0.50", "239.192.1.1", 103, -1), Said.NOTHING, True),
        (Key("fd00::50", "ff05::1:3", 58, 143 << 8), Said.NOTHING, False),
        (Key("fd00::50", "ff05::1:3", 58, 128 << 8), Said.NOTHING, True),
    ],
)
def test_who_joins_a_group_tells_its_own_link_only(key: Key, said: Said, passing: bool, tmp_path: Path) -> None:
    six = GROUP.replace("asset group 239.192.1.1", "asset group 239.192.1.1, ff05::1:3")
    six = six.replace("net          10.30.0.0/24", "net          10.30.0.0/24, fd00::/64")
    made, _ = api.check(plant(tmp_path / "plant", six), AT)
    classifier = Classifier(made, AT)
    assert passes(classifier.covering, key, said) is passing
    first = int(START.timestamp() * 1e6)
    one = Observed(first, first, key.src, key.dst, key.proto, -1, key.port, grade=Grade.HANDSHAKE, said=said)
    if key.dst != "10.3.0.11":
        assert len(list(Alerts(classifier).put(one))) == passing


def kernel(target: str, pair: str) -> str:
    """A day's record of our own firewall, each day: it would have stopped this."""
    tail = "LEN=80 TOS=0x00 PREC=0x00 TTL=63 ID=0 DF PROTO=UDP SPT=40000 DPT=4840 LEN=60"
    return "".join(
        f"{START + timedelta(days=day, hours=9):%Y-%m-%dT%H:%M:%S}+00:00 fw kernel: segc:A:{pair}  IN=eth0 OUT=eth1 "
        f"MAC=00:11:22:33:44:55:66:77:88:99:aa:bb:08:00 SRC=10.30.0.50 DST={target} {tail}\n"
        for day in range(14)
    )


@pytest.mark.parametrize(
    ("text", "target", "conduit"),
    [(GROUP, "239.192.1.1", "recipes"), (OUT, "224.0.0.251", "up"), (TEXT, "10.3.0.255", "recipes")],
)
def test_what_our_firewall_would_have_stopped_is_never_noise(
    text: str, target: str, conduit: str, tmp_path: Path
) -> None:
    folder = learn(tmp_path / "baseline", [MODBUS, BACKUP, FETCHES])
    log = tmp_path / "kern.log"
    log.write_text(kernel(target, "mes>line"), encoding="utf-8")
    made, _ = api.check(plant(tmp_path / "plant", text), AT)
    nets = ((0x0A030000, 0x0A0300FF),)
    with Learner(folder, Options("", Context(sensor="fw", nets=nets))) as learner:
        assert not learner.learn(str(log)).found
    with Ledger.open(folder) as ledger:
        assert any(one.dst == target for one in ledger.noise())
        compared = compare(made, ledger, AT)
        assert [one.is_unexplained for one in compared.entries if one.seen.dst == target] == [True]
        found = {one.conduit.name: one for one in readiness(compared, ledger, Gate(inventory=0))}
        assert found[conduit].state is State.NOT_READY, reasons(found[conduit])


@pytest.mark.parametrize(
    ("text", "target", "said", "alerts"),
    [
        (GROUP, "239.192.1.1", Said.NOTHING, 1),
        (TEXT, "239.192.1.1", Said.NOTHING, 0),
        (OUT, "239.192.1.1", Said.NOTHING, 1),
        (OUT, "224.0.0.251", Said.NOTHING, 0),
        (OUT, "224.0.0.251", Said.RECORDED, 1),
    ],
)
def test_watching_says_the_same(text: str, target: str, said: Said, alerts: int, tmp_path: Path) -> None:
    made, _ = api.check(plant(tmp_path / "plant", text), AT)
    first = int(START.timestamp() * 1e6)
    one = Observed(first, first, "10.30.0.50", target, 17, 40000, 4840, grade=Grade.HANDSHAKE, said=said)
    assert len(list(Alerts(Classifier(made, AT)).put(one))) == alerts


def test_a_group_is_no_machine_that_somebody_has_to_declare(tmp_path: Path) -> None:
    text = TEXT.replace(HMI, f"{HMI}  net 239.192.0.0/16\n").replace(
        'because "set-points" }', 'because "x" }\n  allow ews -> line : udp 4840 { because "x" }'
    )
    text = text.replace("line : udp 4840", "line : pubsub").replace(
        "service backup", "service pubsub { udp 4840 }\nservice backup"
    )
    compared, found = judged(tmp_path, [MODBUS, BACKUP, sends("239.192.1.1")], text=text)
    assert verdicts(compared, "239.192.1.1") == [Class.PERMITTED]
    assert not found["recipes"].machines.unknown
    assert found["recipes"].state is State.READY, reasons(found["recipes"])

"""A log in which nothing stands but that records are missing: it is known for one, and costs its days."""

from __future__ import annotations

from pathlib import Path

import pytest

from segc.baseline.readiness import State
from segc.baseline.sources import registry
from tests.baseline.test_cut_logs import GAP, learn, lost
from tests.baseline.test_lossy_days import asked
from tests.baseline.test_readiness import reasons
from tests.baseline.test_watching import fw

POLLS = fw("ALLOW ", range(14), "10.30.0.10", "10.3.0.11", 502)
DAYS = [(f"{day}.log", f"{line}\n".encode(), day) for day, line in enumerate(POLLS)]
DAY = "2026-10-10T11:00:00+00:00 fw "
LOSSES = {
    "kernel": GAP,
    "dmesg": "[  512.031337] net_ratelimit: 5 callbacks suppressed\n",
    "journald": DAY + "systemd-journald[9]: Suppressed 112 messages from kernel.service\n",
    "rsyslog": DAY + "rsyslogd: imjournal: begin to drop messages due to rate-limiting\n",
    "syslog-ng": DAY + "syslog-ng[4]: Log statistics; dropped='dst.file(d#0)=12'\n",
    "ulogd": DAY + "ulogd[7]: We are losing events. Please, consider to raise\n",
    "rfc 3164": "Oct 10 11:00:00 fw kernel: nf_log: 7 callbacks suppressed\n",
    "ios": "Oct 10 2026 11:00:00 rt : %SEC-6-IPACCESSLOGRL: access-list logging rate-limited or missed 44 packets\n",
}


@pytest.mark.parametrize("first", [True, False], ids=["before the others", "after them"])
@pytest.mark.parametrize("kind", LOSSES)
def test_it_costs_its_day_without_a_word_of_its_format(kind: str, first: bool, tmp_path: Path) -> None:
    log = ("gap.log", LOSSES[kind].encode(), 5)
    reads = learn(tmp_path, *([log, *DAYS] if first else [*DAYS, log]))
    assert lost(tmp_path) == (list(range(14)) if kind == "dmesg" else [5])
    _, found = asked(tmp_path)
    assert found.state is State.INSUFFICIENT, reasons(found)
    told = reads[0 if first else -1]
    assert [one.name for one in told.found] == ["sensor-lossy"]
    assert told.source is not None
    assert (told.source.unread, told.source.records, told.source.observed) == (0, 0, 0)


def test_a_gap_among_records_is_told_once(tmp_path: Path) -> None:
    data = DAYS[5][1] + GAP.encode()
    *_, told = learn(tmp_path, *[one for one in DAYS if one[0] != "5.log"], ("5.log", data, 5))
    assert ([one.name for one in told.found], lost(tmp_path)) == (["sensor-lossy"], [5])


def test_what_is_not_understood_beside_it_is_told_too(tmp_path: Path) -> None:
    broken = DAYS[5][1].partition(b" PROTO=")[0] + b"\n"
    [told] = learn(tmp_path, ("5.log", DAYS[5][1] * 2 + GAP.encode() + broken, 5))
    assert sorted(one.name for one in told.found) == ["lines-not-read", "sensor-lossy"]
    [unread] = [one for one in told.found if one.name == "lines-not-read"]
    assert (unread.message.startswith("1 of"), len(unread.notes)) == (True, 1)
    assert told.source is not None
    assert told.source.unread == 1


def test_what_grows_behind_it_is_read_as_what_it_is(tmp_path: Path) -> None:
    asa = "Oct 10 2026 12:00:00 fw : %ASA-6-106100: access-list a permitted tcp out/10.30.0.10(40000) -> in/10.3.0.11(502) "
    asa += "hit-cnt 1 first hit [0x1, 0x0]\n"
    learn(tmp_path, ("fw.log", GAP.encode(), 5))
    [told] = learn(tmp_path, ("fw.log", (GAP + asa).encode(), 5))
    assert told.source is not None
    assert (told.source.format, told.source.observed) == ("asa", 1)
    assert lost(tmp_path) == [0]


@pytest.mark.parametrize("text", ["Dear diary, 5 messages lost", "We have lost the game", "kernels: 5 messages lost"])
def test_prose_of_loss_is_no_log(text: str, tmp_path: Path) -> None:
    assert registry.of_gaps(text.encode()) is None
    [told] = learn(tmp_path, ("diary.txt", text.encode(), 5))
    assert ([one.name for one in told.found], told.foreign) == (["log-not-read"], True)

"""What a firewall said it did, from its lines to the ledger."""

from __future__ import annotations

from pathlib import Path

import pytest

from segc.baseline.observed import Noise, Said
from segc.baseline.store import Ledger
from tests.baseline.store.logs import learn


@pytest.mark.parametrize(
    ("prefix", "said", "noise", "unanswered"),
    [
        ("segc:A:mes>line ", Said.RECORDED, Noise.NONE, 0),
        ("segc:L:mes>line ", Said.PASSED, Noise.NONE, 0),
        ("segc:B:mes>line ", Said.STOPPED, Noise.STOPPED, 2),
        ("FORWARD ", Said.NOTHING, Noise.NONE, 0),
    ],
)
def test_two_records_of_a_firewall(prefix: str, said: Said, noise: Noise, unanswered: int, tmp_path: Path) -> None:
    """Whether what was let through had an answer, a record does not tell; what was stopped had none."""
    log = tmp_path / "kern.log"
    lines = [
        f"2026-09-22T{time}+00:00 fw kernel: {prefix}IN=eth0 OUT=eth1 SRC=10.30.0.10 DST=10.3.0.11 LEN=60 TTL=63 ID=1 "
        "PROTO=TCP SPT=40000 DPT=502 WINDOW=64240 RES=0x00 SYN URGP=0\n"
        for time in ("10:00:00", "23:59:59")
    ]
    log.write_text("".join(lines), encoding="utf-8")
    learn(tmp_path / "baseline", log, sensor="fw")
    with Ledger.open(tmp_path / "baseline") as ledger:
        (row,) = ledger.rows()
    assert (row.said, row.noise, row.n, row.answered, row.unanswered) == (said, noise, 2, 0, unanswered)
    assert row.hours == 1 << 10 | 1 << 23

"""Baselines for tests: logs as Zeek writes them, read as any log is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from segc.baseline.direction import Known
from segc.baseline.ingest.learn import Learner, Options
from segc.baseline.sources.protocol import Context

FIELDS = ("ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "proto", "conn_state", "history")
Nets = tuple[tuple[int, int], ...]  # first and last addresses of a plant's networks
START = datetime(2026, 10, 5, tzinfo=UTC)  # a Monday


class Line(NamedTuple):
    """Sessions of somebody to somebody, one on each of these days (counted from START) at an hour of UTC. `sport`: from this
    port, and not from one of its own; its opening was not seen.
    """

    src: str
    dst: str
    port: int
    days: Iterable[int]
    hour: int = 10
    proto: str = "tcp"
    state: str = "SF"
    sport: int = 0


def learn(
    folder: Path,
    lines: Iterable[Line],
    sensor: str = "span",
    *,
    lossy: bool = False,
    nets: Nets = (),
    known: Known | None = None,
) -> Path:
    """A baseline in `folder`, with one more log."""
    log = folder.parent / f"{folder.name}-{sensor}.log"
    rows = ["#separator \\x09", "#path\tconn", "\t".join(("#fields", *FIELDS))]
    for number, line in enumerate(lines):
        for day in line.days:
            stamp = START.timestamp() + day * 86400 + line.hour * 3600 + number
            history = "ShADadFf" if line.state == "SF" else "S"
            history = "D" if line.sport else history  # so that its opening was not seen
            ends = (line.src, str(line.sport or 40000 + number), line.dst, str(line.port))
            rows.append("\t".join((f"{stamp:.6f}", f"C{number}-{day}", *ends, line.proto, line.state, history)))
    log.write_text("\n".join(rows) + "\n", encoding="utf-8")
    context = Context(sensor=sensor, lossy=lossy, nets=nets, known=known or Known())
    with Learner(folder, Options("", context)) as learner:
        read = learner.learn(str(log))
    assert not [one for one in read.found if one.severity.word == "error"], read.found
    return folder

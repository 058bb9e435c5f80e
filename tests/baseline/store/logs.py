"""Logs that say little and plainly, and a way to read them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from segc.baseline.direction import Known
from segc.baseline.ingest.files import logs
from segc.baseline.ingest.learn import Learner, Options, Read
from segc.baseline.sources.protocol import Context
from segc.baseline.store import Ledger, Seen

KNOWN = Known(frozenset({(6, 502), (6, 102), (17, 123)}))
HEADER = (
    "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n#fields\tts\tuid\t"
    "id.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\t"
    "missed_bytes\thistory\torig_pkts\tresp_pkts\n"
)
START = 1_790_035_200  # 2026-09-22, midnight UTC


def row(
    second: float, src: str, dst: str, port: int = 502, state: str = "SF", *, missed: int = 0, sport: int = 50_001
) -> str:
    """A conversation by TCP whose opening was seen."""
    history = "ShADadFf" if state == "SF" else "S"
    back = (1000, 7) if state == "SF" else (0, 0)
    return (
        f"{START + second:.6f}\tC1\t{src}\t{sport}\t{dst}\t{port}\ttcp\t-\t1.500000\t300\t{back[0]}\t{state}\t{missed}\t"
        f"{history}\t8\t{back[1]}\n"
    )


def conn(rows: Iterable[str]) -> str:
    """A conn.log."""
    return HEADER + "".join(rows)


def learn(folder: Path, *files: Path | str, sensor: str = "", lossy: bool = False, form: str = "") -> list[Read]:
    """Read logs into a baseline."""
    context = Context(sensor=sensor, known=KNOWN, lossy=lossy)
    with Learner(folder, Options(form, context, "256MB")) as learner:
        return [learner.learn(name) for name in logs([str(file) for file in files])]


def keys(folder: Path) -> list[Seen]:
    """What a baseline says of each key."""
    with Ledger.open(folder) as ledger:
        return ledger.keys()


def names(reads: Sequence[Read]) -> set[str]:
    """The findings of a run."""
    return {found.name for read in reads for found in read.found}

"""What logs that are read line by line cost: lines a CPU second, each in a fresh process.

    python -m tests.benchmarks.bench_lines [--lines N] [--quick] [FORM...]

Of each form of `lines.py`, a log of N lines (500,000). `survey` reads it through without understanding it; `read` makes
observations of its lines; `groups` hands them to DuckDB as well and groups them by key and hour; `learn` is all of
`segc baseline learn`, to a written ledger, the start of Python included. `loop` is how long a fixed loop took then, so
that the figures of two machines or moments can be compared. `--quick` takes a tenth. All numbers go to
bench-out/lines.json as well.
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.benchmarks import lines
from tests.benchmarks.bench_speed import OUT, ROOT, cost, segc

if TYPE_CHECKING:
    from segc.baseline.sources.protocol import Context, Source

LINES, TURNS = 500_000, 3_000_000
SHOWN = ("survey", "read", "groups", "learn")


def loop(_: Path) -> float:
    """A fixed loop."""
    start, i = time.process_time(), 0
    while i < TURNS:
        i += 1
    return time.process_time() - start


def survey(file: Path) -> float:
    """The file's bytes alone: hash, encoding, ends of lines."""
    from segc.baseline.ingest import content

    start = time.process_time()
    with file.open("rb") as stream:
        content.survey(stream, (), lambda _: None)
    return time.process_time() - start


def read(file: Path) -> float:
    """Lines to observations."""
    source, context = _reader(file)
    start = time.process_time()
    with file.open("rb") as stream:
        for _ in source.read(stream, context):
            pass
    return time.process_time() - start


def groups(file: Path) -> float:
    """Lines to groups."""
    from segc.baseline.engine.duckdb import DuckDB
    from segc.baseline.ingest import tally
    from segc.baseline.ingest.relay import relay

    source, context = _reader(file)
    start = time.process_time()
    with DuckDB(file.parent, "1GB") as engine, file.open("rb") as stream:
        relay(source, stream, context, engine, file.parent / "relayed.csv")
        engine.materialise(
            "packed", tally.packing(tags=True, macs=True, devices=True).format(by_hour="false", condition="true")
        )
    return time.process_time() - start


DONE = {"loop": loop, "survey": survey, "read": read, "groups": groups}


def _reader(file: Path) -> tuple[Source, Context]:
    from segc.baseline.direction import Known
    from segc.baseline.sources.protocol import HEAD, Context
    from segc.baseline.sources.registry import detect
    from segc.cli.library import services

    with file.open("rb") as stream:
        source = detect(stream.read(HEAD))
    assert source is not None
    known = Known.of(service for service, _ in services().values())
    return source, Context(known=known, until=int(file.stat().st_mtime * 1e6))


def timed(what: str, file: Path) -> float:
    """CPU seconds of one of `DONE`, of its own work only."""
    command = [sys.executable, "-m", "tests.benchmarks.bench_lines", "--one", what, str(file)]
    return float(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout)


def measured(form: str, count: int, folder: Path) -> dict[str, float]:
    """CPU seconds of all there is to measure of one form."""
    file = folder / "device.log"
    lines.write(form, count, file)
    found = {"bytes": file.stat().st_size / count} | {what: timed(what, file) for what in DONE}
    return found | {"learn": cost(*segc("baseline", "learn", str(file), "-o", f"{folder}/{form}", "-q")).seconds}


def main(arguments: list[str]) -> None:
    """Measure, print, write."""
    if arguments[:1] == ["--one"]:
        gc.disable()  # as the command line does
        what, file = arguments[1:]
        print(DONE[what](Path(file)))
        return
    count = LINES
    if "--lines" in arguments:
        at = arguments.index("--lines")
        count = int(arguments[at + 1])
        del arguments[at : at + 2]
    count //= 10 if "--quick" in arguments else 1
    forms = [word for word in arguments if word in lines.FORMS] or list(lines.FORMS)
    print(f"{count:,} lines of each form: thousands of lines a CPU second")
    print(f"{'':12} {'bytes':>6} {'loop s':>7} {'survey':>8} {'read':>8} {'groups':>8} {'learn':>8}")
    found = {}
    for form in forms:
        with TemporaryDirectory(prefix="segc-bench-") as place:
            told = found[form] = measured(form, count, Path(place))
        speeds = " ".join(f"{count / told[what] / 1000:8.0f}" for what in SHOWN)
        print(f"{form:12} {told['bytes']:6.0f} {told['loop']:7.2f} {speeds}", flush=True)
    OUT.mkdir(exist_ok=True)
    (OUT / "lines.json").write_text(json.dumps({"lines": count, **found}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])

"""How long segc takes, and how much memory: CPU seconds and peak memory of fresh processes.

    python -m tests.benchmarks.bench_speed [--quick]

CPU time is user and system time together, so that other work on the machine
disturbs little; memory is the most that was resident. `--quick` leaves out the
plants of 100,000 flows. All numbers go to bench-out/speed.json as well.
"""

from __future__ import annotations

import gc
import json
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from tests.benchmarks.plants import Plant

ROOT = Path(__file__).parent.parent.parent
OUT = ROOT / "bench-out"
TARGETS = ("iptables", "nftables")
LARGEST = 100_000
LOOP = "i = 0\nwhile i < 3_000_000: i += 1"  # so that figures of two machines can be compared
Row = dict[str, Any]


class Cost(NamedTuple):
    """What a process took."""

    seconds: float
    megabytes: float


def cost(*command: str) -> Cost:
    """Run a program that must succeed."""
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def best(times: int, *command: str) -> Cost:
    """The cheapest of several runs: what disturbs can only add."""
    return min(cost(*command) for _ in range(times))


def segc(*arguments: str) -> tuple[str, ...]:
    """The command line of a fresh segc."""
    return (sys.executable, "-m", "segc", *arguments)


def plants() -> Iterator[Plant]:
    """What is measured, the small ones first."""
    for flows in (1_000, 10_000, LARGEST):
        yield Plant("one", flows)
        for firewalls in (10, 100, 1_000):
            yield Plant("star", flows, firewalls)
    yield Plant("star", 1_000, 10, "grouped")
    yield Plant("star", 10_000, 100, "grouped")
    yield Plant("mesh", 100, 100)


def write(plant: Plant, folder: Path) -> Path:
    """Write a plant in a process of its own: a child's memory would count the parent's before it starts."""
    file = folder / "plant.zone"
    words = (plant.shape, str(plant.flows), str(plant.firewalls), plant.style, plant.target)
    cost(sys.executable, "-m", "tests.benchmarks.plants", str(file), *words)
    return file


def measure(plant: Plant, folder: Path) -> Iterator[Row]:
    """Check it once, build it for each target."""
    times = 1 if plant.flows >= LARGEST else 3
    for target in TARGETS:
        file = write(plant._replace(target=target), folder)
        if target == TARGETS[0]:
            yield _row(plant, "check", best(times, *segc("check", str(file))))
        out = folder / "out"
        yield _row(plant, target, best(times, *segc("build", str(file), "-o", str(out))))
        shutil.rmtree(out)


def _row(plant: Plant, what: str, spent: Cost) -> Row:
    asked = {key: value for key, value in plant._asdict().items() if key not in ("target", "seed")}
    return {**asked, "what": what, "seconds": round(spent.seconds, 2), "megabytes": round(spent.megabytes)}


def start(folder: Path) -> Row:
    """A check of a hundred lines against a Python that does nothing."""
    file = write(Plant("star", 10, 2), folder)
    nothing = best(10, sys.executable, "-c", "pass")
    check = best(10, *segc("check", str(file)))
    return {
        "lines": len(file.read_text(encoding="utf-8").splitlines()),
        "python": round(nothing.seconds, 3),
        "check": round(check.seconds, 3),
        "ratio": round(check.seconds / nothing.seconds, 1),
    }


def read_lines(folder: Path) -> int:
    """How many lines a second of CPU time the reader takes in."""
    file = write(Plant("star", 10_000, 100), folder)
    command = (sys.executable, "-m", "tests.benchmarks.bench_speed", "--read", str(file))
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return int(told.stdout)


def _read(file: Path) -> int:
    from segc.lang.reader import read
    from segc.source import Source

    gc.disable()  # as the command line does
    source = Source(str(file), file.read_text(encoding="utf-8"))
    spent = []
    for _ in range(5):
        before = time.process_time()
        assert read(source) is not None
        spent.append(time.process_time() - before)
    return int(source.text.count("\n") / min(spent))


def table(rows: Iterable[Row]) -> Iterator[str]:
    """A line for each plant: CPU seconds and megabytes of a check and of each build."""
    by_plant: dict[tuple[Any, ...], dict[str, Row]] = {}
    for row in rows:
        key = (row["shape"], row["style"], row["flows"], row["firewalls"])
        by_plant.setdefault(key, {})[row["what"]] = row
    columns = ("check", *TARGETS)
    yield f"{'plant':<14}{'flows':>8}{'firewalls':>10}" + "".join(f"{name:>20}" for name in columns)
    for (shape, style, flows, firewalls), found in by_plant.items():
        cells = (f"{found[name]['seconds']:.2f} s {found[name]['megabytes']:>5} MB" for name in columns)
        yield f"{f'{shape} {style}':<14}{flows:>8}{firewalls:>10}" + "".join(f"{cell:>20}" for cell in cells)


def main(arguments: Sequence[str]) -> None:
    """Measure, print, write."""
    if arguments[:1] == ["--read"]:
        print(_read(Path(arguments[1])))
        return
    quick = "--quick" in arguments
    with TemporaryDirectory(prefix="segc-bench-") as name:
        folder = Path(name)
        found: Row = {
            "python": platform.python_version(),
            "loop": round(best(3, sys.executable, "-c", LOOP).seconds, 2),
            "start": start(folder),
            "lines-a-second": read_lines(folder),
        }
        print(f"Python {found['python']}; a loop of 3 million takes {found['loop']} s here")
        print("a check of {lines} lines: {check} s, {ratio} times a bare Python".format(**found["start"]))
        print(f"reader: {found['lines-a-second']:,} lines a second\n", flush=True)
        rows: list[Row] = []
        for plant in plants():
            if not (quick and plant.flows >= LARGEST):
                measured = list(measure(plant, folder))
                rows += measured
                lines = list(table(measured))
                print("\n".join(lines[1:] if len(rows) > len(measured) else lines), flush=True)
    OUT.mkdir(exist_ok=True)
    (OUT / "speed.json").write_text(json.dumps({**found, "rows": rows}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])

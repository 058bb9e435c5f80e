"""What figures cost: CPU seconds and peak memory of fresh processes that ask for blast radius and flatness.

    python -m tests.benchmarks.bench_graph [FLOWS]

Of a star of so many flows, 10,000 unless said otherwise. Flatness leaves out the gains of single conduits and zones where
there are more than 200.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.bench_speed import Cost, best, segc, write
from tests.benchmarks.plants import Plant

FLOWS = 10_000


def main() -> None:
    flows = int(sys.argv[1]) if len(sys.argv) > 1 else FLOWS
    plant = Plant("star", flows, max(2, flows // 200))
    with TemporaryDirectory() as folder:
        path = str(write(plant, Path(folder)))
        first = _first_zone(path)
        _say("check (what all of them begin with)", best(2, *segc("check", path, "-q")))
        _say(f"blast {first}", best(2, *segc("blast", first, path)))
        _say("flatness", best(2, *segc("flatness", path)))


def _first_zone(path: str) -> str:
    file = Path(path)
    text = (file if file.is_file() else next(file.glob("*.zone"))).read_text(encoding="utf-8")
    names = [line.split()[1] for line in text.splitlines() if line.startswith("zone ")]
    return names[1]  # the first is the one around all others


def _say(what: str, spent: Cost) -> None:
    print(f"{what:<40}{spent.seconds:>8.2f} CPU s{spent.megabytes:>8.0f} MB")


if __name__ == "__main__":
    main()

"""A small baseline that has something of everything, always the same."""

from __future__ import annotations

import random
from pathlib import Path

from segc.baseline import manifest
from segc.baseline.engine.duckdb import DuckDB
from segc.baseline.ledger import Row
from segc.baseline.store import ADDRESS_COLUMNS, TYPED, day_text

DAYS = (20_700, 20_701, 20_705)
HOURS = 3_600_000_000


def rows(rnd: random.Random, sensor: str) -> list[Row]:
    """What a sensor saw: hosts of both families, four protocols, all kinds of noise."""
    seen: dict[tuple[object, ...], Row] = {}
    for _ in range(300):
        day = rnd.choice(DAYS)
        low = rnd.randrange(1, 12)
        src, dst = (
            (f"10.0.0.{low}", f"10.0.1.{rnd.randrange(1, 6)}") if low < 9 else (f"2001:db8::{low}", "2001:db8::ff")
        )
        proto = rnd.choice((6, 6, 17, 1, 132))
        port = {6: 502, 17: 47_808, 1: 2048, 132: -1}[proto]
        n = rnd.randrange(1, 10_000)
        answered = rnd.choice((0, n, n // 2))
        first = day * 24 * HOURS + rnd.randrange(20) * HOURS
        row = Row(
            day, sensor, src, dst, proto, port, n, answered, rnd.choice((0, n - answered)), rnd.randrange(1 << 40),
            n * 9, first, first + rnd.randrange(3 * HOURS), rnd.randrange(1 << 24), rnd.randrange(6), rnd.randrange(4),
            rnd.choice((0, 0, 0, 0, 1, 2, 3, 5)), int(sensor == "lossy"), rnd.choice(("", "segc:a:it's")),
            ended=(n, n // 2, 0)[first // HOURS % 3],
        )  # fmt: skip
        seen[day, src, dst, proto, port, row.noise] = row
    rare = (
        DAYS[0] * 24 * HOURS + 5 * HOURS + len(sensor) * 60_000_000
    )  # of which sensors' clocks tell a minute or two apart
    both = Row(
        DAYS[0], sensor, "10.0.0.99", "10.0.1.9", 6, 102, 4, 4, 0, 900, 40, rare, rare + 9, 32, 5, 0, 0, 0, "", 4
    )
    return [*seen.values(), both, both._replace(dst="10.0.1.10", pkts=4)]


def baseline(folder: Path) -> Path:
    """Write it; the folder is made."""
    rnd = random.Random(62_443)
    sources = []
    with DuckDB(memory="128MB", threads=1) as engine:
        for number, sensor in enumerate(("line", "line", "lossy", "dmz")):
            digest = f"{number:x}" * 64
            told = rows(rnd, sensor)
            days = sorted({row.day for row in told})
            for day in days:
                file = folder / "ledger" / day_text(day) / f"{digest[:12]}.parquet"
                file.parent.mkdir(parents=True, exist_ok=True)
                engine.put("part", TYPED, (row for row in told if row.day == day))
                engine.write("part", file)
            macs = [(DAYS[0], sensor, f"10.0.0.{n}", f"00:0e:8c:00:00:0{n % 3}", n, n, n + 1) for n in range(1, 8)]
            (folder / "addresses").mkdir(exist_ok=True)
            engine.put("macs", ADDRESS_COLUMNS, macs)
            engine.write("macs", folder / "addresses" / f"{digest[:12]}.parquet")
            named = tuple(day_text(day) for day in days)
            sources.append(
                manifest.Source(
                    digest, f"{number}.log", 10, "zeek-tsv", sensor, lossy=sensor == "lossy", days=named, addresses=True
                )
            )
    manifest.write(folder, tuple(sources))
    return folder

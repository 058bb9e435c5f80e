"""What it costs to judge a large ledger: `segc baseline compare`, `status` and `inventory`, after loading the plant.

    python -m tests.benchmarks.bench_readiness [--quick] [--two]

A star of 10,000 flows; about 60,000 keys, most of which it does not permit (the slow case), each on 1 to 28 of 28 days,
in 28 files. `--two` sensors see all of it. CPU seconds of this process with all of DuckDB's threads, and peak memory.
All numbers go to bench-out/readiness.json as well.
"""

from __future__ import annotations

import gc
import json
import random
import resource
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import duckdb

from segc import api
from segc.baseline.compare import compare
from segc.baseline.inventory import inventory
from segc.baseline.ledger import COLUMNS, TEXTS
from segc.baseline.manifest import Source, write
from segc.baseline.order import order
from segc.baseline.readiness import readiness
from segc.baseline.store import Ledger
from segc.lang.literals import address_text
from segc.model.plant import Asset
from segc.settings import Gate
from tests.benchmarks.plants import Plant

if TYPE_CHECKING:
    from collections.abc import Callable

    from segc.model.plant import Plant as Model

OUT = Path(__file__).parents[2] / "bench-out"
DAYS = 28
FIRST = date(2026, 9, 28).toordinal() - date(1970, 1, 1).toordinal()
DIGESTS = {"span": "5" * 64, "tap": "6" * 64}
ROWS = """
COPY (SELECT {columns} FROM (
  SELECT {day}::BIGINT AS day, '{sensor}' AS sensor, src, dst, proto, port, 1 + h % 50 AS n, 1 + h % 50 AS answered,
    0::BIGINT AS unanswered, h % 1000003 AS bytes, h % 9973 AS pkts,
    {day} * 86400000000::BIGINT + h % 3600000000 AS first,
    {day} * 86400000000::BIGINT + 3600000000 + h // 7 % 3600000000 AS last, 3::BIGINT AS hours, 5::BIGINT AS grade,
    0::BIGINT AS said, 0::BIGINT AS noise, 0::BIGINT AS lossy, '' AS tag, 1 + h % 50 AS ended
  FROM (SELECT *, (hash(src, dst, proto, port, {day}) >> 2)::BIGINT AS h FROM keys) WHERE h % 1000 < often
) ORDER BY src, dst, proto, port) TO '{file}' (FORMAT parquet, COMPRESSION zstd)
"""


def keys(plant: Model, number: int) -> list[tuple[str, str, int, int, int]]:
    """Keys of the plant's flows, and one in ten of another port; the last number says on how many days of 1000."""
    rng = random.Random(1)
    flows = [flow for conduit in plant.conduits.values() for flow in conduit.flows]
    found: dict[tuple[str, str, int, int], int] = {}
    tried = 0
    while len(found) < number and tried < 4 * number:
        tried += 1
        flow = flows[tried % len(flows)]
        source, target, service = rng.choice(flow.sources), rng.choice(flow.targets), rng.choice(flow.services)
        ends = [end.addresses if isinstance(end, Asset) else end.declared for end in (source, target)]
        low, high = (rng.choice(one.v4) for one in ends)
        match = rng.choice(service.matches)
        port = rng.randint(1024, 65535) if rng.random() < 0.1 else match.low
        a, b = rng.randint(*low), rng.randint(*high)
        found[address_text(4, a), address_text(4, b), match.proto, port] = rng.choice((40, *[1000] * 8))
    return [(*key, often) for key, often in found.items()]


def baseline(folder: Path, made: list[tuple[str, str, int, int, int]], sensors: int) -> Path:
    """A baseline of these keys, all of which each sensor saw."""
    logs = list(DIGESTS.items())[:sensors]
    days = tuple(date.fromordinal(FIRST + n + date(1970, 1, 1).toordinal()).isoformat() for n in range(DAYS))
    text = folder / "keys.csv"
    text.write_text("".join(f"{','.join(map(str, one))}\n" for one in made), encoding="utf-8")
    columns = "{'src': 'VARCHAR', 'dst': 'VARCHAR', 'proto': 'BIGINT', 'port': 'BIGINT', 'often': 'BIGINT'}"
    typed = ", ".join(f"{name}::{'VARCHAR' if name in TEXTS else 'BIGINT'} AS {name}" for name in COLUMNS)
    with duckdb.connect() as db:
        db.execute(f"CREATE TABLE keys AS SELECT * FROM read_csv('{text}', header=false, columns={columns})")
        for n, day in enumerate(days):
            for sensor, digest in logs:
                file = folder / "baseline" / "ledger" / day / f"{digest[:12]}.parquet"
                file.parent.mkdir(parents=True, exist_ok=True)
                db.execute(ROWS.format(columns=typed, sensor=sensor, day=FIRST + n, file=file))
    made_of = (Source(digest, "made", 1, "zeek-tsv", sensor, days=days) for sensor, digest in logs)
    write(folder / "baseline", tuple(made_of))
    return folder / "baseline"


def main() -> None:
    """Make a plant and a ledger, and ask."""
    gc.disable()  # as the command line does
    quick = "--quick" in sys.argv
    numbers: dict[str, Any] = {}
    with TemporaryDirectory() as place:
        folder = Path(place)
        Plant("star", 1000 if quick else 10_000, 10 if quick else 100).write(folder / "plant.zone")
        at = datetime(2026, 11, 1, tzinfo=UTC)
        plant, _ = api.check(folder / "plant.zone", at)
        sensors = 2 if "--two" in sys.argv else 1
        where = baseline(folder, keys(plant, 13_000 if quick else 130_000), sensors)
        numbers["megabytes"] = round(sum(f.stat().st_size for f in where.rglob("*.parquet")) / 1e6, 1)

        def timed(name: str, ask: Callable[[], Any]) -> Any:
            start, cpu = time.monotonic(), time.process_time()
            found = ask()
            numbers[name] = {"wall": round(time.monotonic() - start, 2), "cpu": round(time.process_time() - cpu, 2)}
            print(f"{name:<12}{numbers[name]['wall']:8.2f} s   {numbers[name]['cpu']:8.2f} CPU s", flush=True)
            return found

        with Ledger.open(where) as ledger:
            compared = timed("compare", lambda: compare(plant, ledger, at))
            found = timed("readiness", lambda: readiness(compared, ledger, Gate()))
            timed("order", lambda: order(plant, found, at))
            timed("inventory", lambda: inventory(plant, ledger))
        numbers["keys"] = len(compared.entries)
        numbers["unexplained"] = len(compared.unexplained())
        numbers["conduits"] = len(found)
        numbers["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(numbers))
    OUT.mkdir(exist_ok=True)
    (OUT / "readiness.json").write_text(json.dumps(numbers, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

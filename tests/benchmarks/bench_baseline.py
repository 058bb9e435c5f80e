"""What baselines cost: CPU seconds and peak memory of fresh processes.

    python -m tests.benchmarks.bench_baseline [--rows N] [--quick]

`flows`: N rows of flows (50 million) in one Parquet file, 132,000 keys over 28 days. `bare` is the GROUP BY of that file
and nothing else; `whole` is the same by way of segc's engine, its answer in Python, and every key judged against a plant
of 10,000 flows. What loading that plant takes stands beside, since every verb pays it.
`zeek`: N/5 rows of a conn.log, from text to a written ledger, by `segc baseline learn`; `keys` is the part of it that
reads and groups the text, `lines` what DuckDB takes to split it; both on one core. `--quick` takes a tenth. All numbers
go to bench-out/baseline.json as well.
"""

from __future__ import annotations

import gc
import json
import random
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.benchmarks.bench_speed import OUT, Cost, cost, segc
from tests.benchmarks.plants import Plant

ROWS, KEYS, FLOWS = 50_000_000, 132_000, 10_000
MEMORY = "128MB"  # for DuckDB; Python, the plant and the keys come on top
COLUMNS = (
    ("first", "BIGINT"),
    ("src", "VARCHAR"),
    ("dst", "VARCHAR"),
    ("proto", "BIGINT"),
    ("port", "BIGINT"),
    ("bytes", "BIGINT"),
)
GROUP = """
SELECT f.src AS src, f.dst AS dst, f.proto AS proto, f.port AS port, COUNT(*) AS n, SUM(f.bytes) AS bytes,
  MIN(f.first) AS first, MAX(f.first) AS last
FROM flows f GROUP BY f.src, f.dst, f.proto, f.port
"""
START, DAYS = 1_790_035_200_000_000, 28
ZEEK = (
    "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n#fields\tts\tuid\t"
    "id.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\t"
    "local_orig\tlocal_resp\tmissed_bytes\thistory\torig_pkts\torig_ip_bytes\tresp_pkts\tresp_ip_bytes\ttunnel_parents\n"
)


def keys(plant: Any) -> list[tuple[str, str, int, int]]:
    """Keys of which nine in ten are some flow's, and the rest are between any two machines."""
    from ipaddress import ip_address

    rnd = random.Random(62_443)
    flows = [flow for conduit in plant.conduits.values() for flow in conduit.flows]
    zones = [zone for zone in plant.zones.values() if zone.declared.v4]

    def host(zone: Any) -> str:
        low, high = rnd.choice(zone.declared.v4)
        return str(ip_address(rnd.randrange(low + 2, high)))

    found: set[tuple[str, str, int, int]] = set()
    while len(found) < KEYS:
        flow = rnd.choice(flows)
        match = rnd.choice(flow.services[0].matches)
        ends = (flow.sources[0], flow.targets[0]) if rnd.random() < 0.92 else rnd.sample(zones, 2)
        found.add((host(ends[0]), host(ends[1]), match.proto, match.low))
    return sorted(found)


def load(file: Path) -> Any:
    """The plant, as verbs load it."""
    from segc import api
    from segc.model.resolve import resolve

    return resolve(api.load(file))[0]


def prepare(folder: Path, rows: int) -> None:
    """Make the plant, the flows and the log. Done in a process of its own."""
    from segc.baseline.engine.duckdb import DuckDB

    Plant("one", FLOWS).write(folder / "plant.zone")
    with DuckDB(folder, "2GB") as engine:
        columns = (("id", "BIGINT"), *COLUMNS[1:5])
        engine.put("keys", columns, ((n, *key) for n, key in enumerate(keys(load(folder / "plant.zone")))))
        engine.execute("SELECT setseed(0.5)")
        drawn = f"(pow(random(), 8) * {KEYS})::BIGINT % {KEYS}"
        sql = f"SELECT range AS at, {drawn} AS id, (random() * 1e5)::BIGINT AS bytes FROM range({{}})"
        step = DAYS * 86_400_000_000
        engine.execute(
            f"COPY (SELECT {START} + r.at * {step // rows} AS first, k.src, k.dst, k.proto, k.port, r.bytes "
            f"FROM ({sql.format(rows)}) r JOIN keys k USING (id)) TO '{folder}/flows.parquet' (FORMAT parquet)"
        )
        few = rows // 5
        state = "CASE WHEN r.at % 50 = 7 THEN 'OTH' ELSE 'SF' END, 'T', 'T', 0, CASE WHEN k.proto = 17 THEN 'Dd' WHEN "
        engine.execute(
            f"COPY (SELECT printf('%.6f', ({START} + r.at * {step // few}) / 1e6), 'C' || r.at, k.src, "
            "20000 + r.at % 40000, k.dst, k.port, CASE k.proto WHEN 6 THEN 'tcp' WHEN 17 THEN 'udp' ELSE 'icmp' END, "
            f"'-', printf('%.6f', r.bytes / 1e5), r.bytes, r.bytes * 2, {state}r.at % 50 = 7 THEN 'DadA' ELSE 'ShADadFf' "
            "END, 7, 640, 6, 1370, '-' "
            f"FROM ({sql.format(few)}) r JOIN keys k USING (id)) TO '{folder}/rows.tsv' "
            "(FORMAT csv, DELIMITER '\t', HEADER false, QUOTE '')"
        )
    with (folder / "conn.log").open("wb") as out, (folder / "rows.tsv").open("rb") as made:
        out.write(ZEEK.encode())
        while block := made.read(1 << 22):
            out.write(block)
    (folder / "rows.tsv").unlink()


def bare(folder: Path) -> None:
    """The GROUP BY alone."""
    from segc.baseline.engine.duckdb import DuckDB

    with DuckDB(folder, MEMORY) as engine:
        engine.execute(f"CREATE VIEW flows AS FROM read_parquet('{folder}/flows.parquet')")
        engine.execute(f"CREATE TABLE grouped AS {GROUP}")


def plant(folder: Path) -> None:
    """Loading the plant alone."""
    load(folder / "plant.zone")


def whole(folder: Path) -> None:
    """The GROUP BY, its answer, and the verdicts."""
    from datetime import UTC, datetime

    from segc.baseline.classify import Classifier
    from segc.baseline.engine.duckdb import DuckDB
    from segc.baseline.ledger import Key

    with DuckDB(folder, MEMORY) as engine:
        engine.scan("flows", [folder / "flows.parquet"], COLUMNS)
        found = engine.get(GROUP)
    start = time.process_time()
    classifier = Classifier(load(folder / "plant.zone"), datetime(2026, 11, 1, tzinfo=UTC))
    loaded = time.process_time()
    verdicts: dict[str, int] = {}
    for row in found:
        verdict = classifier.judge(Key(*row[:4])).verdict.value  # type: ignore[arg-type]
        verdicts[verdict] = verdicts.get(verdict, 0) + 1
    told = {"keys": len(found), "load": loaded - start, "judge": time.process_time() - loaded, **verdicts}
    (folder / "whole.json").write_text(json.dumps(told), encoding="utf-8")


def grouped(folder: Path) -> None:
    """Zeek's text to groups, without what becomes of them."""
    from segc.baseline.direction import Known
    from segc.baseline.engine.duckdb import DuckDB
    from segc.baseline.ingest import tally, zeek
    from segc.cli.library import services

    with DuckDB(folder, "1GB", threads=1) as engine:  # what one core does: two that share caches pay for each other
        file = folder / "conn.log"
        how = zeek.layout(file.open("rb").read(65536))
        assert how is not None
        known = Known.of(service for service, _ in services().values())
        zeek.view(engine, [zeek.Piece(zeek.tabs(file, how, ""), how.fields, how.empty)], known)
        engine.materialise_as_written(
            "packed", tally.packing(tags=False, macs=False, devices=False).format(by_hour="false", condition="true")
        )


def lines(folder: Path) -> None:
    """Zeek's text read by DuckDB and nothing else: no column leaves it. What is beneath this, no code of segc's can save."""
    from segc.baseline.engine.duckdb import DuckDB
    from segc.baseline.ingest import zeek

    with DuckDB(folder, "1GB", threads=1) as engine:
        file = folder / "conn.log"
        how = zeek.layout(file.open("rb").read(65536))
        assert how is not None
        columns = ", ".join(f'COUNT("{name}")' for name in zeek.FIELDS if name in how.fields)
        engine.execute(f"SELECT {columns} FROM {zeek.tabs(file, how, '')}").fetchall()


DONE = {"prepare": prepare, "bare": bare, "plant": plant, "whole": whole, "grouped": grouped, "lines": lines}


def measured(what: str, folder: Path, *more: str) -> Cost:
    """Measured where nothing else has been before."""
    return cost(sys.executable, "-m", "tests.benchmarks.bench_baseline", "--one", what, str(folder), *more)


def main(arguments: list[str]) -> None:
    """Measure, print, write."""
    if arguments[:1] == ["--one"]:
        gc.disable()  # as the command line does
        what, where, *more = arguments[1:]
        DONE[what](Path(where), *map(int, more))  # type: ignore[operator]
        return
    rows = int(arguments[arguments.index("--rows") + 1]) if "--rows" in arguments else ROWS
    rows //= 10 if "--quick" in arguments else 1
    with TemporaryDirectory(prefix="segc-bench-") as place:
        folder = Path(place)
        measured("prepare", folder, str(rows))
        alone, loading, judged = measured("bare", folder), measured("plant", folder), measured("whole", folder)
        told = json.loads((folder / "whole.json").read_text(encoding="utf-8"))
        ratio = (judged.seconds - told["load"]) / alone.seconds
        print(f"{rows:,} rows of Parquet, {told['keys']:,} keys, {FLOWS:,} flows")
        print(f"  bare    {alone.seconds:7.2f} CPU s {alone.megabytes:6.0f} MB")
        print(
            f"  whole   {judged.seconds:7.2f} CPU s {judged.megabytes:6.0f} MB, of which {told['load']:.2f} load the plant"
        )
        print(f"  plant   {loading.seconds:7.2f} CPU s {loading.megabytes:6.0f} MB, loaded alone")
        print(f"  ratio   {ratio:7.2f}", flush=True)
        few = rows // 5
        read, text, learned = (
            measured("lines", folder),
            measured("grouped", folder),
            cost(*segc("baseline", "learn", f"{place}/conn.log", "-o", f"{place}/b", "-q")),
        )
        print(f"{few:,} rows of Zeek's text, {(folder / 'conn.log').stat().st_size / 1e6:,.0f} MB")
        for name, spent in (("lines", read), ("keys", text), ("learn", learned)):
            speed = few / spent.seconds / 1e6
            print(f"  {name:<7} {spent.seconds:7.2f} CPU s {spent.megabytes:6.0f} MB {speed:6.2f} M rows a core-second")
    found = {
        "rows": rows,
        "ratio": ratio,
        **told,
        "bare": alone,
        "whole": judged,
        "lines": read,
        "grouped": text,
        "learn": learned,
    }
    OUT.mkdir(exist_ok=True)
    (OUT / "baseline.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])

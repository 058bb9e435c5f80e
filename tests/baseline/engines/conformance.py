"""What every engine must answer alike: hashes of all answers about one ledger.

    python -m tests.baseline.engines.conformance ENGINE BASELINE

Runs in whichever environment has the engine; it needs nothing else. Prints JSON: a hash for each question.
"""

from __future__ import annotations

import hashlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from segc.baseline import crowds, sql
from segc.baseline.store import TYPED, Ledger, Seen

NAMES = (("id", "BIGINT"), ("name", "VARCHAR"), ("share", "DOUBLE"))
ROWS = [
    (1, "plain", 0.5),
    (2, 'it\'s "quoted", \\ and\nbroken', -1.25),
    (3, "", 0.0),
    (4, None, None),
    (None, "\N{WHITE SMILING FACE}", 1e300),
]
# Two bases, or three statements that replace one another, must not run into each other.
STEPS = "SELECT l.proto AS proto, COUNT(*) AS n FROM ledger l GROUP BY l.proto"
AGAIN = "SELECT s.proto AS proto, s.n + 1 AS n FROM step s"
JOINED = """
SELECT n.name, l.noise, SUM(CASE WHEN l.lossy = 1 THEN l.n ELSE 0 END), COUNT(DISTINCT l.src)
FROM ledger l JOIN named n ON n.proto = l.proto GROUP BY n.name, l.noise
"""


def digest(answer: Any) -> str:
    """A hash of an answer, whatever order an engine gave it in."""
    rows = sorted((json.dumps(row, ensure_ascii=False) for row in answer), key=str)
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()[:16]


def answers(engine: str, baseline: Path) -> dict[str, str]:
    """Ask everything of a baseline, with an engine."""
    found: dict[str, Any] = {}
    with Ledger.open(baseline, engine) as ledger:
        keys = ledger.keys()
        found["keys"] = keys
        found["noise"] = ledger.noise()
        found["rows"] = ledger.rows()
        found["days"] = ledger.days()
        found["incidences"] = ledger.incidences()
        found["who_saw"] = [(key, sorted(names)) for key, names in ledger.who_saw().items()]
        found["sensors"] = ledger.sensors().values()
        found["addresses"] = ledger.addresses()
        # which puts the zones there that `sql heard` and `sql met` ask for
        ledger.heard({end: end[:8] for seen in keys for end in (seen.src, seen.dst)})
        found["hours"] = [
            (key, sorted(days.items())) for key, days in ledger.hours(seen.key for seen in keys[::3]).items()
        ]
        with ledger.engine() as made:
            for name, text in sql.ANSWERS.items():
                found[f"sql {name}"] = made.get(text)
            made.put("odd", NAMES, ROWS)
            found["values"] = made.get("SELECT o.id, o.name, o.share FROM odd o")
            made.put("odd", NAMES[:1], [(7,)])
            found["replaced"] = made.get("SELECT o.id FROM odd o")
            made.materialise("step", STEPS)
            made.materialise("step", AGAIN)
            found["steps"] = made.get("SELECT s.proto, s.n FROM step s")
            made.put("named", (("proto", "BIGINT"), ("name", "VARCHAR")), [(6, "tcp"), (17, "udp")])
            found["joined"] = made.get(JOINED)
            file = baseline.parent / f"written-{os.getpid()}.parquet"
            made.materialise("few", "SELECT l.* FROM ledger l WHERE l.proto = 17")
            made.write("few", file)
            made.scan("again", [file], TYPED)
            found["written"] = made.get(f"SELECT {', '.join('b.' + name for name, _ in TYPED)} FROM again b")
            found.update(acquitted(ledger, "acquitted"))
            found.update(gathered(ledger, keys))
            found.update(acquitted(ledger, "gathered and acquitted"))
            made.scan("nothing", [], TYPED)
            found["none"] = [*made.get("SELECT n.day FROM nothing n"), (made.get("SELECT COUNT(*) FROM nothing n"),)]
    return {name: digest(list(answer)) for name, answer in found.items()}


def acquitted(ledger: Ledger, name: str) -> dict[str, Any]:
    """The same where half of what was set aside counts as all else."""
    scanned = [seen for seen in ledger.noise() if seen.noise in (1, 2, 3, 4)]
    ledger.acquit(seen.key for seen in scanned[::2])
    told = ledger.keys()
    hours = ledger.hours(seen.key for seen in told)
    return {
        f"{name} keys": told,
        f"{name} noise": ledger.noise(),
        f"{name} incidences": ledger.incidences(),
        f"{name} who_saw": [(key, sorted(names)) for key, names in ledger.who_saw().items()],
        f"{name} hours": [(key, sorted(days.items())) for key, days in hours.items()],
    }


def gathered(ledger: Ledger, keys: list[Seen]) -> dict[str, Any]:
    """The same where the machines of a network are a crowd, if three of it were seen."""
    before = crowds.MANY, crowds.CROWD, crowds.PAGE
    crowds.MANY, crowds.CROWD, crowds.PAGE = 3, 2, 4
    try:
        ledger.gather(lambda address: address.rpartition(".")[0] or None)
    finally:
        crowds.MANY, crowds.CROWD, crowds.PAGE = before
    told = ledger.keys()
    hours = ledger.hours(seen.key for seen in told)
    return {
        "crowds": sorted(ledger.crowds.items()),
        "gathered keys": told,
        "gathered noise": ledger.noise(),
        "gathered heard": ledger.heard({seen.src: seen.src[:8] for seen in told}),
        "gathered who_saw": [(key, sorted(names)) for key, names in ledger.who_saw().items()],
        "gathered hours": [(key, sorted(days.items())) for key, days in hours.items()],
        "gathered addresses": ledger.addresses(),
        "sessions": (sum(seen.n for seen in keys), sum(seen.n for seen in told)),
    }


@contextmanager
def standalone() -> Iterator[str]:
    """A Spark master and a worker, both on loopback; gives the master's address."""
    import pyspark  # type: ignore[import-not-found, unused-ignore]

    program = Path(pyspark.__file__).parent / "bin" / "spark-class"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_NO_DAEMONIZE": "1"}
    where, base = f"spark://127.0.0.1:{port}", "org.apache.spark.deploy"
    commands = (
        (f"{base}.master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", "0"),
        (f"{base}.worker.Worker", where, "--host", "127.0.0.1", "--cores", "1", "--memory", "1g", "--webui-port", "0"),
    )
    running = [
        subprocess.Popen([program, *command], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for command in commands
    ]
    try:
        for _ in range(240):
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.25)
        yield where
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(30)


def main(engine: str, baseline: str) -> None:
    """Print all hashes."""
    if engine == "spark-standalone":
        with standalone() as where:
            found = answers(where, Path(baseline))
    else:
        found = answers(engine, Path(baseline))
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])

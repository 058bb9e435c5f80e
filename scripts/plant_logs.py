"""Four weeks of a plant's life as Zeek's conn.log, a file a week: the same bytes every time.

    python scripts/plant_logs.py PLANT OUT --until 2026-11-20

What runs is what the policy in PLANT declares: steady flows by the hour, periodic ones once a night, rare and emergency
ones not at all, grants not at all. Besides: a scan from a workbench, a name lookup by multicast, and one try that nobody
answers. Times are UTC.
"""

from __future__ import annotations

import argparse
import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from segc import api
from segc.lang.literals import address_text
from segc.model.plant import TCP, UDP, Zone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.model.plant import Endpoint, Plant

FIELDS = (
    "ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "proto", "duration", "orig_bytes", "resp_bytes",
    "conn_state", "history", "orig_pkts", "resp_pkts",
)  # fmt: skip
HOURS = {"periodic": (2,), "rare": (), "emergency": (), "failover": ()}
WORDS = {TCP: "tcp", UDP: "udp"}
MOST = 3  # addresses of a zone or range that take part


class Way(NamedTuple):
    """Who opens to whom, by what, in which hours of a day."""

    source: str
    target: str
    proto: int
    port: int
    hours: tuple[int, ...]


def ways(plant: Plant) -> list[Way]:
    """What the standing flows let happen, each by the first port that its services name."""
    found: dict[Way, None] = {}
    for conduit in plant.conduits.values():
        for flow in conduit.flows:
            hours = HOURS.get(flow.facts.expect or "steady", tuple(range(24)))
            ports = [
                (m.proto, m.low) for s in flow.services for m in s.matches if m.proto in WORDS and m.source_low == 0
            ]
            ends = [(a, b) for a in _addresses(flow.sources) for b in _addresses(flow.targets)]
            found.update({Way(a, b, *port, hours): None for a, b in ends for port in dict.fromkeys(ports)})
    return [way for way in found if way.hours]


def _addresses(ends: tuple[Endpoint, ...]) -> list[str]:
    assets = [asset for end in ends for asset in (end.assets if isinstance(end, Zone) else (end,))]
    return [
        address_text(part.family, value)
        for asset in assets
        for part in asset.addresses.ranges()
        for value in range(part.low, min(part.high, part.low + MOST - 1) + 1)
    ]


def lines(plant: Plant, day: date, chance: random.Random) -> Iterator[str]:
    """A day, in no order."""
    start = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    for way in ways(plant):
        for hour in way.hours:
            time = start + hour * 3600 + chance.uniform(60, 3500)
            yield _line(time, way, chance, "SF", "ShADadFf", (chance.randint(900, 1100), chance.randint(1900, 2100)))
    if day.weekday() == 2:
        for port in range(1, 60):  # a scanner on a workbench, which nobody answers
            way = Way("10.20.70.12", "10.20.6.11", TCP, port, ())
            yield _line(start + 36_000 + port / 10, way, chance, "S0", "S", (0, 0))
    yield _line(start + 3600, Way("10.20.30.20", "224.0.0.251", UDP, 5353, ()), chance, "S0", "D", (80, 0))
    if day.weekday() == 4:
        yield _line(start + 40_000, Way("10.20.51.20", "10.20.6.13", TCP, 502, ()), chance, "REJ", "Sr", (0, 0))


def _line(time: float, way: Way, chance: random.Random, state: str, history: str, size: tuple[int, int]) -> str:
    packets = (6, 5) if state == "SF" else (1, 0)
    history = "Dd" if way.proto == UDP and state == "SF" else history
    values = (
        f"{time:.6f}", f"C{chance.getrandbits(60):015x}", way.source, chance.randint(58_000, 59_999), way.target, way.port,
        WORDS[way.proto], "1.000000", *size, state, history, *packets,
    )  # fmt: skip
    return "\t".join(map(str, values))


def main() -> None:
    """Write the files."""
    parser = argparse.ArgumentParser(description="Four weeks of a plant's life as Zeek's conn.log, a file a week.")
    parser.add_argument("plant", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--until", type=date.fromisoformat, required=True, help="the day behind the last one")
    parser.add_argument("--days", type=int, default=28)
    given = parser.parse_args()
    plant, _ = api.check(given.plant, datetime(given.until.year, given.until.month, given.until.day, tzinfo=UTC))
    chance = random.Random(3)  # noqa: S311 - the same every time is what is wanted
    given.out.mkdir(parents=True, exist_ok=True)
    for week in range(0, given.days, 7):
        days = [given.until - timedelta(days=given.days - n) for n in range(week, min(week + 7, given.days))]
        told = sorted(line for day in days for line in lines(plant, day, chance))
        head = ["#separator \\x09", "#unset_field\t-", "#path\tconn", "\t".join(("#fields", *FIELDS))]
        (given.out / f"conn-{days[0]}.log").write_text("\n".join([*head, *told]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

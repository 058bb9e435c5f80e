"""What the ledger must say, worked out row by row in Python, and random conversations to say it of."""

from __future__ import annotations

import random
from collections.abc import Iterable

from segc.baseline import noise
from segc.baseline.ingest.tally import DAY, HOUR
from segc.baseline.observed import Noise, Observed, Said

FIELDS = [
    "ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "proto", "service", "duration",
    "orig_bytes", "resp_bytes", "conn_state", "missed_bytes", "history", "orig_pkts", "resp_pkts", "orig_l2_addr", "resp_l2_addr",
]  # fmt: skip
HEADER = (
    "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n#fields\t"
    + "\t".join(FIELDS)
    + "\n"
)
START = 1_790_000_000
HOSTS = [*(f"10.1.0.{n}" for n in range(1, 9)), "2001:db8::8", "fd00::9"]
TARGETS = [
    *HOSTS,
    "224.0.1.1",
    "255.255.255.255",
    "169.254.7.7",
    "fe80::7",
    "ff02::1",
    "2001:db8::5",
    "::ffff:10.1.0.3",
]
PORTS = [502, 102, 44818, 2222, 47808, 7937, 18246, 123, 53, 514, 30001, 30002, 40001, 40002, 40003]
STATES = ("S0", "REJ", "SF", "SF", "SF", "S1", "RSTO", "RSTR", "OTH", "SHR", "RSTRH", "RSTOS0", "SH")
HISTORIES = ("S", "ShADadFf", "Dd", "D", "^hADad", "^dA", "dDaA", "", "h", "ShR", "^hR", "ShAR", "ShdR", "ShfR", "SdR")

Told = dict[tuple[int, str, str, int, int, int], list[int]]


def conversations(seed: int, count: int = 400) -> list[dict[str, str]]:
    """Rows of a conn.log, with everything in them that decides about something."""
    rnd = random.Random(seed)
    rows = []
    for number in range(count):
        proto = rnd.choice(("tcp", "tcp", "udp", "udp", "icmp"))
        ports = (
            (rnd.choice(PORTS), rnd.choice(PORTS)) if proto != "icmp" else (rnd.choice((0, 3, 8)), rnd.choice((0, 1)))
        )
        ts = START + rnd.randrange(3 * 86_400) + rnd.randrange(1_000_000) / 1e6
        row = {
            "ts": f"{ts:.6f}",
            "uid": f"C{number}",
            "id.orig_h": rnd.choice(HOSTS),
            "id.orig_p": str(ports[0]),
            "id.resp_h": rnd.choice(TARGETS if rnd.random() < 0.3 else HOSTS),
            "id.resp_p": str(ports[1]),
            "proto": proto,
            "service": rnd.choice(("-", "-", "-", "modbus")),
            "duration": rnd.choice(("-", "0.250000", "30.5", "5000.125", "200000.0")),
            "orig_bytes": rnd.choice(("-", "0", "120")),
            "resp_bytes": rnd.choice(("-", "0", "4000")),
            "conn_state": rnd.choice(STATES),
            "missed_bytes": "0",
            "history": rnd.choice(HISTORIES) or "-",
            "orig_pkts": rnd.choice(("1", "7")),
            "resp_pkts": rnd.choice(("0", "5")),
            "orig_l2_addr": rnd.choice(("-", "00:0E:8C:00:00:01")),
            "resp_l2_addr": rnd.choice(("-", "00:0e:8c:00:00:02", "ff:ff:ff:ff:ff:ff")),
        }
        if _family(row["id.orig_h"]) == _family(row["id.resp_h"]):  # SQL leaves out what has an address of each
            rows.append(row)
    rows += [row for row in _scans(rnd) if rnd.random() < 0.9]
    rnd.shuffle(rows)
    return rows


def _family(address: str) -> bool:
    return ":" in address.removeprefix("::ffff:")


def _scans(rnd: random.Random) -> list[dict[str, str]]:
    """Two scans of one machine, hours apart, and somebody who is nearly one."""
    plain = dict.fromkeys(FIELDS, "-") | {"proto": "tcp", "missed_bytes": "0"}
    tried = {"conn_state": "S0", "history": "S", "orig_pkts": "1", "resp_pkts": "0"}
    heard = {"conn_state": "SF", "history": "ShADadFf", "orig_pkts": "5", "resp_pkts": "5"}
    rows = []
    for start, source, many in ((3600, HOSTS[0], 60), (30_000, HOSTS[0], 45), (50_000, HOSTS[1], 27)):
        for number in range(many):
            to = {"id.orig_h": source, "id.orig_p": "51000", "id.resp_h": f"10.2.0.{number}", "id.resp_p": "22"}
            ts = {"ts": f"{START // 3600 * 3600 + start + number * 20}.000000"}
            rows.append(plain | to | ts | (heard if number % 9 == rnd.randrange(9) else tried))
    return rows


def tabs(rows: Iterable[dict[str, str]]) -> str:
    """The rows as Zeek writes them by default."""
    return HEADER + "".join("\t".join(row[name] for name in FIELDS) + "\n" for row in rows)


def ledger(seen: list[Observed], nets: tuple[tuple[int, int], ...] = ()) -> Told:
    """By day, key and noise: n, answered, unanswered, bytes, packets, first, last, hours, grade, said, lossy."""
    scans = noise.quarantine(noise.hours(seen))
    told: Told = {}
    for one in seen:
        kind = int(noise.of(one, nets, scans))
        answered = False if one.said is Said.STOPPED else one.answered
        for day in range(one.first // DAY, one.last // DAY + 1):
            first, last = max(one.first, day * DAY), min(one.last, day * DAY + DAY - 1)
            hours = sum(1 << hour for hour in range(first % DAY // HOUR, last % DAY // HOUR + 1))
            begun = day == one.first // DAY
            size = (one.bytes_out + one.bytes_in) * begun, (one.pkts_out + one.pkts_in) * begun
            counts = one.n, one.n * (answered is True), one.n * (answered is False), *size
            key = day, one.src, one.dst, one.proto, one.dport, kind
            row = told.setdefault(key, [0, 0, 0, 0, 0, first, last, 0, 0, 0, 0])
            for index, value in enumerate(counts):
                row[index] += value
            row[5], row[6], row[7] = min(row[5], first), max(row[6], last), row[7] | hours
            row[8:] = max(row[8], one.grade), max(row[9], one.said), max(row[10], one.lossy)
    return told


def is_noise(told: Told, kind: Noise) -> int:
    """How many rows are of a kind of noise."""
    return sum(key[5] == kind for key in told)

"""A key as people say it (`tcp 502`, `icmp echo-request`, `proto 47`), and who saw it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from segc.baseline.observed import NO_PORT
from segc.lang import icmp
from segc.model.plant import ICMP, ICMP6, SCTP, TCP, UDP
from segc.rules.ir import PREFIX
from segc.words import count, plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from segc.baseline.ledger import Key
    from segc.baseline.sensors import Sensor

PORTED_NAMES = {TCP: "tcp", UDP: "udp", SCTP: "sctp"}
_TYPES = {
    ICMP: ("icmp", {number: name for name, number in icmp.ICMP.items()}),
    ICMP6: ("icmp6", {number: name for name, number in icmp.ICMP6.items()}),
}


PCAP = "pcap"


def unit(form: str) -> str:
    """What a log of a format has records in: a capture has no lines."""
    return "packet" if form == PCAP else "line"


def percent(share: float, decimals: int = 0) -> str:
    """A share of 0 to 1 as people say it, `98 %`, rounded down: never 100 % as long as some is left."""
    steps = 10**decimals
    whole = math.floor(round(share * 100 * steps, 6))  # 0.29 * 100 is a little less than 29
    if share < 1:
        whole = min(whole, 100 * steps - 1)
    return f"{whole / steps:.{decimals}f} %"


def rounded(share: float) -> float:
    """A share of 0 to 1 for a document, to four decimals: never 1 as long as some is left."""
    return round(share, 4) if share >= 1 else min(round(share, 4), 0.9999)


def sensors(names: Iterable[str]) -> str:
    """Sensors by name, one of which may have none."""
    return ", ".join(name or "a sensor without a name" for name in names)


def unread_of(sensor: str, unread: int, read: int) -> str:
    """How much of a sensor's logs was not read, in words."""
    was = plural(unread, "was", "were")
    return f"{unread:,} of {count(read + unread, 'record')} of {sensors([sensor])} {was} not read"


def is_seldom(sensor: Sensor) -> bool:
    """Do its records lie in a few hours of its days? In less than a quarter: a plant of one shift has more."""
    return 0 < 4 * sensor.hours < 24 * (len(sensor.days) - len(sensor.silent))


def seldom(sensor: str, hours: int, days: int) -> str:
    """The same in words: no gap shows where a sensor has records of an hour a day."""
    return (
        f"{sensors([sensor])} has records of {count(hours, 'hour')} in {count(days, 'day')}: of the others, nothing shows that it "
        "was there"
    )


def believed(keys: int) -> Iterator[str]:
    """What rests on a test alone, in words; nothing where nothing does."""
    if keys:
        those = f"{count(keys, 'key')} {plural(keys, 'is', 'are')}"
        yield f"{those} believed to come from the source ports that a flow limits, since it was `tested`"


def dark_of(sensor: str, logs: Sequence[str]) -> str:
    """Of which logs of a sensor most was not read, in words."""
    more = f" and of {len(logs) - 1} more" if len(logs) > 1 else ""
    return f"most of what `{logs[0]}`{more} of {sensors([sensor])} tells was not read"


def ours_of(sensor: str, logs: Sequence[str]) -> str:
    """In which logs of a sensor records of our own firewalls were not read, in words."""
    more = f" and {len(logs) - 1} more" if len(logs) > 1 else ""
    return (
        f"`{logs[0]}`{more} of {sensors([sensor])} has lines of what our own firewalls recorded (`{PREFIX}`), which were not read "
        "since the log is of another format"
    )


def service(key: Key) -> str:
    """What a key speaks, as the language writes it."""
    if key.proto in PORTED_NAMES:
        return f"{PORTED_NAMES[key.proto]} {'(port unknown)' if key.port == NO_PORT else key.port}"
    if key.proto in _TYPES:
        word, names = _TYPES[key.proto]
        return word if key.port == NO_PORT else f"{word} {names.get(key.port >> 8, key.port >> 8)}"
    return f"proto {key.proto}"

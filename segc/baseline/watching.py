"""On which days a sensor watched two zones: not those on which it only was there.

A firewall's log tells of what it was asked to pass, so that any line shows that it worked. A tap shows what its mirror
port is given: one that lost a network, or all of them, still gets what is sent to everybody there.

    plc ----- switch ----- mes        a port that mirrors nothing any more hears mDNS, and no answer of anybody
                |
               tap

So a day of a tap counts for the zones of which it saw a machine in a conversation that may have had an answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from segc.baseline.compare import Entry
    from segc.baseline.covering import Covering
    from segc.baseline.store import Ledger

Days = Mapping[tuple[str, str], frozenset[int]]


@dataclass(frozen=True, slots=True)
class Watching:
    """Days (since 1970, UTC): by sensor those on which a device told what it did, by sensor and zone a tap's."""

    devices: Mapping[str, frozenset[int]] = field(default_factory=dict)
    taps: Days = field(default_factory=dict)

    def days(self, sensor: str, zones: Iterable[str | None]) -> set[int]:
        """The days on which a sensor watched any of these zones."""
        found = set(self.devices.get(sensor, ()))
        return found.union(*(self.taps.get((sensor, zone), ()) for zone in zones if zone is not None))


def watching(ledger: Ledger, covering: Covering, entries: Collection[Entry]) -> Watching:
    """Ask a baseline. `entries` are the keys that may have been answered."""
    devices: dict[str, set[int]] = {}
    for sensor, day in ledger.worked():
        devices.setdefault(sensor, set()).add(day)
    addresses = {end for entry in entries for end in (entry.seen.src, entry.seen.dst)}
    zones = {address: zone for address in addresses if (zone := covering.end(address).zone) is not None}
    taps: dict[tuple[str, str], set[int]] = {}
    for sensor, zone, day in ledger.shown(zones):
        taps.setdefault((sensor, zone), set()).add(day)
    return Watching(
        {at: frozenset(days) for at, days in devices.items()}, {at: frozenset(days) for at, days in taps.items()}
    )

"""What is kept as a finding and never learned: groups, broadcasts, link-local, scans, and what a device stopped."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, ip_address
from typing import TYPE_CHECKING, NamedTuple

from segc.baseline.observed import Noise, Said

if TYPE_CHECKING:
    from collections.abc import Iterable

    from segc.baseline.observed import Observed
    from segc.model.plant import Plant

HOUR = 3_600_000_000  # microseconds
HOURS = 24
TCP = 6

# A scan: a source that within one hour (UTC) tried at least so many targets (address, protocol and port)...
SCAN_TARGETS = 25  # an HMI or a historian opens to as many, and is answered; vendors' browsers ask a subnet of 254
# ...of which at most one in five answered. A machine that polls a line of which most is switched off comes near; what
# comes from it is then kept as a finding for that time, and learned from the days on which the line runs.
SCAN_ANSWERED = 0.2

_BROADCAST_MAC = "ff:ff:ff:ff:ff:ff"


class Hour(NamedTuple):
    """What a source did in an hour (hours since 1970): distinct targets of which it is known whether they answered."""

    src: str
    hour: int
    targets: int
    answered: int


def is_scan(hour: Hour) -> bool:
    """Did the source try many in that hour, of whom few answered?"""
    return hour.targets >= SCAN_TARGETS and hour.answered <= SCAN_ANSWERED * hour.targets


Windows = dict[tuple[str, int], tuple[int, int]]


def quarantine(hours: Iterable[Hour]) -> Windows:
    """By source that scanned and day (UTC), its window: from the first to the last of its scanning hours, both included.

    Between two scans of one machine nothing of it is learned: a scanner's own pauses are no plant traffic. By the day,
    so that it is the same in however many logs a sensor's records lie, and a scan each month costs no month.
    """
    found: Windows = {}
    for hour in hours:
        if is_scan(hour):
            first, last = found.get((hour.src, hour.hour // HOURS), (hour.hour, hour.hour))
            found[hour.src, hour.hour // HOURS] = min(first, hour.hour), max(last, hour.hour)
    return found


def hours(seen: Iterable[Observed]) -> list[Hour]:
    """What each source did in each hour. Groups and broadcasts have no one who answers, and do not count."""
    targets: dict[tuple[str, int], dict[tuple[str, int, int], bool]] = {}
    for one in seen:
        answered = False if one.said is Said.STOPPED else one.answered
        if answered is None or of_address(one.dst) is not Noise.NONE:
            continue
        known = targets.setdefault((one.src, one.first // HOUR), {})
        target = one.dst, one.proto, one.dport
        known[target] = known.get(target, False) or answered
    return [Hour(src, hour, len(known), sum(known.values())) for (src, hour), known in targets.items()]


def of(one: Observed, nets: tuple[tuple[int, int], ...] = (), scans: Windows | None = None) -> Noise:
    """Why an observation is noise. What a device stopped comes first, what the addresses say next, scans last."""
    if one.said is Said.STOPPED:
        return Noise.STOPPED
    # A zone's last address is a broadcast only where its `net` is a whole subnet. A session shows that it is a machine.
    by_address = of_pair(one.src, one.dst, () if one.proto == TCP or one.answered else nets)
    if by_address is not Noise.NONE:
        return by_address
    if one.dst_mac == _BROADCAST_MAC:
        return Noise.BROADCAST
    window = (scans or {}).get((one.src, one.first // HOUR // HOURS))
    if window is not None and window[0] <= one.first // HOUR <= window[1]:
        return Noise.SCAN
    return Noise.NONE


def of_pair(src: str, dst: str, nets: tuple[tuple[int, int], ...] = ()) -> Noise:
    """What two addresses say: a group or broadcast as target, or either end with an address of its link only."""
    target = of_address(dst, nets)
    if target is Noise.NONE and of_address(src) is not Noise.NONE:
        return Noise.LINK_LOCAL  # also what comes from no address at all: 0.0.0.0 and :: ask for one
    return target


def networks(plant: Plant) -> tuple[tuple[int, int], ...]:
    """The IPv4 networks of a plant's zones, but for those whose last address a machine is declared to have."""
    inside = [zone for zone in plant.zones.values() if not zone.outside]
    spans = {span for zone in inside for span in zone.declared.v4}
    held = {last for _, last in spans for zone in inside for asset in zone.assets if asset.addresses.holds(4, last)}
    return tuple(sorted(span for span in spans if span[1] not in held))


@lru_cache(maxsize=1 << 17)
def of_address(text: str, nets: tuple[tuple[int, int], ...] = ()) -> Noise:
    """What an address is: RFC 5771 and 4291 groups, RFC 919 broadcasts, RFC 3927 and 4291 link-local and unspecified.

    `nets` are the plant's IPv4 networks; the last address of each is its broadcast (RFC 922), if it has at least four.
    """
    address = ip_address(text)
    if address.is_multicast:
        return Noise.MULTICAST
    if isinstance(address, IPv4Address):
        value = int(address)
        if value == 0xFFFFFFFF or any(last == value and last - first >= 3 for first, last in nets):
            return Noise.BROADCAST
    if address.is_link_local or address.is_unspecified or address.is_loopback:
        return Noise.LINK_LOCAL
    return Noise.NONE

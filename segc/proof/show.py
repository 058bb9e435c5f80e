"""Boxes of packets in the plant's words: names where ranges are a zone, an asset or a service, else numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.lang.literals import address_text
from segc.model.addresses import NOTHING, Addresses, join, minus, prefix_text, prefixes
from segc.model.plant import ICMP, ICMP6, PORTED, Asset
from segc.packets.fields import DPORT, PROTO, SOURCE, SPORT, TARGET
from segc.packets.wellformed import EXTENSIONS

if TYPE_CHECKING:
    from segc.model.plant import Plant

NAMES = {6: "tcp", 17: "udp", 132: "sctp", ICMP: "icmp", ICMP6: "icmp6"}
ICMP_ONLY = {ICMP, ICMP6}  # one of them exists in either family: the other one is not missed
MOST = 4  # parts of a list that are spelt out
Spans = list[tuple[int, int]]


class Words:
    """Turns boxes of packets into text. Of several plants, the first one's names are preferred."""

    def __init__(self, *plants: Plant) -> None:
        self._plants = plants
        self._known: dict[tuple[int, tuple[tuple[int, int], ...]], str] = {}
        self._starts: dict[tuple[int, int], tuple[int, str]] = {}
        for plant in plants:
            for zone in plant.zones.values():
                for asset in zone.assets:
                    self._learn(asset.addresses.v4, asset.addresses.v6, asset.path)
                own = plant.ownership.own(zone.name)
                self._learn(own.v4, own.v6, zone.name)
            for group in plant.groups.values():
                all_of = join(
                    one.addresses if isinstance(one, Asset) else plant.ownership.own(one.name) for one in group.members
                )
                self._learn(all_of.v4, all_of.v6, group.name)

    def _learn(self, v4: tuple[tuple[int, int], ...], v6: tuple[tuple[int, int], ...], name: str) -> None:
        for family, spans in ((4, v4), (6, v6)):
            if spans:
                self._known.setdefault((family, spans), name)
            if len(spans) == 1:
                self._starts.setdefault((family, spans[0][0]), (spans[0][1], name))

    def box(self, family: int, box: dict[int, Spans]) -> str:
        """`mes.mes-app -> filling.filler-plc : tcp 502`."""
        source, target = (self.ends(family, box.get(field)) for field in (SOURCE, TARGET))
        return f"{source} -> {target} : {service(box, family)}"

    def ends(self, family: int, spans: Spans | None) -> str:
        """Addresses by name, as a zone without some of its own, or as prefixes and ranges."""
        if spans is None:
            return "any"
        known = self._known.get((family, tuple(spans)))
        if known is not None:
            return known
        named = [self._names(family, *span) for span in spans]
        if all(named):
            return _list([name for names in named for name in names])
        but = self._but(family, tuple(spans))
        if but is not None:
            return but
        return _list([", ".join(names) or _range(family, *span) for names, span in zip(named, spans, strict=True)])

    def _names(self, family: int, low: int, high: int) -> list[str]:
        """The names whose addresses, one behind the other, are this range; empty where there are none."""
        found = []
        while low <= high:
            last, name = self._starts.get((family, low), (high + 1, ""))
            if last > high:
                return []
            found.append(name)
            low = last + 1
        return found

    def _but(self, family: int, spans: tuple[tuple[int, int], ...]) -> str | None:
        """`filling but filler-plc`, where these are nearly all addresses of a zone."""
        for plant in self._plants:
            zone = plant.ownership.zone_of(family, spans[0][0])
            own = plant.ownership.own(zone) if zone is not None else NOTHING
            mine = Addresses(spans, ()) if family == 4 else Addresses((), spans)
            left = minus(Addresses(own.of(4) if family == 4 else (), own.of(6) if family == 6 else ()), mine)
            if zone is None or minus(mine, own) or left.size() >= mine.size():
                continue
            names = [self._names(family, *span) for span in left.of(family)]
            if all(names):
                short = [name.removeprefix(f"{zone}.") for each in names for name in each]
                return f"{zone} but {_list(short)}"
        return None


def _range(family: int, low: int, high: int) -> str:
    cut = list(prefixes(family, low, high))
    if len(cut) == 1:
        return prefix_text(family, *cut[0])
    return f"{address_text(family, low)}-{address_text(family, high)}"


def _list(parts: list[str]) -> str:
    if len(parts) <= MOST:
        return ", ".join(parts)
    return f"{', '.join(parts[:MOST])} and {len(parts) - MOST} more"


def service(box: dict[int, Spans], family: int = 4) -> str:
    """Protocols and ports of a box. What no packet of IPv6 has as its protocol is not missed there."""
    protos = {number for low, high in box.get(PROTO, [(0, 255)]) for number in range(low, high + 1)}
    missing = set(range(256)) - protos - (set(EXTENSIONS) if family == 6 else set())
    if len(missing) < 128:  # all, or all but those that stand elsewhere
        named = _list([_protocol(number) for number in sorted(missing) if number not in ICMP_ONLY])
        return f"any but {named}" if named else "any"
    names = _list([_protocol(number) for number in sorted(protos)])
    if protos <= set(PORTED):
        return " ".join(filter(None, (names, _ports(box.get(DPORT)), _ports(box.get(SPORT), "from port "))))
    if protos <= {ICMP, ICMP6} and box.get(DPORT):
        return f"{names} type {_list([_types(low, high) for low, high in box[DPORT]])}"
    return names


def _protocol(number: int) -> str:
    return NAMES.get(number, f"proto {number}")


def _ports(spans: Spans | None, word: str = "") -> str:
    if not spans or spans == [(0, 65535)]:
        return ""
    return word + _list([str(low) if low == high else f"{low}-{high}" for low, high in spans])


def _types(low: int, high: int) -> str:
    first, last = low >> 8, high >> 8
    return str(first) if first == last else f"{first}-{last}"

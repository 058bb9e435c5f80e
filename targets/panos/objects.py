"""Objects: addresses and groups by the names of the policy, services by theirs, applications for all without ports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.lang.literals import BITS, address_text
from segc.model.addresses import prefix_text, prefixes
from segc.model.plant import ICMP, ICMP6, PORTED, SCTP, TCP, UDP

from .names import OBJECT, Names, marked

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from segc.model.plant import Match, Service
    from segc.rules.table import Ends

    from .config import Config, Entry

PROTOCOLS = {TCP: "tcp", UDP: "udp", SCTP: "sctp"}
MOST = 60  # members that a rule lists by itself; more become a group
LONGEST_PORTS = 1000  # of the 1023 characters that a service's ports may have
PLAIN = "segc-uninspected"
KIND: Entry = {
    "category": "networking",
    "subcategory": "ip-protocol",
    "technology": "network-protocol",
    "risk": "1",
}
IDENTIFIED = {ICMP: "ident-by-icmp-type", ICMP6: "ident-by-icmp6-type"}
WORDS = {ICMP: "icmp", ICMP6: "icmp6"}
Span = tuple[int, int]


def span_text(family: int, low: int, high: int) -> tuple[str, str]:
    """A range as an address object says it: the kind, and the value."""
    whole = list(prefixes(family, low, high))
    if len(whole) == 1:
        text = prefix_text(family, *whole[0])
        return "ip-netmask", text if "/" in text else f"{text}/{BITS[family]}"
    return "ip-range", f"{address_text(family, low)}-{address_text(family, high)}"


class Objects:
    """Puts into the configuration what rules name, and gives the name."""

    def __init__(self, config: Config, names: Names) -> None:
        self.config = config
        self.names = names
        self.types: dict[int, dict[str, None]] = {ICMP: {}, ICMP6: {}}  # applications of ICMP types

    # -- addresses --------------------------------------------------------

    def addresses(self, side: Ends, families: Iterable[int]) -> list[str]:
        """The names of a side's addresses of some families."""
        found: dict[str, None] = {}
        for end in side.ends:
            for family in families:
                spans = end.addresses.of(family)
                if spans:
                    # what several lines may call the same is told apart by what it is
                    own = end.name != "firewalls" and " " not in end.name
                    found[self._end(end.name, family, spans, own=own)] = None
        return self._listed("address-group", "static", list(found))

    def _end(self, name: str, family: int, spans: Sequence[Span], *, own: bool) -> str:
        text = self.names.object(name.replace(" ", "_")) + ("_v6" if family == 6 else "")
        values = [span_text(family, *span) for span in spans]
        if len(values) > 1:
            content = " ".join(value for _, value in values)
            members = [self._address(self._by_value(value), kind, value) for kind, value in values]
            return self.config.add("address-group", marked(text, content), {"static": list(members)})
        kind, value = values[0]
        return self._address(text if own else marked(text, value), kind, value)

    def _by_value(self, value: str) -> str:
        return self.names.object(f"net_{value}".replace(":", "_").replace("/", "-"))

    def _address(self, name: str, kind: str, value: str) -> str:
        return self.config.add("address", name, {kind: value})

    def _listed(self, section: str, key: str, members: list[str]) -> list[str]:
        """As they are, or as one group where a rule could not list them."""
        if len(members) <= MOST:
            return members
        name = marked(f"group-of-{len(members)}", " ".join(members), OBJECT if section == "address-group" else 31)
        return [self.config.add(section, name, {key: members})]

    # -- services ---------------------------------------------------------

    def services(self, services: Iterable[Service]) -> list[str]:
        """Service objects for what has ports."""
        found: dict[str, None] = {}
        for service in services:
            groups: dict[tuple[int, Span], list[Span]] = {}
            for m in service.matches:
                if m.proto in PORTED:
                    groups.setdefault((m.proto, (m.source_low, m.source_high)), []).append((m.low, m.high))
            for (proto, origin), spans in groups.items():
                text = self.names.service(service.name)
                text += f"_{PROTOCOLS[proto]}" if len({p for p, _ in groups}) > 1 else ""
                alone = sum(p == proto for p, _ in groups) == 1
                text += "" if alone else f"_from_{origin[0]}"
                found.update(dict.fromkeys(self._service(text, PROTOCOLS[proto], origin, spans)))
        return list(found)

    def _service(self, name: str, word: str, origin: Span, spans: Iterable[Span]) -> list[str]:
        found = []
        for number, ports in enumerate(_port_texts(spans), 1):
            value: Entry = {"port": ports}
            if origin != (0, 65535):
                value["source-port"] = _port(origin)
            text = name if number == 1 else f"{name}_{number}"
            found.append(self.config.add("service", text, {"protocol": {word: value}}))
        return found

    # -- applications -----------------------------------------------------

    def note(self, matches: Iterable[Match] | None) -> None:
        """Make the applications of ICMP types that some line names: all are known before the first rule is made."""
        for match in matches or ():
            if match.proto in IDENTIFIED and not _whole(match):
                for number in range(match.low, min(match.high, 255) + 1):
                    self.types[match.proto].setdefault(self._type(match.proto, number))

    def _type(self, proto: int, number: int) -> str:
        name = f"segc-{WORDS[proto]}-type-{number}"
        return self.config.add("application", name, {**KIND, "default": {IDENTIFIED[proto]: {"type": str(number)}}})

    def applications(self, matches: Iterable[Match], families: Iterable[int]) -> list[str]:
        """Applications for what has no ports."""
        found: dict[str, None] = {}
        for match in matches:
            if match.proto in PORTED or (match.family and match.family not in families):
                continue
            if match.proto in IDENTIFIED and not _whole(match):
                numbers = range(match.low, min(match.high, 255) + 1)
                found.update(dict.fromkeys(self._type(match.proto, number) for number in numbers))
                continue
            default: Entry = {"ident-by-ip-protocol": str(match.proto)}
            name = f"segc-protocol-{match.proto}"
            found[self.config.add("application", name, {**KIND, "default": default})] = None
            # an application for a type takes its packets away from the one for the whole protocol
            found.update(self.types.get(match.proto, {}))
        return self._listed("application-group", "members", list(found))

    def plain(self) -> str:
        """The application that overrides give: it has no signature, so nothing looks for one."""
        kind: Entry = {**KIND, "category": "business-systems", "subcategory": "general-business"}
        return self.config.add("application", PLAIN, {**kind, "technology": "client-server"})


def _whole(match: Match) -> bool:
    return match.low == 0 and match.high >= 255


def _port(span: Span) -> str:
    return str(span[0]) if span[0] == span[1] else f"{span[0]}-{span[1]}"


def _port_texts(spans: Iterable[Span]) -> list[str]:
    """Lists of ports, each no longer than a service may have it."""
    found: list[str] = []
    for text in dict.fromkeys(map(_port, spans)):
        if found and len(found[-1]) + len(text) < LONGEST_PORTS:
            found[-1] += f",{text}"
        else:
            found.append(text)
    return found

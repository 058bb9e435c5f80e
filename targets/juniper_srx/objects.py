"""The global address book and the applications, called as the policy calls machines and services."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.lang.literals import address_text
from segc.model.addresses import prefixes
from segc.model.flows import short_id
from segc.model.plant import ICMP, ICMP6, PORTED, SCTP, TCP, UDP

from .names import address_words, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from segc.model.addresses import Addresses
    from segc.model.plant import Match, Service
    from segc.rules.table import Ends, Line

BOOK = "set security address-book global"
PROTOCOLS = {TCP: "tcp", UDP: "udp", SCTP: "sctp", ICMP: "icmp", ICMP6: "icmp6"}
NEIGHBOURS = (130, 131, 132, 133, 134, 135, 136, 143)  # RFC 4890 section 4.4: MLD and neighbour discovery


class Item(NamedTuple):
    """One address as Junos takes it: its text, which serves as a name as well, and what stands behind the name."""

    name: str
    value: str


def items(addresses: Addresses) -> list[Item]:
    """IPv4 as prefixes or ranges, whatever is shorter; IPv6 as prefixes, since ranges of it are not documented."""
    found = []
    for family, low, high in addresses.ranges():
        made = [f"{address_text(family, start)}/{length}" for start, length in prefixes(family, low, high)]
        if family == 4 and len(made) > 1:
            first, last = address_text(4, low), address_text(4, high)
            found.append(Item(f"{first}-{last}", f"range-address {first} to {last}"))
        else:
            found += [Item(text, text) for text in made]
    return found


class Book:
    """Addresses. Where one name means several sets, as `firewalls` does, a mark made from the addresses tells them apart."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._words = address_words()
        self._meanings: dict[str, set[Addresses]] = {}
        self._lines: dict[str, list[str]] = {}
        for line in lines:
            for side in (line.source, line.target):
                for end in side.ends if side is not None else ():
                    self._meanings.setdefault(end.name, set()).add(end.addresses)

    def names(self, side: Ends | None) -> list[str]:
        """What stands behind `source-address` or `destination-address`."""
        return ["any"] if side is None else [self._name(end.name, end.addresses) for end in side.ends]

    def size(self, side: Ends | None) -> int:
        """How many addresses a policy must look at."""
        return 0 if side is None else sum(len(items(end.addresses)) for end in side.ends)

    def _name(self, text: str, addresses: Addresses) -> str:
        made = items(addresses)
        if text == "firewalls" or len(self._meanings[text]) > 1:
            text = f"{text}_{short_id(' '.join(item.name for item in made), 6)}"
        name = self._words(text)
        if name not in self._lines:
            self._lines[name] = list(self._definition(name, made))
        return name

    def _definition(self, name: str, made: list[Item]) -> Iterator[str]:
        if len(made) == 1:
            yield f"{BOOK} address {name} {made[0].value}"
            return
        for item in made:
            member = self._words(item.name)
            self._lines.setdefault(member, [f"{BOOK} address {member} {item.value}"])
            yield f"{BOOK} address-set {name} address {member}"

    def lines(self) -> list[str]:
        """The whole book, by name."""
        return [line for _, lines in sorted(self._lines.items()) for line in lines]


class Applications:
    """Applications for single matches, and sets of them for services that have several.

    `plain`: no application layer gateway may look into these packets, not even at ports that one listens to.
    """

    def __init__(self) -> None:
        self._words = words()
        self._lines: dict[str, list[str]] = {}

    def names(self, line: Line) -> list[str]:
        """What stands behind `application`."""
        if line.matches is None:
            return ["any"]
        plain = line.pair is not None and line.pair.plain
        spoken = [service for service in line.services if service.matches]
        if spoken:
            return list(dict.fromkeys(self._service(service, plain) for service in spoken))
        return [self._single(text, words, plain) for text, words in single_matches(line.matches)]

    def neighbours(self) -> str:
        """The application set of what keeps an IPv6 link alive."""
        made = [(f"icmp6_{kind}", f"protocol icmp6 icmp6-type {kind}") for kind in NEIGHBOURS]
        return self._set("ND-and-MLD", made, plain=False)

    def _service(self, service: Service, plain: bool) -> str:  # noqa: FBT001
        made = list(single_matches(service.matches))
        if len(made) == 1:
            return self._single(service.name, made[0][1], plain)
        return self._set(service.name, made, plain=plain)

    def _set(self, text: str, made: list[tuple[str, str]], *, plain: bool) -> str:
        members = [self._single(one, rest, plain) for one, rest in made]
        name = self._named(text, plain)
        self._lines[name] = [f"set applications application-set {name} application {member}" for member in members]
        return name

    def _single(self, text: str, rest: str, plain: bool) -> str:  # noqa: FBT001
        name = self._named(text, plain)
        lines = [f"set applications application {name} {rest}"]
        if plain:
            lines.append(f"set applications application {name} application-protocol ignore")
        self._lines[name] = lines
        return name

    def _named(self, text: str, plain: bool) -> str:  # noqa: FBT001
        own = text if not text.startswith("junos-") else f"own_{text}"  # Junos keeps that beginning for itself
        return self._words(f"{own}_plain" if plain else own)

    def lines(self) -> list[str]:
        """All of them, by name."""
        return [line for _, lines in sorted(self._lines.items()) for line in lines]


def single_matches(matches: Iterable[Match]) -> Iterator[tuple[str, str]]:
    """Matches as names and as what stands behind `application NAME`."""
    for match in matches:
        protocol = PROTOCOLS.get(match.proto, str(match.proto))
        if match.proto in PORTED:
            yield _ported(match, protocol)
        elif match.proto in (ICMP, ICMP6) and (match.low > 0 or match.high < 255):
            for kind in range(match.low, match.high + 1):
                yield f"{protocol}_{kind}", f"protocol {protocol} {protocol}-type {kind}"
        else:
            yield f"protocol_{protocol}", f"protocol {protocol}"


def _ported(match: Match, protocol: str) -> tuple[str, str]:
    name, words = protocol, f"protocol {protocol}"
    for low, high, mark, key in (
        (match.low, match.high, "", "destination-port"),
        (match.source_low, match.source_high, "from_", "source-port"),
    ):
        if (low, high) != (0, 65535):
            ports = str(low) if low == high else f"{low}-{high}"
            name, words = f"{name}_{mark}{ports}", f"{words} {key} {ports}"
    return (name, words) if name != protocol else (f"{protocol}_any", words)

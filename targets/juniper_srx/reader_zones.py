"""Security zones: which interface is in which.

host-inbound-traffic says which services the box offers at an interface at all, as a daemon listens or does not. It is no
list of who may reach them, and what it does not offer meets no policy and leaves no record: it is known here, not judged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.packets.machine import Refused

if TYPE_CHECKING:
    from .reader_addresses import Books
    from .reader_config import Statement, Words

_UNRELATED = (
    "screen",
    "tcp-rst",
    "description",
    "application-tracking",
    "advance-policy-based-routing-profile",
    "source-identity-log",
    "enable-reverse-reroute",
    "unidirectional-session-refreshing",
)


class Zones:
    """All security zones."""

    def __init__(self) -> None:
        self.interfaces: dict[str, list[str]] = {}
        self._of: dict[str, str] = {}

    def statement(self, one: Statement, words: Words, books: Books) -> None:
        """What stands behind `security zones`."""
        match words:
            case ("functional-zone", "management", *_):
                return  # out-of-band: nothing passes through it
            case ("security-zone", zone, "address-book", *rest):
                books.statement(f"zone {zone}", one, tuple(rest))
            case ("security-zone", zone, "interfaces", interface, *rest) if not rest or _inbound(rest):
                self._bind(zone, interface)
            case ("security-zone", zone, *rest) if not rest or rest[0] in _UNRELATED or _inbound(rest):
                self.interfaces.setdefault(zone, [])
            case _:
                raise Refused("is nothing of zones that this reader knows", one.line)

    def _bind(self, zone: str, interface: str) -> None:
        if interface == "all":
            raise Refused("puts all other interfaces into a zone: say which")
        if self._of.setdefault(interface, zone) != zone:
            raise Refused(f"`{interface}` is in `{self._of[interface]}` already: the commit would fail")
        listed = self.interfaces.setdefault(zone, [])
        if interface not in listed:
            listed.append(interface)

    def names(self) -> dict[str, tuple[str, ...]]:
        """The interfaces of each zone."""
        return {zone: tuple(names) for zone, names in self.interfaces.items()}


def _inbound(words: list[str]) -> bool:
    match words:
        case ["host-inbound-traffic", "system-services" | "protocols", _, *rest]:
            return rest in ([], ["except"])
    return False

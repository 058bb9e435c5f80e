"""The two sides of a rule: filter_generate_address in filter.inc, and what `(self)` means where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.packets.fields import SOURCE, TARGET
from segc.packets.machine import In, Refused, Unknown

from .._shared import reader_pf

if TYPE_CHECKING:
    from segc.packets.fields import Spans
    from segc.packets.machine import Match

    from .._shared.reader_pf_box import Box
    from .._shared.reader_xml import Node
    from .reader_aliases import Aliases

GROUPS: dict[int, Spans] = {
    4: ((0xE0000000, 0xEFFFFFFF), (0xFFFFFFFF, 0xFFFFFFFF)),
    6: ((0xFF << 120, (1 << 128) - 1),),
}
Matches = tuple["Match", ...]


class Left(Exception):
    """pfSense makes a comment of the rule, and loads the rest."""


class Ends:
    """Reads sides; what it cannot say for certain goes to `unknown`."""

    def __init__(self, aliases: Aliases, box: Box, unknown: list[tuple[str, int]]) -> None:
        self._aliases = aliases
        self._box = box
        self.unknown = unknown

    def both(self, node: Node, family: int) -> tuple[Matches | None, Matches | None]:
        """Both sides, in the hook forward and in the hook input. None: never."""
        own_source, source = self._end(node, "source", SOURCE, family)
        own_target, target = self._end(node, "destination", TARGET, family)
        if own_source is not None:
            self.unknown.append(("(self) as a source", node.line))
            source = (Unknown("the firewall's own address as a source", negate=own_source),)
        if own_target is None:
            return (*source, *target), (*source, *target)
        # nothing that is forwarded is sent to the firewall's addresses; what it takes in is, but for multicast
        here: Match = In(TARGET, GROUPS[family], negate=not own_target)
        return (source if own_target else None), (*source, here)

    def _end(self, node: Node, side: str, at: int, family: int) -> tuple[bool | None, Matches]:
        """(self) negated or not, or None; and the addresses of a side otherwise."""
        end = node.one(side)
        if end is None:
            raise Left
        strange = next((c for c in end.children if c.tag not in ("any", "network", "address", "not", "port")), None)
        if strange is not None:
            raise Refused(f"<{strange.tag}> is nothing that a side of a rule has", strange.line, text=strange.tag)
        if end.has("any"):
            return None, ()
        negate = end.has("not")
        network, address = end.value("network"), end.value("address")
        if network == "(self)":
            return negate, ()
        if network:
            return None, self._own(network, at, family, end, negate=negate)
        if not address:
            raise Left
        return None, (In(at, self._addresses(address, family, end), negate),)

    def _own(self, name: str, at: int, family: int, end: Node, *, negate: bool) -> Matches:
        """An interface's network (`lan`), or its address (`lanip`)."""
        alone = name.endswith("ip")
        interface = (self._box.interfaces or {}).get(name.removesuffix("ip"))
        if interface is None or (not interface.addresses and not interface.networks):
            text = f"the {'address' if alone else 'network'} of {name.removesuffix('ip')}"
            self.unknown.append((text, end.line))
            return (Unknown(text, negate),)
        if family not in interface.addresses:
            raise Left
        own = interface.addresses[family]
        return (In(at, ((own, own) if alone else interface.networks[family],), negate),)

    def _addresses(self, text: str, family: int, end: Node) -> Spans:
        one = reader_pf.network(text)
        if one is not None:
            if one[0] != family:
                raise Refused(
                    f"an address of IPv{one[0]} in a rule for IPv{family}: pf loads nothing then", end.line, text=text
                )
            if text.startswith("::"):
                raise Refused("pfSense puts the interface's prefix before such an address", end.line, text=text)
            return (one[1:],)
        if text in self._aliases and not self._aliases.is_ports(text):
            return self._aliases.networks(text, family)
        raise Left  # an unknown alias, a range, or several addresses

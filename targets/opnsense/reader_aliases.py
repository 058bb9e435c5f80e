"""The model Firewall/Alias: what each name stands for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from segc.packets.machine import Refused

from .._shared import reader_pf, reader_pf_aliases

if TYPE_CHECKING:
    from .._shared.reader_xml import Node

_NAME = re.compile(r"[a-zA-Z]|[_a-zA-Z][a-zA-Z0-9][_a-zA-Z0-9]{0,29}")
PLAIN = "enabled name type content description path_expression proto interface counters updatefreq password username"
PLAIN += " categories current_items last_updated eval_nomatch eval_match in_block_p in_block_b in_pass_p in_pass_b"
PLAIN += " out_block_p out_block_b out_pass_p out_pass_b authtype expire"
KNOWN = frozenset(PLAIN.split())


class Aliases(reader_pf_aliases.Aliases):
    """Aliases as OPNsense takes them: each may be switched off, be for one family, or have no value."""

    content = "content"
    kinds = ("host", "network", "networkgroup")

    def is_ports(self, name: str) -> bool:
        """Does an alias stand for ports? Lists of ports that are fetched do, too."""
        return "port" in self._nodes[name].value("type")

    def name(self, node: Node) -> str:
        """The name of an alias, whose elements are all known. Raises `Refused`."""
        strange = next((child for child in node.children if child.tag not in KNOWN), None)
        if node.tag != "alias" or strange is not None:
            at = strange or node
            raise Refused(f"<{at.tag}> is nothing that this reader knows of an alias", at.line, text=at.tag)
        name = node.value("name")
        if not _NAME.fullmatch(name):
            raise Refused(f"`{name}` is no name of an alias", node.line, text=name)
        return name

    def values(self, name: str, kinds: tuple[str, ...], within: tuple[str, ...]) -> list[str]:
        """What an alias holds, as it is written, if it is switched on and for both families."""
        node = self._nodes[name]
        if node.value("enabled") == "0":
            raise Refused(
                f"the alias `{name}` is switched off: pf does not load a rule that names it", node.line, text=name
            )
        found = super().values(name, kinds, within)
        if node.value("proto") not in ("", "IPv4,IPv6"):
            raise Refused(f"the alias `{name}` is for one family only", node.line, text=name)
        return found

    def network(self, node: Node, value: str) -> tuple[int, int, int]:
        """Family, first and last address of a value; a group of networks holds names only. Raises `Refused`."""
        found = reader_pf.network(value)
        if found is None or node.value("type") == "networkgroup":
            raise Refused(f"`{value}` is nothing that this reader can look up", node.line, text=value)
        return found

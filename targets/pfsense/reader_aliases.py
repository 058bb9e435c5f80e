"""The section `aliases`: what each name stands for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from segc.packets.machine import Refused

from .._shared import reader_pf, reader_pf_aliases

if TYPE_CHECKING:
    from .._shared.reader_xml import Node

LONGEST = 31
_NAME = re.compile(r"[A-Za-z0-9_]+")
KNOWN = ("name", "type", "address", "descr", "detail", "url", "updatefreq", "aliasurl")


class Aliases(reader_pf_aliases.Aliases):
    """Aliases as pfSense takes them: one without a port stops pf's whole load."""

    content = "address"
    kinds = ("host", "network")

    def name(self, node: Node) -> str:
        """The name of an alias, whose elements are all known. Raises `Refused`."""
        if node.tag != "alias":
            raise Refused(f"<{node.tag}> does not belong to the aliases", node.line, text=node.tag)
        strange = next((child for child in node.children if child.tag not in KNOWN), None)
        if strange is not None:
            raise Refused(f"<{strange.tag}> is nothing that an alias has", strange.line, text=strange.tag)
        name = node.value("name")
        if not _NAME.fullmatch(name) or name.isdecimal() or len(name) > LONGEST or name in ("port", "pass"):
            raise Refused(f"`{name}` is no name of an alias", node.line, text=name)
        return name

    def values(self, name: str, kinds: tuple[str, ...], within: tuple[str, ...]) -> list[str]:
        """What an alias holds, as it is written: ports, or addresses, of which there may be none."""
        found = super().values(name, kinds, within)
        if kinds == ("port",) and not found:
            raise Refused(f"the alias `{name}` has no port: pf loads nothing then", self._nodes[name].line, text=name)
        return found

    def network(self, node: Node, value: str) -> tuple[int, int, int]:
        """Family, first and last address of a value. Raises `Refused`."""
        found = reader_pf.network(value)
        if found is None:
            raise Refused(f"`{value}` is no address: pfSense would look it up by DNS", node.line, text=value)
        return found

    def port(self, node: Node, value: str) -> tuple[int, int]:
        """First and last port of a value; ranges are written with a colon. Raises `Refused`."""
        found = super().port(node, value)
        if "-" in value:
            raise Refused(f"`{value}` is no port of an alias", node.line, text=value)
        return found

"""The section `aliases`: what each name stands for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from segc.packets.fields import Spans, normal
from segc.packets.machine import Refused

from .._shared import reader_pf

if TYPE_CHECKING:
    from .._shared.reader_xml import Node

LONGEST = 31
_NAME = re.compile(r"[A-Za-z0-9_]+")
KNOWN = ("name", "type", "address", "descr", "detail", "url", "updatefreq", "aliasurl")


class Aliases:
    """Aliases by their names. Values are worked out when a rule asks for them: others do not matter."""

    def __init__(self, section: Node | None) -> None:
        self._nodes: dict[str, Node] = {}
        self._known: dict[tuple[str, int], Spans] = {}
        for node in section.children if section is not None else ():
            self._add(node)

    def __contains__(self, name: str) -> bool:
        return name in self._nodes

    def _add(self, node: Node) -> None:
        if node.tag != "alias":
            raise Refused(f"<{node.tag}> does not belong to the aliases", node.line, text=node.tag)
        strange = next((child for child in node.children if child.tag not in KNOWN), None)
        if strange is not None:
            raise Refused(f"<{strange.tag}> is nothing that an alias has", strange.line, text=strange.tag)
        name = node.value("name")
        if not _NAME.fullmatch(name) or name.isdecimal() or len(name) > LONGEST or name in ("port", "pass"):
            raise Refused(f"`{name}` is no name of an alias", node.line, text=name)
        if name in self._nodes:
            raise Refused(f"there are two aliases `{name}`", node.line, text=name)
        self._nodes[name] = node

    def is_ports(self, name: str) -> bool:
        """Does an alias stand for ports?"""
        return self._nodes[name].value("type") == "port"

    def networks(self, name: str, family: int, within: tuple[str, ...] = ()) -> Spans:
        """The addresses of one family. An alias with none of it is a table that matches nothing."""
        if (name, family) not in self._known:
            self._known[name, family] = self._networks(name, family, within)
        return self._known[name, family]

    def _networks(self, name: str, family: int, within: tuple[str, ...]) -> Spans:
        node, values = self._values(name, ("host", "network"), within)
        found: list[tuple[int, int]] = []
        for value in values:
            if value in self._nodes:
                found += self.networks(value, family, (*within, name))
                continue
            one = reader_pf.network(value)
            if one is None:
                raise Refused(f"`{value}` is no address: pfSense would look it up by DNS", node.line, text=value)
            if one[0] == family:
                found.append(one[1:])
        return normal(found)

    def ports(self, name: str, within: tuple[str, ...] = ()) -> Spans:
        """The ports that an alias stands for."""
        node, values = self._values(name, ("port",), within)
        if not values:
            raise Refused(f"the alias `{name}` has no port: pf loads nothing then", node.line, text=name)
        found: list[tuple[int, int]] = []
        for value in values:
            if value in self._nodes:
                found += self.ports(value, (*within, name))
                continue
            one = reader_pf.port(value, node.line)
            if one is None or "-" in value:
                raise Refused(f"`{value}` is no port of an alias", node.line, text=value)
            found.append(one)
        return normal(found)

    def _values(self, name: str, kinds: tuple[str, ...], within: tuple[str, ...]) -> tuple[Node, list[str]]:
        node = self._nodes[name]
        if name in within:
            raise Refused(f"the alias `{name}` holds itself", node.line, text=name)
        kind = node.value("type")
        if kind not in kinds:
            raise Refused(
                f"the alias `{name}` is of type `{kind}`, where {' or '.join(kinds)} is due", node.line, text=name
            )
        return node, node.value("address").split()

"""The model Firewall/Alias: what each name stands for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from segc.packets.fields import Spans, normal
from segc.packets.machine import Refused

from .._shared import reader_pf

if TYPE_CHECKING:
    from .._shared.reader_xml import Node

_NAME = re.compile(r"[a-zA-Z]|[_a-zA-Z][a-zA-Z0-9][_a-zA-Z0-9]{0,29}")
PLAIN = "enabled name type content description path_expression proto interface counters updatefreq password username"
PLAIN += " categories current_items last_updated eval_nomatch eval_match in_block_p in_block_b in_pass_p in_pass_b"
PLAIN += " out_block_p out_block_b out_pass_p out_pass_b authtype expire"
KNOWN = frozenset(PLAIN.split())
ADDRESSES = ("host", "network", "networkgroup")


class Aliases:
    """Aliases by their names. Values are worked out when a rule asks for them: others do not matter."""

    def __init__(self, section: Node | None) -> None:
        self._nodes: dict[str, Node] = {}
        self._known: dict[tuple[str, int], Spans] = {}
        for node in section.children if section is not None else ():
            strange = next((child for child in node.children if child.tag not in KNOWN), None)
            if node.tag != "alias" or strange is not None:
                at = strange or node
                raise Refused(f"<{at.tag}> is nothing that this reader knows of an alias", at.line, text=at.tag)
            name = node.value("name")
            if not _NAME.fullmatch(name):
                raise Refused(f"`{name}` is no name of an alias", node.line, text=name)
            if name in self._nodes:
                raise Refused(f"there are two aliases `{name}`", node.line, text=name)
            self._nodes[name] = node

    def __contains__(self, name: str) -> bool:
        return name in self._nodes

    def is_ports(self, name: str) -> bool:
        """Does an alias stand for ports?"""
        return "port" in self._nodes[name].value("type")

    def networks(self, name: str, family: int, within: tuple[str, ...] = ()) -> Spans:
        """The addresses of one family. An alias with none of it is a table that matches nothing."""
        if (name, family) not in self._known:
            self._known[name, family] = self._networks(name, family, within)
        return self._known[name, family]

    def _networks(self, name: str, family: int, within: tuple[str, ...]) -> Spans:
        node, values = self._values(name, ADDRESSES, within)
        found: list[tuple[int, int]] = []
        for value in values:
            if value in self._nodes:
                found += self.networks(value, family, (*within, name))
                continue
            one = reader_pf.network(value)
            if one is None or node.value("type") == "networkgroup":
                raise Refused(f"`{value}` is nothing that this reader can look up", node.line, text=value)
            if one[0] == family:
                found.append(one[1:])
        return normal(found)

    def ports(self, name: str, within: tuple[str, ...] = ()) -> Spans:
        """The ports that an alias stands for; none where it is empty."""
        node, values = self._values(name, ("port",), within)
        found: list[tuple[int, int]] = []
        for value in values:
            if value in self._nodes:
                found += self.ports(value, (*within, name))
                continue
            one = reader_pf.port(value, node.line)
            if one is None:
                raise Refused(f"`{value}` is no port of an alias", node.line, text=value)
            found.append(one)
        return normal(found)

    def _values(self, name: str, kinds: tuple[str, ...], within: tuple[str, ...]) -> tuple[Node, list[str]]:
        node = self._nodes[name]
        if name in within:
            raise Refused(f"the alias `{name}` holds itself", node.line, text=name)
        if node.value("enabled") == "0":
            raise Refused(
                f"the alias `{name}` is switched off: pf does not load a rule that names it", node.line, text=name
            )
        kind = node.value("type")
        if kind not in kinds:
            raise Refused(
                f"the alias `{name}` is of type `{kind}`, where {' or '.join(kinds)} is due", node.line, text=name
            )
        if node.value("proto") not in ("", "IPv4,IPv6"):
            raise Refused(f"the alias `{name}` is for one family only", node.line, text=name)
        return node, node.value("content").split()

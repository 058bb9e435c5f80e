"""Aliases of pfSense and OPNsense: what each name stands for, by what others it names."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from segc.packets.fields import Spans, normal
from segc.packets.machine import Refused

from . import reader_pf

if TYPE_CHECKING:
    from .reader_xml import Node


class Aliases(ABC):
    """Aliases by their names. Values are worked out when a rule asks for them: others do not matter."""

    content: str  # the element that holds the values
    kinds: tuple[str, ...]  # types of aliases that stand for addresses

    def __init__(self, section: Node | None) -> None:
        self._nodes: dict[str, Node] = {}
        self._known: dict[tuple[str, int], Spans] = {}
        for node in section.children if section is not None else ():
            name = self.name(node)
            if name in self._nodes:
                raise Refused(f"there are two aliases `{name}`", node.line, text=name)
            self._nodes[name] = node

    def __contains__(self, name: str) -> bool:
        return name in self._nodes

    def is_ports(self, name: str) -> bool:
        """Does an alias stand for ports?"""
        return self._nodes[name].value("type") == "port"

    def networks(self, name: str, family: int, within: tuple[str, ...] = ()) -> Spans:
        """The addresses of one family. An alias with none of it is a table that matches nothing."""
        if (name, family) not in self._known:
            self._known[name, family] = self._networks(name, family, within)
        return self._known[name, family]

    def ports(self, name: str, within: tuple[str, ...] = ()) -> Spans:
        """The ports that an alias stands for."""
        node = self._nodes[name]
        found: list[tuple[int, int]] = []
        for value in self.values(name, ("port",), within):
            found += self.ports(value, (*within, name)) if value in self._nodes else [self.port(node, value)]
        return normal(found)

    def values(self, name: str, kinds: tuple[str, ...], within: tuple[str, ...]) -> list[str]:
        """What an alias holds, as it is written; of which others it is part stands in `within`."""
        node = self._nodes[name]
        if name in within:
            raise Refused(f"the alias `{name}` holds itself", node.line, text=name)
        kind = node.value("type")
        if kind not in kinds:
            raise Refused(
                f"the alias `{name}` is of type `{kind}`, where {' or '.join(kinds)} is due", node.line, text=name
            )
        return node.value(self.content).split()

    def port(self, node: Node, value: str) -> tuple[int, int]:
        """First and last port of a value of this alias. Raises `Refused`."""
        found = reader_pf.port(value, node.line)
        if found is None:
            raise Refused(f"`{value}` is no port of an alias", node.line, text=value)
        return found

    @abstractmethod
    def name(self, node: Node) -> str:
        """The name of an alias, whose elements are all known. Raises `Refused`."""

    @abstractmethod
    def network(self, node: Node, value: str) -> tuple[int, int, int]:
        """Family, first and last address of a value of this alias. Raises `Refused`."""

    def _networks(self, name: str, family: int, within: tuple[str, ...]) -> Spans:
        node = self._nodes[name]
        found: list[tuple[int, int]] = []
        for value in self.values(name, self.kinds, within):
            if value in self._nodes:
                found += self.networks(value, family, (*within, name))
                continue
            its_family, low, high = self.network(node, value)
            if its_family == family:
                found.append((low, high))
        return normal(found)

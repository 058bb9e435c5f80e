"""Policies as rules: what each asks of a packet, what it does, and under which name it is recorded.

A policy has IPv4 addresses on both sides, IPv6 addresses on both, or all four. The
box does not take one with a source of one family and a target of the other, and a
family that is not named is not matched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.packets.fields import DPORT, IIF, OIF, PROTO, SOURCE, SPORT, TARGET, normal
from segc.packets.machine import (
    Accept,
    Among,
    Drop,
    Family,
    In,
    Interface,
    Log,
    Refused,
    Rule,
    Unknown,
    Whatever,
)

from . import reader_known as known
from .reader_addresses import Addresses, Elsewhere
from .reader_schedules import Schedules
from .reader_services import EVERYTHING, Services

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.packets.clock import Shown
    from segc.packets.machine import Action, Match

    from .reader_tree import Node

FAMILIES = (4, 6)
SUFFIX = {4: "", 6: "6"}
# What may be named in the place of an address: translations, and lists that are fetched from elsewhere.
BESIDE = {f: (f"firewall vip{SUFFIX[f]}", f"firewall vipgrp{SUFFIX[f]}", "system external-resource") for f in FAMILIES}
# Switches that put entries of the vendor's database in the place of a side's addresses.
DATABASE = {("srcaddr", 4): "internet-service-src", ("dstaddr", 4): "internet-service"} | {
    ("srcaddr", 6): "internet-service6-src",
    ("dstaddr", 6): "internet-service6",
}


class Policies:
    """Makes rules of the policies of one VDOM. `unknown` collects what this reader does not know, with its line."""

    def __init__(self, vdom: Node, clock: Shown) -> None:
        self.unknown: list[tuple[str, int]] = []
        self._addresses = {
            f: Addresses(
                f,
                vdom.section(f"firewall address{SUFFIX[f]}"),
                vdom.section(f"firewall addrgrp{SUFFIX[f]}"),
                {name: path for path in BESIDE[f] for name in vdom.section(path).entries},
            )
            for f in FAMILIES
        }
        self._times = Schedules(vdom, clock)
        self._services = Services(vdom.section("firewall service custom"), vdom.section("firewall service group"))
        self._zones = {name: zone.many("interface") for name, zone in vdom.section("system zone").entries.items()}
        for member in vdom.section("system sdwan").section("members").entries.values():
            zone = member.one("zone", "virtual-wan-link")
            self._zones[zone] = (*self._zones.get(zone, ()), member.one("interface", ""))

    # -- the tables -------------------------------------------------------

    def forward(self, number: str, node: Node) -> Iterator[Rule]:
        """The rules of an entry of `firewall policy`."""
        if not node.on("status", "enable"):
            return
        action = self._action(node)
        shared = [
            *self._interfaces(IIF, node, "srcintf"),
            *self._interfaces(OIF, node, "dstintf"),
            *self._service(node),
            *self._schedule(node),
            *self._doubts(node, known.POLICY),
        ]
        spoken = [family for family in FAMILIES if _speaks(node, family)]
        if not spoken:
            raise Refused("is a policy without addresses", node.line)
        for family in spoken:
            matches = self._ends(node, family, SUFFIX[family]) + shared
            yield from _rules(node, matches, action, f"policy {number}", logged=self._logged(node))

    def local(self, number: str, node: Node, family: int, *, logged: bool) -> Iterator[Rule]:
        """The rules of an entry of `local-in-policy` or `local-in-policy6`."""
        if not node.on("status", "enable"):
            return
        word = node.one("action", "deny")
        if word not in ("accept", "deny"):
            raise Refused(f"`{word}` is no action", node.at("action"))
        matches = [
            *self._ends(node, family, ""),
            *self._interfaces(IIF, node, "intf"),
            *self._service(node),
            *self._schedule(node),
            *self._doubts(node, known.LOCAL_IN),
        ]
        action = Accept() if word == "accept" else Drop()
        yield from _rules(node, matches, action, f"local-in-policy{SUFFIX[family]} {number}", logged=logged)

    # -- what a policy does -----------------------------------------------

    def _action(self, node: Node) -> Action:
        word = node.one("action", "deny")
        if word == "deny":
            return Drop(reject=node.on("send-deny-packet"))
        if word != "accept":
            raise Refused(f"`{word}` is no action that this reader knows", node.at("action"))
        if node.on("utm-status"):
            self.unknown.append(("security profiles decide", node.at("utm-status")))
            return Whatever("security profiles")
        return Accept()

    def _logged(self, node: Node) -> bool | None:
        word = node.one("logtraffic", "utm")
        if word not in ("all", "utm", "disable"):
            raise Refused(f"`{word}` is no word for `logtraffic`", node.at("logtraffic"))
        if word == "utm" and node.on("utm-status"):
            return None
        return word == "all"

    # -- what it asks -----------------------------------------------------

    def _interfaces(self, field: int, node: Node, key: str) -> list[Match]:
        names = node.many(key)
        if not names:
            raise Refused(f"is a policy without `{key}`", node.line)
        if "any" in names:
            return []
        if "lo" in names:
            raise Refused("`lo` is the name by which this reader knows what the box says to itself", node.at(key))
        return [Interface(field, tuple(dict.fromkeys(one for name in names for one in self._zones.get(name, (name,)))))]

    def _ends(self, node: Node, family: int, suffix: str) -> list[Match]:
        found: list[Match] = [Family(family)]
        for field, word in ((SOURCE, "srcaddr"), (TARGET, "dstaddr")):
            negate = self._negated(node, word, suffix)
            if suffix == SUFFIX[family] and node.on(DATABASE[word, family]):
                found.append(Unknown(f"{DATABASE[word, family]} of {node.line}"))
            else:
                found += self._side(node, f"{word}{suffix}", family, field, negate=negate)
        return found

    def _side(self, node: Node, key: str, family: int, field: int, *, negate: bool) -> list[Match]:
        if not node.many(key):
            raise Refused(f"is a policy without `{key}`", node.line)
        try:
            spans = [s for name in node.many(key) for s in self._addresses[family].spans(name, node.at(key))]
        except Elsewhere as what:
            self.unknown.append((str(what), node.at(key)))
            return [Unknown(str(what), negate)]
        return [In(field, normal(spans), negate)]

    def _negated(self, node: Node, word: str, suffix: str) -> bool:
        """A list may stand for what is not in it. Whether one switch turned both families' depends on the release."""
        both = node.on(f"{word}-negate") and node.many(word) and node.many(f"{word}6")
        if both and f"{word}6-negate" not in node.settings:
            raise Refused("turns IPv4 addresses round, and perhaps IPv6 addresses as well", node.at(f"{word}-negate"))
        return node.on(f"{word}{suffix}-negate")

    def _service(self, node: Node) -> list[Match]:
        names = node.many("service")
        if not names:
            raise Refused("is a policy without `service`", node.line)
        entries = [entry for name in names for entry in self._services.entries(name, node.at("service"))]
        negate = node.on("service-negate")
        if EVERYTHING[0] in entries and not negate:
            return []
        return [Among((PROTO, DPORT, SPORT), tuple(dict.fromkeys(tuple(entry) for entry in entries)), negate)]

    def _schedule(self, node: Node) -> list[Match]:
        name = node.one("schedule", "")
        if not name:
            raise Refused("is a policy without `schedule`", node.line)
        found = [*self._times.named(name, node.at("schedule")), *self._times.expiry(node)]
        why = f": {self._times.why}" if self._times.why else ""
        # by the line of the policy's rules, so that it is known how much hangs on it
        self.unknown += [(one.text + why, node.at("name")) for one in found if isinstance(one, Unknown)]
        return found

    def _doubts(self, node: Node, neutral: frozenset[str]) -> list[Match]:
        """Settings that may narrow what the policy matches, by ways that this reader does not follow."""
        found: list[Match] = []
        for key, words in node.settings.items():
            if key in neutral or words in (("disable",), ("",), (known.OFF.get(key),)):
                continue
            text = f"{key} {' '.join(words)}"
            self.unknown.append((text, node.lines[key]))
            found.append(Unknown(text))
        for path, section in node.sections.items():
            self.unknown.append((path, section.line))
            found.append(Unknown(path))
        return found


def _rules(node: Node, matches: list[Match], action: Action, name: str, *, logged: bool | None) -> Iterator[Rule]:
    """Records, then decides. `logged` is None where it depends on what security profiles find."""
    line = node.at("name")
    if logged is None:
        yield Rule((*matches, Unknown(f"what {name} logs")), Log(name), line)
    elif logged:
        yield Rule(tuple(matches), Log(name), line)
    yield Rule(tuple(matches), action, line)


def _speaks(node: Node, family: int) -> bool:
    """Does a policy name addresses of this family? On both sides, or the box does not take it."""
    words = ("srcaddr", "dstaddr")
    sides = [bool(node.many(f"{word}{SUFFIX[family]}")) or node.on(DATABASE[word, family]) for word in words]
    if any(sides) and not all(sides):
        raise Refused(f"has IPv{family} addresses on one side only, which the box refuses", node.line)
    return all(sides)

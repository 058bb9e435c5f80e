"""What FortiOS configurations do: read from the vendor's own language, not from what segc writes.

It takes what `show` and `show full-configuration` print and what a backup holds,
other people's policies included. Sections that filter nothing are passed over by
name; what it does not know of those that do is refused, or kept as unknown.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from segc.packets.fields import IIF, OIF
from segc.packets.machine import Accept, Base, Drop, Family, Interface, Log, Machine, Refused, Rule, State, Unknown

from .._shared import reader_terminal
from . import reader_known as known
from .reader_clock import clock_of
from .reader_policies import FAMILIES, SUFFIX, Policies
from .reader_tree import Node, tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROLE = "rules"
# Packets of sessions, of their ICMP errors, and of connections that a session helper waits for, meet no policy.
SESSIONS = State(frozenset(("established", "related")))
REDIRECT = {4: "allow-traffic-redirect", 6: "ipv6-allow-traffic-redirect"}
PROMPT = reader_terminal.Prompt(
    r"(?P<host>[\w.-]+)(?: \([\w./ -]+\))? [#$]",
    r"show(?: .*)?|get .+|config (?:vdom|global)|edit \S+|end|exit|quit",
)
_VERSION = re.compile(r"\s*#config-version=[^-\n]+-(\d{1,3}\.\d{1,3}\.\d{1,3})-", re.ASCII)
_BEGINNING = re.compile(r"\s*(#config-version=|(#[^\n]*\n\s*)*config (system|firewall|global|vdom|log)\b)")


def role(name: str, text: str) -> str | None:
    """The role of a file that stands by itself."""
    del name
    return ROLE if _BEGINNING.match(text) else None


def sections(name: str, text: str) -> tuple[dict[str, str], list[int]]:
    """The configuration in what was captured from a box, and the lines that are the terminal's. Raises `Refused`."""
    return reader_terminal.sections(name, text, PROMPT, role)


def read(files: Mapping[str, str], clock: str | None = None, *, running: bool = False) -> Machine:
    """What the file in the role `rules` means on a box whose clock shows this time zone. Raises `Refused`."""
    if set(files) != {ROLE}:
        raise Refused("is no file of FortiOS's", file=min(set(files) ^ {ROLE}))
    text = files[ROLE]
    try:
        return _Box(tree(text), _version(text), clock, running=running).machine()
    except Refused as why:
        found = text.split("\n")[why.line - 1].strip() if why.line else ""
        raise Refused(why.why, why.line, ROLE, why.text or found) from None


class _Box:
    """The whole box, or one VDOM of it with what is global."""

    def __init__(self, root: Node, version: tuple[int, ...], clock: str | None, *, running: bool) -> None:
        self.root = root
        self.version = version
        split = "vdom" in root.sections or "global" in root.sections
        self.shared = root.section("global") if split else root
        self.vdom = _vdom(root.section("vdom")) if split else root
        shown = clock_of(self.shared.section("system global"), clock, running=running)
        self.policies = Policies(self.vdom, shown)
        self.logs = self.vdom.section("log setting")
        self.unknown: list[tuple[str, int]] = []

    def machine(self) -> Machine:
        """All that decides about packets through the box and to it."""
        self._sections()
        self._settings()
        forward = [*self._redirected(), *self._intrazone(), Rule((SESSIONS,), Accept(), 0, ROLE), *self._forward()]
        local = [Rule((Interface(IIF, ("lo",)),), Accept(), 0, ROLE), Rule((SESSIONS,), Accept(), 0, ROLE)]
        for family in FAMILIES:
            local += self._local(family)
        machine = Machine({"forward": forward, "input": local, "output": []})
        machine.bases = [
            Base("forward", "forward", 0, Drop()),
            Base("input", "input", 0, Accept()),
            Base("output", "output", 0, Accept()),
        ]
        machine.unknown = [(text, line, ROLE) for text, line in self.unknown + self.policies.unknown]
        return machine

    # -- tables -----------------------------------------------------------

    def _forward(self) -> Iterator[Rule]:
        for number, node in _entries(self.vdom.section("firewall policy")):
            yield from (_placed(rule) for rule in self.policies.forward(number, node))
        if self.logs.on("fwpolicy-implicit-log"):
            yield Rule((), Log("policy 0"), 0, ROLE)

    def _local(self, family: int) -> Iterator[Rule]:
        """What no policy takes is left to allowaccess and the box's own services."""
        for number, node in _entries(self.vdom.section(f"firewall local-in-policy{SUFFIX[family]}")):
            logged = self.logs.on("local-in-policy-log") and node.on("logtraffic")
            permit = node.one("action", "deny") == "accept"
            logged = logged or self.logs.on("local-in-allow" if permit else "local-in-deny-unicast")
            yield from (_placed(rule) for rule in self.policies.local(number, node, family, logged=logged))
        if self.logs.on("local-in-allow"):
            yield Rule((Family(family),), Log(f"local-in-policy{SUFFIX[family]} 0"), 0, ROLE)

    def _redirected(self) -> Iterator[Rule]:
        """Packets that leave by the interface on which they came, where these pass no policy.

        That is the default before 7.4.10 and 7.6.5, and then depends on the network of their source.
        """
        settings = self.shared.section("system global")
        for family in FAMILIES:
            key = REDIRECT[family]
            if settings.one(key, "disable" if _newer(self.version) else "") == "disable":
                continue
            text = "packets that leave as they came pass no policy"
            self.unknown.append((f"{key}: {text}", settings.at(key)))
            for name in self._interfaces():
                there = (Family(family), Interface(IIF, (name,)), Interface(OIF, (name,)), Unknown(text))
                yield Rule(there, Accept(), settings.at(key), ROLE)

    def _intrazone(self) -> Iterator[Rule]:
        for zone in self.vdom.section("system zone").entries.values():
            if zone.one("intrazone", "deny") == "allow" and zone.many("interface"):
                inside = tuple(Interface(field, zone.many("interface")) for field in (IIF, OIF))
                yield Rule(inside, Accept(), zone.at("intrazone"), ROLE)

    def _interfaces(self) -> list[str]:
        policies = self.vdom.section("firewall policy").entries.values()
        named = [name for node in policies for key in ("srcintf", "dstintf") for name in node.many(key)]
        zoned = [name for zone in self.vdom.section("system zone").entries.values() for name in zone.many("interface")]
        listed = [*self.shared.section("system interface").entries, *self.vdom.section("system interface").entries]
        return sorted({*named, *zoned, *listed} - {"any"})

    # -- what stands beside them ------------------------------------------

    def _sections(self) -> None:
        """Every section is one that filters nothing, or is read, or is noted as unknown."""
        for path, node in self._all_sections():
            first, _, rest = path.partition(" ")
            word = rest.partition(" ")[0]
            if first == "firewall" and word in known.DECIDING:
                there = [(name, entry) for name, entry in node.entries.items() if entry.on("status", "enable")]
                self.unknown += [(f"{path} {name}", entry.line) for name, entry in there]
            elif first not in known.SECTIONS and (first != "firewall" or word not in known.FIREWALL):
                raise Refused(f"`{path}` is no section that this reader knows", node.line)

    def _all_sections(self) -> Iterator[tuple[str, Node]]:
        yield from self.vdom.sections.items()
        if self.shared is not self.vdom:
            yield from self.shared.sections.items()
            yield from ((path, node) for path, node in self.root.sections.items() if path not in ("vdom", "global"))

    def _settings(self) -> None:
        settings = self.vdom.section("system settings")
        if settings.one("ngfw-mode", "profile-based") != "profile-based":
            raise Refused("policies by application are not read", settings.at("ngfw-mode"))
        if settings.one("opmode", "nat") != "nat":
            raise Refused("a transparent box is not read", settings.at("opmode"))
        if settings.on("strict-src-check"):
            self.unknown.append(
                ("strict-src-check: sources are checked against routes", settings.at("strict-src-check"))
            )
        for key in ("asymroute", "asymroute6"):
            if settings.on(key):
                self.unknown.append((f"{key}: sessions are not kept", settings.at(key)))


def _version(text: str) -> tuple[int, ...]:
    """The release that wrote a configuration; nothing where it does not say."""
    found = _VERSION.match(text)
    return tuple(map(int, found[1].split("."))) if found else ()


def _newer(version: tuple[int, ...]) -> bool:
    """Does the release ask policies about all packets, unless told otherwise? Since 7.4.10 and 7.6.5."""
    return (7, 4, 10) <= version < (7, 5) or version >= (7, 6, 5)


def _vdom(section: Node) -> Node:
    """The one VDOM that filters."""
    filtering = {
        name: vdom
        for name, vdom in section.entries.items()
        if any(vdom.section(f"firewall {table}").entries for table in ("policy", "local-in-policy", "local-in-policy6"))
    }
    if len(filtering) > 1:
        raise Refused(f"VDOMs {', '.join(filtering)} have policies: give one VDOM's configuration", section.line)
    return next(iter((filtering or section.entries).values()), Node(section.line))


def _entries(section: Node) -> Iterator[tuple[str, Node]]:
    """The entries of a table of policies, in order."""
    for key, line in section.lines.items():
        raise Refused(f"`{key}` stands in no policy", line)
    for name, node in section.entries.items():
        if not (name.isascii() and name.isdecimal() and int(name) < 1 << 32):
            raise Refused(f"`{name}` is no number of a policy", node.line)
        yield name, node


def _placed(rule: Rule) -> Rule:
    return Rule(rule.matches, rule.action, rule.line, ROLE)

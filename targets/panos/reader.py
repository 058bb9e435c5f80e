"""What a PAN-OS configuration does: read from the vendor's own language, not from what segc writes.

It is a file of `set` commands or of XML, whatever its role. Where both `rules`
and `rules-xml` are given they must say the same.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from segc.packets.machine import Machine, Refused

from . import reader_capture, reader_overrides, reader_set, reader_xml
from .reader_rules import Rules
from .reader_schema import NOTED, SECTIONS
from .reader_tree import Kind, differs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .reader_tree import Node

ROLES = ("rules", "rules-xml")
# Words that begin commands of PAN-OS, and of no other `set` language.
COMMAND = re.compile(
    r"^(?:set|delete) (?:vsys \S+ )?(?:rulebase (?:security|default-security-rules) |zone \S+ network layer3 "
    r"|deviceconfig (?:system|setting) |address-group \S+ static )",
    re.MULTILINE,
)

# Sections in which two files must say the same.
COMPARED = tuple(name for name, schema in SECTIONS.items() if schema is not Kind.ANY)


def role(name: str, text: str) -> str | None:
    """The role of a file that stands by itself, in either form and whatever its name is."""
    return "rules" if sections(name, text)[0] else None


def sections(name: str, text: str) -> tuple[dict[str, str], list[int]]:
    """The configuration in what was captured from a firewall, and the numbers of the lines that belong to none."""
    del name
    kept, left_out = reader_capture.cut(text)
    ours = re.search(r"<entry name=", kept) if _is_xml(kept) else COMMAND.search(kept)
    return ({"rules": kept}, left_out) if ours else ({}, [])


def read(files: Mapping[str, str], clock: str | None = None, *, running: bool = False) -> Machine:
    """What the files mean, by role, on a firewall whose clock shows this time zone. Raises `Refused`."""
    unexpected = sorted(set(files) - set(ROLES))
    if unexpected:
        raise Refused("is no file of PAN-OS's", file=unexpected[0])
    machine = Machine()
    trees: dict[str, Node] = {}
    for file, text in files.items():
        try:
            trees[file] = reader_xml.read(text) if _is_xml(text) else reader_set.read(text)
            made = _machine(trees[file], file, clock, running=running)
        except Refused as why:
            raise _told(why, file, text) from None
        machine = made if not machine.bases else machine
        machine.unknown += [(what, line, file) for what, line in _noted(trees[file])]
    if len(trees) == 2:
        for section in COMPARED:
            different = differs(trees["rules"].at(section), trees["rules-xml"].at(section), (section,))
            if different is not None:
                path, _, line = different
                machine.unknown.append((f"the two files differ in {' '.join(path)}", line, "rules-xml"))
    return machine


def _is_xml(text: str) -> bool:
    return text.lstrip().startswith("<")


def _machine(root: Node, file: str, clock: str | None, *, running: bool) -> Machine:
    if root.at("deviceconfig", "setting", "session").leaf("ipv6-firewalling") == "no":
        line = root.at("deviceconfig", "setting", "session", "ipv6-firewalling").line
        raise Refused("IPv6 is not filtered, but left to the box", line)
    machine = Rules(root, file, clock, running=running).machine()
    reader_overrides.check(root)
    return machine


def _noted(root: Node) -> list[tuple[str, int]]:
    """What the file holds that does more than filter: translation, decryption, rules from Panorama."""
    sections = [(name, root.at("rulebase", name)) for name in NOTED] + [("panorama", root.at("panorama"))]
    return [(f"{name} rules", node.line) for name, node in sections if not node.empty]


def _told(why: Refused, file: str, text: str) -> Refused:
    lines = text.split("\n")
    shown = lines[why.line - 1].strip() if 0 < why.line <= len(lines) else why.text
    return Refused(why.why, why.line, file, shown)

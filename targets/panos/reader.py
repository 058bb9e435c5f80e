"""What a PAN-OS configuration does: read from the vendor's own language, not from what segc writes.

`rules` is a file of `set` commands, `rules-xml` the same as XML. Either will do;
where both are given they must say the same.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from segc.packets.machine import Machine, Refused

from . import reader_overrides, reader_set, reader_xml
from .reader_rules import Rules
from .reader_schema import NOTED, SECTIONS
from .reader_tree import Kind, differs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .reader_tree import Node

FORMS = {"rules": reader_set.read, "rules-xml": reader_xml.read}
# Words that begin commands of PAN-OS, and of no other `set` language.
COMMAND = re.compile(
    r"^(?:set|delete) (?:vsys \S+ )?(?:rulebase (?:security|default-security-rules) |zone \S+ network layer3 "
    r"|deviceconfig (?:system|setting) |address-group \S+ static )",
    re.MULTILINE,
)

# Sections in which two files must say the same.
COMPARED = tuple(name for name, schema in SECTIONS.items() if schema is not Kind.ANY)


def role(name: str, text: str) -> str | None:
    """The role of a file that stands by itself, whatever its name is."""
    del name
    head = text.lstrip()[:4000]
    if head.startswith("<"):
        return "rules-xml" if re.search(r"<(?:response|config)\b", head) and "<entry name=" in text else None
    return "rules" if COMMAND.search(text) else None


def read(files: Mapping[str, str]) -> Machine:
    """What the files mean, by role. Raises `Refused`."""
    unexpected = sorted(set(files) - set(FORMS))
    if unexpected:
        raise Refused("is no file of PAN-OS's", file=unexpected[0])
    machine = Machine()
    trees: dict[str, Node] = {}
    for file, text in files.items():
        try:
            trees[file] = FORMS[file](text)
            made = _machine(trees[file])
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


def _machine(root: Node) -> Machine:
    if root.at("deviceconfig", "setting", "session").leaf("ipv6-firewalling") == "no":
        line = root.at("deviceconfig", "setting", "session", "ipv6-firewalling").line
        raise Refused("IPv6 is not filtered, but left to the box", line)
    machine = Rules(root).machine()
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

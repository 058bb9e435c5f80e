"""Names as Junos takes them: 63 characters; policies, zones and applications have letters, digits, dashes, underscores.

Names of the policy have no underscore and no capitals, so both tell its own words from ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.rules.table import ASTRAY, FLOW, INSIDE
from segc.rules.words import Words, sentence

if TYPE_CHECKING:
    from segc.rules.table import Line

LONGEST = 63
LONGEST_TEXT = 200
RESERVED = ("any", "any-ipv4", "any-ipv6", "all", "global", "junos-global", "junos-host", "null")
_SIGNS = str.maketrans({".": "_", ">": "_to_", "*": "ALL", "?": "NOWHERE", "@": "FW"})


def words() -> Words:
    """Names of policies, zones or applications."""
    return Words(LONGEST, reserved=RESERVED)


def address_words() -> Words:
    """Names of addresses, which may look like addresses: `10.2.0.10/32` is one in many a configuration."""
    return Words(LONGEST, odd=r"[^A-Za-z0-9_.:/-]", reserved=RESERVED)


def policy_text(line: Line) -> str:
    """What a line's policy should be called, in whatever mode it is: a new name is another policy."""
    if line.kind == INSIDE:
        return f"inside_{line.id}"
    if line.kind == FLOW or line.rule is not None:
        return line.id.translate(_SIGNS)
    what = "astray" if line.kind == ASTRAY else "rest"
    return f"{line.id.rpartition('.')[0].translate(_SIGNS)}_{what}"


def quoted(text: str) -> str:
    """A description."""
    return f'"{sentence(text, LONGEST_TEXT, odd=_ODD)}"'


_ODD = r"[^\x20-\x7e]|[\"\\]"

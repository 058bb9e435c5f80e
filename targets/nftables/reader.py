"""What nftables rule sets do: read from nft's own language, not from what segc writes.

It takes what `nft -f` takes (tables in blocks, or commands), what `nft list
ruleset` prints, and its JSON; other people's tables included. What it does not
know it refuses by name, or keeps as unknown for its caller to decide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.packets.machine import Refused

from .reader_capture import sections
from .reader_ruleset import RuleSet
from .reader_tables import ROLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from segc.packets.machine import Machine

__all__ = ["read", "role", "sections"]
_BEGINNINGS = ("table", "{", "flush", "add", "create", "delete", "destroy", "define")


def role(name: str, text: str) -> str | None:
    """The role of a file that stands by itself."""
    del name
    first = next((line for line in text.splitlines() if line.strip() and not line.startswith("#")), "")
    return ROLE if first.lstrip().startswith(_BEGINNINGS) else None


def read(files: Mapping[str, str]) -> Machine:
    """What the file in the role `rules` means. Raises `Refused`."""
    if set(files) != {ROLE}:
        raise Refused("is no file of nftables'", file=min(set(files) ^ {ROLE}))
    text = files[ROLE]
    try:
        if text.lstrip().startswith("{"):
            from .reader_json import as_text

            text = as_text(text)
        return RuleSet().read(text)
    except Refused as why:
        raise Refused(why.why, why.line, why.file or ROLE, why.text) from None

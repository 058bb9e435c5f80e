"""What `clear security flow session` ends: read back from its text, with nothing of the code that writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._shared import words_kill_reader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.targets.ended import Named


def named(text: str) -> Iterator[Named]:
    """The sessions that each command ends, by the packet that opened them. Raises `Unclear` for what is none."""
    return words_kill_reader.named(
        text, "clear security flow session ", ("source-prefix", "destination-prefix"), {"tcp": 6, "udp": 17}
    )

"""From a comparison to what a draft is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.baseline.draft.evidence import Unexplained

if TYPE_CHECKING:
    from segc.baseline.compare import Comparison, Entry
    from segc.baseline.store import Ledger


def unexplained(compared: Comparison, ledger: Ledger) -> list[Unexplained]:
    """Keys that enforcement would stop, without those of which segc.toml says that they shall be stopped."""
    who = ledger.who_saw()
    return [
        Unexplained(entry.judged, entry.seen, who.get(entry.seen.key, frozenset()), _crowd(compared, entry))
        for entry in compared.unexplained()
    ]


def _crowd(compared: Comparison, entry: Entry) -> str:
    return next((address for address in (entry.seen.src, entry.seen.dst) if address in compared.crowds), "")

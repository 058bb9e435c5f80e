"""The baseline that a verb asks: one that holds something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.diagnostics import SegcError, finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from segc.baseline.manifest import Source
    from segc.baseline.store import Ledger


def evidence(folder: str) -> Ledger:
    """Open a baseline. Of one without a conversation nothing can be told: that nothing is unexplained would be no answer.

    Raises SegcError (exit code 2) there, and where there is no baseline.
    """
    from segc.baseline.store import Ledger

    ledger = Ledger.open(folder)
    if not any(source.observed for source in ledger.sources):
        message = f"`{folder}` holds no conversations, so nothing can be told{_missing(ledger.sources)}"
        help_text = f"read the plant's logs into it: segc baseline learn LOG... -o {folder}"
        raise SegcError([finding("no-baseline", message, help=help_text)], code=2)
    return ledger


def _missing(sources: Sequence[Source]) -> str:
    """Why a baseline of logs without a conversation is there all the same: what is missing costs days of later ones."""
    lossy = [source.name for source in sources if source.lost or source.lossy]
    if not lossy:
        return ""
    others = f" and {len(lossy) - 1:,} more" if len(lossy) > 1 else ""
    return f": of `{lossy[0]}`{others} it knows only that records are missing"

"""The baseline that a verb asks: one that holds something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.diagnostics import SegcError, finding

if TYPE_CHECKING:
    from segc.baseline.store import Ledger


def evidence(folder: str) -> Ledger:
    """Open a baseline. Of one without a conversation nothing can be told: that nothing is unexplained would be no answer.

    Raises SegcError (exit code 2) there, and where there is no baseline.
    """
    from segc.baseline.store import Ledger

    ledger = Ledger.open(folder)
    if not any(source.observed for source in ledger.sources):
        message = f"`{folder}` holds no conversations, so nothing can be told"
        help_text = f"read the plant's logs into it: segc baseline learn LOG... -o {folder}"
        raise SegcError([finding("no-baseline", message, help=help_text)], code=2)
    return ledger

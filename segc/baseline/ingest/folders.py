"""What a folder of logs holds beside logs: passed over with a word, unless there is nothing else in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.baseline.ingest import findings as said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from segc.baseline.ingest.learn import Read
    from segc.diagnostics import Diagnostic


def passed_over(folder: str, reads: Sequence[Read]) -> list[Diagnostic]:
    """The files of a folder that no source knows, as one finding; nothing where there are none.

    Each such file's own error becomes a warning: nobody has named it. Where none of the folder's files is a log, the
    errors stand, and are one.
    """
    foreign = [read for read in reads if read.foreign]
    if not foreign:
        return []
    if not any(read.source or read.known for read in reads):
        return [said.no_logs(folder)]
    for read in foreign:
        read.found = [said.no_log(read.name)]
    return [said.no_log_among(folder, [read.name for read in foreign])]

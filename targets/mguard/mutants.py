"""What to change in a line of an mGuard's worksheet, to see whether the proof notices: for the tests of all targets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ROW = re.compile(r"^(\d+,[a-z-]+,\w+),([\d./]+,[\w:]*),([\d./]+,[\w:]*),")

CHANGES: dict[str, Callable[[str], str]] = {
    "Accept for Drop": lambda line: line.replace(",Drop,", ",Accept,"),
    "Drop for Accept": lambda line: line.replace(",Accept,", ",Drop,"),
    "Yes for No": lambda line: re.sub(r",No$", ",Yes", line),
    "No for Yes": lambda line: re.sub(r",Yes$", ",No", line),
    "From for To": lambda line: ROW.sub(r"\1,\3,\2,", line),
    "From everywhere": lambda line: re.sub(r"^(\d+,[a-z-]+,\w+),[\d./]+,", r"\1,0.0.0.0/0,", line),
    "UDP for TCP": lambda line: re.sub(r"^(\d+,[a-z-]+),TCP,", r"\1,UDP,", line),
    "row of another table": lambda line: line.replace(",incoming,", ",outgoing,"),
}

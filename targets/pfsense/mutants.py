"""What to change in a line of pfSense's config.xml, to see whether the proof notices: for the tests of all targets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def _plus_one(found: re.Match[str]) -> str:
    return str(int(found[1]) + 1)


# Each of these changes when a grant is open, in a line of its schedule or of a rule that names one.
TIMES: dict[str, Callable[[str], str]] = {
    "opens an hour earlier": lambda line: line.replace("<hour>6:00-", "<hour>5:00-"),
    "shuts an hour later": lambda line: line.replace("-10:00<", "-11:00<"),
    "on another day": lambda line: line.replace("<day>5,12,19,26<", "<day>6,12,19,26<"),
    "one day forgotten": lambda line: line.replace("<day>5,12,", "<day>12,"),
    "on all days of the month": lambda line: re.sub(r"<day>5,12.*</day>", "", line),
    "on all day": lambda line: re.sub(r"<hour>6:00.*</hour>", "", line),
    "in another month": lambda line: re.sub(r"(?<=<month>)1(,1)*(?=<)", lambda m: m[0].replace("1", "2"), line),
    "a schedule that is always on": lambda line: re.sub(r"<sched>.*</sched>", "", line),
    "a schedule that is not there": lambda line: line.replace("<sched>segc_weekly", "<sched>segc_meekly"),
    "a schedule of another name": lambda line: line.replace("<name>segc_weekly", "<name>segc_meekly"),
}
CHANGES: dict[str, Callable[[str], str]] = {
    "pass for block": lambda line: line.replace("<type>block<", "<type>pass<"),
    "block for pass": lambda line: line.replace("<type>pass<", "<type>block<"),
    "a type that nobody knows": lambda line: line.replace("<type>block<", "<type>deny<"),
    "XML rule switched off": lambda line: line.replace("<type>", "<disabled>0</disabled><type>"),
    "log added": lambda line: line.replace("<type>", "<log>0</log><type>"),
    "alias mistyped": lambda line: re.sub(r"(?<=<address>segc_)\w", "_", line, count=1),
    "end made any": lambda line: re.sub(r"<address>\w+</address>", "<any></any>", line),
    "side turned round": lambda line: re.sub(r"(<address>[a-z]\w+</address>)", r"\1<not></not>", line),
    "port + 1": lambda line: re.sub(r"(?<=<port>)(\d+)", _plus_one, line, count=1),
    "protocol changed, in XML": lambda line: line.replace("<protocol>tcp<", "<protocol>udp<"),
    "interface changed, in XML": lambda line: line.replace("<interface>eth0<", "<interface>eth9<"),
    "one family": lambda line: line.replace(">inet46<", ">inet<"),
    "the other family": lambda line: line.replace(">inet6<", ">inet<"),
    "tracker changed": lambda line: re.sub(r"(?<=<tracker>)(\d+)", _plus_one, line),
}

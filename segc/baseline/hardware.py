"""Hardware (MAC) addresses as logs show them: which are a machine's own, and which are those of what forwards.

A sensor sees the sender's hardware address only in the sender's own segment; elsewhere it sees the router's. So an
address that stands for machines of several zones, or is known to be shared by routers, says nothing about a machine.

Sources: RFC 9542 (00-00-5E is IANA's; the local and the group bit), RFC 9568 (VRRP: 00-00-5E-00-01 and -02),
RFC 2281 (HSRP: 00-00-0C-07-AC), Cisco's guide of first-hop redundancy (HSRP version 2: 00-00-0C-9F-F, GLBP: 00-07-B4-00).
"""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from segc.baseline.store import Address

SHARED = ("00005e0001", "00005e0002", "00000c07ac", "00000c9ff", "0007b400")
LOCAL = 0x02  # of the first byte: given by somebody else than a maker
GROUP = 0x01
FEWEST = 3  # letters of a word that tells makers apart
_HEX = re.compile(r"[0-9a-f]{12}")


def plain(mac: str) -> str:
    """Twelve small hex digits, however they are written; empty where it is no hardware address of one machine."""
    digits = re.sub(r"[-:. ]", "", mac.lower())
    if not _HEX.fullmatch(digits) or int(digits, 16) == 0 or int(digits[:2], 16) & GROUP:
        return ""
    return digits


def told(digits: str) -> str:
    """As people write it: `00:0e:8c:01:02:03`."""
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2))


def own(seen: Iterable[Address], zones: Mapping[str, str | None]) -> dict[str, dict[str, Address]]:
    """By IP address, the hardware addresses that are a machine's. `zones` has the zone of each IP address."""
    listed = [(plain(one.mac), one) for one in seen]
    spread: dict[str, set[str | None]] = {}
    for digits, one in listed:
        spread.setdefault(digits, set()).add(zones.get(one.address))
    found: dict[str, dict[str, Address]] = {}
    for digits, one in listed:
        if digits and not digits.startswith(SHARED) and len(spread[digits]) == 1:
            found.setdefault(one.address, {})[digits] = one
    return found


def makers(lines: Iterable[str]) -> dict[str, str]:
    """Makers by the first six digits, from the IEEE's oui.csv. Raises ValueError where it is no such file."""
    rows = csv.reader(lines)
    head = next(rows, [])
    if head[:3] != ["Registry", "Assignment", "Organization Name"]:
        raise ValueError("its first line is not `Registry,Assignment,Organization Name,...`")
    return {row[1].lower(): row[2].strip() for row in rows if len(row) > 2}


def maker(digits: str, registered: Mapping[str, str]) -> str:
    """Who made what has this address; empty where nobody can tell."""
    return "" if int(digits[:2], 16) & LOCAL else registered.get(digits[:6], "")


def differ(declared: str, made_by: str) -> bool:
    """Do two names of a maker have no word in common?"""
    a, b = ({word for word in re.findall(r"\w+", name.lower()) if len(word) >= FEWEST} for name in (declared, made_by))
    return bool(a and b) and not a & b

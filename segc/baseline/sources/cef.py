r"""CEF (ArcSight's Common Event Format) of FortiGate and PAN-OS: the same records as in their own formats, in its keys.

FortiGate: FortiOS Log Message Reference, "CEF support": standard keys, and its own ones behind `FTNTFGT`. PAN-OS: the CEF
configuration guide's custom format for traffic (`|$subtype|$type|`), and the one of its log forwarding service. There `in`
and `out` stand for either direction, so only their sum is used. Header and values escape `|`, `=` and `\` by a backslash.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from segc.baseline.conversations import never_answers
from segc.baseline.observed import NO_PORT, Grade, Observed, Said
from segc.baseline.sources.fortigate import FortiGate
from segc.baseline.sources.notread import NotRead
from segc.baseline.sources.pan import SUBTYPES, UNKNOWN_APPS, Pan
from segc.baseline.sources.stamps import MICRO, MONTHS, Clock
from segc.baseline.sources.text import FOREIGN, Lines
from segc.baseline.sources.words import PORTED, address, count, port, protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from segc.baseline.sources.protocol import Context

_PART = r"((?:[^|\\]|\\.)*)\|"
_HEADER = re.compile(rf"CEF: ?\d+\|{_PART}{_PART}{_PART}{_PART}{_PART}{_PART}")
_PAIR = re.compile(r"(?:^|(?<= ))([\w.-]+)=((?:[^=\\]|\\.)*?)(?= [\w.-]+=|\s*$)")
_STAMP = re.compile(r"([A-Z][a-z]{2}) (\d{1,2}) (\d{4}) (\d\d:\d\d:\d\d)(?:\.\d+)? ?(\S*)")
_OURS = "FTNTFGT"
_FORTI = {
    "src": "srcip", "dst": "dstip", "spt": "srcport", "dpt": "dstport", "out": "sentbyte", "in": "rcvdbyte",
    "proto": "proto", "act": "action", "app": "service", "externalId": "sessionid", "deviceExternalId": "devid",
}  # fmt: skip


class Cef:
    """Reads the lines of one log."""

    def __init__(self, context: Context) -> None:
        self.clock = Clock(context)
        self.known = context.known
        self.forti = FortiGate(context)
        self.pan = Pan(context)

    def line(self, text: str) -> Iterable[Observed]:
        """A session of either."""
        header = _HEADER.search(text)
        if header is None:
            raise NotRead(FOREIGN)
        keys = pairs(text[header.end() :])
        vendor, _, _, event, name, _ = header.groups()
        if vendor == "Fortinet":
            return self.forti.record(_native(keys))
        if vendor == "Palo Alto Networks":
            return self._pan({event.lower(), name.lower()}, keys)
        raise NotRead(f"CEF of `{vendor[:40]}`, whose keys are not known")

    def end(self) -> Iterable[Observed]:
        """Sessions that had not ended."""
        return [*self.forti.end(), *self.pan.end()]

    def _pan(self, said: set[str], keys: dict[str, str]) -> Iterable[Observed]:
        """The header has the log's type and its subtype, in either order."""
        if "traffic" not in said:
            raise NotRead(FOREIGN)
        subtype = next((word for word in SUBTYPES if word in said), "")
        if not subtype:
            raise NotRead("no subtype of a traffic log in the header")
        stopped = subtype in ("drop", "deny") or keys["act"] != "allow"
        one = self._session(keys, ended=subtype == "end", stopped=stopped)
        return self.pan.record(subtype, (keys.get("deviceExternalId", ""), keys.get("cn1", "")), one)

    def _session(self, keys: dict[str, str], *, ended: bool, stopped: bool) -> Observed:
        proto = protocol(keys["proto"])
        sport, dport = (port(keys["spt"]), port(keys["dpt"])) if proto in PORTED else (NO_PORT, NO_PORT)
        last = self._time(keys.get("start") or keys["rt"])  # of the record, not of the session, in spite of its name
        first = last - count(keys.get("cn3", "")) * MICRO if ended and not stopped else last
        back = count(keys.get("PanOSPacketsReceived", ""))
        answered = False if stopped else back > 0 if ended and "PanOSPacketsReceived" in keys else None
        if answered is False and not stopped and never_answers(self.known, proto, dport):
            answered = None
        app = keys.get("app", "")
        return Observed(
            first, last, address(keys["src"]), address(keys["dst"]), proto, sport, dport, max(1, count(keys.get("cnt", ""))),
            count(keys.get("in", "")) + count(keys.get("out", "")), 0, count(keys.get("PanOSPacketsSent", "")), back, answered,
            Grade.HANDSHAKE, "" if app in UNKNOWN_APPS else app, Said.STOPPED if stopped else Said.PASSED, keys.get("cs1", ""),
        )  # fmt: skip

    def _time(self, text: str) -> int:
        """`Feb 27 2026 20:16:17`, perhaps with a zone behind it, or milliseconds since 1970."""
        if text.isascii() and text.isdigit():
            return count(text) * 1000
        found = _STAMP.fullmatch(text)
        if found is None:
            return self.clock.iso(text)
        month, day, year, time, zone = found.groups()
        if month not in MONTHS or zone not in ("", "GMT", "UTC", "Z"):
            raise NotRead(f"`{text[:40]}` is no time")
        utc = "Z" if zone else ""
        return self.clock.iso(f"{year}-{MONTHS[month]:02d}-{int(day):02d} {time}{utc}")


def pairs(text: str) -> dict[str, str]:
    """The keys and values behind the header. Of a key that comes twice the first counts: free text stands at the end."""
    found: dict[str, str] = {}
    for key, value in _PAIR.findall(text):
        found.setdefault(key, re.sub(r"\\(.)", r"\1", value))
    return found


def _native(keys: dict[str, str]) -> dict[str, str]:
    """FortiGate's own keys."""
    fields = {_FORTI[key]: value for key, value in keys.items() if key in _FORTI}
    fields |= {key.removeprefix(_OURS): value for key, value in keys.items() if key.startswith(_OURS)}
    return fields | {"type": keys.get("cat", "").partition(":")[0]}


_LOOKS = re.compile(rb"CEF: ?\d+\|(?:Fortinet\|Forti[Gg]ate|Palo Alto Networks)\|")
SOURCE = Lines("cef", "CEF of FortiGate or PAN-OS", _LOOKS, Cef)

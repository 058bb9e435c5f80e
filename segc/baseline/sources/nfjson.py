"""nfdump's JSON: one object a line (`-o ndjson`, 1.7.5 and later), or a list with a member a line (`-o json`).

Members: nfdump's src/output/output_ndjson.c (`first`, `last`) and output_json.c (`t_first`, `t_last`; the rest alike). Times are
local where nfdump runs. Some releases write the packets into `in_bytes` too: then bytes are too few, and nothing else.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from segc.baseline.sources.notread import NotRead
from segc.baseline.sources.table import ALL, Rows, Table
from segc.baseline.sources.text import FOREIGN
from segc.baseline.sources.ulogd import json_object

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from segc.baseline.observed import Observed
    from segc.baseline.sources.protocol import Context

NAMES = {
    "start": ("first", "t_first"), "end": ("last", "t_last"), "src": ("src4_addr", "src6_addr"),
    "dst": ("dst4_addr", "dst6_addr"), "sport": ("src_port",), "dport": ("dst_port",), "proto": ("proto",),
    "flags": ("tcp_flags",), "packets": ("in_packets",), "bytes": ("in_bytes",), "packets_back": ("out_packets",),
    "bytes_back": ("out_bytes",),
}  # fmt: skip
LONGEST = 1 << 14  # characters of one record
_LOOKS = re.compile(rb'"(?:t_)?first"\s*:.{0,1000}"src[46]_addr"\s*:', re.DOTALL)
_AROUND = ("", "[", "]", ",")  # what stands between the records of a list


class _Objects(Rows):
    def __init__(self, columns: Mapping[str, tuple[str, ...]], context: Context, *, acks: bool) -> None:
        super().__init__(columns, context, acks=acks)
        self.found = True
        self.at = {name: number for number, name in enumerate(sorted(ALL))}
        self.text = ""

    def row(self, text: str) -> Iterable[Observed]:
        part = text.strip()
        if part.startswith("{") and part != "{":
            return self._told(json_object(part.rstrip(",")))
        if part == "{":
            cut, self.text = self.text, part
            if cut:
                raise NotRead("the record before is cut off")
            return ()
        if not self.text:
            if part in _AROUND:
                return ()
            raise NotRead(FOREIGN)
        self.text += part
        if part.rstrip(",") == "}":
            whole, self.text = self.text.rstrip(","), ""
            return self._told(json_object(whole))
        if len(self.text) > LONGEST:
            self.text = ""
            raise NotRead("a record without an end")
        return ()

    @property
    def rest(self) -> str:
        return self.text

    def _told(self, record: dict[str, Any]) -> Iterable[Observed]:
        values = dict.fromkeys(ALL, "")
        for ours, theirs in self.columns.items():
            values[ours] = next((str(record[name]) for name in theirs if name in record), "")
        if not values["src"] or not values["start"]:
            raise NotRead(FOREIGN)
        if "icmp_type" in record:
            values["sport"], values["dport"] = "", f"{record['icmp_type']}.{record.get('icmp_code', 0)}"
        return self.record([values[name] for name in sorted(ALL)])


class _Json(Table):
    rows = _Objects

    def sniff(self, head: bytes) -> bool:
        return head.lstrip()[:1] in (b"{", b"[") and _LOOKS.search(head) is not None


SOURCE = _Json("nfdump-json", "nfdump JSON (NetFlow, IPFIX, sFlow)", NAMES, acks=True)

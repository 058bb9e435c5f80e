"""nfdump's JSON in both its forms: what it says is what the CSV says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from segc.baseline.observed import Observed
from tests.baseline.sources.reading import at, everything, key, read, unread

CSV = """\
ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt
2026-09-22 05:00:00.000,2026-09-22 05:00:09.000,9.000,10.30.0.10,10.3.0.11,50001,502,TCP,...AP.SF,0,0,8,300,7,1000
2026-09-22 05:01:00.000,2026-09-22 05:01:00.500,0.500,10.30.0.10,10.3.0.11,0,8.0,ICMP,........,0,0,1,84,1,84
2026-09-22 05:02:00.000,2026-09-22 05:02:01.000,1.000,fd00::1,fd00::2,50002,502,TCP,......S.,0,0,1,60,0,0
"""


def flow(minute: int, last: str, four: str, ends: tuple[str, str], **more: Any) -> dict[str, Any]:
    first = f"2026-09-22T05:{minute:02d}:00.000"
    return {
        "first": first,
        "last": f"2026-09-22T05:{minute:02d}:{last}",
        **more,
        f"src{four}_addr": ends[0],
        f"dst{four}_addr": ends[1],
        "src_geo": 'a "b"',
    }


FLOWS = [
    flow(0, "09.000", "4", ("10.30.0.10", "10.3.0.11"), in_packets=8, in_bytes=300, proto=6, tcp_flags="...AP.SF",
         src_port=50001, dst_port=502, out_packets=7, out_bytes=1000),
    flow(1, "00.500", "4", ("10.30.0.10", "10.3.0.11"), in_packets=1, in_bytes=84, proto=1, icmp_type=8, icmp_code=0,
         out_packets=1, out_bytes=84),
    flow(2, "01.000", "6", ("fd00::1", "fd00::2"), in_packets=1, in_bytes=60, proto=6, tcp_flags="......S.",
         src_port=50002, dst_port=502),
]  # fmt: skip
LINES = "\n".join(json.dumps(one, separators=(",", ":")) for one in FLOWS) + "\n"
LIST = json.dumps([{("t_" + k if k in ("first", "last") else k): v for k, v in f.items()} for f in FLOWS], indent=1)


@pytest.mark.parametrize("log", [LINES, LIST, LIST.replace("},\n", "}\n,\n")], ids=["ndjson", "json", "commas"])
def test_it_says_what_the_csv_says(log: str) -> None:
    found = read("nfdump-json", log)
    assert found == read("nfdump", CSV)
    found.sort(key=lambda one: one.first)
    assert [key(one) for one in found] == [
        ("10.30.0.10", "10.3.0.11", 6, 502),
        ("10.30.0.10", "10.3.0.11", 1, 8 << 8),
        ("fd00::1", "fd00::2", 6, 502),
    ]
    assert [one.answered for one in found] == [True, True, False]
    assert found[0].first == at("2026-09-22T05:00:00")


@pytest.mark.parametrize("log", [LINES, LIST], ids=["ndjson", "json"])
def test_of_one_that_was_cut_off_nothing_is_told_and_the_rest_is_read(log: str) -> None:
    end = log.index('"10.3.0.11"')
    cut = log[:end] + "\n" + log[log.index("{", end) :]
    told = [one for one in everything("nfdump-json", cut) if isinstance(one, Observed)]
    assert sorted(one.proto for one in told) == [1, 6]
    assert [one for one in told if one.proto == 1] == [one for one in read("nfdump-json", log) if one.proto == 1]
    assert unread("nfdump-json", cut)
    assert unread("nfdump-json", log[: log.rindex("10.3.0.11")]), "at the end as well"


def test_no_record_is_told() -> None:
    assert [one.line for one in unread("nfdump-json", LINES + '{"label": "x"}\nnonsense\n')] == [4, 5]

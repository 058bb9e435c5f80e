"""Packets whose headers are cut short, and sessions of grants that are gone from what is rendered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from segc.lang.loader import Bundle
from segc.lang.parser import parse
from segc.model.resolve import resolve
from segc.source import Source
from segc.targets.build import Built, build
from tests.kernel.judge import BACKENDS, lab_for, load, put
from tests.kernel.lab import Packet, unavailable
from tests.kernel.packets import HEADLESS

pytestmark = [
    pytest.mark.kernel,
    pytest.mark.skipif(unavailable() is not None, reason=str(unavailable())),
]

BOTH = [(target, backend) for target, backends in BACKENDS.items() for backend in backends]
ENDS = {4: ("10.1.0.", "10.2.0."), 6: ("fd01::", "fd02::")}
WATCHED = """
segc 1
team ops
site s { mode monitor; owner ops }
service mixed { tcp 502, 510; udp 53; sctp 5; icmp echo-request; icmp6 echo-request }
zone a { level 4; net 10.1.0.0/24, fd01::/64 }
zone b { level 4; net 10.2.0.0/24, fd02::/64
  asset plc 10.2.0.5 { address fd02::5 }
}
conduit c a -> b { allow a -> plc : mixed }
firewall fw { target %s; interface eth0 a 10.1.0.1/24; interface eth1 b 10.2.0.1/24; manage a : mixed }
"""
GRANTED = """
segc 1
team ops
site s { mode enforce; owner ops }
service m { tcp 502 }
zone a { level 4; net 10.1.0.0/24 }
zone b { level 4; net 10.2.0.0/24 }
conduit c a -> b { }
grant g { until %s; allow a -> b : m }
firewall fw { target %s; interface eth0 a; interface eth1 b }
"""


def built(text: str, at: datetime) -> Built:
    """The one firewall of a policy."""
    tree, found = parse(Source("plant.zone", text.lstrip()))
    plant, more = resolve(Bundle(Path("plant.zone"), [tree], found))
    assert not [one for one in more if one.severity.word == "error"]
    return build(plant, at, "declared").built[0]


@pytest.mark.parametrize(("target", "backend"), BOTH)
def test_monitor_passes_what_has_no_whole_header(target: str, backend: str) -> None:
    """A match that looks for a header drops such packets by itself; none may, where nothing is to be stopped.

    What passes is recorded, with its pair.
    """
    one = built(WATCHED % target, datetime.now(UTC))
    ends = [(f"{net}{a}", f"{other}{b}") for net, other in ENDS.values() for a, b in (("5", "5"), ("9", "9"))]
    sent = [
        Packet("eth0", a, b, proto, flags=HEADLESS)
        for a, b in ends
        for proto in (6, 17, 132, 47, 51, 58 if ":" in a else 1)
    ]
    with lab_for(one.rules.firewall) as lab:
        before = [outcome.verdict for outcome in lab.probe(sent)]  # some, no router forwards
        load(lab, one, backend)
        after = lab.probe(sent)
    assert before.count("pass") >= len(sent) // 2
    assert not [packet for packet, was, now in zip(sent, before, after, strict=True) if was != now.verdict]
    unrecorded = [
        p for p, now in zip(sent, after, strict=True) if now.verdict == "pass" and now.logs != ("segc:A:a>b",)
    ]
    assert not unrecorded


@pytest.mark.parametrize(("target", "backend"), BOTH)
@pytest.mark.parametrize("mode", ["monitor", "enforce"])
def test_a_whole_segment_of_no_session_is_judged_like_one_that_opens_it(target: str, backend: str, mode: str) -> None:
    """Conntrack calls it invalid, which is no verdict: flows are asked, then the mode decides and records."""
    one = built((WATCHED % target).replace("monitor", mode), datetime.now(UTC))
    kinds = ("SR", "A", "RA", "SA", "")  # flags that no segment has together, and segments of sessions never opened
    flows = [(f"{net}5", other, flags) for net, other in ENDS.values() for flags in kinds]
    with lab_for(one.rules.firewall) as lab:
        lab.run("sysctl", "-qw", "net.netfilter.nf_conntrack_tcp_loose=0")
        load(lab, one, backend)
        lab.run("iptables-nft", "-t", "mangle", "-A", "PREROUTING", "-m", "conntrack", "--ctstate", "INVALID")
        for number, (source, net, flags) in enumerate(flows):
            permitted = Packet("eth0", source, f"{net}5", 6, 5000 + number, 502, flags=flags)
            stray = Packet("eth0", source, f"{net}5", 6, 5000 + number, 600 + number, flags=flags)
            [allowed] = lab.probe([permitted])
            first, again = lab.probe([stray]) + lab.probe([stray])
            assert (allowed.verdict, allowed.logs) == ("pass", ()), permitted
            passed = "pass" if mode == "monitor" else "drop"
            record = (f"segc:{'A' if mode == 'monitor' else 'B'}:a>b",)
            assert (first.verdict, first.logs, again.verdict, again.logs) == (passed, record, passed, ()), stray
        counted = lab.run("iptables-nft-save", "-c", "-t", "mangle").stdout
        assert f"[{3 * len(kinds)}:" in counted, "these packets are what conntrack calls invalid"


@pytest.mark.parametrize(("target", "backend"), BOTH)
def test_a_grant_that_is_over_ends_its_sessions_in_every_later_build(target: str, backend: str) -> None:
    """Also in the one made after its end, which opens nothing for it any more."""
    now = datetime.now(UTC)
    day = timedelta(days=1)
    opened = built(GRANTED % ((now + 9 * day).date(), target), now)
    over = built(GRANTED % ((now - 2 * day).date(), target), now)
    there = Packet("eth0", "10.1.0.5", "10.2.0.5", 6, 5000, 502, flags="S")
    back = Packet("eth1", "10.2.0.5", "10.1.0.5", 6, 502, 5000, flags="SA")
    on = Packet("eth0", "10.1.0.5", "10.2.0.5", 6, 5000, 502, flags="A")
    with lab_for(opened.rules.firewall) as lab:
        load(lab, opened, backend)
        assert [outcome.verdict for outcome in lab.probe([there, back, on], keep_state=True)] == ["pass"] * 3
        put(lab, over.target, {file.name: file.text for file in over.files}, backend)
        assert [outcome.verdict for outcome in lab.probe([on, back], keep_state=True)] == ["drop"] * 2

"""Grants and the kernel's clock: open, closed, over midnight, from, until; and what becomes of sessions at the end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from segc.lang.literals import DAYS
from tests.kernel.judge import judge, load
from tests.kernel.lab import Lab, Outcome
from tests.kernel.packets import Packet
from tests.kernel.scenes import answer, every_way, files, in_kernel, later, outcomes, plant, switch, two_sided
from tests.oracle import Oracle
from tests.probes import probes

pytestmark = in_kernel

TIMEZONES = ("Europe/Vienna", "America/St_Johns", "Asia/Kolkata", "Pacific/Kiritimati", "UTC")


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with two_sided() as opened:
        yield opened


def clock(moment: datetime) -> str:
    return moment.strftime("%H:%M")


def now_in(timezone: str) -> datetime:
    """Local time there; where its midnight is close, of a place where it is not."""
    now = datetime.now(ZoneInfo(timezone))
    close = {(now + timedelta(minutes=step)).date() for step in (-10, 10)} != {now.date()}
    return datetime.now(ZoneInfo("Etc/GMT+7")) if close else now


def cases(now: datetime) -> dict[str, tuple[list[str], bool]]:
    """Times of grants as seen from a local time, and whether they are open then."""
    today, yesterday, tomorrow = (DAYS[(now.weekday() + step) % 7] for step in (0, -1, 1))
    soon, just = now + timedelta(minutes=3), now - timedelta(minutes=3)
    until, day = f"until {now.date() + timedelta(days=400)}", timedelta(days=1)
    closing = f"{clock(now - timedelta(hours=5))}-{clock(soon)}"  # may begin on the day before
    begun = today if now.hour >= 5 else yesterday
    return {
        "always": ([until], True),
        "until-today": ([f"until {now.date()}"], True),
        "until-yesterday": ([f"until {now.date() - day}"], False),
        "from-today": ([f"from {now.date()}", until], True),
        "from-tomorrow": ([f"from {now.date() + day}", until], False),
        "one-day": ([f"from {now.date()}", f"until {now.date()}"], True),
        "whole-day": ([f"window {today} 00:00-24:00", until], True),
        "other-days": ([f"window {tomorrow}, {yesterday} 00:00-24:00", until], False),
        "close-by": ([f"window {begun} {closing}", until], True),
        "just-over": ([f"window {clock(now - timedelta(hours=4))}-{clock(just)}", until], False),
        "not-yet": ([f"window {clock(soon)}-{clock(now + timedelta(hours=4))}", until], False),
        "since-yesterday": ([f"window {yesterday} {clock(soon)}-{clock(now + timedelta(minutes=2))}", until], True),
        "wrong-weekday": ([f"window {tomorrow} {clock(just)}-{clock(soon)}", until], False),
        "several": ([f"window {tomorrow} 01:00-02:00", f"window {today} 00:00-24:00", until], True),
        "several-none": ([f"window {tomorrow} 01:00-02:00", f"window {tomorrow} 03:00-04:00", until], False),
        "window-outlived": ([f"window {today} 00:00-24:00", f"until {now.date() - day}"], False),
        "window-unborn": ([f"window {today} 00:00-24:00", f"from {now.date() + day}", until], False),
    }


def written(now: datetime, mode: str) -> str:
    """A policy with a target of its own for each case."""
    listed = cases(now)
    head = ["segc 1", f'site s {{ timezone "{now.tzinfo}"; mode {mode} }}', "service modbus { tcp 502; udp 502 }"]
    assets = [f"  asset {name} 10.2.0.{at}, fd02::{at}" for at, name in enumerate(listed, 1)]
    zones = ["zone a { net 10.1.0.0/16, fd01::/16 }", "zone b {", "  net 10.2.0.0/16, fd02::/16", *assets, "}"]
    grants = [
        f"grant g-{name} {{ allow a -> {name} : modbus; {'; '.join(times)} }}" for name, (times, _) in listed.items()
    ]
    firewall = "firewall fw { target TARGET; interface eth0 a; interface eth1 b }"
    return "\n".join([*head, *zones, *grants, firewall, ""])


@every_way
@pytest.mark.parametrize(
    ("timezone", "age"), [*((zone, timedelta(0)) for zone in TIMEZONES), ("UTC", timedelta(days=5))]
)
def test_a_grant_is_open_when_the_clock_says_so(
    lab: Lab, target: str, backend: str, timezone: str, age: timedelta
) -> None:
    """Also by a file that is older than the end of a grant."""
    now = now_in(timezone)
    load(lab, files(written(now, "enforce"), target, "declared", at=now - age), backend)
    wanted = {name: is_open for name, (_, is_open) in cases(now).items()}
    for network, proto in (("10.{}.0.", 6), ("fd0{}::", 17)):
        sent = [
            Packet("eth0", f"{network.format(1)}9", f"{network.format(2)}{at}", proto, dport=502)
            for at in range(1, len(wanted) + 1)
        ]
        assert dict(zip(wanted, [one.verdict == "pass" for one in lab.probe(sent)], strict=True)) == wanted


@every_way
@pytest.mark.parametrize("mode", ["declared", "monitor", "enforce"])
def test_the_oracle_agrees_on_grants(lab: Lab, target: str, backend: str, mode: str) -> None:
    """Every boundary, in every mode, with the record that is due."""
    text = written(now_in("Europe/Vienna"), "monitor")
    policy = plant(text, target)
    one = files(text, target, mode)
    load(lab, one, backend)
    oracle = Oracle(policy, datetime.now(UTC), None if mode == "declared" else mode)
    wrong = judge(lab, one, oracle, probes(policy, one.rules.firewall, 300, seed=3))
    assert not wrong, "\n".join(map(str, wrong[:10]))


# ---- sessions that a grant let in --------------------------------------------------------------------------------

SESSIONS = """
segc 1
site s { mode monitor; timezone "UTC" }
service modbus { tcp 502, 4000-4010; udp 502; icmp echo-request; icmp6 echo-request; sctp 502 }
service fixed { tcp 502 { source-port 1000 } }
service other { tcp 80 }
zone a { net 10.1.0.0/16, fd01::/16 }
zone b {
  net 10.2.0.0/16, fd02::/16
  asset plc 10.2.0.1, fd02::1
  asset kept 10.2.0.2, fd02::2
  asset fixed-plc 10.2.0.3, fd02::3
}
conduit c a -> b {
  mode MODE
  allow a -> b : other
  allow a -> kept : modbus
  allow a -> fixed-plc : fixed
}
grant visit { allow a -> b : modbus; window WINDOW; until UNTIL }
firewall fw { target TARGET; interface eth0 a; interface eth1 b }
"""


def visit(*, is_open: bool, mode: str, wide: bool = False) -> str:
    """A window that is open, or one that closed a minute ago and opens again tomorrow; `wide`: for all the world."""
    now = now_in("UTC")
    start, end = (-120, 5) if is_open else (-120, -1)
    window = f"{clock(now + timedelta(minutes=start))}-{clock(now + timedelta(minutes=end))}"
    text = SESSIONS.replace("WINDOW", window).replace("MODE", mode).replace('"UTC"', f'"{now.tzinfo}"')
    text = text.replace("net 10.1.0.0/16, fd01::/16", "net any") if wide else text
    return text.replace("UNTIL", str(now.date() + timedelta(days=9)))


def opening(host: int, proto: int = 6, dport: int = 502, *, version: int = 4, sport: int = 40000) -> Packet:
    """The first packet of a session to a host of zone b."""
    source, target = ("10.1.0.9", f"10.2.0.{host}") if version == 4 else ("fd01::9", f"fd02::{host}")
    return Packet("eth0", source, target, proto, sport, dport, icmp_type=8 if version == 4 else 128)


# No two with the same ends and ports on the way back either: that would be one flow to the memory of records.
GRANTED = [
    opening(1, proto, dport, version=version, sport=40000 + dport)
    for version in (4, 6)
    for proto, dport in ((6, 502), (6, 4005), (17, 502), (132, 502), (1 if version == 4 else 58, 0))
] + [opening(3)]
LASTING = [
    opening(host, proto, dport, version=version, sport=sport)
    for version in (4, 6)
    for host, proto, dport, sport in ((2, 6, 502, 40000), (2, 17, 502, 40000), (1, 6, 80, 40000), (3, 6, 502, 1000))
]


@every_way
@pytest.mark.parametrize(("mode", "wide"), [("enforce", False), ("monitor", False), ("enforce", True)])
def test_sessions_of_a_grant_end_with_it(lab: Lab, target: str, backend: str, mode: str, *, wide: bool) -> None:
    opened = files(visit(is_open=True, mode=mode, wide=wide), target, "declared")
    closed = files(visit(is_open=False, mode=mode, wide=wide), target, "declared")
    load(lab, opened, backend)
    for first in GRANTED + LASTING:
        assert {one.verdict for one in outcomes(lab, first, answer(first, "eth1"), later(first))} == {"pass"}, first
    switch(lab, closed, backend)
    kept = "pass" if mode == "monitor" else "drop"
    prefix = "segc:A:a>b" if mode == "monitor" else "segc:B:a>b"
    for first in GRANTED:
        there, back = outcomes(lab, later(first), answer(first, "eth1"))
        assert (there.verdict, back.verdict) == (kept, kept), first
        assert (there.logs, back.logs) == ((prefix,), (prefix,)), first
    for first in LASTING:
        there, back = outcomes(lab, later(first), answer(first, "eth1"))
        assert (there, back) == (Outcome("pass", "eth1", ()), Outcome("pass", "eth0", ())), first


@every_way
def test_sessions_go_on_while_their_grant_is_open(lab: Lab, target: str, backend: str) -> None:
    opened = files(visit(is_open=True, mode="enforce"), target, "declared")
    load(lab, opened, backend)
    outcomes(lab, *GRANTED, *(answer(first, "eth1") for first in GRANTED))
    switch(lab, opened, backend)
    for first in GRANTED:
        there, back = outcomes(lab, later(first), answer(first, "eth1"))
        assert (there, back) == (Outcome("pass", "eth1", ()), Outcome("pass", "eth0", ())), first


ICMP_TYPES = """
segc 1
site s { mode enforce; timezone "UTC" }
service ping { icmp echo-request; icmp6 echo-request }
service clock { icmp timestamp-request; icmp6 packet-too-big }
zone a { net 10.1.0.0/16, fd01::/16 }
zone b { net 10.2.0.0/16, fd02::/16 }
conduit c a -> b { allow a -> b : ping }
grant visit { allow a -> b : clock; until UNTIL }
firewall fw { target TARGET; interface eth0 a; interface eth1 b }
"""


@every_way
def test_a_grant_of_one_icmp_type_ends_no_session_of_another(lab: Lab, target: str, backend: str) -> None:
    """Conntrack keeps types apart nowhere: the replies of a ping that a flow allows must not stop with the grant."""
    over = ICMP_TYPES.replace("UNTIL", str(now_in("UTC").date() - timedelta(days=2)))
    load(lab, files(over, target, "declared"), backend)
    for version in (4, 6):
        ping = opening(7, 1 if version == 4 else 58, 0, version=version)
        there, back = outcomes(lab, ping, answer(ping, "eth1"))
        assert (there, back) == (Outcome("pass", "eth1", ()), Outcome("pass", "eth0", ())), ping

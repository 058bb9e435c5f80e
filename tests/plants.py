"""Random small plants as .zone text: nested networks, loops, all kinds of services, every place where a mode may stand.

All are valid by construction, so that nothing is thrown away. Names of a few
zones, conduits and firewalls are long and alike, because ids are cut to 21
characters and must still differ; one firewall is called as a zone is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from hypothesis import strategies as st

from segc.diagnostics import Diagnostic, Severity
from segc.lang.literals import addresses, network
from segc.lang.loader import load
from segc.model.resolve import resolve

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from segc.model.plant import Plant

T = TypeVar("T")


def words(text: str) -> tuple[str, ...]:
    """A list, as one reads it best."""
    return tuple(text.split())


LONG = "hall-north-of-the-river-line"
ZONES = ("mes", f"{LONG}-3", f"{LONG}-4", "filling", "x")
FIREWALLS = ("fw-1", "mes", f"{LONG}-3-firewall")
INTERFACES = ("eth0", "eth1.10", "lan-2", "p4p1", "wan0")
NETS = words(
    "10.0.0.0/8 10.1.0.0/16 10.1.2.0/24 10.1.2.128/25 10.1.2.192/28 10.1.2.200/32 172.16.0.0/12 172.16.8.0/21 "
    "192.0.2.0/24 198.51.100.64/26 fd00::/8 fd01:1::/32 fd01:1:2::/48 fd01:1:2:3::/64 fd01:1:2:3:8000::/65 "
    "fd01:1:2:3:8000::77/128 2001:db8::/32 2001:db8:0:1::/64"
)
# Disjoint, so that no two assets collide. Some cross the border of a network.
SPANS = words(
    "10.1.2.5 10.1.2.6 10.1.2.20-10.1.2.40 10.1.2.64/27 10.1.2.100-10.1.2.140 10.1.2.200 10.1.2.210-10.1.2.214 "
    "10.1.9.1 10.7.0.0/16 172.16.8.1 172.16.8.16-172.16.8.23 172.20.1.1 192.0.2.10 192.0.2.11-192.0.2.13 "
    "198.51.100.70 198.51.100.200 203.0.113.5 fd01:1:2:3::5 fd01:1:2:3::10-fd01:1:2:3::1f fd01:1:2:3:8000::1 "
    "fd01:1:2:3:8000::77 fd01:1:2:4::/64 fd01:2::1 2001:db8::1 2001:db8:0:1::a-2001:db8:0:1::c 2001:db8:ffff::5"
)
OWN = words(
    "10.1.2.1/24 10.1.2.129/25 10.1.9.254/16 172.16.8.254/21 192.0.2.254/24 203.0.113.254/29 198.51.100.126/26 "
    "fd01:1:2:3::fe/64 fd01:1:2:3:8000::fe/65 2001:db8::fe/64 fd99::1/64"
)
MANY = (*OWN, *words("10.1.2.3/24 10.1.9.9/24 172.16.8.9/21 203.0.113.250/29 192.0.2.99/24 fd99::2/64 fd98::1/64"))
ICMP_TYPES = ("echo-request", "echo-request", "timestamp-request", "destination-unreachable", "0-255", "9-11", "255")
ICMP6_TYPES = ("echo-request", "echo-request", "packet-too-big", "133-137", "0-255", "255")
PROTOCOLS = (0, 1, 2, 4, 6, 17, 47, 50, 51, 58, 59, 89, 112, 132, 136, 253)
ACTIVE = ("until 2037-06-30", "from 2020-01-01; until 2037-06-30", "until 2050-01-01")
INACTIVE = ("until 2020-02-02", "from 2036-01-01; until 2036-03-31", "from 2040-01-01; until 2041-01-01")

CLOCKS = ('clock "UTC"', 'clock "Europe/Vienna"', 'clock "America/New_York"')
# Over the nights in which clocks are moved, in Vienna or in New York.
WINDOWS = (
    "window Sat 06:00-10:00; from 2026-10-01; until 2027-04-30",
    "window Mon-Fri 22:00-02:00; from 2026-11-20; until 2026-12-11",
    "window Sun 01:00-02:30; window 08:00-09:30; from 2027-03-01; until 2027-04-11",
    "window Sat, Sun 23:00-07:30; from 2027-03-01; until 2027-11-20",
    "window 00:00-24:00; until 2026-12-24",
)


@dataclass
class Draft:
    """The lines of a policy, and the endpoints of each zone, while they are drawn."""

    lines: list[str] = field(default_factory=list)
    ends: dict[str, list[str]] = field(default_factory=dict)
    services: list[str] = field(default_factory=list)
    everywhere: list[str] = field(default_factory=list)  # endpoints of several zones: for grants
    families: tuple[int, ...] = (4, 6)
    clocks: bool = False

    def spoken(self, texts: Sequence[str]) -> list[str]:
        """Those addresses and networks that are of one of the plant's families."""
        return [text for text in texts if (6 if ":" in text else 4) in self.families]

    def scope(self, head: str, facts: Sequence[str]) -> None:
        """A statement with its facts."""
        self.lines += [f"{head} {{", *(f"  {fact}" for fact in facts), "}"]


def some(values: Sequence[T], low: int, high: int) -> st.SearchStrategy[list[T]]:
    """Between `low` and `high` different values."""
    return st.lists(st.sampled_from(list(values)), min_size=low, max_size=min(high, len(values)), unique=True)


def maybe(draw: st.DrawFn, facts: Sequence[str]) -> list[str]:
    """One of the facts, or none."""
    return draw(st.sampled_from([[], *([fact] for fact in facts)]))


MODES = ("mode monitor", "mode enforce")

ports = st.one_of(
    some(("22", "80", "102", "502", "0", "65535"), 1, 3),
    some(("9000-9010", "1024-65535", "500-501", "102"), 1, 2),
    st.integers(16, 20).map(lambda count: [str(1000 + 2 * i) for i in range(count)]),
    st.just(["any"]),
).map(", ".join)
sources = st.sampled_from(["", "", " { source-port 1024-65535 }", " { source-port 123 }"])
service_line = st.one_of(
    st.builds("{} {}{}".format, st.sampled_from(["tcp", "tcp", "udp", "sctp"]), ports, sources),
    some(ICMP_TYPES, 1, 2).map(lambda types: f"icmp {', '.join(types)}"),
    some(ICMP6_TYPES, 1, 2).map(lambda types: f"icmp6 {', '.join(types)}"),
    some(PROTOCOLS, 1, 2).map(lambda numbers: f"proto {', '.join(map(str, numbers))}"),
)


@st.composite
def policies(
    draw: st.DrawFn,
    targets: Sequence[str] = ("iptables", "nftables"),
    *,
    addressed: bool = False,
    families: Sequence[int] = (4, 6),
    protocols: Sequence[int] = (),
    clocks: bool = False,
) -> str:
    """The text of a plant without errors. `addressed`: every interface has an address of one of the families.

    `protocols`: the IP protocols that services may have besides TCP, UDP and ICMP; none for any. `clocks`: firewalls may
    say which time their clock shows, and grants have windows.
    """
    draft = Draft(["segc 1"], families=tuple(families), clocks=clocks)
    spoken = service_line.filter(lambda line: not protocols or _spoken(line, protocols))
    draft.scope("site works", ['timezone "Europe/Vienna"', *maybe(draw, MODES)])
    for number in range(draw(st.integers(1, 4))):
        draft.services.append(f"s{number}")
        draft.scope(f"service s{number}", draw(st.lists(spoken, min_size=1, max_size=3)))
    _zones(draw, draft)
    _firewalls(draw, draft, targets, addressed=addressed)
    _conduits(draw, draft)
    _grants(draw, draft)
    return "\n".join(draft.lines) + "\n"


def _spoken(line: str, protocols: Sequence[int]) -> bool:
    word, _, rest = line.partition(" ")
    return word != "sctp" if word != "proto" else {int(each) for each in rest.split(", ")} <= set(protocols)


def _zones(draw: st.DrawFn, draft: Draft) -> None:
    names = draw(some(ZONES, 2, 5))
    free = draw(st.permutations(draft.spoken(NETS)))
    nets = {name: [free.pop() for _ in range(draw(st.integers(0, 3))) if free] for name in names}
    outside = draw(st.sampled_from([None, *names]))
    if outside is not None:
        nets[outside] = ["any"]
    spans = draw(st.permutations(draft.spoken(SPANS)))
    for number, name in enumerate(names):
        facts = maybe(draw, MODES)
        facts += [f"in {names[0]}"] if number and draw(st.integers(0, 3)) == 0 else []
        facts += [f"net {net}" for net in nets[name]]
        others = [net for zone in names if zone != name for net in nets[zone] if net != "any"]
        possible = [span for span in spans if not any(takes(span, net) for net in others)]
        most = min(3, len(possible) // 2)
        assets = [f"a{i}" for i in range(draw(st.integers(0 if nets[name] else min(1, most), most)))]
        for asset in assets:
            own = [possible.pop() for _ in range(draw(st.sampled_from([1, 1, 2])))]
            spans = [span for span in spans if span not in own]
            facts.append(f"asset {asset} {', '.join(own)}")
        draft.scope(f"zone {name}", facts)
        draft.ends[name] = [name, *(f"{name}.{asset}" for asset in assets)]
        if len(assets) > 1 and draw(st.booleans()):
            draft.scope(f"group some-of-{name}", [f"member {', '.join(draft.ends[name][1:])}"])
            draft.ends[name].append(f"some-of-{name}")
    every = [end for ends in draft.ends.values() for end in ends]
    draft.scope("group mixed", [f"member {', '.join(draw(some(every, 1, 4)))}"])
    draft.everywhere = [*every, "mixed"]


def takes(span: str, net: str) -> bool:
    """Would an asset have a network of another zone, or a part of it and more? To lie inside it is allowed."""
    one, other = addresses(span), network(net)
    if one.family != other.family or one.high < other.low or other.high < one.low:
        return False
    return not (other.low <= one.low and one.high <= other.high and one != other)


def _firewalls(draw: st.DrawFn, draft: Draft, targets: Sequence[str], *, addressed: bool) -> None:
    zones = list(draft.ends)
    own = draw(st.permutations(draft.spoken(MANY if addressed else OWN)))
    names = draw(some(FIREWALLS, 1, 3))
    for name in names:
        facts = [f"target {draw(st.sampled_from(targets))}", *maybe(draw, MODES)]
        facts += maybe(draw, CLOCKS) if draft.clocks else []
        for interface in draw(some(INTERFACES, 1, 4)):
            behind = ", ".join(draw(some(zones, 1, 2)))
            most = 1 if addressed and len(own) <= len(FIREWALLS) * 4 else 2  # so that some are left for the others
            given = ", ".join(own.pop() for _ in range(draw(st.integers(1 if addressed else 0, most))) if own)
            facts.append(f"interface {interface} {behind} {given}".rstrip())
        if draw(st.booleans()):
            facts.append(f"manage {_list(draw, draft.everywhere)} : {_list(draw, draft.services)}")
        draft.scope(f"firewall {name}", facts)
    for _ in range(draw(st.sampled_from([0, 0, 1, 2]))):
        draft.lines.append("link {} -- {}".format(*draw(some(zones, 2, 2))))
    if draw(st.integers(0, 3)) == 0:
        pair = "{} -> {}".format(*draw(some(zones, 2, 2)))
        draft.lines.append(f"route {pair} via {', '.join(draw(some(names, 1, 2)))}")


def _list(draw: st.DrawFn, values: Sequence[str]) -> str:
    return ", ".join(sorted(draw(some(values, 1, 2))))


def _conduits(draw: st.DrawFn, draft: Draft) -> None:
    for number in range(draw(st.integers(1, 4))):
        a, b = draw(some(list(draft.ends), 2, 2))
        arrow = draw(st.sampled_from(["->", "<->"]))
        facts = maybe(draw, MODES)
        pairs = [(a, b), (b, a)] if arrow == "<->" else [(a, b)]
        flows = {_flow(draw, draft, *draw(st.sampled_from(pairs))) for _ in range(draw(st.integers(0, 3)))}
        facts += [flow + draw(st.sampled_from(["", "", " { log }"])) for flow in sorted(flows)]
        draft.scope(f"conduit {LONG}-c{number} {a} {arrow} {b}", facts)


def _flow(draw: st.DrawFn, draft: Draft, a: str, b: str) -> str:
    ends = f"{_list(draw, draft.ends[a])} -> {_list(draw, draft.ends[b])}"
    return f"allow {ends} : {_list(draw, draft.services)}"


def _grants(draw: st.DrawFn, draft: Draft) -> None:
    for number in range(draw(st.integers(0, 2))):
        when = draw(st.sampled_from((*ACTIVE, *INACTIVE, *(WINDOWS * 2 if draft.clocks else ()))))
        flow = f"{_list(draw, draft.everywhere)} -> {_list(draw, draft.everywhere)}"
        log = draw(st.sampled_from(["", " { log }"]))
        draft.scope(f"grant g{number}", [f"allow {flow} : {_list(draw, draft.services)}{log}", *when.split("; ")])


def parsed(text: str, folder: Path) -> tuple[Plant, list[Diagnostic]]:
    """A plant from its text, and the errors in it."""
    file = folder / "plant.zone"
    file.write_text(text, encoding="utf-8", newline="\n")
    plant, found = resolve(load(file))
    return plant, [one for one in found if one.severity is Severity.ERROR]


def plant_of(text: str, folder: Path) -> Plant:
    """A plant that must be without errors."""
    plant, errors = parsed(text, folder)
    assert not errors, "\n".join(one.message for one in errors) + "\n" + text
    return plant

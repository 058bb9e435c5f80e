"""nft's own compiler as an outside judge: what its bytecode does with a packet is what our reading of the file says."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segc.diagnostics import SegcError
from segc.model.plant import Plant
from segc.packets.fields import TIME, Packet
from segc.packets.machine import In, Machine
from segc.packets.trace import trace
from segc.targets import registry
from segc.targets.build import Built, build
from tests.conformance.cases import NAMES
from tests.conformance.cases import built as conformant
from tests.conformance.cases import plant as conformance_plant
from tests.kernel.bytecode import Program, Unreadable, compiled
from tests.kernel.bytecode_run import run
from tests.kernel.scenes import in_kernel
from tests.kernel.test_examples import built, plant
from tests.model_packets import as_read
from tests.plants import plant_of, policies
from tests.probes import probes
from tests.proof.test_mutants import HOOKS, packets

pytestmark = in_kernel

AT = datetime(2026, 11, 25, 12, tzinfo=UTC)
LAST = (1 << 63) // 10**9  # second that nft knows
EXAMPLES = max(settings().max_examples // 5, 20)
NFT = [
    (name, firewall.name)
    for name in ("bottling", "water")
    for firewall in plant(name).firewalls.values()
    if firewall.target == "nftables"
]


def judge(text: str, tried: list[Packet]) -> int:
    """How many packets fare alike by our reading and by nft's bytecode: all of them, or the test fails."""
    machine = registry.reader("nftables").read({"rules": text})
    program = compiled(text)
    edges = sorted(moments(machine))
    more = [packet for family in (4, 6) for packet in packets(machine, machine, family)]
    tried = [one._replace(time=edges[at % len(edges)]) for at, one in enumerate([*tried, *more])]
    for packet in tried:
        for hooks, remembered in ((HOOKS[0], False), (HOOKS[0], True), (HOOKS[1], False)):
            ours = trace(machine, packet, hooks, remembered=remembered)
            theirs = run(program, packet, hooks, remembered=remembered)
            assert (ours.kind, ours.logs) == theirs, packet
    return len(tried)


def moments(machine: Machine) -> set[int]:
    """Seconds at which something begins or ends, and those before."""
    matches = (match for rules in machine.chains.values() for rule in rules for match in rule.matches)
    spans = {span for match in matches if isinstance(match, In) and match.field == TIME for span in match.spans}
    ends = {second for low, high in spans for second in (low - 1, low, high, high + 1)}
    return {second for second in ends if 0 <= second <= LAST} or {int(AT.timestamp())}


def test_the_instructions_are_known_by_what_they_must_do() -> None:
    """First of all: known rules, known answers. Another version of nft may print otherwise."""
    text = """table inet t {
 set s { type ipv4_addr . inet_service; flags interval; elements = { 10.0.0.0/8 . 1-5, 10.1.2.3 . 77 } }
 chain c { type filter hook forward priority 3; policy drop;
  ip saddr 10.0.0.0/23 tcp dport 7-9 accept
  ip saddr 10.1.2.0/25 udp sport != 7 reject
  iifname { "eth0", "eth1" } oifname != "lo" ip6 saddr fd00::/9 accept
  ip saddr . tcp dport @s jump d
  icmpv6 type 133-136 log prefix "n " group 5 accept
  tcp dport vmap { 1 : drop, 15-19 : accept, 30 : goto d }
  ct state established,related accept
 }
 chain d { meta time >= 1800000000 accept; ct original ip saddr 10.9.0.1 return; log prefix "d " group 5; return; }
}
"""
    program = compiled(text)

    def fate(**fields: int | str | bool) -> tuple[str, list[str]]:
        given = {"family": 4, "source": 0x0A000001, "target": 0x0A090909, "proto": 6, "iif": "eth0", "oif": "eth9"}
        return run(program, Packet(**{**given, **fields}), ("forward",))  # type: ignore[arg-type]

    assert fate(dport=7)[0] == fate(dport=9)[0] == "accept"
    assert fate(dport=6)[0] == fate(dport=10)[0] == fate(dport=7, source=0x0A000200)[0] == "drop"
    assert fate(proto=17, source=0x0A010203, sport=8)[0] == "reject"
    assert fate(proto=17, source=0x0A010203, sport=7)[0] == "drop"
    six = {"family": 6, "source": 0xFD7F << 112, "target": 1}
    assert [fate(**six, iif=name, oif=out)[0] for name, out in (("eth1", "x"), ("eth2", "x"), ("eth1", "lo"))] == [
        "accept",
        "drop",
        "drop",
    ]
    assert fate(dport=5) == fate(dport=77, source=0x0A010203) == ("drop", ["d "])
    assert fate(dport=77) == ("drop", [])
    assert fate(dport=5, time=1800000000) == ("accept", [])
    assert fate(dport=5, source=0x0A090001) == ("drop", [])
    assert fate(dport=1, source=0x0B000001) == ("drop", [])
    assert fate(dport=15)[0] == fate(dport=19)[0] == "accept"
    assert fate(dport=30) == ("drop", ["d "])
    assert fate(**six, proto=58, dport=135 * 256, iif="x") == ("accept", ["n "])
    assert [fate(state=state)[0] for state in ("established", "related", "new", "invalid")] == [
        "accept",
        "accept",
        "drop",
        "drop",
    ]


def test_what_is_not_known_is_refused() -> None:
    text = "table inet t {\n chain c { type filter hook forward priority 0; policy drop; meta mark 5 accept; }\n}\n"
    program: Program = compiled(text)
    with pytest.raises(Unreadable):
        run(program, Packet(4, 1, 2, 6), ("forward",))
    with pytest.raises(Unreadable):
        compiled("table inet t { nonsense }\n")


@pytest.mark.parametrize(("name", "firewall"), NFT)
@pytest.mark.parametrize("mode", ["declared", "enforce"])
def test_examples(name: str, firewall: str, mode: str) -> None:
    one = next(b for b in built(name, mode).built if b.firewall == firewall)
    sent = probes(plant(name), one.rules.firewall, 300, seed=3)
    judge(one.texts()["rules"], [as_read(probe.packet, probe.interface) for probe in sent])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("mode", ["declared", "enforce"])
def test_conformance_plants(name: str, mode: str) -> None:
    for one in conformant(name, "nftables", mode).built:
        sent = probes(conformance_plant(name, "nftables"), one.rules.firewall, 300, seed=4)
        judge(one.texts()["rules"], [as_read(probe.packet, probe.interface) for probe in sent])


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(text=policies(), seed=st.integers(0, 1 << 16), mode=st.sampled_from(["declared", "monitor", "enforce"]))
def test_random_plants(tmp_path_factory: pytest.TempPathFactory, text: str, seed: int, mode: str) -> None:
    drawn = plant_of(text.replace("target iptables", "target nftables"), tmp_path_factory.mktemp("plant"))
    for one in buildable(drawn, mode):
        sent = probes(drawn, one.rules.firewall, 60, seed)
        judge(one.texts()["rules"], [as_read(probe.packet, probe.interface) for probe in sent])


def buildable(drawn: Plant, mode: str) -> tuple[Built, ...]:
    """What can be built; nothing where the policy would lock everybody out."""
    try:
        return build(drawn, AT, mode).built
    except SegcError as stopped:
        if {one.name for one in stopped.diagnostics} != {"lock-out"}:
            raise
        return ()

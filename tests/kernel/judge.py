"""Loads rendered files into a lab and compares what the kernel does with what the oracle expects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from segc.lang.literals import address_text
from segc.model.plant import PORTED
from segc.model.verdict import ALERT, ALLOW, BLOCK
from tests.kernel.lab import Lab, Outcome
from tests.kernel.packets import AH, BEHIND_AH
from tests.kernel.packets import Packet as Frame

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from segc.model.plant import Firewall
    from segc.targets.build import Built
    from tests.oracle import Expected, Oracle
    from tests.probes import Probe

BACKENDS = {"iptables": ("nft", "legacy"), "nftables": ("nft",)}


def lab_for(firewall: Firewall) -> Lab:
    """A lab with the firewall's interfaces, which forwards everything out of the last one."""
    names = [interface.name for interface in firewall.interfaces]
    return Lab([*names, "out0"], {}, {"0.0.0.0/0": "out0", "::/0": "out0"})


def load(lab: Lab, built: Built, backend: str) -> None:
    """Load a firewall's files the way its target does, on a machine where nothing else is loaded."""
    lab.reset()
    put(lab, built.target, {file.name: file.text for file in built.files}, backend)


def put(lab: Lab, target: str, files: Mapping[str, str], backend: str) -> None:
    """Put files into force in place of those that are, as one transaction a family; sessions go on."""
    if target == "nftables":
        lab.run("nft", "-f", "-", input=files["nftables.nft"])
        return
    if "ipset.rules" in files:
        lab.run("ipset", "restore", input=files["ipset.rules"])
    for family, name in (("", "iptables.rules"), ("6", "ip6tables.rules")):
        # without --noflush, so that what ran before goes in the same transaction
        lab.run(f"ip{family}tables-{backend}-restore", input=files[name])


def forget_records(lab: Lab, built: Built) -> None:
    """Empty the memory of flows that have been recorded."""
    for family in (4, 6):
        if built.target == "nftables":
            lab.run("nft", "flush", "set", "inet", "segc", f"seen{family}")
            lab.run("nft", "flush", "set", "inet", "segc", f"other{family}")
        else:
            lab.run("ipset", "flush", f"segc-seen-{family}", check=False)


def frame(probe: Probe) -> Frame:
    """A probe as the lab sends it."""
    packet = probe.packet
    ported = packet.proto in PORTED
    return Frame(
        probe.interface,
        address_text(packet.family, packet.source),
        address_text(packet.family, packet.target),
        packet.proto,
        packet.sport if ported else 0,
        packet.dport if ported else 0,
        0 if ported else packet.dport,
        0,
    )


def rounds(probes: Sequence[Probe]) -> list[list[Probe]]:
    """Probes in lists within which no two share what the record keepers remember of a flow."""
    found: list[tuple[list[Probe], set[object]]] = []
    for probe in probes:
        packet = probe.packet
        # ipset looks behind AH in IPv6, where it is an extension header
        proto = BEHIND_AH if (packet.family, packet.proto) == (6, AH) else packet.proto
        key = (packet.source, packet.target, proto, packet.dport if packet.proto in PORTED else 0)
        for members, keys in found:
            if key not in keys:
                members.append(probe)
                keys.add(key)
                break
        else:
            found.append(([probe], {key}))
    return [members for members, _ in found]


@dataclass(frozen=True)
class Wrong:
    """A packet on which kernel and oracle differ."""

    probe: Probe
    expected: Expected
    outcome: Outcome

    def __str__(self) -> str:
        sent = frame(self.probe)
        return f"{sent} expected {self.expected}, kernel: {self.outcome}"


def judge(lab: Lab, built: Built, oracle: Oracle, probes: Sequence[Probe]) -> list[Wrong]:
    """Send the probes; answer those that the kernel treats otherwise than the oracle says."""
    firewall = built.rules.firewall
    wrong: list[Wrong] = []
    for members in rounds(probes):
        forget_records(lab, built)
        outcomes = lab.probe([frame(probe) for probe in members])
        for probe, outcome in zip(members, outcomes, strict=True):
            expected = oracle.expect(firewall, probe.interface, probe.packet)
            if not agrees(built, expected, outcome):
                wrong.append(Wrong(probe, expected, outcome))
    return wrong


def agrees(built: Built, expected: Expected, outcome: Outcome) -> bool:
    """Same decision, and a record exactly where one is due, that names the right pair."""
    passed = outcome.verdict == "pass"
    if passed == (expected.verdict == BLOCK):
        return False
    if expected.verdict in (ALERT, BLOCK):
        if len(outcome.logs) != 1:
            return False
        kind, _, identity = outcome.logs[0].removeprefix("segc:").partition(":")
        entry = built.entry["pairs"].get(identity)
        due = "A" if expected.verdict == ALERT else "B"
        if entry is None or kind != (due.lower() if expected.astray else due):
            return False
        known = {e.get("to") for e in built.entry["pairs"].values()}
        return (entry["from"], entry.get("to")) == (expected.source, expected.target) or (
            entry["from"] is None
            and expected.source is None
            and entry.get("to") == (expected.target if expected.target in known else None)
        )
    if expected.verdict == ALLOW and expected.logged:
        return len(outcome.logs) == 1 and outcome.logs[0].startswith("segc:L:")
    return not outcome.logs

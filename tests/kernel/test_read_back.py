"""What a kernel holds after loading: listed, read back and proved; and the reading of a file does what the kernel does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from segc.packets.fields import Packet as Read
from segc.packets.trace import trace
from segc.proof.prove import Prover
from segc.targets import registry
from segc.targets.build import Built
from tests.kernel.judge import BACKENDS, forget_records, frame, lab_for, load, rounds
from tests.kernel.lab import Lab
from tests.kernel.scenes import in_kernel
from tests.kernel.test_examples import AT, built, plant
from tests.model_packets import as_read
from tests.probes import probes

pytestmark = in_kernel

CASES = [
    (name, firewall.name, backend)
    for name in ("bottling", "water")
    for firewall in plant(name).firewalls.values()
    for backend in BACKENDS[firewall.target]
]
PROBES = 300


def listed(lab: Lab, one: Built, backend: str) -> list[dict[str, str]]:
    """The running configuration, in each form in which it can be printed."""
    if one.target == "nftables":
        return [{"rules": lab.run("nft", *how, "list", "ruleset").stdout} for how in ([], ["-a"], ["-j"])]
    found = {
        "rules-ipv4": lab.run(f"iptables-{backend}-save", "-c").stdout,
        "rules-ipv6": lab.run(f"ip6tables-{backend}-save").stdout,
    }
    sets = lab.run("ipset", "save").stdout
    return [found | ({"sets": sets} if sets else {})]


@pytest.mark.parametrize(("name", "firewall", "backend"), CASES)
def test_what_the_kernel_holds_is_the_policy(
    name: str, firewall: str, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "UTC")  # nft prints times of the place where it runs
    one = next(b for b in built(name, "declared").built if b.firewall == firewall)
    with lab_for(one.rules.firewall) as lab:
        load(lab, one, backend)
        for files in listed(lab, one, backend):
            proof = Prover(plant(name), AT).prove(firewall, files, one.entry)
            assert not proof.unread
            assert not proof.differences


@pytest.mark.parametrize(("name", "firewall", "backend"), CASES)
def test_the_reading_does_what_the_kernel_does(name: str, firewall: str, backend: str) -> None:
    """Packet by packet: verdict, and prefixes of the records."""
    one = next(b for b in built(name, "declared").built if b.firewall == firewall)
    files = {role: text for role, text in one.texts().items() if role.startswith(("rules", "sets"))}
    machine = registry.reader(one.target).read(files)
    sent = probes(plant(name), one.rules.firewall, PROBES, seed=5)
    now = datetime.now(UTC)
    with lab_for(one.rules.firewall) as lab:
        load(lab, one, backend)
        for members in rounds(sent):
            forget_records(lab, one)
            for probe, outcome in zip(members, lab.probe([frame(p) for p in members]), strict=True):
                packet = as_read(probe.packet, probe.interface)
                runs = [
                    trace(machine, _at(packet, now + step)) for step in (timedelta(minutes=-5), timedelta(minutes=5))
                ]
                if (runs[0].kind, runs[0].logs) != (runs[1].kind, runs[1].logs):
                    continue  # a window opens or closes about now
                assert (runs[0].kind == "accept", runs[0].logs) == (
                    outcome.verdict == "pass",
                    [*map(_cut, outcome.logs)],
                ), packet


def _at(packet: Read, moment: datetime) -> Read:
    return packet._replace(time=int(moment.timestamp()))


def _cut(prefix: str) -> str:
    """The lab takes the last blank off a prefix."""
    return prefix.strip() + " "

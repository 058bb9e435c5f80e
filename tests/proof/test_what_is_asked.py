"""What a target says of itself decides what is asked of it: see `segc.targets.manifest.Capabilities`."""

from __future__ import annotations

import pytest

from segc.packets.fields import ICMP
from segc.proof.compare import Comparison
from segc.proof.differing import Difference
from segc.proof.prove import Prover
from segc.proof.records import Records
from segc.targets import registry
from tests.conformance.cases import AT, built, plant

# A box whose lists for own traffic are bound to interfaces, and whose rules see all ICMP errors alike.
TARGET = "cisco-asa"


def differences(**said: str) -> list[Difference]:
    """What a right file does otherwise than the policy, were the target another one."""
    one = built("loop", TARGET, "declared").built[0]
    prover = Prover(plant("loop", TARGET), AT)
    machine = registry.reader(TARGET).read({"rules": one.texts()["rules"]})
    can = registry.targets()[TARGET].can.model_copy(update=said)
    duties = prover.duties(one.firewall)
    period = (int(AT.timestamp()), int(AT.timestamp()))
    comparison = Comparison(prover.policy, duties, Records(one.entry), machine, can, 4, period)
    return [difference for question in comparison.questions() for difference in comparison.differences(question)]


def test_nothing_is_asked_of_it_that_it_does_not_promise() -> None:
    assert not differences()


def test_lists_of_the_whole_box_hold_at_interfaces_that_nobody_names() -> None:
    found = differences(own_lists="box")
    assert found
    assert {difference.hooks[-1] for difference in found} == {"input"}
    assert {difference.packet.iif for difference in found} == {"other"}


@pytest.mark.parametrize("hook", ["postrouting", "input"])
def test_errors_that_are_told_apart_are_asked_as_packets_that_open_sessions(hook: str) -> None:
    found = {d.of.state: d.packet for d in differences(errors="apart") if d.hooks[-1] == hook}
    assert {packet.proto for packet in found.values()} == {ICMP}
    assert found["new"].dport // 256 in (3, 11, 12)
    assert found["related"].dport // 256 not in (3, 11, 12)  # all of ICMP that has the state, of whatever type

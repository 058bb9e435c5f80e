"""What policies do, tier by tier, and what Calico does without being told."""

from __future__ import annotations

import pytest

from segc.packets.trace import Trace, trace
from tests.readers.calico.given import (
    ALLOWING,
    DENY,
    ENDPOINT,
    forwarded,
    from_host,
    machine,
    packet,
    policy,
    resource,
    to_host,
)


def test_without_policies_forwarded_packets_pass_and_the_hosts_own_do_not() -> None:
    found = machine(ENDPOINT)
    assert forwarded(found, packet()) == "accept"
    assert to_host(found, packet()) == "drop"
    assert to_host(machine(ALLOWING), packet()) == "accept"
    assert to_host(found, packet(iif="eth7")) == "accept", "there is no endpoint"
    assert (from_host(found, packet()), from_host(machine(ALLOWING), packet())) == ("drop", "accept")


def test_a_policy_for_the_host_leaves_forwarded_packets_alone() -> None:
    found = machine(ALLOWING, policy("p", DENY))
    assert forwarded(found, packet()) == "accept"
    assert to_host(found, packet()) == "drop"


def test_a_policy_for_forwarded_packets_is_for_the_host_as_well() -> None:
    found = machine(ALLOWING, policy("p", DENY, applyOnForward=True))
    assert (forwarded(found, packet()), to_host(found, packet())) == ("drop", "drop")


def test_the_end_of_a_tier_denies_once_a_policy_applies() -> None:
    rule = {"action": "Allow", "protocol": "TCP", "destination": {"ports": [502, "600:610"]}}
    found = machine(ENDPOINT, policy("p", rule, applyOnForward=True))
    kinds = [forwarded(found, packet(port=port)) for port in (502, 503, 600, 610, 611)]
    assert kinds == ["accept", "drop", "accept", "accept", "drop"]
    assert forwarded(found, packet(proto=17)) == "drop"


def test_failsafe_ports_are_open_to_the_host_unless_they_are_closed() -> None:
    blocked = policy("p", DENY)
    closed = resource("FelixConfiguration", "node.gw", {"failsafeInboundHostPorts": []})
    other = resource("FelixConfiguration", "node.other", {"failsafeInboundHostPorts": []})
    some = resource(
        "FelixConfiguration",
        "default",
        {"failsafeInboundHostPorts": [{"protocol": "tcp", "port": 22, "net": "10.1.0.0/24"}]},
    )
    assert to_host(machine(ENDPOINT, blocked, other), packet(port=22)) == "accept"
    assert to_host(machine(ENDPOINT, blocked, closed), packet(port=22)) == "drop"
    assert to_host(machine(ENDPOINT, blocked, some, closed), packet(port=22)) == "drop", "the node's own comes first"
    assert to_host(machine(ENDPOINT, blocked, some), packet(port=22)) == "accept"
    assert to_host(machine(ENDPOINT, blocked, some), packet("10.7.0.5", 22)) == "drop"
    assert forwarded(machine(ENDPOINT, policy("p", DENY, applyOnForward=True)), packet(port=22)) == "drop"


def test_established_and_related_come_before_everything_and_invalid_falls() -> None:
    stopping = machine(ENDPOINT, policy("p", DENY, applyOnForward=True))
    assert [forwarded(stopping, packet(state=s)) for s in ("established", "related")] == ["accept", "accept"]
    letting = policy("p", {"action": "Allow"}, applyOnForward=True)
    unchecked = resource("FelixConfiguration", "default", {"disableConntrackInvalidCheck": True, "vxlanEnabled": True})
    assert forwarded(machine(ENDPOINT, letting), packet(state="invalid")) == "drop"
    assert forwarded(machine(ENDPOINT, letting, unchecked), packet(state="invalid")) == "accept"


@pytest.mark.parametrize(
    ("prefix", "logged"),
    [(None, "calico-packet"), ("%n", "p"), ("x %t-%k-%p %z", "x default-gnp-p %z"), ("", "calico-packet")],
)
def test_records_carry_the_prefix(prefix: str | None, logged: str) -> None:
    felix = resource("FelixConfiguration", "default", {} if prefix is None else {"logPrefix": prefix})
    found = machine(ENDPOINT, felix, policy("p", {"action": "Log"}, DENY, applyOnForward=True))
    assert trace(found, packet()) == Trace("drop", [logged], trace(found, packet()).steps, trace(found, packet()).last)


def test_tiers_and_orders_and_names() -> None:
    tier = resource("Tier", "first", {"order": 5})
    allow, deny = {"action": "Allow"}, DENY
    both = {"applyOnForward": True}
    assert forwarded(machine(ENDPOINT, policy("b", deny, **both), policy("a", allow, **both)), packet()) == "accept"
    late = machine(ENDPOINT, policy("a", allow, **both), policy("b", deny, order=3, **both))
    assert forwarded(late, packet()) == "drop", "no order is the last"
    early = machine(ENDPOINT, tier, policy("a", deny, order=1, **both), policy("first.z", allow, tier="first", **both))
    assert forwarded(early, packet()) == "accept"


def test_a_pass_goes_on_with_the_next_tier() -> None:
    tier = resource("Tier", "first", {"order": 5})
    first = policy("first.z", {"action": "Pass"}, DENY, tier="first", applyOnForward=True)
    found = machine(ENDPOINT, tier, first, policy("p", {"action": "Log"}, {"action": "Allow"}, applyOnForward=True))
    assert (trace(found, packet()).kind, trace(found, packet()).logs) == ("accept", ["calico-packet"])
    assert forwarded(machine(ENDPOINT, tier, first), packet()) == "whatever", "the rest of the host's rules decides"
    passing = resource("Tier", "first", {"order": 5, "defaultAction": "Pass"})
    some = policy("first.z", {**DENY, "protocol": "UDP"}, tier="first", applyOnForward=True)
    last = policy("p", {"action": "Allow"}, applyOnForward=True)
    assert [forwarded(machine(ENDPOINT, one, some, last), packet()) for one in (passing, tier)] == ["accept", "drop"]


def test_policies_for_pods_and_previews_say_nothing_of_the_host() -> None:
    pods = policy("pods", DENY, applyOnForward=True, selector="app == 'web'", doNotTrack=True)
    staged = {**policy("p", DENY, applyOnForward=True), "kind": "StagedGlobalNetworkPolicy"}
    assert (
        forwarded(machine(ENDPOINT, pods, staged, resource("IPPool", "pool", {"cidr": "10.0.0.0/8"})), packet())
        == "accept"
    )

"""What the guide has to say of one firewall."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from segc.model.plant import ICMP, ICMP6, TCP, UDP

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.model.plant import Match
    from segc.targets.job import Job

    from .policies import Policies

# What host-inbound-traffic calls the services by which firewalls are managed; any other needs any-service.
SERVICES = {
    (TCP, 22): "ssh",
    (TCP, 23): "telnet",
    (TCP, 80): "http",
    (TCP, 443): "https",
    (TCP, 830): "netconf",
    (UDP, 123): "ntp",
    (UDP, 161): "snmp",
    (ICMP, 8): "ping",
    (ICMP6, 128): "ping",
}


def values(job: Job, policies: Policies) -> dict[str, Any]:
    """For the template."""
    rules = job.rules
    return {
        "zones": policies.zones.interfaces,
        "inbound": list(dict.fromkeys(_inbound(policies))),
        "managed": bool(policies.local),
        "six": any(side.own.v6 for side in rules.sides),
        "monitors": rules.monitors_only,
        "grants": sorted(
            {
                name
                for line in job.table.lines
                if line.rule is not None and line.rule.granted
                for name, _ in policies.names(line)
            }
        ),
    }


def _inbound(policies: Policies) -> Iterator[str]:
    """The statements without which the box would never ask its policies about management."""
    for line in policies.local:
        for zone in policies.zones.of(line.ingress or ()) if line.rule is not None else ():
            for name in dict.fromkeys(map(_service, line.matches or ())):
                yield f"set security zones security-zone {zone} host-inbound-traffic system-services {name}"


def _service(match: Match) -> str:
    return SERVICES.get((match.proto, match.low), "any-service") if match.low == match.high else "any-service"

"""What Calico's resources do to a router's interfaces: read from Calico's own language, not from what segc writes.

A List of projectcalico.org/v3, as `kubectl get -o json` writes it. Each host endpoint has four ways through its
policies: in and out, forwarded and the host's own. See Felix, felix/rules/endpoints.go, for what stands around them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from segc.packets.machine import Machine, Refused

from . import reader_felix
from .reader_chains import Chains
from .reader_json import Listed, parse
from .reader_objects import Cluster, Tier, endpoint, fields, net_set, resource, tier

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .reader_objects import Resource

__all__ = ["read", "role"]
API = "projectcalico.org/v3"
FILE = "rules"
# These say nothing of packets, or of pods' packets only.
UNRELATED = {
    *("StagedGlobalNetworkPolicy", "StagedNetworkPolicy", "StagedKubernetesNetworkPolicy", "NetworkPolicy"),
    *("IPPool", "IPReservation", "IPAMConfiguration", "BlockAffinity", "BGPConfiguration", "BGPPeer", "BGPFilter"),
    *("CalicoNodeStatus", "ClusterInformation", "KubeControllersConfiguration", "Profile", "NetworkSet"),
}


def role(name: str, text: str) -> str | None:
    """A List, or one resource, of Calico's."""
    del name
    looks = text.lstrip().startswith("{") and re.search(r'"apiVersion"\s*:\s*"projectcalico\.org/v3"', text)
    return FILE if looks else None


def read(files: Mapping[str, str]) -> Machine:
    """What the file means. Raises `Refused`."""
    unexpected = sorted(set(files) - {FILE})
    if unexpected:
        raise Refused("is no file of Calico's", file=unexpected[0])
    if FILE not in files:
        raise Refused("there is no file of Calico's", file=FILE)
    try:
        return _read(files[FILE])
    except Refused as why:
        lines = files[FILE].split("\n")
        shown = lines[why.line - 1].strip()[:500] if 0 < why.line <= len(lines) else ""
        raise Refused(why.why, why.line, FILE, shown) from None


def _read(text: str) -> Machine:
    cluster = Cluster()
    for one, line in _items(parse(text)):
        _sort(cluster, one, line)
    cluster.tiers.setdefault("default", Tier(1_000_000, denies=True, line=1))
    nodes = sorted({one.node for one in cluster.endpoints})
    if len(nodes) != 1:
        raise Refused(f"tells of {len(nodes)} nodes: of which one?" if nodes else "has no host endpoint", 1)
    interfaces = [one.interface for one in cluster.endpoints]
    twice = next((one for one in cluster.endpoints if interfaces.count(one.interface) > 1), None)
    if twice is not None:
        raise Refused(f"`{twice.interface}` has two host endpoints", twice.line)
    felix = reader_felix.read(cluster.felix.get("default"), cluster.felix.get(f"node.{nodes[0]}"))
    return Chains(cluster, felix).machine


def _items(whole: Any) -> list[tuple[Any, int]]:
    """The resources of a List, or the one that stands alone."""
    one = fields(whole, 1)
    if not str(one.get("kind", "")).endswith("List"):
        return [(one, 1)]
    fields(one, 1, {"apiVersion", "kind", "metadata", "items"})
    items = one.get("items")
    if not isinstance(items, Listed):
        raise Refused("should be a list", 1)
    return list(zip(items, items.lines, strict=True))


def _sort(cluster: Cluster, value: Any, line: int) -> None:
    version, kind = fields(value, line).get("apiVersion"), fields(value, line).get("kind")
    if version != API:
        raise Refused(f"`{version}` is no API that this reader knows", line)
    if kind in UNRELATED:
        return
    one = resource(value, line)
    match one.kind:
        case "HostEndpoint":
            cluster.endpoints.append(endpoint(one))
        case "GlobalNetworkSet":
            cluster.sets.append(net_set(one))
        case "GlobalNetworkPolicy":
            _once(one, {policy.name: policy for policy in cluster.policies})
            cluster.policies.append(one)
        case "Tier":
            _once(one, cluster.tiers)
            cluster.tiers[one.name] = tier(one)
        case "FelixConfiguration":
            _once(one, cluster.felix)
            cluster.felix[one.name] = one
        case _:
            raise Refused(f"`{one.kind}` is nothing that this reader knows", line)


def _once(one: Resource, others: Mapping[str, object]) -> None:
    if one.name in others:
        raise Refused(f"{one.kind} `{one.name}` stands twice", one.line)

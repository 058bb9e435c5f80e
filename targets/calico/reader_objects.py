"""Calico's resources, field by field, as `kubectl get -o json` shows them (projectcalico.org/v3)."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from segc.packets.fields import normal
from segc.packets.machine import Refused

from .reader_json import Fields, Listed

if TYPE_CHECKING:
    from collections.abc import Collection

    from segc.packets.fields import Spans

METADATA = {
    *("name", "labels", "annotations", "creationTimestamp", "resourceVersion", "uid", "generation"),
    *("managedFields", "ownerReferences", "finalizers", "selfLink", "generateName"),
}
PARTS = {"apiVersion", "kind", "metadata", "spec", "status"}
Nets = dict[int, "Spans"]


@dataclass(slots=True)
class Resource:
    """What every resource has."""

    kind: str
    name: str
    labels: dict[str, str]
    spec: Fields
    line: int


@dataclass(slots=True)
class Endpoint:
    """A host endpoint: one interface of a node."""

    interface: str
    node: str
    labels: dict[str, str]
    nets: Nets
    profiles: tuple[str, ...]
    line: int


@dataclass(slots=True)
class NetSet:
    """A GlobalNetworkSet."""

    labels: dict[str, str]
    nets: Nets


@dataclass(slots=True)
class Tier:
    """A tier and what happens at its end. `names` are those of its policies."""

    order: float
    denies: bool
    line: int


@dataclass(slots=True)
class Cluster:
    """All that was read and that matters to host endpoints."""

    endpoints: list[Endpoint] = field(default_factory=list)
    sets: list[NetSet] = field(default_factory=list)
    tiers: dict[str, Tier] = field(default_factory=dict)
    policies: list[Resource] = field(default_factory=list)
    felix: dict[str, Resource] = field(default_factory=dict)
    chosen: dict[str, Nets] = field(default_factory=dict)  # by selector: many rules have the same one


def resource(value: Any, line: int) -> Resource:
    """The head of a resource."""
    one = fields(value, line, PARTS)
    head = fields(one.get("metadata"), line, METADATA)
    name, kind = head.get("name"), one.get("kind")
    if not isinstance(name, str) or not isinstance(kind, str):
        raise Refused("is no resource with a name and a kind", line)
    labels = head.get("labels") or {}
    if not all(isinstance(text, str) for text in labels.values()):
        raise Refused("has a label that is no text", line)
    return Resource(kind, name, dict(labels), fields(one.get("spec", Fields(line)), line), line)


def fields(value: Any, line: int, known: Collection[str] | None = None) -> Fields:
    """An object, with no fields but these."""
    if not isinstance(value, Fields):
        raise Refused("should be an object", line)
    for key in value:
        if known is not None and key not in known:
            raise Refused(f"`{key}` is nothing that this reader knows here", value.lines[key])
    return value


def typed(value: Fields, key: str, kind: type, default: Any = None) -> Any:
    """A field's value, which must be of this kind."""
    found = value.get(key)
    if found is None:
        return default
    if not isinstance(found, kind) or (kind in (int, float) and isinstance(found, bool)):
        raise Refused(f"`{key}` should be {kind.__name__}", value.lines[key])
    return found


def endpoint(one: Resource) -> Endpoint:
    """A host endpoint with a name of an interface; those for all of a node's interfaces are not read."""
    spec = fields(one.spec, one.line, {"node", "interfaceName", "expectedIPs", "profiles", "ports"})
    interface, node = typed(spec, "interfaceName", str, ""), typed(spec, "node", str, "")
    if interface in ("", "*") or not node:
        raise Refused("is a host endpoint without one node and one interface", one.line)
    profiles = tuple(typed(spec, "profiles", Listed, Listed(one.line)))
    nets = networks(typed(spec, "expectedIPs", Listed, Listed(one.line)))
    return Endpoint(interface, node, one.labels, nets, profiles, one.line)


def net_set(one: Resource) -> NetSet:
    """A set of networks, which may be empty."""
    spec = fields(one.spec, one.line, {"nets"})
    return NetSet(one.labels, networks(typed(spec, "nets", Listed, Listed(one.line))))


def tier(one: Resource) -> Tier:
    """A tier; without an order it is the last, without an action its end denies."""
    spec = fields(one.spec, one.line, {"order", "defaultAction"})
    action = typed(spec, "defaultAction", str, "Deny")
    if action not in ("Deny", "Pass"):
        raise Refused(f"`{action}` is nothing that a tier does", spec.lines["defaultAction"])
    order = spec.get("order")
    return Tier(float("inf") if order is None else number(spec, "order"), action == "Deny", one.line)


def number(value: Fields, key: str) -> float:
    """An order."""
    found = value[key]
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise Refused(f"`{key}` should be a number", value.lines[key])
    return float(found)


def networks(listed: Listed) -> Nets:
    """Addresses and networks by family. Calico masks what stands behind the prefix."""
    found: dict[int, list[tuple[int, int]]] = {4: [], 6: []}
    for text, line in zip(listed, listed.lines, strict=True):
        try:
            net = ipaddress.ip_network(text if isinstance(text, str) else "", strict=False)
        except ValueError:
            raise Refused(f"`{text}` is no network", line) from None
        found[net.version].append((int(net.network_address), int(net.broadcast_address)))
    return {family: normal(spans) for family, spans in found.items()}

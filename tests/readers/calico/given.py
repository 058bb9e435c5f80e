"""Resources of Calico, and packets that are sent at them: what the tests of its reader share."""

from __future__ import annotations

import ipaddress
import json
from typing import Any

from segc.packets.fields import Packet
from segc.packets.machine import Machine
from segc.packets.trace import trace
from segc.targets import registry

API = "projectcalico.org/v3"
Json = dict[str, Any]


def resource(kind: str, name: str, spec: Json, **labels: str) -> Json:
    managed = {"creationTimestamp": "2026-01-01T00:00:00Z", "resourceVersion": "7", "uid": "u", "managedFields": []}
    return {"apiVersion": API, "kind": kind, "metadata": {"name": name, "labels": labels, **managed}, "spec": spec}


def policy(name: str, *rules: Json, **spec: Any) -> Json:
    whole = {"selector": "role == 'gateway'", "types": ["Ingress"], "ingress": list(rules), **spec}
    return resource("GlobalNetworkPolicy", name, whole)


ENDPOINT = resource("HostEndpoint", "gw-eth0", {"node": "gw", "interfaceName": "eth0"}, role="gateway")
ALLOWING = resource(
    "HostEndpoint",
    "gw-eth0",
    {"node": "gw", "interfaceName": "eth0", "profiles": ["projectcalico-default-allow"], "expectedIPs": ["10.9.0.1"]},
    role="gateway",
)
NETS = resource("GlobalNetworkSet", "plc", {"nets": ["10.1.0.0/24", "fd00::/64"]}, zone="plc")
ONLY4 = resource("GlobalNetworkSet", "four", {"nets": ["10.2.0.0/24"]}, zone="four")
FROM_SET = {"selector": "zone == 'plc'", "namespaceSelector": "global()"}
DENY = {"action": "Deny"}


def machine(*resources: Json) -> Machine:
    items = {"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": ""}, "items": list(resources)}
    return registry.reader("calico").read({"rules": json.dumps(items, indent=4)})


def packet(source: str = "10.1.0.5", port: int = 502, **more: Any) -> Packet:
    address = ipaddress.ip_address(source)
    target = int(ipaddress.ip_address("10.9.0.9" if address.version == 4 else "fd09::9"))
    values = {"proto": 6, "dport": port, "sport": 50000, "iif": "eth0", "oif": "eth1", **more}
    return Packet(address.version, int(address), target, **values)


def forwarded(found: Machine, sent: Packet) -> str:
    return trace(found, sent).kind


def to_host(found: Machine, sent: Packet) -> str:
    return trace(found, sent._replace(oif=""), ("input",)).kind


def from_host(found: Machine, sent: Packet) -> str:
    return trace(found, sent._replace(iif="", oif="eth0"), ("output",)).kind

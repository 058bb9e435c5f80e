"""What Felix, Calico's agent on the host, is told to do: FelixConfiguration `default`, then `node.NAME` over it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from segc.packets.fields import DPORT, PROTO
from segc.packets.machine import Accept, Drop, Family, In, Refused, Rule

from .reader_json import Fields, Listed
from .reader_objects import fields, networks, typed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.packets.machine import Match

    from .reader_objects import Resource

FILE = "rules"
PROTOCOLS = {"TCP": 6, "UDP": 17, "SCTP": 132, "ICMP": 1, "ICMPV6": 58, "UDPLITE": 136}
# What is open to a host, and what a host may always ask, unless somebody says otherwise (Felix reference).
INBOUND = ((6, 22), (17, 68), (6, 179), (6, 2379), (6, 2380), (6, 5473), (6, 6443), (6, 6666), (6, 6667))
OUTBOUND = ((17, 53), (17, 67), (6, 179), (6, 2379), (6, 2380), (6, 5473), (6, 6443), (6, 6666), (6, 6667))
# Routing, encapsulation, health, metrics, Felix's own log, and what becomes of workloads: nothing to host endpoints.
UNRELATED = (
    *("wireguard", "prometheus", "health", "bpf", "vxlan", "ipip", "log", "netlink", "flowLogs", "usageReporting"),
    *("floatingIPs", "routeTable", "routeSource", "routeRefresh", "interfaceRefresh", "reporting", "mtu", "awsSrc"),
    *(
        "iptablesRefresh",
        "iptablesLock",
        "iptablesPost",
        "iptablesBackend",
        "iptablesMark",
        "ipsetsRefresh",
        "genericXDP",
    ),
    *(
        "nftablesMode",
        "nftablesRefresh",
        "serviceLoop",
        "kube",
        "natOutgoing",
        "natPort",
        "deviceRoute",
        "removeExternal",
    ),
    *("defaultEndpointToHostAction", "workloadSource", "featureDetect", "featureGates", "cgroup", "endpointReporting"),
    *("endpointStatus", "debug", "allowIPIP", "allowVXLAN", "interfacePrefix", "xdp", "dataplaneWatchdog", "goGC"),
)
# Fields whose other values would make more or less of a policy than it says.
ONLY = {
    "bpfEnabled": (False,),  # eBPF does not log
    "ipv6Support": (True,),
    "chainInsertMode": ("Insert", "insert"),
    "iptablesFilterAllowAction": ("Accept", "ACCEPT"),
    "logActionRateLimit": (),
    "logActionRateLimitBurst": (),
}


@dataclass(slots=True)
class Felix:
    """What matters of it."""

    prefix: str = "calico-packet"
    drops_invalid: bool = True
    reject: bool = False
    inbound: tuple[Rule, ...] = ()
    outbound: tuple[Rule, ...] = ()


def read(default: Resource | None, own: Resource | None) -> Felix:
    """The host's own fields before the cluster's."""
    every = Fields(0)
    for one in (default, own):
        if one is not None:
            every.update(one.spec)
            every.lines.update(one.spec.lines)
    _checked(every)
    action = typed(every, "iptablesFilterDenyAction", str, "Drop")
    if action not in ("Drop", "Reject"):
        raise Refused(f"`{action}` is no way to deny", every.lines["iptablesFilterDenyAction"])
    return Felix(
        typed(every, "logPrefix", str, "") or "calico-packet",
        not typed(every, "disableConntrackInvalidCheck", bool, default=False),
        action == "Reject",
        tuple(_failsafe(every, "failsafeInboundHostPorts", INBOUND)),
        tuple(_failsafe(every, "failsafeOutboundHostPorts", OUTBOUND)),
    )


def _checked(every: Fields) -> None:
    own = {"logPrefix", "disableConntrackInvalidCheck", "iptablesFilterDenyAction"}
    own |= {"failsafeInboundHostPorts", "failsafeOutboundHostPorts"}
    for key, value in every.items():
        if key in ONLY and value not in ONLY[key]:
            raise Refused(f"with `{key}` {value}, this reader does not know what Felix does", every.lines[key])
        if key not in ONLY and key not in own and not key.startswith(UNRELATED):
            raise Refused(f"`{key}` is nothing that this reader knows of Felix", every.lines[key])


def _failsafe(every: Fields, key: str, default: tuple[tuple[int, int], ...]) -> Iterator[Rule]:
    listed = typed(every, key, Listed)
    if listed is None:
        for proto, port in default:
            yield Rule((In(PROTO, ((proto, proto),)), In(DPORT, ((port, port),))), Accept(), 1, FILE)
        return
    for value, line in zip(listed, listed.lines, strict=True):
        one = fields(value, line, {"protocol", "port", "net"})
        number, port = PROTOCOLS.get(typed(one, "protocol", str, "tcp").upper(), 0), typed(one, "port", int, -1)
        if not number or port < 0:
            raise Refused("is no failsafe port", line)
        base: tuple[Match, ...] = (In(PROTO, ((number, number),)), In(DPORT, ((port, port),)))
        yield from (Rule((*more, *base), Accept(), line, FILE) for more in _net(one, line, key))


def _net(one: Fields, line: int, key: str) -> Iterator[tuple[Match, ...]]:
    net: Any = one.get("net")
    if not net:
        yield ()
        return
    listed = Listed(line)
    listed.append(net)
    listed.lines.append(line)
    at = 0 if key.startswith("failsafeIn") else 1  # the other side: the source, or the target
    for family, spans in networks(listed).items():
        if spans:
            yield (Family(family), In(at, spans))


def denied(felix: Felix) -> Drop:
    """How Felix denies."""
    return Drop(felix.reject)

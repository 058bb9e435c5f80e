"""The rules of a GlobalNetworkPolicy: what they match, family by family, as Felix renders them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from segc.packets.fields import DPORT, PROTO, SOURCE, SPORT, TARGET, normal
from segc.packets.machine import Family, In, Refused

from .reader_felix import PROTOCOLS
from .reader_json import Fields, Listed
from .reader_objects import fields, networks, typed
from .reader_selectors import chooses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.packets.fields import Spans
    from segc.packets.machine import Match

    from .reader_objects import Cluster, Nets

RULE = {"action", "ipVersion", "protocol", "icmp", "source", "destination", "metadata"}
ENTITY = {"nets", "ports", "selector", "namespaceSelector"}
WITH_PORTS = (6, 17, 132)
VERSION = {1: 4, 58: 6}  # of the protocols whose types may be told
GLOBAL = re.compile(r"\s*global\(\s*\)\s*")
RANGE = re.compile(r"(\d{1,5})(?::(\d{1,5}))?", re.ASCII)


def action(rule: Any, line: int) -> str:
    """Allow, Deny, Log or Pass."""
    found = typed(fields(rule, line, RULE), "action", str, "")
    if found not in ("Allow", "Deny", "Log", "Pass"):
        raise Refused(f"`{found}` is nothing that a rule does", line)
    return str(found)


def matches(cluster: Cluster, rule: Fields, line: int) -> Iterator[tuple[Match, ...]]:
    """The ways in which a packet may match: one, or one in each family."""
    version = typed(rule, "ipVersion", int)
    if version not in (None, 4, 6):
        raise Refused(f"`{version}` is no IP version", line)
    proto = _protocol(rule, line)
    rest = (*([In(PROTO, ((proto, proto),))] if proto is not None else []), *_icmp(rule, proto, version, line))
    sides: list[tuple[int, Nets]] = []
    for key, at, port in (("source", SOURCE, SPORT), ("destination", TARGET, DPORT)):
        entity = fields(rule.get(key, Fields(line)), line, ENTITY)
        nets = _addresses(cluster, entity, line)
        if nets is not None:
            sides.append((at, nets))
        rest += _ports(entity, port, proto, line)
    if not sides and version is None:
        yield rest
        return
    for family in (4, 6) if version is None else (version,):
        spans = [(at, nets[family]) for at, nets in sides]
        if all(one for _, one in spans):  # an empty side matches nothing in this family
            yield (Family(family), *(In(at, one) for at, one in spans), *rest)


def _protocol(rule: Fields, line: int) -> int | None:
    found = rule.get("protocol")
    if found is None:
        return None
    if isinstance(found, str) and found.upper() in PROTOCOLS:
        return PROTOCOLS[found.upper()]
    if isinstance(found, int) and not isinstance(found, bool) and 1 <= found <= 255:
        return found
    raise Refused(f"`{found}` is no protocol", line)


def _icmp(rule: Fields, proto: int | None, version: int | None, line: int) -> tuple[Match, ...]:
    if rule.get("icmp") is None:
        return ()
    one = fields(rule["icmp"], line, {"type", "code"})
    kind, code = typed(one, "type", int), typed(one, "code", int)
    if proto is None or VERSION.get(proto) is None or VERSION[proto] != version:
        raise Refused("types of ICMP need their protocol and its `ipVersion`", line)
    if kind is None and code is None:
        return ()
    if kind is None or not 0 <= kind <= 254 or not 0 <= (code or 0) <= 255:
        raise Refused("is no ICMP type that Calico takes", line)
    low, high = (0, 255) if code is None else (code, code)
    return (In(DPORT, ((kind * 256 + low, kind * 256 + high),)),)


def _ports(entity: Fields, at: int, proto: int | None, line: int) -> tuple[Match, ...]:
    """Numbers and ranges; an empty list says nothing."""
    listed = typed(entity, "ports", Listed)
    if not listed:
        return ()
    if proto not in WITH_PORTS:
        raise Refused("ports need the protocol TCP, UDP or SCTP", line)
    spans = []
    for one in listed:
        found = RANGE.fullmatch(str(one)) if not isinstance(one, bool) else None
        low, high = (int(found[1]), int(found[2] or found[1])) if found is not None else (0, 0)
        if not 1 <= low <= high <= 65535:
            raise Refused(f"`{one}` is no port that this reader knows", line)
        spans.append((low, high))
    return (In(at, normal(spans)),)


def _addresses(cluster: Cluster, entity: Fields, line: int) -> Nets | None:
    """What a side's networks and selector leave; None for any address.

    A rule without networks of a family does not speak of it; a selector that chooses nothing matches nothing.
    """
    listed = typed(entity, "nets", Listed)
    nets = networks(listed) if listed else None
    chosen = _chosen(cluster, entity, line)
    if nets is None or chosen is None:
        return chosen if nets is None else nets
    return {family: _both(nets[family], chosen[family]) for family in (4, 6)}


def _chosen(cluster: Cluster, entity: Fields, line: int) -> Nets | None:
    selector, scope = typed(entity, "selector", str, ""), typed(entity, "namespaceSelector", str, "")
    if not selector.strip() and not scope.strip():
        return None
    if not GLOBAL.fullmatch(scope):
        raise Refused("without `global()` the selector may choose pods, of which the file does not tell", line)
    if selector not in cluster.chosen:
        test = chooses(selector, line)
        found = [one.nets for one in cluster.sets if test(one.labels)]
        found += [one.nets for one in cluster.endpoints if test(one.labels)]
        joined = {family: normal([span for nets in found for span in nets[family]]) for family in (4, 6)}
        cluster.chosen[selector] = joined
    return cluster.chosen[selector]


def _both(one: Spans, other: Spans) -> Spans:
    found = ((max(a, c), min(b, d)) for a, b in one for c, d in other)
    return normal([(low, high) for low, high in found if low <= high])

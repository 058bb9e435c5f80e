"""Which words exist, in which scope, with what values: the one table.

The resolver, did-you-mean, the formatter, `segc explain` and the reference page
all read it, so that none of them can disagree. A row's `shape` says what may
stand behind the word:

    name text? ref ->|<-> ref      slots in order; `?` may be left out
    net*                           a comma list of one or more
    'via'                          this very word
"""

from __future__ import annotations

from typing import NamedTuple


class Word(NamedTuple):
    """A row: the values' shape, a line of documentation, the scope it opens, how often, since when."""

    shape: str
    doc: str
    scope: str | None = None
    repeat: bool = False
    required: bool = False
    since: int = 1


def _w(shape: str, doc: str, scope: str | None = None, *, repeat: bool = False, required: bool = False) -> Word:
    return Word(shape, doc, scope, repeat, required)


MODES = "monitor|enforce"
ZONE_KINDS = "business|dmz|control|safety|wireless|temporary|external|management"
ASSET_KINDS = (
    "plc|rtu|hmi|scada-server|historian|engineering-station|safety-controller|drive|robot|sensor-gateway"
    "|switch|jump-host|mes|domain-controller|workstation|server|other"
)
EXPECTATIONS = "steady|periodic|rare|emergency|failover"
PERIODS = "day|week|month|quarter|year"
FLOW = "ref* -> ref* : ref*"
PAIR = "ref* -> ref*"

_OWNER = _w("ref", "the team that answers for it")
_AUTHORITY = _w("enum(shutdown|isolate) ref*", "roles that may order it stopped or cut off", repeat=True)
_CRITICALITY = _w("enum(low|medium|high|critical)", "what its loss would cost")

SCOPES: dict[str, dict[str, Word]] = {
    "file": {
        "segc": _w("whole(1,99)", "the language version; first statement of the root file"),
        "use": _w("text", 'brings in another file, or a library such as "std/ics"', repeat=True),
        "site": _w("name text?", "the plant: its time zone, default mode and owner", "site", repeat=True),
        "team": _w("name text?", "people who own things", "team", repeat=True),
        "role": _w("name text?", "a function with authority, and who stands in for it", "role", repeat=True),
        "service": _w("name text?", "what a flow speaks: ports, protocols, facts", "service", repeat=True),
        "zone": _w("name text?", "an IEC 62443 zone: addresses with one trust level", "zone", repeat=True),
        "asset": _w("ref addresses*", "a machine as `ZONE.NAME`, outside the scope of its zone", "asset", repeat=True),
        "group": _w("name text?", "a name for several zones or assets", "group", repeat=True),
        "conduit": _w(
            "name text? ref ->|<-> ref",
            "the way between two zones, and what may flow on it",
            "conduit",
            repeat=True,
        ),
        "grant": _w("name text?", "temporary access, which always ends", "grant", repeat=True),
        "firewall": _w("name text?", "an enforcement point between zones", "firewall", repeat=True),
        "link": _w("ref -- ref", "joins two zones by something that filters nothing", repeat=True),
        "route": _w("ref -> ref 'via' ref*", "narrows a pair of zones to these firewalls", repeat=True),
        "workflow": _w("name text?", "what must keep working end to end", "workflow", repeat=True),
        "playbook": _w("name text?", "an isolation, compiled ahead of time", "playbook", repeat=True),
        "assert": _w("", "what must hold of the policy", repeat=True),
    },
    "site": {
        "timezone": _w("text", 'IANA time zone of windows and dates, e.g. "Europe/Vienna"'),
        "mode": _w(f"enum({MODES})", "default for every pair of zones that says nothing"),
        "owner": _OWNER,
    },
    "team": {"contact": _w("text", "where the team is reached")},
    "role": {
        "team": _w("ref", "the team that fills the role"),
        "phone": _w("text", "where the role is reached, day and night"),
        "deputy": _w("ref", "who decides when the role cannot"),
    },
    "service": {
        "tcp": _w("port*", "destination ports", "ports", repeat=True),
        "udp": _w("port*", "destination ports", "ports", repeat=True),
        "sctp": _w("port*", "destination ports", "ports", repeat=True),
        "icmp": _w("icmp*", "ICMP types, by name or number", repeat=True),
        "icmp6": _w("icmp6*", "ICMPv6 types, by name or number", repeat=True),
        "proto": _w("whole(0,255)*", "IP protocol numbers", repeat=True),
        "include": _w("ref*", "other services that this one is made of", repeat=True),
        "layer2": _w("", "cannot cross a router"),
        "ethertype": _w("word*", "EtherTypes on the wire"),
        "dynamic": _w("enum(tcp|udp)? port*?", "negotiates further ports, from this range unless pinned", repeat=True),
        "access": _w("enum(read|write|program)*", "what the protocol could do; a port filter cannot tell them apart"),
        "commands": _w("enum(initiator|responder|both|none)", "which side can command the other"),
        "initiator": _w("text", "who opens the session, in words"),
        "follow-on": _w(
            "enum(forward|reverse|both)",
            "a further connection that the service opens",
            "follow-on",
            repeat=True,
        ),
        "filterable": _w("enum(yes|no|partly) text?", "whether a router or firewall can filter it"),
        "multicast": _w("text", "group or broadcast addresses"),
        "split": _w("text", "how deep inspection tells reads from writes"),
        "security": _w("text", "encryption, authentication, and what to beware of"),
        "same-port": _w("text*", "other services on the same port"),
        "doc": _w("text", "one line on what it is"),
        "family": _w("word", "the family of services it belongs to"),
        "source": _w("text", "where the facts come from"),
        "confidence": _w("enum(high|medium|low)", "how sure the facts are"),
    },
    "ports": {"source-port": _w("port*", "source ports, where the protocol fixes them")},
    "follow-on": {
        "tcp": _w("port*", "destination ports", "ports", repeat=True),
        "udp": _w("port*", "destination ports", "ports", repeat=True),
        "dynamic": _w("enum(tcp|udp)? port*?", "negotiated ports, from this range unless pinned", repeat=True),
        "doc": _w("text", "one line on what it is"),
    },
    "zone": {
        "level": _w("level", "Purdue level: 0 to 5; 3.5 is the industrial DMZ"),
        "sl-t": _w("whole(0,4)", "IEC 62443 target security level"),
        "kind": _w(f"enum({ZONE_KINDS})", "what the zone is for; follows from the level where not given"),
        "owner": _OWNER,
        "authority": _AUTHORITY,
        "mode": _w(f"enum({MODES})", "for pairs towards this zone that no conduit decides"),
        "net": _w("net*", "prefixes that the zone owns; `any` is the one outside zone", repeat=True),
        "in": _w("ref", "the zone around this one: level, sl-t, owner, authority and mode come from it"),
        "asset": _w("name addresses*", "a machine in the zone", "asset", repeat=True),
        "control": _w("text", "a compensating control for what cannot be patched", repeat=True),
    },
    "asset": {
        "kind": _w(f"enum({ASSET_KINDS})", "what it is"),
        "address": _w("addresses*", "further addresses, of either family", repeat=True),
        "vendor": _w("text", "who made it"),
        "model": _w("text", "its type"),
        "firmware": _w("text", "what runs on it"),
        "serial": _w("text", "its serial number"),
        "mac": _w("text", "its hardware address"),
        "criticality": _CRITICALITY,
        "safety": _w("", "part of a safety function"),
        "unpatchable": _w("text", "why it cannot be patched"),
        "no-agent": _w("", "cannot run endpoint protection"),
        "latency": _w("duration", "what its control loop tolerates; forbids inspection in the path"),
        "end-of-support": _w("date", "when its maker stops supporting it"),
        "owner": _OWNER,
        "control": _w("text", "a compensating control", repeat=True),
    },
    "group": {"member": _w("ref*", "zones, assets or groups", repeat=True, required=True)},
    "conduit": {
        "mode": _w(f"enum({MODES})", "record only, or stop what no flow covers"),
        "owner": _OWNER,
        "latency": _w("duration", "budget of everything on the path"),
        "inspect": _w("enum(forbid|tap|inline)", "whether payloads may be looked into"),
        "fail": _w("enum(open|closed)", "what a dead firewall should do, signed off by the owner"),
        "essential": _w("", "must survive an isolation"),
        "allow": _w(FLOW, "a flow that production needs", "flow", repeat=True),
        "because": _w("text", "why the conduit exists"),
        "ticket": _w("word", "the change that brought it"),
    },
    "flow": {
        "because": _w("text", "why it is needed"),
        "ticket": _w("word", "the change that brought it"),
        "log": _w("", "allowed, and recorded"),
        "essential": _w("", "must survive an isolation"),
        "review-by": _w("date", "when somebody must look again"),
        "expect": _w(f"enum({EXPECTATIONS})", "how often it should be seen"),
        "period": _w(f"enum({PERIODS})", "in each of which it comes; two must have been seen before it is enforced"),
        "tested": _w("date", "when a flow that is rarely seen was last tried"),
        "learned-until": _w("date", "the last day of the logs that it was drafted from; only later ones speak for it"),
    },
    "grant": {
        "vendor": _w("text", "who is let in"),
        "allow": _w(FLOW, "what is opened", "flow", repeat=True),
        "window": _w("weekdays*? hours", "when it is open, in the site's time zone", repeat=True),
        "from": _w("date", "first day"),
        "until": _w("date", "last day, included", required=True),
        "approved-by": _w("ref", "the role that agreed"),
        "ticket": _w("word", "the change that brought it"),
        "because": _w("text", "why it is needed"),
        "owner": _OWNER,
    },
    "firewall": {
        "target": _w("word", "the kind of firewall; see `segc targets`", required=True),
        "interface": _w("ifname ref* ifaddress*?", "an interface, the zones behind it, its address", repeat=True),
        "on": _w("ref", "the asset whose own firewall this is; it has no interfaces then"),
        "manage": _w("ref* : ref*", "who may reach the firewall itself, and how", repeat=True),
        "capacity": _w("whole(1,9999999)", "how many rules fit into it; a build that needs more is an error"),
        "clock": _w("text", 'IANA time zone that its clock shows, daylight saving included, or "UTC"'),
        "owner": _OWNER,
        "mode": _w(f"enum({MODES})", "for traffic to the firewall itself; the site's where not given"),
    },
    "workflow": {
        "owner": _OWNER,
        "needs": _w(FLOW, "a flow that must keep working", repeat=True, required=True),
        "because": _w("text", "what it is good for"),
    },
    "playbook": {
        "isolate": _w("ref*", "the zones to cut off", required=True),
        "keep": _w("ref*", "conduits, grants or workflows that stay", repeat=True),
        "authority": _w("ref*", "roles that may order it"),
        "within": _w("duration", "time from order to done"),
        "drilled": _w("date", "when it was last practised"),
    },
    "assert": {
        "never": _w(f"{PAIR} 'today'?", "no packet is permitted"),
        "unreachable": _w(f"{PAIR} 'today'?", "not even by a chain of permitted flows"),
        "can": _w(f"{FLOW} 'today'?", "this is permitted"),
        "only": _w(f"{PAIR} 'today'?", "nobody else may open sessions there"),
        "blast-radius": _w("ref <= whole(0,999999) 'today'?", "how many assets it can reach, by any number of hops"),
        "flatness": _w("<= ratio 'today'?", "the plant's index of flatness, 0 to 1"),
    },
}

# Settings have their values at one fixed column. These words open sentences about other things instead.
UNPADDED = frozenset({"allow", "asset", "interface", "manage", "needs"})

# Words that permit no packet and move none, wherever they stand: only a slip of one of these is corrected without
# being asked. Nothing that opens, owns, times or decides a mode belongs here.
# fmt: off
DESCRIBING = frozenset({
    "because", "contact", "control", "criticality", "deputy", "doc", "drilled", "end-of-support", "expect",
    "firmware", "initiator", "kind", "latency", "mac", "model", "no-agent", "owner", "phone", "review-by",
    "role", "safety", "security", "serial", "source", "split", "team", "tested", "ticket", "unpatchable",
    "vendor", "workflow",
})
# fmt: on


def scopes_of(word: str) -> list[str]:
    """Scopes in which a word exists, for the advice on a misplaced one."""
    return [scope for scope, words in SCOPES.items() if word in words]

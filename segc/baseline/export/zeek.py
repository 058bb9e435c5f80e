"""A Zeek script: the policy as tables, and a notice for each connection of TCP, UDP or ICMP that none of them permits.

Zones are a `table[subnet]`, in which Zeek finds the longest prefix; flows are listed by their pair of zones. Sources: the
Zeek manual, "Types" (subnet, table), "Notice Framework", and the event `new_connection`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.baseline.export.policy import QUESTIONS, cidr, permits
from segc.lang.literals import address_text
from segc.model.clock import utc_text
from segc.model.flows import zone_name
from segc.model.plant import TCP, UDP

if TYPE_CHECKING:
    from datetime import datetime

    from segc.baseline.export.policy import Permit
    from segc.model.addresses import Addresses
    from segc.model.plant import Plant

SCRIPT = """@load base/frameworks/notice

module Segc;

export {
  redef enum Notice::Type += { Not_Permitted };

  type Flow: record {
    sources: set[subnet];
    targets: set[subnet];
    proto: count;
    low: count;
    high: count;
    source_low: count;
    source_high: count;
  };

  # Who owns an address: the longest prefix.
  const zones: table[subnet] of string = {
%(zones)s
  } &redef;

  # Whom to tell, by the zone that is asked.
  const owners: table[string] of string = {
%(owners)s
  } &redef;

  # ICMP that asks for something, as protocol and type.
  const questions: set[count, count] = { %(questions)s } &redef;

  # What is permitted, by "source zone>target zone".
  const flows: table[string] of vector of Flow = {
%(flows)s
  } &redef;
}

function zone_of(a: addr): string {
  return a in zones ? zones[a] : "";
}

function permits(f: Flow, c: connection, proto: count, sport: count, dport: count): bool {
  return c$id$orig_h in f$sources && c$id$resp_h in f$targets && f$proto == proto &&
    f$low <= dport && dport <= f$high && f$source_low <= sport && sport <= f$source_high;
}

event new_connection(c: connection) {
  local from = zone_of(c$id$orig_h);
  local to = zone_of(c$id$resp_h);
  if ( from == to && from != "" )
    return;
  local sport = port_to_count(c$id$orig_p);
  local dport = port_to_count(c$id$resp_p);
  local kind = get_port_transport_proto(c$id$resp_p);
  local proto = kind == tcp ? 6 : (kind == udp ? 17 : (is_v6_addr(c$id$resp_h) ? 58 : 1));
  if ( kind == icmp ) {
    dport = sport;
    sport = 0;
    if ( [proto, dport] !in questions )
      return;
  }
  local pair = from + ">" + to;
  if ( pair in flows ) {
    local listed = flows[pair];
    for ( i in listed )
      if ( permits(listed[i], c, proto, sport, dport) )
        return;
  }
  NOTICE([$note=Not_Permitted, $conn=c,
    $msg=fmt("segc %%s -> %%s is not permitted: %%s -> %%s protocol %%d port %%d", from, to, c$id$orig_h, c$id$resp_h,
      proto, dport),
    $sub=to in owners ? owners[to] : "",
    $identifier=cat(c$id$orig_h, c$id$resp_h, proto, dport), $suppress_for=1hr]);
}
"""


def script(plant: Plant, at: datetime) -> str:
    """The script, for the moment `at`: grants that are open then are permitted."""
    zones = [
        f'    [{_subnet(family, low, length)}] = "{zone.name}",'
        for zone in plant.zones.values()
        for family, low, length in ([(4, 0, 0), (6, 0, 0)] if zone.outside else cidr(plant.ownership.own(zone.name)))
    ]
    owners = [f'    ["{zone.name}"] = "{zone.owner}",' for zone in plant.zones.values() if zone.owner]
    by_pair: dict[str, list[str]] = {}
    for permit in permits(plant, at):
        if permit.match.proto in (TCP, UDP, *QUESTIONS):
            for pair, text in _flow(permit):
                by_pair.setdefault(pair, []).append(text)
    flows = [
        line
        for pair, listed in sorted(by_pair.items())
        for line in (f'    ["{pair}"] = vector(', ",\n".join(dict.fromkeys(listed)), "    ),")
    ]
    kinds = ", ".join(f"[{proto}, {kind}]" for proto, kinds in QUESTIONS.items() for kind in kinds)
    tables = {"zones": zones, "owners": owners, "flows": flows}
    site = plant.site.name if plant.site else "the plant"
    head = (
        f"# What the policy of {site} permits, at {utc_text(at)}: a notice for each connection besides. Make it anew\n"
        "# when the policy changes, and when a grant opens or ends (segc grants).\n\n"
    )
    return head + SCRIPT % {**{name: _table(lines) for name, lines in tables.items()}, "questions": kinds}


def _table(lines: list[str]) -> str:
    text = "\n".join(lines)
    return text.removesuffix(",")


def _flow(permit: Permit) -> list[tuple[str, str]]:
    """The flow once for each pair of zones that it joins."""
    match = permit.match
    sport = (match.source_low, match.source_high) if match.proto in (TCP, UDP) else (0, 65535)
    starts = sorted({zone_name(end) for end in permit.flow.sources})
    ends = sorted({zone_name(end) for end in permit.flow.targets})
    text = (
        f"      Flow($sources=set({_set(permit.sources)}), $targets=set({_set(permit.targets)}), $proto={match.proto}, "
        f"$low={match.low}, $high={match.high}, $source_low={sport[0]}, $source_high={sport[1]})"
    )
    return [(f"{a}>{b}", text) for a in starts for b in ends if a != b]


def _set(addresses: Addresses) -> str:
    return ", ".join(_subnet(*one) for one in cidr(addresses))


def _subnet(family: int, low: int, length: int) -> str:
    text = address_text(family, low)
    return f"{text}/{length}" if family == 4 else f"[{text}]/{length}"

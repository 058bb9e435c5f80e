"""Suricata rules: `pass` for what is permitted, then `alert` for all that opens anything else between zones.

Suricata takes `pass` before `alert` (action-order). A session is judged by what opens it: TCP by its SYN, UDP by the first
packet as Suricata sees it (`flow:to_server`), ICMP by its questions, other protocols by any packet either way. Sources:
the Suricata user guide, "Rules Format", "Header Keywords", "Flow Keywords", "Thresholding Keywords".
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from segc.baseline.export.policy import FAMILY, QUESTIONS, cidr, of_family, permits, rests
from segc.lang.literals import address_text
from segc.model.clock import utc_text
from segc.model.plant import ICMP, ICMP6, TCP, UDP

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from segc.baseline.export.policy import Permit, Rest
    from segc.model.addresses import Addresses
    from segc.model.plant import Plant

FIRST_SID, SIDS = 9_000_000, 900_000  # of local rules
OPENS = {"tcp": "flags:S,12; ", "udp": "flow:to_server; "}
ONCE = "threshold:type limit, track by_both, seconds 3600, count 1; "
NEITHER = "".join(f"ip_proto:!{proto}; " for proto in (TCP, UDP, ICMP, ICMP6))


def rules(plant: Plant, at: datetime) -> str:
    """The rules file, for the moment `at`: grants that are open then are permitted."""
    lines = [
        f"# What the policy of {plant.site.name if plant.site else 'the plant'} permits, at {utc_text(at)}, and an alert",
        "# for all else. Make it anew when the policy changes, and when a grant opens or ends (segc grants).",
        "",
    ]
    taken: set[int] = set()
    lines += [_numbered(line, taken) for permit in permits(plant, at) for line in _passes(permit)]
    lines.append("")
    lines += [_numbered(line, taken) for rest in rests(plant) for line in _alerts(rest)]
    return "\n".join(lines) + "\n"


def _passes(permit: Permit) -> Iterator[str]:
    match = permit.match
    source, target = _list(permit.sources), _list(permit.targets)
    said = f'msg:"segc {permit.flow.within}"; '
    if match.proto in (TCP, UDP):
        word = "tcp" if match.proto == TCP else "udp"
        sports, ports = _ports(match.source_low, match.source_high), _ports(match.low, match.high)
        yield f"pass {word} {source} {sports} -> {target} {ports} ({said}{OPENS[word]}"
    elif match.proto in QUESTIONS and permit.family == FAMILY[match.proto]:
        for kind in QUESTIONS[match.proto]:
            if match.low <= kind <= match.high:
                yield f"pass icmp {source} any -> {target} any ({said}itype:{kind}; "
    elif (
        match.proto not in QUESTIONS
    ):  # ports of SCTP cannot be told by a header of `ip`, so that all of it passes between these ends
        yield f"pass ip {source} any <> {target} any ({said}ip_proto:{match.proto}; "


def _alerts(rest: Rest) -> Iterator[str]:
    if not rest.sources or not rest.targets:
        return
    a, b = rest.source or ("elsewhere" if rest.target else "anywhere"), rest.target or "unzoned"
    where = f", segc_conduit {rest.conduit}" if rest.conduit else ""
    owner = f", segc_owner {rest.owner}" if rest.owner else ""
    about = f"metadata:segc_source {a}, segc_target {b}, segc_mode {rest.mode}{where}{owner}; "
    said = f'(msg:"segc {a} -> {b} is not permitted'
    head = f"{_list(rest.sources)} any -> {_list(rest.targets)} any"
    for word, opens in OPENS.items():
        yield f'alert {word} {head} {said} ({word})"; {opens}{ONCE}{about}'
    for proto, kinds in QUESTIONS.items():
        sources, targets = (of_family(side, FAMILY[proto]) for side in (rest.sources, rest.targets))
        if sources and targets:
            asked = f"{_list(sources)} any -> {_list(targets)} any {said}"
            for kind in kinds:
                yield f'alert icmp {asked} (icmp type {kind})"; itype:{kind}; {ONCE}{about}'
    yield f'alert ip {head} {said} (other protocol)"; {NEITHER}{ONCE}{about}'


def _numbered(line: str, taken: set[int]) -> str:
    """The rule with an id that follows from what it says, so that other rules keep theirs."""
    sid = FIRST_SID + int(hashlib.sha256(line.encode()).hexdigest()[:12], 16) % SIDS
    while sid in taken:
        sid = FIRST_SID + (sid + 1 - FIRST_SID) % SIDS
    taken.add(sid)
    return f"{line}sid:{sid}; rev:1;)"


def _list(addresses: Addresses) -> str:
    return "[" + ",".join(f"{address_text(family, low)}/{length}" for family, low, length in cidr(addresses)) + "]"


def _ports(low: int, high: int) -> str:
    if (low, high) == (0, 65535):
        return "any"
    return str(low) if low == high else f"{low}:{high}"

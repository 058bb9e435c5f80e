"""GlobalNetworkPolicies: one for the flows of each pair of zones, one for what is left of the pair, and so on.

A policy's place depends on its kind only. Policies of one kind speak of packets that differ in source or target, so
it does not matter in which order Calico tries them (by name), and a new one moves no other:

    0      what leaves the host          10 ...  what is meant for the host itself; the last one decides
    10000  inside a zone                 20000   a pair's flows      30000  the pair's rest
    40000  a zone's addresses elsewhere  50000   other targets       60000  the rest
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from segc.model.addresses import FAMILIES
from segc.rules.table import ASTRAY, FLOW, INSIDE, OTHER, PAIR
from segc.rules.words import Words, sentence

from .objects import resource
from .services import services
from .sets import FIREWALL, ODD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.rules.table import Line
    from segc.targets.job import Job

    from .objects import Json
    from .sets import Sets

TIER = "segc"
INTERFACE = "segc-interface"
# A policy's name is what Felix logs. iptables cuts prefixes at 29, and Felix adds a colon and a blank.
LONGEST = 29 - len(": ") - len(f"{TIER}.")
REMARK = 200
ORDERS = {INSIDE: 10000, FLOW: 20000, PAIR: 30000, ASTRAY: 40000, OTHER: 50000}
OUT, FIRST_LOCAL, LAST = 0, 10, 60000
LINK_KEEPERS = (*range(130, 137), 143)  # RFC 4890 section 4.4: MLD and neighbour discovery
Key = tuple[str, str, tuple[str, ...] | None]


class Policies:
    """Makes the policies of one firewall. `count` is how many rules they have."""

    def __init__(self, job: Job, sets: Sets) -> None:
        self.job = job
        self.sets = sets
        self.firewall = job.rules.firewall.name
        self.count = 0
        self._words = Words(LONGEST, ODD)

    def resources(self) -> Iterator[Json]:
        """All policies, in the order in which they are tried."""
        yield self._policy("out", OUT, None, [{"action": "Allow"}], "what leaves the host", egress=True)
        yield from self._itself()
        lines = sorted(self.job.table.lines, key=self._order)
        for (name, about, ingress), group in groupby(lines, key=_key):
            several = list(group)
            rules = [rule for line in several for rule in self._line(line, self.name(name))]
            yield self._policy(name, self._order(several[0]), ingress, rules, about)

    def name(self, text: str) -> str:
        """A policy's name: its own, marked with the firewall's, since policies belong to the whole cluster."""
        return f"{TIER}.{self._words(f'{text}@{self.firewall}')}"

    def _order(self, line: Line) -> int:
        return LAST if line is self.job.table.lines[-1] else ORDERS[line.kind]

    def _itself(self) -> Iterator[Json]:
        """Only for the host: policies that do not apply to forwarded packets. What comes behind them does as well."""
        lines = [line for line in self.job.table.local() if any(map(line.speaks, FAMILIES))]
        if not lines:
            yield self._policy("itself", FIRST_LOCAL, None, [{"action": "Allow"}], "the host itself", forward=False)
            return
        keepers = [
            {"action": "Allow", "ipVersion": 6, "protocol": "ICMPv6", "icmp": {"type": kind}} for kind in LINK_KEEPERS
        ]
        about = "the host itself: neighbour discovery and MLD"
        yield self._policy("link", FIRST_LOCAL, None, list(keepers), about, forward=False)
        for order, line in enumerate(lines, FIRST_LOCAL + 1):
            text = "itself" if line.rule is None else line.id
            rules = self._line(line, self.name(text))
            yield self._policy(text, order, line.ingress, rules, _about(line), forward=False)

    # -- one policy -------------------------------------------------------

    def _policy(
        self,
        name: str,
        order: int,
        ingress: tuple[str, ...] | None,
        rules: list[Json],
        about: str,
        *,
        forward: bool = True,
        egress: bool = False,
    ) -> Json:
        self.count += len(rules)
        selector = f"{FIREWALL} == '{self.firewall}'"
        if ingress is not None:
            listed = ", ".join(f"'{one}'" for one in ingress)
            selector += f" && {INTERFACE} in {{{listed}}}"
        spec: Json = {"tier": TIER, "order": order, "selector": selector, "applyOnForward": forward}
        spec |= {"types": ["Egress"], "egress": rules} if egress else {"types": ["Ingress"], "ingress": rules}
        labels = {FIREWALL: self.firewall}
        return resource("GlobalNetworkPolicy", self.name(name), spec, labels, sentence(about, REMARK))

    def _line(self, line: Line, name: str) -> list[Json]:
        """A line's rules: for each service the record, if it owes one, then the decision."""
        self.job.record(name, line)
        actions = ["Log"] if line.record is not None else []
        actions.append("Allow" if line.permit else "Deny")
        ends = {"source": self.sets.entity(line.source), "destination": self.sets.entity(line.target)}
        found: list[Json] = []
        for service in services(self.job, line):
            for action in actions:
                rule: Json = {"action": action, **service.head}
                rule |= {side: values for side, values in service.with_ports(ends).items() if values}
                if line.rule is not None:
                    rule["metadata"] = {"annotations": {"segc": sentence(_about(line), REMARK)}}
                found.append(rule)
        return found


def preview(policies: list[Json]) -> list[Json]:
    """What Calico is to show as a change to come: policies that only record now, as they will be in enforce."""
    found = []
    for one in policies:
        spec = one["spec"]
        rules = spec.get("ingress", [])
        if spec["order"] >= FIRST_LOCAL and rules and _records_only(rules):
            stopped = [{**rule, "action": "Deny"} for rule in rules if rule["action"] != "Log"]
            staged = {"stagedAction": "Set", **spec, "ingress": stopped}
            found.append({**one, "kind": "StagedGlobalNetworkPolicy", "spec": staged})
    return found


def _records_only(rules: list[Json]) -> bool:
    return rules[0]["action"] == "Log" and rules[-1]["action"] == "Allow" and "metadata" not in rules[0]


def _key(line: Line) -> Key:
    """What stands together in one policy, how that is called, and what is said of it.

    No zone's name has a `>` or a blank in it, so a zone that is called `inside` takes nobody's name.
    """
    if line.kind in (INSIDE, OTHER) or line.pair is None:
        zone = "" if line.target is None else f" {line.target.ends[0].name}"
        return ("inside" if line.kind == INSIDE else "other") + zone, line.text, line.ingress
    ends = f"{line.pair.source}>{line.pair.target or ''}"
    if line.kind == FLOW:
        return ends, f"flows {line.pair.source} -> {line.pair.target or 'firewalls'}", line.ingress
    return f"{'rest' if line.kind == PAIR else 'astray'} {ends}", line.text, line.ingress


def _about(line: Line) -> str:
    return line.text if line.rule is None else f"{line.rule.within}: {line.text}"

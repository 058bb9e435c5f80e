"""The chains of one table for both families: how a packet finds its pair, its rules, its verdict.

    base-forward      established first, then a map from source address
      s-mes           did it come in where mes lies? else it is not judged by flows
        i-mes         a map from target address
          p-...       the pair: what its flows permit, then record, then verdict
      other           no pair speaks of it: by target address, the zone's mode

Every lookup is a map or a set, so the cost of a packet does not grow with the policy.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from segc.model.plant import ENFORCE, PORTED
from segc.rules.expand import opening, relevant, rivals, services, split, timed, tracked
from segc.rules.ids import prefix
from segc.rules.ir import ALERTED, ALERTED_ASTRAY, BLOCKED, BLOCKED_ASTRAY, LOGGED
from segc.targets.job import NFLOG_GROUP, remark

from .words import IP, PROTOCOLS, among, original_lines, ranges, rule_lines, service, time_elements, times

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from segc.model.addresses import Addresses
    from segc.rules.ir import Pair, Rule, RuleSet, Side
    from segc.targets.job import Job

FAMILIES = (4, 6)
FEW = 24  # lines of a pair that read better as rules than as a set
HAS_PORTS = "meta l4proto { tcp, udp, sctp }"
NO_PORTS = "meta l4proto != { tcp, udp, sctp }"
KEY = {f: f"{IP[f]} saddr . {IP[f]} daddr . meta l4proto . th dport" for f in FAMILIES}
SHORT_KEY = {f: f"{IP[f]} saddr . {IP[f]} daddr . meta l4proto" for f in FAMILIES}


class Chains:
    """Fills `chains` and `sets`; a chain's last line always decides."""

    def __init__(self, job: Job) -> None:
        self.rules: RuleSet = job.rules
        self.ids = job.ids
        self.chains: dict[str, list[str]] = {}
        self.sets: dict[str, tuple[str, list[str]]] = {}
        self.windows: dict[str, list[str]] = {}
        self._strays: dict[str, list[str]] = {}
        self._timed = [p for p in self.rules.pairs if any(timed(p.rules, f) for f in FAMILIES)]

    def build(self) -> dict[str, list[str]]:
        """All chains; the base chains come first."""
        self._entrance()
        if self.rules.local is not None:
            self._local()
        for one in self.rules.sides:
            self._side(one)
        for pair in self.rules.pairs:
            if self._families(pair):
                self._pair(pair)
        self._others()
        self.chains.update(self._strays)
        if self._timed:
            self._due()
            self.chains.update(self._strays)  # and where sessions of a killed grant end
        self.chains["remember"] = [
            line
            for f in FAMILIES
            for line in (f"{HAS_PORTS} add @seen{f} {{ {KEY[f]} }}", f"{NO_PORTS} add @other{f} {{ {SHORT_KEY[f]} }}")
        ]
        return self.chains

    def _families(self, pair: Pair) -> list[int]:
        return [f for f in FAMILIES if self.rules.possible(pair, f)]

    def _name(self, kind: str, text: str) -> str:
        identity = self.ids.of.get(text) or self.ids.name(text)
        return f"{kind}-{_word(identity)}"

    # -- finding the pair -------------------------------------------------

    def _entrance(self) -> None:
        lines = self.chains["base-forward"] = []
        if self._timed:
            lines.append("ct state established jump due")
        lines.append("ct state established counter accept")
        lines.append("meta l4proto { icmp, ipv6-icmp } ct state related counter accept")
        lines += _maps("saddr", [(one.own, f"goto {self._name('s', one.zone)}") for one in self.rules.sides])
        lines.append("goto other")

    def _side(self, one: Side) -> None:
        pairs = self.rules.pairs_from(one, *FAMILIES)
        inner = self._name("i", one.zone)
        lines = self.chains[self._name("s", one.zone)] = []
        if one.ingress:
            names = among([f'"{name}"' for name in one.ingress])
            lines.append(f"iifname {names} goto {inner}")
        # came in elsewhere: the pair's mode, never its flows
        lines += _maps("daddr", [(self.rules.towards(p), f"goto {self._astray(p)}") for p in pairs])
        lines.append("goto other")
        inside = [(self.rules.towards(p), f"goto p-{_word(p.id)}") for p in pairs]
        if one.passes:
            inside.append((one.own, "accept"))
        self.chains[inner] = [*_maps("daddr", inside), "goto other"]

    def _others(self) -> None:
        lines = self.chains["other"] = []
        entries = []
        for other in self.rules.others:
            name = self._name("o", other.zone or "")
            entries.append((other.own, f"goto {name}"))
            self.chains[name] = list(self._decide(other.mode, other.id))
        lines += _maps("daddr", entries)
        lines += self._decide(self.rules.rest.mode, self.rules.rest.id)

    # -- the pair ---------------------------------------------------------

    def _pair(self, pair: Pair) -> None:
        lines = self.chains[f"p-{_word(pair.id)}"] = []
        splits = {f: split(opening(pair.rules), f, FEW, partial(_lines, f)) for f in FAMILIES}
        # recorded flows first: what any of them covers is recorded
        self._told(lines, {f: [r for r in s.rules if r.log] for f, s in splits.items()})
        for family, (_, listed) in splits.items():
            if listed:
                name = f"f{family}-{_word(pair.id)}"
                self.sets[name] = (KEY[family], sorted(_element(*entry, rule) for entry, rule in listed))
                lines.append(f"{KEY[family]} @{name} counter accept")
        self._told(lines, {f: [r for r in s.rules if not r.log] for f, s in splits.items()})
        for family in FAMILIES:
            shut = [rule for rule in pair.shut if relevant(rule, family)]
            lines += [f"{match} goto {self._shut(pair)}" for rule in shut for match, _ in rule_lines(rule, family)]
        lines += self._decide(pair.mode, pair.id, self._families(pair))

    def _shut(self, pair: Pair) -> str:
        """The chain that stops what a killed grant alone permitted, in a pair that is in monitor."""
        name = f"k-{_word(pair.id)}"
        self._strays.setdefault(name, list(self._decide(ENFORCE, pair.id)))
        return name

    def _told(self, lines: list[str], rules: dict[int, list[Rule]]) -> None:
        """Rules of both families, each flow's text once above them."""
        families: dict[Rule, list[int]] = {}
        for family, found in rules.items():
            for rule in found:
                families.setdefault(rule, []).append(family)
        for rule, both in families.items():
            lines.append(remark(rule.text))
            for family in both:
                lines += self._permit(rule, family)

    def _permit(self, rule: Rule, family: int) -> Iterator[str]:
        when = self._times(rule)
        for match, proto in rule_lines(rule, family):
            line = " ".join(filter(None, (match, when)))
            if rule.log:
                identity = self.ids.rule(rule.within, rule.id)
                yield f"{line} {_unseen(family, ports=proto in PORTED)} {_log(LOGGED, identity)}"
                yield f"{line} jump remember"
            yield f'{line} counter accept comment "{rule.within} {rule.id}"'

    def _times(self, rule: Rule) -> str:
        if rule.when is None:
            return ""
        name = f"w-{rule.within}"
        if len(rule.when) > 1:
            self.windows[name] = time_elements(rule.when)
        return times(rule.when, name)

    def _decide(
        self,
        mode: str,
        identity: str,
        families: Iterable[int] = FAMILIES,
        kinds: tuple[str, str] = (ALERTED, BLOCKED),
    ) -> Iterator[str]:
        """Record a flow once a minute, then decide. A full memory records more, and never drops."""
        enforce = mode == ENFORCE
        log = _log(kinds[enforce], identity)
        for family in families:
            yield f"{HAS_PORTS} {_unseen(family, ports=True)} {log}"
            yield f"{NO_PORTS} {_unseen(family, ports=False)} {log}"
        yield "jump remember"
        yield "counter drop" if enforce else "counter accept"

    def _astray(self, pair: Pair) -> str:
        """The chain of a pair's packets that came in where their source does not lie."""
        name = f"x-{_word(pair.id)}"
        kinds = (ALERTED_ASTRAY, BLOCKED_ASTRAY)
        self._strays.setdefault(name, list(self._decide(pair.mode, pair.id, self._families(pair), kinds)))
        return name

    # -- sessions of grants that have ended -------------------------------

    def _due(self) -> None:
        """Established sessions of a grant go on only while the grant, or another flow, permits them."""
        lines: list[str] = []
        for pair in self._timed:
            name = f"d-{_word(pair.id)}"
            still: list[str] = []
            for family in FAMILIES:
                for rule in timed(pair.rules, family):
                    for match in original_lines(rule, family):
                        lines.append(f"{match} goto {name}")
                        if rule.when:
                            still.append(f"{match} {self._times(rule)} return")
                for rule in rivals(pair.rules, family):
                    still += [f"{match} return" for match in original_lines(rule, family)]
            stopped = [
                f"{match} goto {self._shut(pair)}"
                for family in FAMILIES
                for rule in tracked(pair.shut)
                if relevant(rule, family)
                for match in original_lines(rule, family)
            ]
            self.chains[name] = [*still, *stopped, *self._decide(pair.mode, pair.id)]
        self.chains["due"] = list(dict.fromkeys(lines))

    # -- the firewall itself ----------------------------------------------

    def _local(self) -> None:
        local = self.rules.local
        assert local is not None  # noqa: S101 - the caller asked
        lines = self.chains["base-input"] = [
            'iifname "lo" accept',
            "ct state established counter accept",
            "meta l4proto { icmp, ipv6-icmp } ct state related counter accept",
            # RFC 4890 section 4.4: without neighbour discovery and MLD the link is dead
            "icmpv6 type { 130-136, 143 } counter accept",
        ]
        for rule, ingress in local.rules:
            lines.append(remark(rule.text))
            names = among([f'"{name}"' for name in ingress])
            for family in FAMILIES:
                for one in services(rule.matches, family) if rule.sources.of(family) else []:
                    source = f"{IP[family]} saddr {among(ranges(rule.sources, family))}"
                    comment = f'comment "{rule.within} {rule.id}"'
                    lines.append(f"iifname {names} {source} {service(one)} counter accept {comment}")
        lines += self._decide(local.mode, local.id)


def _lines(family: int, rule: Rule) -> int:
    """How many lines a rule makes: one a protocol, whatever its lists hold."""
    return len(services(rule.matches, family))


def _word(identity: str) -> str:
    """An id as an nft name: letters, digits, - _ and . only."""
    return identity.replace(">", ".").replace("?", "_").replace("*", "_").replace("~", "_")


def _maps(field: str, entries: list[tuple[Addresses, str]]) -> list[str]:
    """A verdict map a family, one element a line."""
    found = []
    for family in FAMILIES:
        members = [f"{part} : {verdict}" for own, verdict in entries for part in ranges(own, family)]
        if members:
            listed = ",\n      ".join(members)
            found.append(f"{IP[family]} {field} vmap {{\n      {listed}\n    }}")
    return found


def _element(source: str, target: str, proto: int, port: int, rule: Rule) -> str:
    return f'{source} . {target} . {PROTOCOLS[proto]} . {port} comment "{rule.within} {rule.id}"'


def _unseen(family: int, *, ports: bool) -> str:
    return f"{KEY[family]} != @seen{family}" if ports else f"{SHORT_KEY[family]} != @other{family}"


def _log(kind: str, identity: str) -> str:
    return f'log prefix "{prefix(kind, identity)}" group {NFLOG_GROUP}'

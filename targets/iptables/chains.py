"""The chains of one family: how a packet finds its pair of zones, its rules, its verdict.

    FORWARD -> segc-fwd        established first, then by source address
        -> segc-s-mes          did it come in where mes lies? else it is not judged by flows
            -> segc-i-mes      by target address
                -> segc-p-...  the pair: what its flows permit, then record, then verdict
            else               astray: by target address, record, then the pair's mode
        -> segc-o              no pair speaks of it: by target address, the zone's mode
    -> segc-drop, segc-pass    remember what was recorded, then decide

Interfaces are tested once a source zone and nowhere else: they, not addresses,
are what makes long rule lists slow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.model.plant import ENFORCE, MONITOR
from segc.rules.expand import opening, relevant, rivals, split, timed, tracked
from segc.rules.ids import prefix
from segc.rules.ir import ALERTED, ALERTED_ASTRAY, BLOCKED, BLOCKED_ASTRAY, LOGGED
from segc.targets.job import NFLOG_GROUP, remark

from .matches import line_count, rule_matches, service_lines, side
from .sessions import Sessions
from .times import time_matches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.model.addresses import Addresses
    from segc.rules.ir import Pair, Rule, RuleSet, Side
    from segc.targets.job import Job

    from .sets import Sets

FEW = 24  # lines of a pair that read better as rules than as a set
LINK_KEEPERS = (130, 131, 132, 133, 134, 135, 136, 143)  # RFC 4890 section 4.4: MLD and neighbour discovery
# Has not the header that a match may look for: 20 bytes for TCP and SCTP, of whose numbers bit 2 is set, 8 for UDP and
# ICMP, where it is not; or an IP header with more than the usual, behind which that would be hard to tell (and the legacy
# back end of IPv6 may fail to). u32 reads or does not match, but never drops.
ANY = "0:0xFFFFFFFF"
SHORT = {
    4: f"-m u32 ! --u32 0&0x0F000000=0x05000000&&6&4<<2@20={ANY}&&24={ANY}",
    6: f"-m u32 ! --u32 3&0xFF=1:42,45:50,52:59,61:134,136:138,141:255&&3&4<<2@40={ANY}&&44={ANY}",
}
RELATED = {4: "icmp", 6: "ipv6-icmp"}


class Chains:
    """Fills `chains` with the lines of each; a chain's last line always decides."""

    def __init__(self, job: Job, family: int, sets: Sets) -> None:
        self.rules: RuleSet = job.rules
        self.ids = job.ids
        self.family = family
        self.sets = sets
        self.chains: dict[str, list[str]] = {}
        self._timed = [p for p in self.rules.pairs if timed(p.rules, family)]
        self._ends: dict[str, list[str]] = {}

    def build(self) -> dict[str, list[str]]:
        """All chains, the entrance first."""
        self._entrance()
        for one in self.rules.sides:
            if one.own.of(self.family):
                self._side(one)
        for pair in self.rules.pairs:
            if self.rules.possible(pair, self.family):
                self._pair(pair)
        self._others()
        if self._timed:
            self._due()
        if self.rules.local is not None:
            self._local()
        return self.chains | self._ends

    # -- finding the pair -------------------------------------------------

    def _entrance(self) -> None:
        lines = self.chains["segc-fwd"] = []
        if self._timed:
            lines.append("-m conntrack --ctstate ESTABLISHED -j segc-due")
        lines.append("-m conntrack --ctstate ESTABLISHED -j ACCEPT")
        lines.append("-m conntrack --ctstate RELATED -j segc-rel")
        self.chains["segc-rel"] = [f"-p {RELATED[self.family]} -j ACCEPT", "-j RETURN"]
        for one in self.rules.sides:
            if one.own.of(self.family):
                lines += self._goto("-s", one.own, self._name("s", one.zone))
        lines.append("-g segc-o")

    def _goto(self, flag: str, own: Addresses, chain: str) -> list[str]:
        return [f"{match} -g {chain}".lstrip() for match in side(own, self.family, self.sets, flag)]

    def _name(self, kind: str, text: str) -> str:
        identity = self.ids.of.get(text) or self.ids.name(text)
        return f"segc-{kind}-{identity.replace('>', '.').replace('?', '_').replace('*', '_')}"

    def _pair_name(self, kind: str, pair: Pair) -> str:
        return f"segc-{kind}-{pair.id.replace('>', '.').replace('?', '_')}"

    def _side(self, one: Side) -> None:
        pairs = self.rules.pairs_from(one, self.family)
        inner = self._name("i", one.zone)
        lines = self.chains[self._name("s", one.zone)] = [f"-i {name} -g {inner}" for name in one.ingress]
        for pair in pairs:  # came in elsewhere: the pair's mode, never its flows
            lines += self._astray(pair)
        lines.append("-g segc-o")
        inside = self.chains[inner] = []
        if one.passes:
            inside += [f"{match} -j ACCEPT".lstrip() for match in side(one.own, self.family, self.sets, "-d")]
        for pair in sorted(pairs, key=lambda p: p.target is not None):  # a firewall's own address before its zone
            inside += self._goto("-d", self.rules.towards(pair), self._pair_name("p", pair))
        inside.append("-g segc-o")

    def _astray(self, pair: Pair) -> Iterator[str]:
        """Record and decide, right where the zone is left, what came in where it does not lie."""
        kind = BLOCKED_ASTRAY if pair.mode == ENFORCE else ALERTED_ASTRAY
        for match in side(self.rules.towards(pair), self.family, self.sets, "-d"):
            found = f"{match} ".lstrip()
            yield self._record(kind, pair.id, found)
            yield f"{found}-g {self._end(pair.mode)}"

    def _others(self) -> None:
        lines = self.chains["segc-o"] = []
        for other in self.rules.others:
            if other.own.of(self.family):
                name = self._name("o", other.zone or "")
                lines += self._goto("-d", other.own, name)
                self.chains[name] = list(self._decide(other.mode, other.id))
        lines += self._decide(self.rules.rest.mode, self.rules.rest.id)

    # -- the pair ---------------------------------------------------------

    def _pair(self, pair: Pair) -> None:
        lines = self.chains[self._pair_name("p", pair)] = []
        stay, listed = split(opening(pair.rules), self.family, FEW, lambda rule: line_count(rule, self.family))
        shut = [rule for rule in pair.shut if relevant(rule, self.family)]
        if (stay or shut) and pair.mode != ENFORCE:
            lines += self._spare_broken(pair.id)
        recorded = [rule for rule in stay if rule.log]  # first: what any of them covers is recorded
        for rule in recorded:
            lines += [remark(rule.text), *self._permit(rule)]
        if listed:
            name = self.sets.entries(listed, self.family)
            lines.append(f"-m set --match-set {name} src,dst,dst -j ACCEPT")
        for rule in stay:
            if not rule.log:
                lines += [remark(rule.text), *self._permit(rule)]
        for rule in shut:
            lines.append(remark(f"closed: {rule.text}"))
            for match in rule_matches(rule, self.family, self.sets):
                lines += self._decide(ENFORCE, pair.id, f"{match} ")
        lines += self._decide(pair.mode, pair.id)

    def _spare_broken(self, identity: str) -> Iterator[str]:
        """Where nothing may be dropped: record and let through, before any flow is asked, what has no whole header.

        xtables drops such a packet by itself as soon as a match looks for the header, whatever the verdict.
        """
        return self._decide(MONITOR, identity, f"-m conntrack --ctstate INVALID {SHORT[self.family]} ")

    def _permit(self, rule: Rule) -> Iterator[str]:
        label = f'-m comment --comment "{rule.within} {rule.id}"'
        times = time_matches(rule.when) if rule.when is not None else [""]
        for match in rule_matches(rule, self.family, self.sets):
            for when in times:
                line = " ".join(filter(None, (match, when)))
                if rule.log:
                    yield self._record(LOGGED, self.ids.rule(rule.within, rule.id), line + " ")
                yield " ".join(filter(None, (line, label, f"-g {self._end(MONITOR)}" if rule.log else "-j ACCEPT")))

    def _decide(self, mode: str, identity: str, match: str = "") -> Iterator[str]:
        """Record what matches, and only then stop it or let it through."""
        enforce = mode == ENFORCE
        yield self._record(BLOCKED if enforce else ALERTED, identity, match)
        yield f"{match}-g {self._end(mode)}"

    def _record(self, kind: str, identity: str, match: str = "") -> str:
        """Record a flow once a minute. A full set records more, and never drops (hashlimit would)."""
        log = f'-j NFLOG --nflog-group {NFLOG_GROUP} --nflog-prefix "{prefix(kind, identity)}"'
        return f"{match}-m set ! --match-set {self.sets.seen(self.family)} src,dst,dst {log}"

    def _end(self, mode: str) -> str:
        """The chain that remembers what has just been recorded, and decides."""
        name, verdict = ("segc-drop", "DROP") if mode == ENFORCE else ("segc-pass", "ACCEPT")
        self._ends[name] = [f"-j SET --add-set {self.sets.seen(self.family)} src,dst,dst", f"-j {verdict}"]
        return name

    # -- sessions of grants that have ended -------------------------------

    def _due(self) -> None:
        """Established sessions of a grant go on only while the grant, or another flow, permits them."""
        sessions = Sessions(self.family)
        lines: list[str] = []
        for pair in self._timed:
            name = self._pair_name("d", pair)
            ending = timed(pair.rules, self.family)
            found = self.chains[name] = []
            for rule in rivals(pair.rules, self.family):
                found += sessions.lines(rule, ["-j ACCEPT"])
            for rule in ending:
                lines += sessions.lines(rule, [f"-g {name}"])
                found += sessions.lines(rule, [f"{when} -j ACCEPT" for when in time_matches(rule.when or ())])
            for rule in tracked(pair.shut):
                if relevant(rule, self.family):
                    found += sessions.lines(rule, list(self._decide(ENFORCE, pair.id)))
            found += self._decide(pair.mode, pair.id)
        self.chains["segc-due"] = [*dict.fromkeys(lines), "-j RETURN"]
        self.chains |= sessions.chains

    # -- the firewall itself ----------------------------------------------

    def _local(self) -> None:
        local = self.rules.local
        assert local is not None  # noqa: S101 - the caller asked
        lines = self.chains["segc-in"] = [
            "-i lo -j ACCEPT",
            "-m conntrack --ctstate ESTABLISHED -j ACCEPT",
            "-m conntrack --ctstate RELATED -j segc-rel",
        ]
        if local.mode != ENFORCE:
            lines += self._spare_broken(local.id)
        if self.family == 6:
            lines += [f"-p ipv6-icmp --icmpv6-type {kind} -j ACCEPT" for kind in LINK_KEEPERS]
        for rule, ingress in local.rules:
            lines.append(remark(rule.text))
            for name in ingress:
                for match in self._manage(rule):
                    label = f'-m comment --comment "{rule.within} {rule.id}"'
                    lines.append(f"-i {name} {match} {label} -j ACCEPT")
        lines += self._decide(local.mode, local.id)

    def _manage(self, rule: Rule) -> Iterator[str]:
        kinds = service_lines(rule.matches, self.family)
        for source in side(rule.sources, self.family, self.sets, "-s") if rule.sources.of(self.family) else []:
            for kind in kinds:
                yield f"{source} {kind}".lstrip()

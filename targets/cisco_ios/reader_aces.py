"""Access control entries: `[10] permit tcp SOURCE [PORTS] TARGET [PORTS] [established] [log]`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from segc.packets.fields import DPORT, ICMP, ICMP6, PROTO, SCTP, SOURCE, SPORT, TARGET, TCP, TIME, UDP
from segc.packets.machine import Accept, Drop, In, Log, Match, Refused, Rule, State, Unknown

from .reader_words import ICMP_NAMES, Ends, Words, icmp_type, number, port

if TYPE_CHECKING:
    from segc.packets.fields import Spans

    from .reader_groups import Groups
    from .reader_times import TimeRanges

# Numbers by the names that `show running-config` prints (Cisco IOS Security Command Reference, permit (IP)).
PROTOCOLS = {
    "ahp": 51, "eigrp": 88, "esp": 50, "gre": 47, "igmp": 2, "ipinip": 4, "nos": 94, "ospf": 89, "pcp": 108,
    "pim": 103, "sctp": 132, "tcp": 6, "udp": 17,
}  # fmt: skip
PORTED = (TCP, UDP, SCTP)
LAST_PORT = 65535
# What may stand behind `log` and is no cookie (permit (IP), permit (IPv6)): taken for one, it would widen the entry.
KEYWORDS = frozenset({
    "ack", "dest-option", "dest-option-type", "dscp", "established", "fin", "flow-label", "fragments", "hbh", "log",
    "log-input", "match-all", "match-any", "mobility", "mobility-type", "option", "packets", "precedence", "psh",
    "reflect", "routing", "routing-type", "rst", "sequence", "syn", "time-range", "timeout", "tos", "tracked", "ttl",
    "undetermined-transport", "urg",
})  # fmt: skip


class Service(NamedTuple):
    """One protocol with the ports of either end; None for any."""

    proto: int | None
    before: Spans | None = None
    after: Spans | None = None


class Aces:
    """Reads the entries of one list. The class's attributes are where vendors differ."""

    ends: type[Ends] = Ends
    icmp: ClassVar = {4: "icmp", 6: "icmp"}  # the word for ICMP
    icmp_names: ClassVar = ICMP_NAMES
    cookie = True  # may a word of one's own stand behind `log`?
    done: ClassVar = {"permit": "permitted", "deny": "denied"}  # what the log says

    def __init__(self, family: int, name: str, groups: Groups, file: str, times: TimeRanges | None = None) -> None:
        self.family = family
        self.name = name
        self.groups = groups
        self.file = file
        self.times = times
        self.doubts: list[tuple[str, int]] = []  # what of entries is not known, where the rest of them is

    def numbered(self, text: str) -> tuple[int | None, str]:
        """An entry without the number that some forms begin with."""
        found = re.match(r"(?:sequence )?([0-9]{1,10}) (.*)$", text)
        return (int(found[1]), found[2]) if found else (None, text)

    def read(self, text: str, line: int) -> list[Rule] | None:
        """The rules of an entry; None where it has a word that is not known. Remarks make none."""
        words = Words(text.split(), line, self.file)
        verb = words.take()
        if verb in ("remark", "evaluate") or verb not in ("permit", "deny"):
            return [] if verb == "remark" else None
        services = self.services(words)
        if services is None:
            return None
        ends = self.ends(self.family, self.groups, words)
        source = ends.take()
        before = self._ports(words, services)
        target = ends.take()
        after = self._ports(words, services)
        flags = self._flags(words, services)
        if flags is None:
            return None
        action = Accept() if verb == "permit" else Drop()
        log = Log(f"{self.name} {self.done[verb]}") if "log" in flags else None
        rules = []
        for service in services:
            match = [In(SOURCE, source), In(TARGET, target), *self._service(service, before, after, flags)]
            if log is not None:
                rules.append(Rule(tuple(match), log, line, self.file))
            rules.append(Rule(tuple(match), action, line, self.file))
        return rules

    def services(self, words: Words) -> list[Service] | None:
        """What an entry's protocol stands for; None where that is not known."""
        word = words.take()
        if word == "object-group":
            return [Service(*one) for one in self.groups.services(words.take(), words)]
        if word == {4: "ip", 6: "ipv6"}[self.family]:
            return [Service(None)]
        if word == self.icmp[self.family]:
            return [Service(ICMP if self.family == 4 else ICMP6)]
        if number(word, 256):
            # 0 is how `ip` is stored
            return [Service(int(word) or None)]
        return [Service(PROTOCOLS[word])] if word in PROTOCOLS else None

    def _ports(self, words: Words, services: list[Service] | None) -> Spans | None:
        if not services or len(services) != 1 or services[0].proto not in PORTED:
            return None
        proto = services[0].proto
        word = words.peek()
        if word not in ("eq", "neq", "gt", "lt", "range"):
            return None
        words.take()
        low = port(words.take(), proto, words)
        if word == "range":
            high = port(words.take(), proto, words)
            return ((low, high),) if low <= high else ((high, low),)
        if word == "gt":
            return ((low + 1, LAST_PORT),) if low < LAST_PORT else ()
        if word == "lt":
            return ((0, low - 1),) if low else ()
        more = [low]
        while words.peek() and number(words.peek(), 1 << 16):
            more.append(port(words.take(), proto, words))
        if word == "eq":
            return tuple((one, one) for one in sorted(set(more)))
        if len(more) > 1:
            raise Refused("`neq` with several ports", words.line, self.file, " ".join(words.all))
        return tuple((a, b) for a, b in ((0, low - 1), (low + 1, LAST_PORT)) if a <= b)

    def _flags(self, words: Words, services: list[Service] | None) -> dict[str, Spans] | None:
        """What stands at the end; None where something there is not known."""
        found: dict[str, Spans] = {}
        protos = {one.proto for one in services or ()}
        while words.peek():
            word = words.take()
            if word in ("log", "log-input"):
                found["log"] = ()
                if self.cookie and words.peek() and words.peek() not in KEYWORDS:
                    words.take()  # the cookie that syslog repeats
            elif word == "established" and protos == {TCP}:
                found["established"] = ()
            elif word == "time-range" and self.times is not None and not found.keys() & {"times", "doubt"}:
                self._time(words, found)
            elif protos and protos <= {ICMP, ICMP6} and "icmp" not in found:
                kinds = icmp_type(word, self.icmp_names[self.family], words)
                if kinds is None:
                    return None
                found["icmp"] = kinds
            else:
                return None
        return found

    def _time(self, words: Words, found: dict[str, Spans]) -> None:
        name = words.take()
        spans = self.times.spans(name) if self.times is not None else None
        if self.times is not None and spans is None:
            self.doubts.append((self.times.doubt(name), words.line))
        found["times" if spans is not None else "doubt"] = spans or ()

    def _service(
        self, service: Service, before: Spans | None, after: Spans | None, flags: dict[str, Spans]
    ) -> list[Match]:
        match: list[Match] = []
        if service.proto is not None:
            match.append(In(PROTO, ((service.proto, service.proto),)))
        for field, spans in ((SPORT, before or service.before), (DPORT, after or service.after)):
            if spans is not None:
                match.append(In(field, spans))
        if (before is not None and not before) or (after is not None and not after):
            match.append(In(DPORT, ()))  # `gt 65535`, `lt 0`: nothing
        if "icmp" in flags:
            match.append(In(DPORT, flags["icmp"]))
        if "established" in flags:
            match.append(State(frozenset({"established"})))
        if "times" in flags:
            match.append(In(TIME, flags["times"]))
        if "doubt" in flags:
            match.append(Unknown(self.doubts[-1][0]))
        return match

    def implicit(self) -> list[Rule]:
        """What stands at the end of every list that has an entry."""
        rules = []
        if self.family == 6:
            for kind in (136, 135):
                spans = ((kind * 256, kind * 256 + 255),)
                rules.append(Rule((In(PROTO, ((ICMP6, ICMP6),)), In(DPORT, spans)), Accept(), 0, self.file))
        return [*rules, Rule((), Drop(), 0, self.file)]

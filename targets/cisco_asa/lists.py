"""The lists of one ASA: one an interface for what may open sessions there, a global one for all else, one to itself.

The ASA looks through an interface's list, then through the global one, then denies. So lines that hold wherever a
packet arrives stand in the global list, once; it also holds for interfaces that the policy does not know.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from segc.model.plant import ICMP, ICMP6
from segc.rules.table import FLOW, LOCAL, PAIR, fewer
from segc.rules.words import sentence
from segc.targets.timerange import time_ranges

from .objects import Objects

if TYPE_CHECKING:
    from segc.rules.table import Line
    from segc.targets.job import Job

GLOBAL, ECHO, INSPECTED = "segc-global", "segc-icmp", "segc-inspect"
REMARK = 100
# The level under which a line's records are sent tells apart what else shares the list's name and the decision.
LEVELS = {FLOW: (6, "log"), PAIR: (4, "log warnings"), LOCAL: (4, "log warnings")}
ELSEWHERE = (5, "log notifications")
# RFC 4890 section 4.4: without these types a link of IPv6 is dead.
NEIGHBOURS = (*range(130, 137), 143)


class Lists:
    """Makes the lists' lines, and notes under which names they record."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.local = tuple(job.table.local())
        self.replies = tuple(job.table.replies(job.target.can.follows))
        self.objects = Objects((*job.table.lines, *self.replies, *self.local))
        self.interfaces = [interface.name for interface in job.rules.firewall.interfaces]

    def at(self, interface: str) -> list[str]:
        """The list for what arrives at an interface, by pairs of zones."""
        name = inbound(interface)
        found = [_remark(name, "ICMP errors: the ASA drops those of no session itself"), self._errors(name)]
        lines = [line for line in self.job.table.at(interface) if line.ingress is not None]
        answers = self._answers(interface)
        known = {(line.pair.source, line.pair.target) for line in lines if line.pair is not None}
        for zones, apart in answers.items():
            found += [text for line in apart if zones not in known for text in self._line(name, line)]
        pair = None
        for line in lines:
            if line.pair is not None and line.pair is not pair:
                pair = line.pair
                found.append(_remark(name, f"== {pair.source} -> {pair.target or 'firewalls'}: {pair.mode} =="))
            if line.kind == PAIR and pair is not None:
                found += [text for one in answers.get((pair.source, pair.target), ()) for text in self._line(name, one)]
            found += self._line(name, line)
        return found

    def _answers(self, interface: str) -> dict[tuple[str | None, str | None], list[Line]]:
        """What answers flows of protocols that the ASA does not follow, by the zones between which it goes."""
        found: dict[tuple[str | None, str | None], list[Line]] = {}
        for line in self.replies:
            if line.pair is not None and line.ingress is not None and interface in line.ingress:
                found.setdefault((line.pair.target, line.pair.source), []).append(line)
        return found

    def everywhere(self) -> list[str]:
        """The global list: what is astray, and whatever no pair speaks of."""
        lines = [self._recorded(GLOBAL, line) for line in self.job.table.lines if line.ingress is None]
        found = [_remark(GLOBAL, "ICMP errors: the ASA drops those of no session itself"), self._errors(GLOBAL)]
        for line in self.replies:
            if line.ingress is None:  # from firewalls whose addresses are no zone's, which may lie anywhere
                found += self._line(GLOBAL, line)
        for line in fewer(lines):
            found += self._line(GLOBAL, line)
        return found

    @property
    def stops_nothing_elsewhere(self) -> bool:
        """Does the global list permit all?"""
        return all(line.permit for line in self.job.table.lines if line.ingress is None)

    def itself(self, interface: str) -> list[str]:
        """The control-plane list of an interface."""
        name = to_itself(interface)
        found = [_remark(name, "ICMP errors and IPv6 neighbour discovery"), self._errors(name)]
        found += [f"access-list {name} extended permit icmp6 any6 any6 {kind}" for kind in NEIGHBOURS]
        for line in self.local:
            if line.ingress is None or interface in line.ingress:
                found += self._line(name, line)
        return found

    # -- inspection -------------------------------------------------------

    def uninspected(self) -> list[str]:
        """The list that keeps default inspection away from conduits which forbid it; empty where none does."""
        found = []
        plain = {line.pair.id: line for line in self.job.table.lines if line.pair is not None and line.pair.plain}
        for line in plain.values():  # the last of a pair's lines has all its addresses
            there, back = self.objects.network(line.source), self.objects.network(line.target)
            text = line.text.partition(",")[0]
            found += [
                _remark(INSPECTED, text),
                f"access-list {INSPECTED} extended deny ip {there} {back}",
                f"access-list {INSPECTED} extended deny ip {back} {there}",
            ]
        return [*found, f"access-list {INSPECTED} extended permit ip any any"] if found else []

    def check(self) -> None:
        """Stop where the ASA cannot say what a flow asks for."""
        for pair in self.job.rules.pairs:
            for rule in pair.rules:
                if not pair.plain or rule.when == ():  # what a grant that is over opened needs no inspection
                    continue
                if any(match.proto in (ICMP, ICMP6) for match in rule.matches):
                    raise self.job.unsupported(
                        rule.span,
                        "follows ICMP only by inspecting it, which this conduit forbids",
                        "move the ICMP flow to a conduit of its own without `inspect forbid` and `latency`",
                    )
        locals_ = self.job.rules.local.rules if self.job.rules.local is not None else ()
        for rule in [*(rule for pair in self.job.rules.pairs for rule in pair.rules), *(rule for rule, _ in locals_)]:
            if any(match.proto == 0 for match in rule.matches):
                raise self.job.unsupported(rule.span, "takes IP protocol 0 for all of IP, so it cannot name it")

    # -- lines ------------------------------------------------------------

    def _errors(self, name: str) -> str:
        return f"access-list {name} extended permit {self.objects.errors()} any any"

    def _line(self, name: str, line: Line) -> list[str]:
        line = self._recorded(name, line)
        action = "permit" if line.permit else "deny"
        parts = [self.objects.service(line), self.objects.network(line.source), self.objects.network(line.target)]
        log = [_level(line)[1]] if line.record is not None else []
        text = " ".join([f"access-list {name} extended {action}", *parts, *log])
        label = f"{line.rule.within}.{line.rule.id}: {line.text}" if line.rule is not None else line.text
        times = time_ranges(self.job, line.rule)
        return [_remark(name, label), *([text] if times is None else [f"{text} time-range {t.name}" for t in times])]

    def _recorded(self, name: str, line: Line) -> Line:
        """The line with the record that this list makes of it."""
        if line.record is None or line.record.startswith("%"):
            return line
        said = f"%ASA-{_level(line)[0]}-106100: access-list {name} {'permitted' if line.permit else 'denied'}"
        self.job.record(said, line)
        return replace(line, record=said)


def _level(line: Line) -> tuple[int, str]:
    return LEVELS[FLOW] if line.rule is not None else LEVELS.get(line.kind, ELSEWHERE)


def inbound(interface: str) -> str:
    """The name of an interface's list."""
    return f"segc-{interface}-in"


def to_itself(interface: str) -> str:
    """The name of an interface's control-plane list."""
    return f"segc-{interface}-self"


def _remark(name: str, text: str) -> str:
    """A remark; a question mark would ask a terminal for help."""
    return f"access-list {name} remark {sentence(text.replace('-> ?', '-> firewalls'), REMARK)}"

"""What a renderer is given and what it gives back."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, cached_property
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from segc._data import data_root
from segc.diagnostics import SegcError, finding
from segc.rules.table import Table
from segc.rules.timetable import dates, each_day, runs, weekly

if TYPE_CHECKING:
    from segc.rules.ids import Ids
    from segc.rules.ir import Rule, RuleSet
    from segc.rules.table import Line
    from segc.rules.timetable import Day, Run, Weekly
    from segc.source import Span
    from segc.targets.manifest import Manifest

NFLOG_GROUP = 62
SCRIPTS = ("preflight", "apply", "confirm", "rollback")
LONGEST_REMARK = 500  # far below the 10,240 characters behind which iptables-restore reads a comment on as a rule


def remark(text: str) -> str:
    """A comment line of its own. What is cut off stands in the manifest."""
    return f"# {text}" if len(text) <= LONGEST_REMARK else f"# {text[:LONGEST_REMARK]} ..."


@dataclass(frozen=True)
class Artefact:
    """One file beside the others of its firewall. `role` says what it is for in the manifest."""

    name: str
    text: str
    role: str
    executable: bool = False

    @cached_property
    def sha256(self) -> str:
        """The checksum of what is written."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def data(self) -> bytes:
        """The file's bytes. What a file name holds that is no text comes out visible."""
        return self.text.encode(errors="backslashreplace")


@dataclass(frozen=True)
class Job:
    """One firewall to render. `digest` names the policy; `asked` is the mode that was asked for.

    A target that cannot record under segc's prefixes writes into `records` under which names it does (a rule's name, a
    tracker), each with the prefixes that it stands for; the manifest publishes that, and the proof holds it to it.
    """

    rules: RuleSet
    target: Manifest
    ids: Ids
    asked: str
    digest: str
    change: str | None = None  # when the files stop to be true
    records: dict[str, list[str]] = field(default_factory=dict)
    at: datetime = datetime(1970, 1, 1, tzinfo=UTC)

    @property
    def clock(self) -> str | None:
        """The time zone by whose local time the rules must tell the time; None where they do not."""
        clock = self.rules.firewall.clock
        return clock if self.target.zone(clock) else None

    @property
    def keeps_time(self) -> bool:
        """Do the rules tell the time by the box's clock?"""
        rules = (rule for pair in self.rules.pairs for rule in pair.rules)
        return self.clock is not None and any(rule.when for rule in rules)

    def runs(self, rule: Rule) -> tuple[Run, ...] | None:
        """When a rule holds, as the box's clock shows it; None where it always does, or the box knows UTC."""
        shown = self.target.zone(self.rules.firewall.clock)
        if rule.when is None or shown is None:
            return None
        return runs(rule.when, shown, self.at, self.target.horizon(self.clock, self.at))

    def dates(self, rule: Rule) -> tuple[tuple[datetime | None, datetime], ...] | None:
        """The same as spans from date to date, the latter not included."""
        shown = self.target.zone(self.rules.firewall.clock)
        if rule.when is None or shown is None:
            return None
        return dates(rule.when, shown, self.at, self.target.horizon(self.clock, self.at))

    def weekly(self, rule: Rule) -> Weekly | None:
        """The same as hours of weeks, and until when they are right; None where the rule always holds."""
        shown = self.target.zone(self.rules.firewall.clock)
        return None if rule.when is None or shown is None else weekly(rule.when, shown, self.at)

    def days(self, rule: Rule) -> tuple[Day, ...] | None:
        """The same, day by day."""
        shown = self.target.zone(self.rules.firewall.clock)
        if rule.when is None or shown is None:
            return None
        return each_day(rule.when, shown, self.at, self.target.horizon(self.clock, self.at))

    @cached_property
    def table(self) -> Table:
        """The rules as one first-match list."""
        return Table(self.rules, self.ids)

    def record(self, name: str, line: Line) -> None:
        """Note under which name of the target's a line is recorded, if it is."""
        if line.record is not None and line.record not in self.records.setdefault(name, []):
            self.records[name].append(line.record)

    def rules_made(self, count: int) -> None:
        """Say how many rules the device must hold. Raises `SegcError` where that is more than it can."""
        most = self.rules.firewall.capacity or self.target.limits.rules
        help_text = "name zones and networks where hosts are listed, split the conduits, or say its true `capacity`"
        self._fits(count, most, "rules", help_text)

    def schedules_made(self, count: int) -> None:
        """Say how many schedules the device must hold. Raises `SegcError` where that is more than it can."""
        help_text = "make one grant of those with the same windows, or leave `clock` out: then new builds keep them"
        self._fits(count, self.target.limits.schedules, "schedules", help_text)

    def _fits(self, count: int, most: int, things: str, way_out: str) -> None:
        firewall = self.rules.firewall
        if most and count > most:
            message = f"`{firewall.name}` holds {most} {things}, and this policy takes {count}"
            raise SegcError([finding("over-capacity", message, firewall.span, "too small", help=way_out)], code=1)

    def unsupported(self, span: Span, what: str, way_out: str = "") -> SegcError:
        """The error to raise where the target cannot say what the policy needs; `what` goes on behind its name."""
        message = f"{self.target.name} {what}"
        return SegcError([finding("unsupported-by-target", message, span, "asked for here", help=way_out)], code=1)

    def template(self, name: str, **values: object) -> str:
        """Fill in one of the target's templates. LF line ends, one at the end."""
        return _environment(self.target.name).get_template(name).render(job=self, **values)

    def scripts(self, *, has_ipset: bool) -> list[Artefact]:
        """The four scripts that stand beside the rules of a Linux machine."""
        values = {
            "firewall": self.rules.firewall.name,
            "interfaces": [interface.name for interface in self.rules.firewall.interfaces],
            "has_ipset": has_ipset,
            "expect_confirm_seconds": 120,
            "monitor_only": self.rules.monitors_only,
            "manages_input": self.rules.local is not None,
            "policy_digest": self.digest,
        }
        return [Artefact(name, self.template(f"{name}.sh.j2", **values), name, executable=True) for name in SCRIPTS]


@cache
def _environment(target: str) -> Environment:
    root = data_root("targets")
    return Environment(
        loader=FileSystemLoader([root / target.replace("-", "_"), root / "_shared"]),
        auto_reload=False,
        undefined=StrictUndefined,
        autoescape=False,  # firewall files and shell, not HTML; names are [a-z0-9-] by grammar
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        newline_sequence="\n",
    )

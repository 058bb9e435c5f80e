"""Conduits and grants: the containers of flows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.diagnostics import finding
from segc.model.flows import zone_name
from segc.model.names import Table, duplicate
from segc.model.plant import Conduit, Grant, Window

if TYPE_CHECKING:
    from datetime import date

    from segc.lang.facts import Fact, Facts, Reader
    from segc.model.flows import Flows
    from segc.model.names import Names
    from segc.model.plant import Flow, Role, Site, Team, Zone
    from segc.source import Span


class Containers:
    """Builds conduits and grants. They and workflows share one set of names, since playbooks keep any of them."""

    def __init__(
        self,
        reader: Reader,
        names: Names,
        flows: Flows,
        zones: Table[Zone],
        teams: Table[Team],
        roles: Table[Role],
        site: Site | None,
    ) -> None:
        self.reader = reader
        self.names = names
        self.flows = flows
        self.zones = zones
        self.teams = teams
        self.roles = roles
        self.site = site
        self.taken: dict[str, Span] = {}

    def claim(self, fact: Fact) -> bool:
        """Take the fact's name; False after reporting that it is taken."""
        name = fact.value
        if name in self.taken:
            self.reader.found.append(duplicate("conduit, grant or workflow", name, fact.span, self.taken[name]))
            return False
        self.taken[name] = fact.span
        return True

    def owner(self, facts: Facts) -> str | None:
        """The owner given, else the site's."""
        if "owner" in facts:
            team = self.names.of(self.teams, facts["owner"][0].values[0], facts["owner"][0])
            return team.name if team else None
        return self.site.owner if self.site else None

    def conduit(self, fact: Fact) -> Conduit | None:
        """A conduit with its flows; None after reporting that it cannot be one."""
        facts = self.reader.scope(fact.source, fact.body, "conduit", fact.span)
        name, title, first, arrow, second = fact.values
        source = self.names.of(self.zones, first, fact)
        target = self.names.of(self.zones, second, fact)
        if not self.claim(fact) or source is None or target is None:
            return None
        if source is target:
            message = f"conduit `{name.value}` joins `{source.name}` with itself"
            help_text = "traffic inside a zone is not filtered; split the zone if it should be"
            self.reader.found.append(finding("conduit-to-itself", message, fact.span, help=help_text))
            return None
        both = arrow.text == "<->"
        opened = {(source.name, target.name)} | ({(target.name, source.name)} if both else set())
        one = {word: entries[0].value for word, entries in facts.items() if entries}
        flows = []
        for allowed in facts.get("allow", []):
            flow = self.flows.flow(allowed, name.value)
            if flow is not None and self._fits(flow, opened, source, target, fact):
                flows.append(flow)
        return Conduit(
            name.value,
            title.value if title else "",
            source,
            target,
            both,
            one.get("mode"),
            self.owner(facts),
            one.get("latency"),
            one.get("inspect"),
            one.get("fail"),
            "essential" in one,
            tuple(flows),
            fact.span,
        )

    def _fits(self, flow: Flow, opened: set[tuple[str, str]], source: Zone, target: Zone, conduit: Fact) -> bool:
        """Is every pair of a flow's zones one that the conduit opens?"""
        for a in flow.sources:
            for b in flow.targets:
                pair = (zone_name(a), zone_name(b))
                if pair not in opened:
                    self._against(flow, pair, (a.path, b.path), source, target, conduit, both=len(opened) > 1)
                    return False
        return True

    def _against(
        self,
        flow: Flow,
        pair: tuple[str, str],
        ends: tuple[str, str],
        source: Zone,
        target: Zone,
        conduit: Fact,
        *,
        both: bool,
    ) -> None:
        arrow = "<->" if both else "->"
        opens = f"{source.name} {arrow} {target.name}"
        name = conduit.values[0].value
        if pair == (target.name, source.name):
            help_text = f"replies need no flow; if `{pair[0]}` opens sessions too: {source.name} <-> {target.name}"
        elif pair[0] == pair[1]:
            help_text = f"both ends lie in `{pair[0]}`: traffic inside a zone needs no flow"
        else:
            help_text = f"put it into a conduit {pair[0]} -> {pair[1]}"
        self.reader.found.append(
            finding(
                "flow-against-conduit",
                f"conduit `{name}` opens {opens}, but `{ends[0]}` -> `{ends[1]}` goes {pair[0]} -> {pair[1]}",
                flow.span,
                f"goes {pair[0]} -> {pair[1]}",
                also=((conduit.span, f"opens {opens} only"),),
                help=help_text,
            )
        )

    def grant(self, fact: Fact) -> Grant | None:
        """A grant with its flows; None after reporting that it cannot be one."""
        facts = self.reader.scope(fact.source, fact.body, "grant", fact.span)
        name, title = fact.values
        one = {word: entries[0].value for word, entries in facts.items() if entries}
        if not self.claim(fact):
            return None
        flows = [self.flows.flow(allowed, name.value) for allowed in facts.get("allow", [])]
        windows = tuple(_window(f) for f in facts.get("window", []))
        approver = None
        if "approved-by" in facts:
            approver = self.names.of(self.roles, facts["approved-by"][0].values[0], facts["approved-by"][0])
        last: date | None = one.get("until")
        if last is None:
            if "?until" not in facts:
                self._endless(fact)
            return None
        if one.get("from") and one["from"] > last:
            self._backwards(facts)
            return None
        return Grant(
            name.value,
            title.value if title else "",
            one.get("vendor", ""),
            tuple(flow for flow in flows if flow is not None),
            windows,
            one.get("from"),
            last,
            approver.name if approver else None,
            one.get("ticket", ""),
            self.owner(facts),
            fact.span,
        )

    def _endless(self, fact: Fact) -> None:
        message = f"grant `{fact.value}` never ends"
        help_text = "add `until YYYY-MM-DD`: temporary access has a last day"
        self.reader.found.append(finding("grant-without-end", message, fact.span, "`until` is missing", help=help_text))

    def _backwards(self, facts: Facts) -> None:
        first, last = facts["from"][0], facts["until"][0]
        message = f"the grant ends ({last.value}) before it begins ({first.value})"
        self.reader.found.append(
            finding(
                "grant-ends-before-start",
                message,
                last.span,
                "ends here",
                also=((first.span, "begins here"),),
            )
        )


def _window(fact: Fact) -> Window:
    days = frozenset(day for value in fact.values[0] for day in value.value) or frozenset(range(7))
    return Window(days, fact.values[1].value)

"""Enforcement points and how zones are joined: firewalls, links, routes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.diagnostics import finding
from segc.model.names import Table, duplicate
from segc.model.plant import Asset, Firewall, Interface, Link, Manage, Route
from segc.model.timezones import time_zone

if TYPE_CHECKING:
    from segc.lang.facts import Fact, Facts, Reader
    from segc.model.conduits import Containers
    from segc.model.flows import Flows
    from segc.model.names import Names
    from segc.model.plant import Zone

MOST_ADDRESSES = 64  # of one machine, or of a few alike that get the same file
# What a machine's own firewall has no use for, and what to say instead.
IDLE = {
    "interface": "it filters at all interfaces of its machine; who lies where, other firewalls and links say",
    "manage": "who may reach a machine is what flows say: allow SOURCE -> ASSET : SERVICE",
    "mode": "the modes of conduits and zones hold, as for any other traffic of the machine",
}


class Firewalls:
    """Builds the topology's parts."""

    def __init__(self, reader: Reader, names: Names, flows: Flows, zones: Table[Zone], owners: Containers) -> None:
        self.reader = reader
        self.names = names
        self.flows = flows
        self.zones = zones
        self.owners = owners

    def firewall(self, fact: Fact, known: dict[str, Firewall]) -> Firewall | None:
        """A firewall; None after reporting that it cannot be one."""
        name, title = fact.values
        if name.value in known:
            self.reader.found.append(duplicate("firewall", name.value, fact.span, known[name.value].span))
            return None
        facts = self.reader.scope(fact.source, fact.body, "firewall", fact.span)
        interfaces = self._interfaces(facts)
        target = facts.get("target")
        if not target:
            return None
        host = self._host(facts, known) if "on" in facts else None
        if not interfaces and "?interface" not in facts and "on" not in facts and "?on" not in facts:
            message = f"firewall `{name.value}` has no interface"
            help_text = "add: interface eth0 ZONE 10.0.0.1/24; or, for a machine's own firewall: on ZONE.ASSET"
            self.reader.found.append(finding("firewall-without-interfaces", message, fact.span, help=help_text))
        return Firewall(
            name.value,
            title.value if title else "",
            target[0].value,
            target[0].place(target[0].values[0]),
            tuple(interfaces),
            tuple(m for m in map(self._manage, facts.get("manage", [])) if m is not None),
            facts["mode"][0].value if "mode" in facts else None,
            self.owners.owner(facts),
            fact.span,
            facts["capacity"][0].value if "capacity" in facts else None,
            host,
            time_zone(facts["clock"][0], self.reader.found) if "clock" in facts else None,
        )

    def _host(self, facts: Facts, known: dict[str, Firewall]) -> Asset | None:
        """The machine whose own firewall it is; None after reporting that it cannot be."""
        fact = facts["on"][0]
        ends = self.flows.endpoints([fact.values[0]], fact)
        if ends is None:
            return None
        problem = None
        if len(ends) != 1 or not isinstance(ends[0], Asset):
            problem = "a firewall stands on one machine", "name an asset: on ZONE.ASSET"
        elif ends[0].addresses.size() > MOST_ADDRESSES:
            problem = f"`{ends[0].path}` is a network, not a machine", "declare the machine by its own addresses"
        else:
            for other in known.values():
                if other.host is ends[0]:
                    problem = f"`{other.name}` is the firewall of `{ends[0].path}` already", "remove one of them"
        for word, why in IDLE.items():
            if word in facts:
                message = f"a machine's own firewall has no `{word}`"
                self.reader.found.append(finding("host-firewall", message, facts[word][0].span, help=why))
        if problem is not None:
            self.reader.found.append(finding("host-firewall", problem[0], fact.span, help=problem[1]))
            return None
        return ends[0] if isinstance(ends[0], Asset) else None

    def _interfaces(self, facts: Facts) -> list[Interface]:
        interfaces: dict[str, Interface] = {}
        for fact in facts.get("interface", []):
            name, zones, addresses = fact.values
            if name.value in interfaces:
                also = ((interfaces[name.value].span, "first declared here"),)
                message = f"interface `{name.value}` is declared twice"
                self.reader.found.append(finding("duplicate-interface", message, fact.span, also=also))
                continue
            behind = [self.names.of(self.zones, value, fact) for value in zones]
            interfaces[name.value] = Interface(
                name.value,
                tuple(zone.name for zone in behind if zone is not None),
                tuple(value.value for value in addresses),
                fact.span,
            )
        return list(interfaces.values())

    def _manage(self, fact: Fact) -> Manage | None:
        sources = self.flows.endpoints(fact.values[0], fact)
        services = self.flows.service_list(fact.values[2], fact)
        if sources is None or services is None:
            return None
        return Manage(sources, services, fact.span.text, fact.span)

    def link(self, fact: Fact) -> Link | None:
        """A link between two zones."""
        a = self.names.of(self.zones, fact.values[0], fact)
        b = self.names.of(self.zones, fact.values[2], fact)
        if a is None or b is None:
            return None
        if a is b:
            message = f"this link joins `{a.name}` with itself"
            self.reader.found.append(finding("link-to-itself", message, fact.span))
            return None
        return Link(a.name, b.name, fact.span)

    def route(self, fact: Fact, firewalls: Table[Firewall]) -> Route | None:
        """A narrowed pair of zones."""
        source = self.names.of(self.zones, fact.values[0], fact)
        target = self.names.of(self.zones, fact.values[2], fact)
        via = [self.names.of(firewalls, value, fact) for value in fact.values[4]]
        if source is None or target is None or None in via:
            return None
        return Route(
            source.name,
            target.name,
            tuple(firewall.name for firewall in via if firewall is not None),
            tuple(fact.place(value) for value in fact.values[4]),
            fact.span,
        )

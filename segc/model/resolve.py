"""From the trees of a bundle to a plant. Reads as the table of contents of the language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from segc.diagnostics import Diagnostic, finding
from segc.lang.facts import Fact, Facts, Reader
from segc.lang.syntax import DEEPEST
from segc.model.claims import ownership
from segc.model.conduits import Containers
from segc.model.firewalls import Firewalls
from segc.model.flows import Flows
from segc.model.modes import pair_modes
from segc.model.names import Kinds, Names, Table, duplicate
from segc.model.plant import Assertion, Firewall, Group, Plant, Playbook, Role, Site, Team, Workflow
from segc.model.services import Services
from segc.model.timezones import time_zone
from segc.model.zones import Zones

if TYPE_CHECKING:
    from segc.lang.loader import Bundle
    from segc.model.plant import Endpoint, Zone


def resolve(bundle: Bundle) -> tuple[Plant, list[Diagnostic]]:
    """The plant that the files declare, and everything that is wrong with their names and values."""
    resolver = _Resolver(bundle)
    plant = resolver.plant()
    return plant, bundle.found + _besides(bundle.found, resolver.found)


def _besides(syntax: list[Diagnostic], found: list[Diagnostic]) -> list[Diagnostic]:
    """Findings on other lines than those that do not parse: what is left of such a line is not what was meant."""
    broken = {_line(one) for one in syntax if one.code <= "SEG106" and one.name != "unclosed-scope"}
    return [one for one in found if _line(one) not in broken]


def _line(one: Diagnostic) -> tuple[int, int]:
    return (id(one.primary.span.source), one.primary.span.line) if one.primary else (0, 0)


class _Resolver:
    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self.reader = Reader()
        self.found = self.reader.found
        self.facts: dict[str, list[Fact]] = {}
        self.names = Names(self.found, Kinds(self.facts))
        self.services = Services(self.reader, self.names.kinds)
        self.flows = Flows(self.reader, self.names, self.services)

    def plant(self) -> Plant:
        for tree in self.bundle.trees:
            for word, facts in self.reader.scope(tree.source, tree.statements, "file").items():
                self.facts.setdefault(word, []).extend(facts)
        self._declare_services()
        teams = self._each("team", Table("team"), self._team)
        site = self._site(teams)
        roles = self._roles(teams)
        builder = Zones(self.reader, self.names, site, teams, roles)
        zones = builder.build(self.facts.get("zone", []), self.facts.get("asset", []))
        owned = ownership(zones, builder.declared, self.found)
        self._declare_endpoints(zones)
        groups = self._groups(zones)
        containers = Containers(self.reader, self.names, self.flows, zones, teams, roles, site)
        conduits = self._each("conduit", Table("conduit"), containers.conduit)
        grants = self._each("grant", Table("grant"), containers.grant)
        workflows = self._each("workflow", Table("workflow"), lambda f: self._workflow(f, containers))
        points = Firewalls(self.reader, self.names, self.flows, zones, containers)
        firewalls: Table[Firewall] = Table("firewall")
        self._each("firewall", firewalls, lambda f: points.firewall(f, firewalls))
        links = [link for link in map(points.link, self.facts.get("link", [])) if link]
        routes = [r for r in (points.route(f, firewalls) for f in self.facts.get("route", [])) if r]
        playbooks = self._each(
            "playbook", Table("playbook"), lambda f: self._playbook(f, zones, roles, containers.taken)
        )
        assertions = [a for a in map(self._assertion, self.facts.get("assert", [])) if a]
        plant = Plant(
            self.bundle.root,
            tuple(tree.source for tree in self.bundle.trees),
            site,
            teams,
            roles,
            self.services.built,
            zones,
            groups,
            conduits,
            grants,
            firewalls,
            tuple(links),
            tuple(routes),
            workflows,
            playbooks,
            tuple(assertions),
            owned,
        )
        plant.modes.update(pair_modes(plant, self.found))
        return plant

    def _each(self, word: str, table: Table[Any], make: Any) -> Table[Any]:
        """Build all things of a word into a table by name."""
        for fact in self.facts.get(word, []):
            if fact.value in table:
                first = table[fact.value].span
                self.found.append(duplicate(table.what, fact.value, fact.span, first))
                continue
            thing = make(fact)
            if thing is not None:
                table[thing.name] = thing
        return table

    def _declare_services(self) -> None:
        for fact in self.facts.get("service", []):
            first = self.services.declared.setdefault(fact.value, fact)
            if first is not fact:
                self.found.append(duplicate("service", fact.value, fact.span, first.span))
        for name, fact in self.services.declared.items():
            if not fact.source.builtin:  # the library has tests of its own
                self.services.build(name)

    def _declare_endpoints(self, zones: Table[Zone]) -> None:
        for zone in zones.values():
            self.names.endpoints[zone.name] = (zone,)
            self.names.places[zone.name] = zone.span
            for asset in zone.assets:
                self.names.endpoints[asset.path] = (asset,)
                self.names.places[asset.path] = asset.span
                self.names.bare.setdefault(asset.name, []).append(asset)

    def _site(self, teams: Table[Team]) -> Site | None:
        sites = self.facts.get("site", [])
        for second in sites[1:]:
            also = ((sites[0].span, "the first site"),)
            self.found.append(finding("several-sites", "a plant has one site", second.span, "a second one", also=also))
        if not sites:
            return None
        fact = sites[0]
        facts = self.reader.scope(fact.source, fact.body, "site", fact.span)
        owner = None
        if "owner" in facts:
            owner = self.names.of(teams, facts["owner"][0].values[0], facts["owner"][0])
        mode = facts["mode"][0].value if "mode" in facts else None
        return Site(fact.value, _title(fact), self._timezone(facts), mode, owner.name if owner else None, fact.span)

    def _timezone(self, facts: Facts) -> str:
        named = time_zone(facts["timezone"][0], self.found) if "timezone" in facts else None
        return named or "UTC"

    def _team(self, fact: Fact) -> Team:
        facts = self.reader.scope(fact.source, fact.body, "team", fact.span)
        contact = facts["contact"][0].value if "contact" in facts else ""
        return Team(fact.value, _title(fact), contact, fact.span)

    def _roles(self, teams: Table[Team]) -> Table[Role]:
        roles: Table[Role] = Table("role")
        declared: dict[str, tuple[Fact, Facts]] = {}
        for fact in self.facts.get("role", []):
            if fact.value in declared:
                self.found.append(duplicate("role", fact.value, fact.span, declared[fact.value][0].span))
                continue
            declared[fact.value] = (fact, self.reader.scope(fact.source, fact.body, "role", fact.span))
        for name, (fact, facts) in declared.items():
            team = self.names.of(teams, facts["team"][0].values[0], facts["team"][0]) if "team" in facts else None
            phone = facts["phone"][0].value if "phone" in facts else ""
            deputy = facts["deputy"][0].value if "deputy" in facts else None
            roles[name] = Role(name, _title(fact), team.name if team else None, phone, deputy, fact.span)
        for name, (_, facts) in declared.items():
            if "deputy" in facts and roles[name].deputy not in roles:
                self.names.of(roles, facts["deputy"][0].values[0], facts["deputy"][0])
        return roles

    def _groups(self, zones: Table[Zone]) -> Table[Group]:
        """Groups, which may hold groups; built depth first."""
        declared: dict[str, Fact] = {}
        for fact in self.facts.get("group", []):
            first = declared.get(fact.value)
            if first is not None or fact.value in zones:
                place = first.span if first else zones[fact.value].span
                self.found.append(duplicate("group or zone", fact.value, fact.span, place))
                continue
            declared[fact.value] = fact
        groups: Table[Group] = Table("group")
        for name in declared:
            self._group(name, declared, groups, [])
        return groups

    def _group(self, name: str, declared: dict[str, Fact], groups: Table[Group], chain: list[str]) -> None:
        if name in groups:
            return
        fact = declared[name]
        facts = self.reader.scope(fact.source, fact.body, "group", fact.span)
        members: dict[int, Endpoint] = {}
        for entry in facts.get("member", []):
            for value in entry.values[0]:
                inner = value.token.text
                if inner in chain or inner == name:
                    message = f"group `{name}` holds itself"
                    self.found.append(finding("cyclic-include", message, entry.place(value), "in a circle"))
                    continue
                if len(chain) >= DEEPEST:
                    message = f"groups hold one another more than {DEEPEST} deep"
                    self.found.append(finding("cyclic-include", message, entry.place(value), "one too many"))
                    continue
                if inner in declared:
                    self._group(inner, declared, groups, [*chain, name])
                if inner in declared and inner not in groups:
                    continue
                members.update((id(one), one) for one in self.names.endpoint(value, entry))
        group = groups[name] = Group(name, _title(fact), tuple(members.values()), fact.span)
        if group.members:
            self.names.endpoints[name] = group.members
        self.names.places[name] = fact.span

    def _workflow(self, fact: Fact, containers: Containers) -> Workflow | None:
        facts = self.reader.scope(fact.source, fact.body, "workflow", fact.span)
        if not containers.claim(fact):
            return None
        needs = [self.flows.flow(need, fact.value) for need in facts.get("needs", [])]
        owner = containers.owner(facts)
        return Workflow(fact.value, _title(fact), owner, tuple(n for n in needs if n), fact.span)

    def _playbook(self, fact: Fact, zones: Table[Zone], roles: Table[Role], kept: dict[str, Any]) -> Playbook:
        facts = self.reader.scope(fact.source, fact.body, "playbook", fact.span)
        names: Table[Any] = Table("conduit, grant or workflow")
        names.update({name: _Place(name, span) for name, span in kept.items()})

        def listed(word: str, table: Table[Any]) -> tuple[str, ...]:
            found = [self.names.of(table, value, entry) for entry in facts.get(word, []) for value in entry.values[0]]
            return tuple(thing.name for thing in found if thing is not None)

        one = {word: entries[0].value for word, entries in facts.items() if entries}
        return Playbook(
            fact.value,
            _title(fact),
            listed("isolate", zones),
            listed("keep", names),
            listed("authority", roles),
            one.get("within"),
            one.get("drilled"),
            fact.span,
        )

    def _assertion(self, fact: Fact) -> Assertion | None:
        kind = fact.values[0].value
        today = fact.values[-1] is not None
        sources: tuple[Endpoint, ...] | None = ()
        targets: tuple[Endpoint, ...] | None = ()
        services: Any = ()
        limit = None
        if kind == "flatness":
            limit = fact.values[2].value
        elif kind == "blast-radius":
            sources = self.names.endpoint(fact.values[1], fact) or None
            limit = fact.values[3].value
        else:
            sources = self.flows.endpoints(fact.values[1], fact)
            targets = self.flows.endpoints(fact.values[3], fact)
            if kind == "can":
                services = self.flows.service_list(fact.values[5], fact)
        if sources is None or targets is None or services is None:
            return None
        return Assertion(kind, sources, targets, services, limit, today, fact.span.text, fact.span)


class _Place:
    """A name and where it was declared, for lookups that need no more."""

    def __init__(self, name: str, span: Any) -> None:
        self.name = name
        self.span = span


def _title(fact: Fact) -> str:
    title = fact.values[1]
    return title.value if title else ""

"""Zones and assets: what they own, and what inner zones inherit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from segc.diagnostics import finding
from segc.lang.literals import Range
from segc.lang.shapes import LONGEST_NAME, NAME, Value
from segc.model.addresses import EVERYTHING, NOTHING, union
from segc.model.names import Table, duplicate, unknown, wrong_kind
from segc.model.plant import Asset, Zone

if TYPE_CHECKING:
    from segc.lang.facts import Fact, Facts, Reader
    from segc.model.names import Names
    from segc.model.plant import Role, Site, Team
    from segc.source import Span


class Zones:
    """Builds the zones of a plant from their facts."""

    def __init__(self, reader: Reader, names: Names, site: Site | None, teams: Table[Team], roles: Table[Role]) -> None:
        self.reader = reader
        self.names = names
        self.site = site
        self.teams = teams
        self.roles = roles
        self.declared: dict[str, tuple[Fact, Facts]] = {}
        self.parents: dict[str, str | None] = {}

    def build(self, facts: list[Fact], apart: list[Fact]) -> Table[Zone]:
        """All zones, with assets and what they inherit. `apart` are the assets that stand outside their zone's scope."""
        for fact in facts:
            name = fact.value
            if name in self.declared:
                first = self.declared[name][0].span
                self.reader.found.append(duplicate("zone", name, fact.span, first))
                continue
            self.declared[name] = (fact, self.reader.scope(fact.source, fact.body, "zone", fact.span))
        for fact in apart:
            self._bring_in(fact)
        for name in self.declared:
            self.parents[name] = self._parent(name)
        self._break_circles()
        zones: Table[Zone] = Table("zone")
        for name in self.declared:
            zones[name] = self._zone(name)
        self._one_outside(zones)
        return zones

    def _bring_in(self, fact: Fact) -> None:
        """Put an asset that names its zone to those of the zone."""
        value = fact.values[0]
        zone, _, name = value.token.text.rpartition(".")
        if not NAME.match(name) or len(name) > LONGEST_NAME or not zone:
            message = f"`{value.token.text}` does not say in which zone the asset lies"
            help_text = "write it into its zone's scope, or as `asset ZONE.NAME ADDRESS`"
            self.reader.found.append(finding("wrong-value", message, fact.place(value), help=help_text))
        elif zone not in self.declared:
            token = Value(value.token._replace(text=zone), zone)
            places: dict[str, Span | None] = {n: f.span for n, (f, _) in self.declared.items()}
            wrong = wrong_kind("zone", token, fact, self.names.kinds)
            self.reader.found.append(wrong or unknown("zone", token, fact, places))
        else:
            token = Value(value.token._replace(text=name, start=value.token.start + len(zone) + 1), name)
            self.declared[zone][1].setdefault("asset", []).append(fact._replace(values=[token, *fact.values[1:]]))

    def _parent(self, name: str) -> str | None:
        fact = self.declared[name][1].get("in", [None])[0]
        if fact is None:
            return None
        value = fact.values[0]
        if value.token.text not in self.declared:
            places: dict[str, Span | None] = {n: f.span for n, (f, _) in self.declared.items()}
            wrong = wrong_kind("zone", value, fact, self.names.kinds)
            self.reader.found.append(wrong or unknown("zone", value, fact, places))
            return None
        return str(value.token.text)

    def _break_circles(self) -> None:
        for name in self.parents:
            seen = [name]
            at = self.parents[name]
            while at is not None and at not in seen:
                seen.append(at)
                at = self.parents[at]
            if at == name:
                spans = [self.declared[n][0].span for n in seen]
                also = tuple((span, "which lies in the next") for span in spans[1:])
                message = f"zone `{name}` lies in itself"
                self.reader.found.append(finding("cyclic-nesting", message, spans[0], "in a circle", also=also))
                self.parents[name] = None

    def _lookup(self, name: str, word: str) -> Fact | None:
        """A setting of the zone or of the nearest zone around it."""
        at: str | None = name
        while at is not None:
            entry = self.declared[at][1].get(word)
            if entry:
                return entry[0]
            at = self.parents[at]
        return None

    def _setting(self, name: str, word: str) -> Any:
        fact = self._lookup(name, word)
        return fact.value if fact else None

    def _zone(self, name: str) -> Zone:
        fact, facts = self.declared[name]
        title = fact.values[1]
        nets = [v.value for f in facts.get("net", []) for v in f.values[0]]
        level = self._setting(name, "level")
        outside = "any" in nets
        self._any_twice(name, [(f, v) for f in facts.get("net", []) for v in f.values[0] if v.value == "any"])
        kind = facts["kind"][0].value if "kind" in facts else _default_kind(level, outside=outside)
        declared = EVERYTHING if outside else union(n for n in nets if isinstance(n, Range))
        return Zone(
            name,
            title.value if title else "",
            level,
            self._setting(name, "sl-t"),
            kind,
            self._owner(name),
            self._authority(name),
            self._setting(name, "mode"),
            self.parents[name],
            outside,
            declared,
            self._assets(name, facts),
            tuple(f.value for f in facts.get("control", [])),
            fact.span,
        )

    def _owner(self, name: str) -> str | None:
        fact = self._lookup(name, "owner")
        if fact is None:
            return self.site.owner if self.site else None
        team = self.teams.get(fact.value)
        if team is None and fact in self.declared[name][1].get("owner", []):
            self.names.of(self.teams, fact.values[0], fact)
        return team.name if team else None

    def _authority(self, name: str) -> dict[str, tuple[str, ...]]:
        granted: dict[str, tuple[str, ...]] = {}
        at: str | None = name
        while at is not None:
            own: dict[str, tuple[str, ...]] = {}
            for fact in self.declared[at][1].get("authority", []):
                what = fact.values[0].value
                roles = [v.token.text for v in fact.values[1] if self._role(v, fact, report=at == name)]
                own[what] = own.get(what, ()) + tuple(roles)
            granted = {**own, **granted}
            at = self.parents[at]
        return granted

    def _role(self, value: Any, fact: Fact, *, report: bool) -> bool:
        if value.token.text in self.roles:
            return True
        if report:
            self.names.of(self.roles, value, fact)
        return False

    def _assets(self, zone: str, facts: Facts) -> tuple[Asset, ...]:
        assets: dict[str, Asset] = {}
        for fact in facts.get("asset", []):
            name = fact.value
            if name in assets:
                first, addresses = assets[name], union([v.value for v in fact.values[1]])
                same = bool(addresses) and addresses == first.addresses
                self.reader.found.append(duplicate("asset", f"{zone}.{name}", fact.span, first.span, same=same))
                continue
            assets[name] = self._asset(zone, name, fact)
        return tuple(assets.values())

    def _asset(self, zone: str, name: str, fact: Fact) -> Asset:
        parts = [v.value for v in fact.values[1]]
        if not fact.body:
            return Asset(name, zone, union(parts), fact.span)
        facts = self.reader.scope(fact.source, fact.body, "asset", fact.span)
        parts += [v.value for f in facts.get("address", []) for v in f.values[0]]
        one = {word: entries[0].value for word, entries in facts.items() if entries}
        owner = one.get("owner")
        if owner is not None:
            self.names.of(self.teams, facts["owner"][0].values[0], facts["owner"][0])
        texts = tuple((w, one[w]) for w in ("vendor", "model", "firmware", "serial", "mac") if w in one)
        return Asset(
            name,
            zone,
            union(parts) if parts else NOTHING,
            fact.span,
            one.get("kind", "other"),
            one.get("criticality"),
            "safety" in one,
            one.get("unpatchable"),
            "no-agent" in one,
            one.get("latency"),
            one.get("end-of-support"),
            owner,
            tuple(f.value for f in facts.get("control", [])),
            texts,
        )

    def _any_twice(self, name: str, places: list[tuple[Fact, Value]]) -> None:
        if len(places) > 1:
            first, second = (fact.place(value) for fact, value in places[:2])
            message = f"zone `{name}` has `net any` twice"
            again = finding("overlapping-networks", message, second, "again here", also=((first, "first here"),))
            self.reader.found.append(again)

    def _one_outside(self, zones: Table[Zone]) -> None:
        outside = [zone for zone in zones.values() if zone.outside]
        for second in outside[1:]:
            message = f"`{second.name}` is a second zone with `net any`"
            also = ((outside[0].span, "the first is here"),)
            help_text = "one zone owns what nobody else does; give this one its prefixes"
            self.reader.found.append(finding("second-outside-zone", message, second.span, also=also, help=help_text))


def _default_kind(level: float | None, *, outside: bool) -> str:
    if outside:
        return "external"
    if level is not None and level >= 4:
        return "business"
    return "dmz" if level == 3.5 else "control"

"""What of one plant is what of the other: zones by their addresses, teams and roles by their names or else their texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from segc.plan.cells import cells

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from segc.model.plant import Role, Team, Zone
    from segc.plan.shape import DetailEntry
    from segc.plan.side import Side


class Named(Protocol):
    """Whatever has a name."""

    @property
    def name(self) -> str:
        """Its name."""


Thing = TypeVar("Thing", bound=Named)


class Pairing:
    """Two plants, thing by thing. A name that only one of them has may be a new name for something that was there."""

    def __init__(self, before: Side, after: Side) -> None:
        self.before = before
        self.after = after
        self.teams = matched(before.plant.teams, after.plant.teams, _team)
        self.roles = matched(before.plant.roles, after.plant.roles, _role)
        self._role = {a.name: b.name for a, b in self.roles}
        self._team = {a.name: b.name for a, b in self.teams}

    def team(self, name: str | None) -> str:
        """What a team of before is called now; empty for none."""
        return self._team.get(name or "", name or "")

    def role(self, name: str | None) -> str:
        """What a role of before is called now; empty for none."""
        return self._role.get(name or "", name or "")

    def zones(self) -> list[tuple[Zone, Zone]]:
        """Zones that share addresses, so that one which is split or moved is compared with what it was part of.

        Those without addresses of their own go by name.
        """
        old, new = self.before.plant.zones, self.after.plant.zones
        found: dict[tuple[str, str], None] = {
            (cell.before, cell.after): None
            for cell in cells(self.before.plant.ownership, self.after.plant.ownership)
            if cell.before is not None and cell.after is not None
        }
        known = {name for _, name in found}
        found |= {(name, name): None for name in new if name in old and name not in known}
        return [(old[a], new[b]) for a, b in found]


def matched(
    old: Mapping[str, Thing], new: Mapping[str, Thing], key: Callable[[Thing], object]
) -> list[tuple[Thing, Thing]]:
    """By name; else by a key that only one left on either side has, and that is not empty."""
    found = [(old[name], new[name]) for name in new if name in old]
    left, right = ([one for one in side.values() if one.name not in other] for side, other in ((old, new), (new, old)))
    for one in left:
        wanted = key(one)
        alike = [other for other in right if key(other) == wanted]
        if wanted and len(alike) == 1 and sum(key(other) == wanted for other in left) == 1:
            found.append((one, alike[0]))
    return found


def _team(team: Team) -> object:
    return (team.title, team.contact) if team.title or team.contact else None


def _role(role: Role) -> object:
    return (role.title, role.phone) if role.title or role.phone else None


class Detail(NamedTuple):
    """What something says, and said before; empty where nothing is or was said."""

    facet: str
    before: str
    after: str


def detail_entries(told: Iterable[Detail]) -> list[DetailEntry]:
    """The same for the document."""
    return [{"facet": one.facet, "before": one.before, "after": one.after} for one in told]


def details(*facets: tuple[str, object, object]) -> tuple[Detail, ...]:
    """Those that differ."""
    return tuple(Detail(facet, str(a or ""), str(b or "")) for facet, a, b in facets if (a or None) != (b or None))

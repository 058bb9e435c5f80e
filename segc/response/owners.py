"""Who answers for what, and who may stop or cut off what: the document segc/owners/1."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypedDict

from segc import __version__
from segc.model.places import place, relative
from segc.settings import FILE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from segc.model.plant import Plant, Zone

SCHEMA = "segc/owners/1"
HANDLE = re.compile(r"@[A-Za-z0-9][\w.-]*(?:/[\w.-]+)*", re.ASCII)


class Person(TypedDict):
    """A role, and how to reach it; `stands_in_for` is empty for the one that is asked first."""

    role: str
    title: str
    phone: str
    stands_in_for: str


class ZoneEntry(TypedDict):
    """A zone: the team that owns it, its contact, and who may order it stopped or cut off, in the order to be asked."""

    zone: str
    title: str
    owner: str
    contact: str
    shutdown: list[Person]
    isolate: list[Person]
    playbooks: list[str]
    source: str


class ThingEntry(TypedDict):
    """A conduit, grant, workflow or firewall, its owner, and the owners of both ends where it has ends."""

    kind: str
    name: str
    owner: str
    ends: list[str]
    source: str


class OwnersDocument(TypedDict):
    """All of it. `files` maps each file of the policy, and segc.toml, to the teams that own something declared there."""

    schema: str
    segc: str
    zones: list[ZoneEntry]
    things: list[ThingEntry]
    files: dict[str, list[str]]


def document(plant: Plant) -> OwnersDocument:
    """The table of responsibility."""
    return {
        "schema": SCHEMA,
        "segc": __version__,
        "zones": [_zone(plant, one) for one in plant.zones.values()],
        "things": list(_things(plant)),
        "files": _files(plant),
    }


def _zone(plant: Plant, zone: Zone) -> ZoneEntry:
    team = plant.teams.get(zone.owner or "")
    return {
        "zone": zone.name,
        "title": zone.title,
        "owner": zone.owner or "",
        "contact": team.contact if team else "",
        "shutdown": list(people(plant, zone.authority.get("shutdown", ()))),
        "isolate": list(people(plant, zone.authority.get("isolate", ()))),
        "playbooks": [book.name for book in plant.playbooks.values() if zone.name in book.isolate],
        "source": place(plant, zone.span),
    }


def people(plant: Plant, roles: Iterable[str]) -> Iterator[Person]:
    """The roles, each with its chain of deputies behind it; nobody twice."""
    seen: set[str] = set()
    for name in roles:
        above, role = "", plant.roles.get(name)
        while role is not None and role.name not in seen:
            seen.add(role.name)
            yield {"role": role.name, "title": role.title, "phone": role.phone, "stands_in_for": above}
            above, role = role.name, plant.roles.get(role.deputy) if role.deputy else None


def _things(plant: Plant) -> Iterator[ThingEntry]:
    for conduit in plant.conduits.values():
        ends = [conduit.source.owner or "", conduit.target.owner or ""]
        yield _thing(plant, "conduit", conduit, ends)
    for kind, table in (("grant", plant.grants), ("workflow", plant.workflows), ("firewall", plant.firewalls)):
        for thing in table.values():
            yield _thing(plant, kind, thing, [])


def _thing(plant: Plant, kind: str, thing: object, ends: list[str]) -> ThingEntry:
    return {
        "kind": kind,
        "name": thing.name,  # type: ignore[attr-defined]
        "owner": thing.owner or "",  # type: ignore[attr-defined]
        "ends": ends,
        "source": place(plant, thing.span),  # type: ignore[attr-defined]
    }


def _files(plant: Plant) -> dict[str, list[str]]:
    """A conduit is its own owner's and that of both its ends: either can be surprised by it.

    The settings are the site owner's, before there are any: they say how strictly all the others are judged.
    """
    found: dict[str, dict[str, None]] = {relative(plant, source): {} for source in plant.sources if not source.builtin}
    for zone in plant.zones.values():
        _add(found, plant, zone, [zone.owner])
    for conduit in plant.conduits.values():
        _add(found, plant, conduit, [conduit.owner, conduit.source.owner, conduit.target.owner])
    for table in (plant.grants, plant.workflows, plant.firewalls):
        for thing in table.values():
            _add(found, plant, thing, [thing.owner])
    if plant.site is not None and plant.site.owner is not None:
        found[FILE] = {plant.site.owner: None}
    return {file: sorted(teams) for file, teams in found.items()}


def handles(plant: Plant) -> dict[str, str]:
    """What teams are called where changes are agreed on: a `contact` such as `@org/team`, and nothing else in it."""
    return {name: team.contact for name, team in plant.teams.items() if HANDLE.fullmatch(team.contact)}


def below_repository(plant: Plant) -> str:
    """The plant's folder as seen from the repository that it is in; empty where it is in none, or is the top of it."""
    folder = plant.root.parent.resolve()
    top = next((each for each in (folder, *folder.parents) if (each / ".git").exists()), folder)
    return folder.relative_to(top).as_posix().removeprefix(".")


def _add(found: dict[str, dict[str, None]], plant: Plant, thing: object, owners: list[str | None]) -> None:
    source = thing.span.source  # type: ignore[attr-defined]
    if not source.builtin:
        found[relative(plant, source)].update((owner, None) for owner in owners if owner)

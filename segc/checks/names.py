"""Names that are declared and then left alone."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

from segc.checks.common import every_flow, uses
from segc.checks.registry import check
from segc.diagnostics import finding
from segc.lang.removal import removal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from segc.diagnostics import Diagnostic
    from segc.model.plant import (
        Asset,
        Conduit,
        Firewall,
        Grant,
        Group,
        Plant,
        Role,
        Service,
        Site,
        Team,
        Workflow,
        Zone,
    )
    from segc.source import Source

    _Named = Group | Service | Team | Role
    _Owned = Zone | Asset | Conduit | Grant | Workflow | Firewall | Site

# What a service includes and a group holds is flattened in the plant, so what nothing else uses is looked up
# in the text. A name in a comment or a string counts as a use there: better no hint than a wrong one.
_INCLUDED = (re.compile(r"include[ \t]+([^#;{}\n]*)"), re.compile(r"member[ \t]+([^#;{}\n]*)"))

_TOOLS = ("group", "service")


@check("unused-name")
def unused_name(plant: Plant) -> Iterator[Diagnostic]:
    """Groups, services of the plant's own, teams and roles that nothing refers to."""
    own = [service for service in plant.services.values() if not service.span.source.builtin]
    named: list[tuple[str, Iterable[_Named], Callable[[Plant], set[str | None]]]] = [
        ("group", plant.groups.values(), _endpoint_words),
        ("service", own, _services),
        ("team", plant.teams.values(), _teams),
        ("role", plant.roles.values(), _roles),
    ]
    for what, things, used_names in named:
        used = used_names(plant) if things else set()
        unused = [thing for thing in things if thing.name not in used]
        within = _included(plant.sources) if unused else set()
        for thing in unused:
            if thing.name not in within:
                message = f"{what} `{thing.name}` is declared and never used"
                # A team or role may be waiting for a zone. And whoever has just written a service may be about to
                # write the flow: nothing is opened by taking it out, but somebody has to look.
                gone = removal(thing.span, f"delete {what} `{thing.name}`", safe=False) if what in _TOOLS else ()
                yield finding("unused-name", message, thing.span, "never used", help="use it, or delete it", fixes=gone)


def _endpoint_words(plant: Plant) -> set[str | None]:
    """All words in lines that name endpoints: groups are flattened in the plant, so the text has to tell."""
    words: set[str | None] = set()
    lines = chain(
        (flow.text for flow in every_flow(plant)),
        (manage.text for firewall in plant.firewalls.values() for manage in firewall.manage),
        (assertion.text for assertion in plant.assertions),
    )
    for line in lines:
        words.update((line.replace(",", " ") if "," in line else line).split())
    return words


def _services(plant: Plant) -> set[str | None]:
    used: set[str | None] = set()
    for services, _, _ in uses(plant):
        used.update([service.name for service in services])
    return used


def _included(sources: Iterable[Source]) -> set[str]:
    return {
        name
        for source in sources
        if not source.builtin
        for words in _INCLUDED
        for match in words.finditer(source.text)
        for name in match[1].replace(",", " ").split()
    }


def _teams(plant: Plant) -> set[str | None]:
    owned: Iterable[_Owned] = chain(
        plant.zones.values(),
        (asset for zone in plant.zones.values() for asset in zone.assets),
        plant.conduits.values(),
        plant.grants.values(),
        plant.workflows.values(),
        plant.firewalls.values(),
        [plant.site] if plant.site else [],
    )
    return {thing.owner for thing in owned} | {role.team for role in plant.roles.values()}


def _roles(plant: Plant) -> set[str | None]:
    used = {role for zone in plant.zones.values() for roles in zone.authority.values() for role in roles}
    used |= {role for playbook in plant.playbooks.values() for role in playbook.authority}
    deputies = {role.deputy for role in plant.roles.values() if role.deputy != role.name}
    return used | deputies | {grant.approved_by for grant in plant.grants.values()}

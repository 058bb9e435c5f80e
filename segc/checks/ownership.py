"""Who answers for what, and who may order it stopped."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from segc.checks.registry import check
from segc.diagnostics import finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from segc.diagnostics import Diagnostic
    from segc.model.plant import Conduit, Grant, Plant, Role, Workflow, Zone

# Stopping production and cutting it off are different orders, often of different people.
ORDERS = {"shutdown": "stopped", "isolate": "cut off"}


@check("missing-owner")
def missing_owner(plant: Plant) -> Iterator[Diagnostic]:
    """Zones, conduits, grants and workflows that nobody owns, not even by inheritance."""
    owned: Iterable[tuple[str, Zone | Conduit | Grant | Workflow]] = chain(
        (("zone", zone) for zone in plant.zones.values()),
        (("conduit", conduit) for conduit in plant.conduits.values()),
        (("grant", grant) for grant in plant.grants.values()),
        (("workflow", workflow) for workflow in plant.workflows.values()),
    )
    for what, thing in owned:
        if thing.owner is None:
            help_text = "add `owner TEAM` here, or to the site as the owner of last resort"
            message = f"nobody owns {what} `{thing.name}`"
            yield finding("missing-owner", message, thing.span, "`owner` is missing", help=help_text)


@check("missing-authority")
def missing_authority(plant: Plant) -> Iterator[Diagnostic]:
    """Control and safety zones for which one of the two orders has no name on it."""
    for zone in plant.zones.values():
        if zone.kind not in ("control", "safety"):
            continue
        missing = [order for order in ORDERS if not zone.authority.get(order)]
        if missing:
            what = " or ".join(ORDERS[order] for order in missing)
            lines = " and ".join(f"`authority {order} ROLE`" for order in missing)
            yield finding(
                "missing-authority",
                f"nobody may order the {zone.kind} zone `{zone.name}` {what}",
                zone.span,
                f"{' and '.join(missing)} missing",
                help=f"add {lines}, here or in a zone around it",
            )


@check("cyclic-deputy")
def cyclic_deputy(plant: Plant) -> Iterator[Diagnostic]:
    """Chains of deputies that come back to where they began; each circle once."""
    done: set[str] = set()
    for role in plant.roles.values():
        chain_of: list[Role] = []
        at: Role | None = role
        while at is not None and at.name not in done:
            done.add(at.name)
            chain_of.append(at)
            at = plant.roles.get(at.deputy) if at.deputy else None
        if at in chain_of:
            yield _circle(chain_of[chain_of.index(at) :])


def _circle(roles: list[Role]) -> Diagnostic:
    first, *others = roles
    if others:
        names = " -> ".join(role.name for role in (*roles, first))
        message = f"the deputies of role `{first.name}` lead back to it: {names}"
    else:
        message = f"role `{first.name}` is its own deputy"
    return finding(
        "cyclic-deputy",
        message,
        first.span,
        "the circle begins here",
        also=tuple((role.span, f"whose deputy is `{role.deputy}`") for role in others),
        help="let the chain end with a role that needs no deputy",
    )

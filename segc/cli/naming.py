"""What a name on the command line means: an asset, a zone or a grant of a plant."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.diagnostics import SegcError, finding
from segc.lang.suggest import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from segc.model.plant import Asset, Grant, Plant, Zone


class Named(NamedTuple):
    """A thing, the name that holds from anywhere, and its kind: asset, zone or grant."""

    thing: Asset | Zone | Grant
    name: str
    kind: str


def no_verb(name: str, verbs: Iterable[str]) -> str:
    """That a verb is none, with the nearest one that is."""
    close = nearest(name, verbs)
    return f"there is no verb `{name}`" + (f"; did you mean `{close}`?" if close else "")


def named(plant: Plant, text: str) -> Named:
    """The asset, zone or grant of a name; an asset's bare name is enough where only one has it."""
    known = _known(plant)
    if text in known:
        return known[text]
    bare = [one for path, one in known.items() if one.kind == "asset" and path.rpartition(".")[2] == text]
    if len(bare) == 1:
        return bare[0]
    if bare:
        listed = ", ".join(f"`{one.name}`" for one in bare)
        raise _no(f"`{text}` is the name of several assets", f"say which: {listed}")
    names = [*known, *(path.rpartition(".")[2] for path in known)]
    close = nearest(text, names)
    raise _no(f"no asset, zone or grant is called `{text}`", f"did you mean `{close}`?" if close else "")


def _known(plant: Plant) -> dict[str, Named]:
    found = {name: Named(zone, name, "zone") for name, zone in plant.zones.items()}
    found |= {one.path: Named(one, one.path, "asset") for zone in plant.zones.values() for one in zone.assets}
    return found | {name: Named(grant, name, "grant") for name, grant in plant.grants.items()}


def _no(message: str, help_text: str) -> SegcError:
    return SegcError([finding("bad-question", message, help=help_text)], code=2)

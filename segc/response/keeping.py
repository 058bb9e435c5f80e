"""What an isolation keeps on demand: a conduit, grant or workflow by name, or the flows of a question's packets."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from segc.diagnostics import SegcError, finding
from segc.lang.suggest import nearest
from segc.model.addresses import meet
from segc.model.flows import short_id
from segc.model.plant import Asset, Flow, Service
from segc.proof.asking import question
from segc.response.isolation import Isolation, isolate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from segc.model.addresses import Addresses
    from segc.model.plant import Plant
    from segc.source import Span

ARROW = "->"


def keeping(
    plant: Plant, name: str, zones: Sequence[str], always: Sequence[str], keep: Sequence[str], span: Span
) -> Isolation:
    """Cut zones off, and keep what `keep` says besides `always`: names, or `SRC -> DST : SVC`.

    Raises `SegcError` (exit code 2) for what nothing is called, and for what does not cross the border: somebody would
    believe that it was kept.
    """
    for one in keep:
        if ARROW not in one:
            _known(plant, one)
        _crosses(plant, zones, one, span)
    names, needs = _parts(plant, keep, span)
    return isolate(plant, name, zones, (*always, *names), span, needs)


def _parts(plant: Plant, keep: Iterable[str], span: Span) -> tuple[list[str], list[Flow]]:
    every = list(keep)
    return [one for one in every if ARROW not in one], [_flow(plant, one, span) for one in every if ARROW in one]


def _known(plant: Plant, name: str) -> None:
    known = [*plant.conduits, *plant.grants, *plant.workflows]
    if name not in known:
        close = nearest(name, known)
        help_text = f"did you mean `{close}`?" if close else "or name packets: --keep 'mes.app -> cell.plc : modbus'"
        message = f"no conduit, grant or workflow is called `{name}`"
        raise SegcError([finding("bad-question", message, help=help_text)], code=2)


def _crosses(plant: Plant, zones: Sequence[str], one: str, span: Span) -> None:
    """Is there a flow across the border that this names? Of what is essential some stays anyway, which is no error."""
    names, needs = _parts(plant, [one], span)
    conduits = {key: replace(c, essential=False, flows=_plain(c.flows)) for key, c in plant.conduits.items()}
    grants = {key: replace(grant, flows=_plain(grant.flows)) for key, grant in plant.grants.items()}
    every = replace(plant, conduits=conduits, grants=grants)
    if not isolate(every, "asked", zones, names, span, needs).kept:
        message = f"`{one}` keeps nothing: no flow of it crosses the border"
        help_text = "leave it out, or name a flow that the policy permits across the border"
        raise SegcError([finding("bad-question", message, help=help_text)], code=2)


def _plain(flows: Iterable[Flow]) -> tuple[Flow, ...]:
    return tuple(replace(flow, facts=replace(flow.facts, essential=False)) for flow in flows)


def _flow(plant: Plant, text: str, span: Span) -> Flow:
    """The packets of a question as a need."""
    asked = question(plant, text)
    service = Service("kept", "", asked.matches, span)
    ends = (_ends(plant, addresses, span) for addresses in (asked.sources, asked.targets))
    sources, targets = ends
    return Flow(short_id(f"keep|{asked.text}"), "keep", sources, targets, (service,), asked.text, span)


def _ends(plant: Plant, addresses: Addresses, span: Span) -> tuple[Asset, ...]:
    parts = ((zone, meet(addresses, plant.ownership.own(zone))) for zone in plant.zones)
    return tuple(Asset("kept", zone, own, span) for zone, own in parts if own)

"""What stands on a plant floor, and what services could do to it: the words in which several checks think."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.checks.common import listed
from segc.diagnostics import finding
from segc.model.plant import Zone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from segc.diagnostics import Diagnostic, Fix
    from segc.model.plant import Conduit, Endpoint, Flow, Plant, Service
    from segc.source import Span

CONTROLLERS = frozenset({"plc", "rtu", "safety-controller", "drive", "robot"})
UNTRUSTED = frozenset({"business", "external", "wireless", "temporary"})
SHOWN = 5  # places in one finding


def standing(plant: Plant) -> Iterator[tuple[Conduit, Flow]]:
    """The flows of conduits, each with its conduit: what is open at any time."""
    for conduit in plant.conduits.values():
        for flow in conduit.flows:
            yield conduit, flow


def writes(service: Service) -> bool:
    """Could it change something at the other end? A service that does not say what it can do could."""
    return bool(service.matches) and (not service.access or "write" in service.access or programs(service))


def programs(service: Service) -> bool:
    """Could it load or stop a program? A port filter cannot tell that from reading."""
    return "program" in service.access


def answers_back(service: Service) -> bool:
    """Can who is called command who calls, as with MQTT?"""
    return service.commands in ("responder", "both")


def fact(service: Service, word: str) -> str:
    """What the library says of a service under a word, such as `multicast`; empty where it says nothing."""
    return dict(service.facts).get(word, "")


def is_control(zone: Zone) -> bool:
    """A safety zone, or a control zone of a known level. Without a level, `control` is only what nobody said."""
    return zone.kind == "safety" or (zone.kind == "control" and zone.level is not None)


def kinds(end: Endpoint) -> frozenset[str]:
    """The kinds of machines that an endpoint stands for; a zone stands for all in it."""
    return frozenset(asset.kind for asset in end.assets) if isinstance(end, Zone) else frozenset({end.kind})


def unequal(a: Zone, b: Zone) -> bool:
    """Do two zones have different security levels? One that has none is not compared."""
    return a.sl_t is not None and b.sl_t is not None and a.sl_t != b.sl_t


def named(services: Iterable[Service]) -> str:
    """Services in words."""
    return listed(service.name for service in services)


def grouped(
    name: str,
    message: str,
    places: Sequence[tuple[Span, str]],
    *,
    help: str,  # noqa: A002 - the word that readers see
    notes: tuple[str, ...] = (),
    fixes: tuple[Fix, ...] = (),
) -> Diagnostic:
    """One finding for several places: at the first of them, with a few of the others beside it."""
    (span, text), *others = dict.fromkeys(places)
    more = len(others) + 1 - SHOWN
    notes += (f"and {more} more like these",) if more > 0 else ()
    return finding(name, message, span, text, also=tuple(others[: SHOWN - 1]), notes=notes, help=help, fixes=fixes)

"""An isolation, compiled: the files of the firewalls that must change, with the proof of all that must be true of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from segc.diagnostics import Diagnostic, SegcError, finding
from segc.proof.duties import Policy
from segc.proof.gate import Gate
from segc.response.ending import commands, ended
from segc.response.obligations import Judge, Proved
from segc.response.revert import Return, revert
from segc.targets import build as building
from segc.targets.registry import targets

if TYPE_CHECKING:
    from datetime import datetime

    from segc.response.isolation import Isolation
    from segc.targets.job import Artefact

SHOWN = 3
NO_FIREWALL = "name the zone behind an interface of the firewall that shall cut it off"
HELP = {
    "cut": "put a firewall between, declare a zone with `net any`, or isolate both sides of the link",
    "closure": "keep a workflow whose `needs` are these flows, or mark them `essential`",
    "session kill": "put a firewall at the border that can end sessions",
}
NATIVE = "by the new rules"
NOTHING = "nothing to end: something else permits these sessions"


@dataclass(frozen=True, slots=True)
class Step:
    """A firewall to change, how, and what ends the sessions that are cut: the rules themselves, or a file.

    `left` are lists and chains that may stay on it when the policy's own build is back, and that nothing uses then.
    """

    firewall: str
    target: str
    entry: dict[str, Any]
    ends_sessions: str
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Compiled:
    """An isolation ready to be used: what to do, in order, and the files by their path."""

    isolation: Isolation
    steps: tuple[Step, ...]
    proved: tuple[Proved, ...]
    files: dict[str, Artefact]
    manifest: dict[str, Any]

    @property
    def holds(self) -> bool:
        """Is everything true that must be?"""
        return all(one.holds for one in self.proved)


def compiled(isolation: Isolation, at: datetime, *, read_back: bool = True) -> Compiled:
    """Render the plant before and after, keep what differs on the firewalls at the border, and judge it.

    Whatever crosses the border crosses one of the firewalls at it; those further away can stay as they are, since what
    is kept is permitted there already.

    Without `read_back` the files are neither proved nor is the way back judged, which takes half of the time: for whoever
    compares policies, and writes nothing.

    Raises `SegcError` where a firewall cannot be rendered, or what was rendered is not proved.
    """
    border = _border(isolation)
    if not border:
        raise SegcError([_nothing(isolation)], code=1)
    before = building.build(isolation.plant, at, building.DECLARED, border)
    gate = Gate(isolation.isolated, at, None) if read_back else None
    after = building.build(isolation.isolated, at, building.DECLARED, border, prove=gate)
    differ = [one for one in after.built if _text(one) != _text(of(before, one.firewall))]
    changed = _ending_just_these(isolation, at, differ)
    back = {}
    if read_back:
        back = {one.firewall: Return(isolation.plant, at, of(before, one.firewall), one) for one in changed}
    left = {name: way.left for name, way in back.items()}
    steps = tuple(Step(one.firewall, one.target, one.entry, ending(one), left.get(one.firewall, ())) for one in changed)
    judge = Judge(isolation, at)
    ways = [revert(back.values())] if read_back else []
    proved = [*judge.all(), *ways, all_end(steps, judge.strangers())]
    manifest = dict(after.manifest)
    manifest["firewalls"] = {one.firewall: one.entry for one in changed}
    files = {f"{one.firewall}/{file.name}": file for one in changed for file in one.files}
    return Compiled(isolation, steps, tuple(proved), files, manifest)


def _ending_just_these(isolation: Isolation, at: datetime, built: list[building.Built]) -> list[building.Built]:
    """The same files, with commands that end the sessions of what is cut, and none of what is kept."""
    names = [one.firewall for one in built if any(file.role == building.KILL for file in one.files)]
    if not names:
        return built
    over = isolation.isolated.grants[isolation.over]
    grant = replace(over, flows=tuple(ended(over.flows, Policy(isolation.isolated, at))))
    files = commands(isolation.isolated, grant, names, at)
    return [building.with_kill(one, files[one.firewall]) if one.firewall in files else one for one in built]


def _border(isolation: Isolation) -> list[str]:
    """The firewalls with an interface to a zone inside."""
    return [
        firewall.name
        for firewall in isolation.plant.firewalls.values()
        if any(zone in isolation.inside for interface in firewall.interfaces for zone in interface.zones)
    ]


def _nothing(isolation: Isolation) -> Diagnostic:
    zones = ", ".join(f"`{zone}`" for zone in sorted(isolation.inside))
    message = f"`{isolation.name}` cannot be done: no firewall has an interface to {zones}"
    return finding("playbook-fails", message, isolation.span, "nothing could cut this off", help=NO_FIREWALL)


def failures(compiled: Compiled) -> list[Diagnostic]:
    """A finding for each obligation that does not hold."""
    return [_failed(compiled.isolation, one) for one in compiled.proved if not one.holds]


def _failed(isolation: Isolation, one: Proved) -> Diagnostic:
    shown = list(one.shown[:SHOWN])
    more = [f"and {len(one.shown) - SHOWN} more"] if len(one.shown) > SHOWN else []
    message = f"of `{isolation.name}` it is not true that {one.says}"
    return finding(
        "playbook-fails", message, isolation.span, one.name, notes=(*shown, *more), help=HELP.get(one.name, "")
    )


def of(result: building.BuildResult, name: str) -> building.Built:
    """One firewall of a build."""
    return next(one for one in result.built if one.firewall == name)


def _text(built: building.Built) -> list[tuple[str, str]]:
    """What a firewall is given to load; scripts and sums differ with the policy's digest alone."""
    return [(file.name, file.text) for file in built.files if file.role.startswith(("rules", "sets", "config"))]


def ending(built: building.Built) -> str:
    """What ends sessions on a firewall: its rules, or the name of a file; empty where nothing does."""
    can = targets()[built.target].can
    if not can.stateful:
        return "there are none"
    if can.windows and can.at_the_end == "rules":
        return NATIVE
    return next((file.name for file in built.files if file.role == building.KILL), "")


def all_end(steps: tuple[Step, ...], more: tuple[str, ...]) -> Proved:
    """Something ends sessions on each of the firewalls; `more` are sessions of which it is known that nothing does."""
    shown = tuple(f"{one.firewall}: {targets()[one.target].can.session_kill}" for one in steps if not one.ends_sessions)
    return Proved("session kill", "sessions that are cut end", not (shown or more), (*shown, *more))

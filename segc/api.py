"""segc as a library: read a policy, judge it, build from it. `import segc` offers all of this.

Whatever stands in the way of an answer is raised as `SegcError`, which carries
diagnostics and the exit code that the command line would end with.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from segc.diagnostics import Diagnostic, SegcError, Severity
from segc.lang import loader
from segc.lang.loader import Bundle
from segc.model.clock import date_of
from segc.model.plant import Plant
from segc.model.resolve import resolve

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from segc.lang.suppress import Accepted
    from segc.proof.verified import Verified
    from segc.settings import Settings
    from segc.targets.build import BuildResult

__all__ = ["Bundle", "Diagnostic", "Plant", "SegcError", "Severity", "build", "check", "load", "verify"]


def load(path: str | os.PathLike[str]) -> Bundle:
    """The files of a plant, from its folder or its root file, with the faults in their text."""
    return loader.load(Path(path))


class Judged(NamedTuple):
    """A plant, what is to be said of it, the findings that comments in it answer for, and under which persona.

    `weighed` is what was found before the levels of `settings` counted.
    """

    plant: Plant
    found: list[Diagnostic]
    accepted: list[Accepted]
    persona: str
    settings: Settings
    weighed: list[Diagnostic]


def check(
    path: str | os.PathLike[str], at: datetime | None = None, persona: str | None = None
) -> tuple[Plant, list[Diagnostic]]:
    """The plant at `path`, and all that is to be said of it at the moment `at` (default: now).

    `persona` is day or audit; without it, what the plant's segc.toml says, else day. Suppressions and the levels of
    segc.toml are applied; findings come in the order of their places.
    """
    judged = judge(path, at, persona)
    return judged.plant, judged.found


def judge(
    path: str | os.PathLike[str],
    at: datetime | None = None,
    persona: str | None = None,
    instead: Mapping[str, str] | None = None,
) -> Judged:
    """`check`, and the findings that suppressions answer for. `instead`: texts in place of what files hold."""
    from segc.lang import suppress

    plant, found = resolve(loader.load(Path(path), instead))
    moment = at or datetime.now(UTC)
    settings, wrong = _settings(plant, moment)
    persona = persona or settings.persona
    if not any(map(_leaves_holes, found)):
        from segc import checks
        from segc.checks import expected
        from segc.targets.capability import known_targets

        wrong = [*wrong, *expected.wrong(plant, settings.gate)]
        found = [*found, *checks.run(plant, moment, persona, settings.limits), *known_targets(plant)]
    found, accepted = suppress.sift(found, plant.sources, date_of(plant, moment), persona)
    counted = sorted([*settings.apply(found), *wrong], key=Diagnostic.sort_key)
    return Judged(plant, counted, accepted, persona, settings, found)


def settings(plant: Plant, at: datetime) -> Settings:
    """What the plant's segc.toml says, the rest at its defaults. `check` tells what is wrong with the file."""
    return _settings(plant, at)[0]


def _settings(plant: Plant, at: datetime) -> tuple[Settings, list[Diagnostic]]:
    """The plant's segc.toml."""
    from segc.settings.read import read

    return read(plant.root.parent, date_of(plant, at))


def _leaves_holes(one: Diagnostic) -> bool:
    """What segc did not understand is missing from the plant; checks would call the holes empty zones."""
    from segc.lang.suppress import can_be_suppressed

    return one.severity is Severity.ERROR and not can_be_suppressed(one.name, one.severity)


def build(
    plant: Plant,
    out: str | os.PathLike[str],
    *,
    at: datetime | None = None,
    mode: str = "declared",
    firewalls: Sequence[str] = (),
    unproved: bool = False,
) -> BuildResult:
    """Write the configurations of a plant's firewalls (of all, or of those named) to the folder `out`.

    `mode` is monitor, enforce, or declared: each pair of zones as the policy says. Writes all, or nothing. Every file
    is read back and proved equal to the policy first; with `unproved`, what cannot be proved is written all the same,
    and the manifest says so. With all firewalls come the plant's playbooks, compiled and judged,
    and the files that end each grant, as far as that can be done.
    """
    from segc.proof.gate import Gate
    from segc.targets import build as building

    moment = at or datetime.now(UTC)
    gate = Gate(plant, moment, None if mode == building.DECLARED else mode, unproved=unproved)
    result = building.build(plant, moment, mode, tuple(firewalls), None, gate)
    if (plant.playbooks or plant.grants) and not firewalls and not unproved:
        from segc.response.kills import kills
        from segc.response.playbooks import playbooks

        ends, listed = kills(plant, moment, mode)
        result = building.beside(result, {**playbooks(plant, moment, mode), **ends}, listed)
    building.save(result, Path(out), partial=bool(firewalls))
    return result


def verify(
    plant: Plant,
    files: Sequence[str | os.PathLike[str]],
    *,
    at: datetime | None = None,
    mode: str | None = None,
    firewalls: Sequence[str] = (),
) -> list[Verified]:
    """Compare the folder of a build, or the files of one firewall, with the policy over all packets.

    A folder is judged for the moment and mode of its build; files for `at` and `mode`. Nothing is written. Levels of
    the plant's segc.toml are applied to what is found.
    """
    from segc.proof import folder

    moment = at or datetime.now(UTC)
    settings, _ = _settings(plant, moment)
    verified = folder.verify(plant, [os.fspath(file) for file in files], moment, mode, tuple(firewalls))
    return [replace(each, found=tuple(settings.apply(each.found))) for each in verified]

"""From a plant without errors to a folder of files that ops can push."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from segc import __version__
from segc.diagnostics import SegcError, finding
from segc.model.places import relative
from segc.rules.place import Placement
from segc.targets import registry
from segc.targets.capability import addresses, interfaces, known_targets, lock_out, needs, place
from segc.targets.clocks import kept, unsaid
from segc.targets.job import Artefact, Job
from segc.targets.jsontext import json_text
from segc.targets.output import MANIFEST, SCHEMA, SUMS, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from segc.diagnostics import Diagnostic
    from segc.model.plant import Plant
    from segc.rules.ids import Ids
    from segc.rules.ir import Rule, RuleSet
    from segc.targets.manifest import Manifest

DECLARED = "declared"
KILL, CHECKSUMS = "kill", "checksums"  # roles of artefacts
A_NEW_BUILD = "a new build"  # keeps the windows where no clock does


@dataclass(frozen=True, slots=True)
class Built:
    """One firewall's files and what its manifest entry says."""

    firewall: str
    target: str
    rules: RuleSet
    files: tuple[Artefact, ...]
    entry: dict[str, Any]

    def texts(self) -> dict[str, str]:
        """The files' texts by role."""
        return {file.role: file.text for file in self.files}


@dataclass(frozen=True, slots=True)
class BuildResult:
    """All files by their path below the output folder."""

    built: tuple[Built, ...]
    manifest: dict[str, Any]
    files: dict[str, Artefact]


def build(
    plant: Plant,
    at: datetime,
    mode: str,
    firewalls: Sequence[str] = (),
    out: Path | None = None,
    prove: Callable[[Built], Mapping[str, Any]] | None = None,
) -> BuildResult:
    """Render all firewalls, or those named, and write them to `out` (nothing is written without it).

    `mode` is declared, monitor or enforce. `prove` is asked about each firewall's files before anything is written; it
    answers with what the manifest says of the proof, or raises. Raises `SegcError` where a target cannot do what the
    plant needs, or the output cannot be written.
    """
    _stop(known_targets(plant))
    declared, plant = plant, kept(plant, at)
    chosen = _chosen(plant, firewalls)
    placement = _placement(plant, at, mode)
    rule_sets = placement.rule_sets()
    digest = policy_digest(plant)
    _stop(_problems(placement, [rule_sets[name] for name in chosen]))
    built = []
    origins = _Origins(plant, placement.ids)
    for name in chosen:
        target = registry.targets()[plant.firewalls[name].target]
        change = _change(placement, rule_sets[name], target)
        job = Job(rule_sets[name], target, placement.ids, mode, digest, change, at=at)
        files = registry.renderer(target.name).render(job)
        one = _built(job, [*files, _sums(files)], origins)
        if "windows" in one.entry and declared is not plant:
            one.entry["windows"] |= _because(declared, name, at)
        if prove is not None:
            one.entry["proof"] = prove(one)
        built.append(one)
    manifest = _manifest(plant, at, mode, digest, built)
    files_by_path = {f"{b.firewall}/{file.name}": file for b in built for file in b.files}
    result = _with_manifest(BuildResult(tuple(built), manifest, files_by_path))
    if out is not None:
        save(result, out, partial=bool(firewalls))
    return result


def _placement(plant: Plant, at: datetime, mode: str) -> Placement:
    targets = registry.targets()
    return Placement(
        plant,
        at,
        override=None if mode == DECLARED else mode,
        horizon=lambda firewall: targets[firewall.target].horizon(firewall.clock, at),
        local=lambda firewall: targets[firewall.target].zone(firewall.clock),
        dated=lambda firewall: targets[firewall.target].can.dates,
    )


def _problems(placement: Placement, chosen: Sequence[RuleSet]) -> Iterator[Diagnostic]:
    """What the targets of these firewalls cannot do, and where nobody could manage one any more."""
    asked = [(rules, registry.targets()[rules.firewall.target]) for rules in chosen]
    for rules, target in asked:
        for test in (place, interfaces, addresses):
            yield from test(rules.firewall, target)
    for rules, target in asked:
        yield from needs(rules, target)
    for rules, target in asked:
        yield from lock_out(placement, rules, target.can.families)


def _change(placement: Placement, rules: RuleSet, target: Manifest) -> str | None:
    """When the files stop to be right: a grant opens or shuts, or the times end that the box can tell."""
    change = placement.next_changes.get(rules.firewall.name)
    if any(rule.when for pair in rules.pairs for rule in pair.rules):
        again = target.again(rules.firewall.clock, placement.at)
        change = min(filter(None, (change, again)), default=None)
    return change.isoformat() if change else None


def _with_manifest(result: BuildResult) -> BuildResult:
    text = json_text(result.manifest) + "\n"
    return replace(result, files=result.files | {MANIFEST: Artefact(MANIFEST, text, "manifest")})


def beside(result: BuildResult, files: Mapping[str, Artefact], kills: Mapping[str, Any]) -> BuildResult:
    """The same build with further files in its folder, which its manifest names; `kills` says how grants can be ended."""
    manifest = result.manifest | ({"documents": sorted(files)} if files else {}) | ({"kills": kills} if kills else {})
    return _with_manifest(replace(result, manifest=manifest, files={**result.files, **files}))


def save(result: BuildResult, out: Path, *, partial: bool) -> None:
    """Write a build to its folder, all of it or nothing."""
    write(out, result.files, partial=partial)


def _stop(problems: Any) -> None:
    found: list[Diagnostic] = sorted(problems, key=lambda d: d.sort_key())
    if found:
        raise SegcError(found, code=1)


def _chosen(plant: Plant, firewalls: Sequence[str]) -> list[str]:
    unknown = [name for name in firewalls if name not in plant.firewalls]
    if unknown:
        known = ", ".join(plant.firewalls) or "none"
        message = f"no firewall is called `{unknown[0]}`"
        raise SegcError([finding("unknown-name", message, help=f"the plant has {known}")], code=2)
    if not plant.firewalls:
        help_text = "declare a `firewall` with a `target` and its interfaces"
        raise SegcError([finding("nothing-to-build", "the plant has no firewall", help=help_text)])
    return [name for name in plant.firewalls if not firewalls or name in firewalls]


def policy_digest(plant: Plant) -> str:
    """SHA-256 over the names and texts of all files of the policy, libraries included."""
    total = hashlib.sha256()
    for path, text in sorted((relative(plant, source), source.text) for source in plant.sources):
        total.update(f"{path}\0{len(text)}\0{text}\0".encode(errors="backslashreplace"))
    return total.hexdigest()


def _sums(files: Sequence[Artefact]) -> Artefact:
    lines = [f"{file.sha256}  {file.name}\n" for file in sorted(files, key=lambda f: f.name)]
    return Artefact(SUMS, "".join(lines), CHECKSUMS)


def with_kill(built: Built, kill: Artefact | None) -> Built:
    """The same files with another one that ends sessions, or with none."""
    others = [file for file in built.files if file.role not in (KILL, CHECKSUMS)]
    files = [*others, *([kill] if kill is not None else [])]
    files.append(_sums(files))
    return replace(built, files=tuple(files), entry=built.entry | {"artefacts": _listed(files)})


def _listed(files: Iterable[Artefact]) -> list[dict[str, str]]:
    return [{"file": f.name, "role": f.role, "sha256": f.sha256} for f in files]


def _built(job: Job, files: list[Artefact], origins: _Origins) -> Built:
    rules, target = job.rules, job.target
    entry = {
        "target": target.name,
        "status": target.status,
        "monitors-only": rules.monitors_only,
        "next-change": job.change,
        "proof": None,
        "check": target.operations.check,
        "apply": target.operations.apply,
        "confirm": target.operations.confirm,
        "rollback": target.operations.rollback,
        "artefacts": _listed(files),
        "pairs": {p.id: {"from": p.source, "to": p.target, "mode": p.mode} for p in rules.pairs}
        | {o.id: {"from": None, "to": o.zone, "mode": o.mode} for o in (*rules.others, rules.rest)}
        | _itself(rules),
        "rules": _rules(job, origins),
    }
    windows = _windows(job)
    if windows:
        entry["windows"] = windows
    if job.records:
        entry["records"] = dict(sorted(job.records.items()))
    return Built(rules.firewall.name, target.name, rules, tuple(files), entry)


def _because(declared: Plant, name: str, at: datetime) -> dict[str, str]:
    """Why a firewall does not keep windows by the clock that it is said to have."""
    why = unsaid(declared, declared.firewalls[name], at)
    return {"because": why} if why else {}


def _windows(job: Job) -> dict[str, str | None]:
    """Who keeps the windows of grants, what becomes of open sessions at an end, and when the next one is."""
    granted = [rule for pair in job.rules.pairs for rule in pair.rules if rule.granted]
    if not granted:
        return {}
    can, clock = job.target.can, job.rules.firewall.clock
    keeps = job.target.tells_time(clock)
    ends = [one.end for rule in granted for one in rule.when or () if one.end > int(job.at.timestamp())]
    return {
        "kept-by": (job.clock or "UTC") if keeps else A_NEW_BUILD,
        "sessions": can.at_the_end if keeps or not can.stateful else "go-on",
        "next-end": datetime.fromtimestamp(min(ends), UTC).isoformat() if ends else None,
    }


def _itself(rules: RuleSet) -> dict[str, dict[str, str | None]]:
    """Traffic to the firewall itself, as records name it."""
    local = rules.local
    return {local.id: {"from": None, "firewall": rules.firewall.name, "mode": local.mode}} if local else {}


def _rules(job: Job, origins: _Origins) -> dict[str, Any]:
    """Every rule's way back to the policy."""
    found = [rule for pair in job.rules.pairs for rule in pair.rules]
    found += [rule for rule, _ in job.rules.local.rules] if job.rules.local else []
    return {rule.id: origins[rule] for rule in found}


class _Origins(dict["Rule", dict[str, str]]):
    """What the manifest says of each rule, made once for all firewalls that carry it."""

    def __init__(self, plant: Plant, ids: Ids) -> None:
        super().__init__()
        self._paths = {source: relative(plant, source) for source in plant.sources}
        self._ids = ids

    def __missing__(self, rule: Rule) -> dict[str, str]:
        entry = self[rule] = {
            "within": rule.within,
            "flow": rule.text,
            "source": f"{self._paths[rule.span.source]}:{rule.span.line}",
        }
        if rule.when == ():
            entry["opens"] = "nothing"  # of a grant that is shut
        if rule.log:
            entry["log-id"] = self._ids.rule(rule.within, rule.id)
        return entry


def _manifest(plant: Plant, at: datetime, mode: str, digest: str, built: list[Built]) -> dict[str, Any]:
    changes = [b.entry["next-change"] for b in built if b.entry["next-change"]]
    return {
        "schema": SCHEMA,
        "segc": __version__,
        "site": plant.site.name if plant.site else None,
        "mode": mode,
        "at": at.isoformat(),
        "next-change": min(changes, default=None),
        "policy": {
            "sha256": digest,
            "files": [relative(plant, source) for source in plant.sources if not source.builtin],
        },
        "firewalls": {b.firewall: b.entry for b in built},
    }

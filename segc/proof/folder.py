"""Files on a disk, proved: a whole build, or what runs on one firewall."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from segc.diagnostics import Diagnostic, SegcError, Severity, finding
from segc.packets.machine import Refused
from segc.proof.compare import FAMILIES
from segc.proof.findings import findings, refused
from segc.proof.prove import Prover
from segc.proof.records import Records
from segc.targets import registry
from segc.targets.build import DECLARED, build, policy_digest
from segc.targets.output import MANIFEST, SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from segc.model.plant import Plant

LARGEST = 1 << 28  # bytes of a file that are read


@dataclass(frozen=True, slots=True)
class Verified:
    """What is to be said of one firewall's files."""

    firewall: str
    target: str
    words: str
    found: tuple[Diagnostic, ...]


def verify(
    plant: Plant, paths: Sequence[str], at: datetime, mode: str | None = None, firewalls: Sequence[str] = ()
) -> list[Verified]:
    """Prove a build's folder, or the files of one firewall. Raises `SegcError` (code 2) where nothing can be said."""
    if len(paths) == 1 and Path(paths[0]).is_dir():
        return list(_build(plant, Path(paths[0]), firewalls))
    if len(firewalls) != 1:
        help_text = "say --firewall NAME: " + (", ".join(plant.firewalls) or "the plant has none")
        raise _no("whose files are these?", help_text)
    return [_files(plant, [Path(path) for path in paths], at, mode or DECLARED, firewalls[0])]


def _no(message: str, help_text: str = "") -> SegcError:
    return SegcError([finding("nothing-to-verify", message, help=help_text)], code=2)


# ---- a build ---------------------------------------------------------------------------------------------------------


def _build(plant: Plant, folder: Path, firewalls: Sequence[str]) -> Iterator[Verified]:
    manifest = _manifest(folder)
    asked = manifest["mode"]
    prover = Prover(plant, datetime.fromisoformat(manifest["at"]), None if asked == DECLARED else asked)
    changed = manifest["policy"]["sha256"] != policy_digest(plant)
    names = [name for name in manifest["firewalls"] if not firewalls or name in firewalls]
    missing = [name for name in firewalls if name not in names]
    if missing or not names:
        raise _no(f"`{folder}` has no firewall `{missing[0]}`" if missing else f"`{folder}` holds no firewall")
    for name in names:
        entry = manifest["firewalls"][name]
        if name not in plant.firewalls:
            raise _no(f"`{folder}` has a firewall `{name}`, which the policy does not know")
        yield _one(prover, name, folder / name, entry, changed=changed)


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads(_text(folder / MANIFEST))
        _ = {SCHEMA: None}[manifest["schema"]], datetime.fromisoformat(manifest["at"])
        for entry in manifest["firewalls"].values():
            Records(entry)
            _ = entry["target"], [(a["file"], a["role"], a["sha256"]) for a in entry["artefacts"]]
            if entry["next-change"] is not None:
                datetime.fromisoformat(entry["next-change"])
        _ = manifest["mode"], manifest["policy"]["sha256"]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _no(f"`{folder}` holds no {MANIFEST} of segc's that can be read", "make the build again") from None
    return manifest


def _text(path: Path) -> str:
    try:
        if path.is_dir() or not path.is_file():
            raise _no(f"`{path}` is no file")
        if path.stat().st_size > LARGEST:
            raise _no(f"`{path}` is larger than any configuration")
        return path.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError as problem:
        raise _no(f"`{path}` cannot be read: {(problem.strerror or str(problem)).lower()}") from None


def _one(prover: Prover, name: str, folder: Path, entry: Mapping[str, Any], *, changed: bool) -> Verified:
    texts: dict[str, str] = {}
    found: list[Diagnostic] = []
    for artefact in entry["artefacts"]:
        text = _text(folder / artefact["file"])
        texts[artefact["role"]] = text
        if hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest() != artefact["sha256"]:
            message = f"`{folder / artefact['file']}` is not what was built: its checksum differs"
            found.append(finding("file-changed", message, help="build again, or find out who changed it"))
    if entry["target"] != prover.plant.firewalls[name].target:
        message = f"`{name}` was built for {entry['target']}; the policy says {prover.plant.firewalls[name].target}"
        raise _no(message, "build again")
    found += _problems(prover, name, texts, entry)
    words = _words(found)
    if changed:
        words += "; the policy has changed since the build"
    return Verified(name, entry["target"], words, tuple(found))


def _problems(
    prover: Prover, name: str, texts: Mapping[str, str], entry: Mapping[str, Any], families: Sequence[int] = FAMILIES
) -> list[Diagnostic]:
    try:
        proof = prover.prove(name, texts, entry, families)
    except Refused as why:
        return [refused(prover, name, why)]
    return list(findings(prover, proof, texts))


def _words(found: Sequence[Diagnostic], families: Sequence[int] = FAMILIES) -> str:
    names = {one.name for one in found if one.severity is Severity.ERROR}
    if "unread-line" in names:
        return "cannot be told"
    if "not-equal" in names:
        return "not what the policy says"
    which = "all packets" if tuple(families) == FAMILIES else f"all IPv{families[0]} packets"
    return f"equal to the policy, for {which}"


# ---- what runs -------------------------------------------------------------------------------------------------------


def _files(plant: Plant, paths: Sequence[Path], at: datetime, mode: str, name: str) -> Verified:
    """Files of one firewall, whoever wrote them; what they must mean is rendered for comparison of names only."""
    built = build(plant, at, mode, [name]).built[0]
    reader = registry.reader(built.target)
    texts: dict[str, str] = {}
    for path in paths:
        text = _text(path)
        role = reader.role(path.name, text)
        if role is None:
            raise _no(f"`{path}` is no file of {built.target}'s")
        if role in texts:
            raise _no(f"`{path}` is a second file of the same kind ({role})")
        texts[role] = text
    prover = Prover(plant, at, None if mode == DECLARED else mode)
    # files of one family say nothing of the other
    families = [f for f in FAMILIES if any(role == "rules" or role.endswith(f"ipv{f}") for role in texts)]
    if not families:
        raise _no("sets alone decide nothing", "give the rules that use them as well")
    found = _problems(prover, name, texts, built.entry, families)
    return Verified(name, built.target, _words(found, families), tuple(found))

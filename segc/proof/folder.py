"""The folder of a build, proved again; and what is said of any proved files."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from segc.diagnostics import Diagnostic, finding
from segc.packets.machine import Refused
from segc.proof.findings import findings, refused
from segc.proof.prove import Prover
from segc.proof.records import Records
from segc.proof.running import running
from segc.proof.texts import Files
from segc.proof.verified import Verified, in_words, no, text_of
from segc.targets.build import DECLARED, policy_digest
from segc.targets.output import MANIFEST, SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from segc.model.plant import Plant


def verify(
    plant: Plant, paths: Sequence[str], at: datetime, mode: str | None = None, firewalls: Sequence[str] = ()
) -> list[Verified]:
    """Prove a build's folder, or the files of one firewall. Raises `SegcError` (code 2) where nothing can be said."""
    if len(paths) == 1 and Path(paths[0]).is_dir():
        return list(_build(plant, Path(paths[0]), firewalls))
    if len(firewalls) != 1:
        help_text = "say --firewall NAME: " + (", ".join(plant.firewalls) or "the plant has none")
        raise no("whose files are these?", help_text)
    return [running(plant, paths, at, mode or DECLARED, firewalls[0])]


# ---- a build ---------------------------------------------------------------------------------------------------------


def _build(plant: Plant, folder: Path, firewalls: Sequence[str]) -> Iterator[Verified]:
    manifest = _manifest(folder)
    asked = manifest["mode"]
    prover = Prover(plant, datetime.fromisoformat(manifest["at"]), None if asked == DECLARED else asked)
    changed = manifest["policy"]["sha256"] != policy_digest(plant)
    names = [name for name in manifest["firewalls"] if not firewalls or name in firewalls]
    missing = [name for name in firewalls if name not in names]
    if missing or not names:
        raise no(f"`{folder}` has no firewall `{missing[0]}`" if missing else f"`{folder}` holds no firewall")
    for name in names:
        entry = manifest["firewalls"][name]
        if name not in plant.firewalls:
            raise no(f"`{folder}` has a firewall `{name}`, which the policy does not know")
        yield _one(prover, name, folder / name, entry, changed=changed)


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads(text_of(folder / MANIFEST))
        _ = {SCHEMA: None}[manifest["schema"]], datetime.fromisoformat(manifest["at"])
        for entry in manifest["firewalls"].values():
            Records(entry)
            _ = entry["target"], [(a["file"], a["role"], a["sha256"]) for a in entry["artefacts"]]
            if entry["next-change"] is not None:
                datetime.fromisoformat(entry["next-change"])
        _ = manifest["mode"], manifest["policy"]["sha256"]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise no(f"`{folder}` holds no {MANIFEST} of segc's that can be read", "make the build again") from None
    return manifest


def _one(prover: Prover, name: str, folder: Path, entry: Mapping[str, Any], *, changed: bool) -> Verified:
    texts: dict[str, str] = {}
    found: list[Diagnostic] = []
    for artefact in entry["artefacts"]:
        text = text_of(folder / artefact["file"])
        texts[artefact["role"]] = text
        if hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest() != artefact["sha256"]:
            message = f"`{folder / artefact['file']}` is not what was built: its checksum differs"
            found.append(finding("file-changed", message, help="build again, or find out who changed it"))
    if entry["target"] != prover.plant.firewalls[name].target:
        message = f"`{name}` was built for {entry['target']}; the policy says {prover.plant.firewalls[name].target}"
        raise no(message, "build again")
    found += _problems(prover, name, texts, entry)
    words = in_words(found)
    if changed:
        words += "; the policy has changed since the build"
    return Verified(name, entry["target"], words, tuple(found))


def _problems(prover: Prover, name: str, texts: Mapping[str, str], entry: Mapping[str, Any]) -> list[Diagnostic]:
    try:
        proof = prover.prove(name, texts, entry)
    except Refused as why:
        return [refused(prover, name, why)]
    return list(findings(prover, proof, Files(texts)))

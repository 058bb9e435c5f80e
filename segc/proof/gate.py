"""What stands between rendering and writing: a file that is not proved is not written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from segc.diagnostics import SegcError
from segc.packets.machine import Refused
from segc.proof.findings import findings, refused
from segc.proof.prove import Prover
from segc.proof.texts import Files

if TYPE_CHECKING:
    from datetime import datetime

    from segc.model.plant import Plant
    from segc.targets.build import Built

FAULT = 4  # of segc: it has rendered something that it cannot prove


class Gate:
    """Proves each firewall's files as a build comes to them. With `unproved`, it lets pass and says so."""

    def __init__(self, plant: Plant, at: datetime, override: str | None, *, unproved: bool = False) -> None:
        self._prover = Prover(plant, at, override)
        self._unproved = unproved

    def __call__(self, built: Built) -> dict[str, Any]:
        """What the manifest says of the proof. Raises `SegcError` where there is none."""
        files = built.texts()
        try:
            proof = self._prover.prove(built.firewall, files, built.entry)
        except Refused as why:
            if not self._unproved:
                raise SegcError([refused(self._prover, built.firewall, why)], code=FAULT) from None
            return {"result": "not proved", "unread": 1}
        if not proof.equal and not self._unproved:
            raise SegcError(list(findings(self._prover, proof, Files(files))), code=FAULT)
        return proof.entry()

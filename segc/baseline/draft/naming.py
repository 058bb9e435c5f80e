"""Names for the services that a draft declares: a plant has those of its earlier drafts, and may have any other."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from segc.lang.shapes import LONGEST_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable

    from segc.baseline.draft.chosen import Chosen, Spans
    from segc.model.plant import Service

ROOM = 4  # letters for the number of a name that is taken


class Names:
    """What a plant's services are called and mean, and what a draft calls its own."""

    def __init__(self, known: Iterable[Service]) -> None:
        """`known` are all that the plant can name; of two that mean the same, the first is used."""
        self._taken: dict[str, Service | None] = {}
        self._meaning: dict[Spans, Service] = {}
        self._given: dict[tuple[str, Spans], str] = {}
        for service in known:
            self._taken[service.name] = service
            if spans := exactly(service):
                self._meaning.setdefault(spans, service)

    def settled(self, wanted: Chosen) -> Chosen:
        """The plant's service that means exactly this, else `wanted` under a name that nothing else has."""
        namesake = self._taken.get(wanted.name)
        same = namesake if namesake and exactly(namesake) == wanted.spans else self._meaning.get(wanted.spans)
        if same is not None:
            access = tuple(sorted({*wanted.access, *same.access}))
            return wanted._replace(name=same.name, body="", access=access, family=same.family)
        meant = (wanted.name, wanted.spans)
        if meant not in self._given:
            self._given[meant] = self._free(wanted.name)
        return wanted._replace(name=self._given[meant])

    def _free(self, base: str) -> str:
        if len(base) > LONGEST_NAME - ROOM:
            base = f"draft-{hashlib.sha256(base.encode()).hexdigest()[:12]}"
        name, count = base, 1
        while name in self._taken:
            count += 1
            name = f"{base}-{count}"
        self._taken[name] = None
        return name


def exactly(service: Service) -> Spans:
    """All that a service opens, as a draft's own service could say it; empty where it opens or is something else."""
    if service.layer2 or service.dynamic or service.follow_on or service.filterable == "no":
        return ()
    if any(match.family or (match.source_low, match.source_high) != (0, 65535) for match in service.matches):
        return ()
    return tuple((match.proto, match.low, match.high) for match in service.matches)

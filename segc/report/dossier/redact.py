"""A report for people outside: without addresses, contacts, telephone numbers, host names and the names of persons.

What the policy declares as such goes wherever it stands. What people write between quotes or as a reason is looked
through strictly, all other text gently: see redact_forms. A name of a person that is written into free text, and a
host name without a dot, cannot be told from other words.
"""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, cast

from segc.lang.comments import comments
from segc.report.dossier.redact_forms import CONTACT, PHONE, gently, strictly

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.model.plant import Plant
    from segc.report.dossier.shape import Report

# Members that hold no words of a policy: hashes and moments, in which a number may look like anything.
KEPT = ("schema", "segc", "at", "policy", "sha256", "turns", "until")
_STRING = re.compile(r'"([^"\n]*)"')
_USED = ("./", "std/")  # files that are brought in, by their names


def redacted(report: Report, plant: Plant) -> Report:
    """The same report without them."""
    names = frozenset(_names(plant))
    hidden = {text: shown for text in _written(plant) if (shown := strictly(text, names)) != text}
    hidden |= {one.contact: CONTACT for one in plant.teams.values()}
    hidden |= {one.phone: PHONE for one in plant.roles.values()}
    # The title of a role may be who it is; its name is a word of the policy, and stays. Where both are one, it stays.
    hidden |= {one.title: name for name, one in plant.roles.items()}
    longest_first = sorted((pair for pair in hidden.items() if pair[0]), key=lambda pair: (-len(pair[0]), pair))
    made = cast("Report", _walk(report, longest_first))
    made["redacted"] = True
    made["against"] = PurePath(report["against"]).name  # folders may be called after people
    for zone in made["zones"]:
        zone["networks"] = []
    return made


def _names(plant: Plant) -> Iterator[str]:
    """What has a dot and is a word of the policy: machines with their zones."""
    yield from (asset.path for zone in plant.zones.values() for asset in zone.assets)


def _written(plant: Plant) -> Iterator[str]:
    """All that people wrote into a policy in words of their own: texts between quotes, and reasons in comments."""
    for source in plant.sources:
        if not source.builtin:
            found = [match[1] for match in _STRING.finditer(source.text)]
            yield from (" ".join(text.split()) for text in found if not text.startswith(_USED))
            yield from (" ".join(one.words.split("--", 1)[-1].split()) for one in comments(source.text))


def _walk(value: Any, hidden: list[tuple[str, str]]) -> Any:
    if isinstance(value, dict):
        return {key: one if key in KEPT and _plain(one) else _walk(one, hidden) for key, one in value.items()}
    if isinstance(value, list):
        return [_walk(one, hidden) for one in value]
    return _text(value, hidden) if isinstance(value, str) else value


def _plain(value: Any) -> bool:
    return isinstance(value, (str, dict))


def _text(text: str, hidden: list[tuple[str, str]]) -> str:
    for secret, instead in hidden:
        if secret in text:
            text = instead.join(re.split(rf"(?<!\w){re.escape(secret)}(?!\w)", text))
    return gently(text)

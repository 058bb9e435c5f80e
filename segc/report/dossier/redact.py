"""A report for people outside: without addresses, contacts, telephone numbers and the names of persons.

What the policy declares as such goes wherever it stands, and whatever looks like an
address, a mail address or a number goes as well: people write them into reasons.
A name of a person that is written into free text cannot be told from other words.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from segc.model.plant import Plant
    from segc.report.dossier.shape import Report

ADDRESS, CONTACT, PHONE = "[address]", "[contact]", "[phone]"
_V4 = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2})?(?![\w])")
_V6 = re.compile(r"(?<![\w:.])[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(?:/\d{1,3})?(?![\w:])")
_MAC = re.compile(r"(?<![\w:-])(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}(?![\w:-])")
_DOTTED = re.compile(r"(?<![\w.])[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}(?![\w.])")  # as Cisco writes a MAC
_MAIL = re.compile(r"[^\s@<>()\[\],;:]+@[^\s@<>()\[\],;:]+\.[A-Za-z]{2,}")
_PHONE = re.compile(r"(?<![\w+.:-])(?:\(?0\d{2,5}\)?[ /-]\d[\d -]{3,}\d|(?:\+|00)\d[\d ()./-]{5,}\d)")
# Members that hold no words of a policy: hashes and moments, in which a number may look like anything.
KEPT = ("schema", "segc", "at", "policy", "source", "sha256", "turns", "until")


def redacted(report: Report, plant: Plant) -> Report:
    """The same report without them."""
    hidden = [(one.contact, CONTACT) for one in plant.teams.values()]
    hidden += [(one.phone, PHONE) for one in plant.roles.values()]
    # The title of a role may be who it is; its name is a word of the policy, and stays. Where both are one, it stays.
    hidden += [(one.title, name) for name, one in plant.roles.items() if one.title]
    longest_first = sorted((pair for pair in hidden if pair[0]), key=lambda pair: (-len(pair[0]), pair))
    made = cast("Report", _walk(report, longest_first))
    made["redacted"] = True
    made["against"] = PurePath(report["against"]).name  # folders may be called after people
    for zone in made["zones"]:
        zone["networks"] = []
    return made


def _walk(value: Any, hidden: list[tuple[str, str]]) -> Any:
    if isinstance(value, dict):
        return {key: one if key in KEPT else _walk(one, hidden) for key, one in value.items()}
    if isinstance(value, list):
        return [_walk(one, hidden) for one in value]
    return _text(value, hidden) if isinstance(value, str) else value


def _text(text: str, hidden: list[tuple[str, str]]) -> str:
    for secret, instead in hidden:
        text = instead.join(re.split(rf"(?<!\w){re.escape(secret)}(?!\w)", text))
    text = _DOTTED.sub(ADDRESS, text)
    text = _MAC.sub(ADDRESS, _MAIL.sub(CONTACT, text))
    text = _PHONE.sub(PHONE, text)
    return _V6.sub(_if_address, _V4.sub(ADDRESS, text))


def _if_address(match: re.Match[str]) -> str:
    try:
        ip_address(match[0].partition("/")[0].rstrip("."))
    except ValueError:
        return match[0]
    return ADDRESS

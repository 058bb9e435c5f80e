"""A report for people outside: without addresses, contacts, telephone numbers and the names of persons.

What the policy declares as such goes wherever it stands, and whatever looks like an
address, a mail address or a number goes as well: people write them into reasons.
A name of a person that is written into free text cannot be told from other words.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, NamedTuple, cast

if TYPE_CHECKING:
    from segc.model.plant import Plant
    from segc.report.dossier.shape import Report

ADDRESS, CONTACT, PHONE = "[address]", "[contact]", "[phone]"
# Each is taken where it stands, glued to other words as well: a letter too many is a better fault than an address too many.
_URL = re.compile(r"\b[a-z][a-z+.-]*://\S+", re.IGNORECASE)
_MAIL = re.compile(r"[^\s@<>()\[\],;:]+@[^\s@<>()\[\],;:]+[^\s@<>()\[\],;:.]")
_MAC = re.compile(
    r"(?<![0-9A-Fa-f])(?:(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}"
    r"|[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}"  # as Cisco writes them
    r"|[0-9A-Fa-f]{12})(?![0-9A-Fa-f])"
)
_V4 = re.compile(
    r"(?<!\d)(?:\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2})?"
    r"|\d{1,3}(?:\.\d{1,3}){1,2}(?:\.0)?/\d{1,2}(?![\d.])"  # 10.1/16
    r"|\d{1,3}(?:\.\d{1,3}){1,2}\.[x*])(?![\dA-Za-z])"
    r"|(?<!\d)\d{1,3}(?:\.\d{1,3}){3}(?!\d)"
)
_V6 = re.compile(r"[0-9A-Fa-f]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(?:%\w+)?(?:/\d{1,3})?")
# Names as DNS has them: of three labels, or of two under what is used as the top of one.
_HOST = re.compile(
    r"(?<![\w.-])(?:[A-Za-z0-9-]+\.){2,}[A-Za-z]{2,}(?![\w-])"
    r"|(?<![\w.-])[A-Za-z0-9-]+\.(?:local|localdomain|lan|corp|intern|internal|intranet|home|example|test|com|net|org|eu)(?![\w-])"
)
_PHONE = re.compile(
    r"(?<![\w+.:-])(?:"
    r"(?:\+|00)\d[\d ()./-]{5,}\d"  # with the country's
    r"|\(?0\d{2,5}\)?[ /-]+\d[\d -]{3,}\d"  # 030 1234-56, (0171) 12 34 56
    r"|0\d(?:[ .-]\d\d){4}"  # 01 23 45 67 89
    r"|\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}"  # (212) 555-0134
    r"|\d{3}-\d{4}"  # 555-0134
    r"|0\d{8,11}"
    r")(?!\d)"
)
_CALLED = re.compile(
    r"\b(?P<how>(?:tel|telefon|phone|fon|mobile|mobil|handy|cell|ext|extension|dect|dw|call|ring)\b[.:]?\s*)"
    r"(?P<number>\d[\d ./()-]*\d\d)",
    re.IGNORECASE,
)
# Members that hold no words of a policy: hashes and moments, in which a number may look like anything.
KEPT = ("schema", "segc", "at", "policy", "source", "sha256", "turns", "until")


def redacted(report: Report, plant: Plant) -> Report:
    """The same report without them."""
    hidden = [(one.contact, CONTACT) for one in plant.teams.values()]
    hidden += [(one.phone, PHONE) for one in plant.roles.values()]
    # The title of a role may be who it is; its name is a word of the policy, and stays. Where both are one, it stays.
    hidden += [(one.title, name) for name, one in plant.roles.items() if one.title]
    longest_first = sorted((pair for pair in hidden if pair[0]), key=lambda pair: (-len(pair[0]), pair))
    named = frozenset(f"{asset.zone}.{asset.name}" for zone in plant.zones.values() for asset in zone.assets)
    made = cast("Report", _walk(report, _Hidden(longest_first, named)))
    made["redacted"] = True
    made["against"] = PurePath(report["against"]).name  # folders may be called after people
    for zone in made["zones"]:
        zone["networks"] = []
    return made


class _Hidden(NamedTuple):
    """What is declared: the secrets, each with what stands for it, and names that look like a host's and stay."""

    secrets: list[tuple[str, str]]
    named: frozenset[str]


def _walk(value: Any, hidden: _Hidden) -> Any:
    if isinstance(value, dict):
        return {key: one if key in KEPT else _walk(one, hidden) for key, one in value.items()}
    if isinstance(value, list):
        return [_walk(one, hidden) for one in value]
    return _text(value, hidden) if isinstance(value, str) else value


def _text(text: str, hidden: _Hidden) -> str:
    for secret, instead in hidden.secrets:
        text = instead.join(re.split(rf"(?<!\w){re.escape(secret)}(?!\w)", text))
    text = _URL.sub(ADDRESS, text)
    text = _MAC.sub(ADDRESS, _MAIL.sub(CONTACT, text))
    text = _CALLED.sub(rf"\g<how>{PHONE}", _PHONE.sub(PHONE, text))
    text = _V6.sub(_if_address, _V4.sub(ADDRESS, text))
    return _HOST.sub(lambda match: match[0] if match[0] in hidden.named else ADDRESS, text)


def _if_address(match: re.Match[str]) -> str:
    try:
        ip_address(re.split("[/%]", match[0])[0].rstrip("."))
    except ValueError:
        return match[0]
    return ADDRESS

"""What addresses, host names, mail addresses and telephone numbers look like.

Twice: `gently` for any text, where a number may be a clause of a standard or a version; `strictly` for what somebody
wrote between quotes or behind `--`, where a number too many that goes is better than one too few.
"""

from __future__ import annotations

import re
from ipaddress import ip_address

ADDRESS, CONTACT, PHONE, HOST = "[address]", "[contact]", "[phone]", "[host]"

_V4 = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,3})?")  # glued to whatever stands beside it
_V6 = re.compile(r"(?<![\w:.])[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(?:%\w+)?(?:/\d{1,3})?(?![\w:])")
_MAC = re.compile(r"(?<![\w:-])(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}(?![\w:-])")
_DOTTED = re.compile(r"(?<![\w.])[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}(?![\w.])")  # as Cisco writes a MAC
_MAIL = re.compile(r"[^\s@<>()\[\],;:]+@[^\s@<>()\[\],;:]+\.[A-Za-z]{2,}")
_PHONE = re.compile(r"(?<![\w+.:-])(?:\(?0\d{2,5}\)?[ /-]\d[\d -]{3,}\d|(?:\+|00)\d[\d ()./-]{5,}\d)")

_LINK = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s\"'<>]+|\\\\[^\s\"'<>]+")
_ANY_MAIL = re.compile(r"[^\s@<>()\[\],;]+(?:@|\s?[\[({](?:at|AT)[\])}]\s?)[^\s@<>()\[\],;]+")
_ANY_MAC = re.compile(
    r"(?:[0-9A-Fa-f]{1,2}[:.\- ]){5}[0-9A-Fa-f]{1,2}|(?:[0-9A-Fa-f]{4}[.:-]){2}[0-9A-Fa-f]{4}"
    r"|(?<![0-9A-Za-z])(?=[A-Fa-f]*\d)[0-9A-Fa-f]{12}(?![0-9A-Za-z])|[0-9A-Fa-f]{6}[-:][0-9A-Fa-f]{6}"
)
_ANY_V6 = re.compile(r"(?:[0-9A-Fa-f]{0,4}:){2,}[0-9A-Fa-f]{0,4}(?:\.\d{1,3}){0,3}(?:%\w+)?(?:/\d{1,3})?")
_DOT = r"\s?(?:\.|\[\.\]|\(\.\)|[\[(]dot[\])])\s?"
_ANY_V4 = re.compile(
    rf"\d{{1,3}}(?:{_DOT}\d{{1,3}}){{3}}(?:/\d{{1,3}})?"  # whole, also as 10[.]1[.]2[.]3
    r"|\d{1,3}(?:-\d{1,3}){3}(?!\d)"  # as it is put into host names
    r"|\d{1,3}(?:\.\d{1,3}){1,2}(?:\.\d{0,3})?/\d{1,2}"  # 10.1/16
    r"|(?<![\d.])(?:0|10|100|127|169|172|192|224)/\d{1,2}(?![\d.])"  # 10/8, and not 24/7
    r"|\d{1,3}(?:\.\d{1,3}){0,2}(?:\.[xXn*]){1,3}(?![A-Za-z])"  # 10.20.x.x
    r"|(?<![\d.])(?:10\.\d{1,3}|172\.(?:1[6-9]|2\d|3[01])|192\.168)\.\d{1,3}(?![\d.]*\d)"  # 10.20.30
    r"|0[xX][0-9A-Fa-f]{8}(?![0-9A-Fa-f])"
)
_DASH = r"\u2010-\u2015\u2212"
_CALLED = re.compile(
    rf"(?i)\b(?:tel|telephone|phone|fon|mobile|mob|ext|extension|dect|call|ring|dial|dw|durchwahl)\b[.:]*\s*"
    rf"[+(]?\d(?:[\s()./{_DASH}-]{{0,3}}\d)*"
)
_NUMBER = re.compile(rf"(?<!\d)\+?[(]?\+?\d(?:[\s()./{_DASH}-]{{0,3}}\d){{5,}}")
_DATE = re.compile(
    r"\d{4}-\d{2}-\d{2}|(?<!\d)(?:19|20)\d{2}\s?-\s?(?:19|20)\d{2}(?!\d)|62443(?:-\d)*|(?<![\d-])800-\d{2,3}(?![\d-])"
)
_NAME = re.compile(r"(?<![\w.-])[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.[A-Za-z]{2,}(?![\w-])")


def gently(text: str) -> str:
    """Any text without what can be nothing else."""
    text = _DOTTED.sub(ADDRESS, text)
    text = _MAC.sub(ADDRESS, _MAIL.sub(CONTACT, text))
    text = _PHONE.sub(PHONE, text)
    return _V6.sub(_if_address, _V4.sub(ADDRESS, text))


def _if_address(match: re.Match[str]) -> str:
    try:
        ip_address(re.split("[/%]", match[0])[0].rstrip("."))
    except ValueError:
        return match[0]
    return ADDRESS


def strictly(text: str, names: frozenset[str]) -> str:
    """What somebody wrote, without all that may be such a thing; `names` are the policy's own, which stay."""
    text = _ANY_MAIL.sub(CONTACT, _LINK.sub(HOST, text))
    text = _NAME.sub(lambda match: match[0] if match[0] in names else HOST, text)
    text = _ANY_MAC.sub(ADDRESS, _ANY_V6.sub(ADDRESS, text))
    text = _ANY_V4.sub(ADDRESS, text)
    return _NUMBER.sub(_if_number, _CALLED.sub(PHONE, text))


def _if_number(match: re.Match[str]) -> str:
    """Six digits and more that are left when dates and standards are taken out."""
    left = _DATE.sub(" ", match[0])
    return PHONE if sum(one.isdigit() for one in left) >= 6 else match[0]

"""An export of OPNsense, and our file for one, alone and in a whole: what the tests of its reader share."""

from __future__ import annotations

from pathlib import Path

from tests.readers import pf

EXPORT = (Path(__file__).parent.parent / "data/opnsense/config.xml").read_text(encoding="utf-8")
REST = (
    "<system><webgui><noantilockout>1</noantilockout><protocol>https</protocol></webgui><ipv6allow>1</ipv6allow></system>"
    "<interfaces><lan><enable>1</enable><ipaddr>10.1.0.1</ipaddr><subnet>24</subnet></lan>"
    "<opt1><enable>1</enable><ipaddr>10.2.0.1</ipaddr><subnet>24</subnet></opt1>"
    "<lo0><enable>1</enable><internal_dynamic>1</internal_dynamic><virtual>1</virtual></lo0></interfaces>"
)


def rules() -> str:
    return pf.made("opnsense")[1].texts()["rules"]


def whole(rest: str = REST) -> str:
    return rules().replace("<opnsense>", f"<opnsense>{rest}", 1)


def verdict(text: str) -> str:
    return pf.verdict("opnsense", {"rules": text})

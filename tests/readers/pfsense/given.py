"""An export of pfSense, and our files for one, as sections and as a whole: what the tests of its reader share."""

from __future__ import annotations

import re
from pathlib import Path

from tests.readers import pf

EXPORT = (Path(__file__).parent.parent / "data/pfsense/config.xml").read_text(encoding="utf-8")
REST = (
    "<system><webgui><noantilockout></noantilockout></webgui><ipv6allow></ipv6allow></system>"
    "<interfaces>"
    "<lan><enable></enable><ipaddr>10.1.0.1</ipaddr><subnet>24</subnet><ipaddrv6>fd01::1</ipaddrv6><subnetv6>64</subnetv6></lan>"
    "<opt1><enable></enable><ipaddr>10.2.0.1</ipaddr><subnet>24</subnet></opt1>"
    "</interfaces>"
)


def files() -> dict[str, str]:
    return {role: text for role, text in pf.made("pfsense")[1].texts().items() if role in ("rules", "sets")}


def whole(rest: str = REST, rules: str | None = None) -> dict[str, str]:
    """The same as a whole configuration."""
    found = files()
    inner = [re.sub(r"<\?xml[^>]*\?>", "", text) for text in (rules or found["rules"], found["sets"])]
    return {"rules": f'<?xml version="1.0"?>\n<pfsense><version>23.3</version>{rest}{"".join(inner)}</pfsense>\n'}


def verdict(given: dict[str, str]) -> str:
    return pf.verdict("pfsense", given)

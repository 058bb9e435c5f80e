"""The document itself, as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from segc.report import Style
    from segc.report.shape import Document


def render(document: Document, _style: Style) -> str:
    """The document as JSON; the same findings give the same bytes."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"

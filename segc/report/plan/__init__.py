"""A plan (segc/plan/1) as text, Markdown and HTML: three ways to write the same sections."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from segc.plan.shape import Plan

FORMATS = {"text": "segc.report.plan.text", "markdown": "segc.report.plan.markdown", "html": "segc.report.plan.html"}


def render(plan: Plan, form: str, *, whole: bool = False) -> str:
    """The plan in one of `FORMATS`. `whole`: all of every list."""
    return cast("str", import_module(FORMATS[form]).render(plan, whole=whole))

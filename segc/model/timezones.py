"""Time zones by their IANA names: the site's, and those that firewalls' clocks show."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from segc.diagnostics import Diagnostic, finding
from segc.lang.suggest import nearest

if TYPE_CHECKING:
    from segc.lang.facts import Fact


def time_zone(fact: Fact, found: list[Diagnostic]) -> str | None:
    """The name that a fact gives; None after reporting that no time zone is called so."""
    try:
        ZoneInfo(fact.value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        from zoneinfo import available_timezones

        close = nearest(fact.value, available_timezones())
        help_text = f'did you mean "{close}"?' if close else 'IANA names look like "Europe/Vienna"'
        span = fact.place(fact.values[0])
        message = f"there is no time zone `{fact.value}`"
        found.append(finding("wrong-value", message, span, "not known", help=help_text))
        return None
    return str(fact.value)

"""`set timezone` of `system global`: the name of a time zone since 7.4, and before that a number.

Numbers are followed where two lists agree what they stand for and all places of one keep the same time: that of
Fortinet's Terraform provider for FortiManager (`system_global`, `timezone`), and that of the web interface, as
dissect.target notes it (`plugins/os/unix/linux/fortios/locale.py`). From 74 on, and where a country has changed its
rules, they do not. What a box shows that was told no time zone is documented in no one place for all releases.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.packets.clock import Shown, shown

if TYPE_CHECKING:
    from .reader_tree import Node

NUMBERS = {
    "02": "Pacific/Honolulu",  # (GMT-10:00) Hawaii
    "03": "America/Anchorage",  # (GMT-9:00) Alaska
    "04": "America/Los_Angeles",  # (GMT-8:00) Pacific Time (US & Canada)
    "05": "America/Phoenix",  # (GMT-7:00) Arizona
    "06": "America/Denver",  # (GMT-7:00) Mountain Time (US & Canada)
    "08": "America/Chicago",  # (GMT-6:00) Central Time (US & Canada)
    "10": "America/Regina",  # (GMT-6:00) Saskatchewan
    "12": "America/New_York",  # (GMT-5:00) Eastern Time (US & Canada)
    "14": "America/Halifax",  # (GMT-4:00) Atlantic Time (Canada)
    "17": "America/St_Johns",  # (GMT-3:30) Newfoundland
    "26": "Europe/Berlin",  # (GMT+1:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna
    "27": "Europe/Budapest",  # (GMT+1:00) Belgrade, Bratislava, Budapest, Ljubljana, Prague
    "28": "Europe/Paris",  # (GMT+1:00) Brussels, Copenhagen, Madrid, Paris
    "29": "Europe/Warsaw",  # (GMT+1:00) Sarajevo, Skopje, Warsaw, Zagreb
    "30": "Africa/Lagos",  # (GMT+1:00) West Central Africa
    "31": "Europe/Athens",  # (GMT+2:00) Athens, Sofia, Vilnius
    "32": "Europe/Bucharest",  # (GMT+2:00) Bucharest
    "34": "Africa/Johannesburg",  # (GMT+2:00) Harare, Pretoria
    "35": "Europe/Helsinki",  # (GMT+2:00) Helsinki, Riga, Tallinn
    "38": "Asia/Riyadh",  # (GMT+3:00) Kuwait, Riyadh
    "40": "Africa/Nairobi",  # (GMT+3:00) Nairobi
    "42": "Asia/Dubai",  # (GMT+4:00) Abu Dhabi, Muscat
    "47": "Asia/Kolkata",  # (GMT+5:30) Chennai, Mumbai, New Delhi
}


def clock_of(settings: Node, policy: str | None, *, running: bool) -> Shown:
    """What is known of the clock of a box with these settings of `system global`."""
    said = settings.one("timezone", "")
    found = shown(policy, _named(settings, said), running=running)
    if found.zone is None and said:
        return Shown(None, f"line {settings.at('timezone')}, `set timezone {said}`: {found.why}")
    return found


def _named(settings: Node, said: str) -> str:
    """As a name; for a number that this reader does not follow, words that name no time zone."""
    if not said.isdecimal():
        return said
    name = NUMBERS.get(said.zfill(2), f"the number {said}, which stands for no time zone that this reader knows,")
    if not settings.on("dst", "enable"):
        return f"{name} without summer time (`set dst disable`)"
    return name

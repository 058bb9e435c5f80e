"""The document segc/query/1 as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.report.figures.asked import Answer, PartEntry, Rule

MOST = 6  # boxes of a part that are spelt out
INDENT = " " * 9


def render(told: Answer) -> str:
    """The answer in a line, then each part with what brings it about."""
    return "".join(f"{line}\n" for line in _lines(told))


def _lines(told: Answer) -> Iterator[str]:
    yield f"{told['question']}: {told['summary']}"
    if not told["parts"]:
        yield "  the ends have no address family in common, or the service has no packets"
    for part in told["parts"]:
        yield from _part(part)


def _part(part: PartEntry) -> Iterator[str]:
    for at, box in enumerate(part["packets"][:MOST]):
        yield f"  {part['verdict'] if at == 0 else '':<6} {box}"
    if len(part["packets"]) > MOST:
        yield f"{INDENT}and {len(part['packets']) - MOST} more"
    yield f"{INDENT}{part['because']}"
    for near in part["nearest"]:
        turned = near["differs"][0]["by"] == "direction"
        says = ", and ".join(one["says"] for one in near["differs"])
        where = f"`{near['flow']}` in {near['kind']} `{near['within']}` ({near['source']})"
        yield f"{INDENT}{'the other way' if turned else 'nearest'}: {where}"
        yield f"{INDENT}  {'' if turned else 'but '}{says}"
    if part["firewalls"]:
        yield f"{INDENT}on {', then '.join(part['firewalls'])}"
    if part["today"]:
        yield f"{INDENT}{part['today']}"
    if part.get("rules"):
        yield f"{INDENT}for example {part['example']}"
    yield from (f"{INDENT}  {_rule(rule)}" for rule in part.get("rules", ()))


def _rule(rule: Rule) -> str:
    records = "".join(f", recorded as `{prefix}`" for prefix in rule["logs"])
    place = f"{rule['file']}:{rule['line']}: " if rule["line"] else ""
    arriving = f", arriving on {rule['arriving']}" if rule["arriving"] else ""
    return f"{rule['firewall']}{arriving}: {rule['kind']}{records}, {place}{rule['text']}"

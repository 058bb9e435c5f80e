"""Small words that several formats share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.words import count

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from segc.report.shape import Asserted, Compared, DiagnosticEntry, Summary

WIDEST = 60  # of the column in which assertions stand


def ways_out(one: DiagnosticEntry) -> list[str]:
    """What helps: the help, and what each fix does."""
    return [*([f"help: {one['help']}"] if one["help"] else []), *(f"fix: {fix['title']}" for fix in one["fixes"])]


def asserted_lines(asserted: Sequence[Asserted]) -> list[str]:
    """A line an assertion: whether it holds, what it says, and the figure or reason; then how many hold."""
    width = min(max((len(one["assertion"]) for one in asserted), default=0), WIDEST)
    lines = []
    for one in asserted:
        mark = "ok    " if one["holds"] else "FAILED"
        other = f" ({one['other']})" if one["other"] else ""
        lines.append(f"{mark}  {one['assertion']:<{width}}  {one['says']}{other}")
    bad = sum(not one["holds"] for one in asserted)
    total = count(len(asserted), "assertion")
    return [*lines, f"{total}: {f'{bad} failed' if bad else 'all hold'}"]


def compared_lines(compared: Sequence[Compared]) -> list[str]:
    """`fw-line3  nftables: equal to the policy, for all packets`: a line a firewall."""
    width = max((len(one["firewall"]) for one in compared), default=0)
    return [f"{one['firewall']:<{width}}  {one['target']}: {one['says']}" for one in compared]


def tally(counts: Mapping[str, int]) -> str:
    """`2 errors, 1 warning`: what is not zero, by noun, in order."""
    return ", ".join(count(number, noun) for noun, number in counts.items() if number)


def verdict(summary: Summary) -> str:
    """`2 errors, 1 warning`, or that there is nothing to say."""
    nouns = {"error": summary["errors"], "warning": summary["warnings"], "hint": summary["hints"]}
    return tally(nouns) or "no findings"


def summary_line(summary: Summary, *, hints: bool = True) -> str:
    """The last line of a report for people. Without `hints`, it says how to see those that were left out."""
    line = verdict(summary)
    if summary["hints"] and not hints:
        line += " (-v shows hints)"
    checked = summary.get("checked")
    if checked is not None:
        looked_at = [count(checked["files"], "file"), count(checked["zones"], "zone")]
        looked_at += [count(checked["conduits"], "conduit"), count(checked["assets"], "asset")]
        line = f"checked {', '.join(looked_at)}: {line}"
    fixes = summary["safe_fixes"]
    return f"{line} ({fixes} can be fixed by `segc check --fix`)" if fixes else line

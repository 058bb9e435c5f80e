"""Rows about what is no matter of packets: grants and their dates, assertions, ways, people, settings and findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.report.plan.rows import Row, few, place
from segc.words import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from segc.plan.shape import (
        AnswerEntry,
        AssertionEntry,
        DetailEntry,
        FindingEntry,
        GrantEntry,
        SaidEntry,
        SettingEntry,
        WayEntry,
    )

GRANTS = {"begins": "begins", "ends": "is taken away", "changes": "changes"}
FACETS = {"shutdown": "may be ordered stopped by", "isolate": "may be ordered cut off by", "owner": "is owned by"}


def detail(one: DetailEntry | SaidEntry) -> str:
    """A text that is another one."""
    return f"{one['facet']} {one['before'] or 'none'} -> {one['after'] or 'none'}"


def grant(one: GrantEntry) -> Row:
    """A grant that begins, ends or changes: by how many days, for how many hours, by whose word."""
    name = f"{one['title'] or one['name']} (`{one['name']}`{', ' + one['vendor'] if one['vendor'] else ''})"
    told = {each["facet"] for each in one["details"]} | {"dates"}
    facets = [facet for facet in one["facets"] if facet not in told]
    what = f": {', '.join(facets)}" if facets else ""
    state = f"{'open' if one['open_after'] else 'shut'} at this moment, until {one['until']}"
    notes = [state] if one["change"] != "ends" else []
    if one["days_longer"]:
        more = "longer" if one["days_longer"] > 0 else "less"
        notes[0] = f"is granted for {count(abs(one['days_longer']), 'day')} {more}, until {one['until']}"
        notes[0] += f" (before: {one['until_before']})"
    notes += [detail(each) for each in one["details"] if each["facet"] != "until"]
    return Row(f"{name} {GRANTS[one['change']]}{what}", (*place(one["before"]), *place(one["after"])), tuple(notes))


def assertion(one: AssertionEntry) -> Row:
    """An assertion that is taken away, fails now, or is mended."""
    if one["change"] == "ends":
        held = "held" if one["before"] else "did not hold"
        notes = tuple(f"asserted instead: {text}" for text in one["instead"])
        return Row(f"no longer asserted (it {held}): {one['assertion']}", place(one["at"]), notes)
    if one["after"]:
        return Row(f"now holds: {one['assertion']}", place(one["at"]))
    words = "no longer holds" if one["before"] else "is asserted and does not hold"
    return Row(f"{words}: {one['assertion']}", place(one["at"]), (one["says"],))


def way(one: WayEntry) -> Row:
    """Zones between which a firewall stands no more."""
    pairs = [f"{pair['source']} -> {pair['target']}" for pair in one["pairs"]]
    lost = [name for name in one["before"] if name not in one["after"]]
    if one["unfiltered"]:
        return Row(f"nothing surely filters any more (before: {few(one['before'])}): {few(pairs)}")
    return Row(f"no longer through {few(lost)}, only through {few(one['after'])}: {few(pairs)}")


def answer(one: AnswerEntry) -> Row:
    """Who answered, and who is to answer."""
    nobody = "nobody" if one["facet"] in (*FACETS, "team", "deputy") else "none"
    before, after = (_people(one[side]) or nobody for side in ("before", "after"))
    names = f"{one['what']} {few([f'`{name}`' for name in one['names']])}"
    if one["facet"] == "declared":
        return Row(f"{names} is {'new' if one['after'] else 'gone'}", place(one["at"]))
    verb = FACETS.get(one["facet"])
    text = f"{names} {verb} {after}, until now by {before}" if verb else f"{names}: {one['facet']} {before} -> {after}"
    zones = (f"may decide on {few(one['zones'])}",) if one["what"] == "role" and one["zones"] else ()
    return Row(text, place(one["at"]), zones)


def _people(names: Sequence[str]) -> str:
    return " or ".join(names)


def said(one: SaidEntry) -> Row:
    """What something says of itself."""
    weaker = "ASKS LESS: " if one["weaker"] else ""
    return Row(f"{weaker}{one['what']} `{one['name']}`: {detail(one)}", place(one["at"]))


def setting(one: SettingEntry) -> Row:
    """A setting that is another one."""
    weaker = "WEAKER: " if one["weaker"] else ""
    return Row(f"{weaker}{one['key']}: {one['before'] or 'none'} -> {one['after'] or 'none'}")


def ignored(one: FindingEntry) -> Row:
    """A finding that nobody is told of any more."""
    how = f"until {one['until']}: {one['because']}" if one["change"] == "ignored" else "made lighter by segc.toml"
    return Row(f"{one['severity']} {one['name']}: {one['message']}", place(one["at"]), (how,))


def found(one: FindingEntry) -> Row:
    """A finding that was not there before."""
    return Row(f"{one['severity']} {one['name']}: {one['message']}", place(one["at"]))

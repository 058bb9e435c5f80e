"""All but verdicts, as points: modes, grants, firewalls, figures, and who has to agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.report.plan.verdicts import at, zones

if TYPE_CHECKING:
    from collections.abc import Sequence

    from segc.plan.shape import Counts, FirewallEntry, GrantEntry, HopEntry, Plan
    from segc.report.plan.verdicts import Points

KINDS = {"team": "", "role": "", "nobody": "nobody to ask: "}


def modes(document: Plan) -> Points:
    """What no flow covers is treated otherwise."""
    return [
        (
            f"{zones(one['sources'])} -> {zones(one['targets'])}: {one['was']} before, {one['now']} now",
            [f"said{at(one['after'] or one['before'])}"] if one["after"] or one["before"] else [],
        )
        for one in document["modes"]
    ]


def grants(document: Plan) -> Points:
    """Temporary access."""
    return [(_grant(one), [*one["flows"]]) for one in document["grants"]]


def _grant(one: GrantEntry) -> str:
    facets = f" its {', '.join(one['facets'])}" if one["facets"] else ""
    state = "open" if one["open_after"] and one["change"] != "ends" else "closed"
    was = "open" if one["open_before"] else "closed"
    now = f"{state} now" if was == state or one["change"] == "begins" else f"{was} before, {state} now"
    until = f"until {one['until']}"
    if one["until_before"] not in (None, one["until"]):
        until += f", before until {one['until_before']}"
    return f"{_titled(one['name'], one['title'])} {one['change']}{facets}: {now}, {until}{at(one['after'] or one['before'])}"


def firewalls(document: Plan) -> Points:
    """Rules and lines of those whose files differ; and why files cannot be made."""
    found: Points = [(f"files cannot be made: {why}", []) for why in document["unbuildable"]]
    for one in document["firewalls"]:
        details = _firewall(one)
        if one["files"] or details:
            rules, lines = _counts(one["rules"]), _counts(one["lines"])
            change = f"+{one['added']} -{one['removed']} lines in {', '.join(one['files'])}" if one["files"] else ""
            text = f"{_titled(one['name'], one['title'])}: rules {rules}, lines {lines}"
            found.append((text, [*details, *([change] if change else [])]))
    return found


def _firewall(one: FirewallEntry) -> list[str]:
    found = []
    if one["before"] is None:
        found.append(f"is new, {one['target_after']}")
    elif one["target_after"] is None:
        found.append("is gone")
    elif one["target_before"] != one["target_after"]:
        found.append(f"was {one['target_before']}, is {one['target_after']}")
    found += [f"newly lets itself be managed by {who}" for who in one["manage_opens"]]
    found += [f"no longer lets itself be managed by {who}" for who in one["manage_ends"]]
    if one["before"] is not None and one["itself_before"] != one["itself_after"]:
        words = [mode or "left alone" for mode in (one["itself_before"], one["itself_after"])]
        found.append(f"traffic to the firewall itself: {words[0]} before, {words[1]} now")
    if one["files"] and not found and not one["concerned"]:
        found.append("its files change though what they mean does not")
    return found


def _counts(one: Counts) -> str:
    before, after = ("none" if number is None else str(number) for number in (one["before"], one["after"]))
    return after if before == after else f"{before} -> {after}"


def figures(document: Plan) -> Points:
    """Flatness and the widest reach; nothing where they stay."""
    both = document["figures"]
    found: Points = []
    for key, words, shape in (
        ("flatness", "flatness (0: all apart, 1: one flat network)", ".2f"),
        ("worst_blast", "most machines that one reaches", ".0f"),
    ):
        declared, today = both[f"{key}_declared"], both[f"{key}_today"]  # type: ignore[literal-required]
        if declared["before"] != declared["after"] or today["before"] != today["after"]:
            numbers = [f"{each['before']:{shape}} -> {each['after']:{shape}}" for each in (declared, today)]
            found.append((f"{words}: {numbers[0]} as declared, {numbers[1]} today", []))
    return found


def blast(document: Plan) -> Points:
    """Machines whose reach grows, and by what."""
    grown = [
        one
        for one in document["figures"]["blast"]
        if (one["declared"]["after"] or 0) > (one["declared"]["before"] or 0)
    ]
    return [(f"{one['machine']}: {_counts(one['declared'])} machines", _chain(one["chain"])) for one in grown]


def jewels(document: Plan) -> Points:
    """Crown jewels that some machine newly reaches."""
    return [
        (
            f"{one['machine']}: reached by {_counts(one['reached_by'])}, {len(one['newly_by'])} of them newly",
            _chain(one["chain"]),
        )
        for one in document["figures"]["jewels"]
    ]


def _chain(chain: Sequence[HopEntry]) -> list[str]:
    return [f"{hop['source']} -> {hop['target']}: {hop['text']}{at(hop['at'])}" for hop in chain]


def approvals(document: Plan, most: int) -> Points:
    """Teams, roles, and what has nobody."""
    found = []
    for one in document["approvals"]:
        titled = [_titled(name, title) for name, title in zip(one["names"], one["titles"], strict=True)]
        more = f" and {len(one['zones']) - most} more" if len(one["zones"]) > most else ""
        text = f"{KINDS[one['kind']]}{' or '.join(titled) or one['because']}"
        why = (
            f"{one['because']} "
            if one["kind"] == "team"
            else ""
            if one["kind"] == "nobody"
            else f"{one['because']}, in "
        )
        found.append((text, [f"{why}{', '.join(one['zones'][:most])}{more}"]))
    return found


def coming(document: Plan) -> Points:
    """The next dates."""
    return [
        (f"{one['when']}: {_titled(one['name'], one['title'])} {one['what']}{at(one['at'])}", [])
        for one in document["next"]
    ]


def _titled(name: str, title: str) -> str:
    return f"{title} ({name})" if title else name

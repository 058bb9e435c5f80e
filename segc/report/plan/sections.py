"""What a plan has to say, in the order in which people need it: what stops, what opens, who has to agree.

Each section is a title and rows; a row is a sentence, the lines of the policy
that it comes from, and notes. Formats only lay these out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.baseline import crowds
from segc.report.plan.besides import answer, assertion, detail, found, grant, ignored, said, setting, way
from segc.report.plan.rows import NAMES, Row, few, place, section
from segc.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from segc.plan.shape import (
        ApprovalEntry,
        ChangeEntry,
        DeliveryEntry,
        DependencyEntry,
        FirewallEntry,
        ModeEntry,
        Plan,
        PlaybookEntry,
        SeenEntry,
        StoppedEntry,
        ZoneEntry,
    )
    from segc.report.plan.rows import Section

SHOWN = 8  # rows of a section
TITLES = {
    "interrupts": "Would stop",
    "opens": "Newly let through",
    "permits": "Newly permitted (until now let through and recorded)",
    "withdraws": "No longer permitted (still let through and recorded; stops once its pair is enforced)",
    "keeps": "Permitted as before, for another reason",
    "records": "Permitted as before, recorded otherwise",
}
WEIGHTS = ("error", "warning", "hint")
ASIDE = {
    "scan": "set aside, since it answered a machine that also scanned: nothing shows that it is not needed",
    "never-answered": "set aside, since nobody answered it: it keeps coming, as telemetry does",
}
NOW = {"alert": "until now no flow permits it: let through and recorded", "pass": "until now inside one zone"}


def headline(plan: Plan) -> str:
    """The first line: what it would interrupt."""
    stops = plan["summary"]["interrupts"]
    broken = plan["summary"]["breaks"]
    if broken:
        names = dict.fromkeys(one["title"] or one["name"] for one in plan["deliveries"] if one["breaks"])
        return f"Error: breaks what must keep working: {few(list(names))}."
    seen = plan["seen"]
    if seen is not None and seen["stopped"]:
        may = "May" if all(one.get("either") for one in seen["stopped"]) else "Would"
        return f"{may} interrupt what was seen: {_sum(seen['stopped'])}.{_besides(seen)}"
    if plan["empty"]:
        return "No change: both mean the same, for every packet."
    if not stops:
        return "Interrupts nothing: whatever passes now, permitted or only recorded, still passes." + _but(plan)
    told = ""
    if seen is not None:
        told = (
            _besides(seen)
            or f" None of it was seen on the {count(seen['days'], 'day')} of the baseline in `{seen['folder']}`."
        )
    return f"Would interrupt: {count(stops, 'kind')} of traffic that passes now will be stopped.{told}{_but(plan)}"


def _sum(listed: Sequence[StoppedEntry]) -> str:
    sessions = count(sum(one["sessions"] for one in listed), "session")
    return f"{count(len(listed), 'flow')}, {sessions}, the last at {max(one['last'] for one in listed)}"


def _besides(seen: SeenEntry) -> str:
    """What was seen and is no evidence for a flow; nobody can say that it is not missed."""
    aside = seen.get("aside", ())
    also = "also " if seen["stopped"] else ""
    return (
        f" Of it the baseline in `{seen['folder']}` {also}saw and set aside what may be missed: {_sum(aside)}."
        if aside
        else ""
    )


def _but(plan: Plan) -> str:
    """What else is weaker than before, so that nobody takes the first line for all."""
    summary = plan["summary"]
    lost = sum(one["change"] == "ends" or one["holds_after"] is False for one in plan["playbooks"])
    told = (
        (summary["ways"], "kind", "of way loses a firewall", "of ways lose a firewall"),
        (summary["assertions"], "assertion", "is taken away", "are taken away"),
        (summary["released"], "thing", "need not keep working any more", "need not keep working any more"),
        (lost, "isolation", "is lost", "are lost"),
        (summary["playbooks"] - lost, "isolation", "is new or other", "are new or other"),
        (sum(one["widens"] for one in plan["grants"]), "grant", "opens more", "open more"),
        (summary["answers"], "change", "of who answers, or by when", "of who answers, or by when"),
        (
            summary["facts"],
            "change",
            "of what zones or machines are said to be",
            "of what zones or machines are said to be",
        ),
        (summary["asks_less"], "statement", "asks less of what must be shown", "ask less of what must be shown"),
        (summary["said"] - summary["asks_less"], "thing", "is said otherwise", "are said otherwise"),
        (summary["weaker"], "setting", "is weaker", "are weaker"),
        (summary["ignored"], "finding", "is newly ignored", "are newly ignored"),
    )
    parts = [f"{count(number, what)} {one if number == 1 else many}" for number, what, one, many in told if number]
    return f" But {', '.join(parts)}." if parts else ""


def figures(plan: Plan) -> list[tuple[str, str, str]]:
    """Figures before and after."""
    found = plan["figures"]
    flat = [(name, found[key]) for name, key in (("as declared", "flatness_declared"), ("today", "flatness_today"))]  # type: ignore[literal-required]
    rows = [(f"flatness {name}", f"{one['before']:.2f}", f"{one['after']:.2f}") for name, one in flat]
    rows += [
        ("widest reach, as declared", *_machines(plan, "worst_blast_declared")),
        ("widest reach, today", *_machines(plan, "worst_blast_today")),
    ]
    sizes = ("zones", "assets", "conduits", "flows", "grants", "firewalls")
    return rows + [(what, str(plan["before"][what]), str(plan["after"][what])) for what in sizes]  # type: ignore[literal-required]


def _machines(plan: Plan, key: str) -> tuple[str, str]:
    found = plan["figures"][key]  # type: ignore[literal-required]
    return f"{found['before']:g} machines", f"{found['after']:g} machines"


def sections(plan: Plan, *, whole: bool = False) -> Iterator[Section]:
    """All sections that have something to say."""
    most = 1 << 30 if whole else SHOWN
    yield section("Breaks", [_delivery(one) for one in plan["deliveries"] if one["breaks"]], most)
    if plan["seen"] is not None:
        yield section(_seen_title(plan["seen"]), list(_seen(plan["seen"])), most)
        yield section("Seen, set aside, and would stop", list(map(_stopped, plan["seen"].get("aside", ()))), most)
    for effect, title in TITLES.items():
        changes = [one for one in plan["changes"] if one["effect"] == effect]
        yield section(title, [_change(one, whole=whole) for one in changes], most)
    kept = [one for one in plan["deliveries"] if not one["breaks"]]
    yield section("Delivered otherwise", [_delivery(one) for one in kept if not one["released"]], most)
    yield section("Need not keep working any more", [_delivery(one) for one in kept if one["released"]], most)
    yield section("Modes", [_mode(one) for one in plan["modes"]], most)
    yield section("Ways that firewalls leave", [way(one) for one in plan["ways"]], most)
    yield section("Assertions", [assertion(one) for one in plan["assertions"]], most)
    yield section("Temporary access", [grant(one) for one in plan["grants"]], most)
    yield section("Isolations", [_playbook(one) for one in plan["playbooks"]], most)
    yield section("Without everything above the DMZ", [_dependency(one) for one in plan["autonomy"]["changes"]], most)
    yield section("Who answers and decides, and by when", [answer(one) for one in plan["answers"]], most)
    yield section("Zones, machines and services are said to be", [answer(one) for one in plan["facts"]], most)
    yield section("Said of flows, conduits and firewalls", [said(one) for one in plan["said"]], most)
    yield section("Settings", [setting(one) for one in plan["settings"]], most)
    findings = plan["findings"]
    yield section("Newly ignored", [ignored(one) for one in findings if one["change"] != "found"], most)
    fresh = sorted(
        (one for one in findings if one["change"] == "found"), key=lambda one: WEIGHTS.index(one["severity"])
    )
    yield section("Newly found", [found(one) for one in fresh], most)
    yield section("Reach", list(_reach(plan)), most)
    yield section("Needs the agreement of", [_approval(one) for one in plan["approvals"]], most)
    yield section("Firewalls", list(_firewalls(plan)), most)
    yield section("Next", [_next(plan, at) for at in range(len(plan["next"]))], most)


def _seen_title(seen: SeenEntry) -> str:
    baseline = f"baseline {seen['baseline']} in `{seen['folder']}`"
    return f"Seen and would stop ({baseline}: {count(seen['days'], 'day')} until {seen['last']})"


def _seen(seen: SeenEntry) -> Iterator[Row]:
    listed = (*seen["stopped"], *seen.get("aside", ()))
    named = {end for one in listed for end in (one["source"], one["target"])}
    yield from (Row(line) for line in crowds.told({a: n for a, n in seen.get("crowds", {}).items() if a in named}))
    yield from map(_stopped, seen["stopped"])


def _stopped(one: StoppedEntry) -> Row:
    ends = [one["source_asset"] or one["source"], one["target_asset"] or one["target"]]
    unsure = "" if one["surely"] else " (or a part of it: the log does not tell source ports, or the port)"
    if one.get("either"):
        unsure = " (or it is an answer: nothing tells which end opened it, and one way it still passes)"
    if one.get("astray"):
        unsure = " (what of it comes in at another interface than its zone's, where no flow permits it)"
    seen = f"{count(one['sessions'], 'session')} on {count(one['days'], 'day')}, last {one['last']}"
    text = f"{ends[0]} -> {ends[1]} : {one['service']}{unsure}: {seen}"
    by = one["by"]
    notes = [f"until now by {by['text']} (`{by['within']}`)" if by else NOW[one["verdict"]]]
    notes += [ASIDE[one["aside"]]] if "aside" in one else []
    return Row(text, place(by["at"] if by else None), tuple(notes))


def _zone(one: ZoneEntry) -> str:
    name = one["after"] or one["before"] or "addresses of nobody"
    old = f", until now in {one['before']}" if one["before"] not in (one["after"], None) and one["after"] else ""
    title = f" ({one['title']}{old})" if one["title"] else f" ({old[2:]})" if old else ""
    return f"{name}{title}"


def _zones(zones: Sequence[ZoneEntry]) -> str:
    names = [_zone(one) for one in zones[:NAMES]] if len(zones) == 1 else [_short(one) for one in zones[:NAMES]]
    more = f" and {len(zones) - NAMES} more" if len(zones) > NAMES else ""
    return ", ".join(dict.fromkeys(names)) + more


def _short(one: ZoneEntry) -> str:
    return one["after"] or one["before"] or "addresses of nobody"


def _change(one: ChangeEntry, *, whole: bool) -> Row:
    ends = f"{_zones(one['sources'])} -> {_zone(one['target'])}"
    was, now = one["before"], one["after"]
    where = f", on {', '.join(one['firewalls'])}" if one["firewalls"] else ""
    notes = [f"for example {one['example']['text']}{where}"]
    if whole:
        notes.append(f"before: {one['was']}, {was['text']}{_within(was['within'])}")
        notes.append(f"after: {one['now']}, {now['text']}{_within(now['within'])}")
    return Row(f"{ends}: {one['what']}", (*place(was["at"]), *place(now["at"])), tuple(notes))


def _within(name: str) -> str:
    return f" (`{name}`)" if name else ""


def _mode(one: ModeEntry) -> Row:
    sources = _zones(one["sources"]) if one["sources"] else "all others"
    does = "is enforced from now on" if one["enforces"] else "is only recorded from now on"
    return Row(f"{sources} -> {_zones(one['targets'])} {does}", (*place(one["before"]), *place(one["after"])))


def _delivery(one: DeliveryEntry) -> Row:
    what = "workflow" if one["kind"] == "workflow" else "essential flow of"
    name = f"{one['title']} (`{one['name']}`)" if one["title"] else f"`{one['name']}`"
    gone = "; it is not declared any more" if one["gone"] else ""
    notes = []
    if one["example"] is not None:
        where = f" on {', '.join(one['firewalls'])}" if one["firewalls"] else ""
        back = ", on the way back" if one["direction"] == "back" else ""
        why = f": {one['why']}" if one["why"] else ""
        notes.append(f"for example {one['example']['text']}{where}{back}{why}")
    text = f"{what} {name}: `{one['flow']}` is {one['after']}, until now {one['before']}{gone}"
    if one["released"]:
        text = f"{what} {name}: `{one['flow']}` is {one['after']} as before{gone}"
    return Row(text, place(one["at"]), tuple(notes))


def _playbook(one: PlaybookEntry) -> Row:
    name = f"{one['title']} (`{one['name']}`)" if one["title"] else f"`{one['name']}`"
    on = f"; other files for {few(one['firewalls'])}" if one["firewalls"] else ""
    told = {each["facet"] for each in one["details"]}
    facets = [facet for facet in one["facets"] if facet not in ("files", "holds", *told)]
    facets = [*(detail(each) for each in one["details"]), *facets]
    what = f": {', '.join(facets)}" if facets else ""
    does = {"begins": "is new", "ends": "is gone", "changes": "changes"}[one["change"]]
    holds = "" if one["holds_after"] is None else "; it holds" if one["holds_after"] else "; IT DOES NOT HOLD"
    notes = [f"not true that {fail['says']} ({fail['name']})" for fail in one["fails"]]
    notes += [one["problem"]] if one["problem"] else []
    return Row(f"{name} {does}{what}{on}{holds}", place(one["at"]), tuple(notes))


def _dependency(one: DependencyEntry) -> Row:
    verb = "stops" if one["change"] == "begins" else "no longer stops"
    what = one["who"] if one["what"] == "workflow" else f"{one['what']} of {one['who']}"
    through = f", through {one['through']}" if one["through"] else ""
    essential = ", on which something essential rests" if one["essential"] and one["what"] != "workflow" else ""
    return Row(f"{what} {verb}: `{one['flow']}`, from {one['above']}{through}{essential}", place(one["at"]))


def _reach(plan: Plan) -> Iterator[Row]:
    for jewel in plan["figures"]["jewels"]:
        before, after = jewel["reached_by"]["before"], jewel["reached_by"]["after"]
        names = ", ".join(jewel["newly_by"][:NAMES])
        notes = [f"newly by {names}"] if names else []
        notes += [f"{hop['source']} -> {hop['target']}: {hop['text']}" for hop in jewel["chain"]]
        reach = f"{_machines_of(after)} (before: {_known(before)})"
        yield Row(f"{jewel['machine']} can be reached by {reach}", (), tuple(notes))
    for one in plan["figures"]["blast"]:
        before, after = one["declared"]["before"], one["declared"]["after"]
        if before != after and one["chain"]:
            chain = [f"{hop['source']} -> {hop['target']}: {hop['text']}" for hop in one["chain"]]
            yield Row(f"{one['machine']} reaches {_machines_of(after)} (before: {_known(before)})", (), tuple(chain))


def _machines_of(number: int | None) -> str:
    return _known(number) if number is None else count(number, "machine")


def _known(number: int | None) -> str:
    return "it was not there" if number is None else str(number)


def _approval(one: ApprovalEntry) -> Row:
    titles = [title or name for name, title in zip(one["names"], one["titles"], strict=True)]
    zones = few(one["zones"])
    because = f"owns {zones}" if one["because"] == "owns" else f"{one['because']}: {zones}"
    return Row(f"{' or '.join(titles) or 'nobody can be asked'}: {because}")


def _firewalls(plan: Plan) -> Iterator[Row]:
    for one in plan["firewalls"]:
        if not (one["files"] or one["manage_opens"] or one["manage_ends"] or one["before"] is None):
            continue
        yield Row(_firewall(one), place(one["at"]), tuple(_manage(one)))
    for name in plan["unbuildable"]:
        yield Row(f"{name}: its files cannot be made, see `segc build`")


def _firewall(one: FirewallEntry) -> str:
    rules, lines = one["rules"], one["lines"]
    if rules["before"] is None and one["before"] is None:
        told = [count(n, what) for n, what in ((rules["after"], "flow"), (lines["after"], "line")) if n is not None]
        text = ", ".join([f"{one['name']}: new", *told])
    elif one["target_after"] is None:
        text = f"{one['name']}: no longer there"
    else:
        text = (
            f"{one['name']}: {rules['before']} -> {rules['after']} flows, {lines['before']} -> {lines['after']} lines"
        )
    if one["target_before"] and one["target_after"] and one["target_before"] != one["target_after"]:
        text += f", {one['target_before']} -> {one['target_after']}"
    other = one["target_before"] != one["target_after"] or one["itself_before"] != one["itself_after"]
    if one["files"] and not (one["concerned"] or other or one["manage_opens"] or one["manage_ends"]):
        text += "; its files change, and mean the same"
    return text


def _manage(one: FirewallEntry) -> Iterator[str]:
    yield from (f"can be managed newly: {text}" for text in one["manage_opens"])
    yield from (f"can no longer be managed: {text}" for text in one["manage_ends"])


def _next(plan: Plan, at: int) -> Row:
    one = plan["next"][at]
    return Row(f"{one['when'][:16].replace('T', ' ')} UTC: `{one['name']}` {one['what']}", place(one["at"]))

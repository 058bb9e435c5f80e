"""The plan as one document, from which every format is rendered. It is complete; formats leave things out, and say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc import __version__
from segc.baseline import crowds
from segc.baseline.observed import Noise
from segc.baseline.store import day_text, moment_text
from segc.baseline.words import service
from segc.graph.flatness import flatness
from segc.graph.ways import DECLARED, TODAY
from segc.model.clock import utc_text
from segc.model.parts import cut
from segc.plan import asked, keeping, others
from segc.plan.answering import answering
from segc.plan.approvals import NOBODY, ROLE, approvals
from segc.plan.asserted import assertion_changes
from segc.plan.deliveries import delivery_changes
from segc.plan.difference import difference
from segc.plan.effects import EFFECTS
from segc.plan.entries import Entries
from segc.plan.facts import fact_changes
from segc.plan.figures import Comparison
from segc.plan.firewalls import firewall_changes
from segc.plan.grants import ENDS, coming, grant_changes, is_open
from segc.plan.modes import mode_changes
from segc.plan.pairing import detail_entries
from segc.plan.playbooks import playbook_changes
from segc.plan.said import said_changes
from segc.plan.ways import way_changes
from segc.targets.build import policy_digest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from segc.plan.approvals import Approval
    from segc.plan.firewalls import FirewallChange
    from segc.plan.grants import Coming, GrantChange
    from segc.plan.seen import Observed, Stopped
    from segc.plan.shape import (
        ApprovalEntry,
        ChangeEntry,
        DateEntry,
        Figures,
        FirewallEntry,
        GrantEntry,
        Plan,
        Said,
        SeenEntry,
        SideEntry,
        StoppedEntry,
        Summary,
    )
    from segc.plan.side import Side

SCHEMA = "segc/plan/1"
# Of these, an empty plan has none.
COUNTED = (
    "breaks",
    "released",
    *EFFECTS,
    "modes",
    "grants",
    "firewalls",
    "ways",
    "playbooks",
    "assertions",
    *others.COUNTED,
)


def plan(before: Side, after: Side, observed: Observed | None = None) -> Plan:
    """All that changes from one plant to another one, for one moment. `observed`: what a baseline says of it."""
    changes = difference(before, after)
    modes = mode_changes(before, after)
    grants = grant_changes(before, after)
    firewalls, unbuildable = firewall_changes(before, after)
    entries = Entries(before, after)
    told = sorted(map(entries.change, changes), key=lambda one: EFFECTS.index(one["effect"]))
    figures = _figures(entries, Comparison(before, after))
    ways = way_changes(before, after)
    concerned = _reached(told) | _granted(before, after, grants) | {name for one in ways for name in one.before}
    boxes = [_firewall(after, before, one, concerned) for one in firewalls]
    answers = answering(before, after)
    asserted = assertion_changes(before, after)
    wanted = delivery_changes(before, after)
    deliveries = [keeping.delivered(entries, one) for one in wanted]
    facts = fact_changes(before, after)
    said = said_changes(before, after)
    besides = others.besides(before, after, answers, facts, said)
    books = playbook_changes(before, after)
    summary = _summary(told, len(modes), len(grants), boxes, figures)
    summary["breaks"] = sum(one["breaks"] for one in deliveries)
    summary["released"] = sum(one["released"] for one in deliveries)
    summary["playbooks"] = sum(one.means for one in books)
    summary["ways"] = len(ways)
    summary["assertions"] = sum(one.change == ENDS for one in asserted)
    others.tally(summary, besides)
    requests = [
        *asked.of_grants(before, after, grants),
        *asked.of_playbooks(before, after, books),
        *asked.of_assertions(before, after, asserted),
        *asked.of_deliveries(wanted),
        *asked.of_answering(before, after, answers),
        *asked.of_facts(before, after, facts),
        *asked.of_said(before, after, said),
        *asked.of_firewalls(after, firewalls, ways),
        *asked.of_judging(before, after, besides),
    ]
    return {
        "schema": SCHEMA,
        "segc": __version__,
        "at": utc_text(after.at),
        "before": _side(before),
        "after": _side(after),
        "empty": not any(summary[key] for key in COUNTED),  # type: ignore[literal-required]
        "summary": summary,
        "seen": _seen(before, observed) if observed is not None else None,
        "deliveries": deliveries,
        "changes": told,
        "modes": [entries.mode(one) for one in modes],
        "grants": [_grant(before, after, one) for one in grants],
        "next": [_date(after, one) for one in coming(after)],
        "firewalls": boxes,
        "unbuildable": unbuildable,
        "playbooks": [keeping.isolation(before, after, one) for one in books],
        "autonomy": keeping.standing_alone(before, after),
        "approvals": [_approval(before, after, one) for one in approvals(before, after, changes, modes, requests)],
        "figures": figures,
        "assertions": [others.assertion(before, after, one) for one in asserted],
        "ways": [others.way(one) for one in ways],
        "answers": besides["answers"],
        "facts": besides["facts"],
        "said": besides["said"],
        "settings": besides["settings"],
        "findings": besides["findings"],
    }


def _seen(before: Side, observed: Observed) -> SeenEntry:
    days = observed.days
    told: SeenEntry = {
        "folder": observed.folder,
        "baseline": observed.digest,
        "days": len(days),
        "first": day_text(days[0]) if days else None,
        "last": day_text(days[-1]) if days else None,
        "sessions": sum(one.seen.n for one in observed.stopped),
        "stopped": [_stopped(before, one) for one in observed.stopped],
    }
    if observed.aside:
        told["aside"] = [_aside(before, one) for one in observed.aside]
    if observed.crowds:
        told["crowds"] = crowds.sizes(observed.crowds)
    return told


def _aside(before: Side, one: Stopped) -> StoppedEntry:
    scanned = one.seen.noise == Noise.SCAN and one.seen.answered > 0
    return {**_stopped(before, one), "aside": "scan" if scanned else "never-answered"}


def _stopped(before: Side, one: Stopped) -> StoppedEntry:
    key, flow = one.seen.key, one.was.flow
    by: Said | None = None
    if flow is not None:
        by = {"text": flow.text, "within": flow.within, "at": before.place(flow.span)}
    told: StoppedEntry = {
        "source": key.src,
        "source_asset": one.source.path if one.source else None,
        "target": key.dst,
        "target_asset": one.target.path if one.target else None,
        "service": service(key),
        "sessions": one.seen.n,
        "days": one.seen.days,
        "last": moment_text(one.seen.last),
        "surely": one.surely,
        "verdict": one.was.verdict,
        "by": by,
    }
    if one.either:
        told["either"] = True
    if one.astray:
        told["astray"] = True
    return told


def _side(side: Side) -> SideEntry:
    plant = side.plant
    return {
        "label": side.label,
        "site": plant.site.name if plant.site is not None else None,
        "policy": policy_digest(plant),
        "zones": len(plant.zones),
        "assets": sum(len(zone.assets) for zone in plant.zones.values()),
        "conduits": len(plant.conduits),
        "flows": sum(len(conduit.flows) for conduit in plant.conduits.values())
        + sum(len(grant.flows) for grant in plant.grants.values()),
        "grants": len(plant.grants),
        "firewalls": len(plant.firewalls),
    }


def _summary(
    changes: Sequence[ChangeEntry], modes: int, grants: int, firewalls: Sequence[FirewallEntry], figures: Figures
) -> Summary:
    effects = [one["effect"] for one in changes]
    grown = [(one["declared"]["after"] or 0) - (one["declared"]["before"] or 0) for one in figures["blast"]]
    return {
        "breaks": 0,
        "released": 0,
        "interrupts": effects.count("interrupts"),
        "opens": effects.count("opens"),
        "permits": effects.count("permits"),
        "withdraws": effects.count("withdraws"),
        "keeps": effects.count("keeps"),
        "records": effects.count("records"),
        "modes": modes,
        "grants": grants,
        "firewalls": sum(map(_differs, firewalls)),
        "ways": 0,
        "playbooks": 0,
        "assertions": 0,
        "answers": 0,
        "facts": 0,
        "said": 0,
        "asks_less": 0,
        "weaker": 0,
        "settings": 0,
        "ignored": 0,
        "blast_growth": max([0, *grown]),
    }


def _differs(one: FirewallEntry) -> bool:
    """Is it another box, or may others manage it? Files that differ alone may mean the same."""
    return (
        one["target_before"] != one["target_after"]
        or bool(one["manage_opens"] or one["manage_ends"])
        or one["itself_before"] != one["itself_after"]
    )


def _reached(changes: Sequence[ChangeEntry]) -> set[str]:
    return {name for change in changes for name in change["firewalls"]}


def _granted(before: Side, after: Side, grants: Sequence[GrantChange]) -> set[str]:
    """The firewalls that carry a grant which changes, though it may be shut at this moment."""
    found: set[str] = set()
    for one in grants:
        for side, grant in ((before, one.before), (after, one.after)):
            for flow in grant.flows if grant is not None else ():
                for (a, b), _, _ in cut(flow, side.policy.own):
                    if b is not None:
                        found |= side.policy.topology.crossed(a, b)
    return found


def _firewall(after: Side, before: Side, one: FirewallChange, concerned: set[str]) -> FirewallEntry:
    side, firewall = (after, one.after) if one.after is not None else (before, one.before)
    assert firewall is not None  # noqa: S101 - one of the two is there
    names = {each.name for each in (one.before, one.after) if each is not None}
    return {
        "name": firewall.name,
        "title": firewall.title,
        "before": one.before.name if one.before is not None else None,
        "target_before": one.before.target if one.before is not None else None,
        "target_after": one.after.target if one.after is not None else None,
        "rules": {"before": one.rules[0], "after": one.rules[1]},
        "lines": {"before": one.lines[0], "after": one.lines[1]},
        "added": one.added,
        "removed": one.removed,
        "files": list(one.files),
        "concerned": bool(names & concerned),
        "manage_opens": list(one.manage_opens),
        "manage_ends": list(one.manage_ends),
        "itself_before": one.itself[0],
        "itself_after": one.itself[1],
        "at": side.place(firewall.span),
    }


def _grant(before: Side, after: Side, one: GrantChange) -> GrantEntry:
    grant = one.after or one.before
    assert grant is not None  # noqa: S101 - one of the two is there
    return {
        "name": grant.name,
        "title": grant.title,
        "vendor": grant.vendor,
        "change": one.change,
        "facets": list(one.facets),
        "details": detail_entries(one.details),
        "widens": one.widens,
        "days_longer": one.longer,
        "open_before": is_open(before, one.before),
        "open_after": is_open(after, one.after),
        "until": grant.last.isoformat(),
        "until_before": one.before.last.isoformat() if one.before is not None else None,
        "flows": [flow.text for flow in grant.flows],
        "before": before.place(one.before.span) if one.before is not None else None,
        "after": after.place(one.after.span) if one.after is not None else None,
    }


def _date(side: Side, one: Coming) -> DateEntry:
    return {
        "what": one.what,
        "name": one.name,
        "title": one.title,
        "when": utc_text(one.when),
        "days": (one.when - side.at).days,
        "at": side.place(one.span),
    }


def _approval(before: Side, after: Side, one: Approval) -> ApprovalEntry:
    def title(name: str) -> str:
        for side in (after, before):
            known = side.plant.roles if one.kind == ROLE else side.plant.teams
            if name in known:
                return known[name].title
        return ""

    names = () if one.kind == NOBODY else one.names
    return {
        "kind": one.kind,
        "names": list(names),
        "titles": [title(name) for name in names],
        "zones": list(one.zones),
        "because": one.because,
    }


def _figures(entries: Entries, both: Comparison) -> Figures:
    def index(state: str) -> list[float]:
        return [round(flatness(both.closures[side, state]).value, 4) for side in (both.before, both.after)]

    def worst(state: str) -> list[int]:
        sides = (both.before, both.after)
        return [
            max((both.closures[side, state].of(m).machines for m in side.analysis.ways().machines), default=0)
            for side in sides
        ]

    flat = {state: index(state) for state in (DECLARED, TODAY)}
    blast = {state: worst(state) for state in (DECLARED, TODAY)}
    return {
        "flatness_declared": {"before": flat[DECLARED][0], "after": flat[DECLARED][1]},
        "flatness_today": {"before": flat[TODAY][0], "after": flat[TODAY][1]},
        "worst_blast_declared": {"before": blast[DECLARED][0], "after": blast[DECLARED][1]},
        "worst_blast_today": {"before": blast[TODAY][0], "after": blast[TODAY][1]},
        "blast": [entries.blast(both, one) for one in both.blast()],
        "jewels": [entries.jewel(one) for one in both.jewels()],
    }

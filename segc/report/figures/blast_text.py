"""A blast radius as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.report.cells import visible
from segc.report.figures.chains import chain_lines
from segc.words import count, plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from segc.report.figures.blast import Blast, Extent, Jewel
    from segc.report.figures.cutting import CutEntry, FlowEntry

WIDTH = 118
SHOWN = 5  # chains, and members of lists
START = {
    "asset": "from `{name}`",
    "zone": "from a machine in `{name}`",
    "grant": "by grant `{name}`",
}


def render(blast: Blast, *, whole: bool = False) -> str:
    """Lines for people. `whole`: every crown jewel and every machine."""
    return "".join(f"{line}\n" for line in _lines(blast, most=1 << 30 if whole else SHOWN, whole=whole))


def _lines(blast: Blast, *, most: int, whole: bool) -> Iterator[str]:
    start = START[blast["kind"]].format(name=blast["name"])
    yield f"{start}, of {count(blast['of'], 'other machine')}:"
    yield ""
    yield f"  {'':<22}{'as declared':<26}today"
    for title, key in (("can open sessions to", "sessions"), ("can command", "commands")):
        declared, today = (blast[state][key] for state in ("declared", "today"))  # type: ignore[literal-required]
        yield f"  {title:<22}{_reached(declared, blast['of']):<26}{_reached(today, blast['of'])}"
        yield f"  {'  of these directly':<22}{declared['direct']:<26}{today['direct']}"
    weights = [f"{blast[state]['sessions']['weight']:.0%}" for state in ("declared", "today")]
    yield f"  {'share of all weight':<22}{weights[0]:<26}{weights[1]}"
    jewels = [str(len(blast[state]["jewels"])) for state in ("declared", "today")]
    yield f"  {'crown jewels':<22}{jewels[0]:<26}{jewels[1]}"
    yield from _jewels(blast, most)
    yield from _open_today(blast)
    if whole:
        yield ""
        for title, state in (("as declared", "declared"), ("today", "today")):
            hops = blast[state]["sessions"]["by_hop"]  # type: ignore[literal-required]
            yield f"machines by hops, {title}: {', '.join(map(str, hops)) or 'none'}"
        yield ""
        yield "all machines, as declared, by hops and the machine before:"
        for one in blast["declared"]["machines"]:
            yield f"  {one['hops']}  {one['name']}  over {one['over']}"
    if "cut" in blast:
        yield from _cut(blast["cut"], most)


def _reached(extent: Extent, of: int) -> str:
    return f"{extent['reached']} ({extent['reached'] / of:.0%})" if of else "0"


def _jewels(blast: Blast, most: int) -> Iterator[str]:
    found = blast["declared"]["jewels"]
    if not found:
        return
    yield ""
    yield "shortest chains to crown jewels, as declared:"
    for jewel in found[:most]:
        yield from _jewel(jewel)
    if len(found) > most:
        yield f"  and {len(found) - most} more (-v shows all)"


def _jewel(jewel: Jewel) -> Iterator[str]:
    yield f"  {jewel['name']} ({', '.join(jewel['why'])}): {count(jewel['hops'], 'hop')}"
    yield from chain_lines(jewel["chain"], "    ")


def _open_today(blast: Blast) -> Iterator[str]:
    """What is nearer today than the policy says, and why."""
    declared = {one["name"]: one["hops"] for one in blast["declared"]["jewels"]}
    nearer = [one for one in blast["today"]["jewels"] if one["hops"] < declared.get(one["name"], 1 << 30)]
    if not nearer:
        return
    yield ""
    yield f"today {count(len(nearer), 'crown jewel')} {plural(len(nearer), 'is', 'are')} nearer than that; the nearest:"
    yield from _jewel(nearer[0])


def _cut(cut: CutEntry, most: int) -> Iterator[str]:
    yield ""
    if cut["from_goals"]:
        yield "the fewest flows to remove so that no chain is left, which helps where their pairs are enforced:"
        yield from _names("  to ", cut["from_goals"], most)
        for flow in cut["flows"]:
            yield from _flow(flow)
        yield from _conduits(cut)
    for one in cut["stays"][:most]:
        last = one["chain"][-1]
        yield f"{one['name']} stays in reach, by zones and essential flows alone; the last hop: {last['why']}"
    if not cut["from_goals"] and not cut["stays"]:
        yield "nothing to cut: none of what is to be kept away from is reached, as declared"
    if len(cut["stays"]) > most:
        yield f"and {len(cut['stays']) - most} more that stay in reach (-v shows all)"


def _names(title: str, names: Sequence[str], most: int) -> Iterator[str]:
    line = title
    for at, name in enumerate(names[:most]):
        last = at == len(names[:most]) - 1
        text = name + (f" and {len(names) - most} more" if last and len(names) > most else "" if last else ", ")
        if len(line) + len(text) > WIDTH:
            yield line.rstrip()
            line = " " * len(title)
        line += text
    yield line


def _flow(flow: FlowEntry, indent: str = "  ") -> Iterator[str]:
    yield f"{indent}{flow['flow']}  ({flow['source']}, `{flow['within']}`)"
    losses = [f"workflow `{name}`" for name in flow["workflows"]]
    losses += [f'"{visible(flow["because"])}"'] if flow["because"] else []
    yield f"{indent}  interrupts {', '.join(losses) or 'what nobody wrote a reason for'}"


def _conduits(cut: CutEntry) -> Iterator[str]:
    if cut["conduits"] is None:
        yield "no few conduits would do the same"
    elif cut["conduits"]:
        yield "or these conduits and grants, whole:"
        for one in cut["conduits"]:
            flows = count(len(one["flows"]), "flow")
            yield f"  `{one['name']}`  ({one['source']}), with {flows}"

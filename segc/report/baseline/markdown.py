"""`segc baseline compare` as Markdown: a comment on a change, or a job summary. What has no room is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.baseline import crowds
from segc.report.baseline import aside
from segc.report.baseline.comparison import baseline_line, direction
from segc.report.markdown import ROOM, escape
from segc.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.report.baseline.aside import AsideEntry
    from segc.report.baseline.comparison import CompareDocument, KeyEntry, PairEntry

HEAD = "| from | to | service | class | seen | what comes closest |\n| --- | --- | --- | --- | --- | --- |"


def render(told: CompareDocument) -> str:
    """A heading, the classes, and a table a pair of zones, the pair with most sessions first."""
    keys = sum(len(pair["keys"]) for pair in told["unexplained"])
    seen = sum(one["keys"] for one in told["classes"].values())
    unsure = len(told.get("unsure", ()))
    title = f"{count(keys, 'key')} that enforcing would stop" if keys else aside.verdict(seen, told["aside"], unsure)
    parts = [f"### segc: {escape(title)}", f"{escape(baseline_line(told['baseline']))}.", _classes(told)]
    parts += [f"{escape(line)}." for line in (*aside.where_to_look(told["aside"]), *aside.idle(told["expected_deny"]))]
    parts += [f"{escape(line)}." for line in (*crowds.told(told.get("crowds", {})), *aside.doubt(unsure))]
    room = ROOM - sum(map(len, parts))
    left = 0
    for pair in told["unexplained"]:
        lines = list(_pair(pair))
        size = sum(len(line) + 1 for line in lines)
        if left or size > room:  # once one has no room, no later one does: the order is by weight
            left += len(pair["keys"])
            continue
        room -= size
        parts.append("\n".join(lines))
    if left:
        parts.append(f"And {count(left, 'more key')}, for which there is no room here.")
    return "\n\n".join(parts) + "\n"


def _classes(told: CompareDocument) -> str:
    rows = [f"| {name} | {one['keys']} | {one['sessions']} |" for name, one in told["classes"].items()]
    rows += [
        f"| {kind} ({escape(aside.by_whom(one))}) | {one['keys']} | {one['sessions']} |" for kind, one in _aside(told)
    ]
    return "\n".join(["| class | keys | sessions |", "| --- | ---: | ---: |", *rows])


def _aside(told: CompareDocument) -> Iterator[tuple[str, AsideEntry]]:
    yield from ((f"not compared: {kind}", one) for kind, one in told["aside"].items())


def _pair(pair: PairEntry) -> Iterator[str]:
    ends = f"{pair['source'] or 'nobody'} -> {pair['target'] or 'nobody'}"
    where = f"conduit {pair['conduit']}, {pair['place']}" if pair["conduit"] else "no conduit"
    yield f"**{escape(ends)}** ({escape(where)}; {pair['mode']})\n"
    yield HEAD
    for key in pair["keys"]:
        yield _row(key)


def _row(key: KeyEntry) -> str:
    ends = [key["source_asset"] or key["source"], key["target_asset"] or key["target"]]
    seen = f"{count(key['sessions'], 'session')} on {count(key['days'], 'day')}, last {key['last']}"
    seen += direction(key) if key["grade"] == "none" else ""
    return f"| {' | '.join(escape(cell) for cell in (*ends, key['service'], key['verdict'], seen, key['nearest']))} |"

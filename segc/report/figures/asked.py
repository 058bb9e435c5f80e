"""What becomes of packets that somebody asked about: the document segc/query/1 (docs/schema/query-1.json)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypedDict

from segc import __version__
from segc.graph.openness import Openness
from segc.model.addresses import FAMILIES
from segc.model.clock import expired, next_change, utc_text, window_text, zone_of
from segc.model.places import place
from segc.packets.fields import SOURCE, TARGET
from segc.proof.nearest import SERVICE, SOURCED, TARGETED, TIME, nearest, reverse
from segc.proof.path import Path
from segc.proof.sessions import ranges
from segc.proof.show import Words, service
from segc.proof.why import packet_text
from segc.report.figures.asked_words import because, overall, summary, today

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from segc.model.addresses import Addresses
    from segc.model.plant import Grant
    from segc.packets.fields import Packet
    from segc.proof.asking import Question
    from segc.proof.duties import Policy
    from segc.proof.nearest import Near
    from segc.proof.query import Row

SCHEMA = "segc/query/1"
NEAR = 4  # refused parts for which the nearest flow is looked for


class Difference(TypedDict):
    """In what a flow differs: time, service, source, target or direction; and how, in words."""

    by: str
    says: str


class NearEntry(TypedDict):
    """A flow that almost covers a refused part. `kind` is conduit or grant, `source` is file:line."""

    flow: str
    within: str
    kind: str
    source: str
    differs: list[Difference]


class Rule(TypedDict):
    """What one firewall does with the example, and the line of its file that says so."""

    firewall: str
    arriving: str
    kind: str
    logs: list[str]
    file: str
    line: int
    text: str


class _Why(TypedDict, total=False):
    rules: list[Rule]


# Members that Python would take for words of its own.
_Ends = TypedDict("_Ends", {"from": str, "to": str})


class PartEntry(_Ends, _Why):
    """Packets with one verdict, for one reason. `from` and `to` are zones, empty for addresses of nobody.

    `flow`, `within` and `source` are those of the line that decides, empty where none does; `today` says what stands
    between the verdict and what happens now.
    """

    verdict: str
    packets: list[str]
    because: str
    flow: str
    within: str
    source: str
    today: str
    firewalls: list[str]
    example: str
    nearest: list[NearEntry]


class Answer(TypedDict):
    """All of it. `verdict` is that of every packet, else `partly`, or `nothing` if there is no such packet."""

    schema: str
    segc: str
    at: str
    question: str
    verdict: str
    summary: str
    parts: list[PartEntry]


class Asked(NamedTuple):
    """A policy, and what is asked of it."""

    policy: Policy
    question: Question
    rows: Sequence[Row]
    why: bool


def document(asked: Asked) -> Answer:
    """The answer, with a part for each verdict and reason."""
    policy = asked.policy
    parts = list(_parts(asked))
    _tell_apart(asked.rows, parts)
    return {
        "schema": SCHEMA,
        "segc": __version__,
        "at": utc_text(policy.at),
        "question": asked.question.text,
        "verdict": overall(asked.rows),
        "summary": summary(policy, asked.rows),
        "parts": parts,
    }


def _tell_apart(rows: Sequence[Row], parts: Sequence[PartEntry]) -> None:
    """Zones have addresses of both families: parts that read alike say of which they are."""
    alike = {tuple(part["packets"]) for row, part in zip(rows, parts, strict=True) if row.family == 4}
    for row, part in zip(rows, parts, strict=True):
        if row.family == 6 and tuple(part["packets"]) in alike:
            part["packets"] = [f"{text} (IPv6)" for text in part["packets"]]


def _parts(asked: Asked) -> Iterator[PartEntry]:
    policy, rows = asked.policy, asked.rows
    allowed = {(row.source, row.target) for row in rows if row.part is not None}
    path = Path(policy.plant, policy.at) if asked.why else None
    openness = Openness(policy.plant, policy.topology)
    words = Words(policy.plant)
    left = NEAR
    for row in rows:
        refused = row.verdict in ("alert", "block") and (row.source, row.target) not in allowed
        near = list(_near(policy, row, words)) if refused and left > 0 else []
        left -= refused
        yield _part(policy, row, near, words, openness, path)


def _part(
    policy: Policy, row: Row, near: list[NearEntry], words: Words, openness: Openness, path: Path | None
) -> PartEntry:
    crossed = _crossed(policy, row)
    part: PartEntry = {
        "verdict": row.verdict,
        "from": row.source or "",
        "to": row.target or "",
        "packets": [words.box(row.family, box) for box in row.boxes],
        "because": because(policy, row),
        "flow": row.part.text if row.part is not None else "",
        "within": row.part.within if row.part is not None else "",
        "source": place(policy.plant, row.part.span) if row.part is not None else "",
        "today": today(openness, row, crossed),
        "firewalls": crossed,
        "example": packet_text(policy.plant, _outside(row.sample)),
        "nearest": near,
    }
    if path is not None:
        part["rules"] = _rules(policy, row, crossed, path)
    return part


def _outside(packet: Packet) -> Packet:
    return packet._replace(iif="", oif="")


def _crossed(policy: Policy, row: Row) -> list[str]:
    """The firewalls on the way, the nearest to the source first; where ways part, by name."""
    a, b = row.source, row.target
    if a is None or b is None or a == b:
        return []
    names = policy.topology.crossed(a, b)
    way = sorted(names, key=lambda name: (len(policy.topology.towards(a, name) & names), name))
    machines = dict(_at_machines(policy, row))
    first = sorted(name for name, sends in machines.items() if sends)
    return [*first, *way, *sorted(name for name, sends in machines.items() if not sends)]


def _at_machines(policy: Policy, row: Row) -> Iterator[tuple[str, bool]]:
    """The machines' own firewalls that see all packets of a row, and whether their machine sends these."""
    for firewall in policy.topology.at_ends(row.source or "", row.target):
        sends = firewall.host is not None and firewall.host.zone == row.source
        own = policy.of_host(firewall).of(row.family)
        spans = [span for box in row.boxes for span in box.get(SOURCE if sends else TARGET) or [(-1, -1)]]
        if all(any(first <= low and high <= last for first, last in own) for low, high in spans):
            yield firewall.name, sends


def _rules(policy: Policy, row: Row, crossed: list[str], path: Path) -> list[Rule]:
    return [
        {
            "firewall": step.firewall,
            "arriving": step.arriving,
            "kind": step.kind,
            "logs": [prefix.strip() for prefix in step.logs],
            "file": step.file,
            "line": step.line,
            "text": step.text,
        }
        for step in path.steps(row, crossed, policy.topology)
    ]


def _near(policy: Policy, row: Row, words: Words) -> Iterator[NearEntry]:
    for near in (nearest(policy, row), reverse(policy, row)):
        if near is not None:
            yield {
                "flow": near.part.text,
                "within": near.part.within,
                "kind": "conduit" if near.grant is None else "grant",
                "source": place(policy.plant, near.part.span),
                "differs": [{"by": one, "says": _differs(policy, near, one, words)} for one in near.differs],
            }


def _differs(policy: Policy, near: Near, by: str, words: Words) -> str:
    """In words."""
    part = near.part
    if by == TIME and near.grant is not None:
        return _shut(policy, near.grant)
    if by == SOURCED:
        return f"it is from {_ends(words, part.sources)}"
    if by == TARGETED:
        return f"it is to {_ends(words, part.targets)}"
    if by == SERVICE:
        return f"it is for {_services(near)}"
    return "its replies pass, sessions in this direction do not"


def _ends(words: Words, ends: Addresses) -> str:
    told = [words.ends(family, list(ends.of(family))) for family in FAMILIES if ends.of(family)]
    return ", ".join(dict.fromkeys(told))


def _services(near: Near) -> str:
    kinds = [{field: list(spans) for field, spans in ranges(match).items()} for match in near.part.matches]
    return ", ".join(dict.fromkeys(map(service, kinds)))


def _shut(policy: Policy, grant: Grant) -> str:
    zone = zone_of(policy.plant)
    if expired(grant, zone, policy.at):
        return f"grant `{grant.name}` ended with {grant.last.isoformat()}"
    hours = "; ".join(window_text(one) for one in grant.windows)
    lasts = f"until {grant.last.isoformat()}{f', {hours}' if hours else ''}"
    opens = next_change(grant, zone, policy.at)
    if opens is None:
        return f"grant `{grant.name}` does not open again"
    local = opens.astimezone(zone).strftime("%a %Y-%m-%d %H:%M")
    return f"grant `{grant.name}` is shut now and opens {local} ({lasts})"

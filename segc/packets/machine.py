"""The neutral machine: what a reader makes of a vendor's file, in no vendor's words.

Readers build it, `decide` turns it into decision diagrams, `trace` runs one
packet through it. A chain is a list of rules, looked through from the top; a
rule's matches must all hold for its action to be taken. First match decides;
readers of last-match languages reverse their lists.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from segc.packets.fields import Spans

# ---- matches ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class In:
    """A numeric field of the packet (SOURCE, TARGET, PROTO, DPORT, SPORT or TIME) lies in one of the ranges.

    No ranges: it never holds (holds always, with `negate`). Ports and ICMP types say nothing of the protocol: a reader
    adds that as a match of its own, where the vendor's word implies it. TIME is in seconds since 1970, UTC.
    `original` compares the session's opening packet instead (conntrack's original tuple), whichever direction this
    packet has.
    """

    field: int
    spans: Spans
    negate: bool = False
    original: bool = False


@dataclass(frozen=True, slots=True)
class Interface:
    """The interface, IIF or OIF, has one of these names. A name may end in `*`: any name that begins so."""

    field: int
    names: tuple[str, ...]
    negate: bool = False


@dataclass(frozen=True, slots=True)
class Among:
    """Several numeric fields together are one of the entries, each of which has a range for every field."""

    fields: tuple[int, ...]
    entries: tuple[tuple[tuple[int, int], ...], ...]
    negate: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """The packet's connection-tracking state is one of `states` (words of `fields.STATES`)."""

    states: frozenset[str]
    negate: bool = False


@dataclass(frozen=True, slots=True)
class Family:
    """The packet is of this family, 4 or 6."""

    family: int


@dataclass(frozen=True, slots=True)
class Remembered:
    """The packet's key is in a set that the rules themselves fill while they run."""

    name: str
    negate: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """A match that the reader cannot decide, in the vendor's words. Two of the same words hold together."""

    text: str
    negate: bool = False


Match = In | Interface | Among | State | Family | Remembered | Unknown


def original_text(match: Match) -> str:
    """The name under which an original tuple that cannot be told is a thing unknown."""
    return f"original {match}"


# ---- actions ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Accept:
    """Ends this hook's chains: the packet passes them."""


@dataclass(frozen=True, slots=True)
class Drop:
    """The packet is gone; with `reject`, its sender is told."""

    reject: bool = False


@dataclass(frozen=True, slots=True)
class Return:
    """Back to the rule after the jump; from a base chain, its policy."""


@dataclass(frozen=True, slots=True)
class Jump:
    """Into another chain and, if that does not decide, on with the next rule here."""

    chain: str


@dataclass(frozen=True, slots=True)
class Goto:
    """Into another chain which, if it does not decide, returns to where this one was called."""

    chain: str


UNTOLD = "\0"  # the prefix of a record of which the reader cannot tell the prefix


@dataclass(frozen=True, slots=True)
class Log:
    """Records the packet under a prefix and goes on."""

    prefix: str


@dataclass(frozen=True, slots=True)
class Continue:
    """Counts, marks, fills a set: nothing that decides or records."""


@dataclass(frozen=True, slots=True)
class Whatever:
    """An action that the reader cannot follow: it may decide anything."""

    text: str


@dataclass(frozen=True, slots=True)
class Switch:
    """One lookup that picks an action by a numeric field; goes on where no case holds. Cases are disjoint."""

    field: int
    cases: tuple[tuple[tuple[int, int], Action], ...]


Action = Accept | Drop | Return | Jump | Goto | Log | Continue | Whatever | Switch


@dataclass(frozen=True, slots=True)
class Rule:
    """A line of the file. `line` counts from 1; `file` where a machine is read from several.

    What the box does without being told has line 0; `why` says what that is.
    """

    matches: tuple[Match, ...]
    action: Action
    line: int
    file: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Base:
    """A chain that a hook calls: forward, input, output, prerouting … Lower priorities come first.

    Of two with one priority, the later one in the list comes first, as in the kernel, which puts a new one before.
    `families` are those whose packets the hook shows to it. `policy` is what becomes of a packet that comes to the end.
    """

    chain: str
    hook: str
    priority: int
    policy: Accept | Drop
    families: tuple[int, ...] = (4, 6)


@dataclass(slots=True)
class Machine:
    """A whole file, or several that run together. Chains are named uniquely (a reader puts the table before)."""

    chains: dict[str, list[Rule]] = field(default_factory=dict)
    bases: list[Base] = field(default_factory=list)
    unknown: list[tuple[str, int, str]] = field(default_factory=list)  # text, line, file: what was not understood


class Refused(Exception):
    """A reader does not know what a line means. `line` counts from 1; `text` is what it stumbled over."""

    def __init__(self, why: str, line: int = 0, file: str = "", text: str = "") -> None:
        super().__init__(f"{file}:{line}: {why}")
        self.why, self.line, self.file, self.text = why, line, file, text

"""Which errors of a policy make what is built from it untrue, and which an emergency need not wait for.

What segc has not understood is missing from the plant: a flow that is left out would be stopped, a zone would be
nobody's. So such an error counts, wherever it stands, but for places of which no firewall's rule is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.diagnostics import Severity
from segc.lang.parser import parse
from segc.lang.suppress import can_be_suppressed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from segc.diagnostics import Diagnostic
    from segc.lang.syntax import Statement

# Statements of which no rule is made: who answers for what, what must hold, and what was prepared or agreed.
APART = frozenset(
    {
        "team",
        "role",
        "workflow",
        "playbook",
        "assert",
        "owner",
        "authority",
        "contact",
        "approved-by",
        "phone",
        "deputy",
    }
)
# About comments and segc.toml, which change no rule.
ASIDE = frozenset({"bad-suppression", "expired-suppression", "bad-setting"})
NAMES = frozenset(
    {"unknown-name", "ambiguous-name", "wrong-kind-of-name", "duplicate-name", "wrong-value", "wrong-shape"}
    | {"missing-setting", "duplicate-setting", "literal-endpoint"}
)


def untrue(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The errors that stop whatever is built from the policy, an emergency measure, too."""
    errors = (one for one in found if one.severity is Severity.ERROR)
    return [one for one in errors if not can_be_suppressed(one.name, one.severity) and not _apart(one)]


def others(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The errors that do not."""
    every = [one for one in found if one.severity is Severity.ERROR]
    stopping = untrue(every)
    return [one for one in every if one not in stopping]


def _apart(one: Diagnostic) -> bool:
    """Does it stand where no rule is made of? Of what does not even parse, nobody knows where it ends."""
    if one.name in ASIDE:
        return True
    if one.name not in NAMES or one.primary is None:
        return False
    span = one.primary.span
    tree, faults = parse(span.source)
    return not faults and any(word in APART for word in _around(tree.statements, span.start))


def _around(statements: Sequence[Statement], at: int) -> Iterator[str]:
    """The words of the statements around a place, the outermost first."""
    before = [one for one in statements if one.word.start <= at]
    if before:
        yield before[-1].word.text
        yield from _around(before[-1].body or (), at)

"""The texts that a proof is about, by role, and how their lines are called when people are told of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from segc.packets.machine import Rule


TARGET = "the target of this firewall"
MOST = 20  # lines that are told one by one


def many(number: int) -> str:
    """How many lines, as the subject of a sentence."""
    return "1 line is" if number == 1 else f"{number} lines are"


def few(lines: Iterable[str]) -> tuple[str, ...]:
    """Lines as notes; of very many, how many more there are."""
    told = list(lines)
    return (*told[:MOST], *((f"and {len(told) - MOST} more",) if len(told) > MOST else ()))


@dataclass(frozen=True)
class Files:
    """Texts by role. `names` are those under which somebody knows them; else the role is the name."""

    texts: Mapping[str, str]
    names: Mapping[str, str] = field(default_factory=dict)

    def place(self, role: str, line: int) -> str:
        """`rules-ipv4, line 12`."""
        name = self.names.get(role, role)
        return f"{name}, line {line}" if line else name

    def of(self, rule: Rule) -> str:
        """A rule's line, or what the box does without one."""
        return self.line(rule.file, rule.line) if rule.line else rule.why or "what the box does without being told"

    def line(self, role: str, line: int) -> str:
        """The same with the text that stands there."""
        lines = self.texts.get(role, "").split("\n")
        text = lines[line - 1].strip() if 0 < line <= len(lines) else ""
        return f"{self.place(role, line)}: `{text}`"

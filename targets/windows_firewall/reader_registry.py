"""todo"""

from __future__ import annotations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from segc.packets.machine import Machine
    from .reader_rules import RuleText


def is_policy(text: str) -> bool:
    """Is it?"""
    return False


def read(text: str, machine: Machine, file: str) -> tuple[list[RuleText], dict[str, tuple[str, int]]]:
    """Read."""
    raise NotImplementedError

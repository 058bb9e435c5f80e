"""What a policy asserts of itself, judged: over all packets, and over all chains of sessions.

Above segc.proof in the layers, because packets are asked by segc.proof.query,
which partitions them exactly, and names one for each answer.
"""

from __future__ import annotations

from segc.assertions.judge import Assertions, Result

__all__ = ["Assertions", "Result"]

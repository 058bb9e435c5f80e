"""A watch on tests that must come to an end."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

HANG = 10


class Hang(BaseException):
    """Not an `Exception`, so that nothing on the way takes it for one of its own."""


def _ring(_number: int, _frame: FrameType | None) -> None:
    raise Hang


@contextmanager
def guarded() -> Iterator[None]:
    """Raise `Hang` after some seconds."""
    before = signal.signal(signal.SIGALRM, _ring)
    signal.alarm(HANG)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)

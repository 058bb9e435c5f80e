"""The end of a watch that has none: SIGTERM and SIGINT end the log, so that what was counted is still told."""

from __future__ import annotations

import io
import signal
import threading
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import FrameType

    from _typeshed import WriteableBuffer


class _Stopped(Exception):
    """Leaves a read that would wait."""


class Stop:
    """Use as a context. The first signal ends the streams; a second one ends the process, as ever."""

    def __init__(self) -> None:
        self.asked = False
        self.reading = False
        self._before: dict[int, object] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():  # where alone signals can be handled
            self._before = {one: signal.signal(one, self._handle) for one in (signal.SIGTERM, signal.SIGINT)}
        return self

    def __exit__(self, *_: object) -> None:
        for one, handler in self._before.items():
            signal.signal(one, handler)  # type: ignore[arg-type]
        self._before.clear()

    def _handle(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self.__exit__()
        self.asked = True
        if self.reading:  # anywhere else something is being counted or written, and is done first
            raise _Stopped


class Ending(io.RawIOBase):
    """A stream that ends when it is asked to, also while it waits for more."""

    def __init__(self, inner: io.RawIOBase, stop: Stop) -> None:
        self._inner = inner
        self._stop = stop

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int | None:
        """What there is; 0 at the end."""
        stop = self._stop
        try:
            stop.reading = True
            return 0 if stop.asked else self._inner.readinto(buffer)
        except _Stopped:
            return 0
        finally:
            stop.reading = False

    def close(self) -> None:
        """Close the stream within."""
        if not self.closed:
            self._inner.close()
        super().close()

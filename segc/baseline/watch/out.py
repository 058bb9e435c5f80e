"""Lines to a reader that may be slow or gone. What it does not take in time is dropped and counted, never waited for."""

from __future__ import annotations

import os
import select
import stat
from collections import deque
from contextlib import suppress

HELD = 10_000  # lines that wait for a slow reader


class Lines:
    """Writes whole lines to a file descriptor without ever waiting for a pipe's reader, until `close`."""

    def __init__(self, descriptor: int, held: int = HELD) -> None:
        self.descriptor = descriptor
        self.held = held
        self.dropped = 0
        self.gone = False
        self.fault = ""  # why nothing can be written any more, where that is not the reader's doing
        self._waiting: deque[bytes] = deque()
        self._begun = b""  # the rest of a line of which a part has been taken
        self._pipe = stat.S_ISFIFO(os.fstat(descriptor).st_mode) or stat.S_ISSOCK(os.fstat(descriptor).st_mode)
        self._blocking = os.get_blocking(descriptor)
        if self._pipe:
            os.set_blocking(descriptor, False)

    def put(self, line: str) -> None:
        """Hand a line over, now or when the reader takes it. The oldest that waits is dropped where there are too many."""
        self._waiting.append(line.encode("utf-8", "backslashreplace") + b"\n")
        self.flush()
        while len(self._waiting) > self.held:
            self._waiting.popleft()
            self.dropped += 1

    def flush(self) -> None:
        """Write what the reader takes now."""
        while not self.gone and (self._begun or self._waiting):
            line = self._begun or self._waiting.popleft()
            try:
                taken = os.write(self.descriptor, line)
            except BlockingIOError:
                self._begun = line
                return
            except BrokenPipeError:
                self.gone = True
                return
            except OSError as problem:  # a full disk
                self.gone, self._begun = True, line
                self.fault = os.strerror(problem.errno or 0).lower()
                return
            self._begun = line[taken:]

    def is_left(self) -> bool:
        """Has the reader gone away? A pipe tells that also while there is nothing to write."""
        if self._pipe and not self.gone:
            look = select.poll()
            look.register(self.descriptor, 0)
            self.gone = bool(look.poll(0))
        return self.gone

    def wait(self, descriptor: int) -> bool:
        """Until there is something to read from a descriptor; False where the reader of these lines goes away before."""
        look = select.poll()
        look.register(descriptor, select.POLLIN)
        if self._pipe:
            look.register(self.descriptor, 0)
        return any(one == descriptor for one, _ in look.poll()) and not self.is_left()

    def close(self, patience: float = 2.0) -> None:
        """Give the reader a last chance; what it still does not take is counted as dropped."""
        self.flush()
        while not self.gone and (self._begun or self._waiting):
            _, ready, _ = select.select([], [self.descriptor], [], patience)
            if not ready:
                break
            self.flush()
        self.dropped += len(self._waiting) + bool(self._begun)
        self._waiting.clear()
        if self._pipe:
            with suppress(OSError):
                os.set_blocking(self.descriptor, self._blocking)

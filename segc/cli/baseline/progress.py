"""How far a log is read: one line on a terminal, by bytes or by what the engine says is done, and never a guess."""

from __future__ import annotations

import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from segc.baseline.ingest.counting import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

AFTER = 1.0  # seconds; what is done sooner needs no bar
EVERY = 0.2
WIDE = 24
BACK = "\r\x1b[2K"


class Bar(Progress):
    """Shows itself on stderr after a second, and goes away when all is done."""

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._shown = 0.0
        self._text = ""
        self._total = 0

    def stage(self, text: str, total: int) -> None:
        """See `Progress`."""
        self._text, self._total = text, total

    def at(self, done: int) -> None:
        """See `Progress`."""
        now = time.monotonic()
        if now - self._start >= AFTER and now - self._shown >= EVERY:
            self._shown = now
            self._show(done / self._total if self._total else -1.0, done)

    @contextmanager
    def watching(self, share: Callable[[], float]) -> Iterator[None]:
        """See `Progress`."""
        over = threading.Event()

        def watch() -> None:
            while not over.wait(EVERY):
                if time.monotonic() - self._start >= AFTER:
                    self._show(share(), 0)

        thread = threading.Thread(target=watch, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def clear(self) -> None:
        """Leave no trace, so that what is said next stands alone."""
        sys.stderr.write(BACK)
        sys.stderr.flush()

    def _show(self, share: float, done: int) -> None:
        if 0 <= share <= 1:
            full = int(share * WIDE)
            told = f"[{'#' * full}{'.' * (WIDE - full)}] {100 * share:3.0f} %"
        else:
            told = f"{done / 1e6:,.0f} MB" if done else "..."
        sys.stderr.write(f"{BACK}segc: {self._text} {told}")
        sys.stderr.flush()


def progress(*, quiet: bool) -> Progress:
    """A bar where a person looks at stderr; nothing where a program does."""
    return Bar() if not quiet and sys.stderr.isatty() else Progress()

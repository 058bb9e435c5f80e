"""What was the log once is known by evidence, not by its name; and a log that was rewritten is not read twice."""

from __future__ import annotations

import io
import os
import signal
from typing import TYPE_CHECKING

import pytest

from segc.baseline.watch import follow, rotated
from segc.baseline.watch.follow import Follow
from segc.baseline.watch.stop import Ending, Stop
from tests.baseline.watch.test_rotation import Log, followed, several

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from _typeshed import WriteableBuffer

OTHERS = ("fw-203.0.113.5.log", "fw-20991231.log", "fw.log-20991231", "fw.203.log", "fw.log.0")


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log(tmp_path)


def grow(file: Path) -> Callable[[], object]:
    """Another log goes on, so that it was written to last."""

    def act() -> None:
        with file.open("ab") as out:
            out.write(b"other\n")
        os.utime(file, (1 << 31, 1 << 31))

    return act


@pytest.mark.parametrize("how", ["-202703{:02}$", "-202703{:02}", "number", "copy", "moved", "cut"])
@pytest.mark.parametrize("other", OTHERS)
def test_a_log_that_is_called_like_a_rotation_is_none(other: str, how: str, log: Log, tmp_path: Path) -> None:
    file = tmp_path / other
    grow(file)()
    (tmp_path / "away").mkdir()

    def turn() -> None:
        if how == "moved":
            log.path.rename(tmp_path / "away" / "fw.log")
            log.write()
        elif how == "cut":
            os.truncate(log.path, 0)
            log.write()
        else:
            {"number": log.rename, "copy": log.cut}.get(how, lambda: log.date(how))()

    act = several(log.write, turn, grow(file)) if how != "cut" else several(turn, grow(file))
    read, told = followed(log.path, act, log.write, lambda: None)
    assert read == log.whole
    assert len(told) == (how == "cut")


@pytest.mark.parametrize("often", [0.0, 3600.0])
def test_a_log_that_came_later_is_none_either(
    often: float, log: Log, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a machine that was not there before; while the log is where it was, nothing beside it came after it."""
    monkeypatch.setattr(follow, "OFTEN", often)
    file = tmp_path / "fw-203.0.113.6.log"
    cut = several(lambda: os.truncate(log.path, 0), log.write, grow(file))
    steps = (grow(file), several(log.date, log.date, grow(file)), grow(file), *[cut] * (often == 0.0))
    read, told = followed(log.path, *steps, lambda: None)
    assert (read, len(told)) == (log.whole, often == 0.0)


def rewritten(log: Log, text: bytes, keep: str = "") -> Callable[[], object]:
    """As `sed -i` and editors do: a new file of the name, and the old one gone, or kept as a backup."""

    def act() -> None:
        fresh = log.path.with_name("sedXYZ")
        fresh.write_bytes(text)
        if keep:
            log.path.rename(log.path.with_name(keep))
        fresh.rename(log.path)

    return act


@pytest.mark.parametrize("keep", ["", "fw.log~", "fw.log.bak"])
def test_a_log_that_was_rewritten_goes_on_where_it_was(keep: str, log: Log) -> None:
    log.write(5000)
    rewrite = rewritten(log, log.path.read_bytes() + b"5002\n5003\n", keep)
    read, told = followed(log.path, several(log.write, log.write), rewrite, log.write, lambda: None)
    assert (read, told) == (log.whole, [])


def test_a_line_that_is_added_to_the_rewritten_log_is_read(log: Log) -> None:
    act = several(rewritten(log, b"1\n2\n"), lambda: setattr(log, "count", 2))
    assert followed(log.path, act, log.write, lambda: None) == (b"1\n2\n3\n", [])


def test_a_log_that_was_rewritten_in_what_was_read_is_read_anew(log: Log) -> None:
    log.write()
    steps = (rewritten(log, b"2\n1\n"), lambda: None)
    assert followed(log.path, *steps) == (b"1\n2\n2\n1\n", [])


@pytest.mark.parametrize("packed", [False, True])
def test_a_new_log_with_the_header_of_the_old_one_hides_no_rotation(packed: bool, log: Log) -> None:
    """Logs of Zeek begin alike: nothing but the header was read when the log was rotated twice."""
    log.path.write_bytes(b"#fields\tts\n")
    log.count = 0

    def turn() -> None:
        log.write()
        log.rename()
        log.path.write_bytes(b"#fields\tts\n2\n")
        if packed:
            log.pack(1)

    read, told = followed(log.path, turn, lambda: None)
    assert (read, told) == (b"#fields\tts\n1\n#fields\tts\n2\n", [])


class Endless(io.RawIOBase):
    """A copy that has no end, in which somebody asks for the end of the watch."""

    def __init__(self, head: bytes) -> None:
        self.reads = 0
        self.head = head

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        self.reads += 1
        if self.reads == 3:
            os.kill(os.getpid(), signal.SIGTERM)
        assert self.reads < 9, "the copy is read on"
        text = (self.head * (1 + len(view) // len(self.head)))[: len(view)]
        view[:] = text
        return len(view)


def test_a_watch_ends_while_a_copy_is_compared(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    head = b"x" * (rotated.KEPT - 1) + b"\n"
    log.path.write_bytes(head)
    with log.path.open("r+b") as file:
        file.truncate(1 << 26)
    copy = Endless(head)
    monkeypatch.setattr(rotated, "content", lambda one: io.BufferedReader(copy, rotated.KEPT))
    turns = [several(lambda: log.old(1).write_bytes(b""), lambda: os.truncate(log.path, 0))]

    def idle() -> bool:
        assert turns, "nobody has asked for its end"
        turns.pop()()
        return True

    with Stop() as stop, io.BufferedReader(Ending(Follow(log.path, idle, pause=0), stop), 1 << 20) as stream:
        while stream.read1(1 << 20):
            pass
    assert (stop.asked, copy.reads) == (True, 3)

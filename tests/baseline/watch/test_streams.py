"""A log that grows, is rotated and is cut; and a reader of alerts that is slow, or gone."""

from __future__ import annotations

import io
import os
from contextlib import suppress
from pathlib import PosixPath
from typing import TYPE_CHECKING

import pytest

from segc.baseline.watch.follow import Again, Follow
from segc.baseline.watch.out import Lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def followed(path: Path, steps: list[Callable[[], object]]) -> list[bytes]:
    """The lines of a log to which one thing happens whenever its reader has nothing left to read."""
    left = iter(steps)

    def idle() -> bool:
        step = next(left, None)
        if step is not None:
            step()
        return step is not None

    with io.BufferedReader(Follow(path, idle, pause=0)) as stream:
        return stream.read().splitlines()


def append(path: Path, text: bytes) -> None:
    with path.open("ab") as file:
        file.write(text)


def test_what_is_appended_is_read(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"1\n")
    assert followed(log, [lambda: append(log, b"2\n3"), lambda: append(log, b"3\n")]) == [b"1", b"2", b"33"]


def test_a_rotated_log_is_read_to_its_end_and_then_the_new_one(tmp_path: Path) -> None:
    log, old = tmp_path / "log", tmp_path / "log.1"
    log.write_bytes(b"1\n")

    def rotate() -> None:
        log.rename(old)
        append(old, b"late\n")

    steps: list[Callable[[], object]] = [
        rotate,
        lambda: None,
        lambda: log.write_bytes(b"2\n"),
        lambda: append(log, b"3\n"),
    ]
    assert followed(log, steps) == [b"1", b"late", b"2", b"3"]


def test_late_lines_come_before_those_of_the_new_log(tmp_path: Path) -> None:
    log, old = tmp_path / "log", tmp_path / "log.1"
    log.write_bytes(b"1\n")

    def rotate() -> None:
        log.rename(old)
        append(old, b"late\n")
        log.write_bytes(b"2\n")

    assert followed(log, [rotate]) == [b"1", b"late", b"2"]


def test_a_line_that_comes_right_before_the_rotation_is_not_lost(tmp_path: Path) -> None:
    """Between the last look into the old log and the one at the name."""
    log, old = tmp_path / "log", tmp_path / "log.1"
    log.write_bytes(b"1\n")

    class Racing(PosixPath):
        def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
            if not old.exists():
                log.rename(old)
                append(old, b"late\n")
                log.write_bytes(b"2\n")
            return super().stat(follow_symlinks=follow_symlinks)

    assert followed(Racing(log), [lambda: None]) == [b"1", b"late", b"2"]


def test_a_line_that_a_rotation_cut_does_not_run_into_the_next(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"1\n2 is cu")

    def rotate() -> None:
        log.rename(tmp_path / "log.1")
        log.write_bytes(b"3\n")

    assert followed(log, [rotate]) == [b"1", b"2 is cu", b"3"]


def test_a_log_that_is_cut_is_read_anew(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"1\n2\n3\n")

    def cut() -> None:
        os.truncate(log, 0)
        append(log, b"4\n")

    assert followed(log, [cut]) == [b"1", b"2", b"3", b"4"]


def test_a_head_that_was_looked_at_is_read_again(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"abcd\nef\n")
    with io.BufferedReader(io.FileIO(log)) as rest:
        head = rest.read(2)
        assert io.BufferedReader(Again(head, rest)).read() == b"abcd\nef\n"


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    ends = os.pipe()
    yield ends
    for end in ends:
        with suppress(OSError):
            os.close(end)


def test_a_slow_reader_is_not_waited_for_and_gets_whole_lines(pipe: tuple[int, int]) -> None:
    reader, writer = pipe
    lines = Lines(writer, held=100)
    for number in range(20_000):
        lines.put(f"{number:06} " + "x" * 93)
    assert lines.dropped > 10_000
    got = b""
    os.set_blocking(reader, False)
    while True:
        try:
            got += os.read(reader, 1 << 20)
        except BlockingIOError:
            break
        lines.flush()
    lines.close(patience=0)
    told = [int(line[:6]) for line in got.splitlines()]
    assert all(len(line) == 100 for line in got.splitlines())
    assert told == sorted(set(told))
    assert len(told) + lines.dropped == 20_000
    assert told[-1] == 19_999, "the newest are kept"


def test_a_reader_that_went_away_ends_it(pipe: tuple[int, int]) -> None:
    reader, writer = pipe
    lines = Lines(writer)
    os.close(reader)
    lines.put("one")
    assert lines.gone


def test_the_descriptor_is_left_as_it_was(pipe: tuple[int, int]) -> None:
    _, writer = pipe
    lines = Lines(writer)
    assert not os.get_blocking(writer)
    lines.close()
    assert os.get_blocking(writer)

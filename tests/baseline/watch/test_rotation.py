"""A log that is rotated more often than it is looked at: what is still on disk is read, and what may not be is told."""

from __future__ import annotations

import gzip
import io
import os
import random
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import zstandard

from segc.baseline.watch import follow, rotated
from segc.baseline.watch.follow import Follow

if TYPE_CHECKING:
    from collections.abc import Callable


def followed(path: Path, *steps: Callable[[], object]) -> tuple[bytes, list[str]]:
    """What is read of a log to which one thing happens whenever there is nothing left to read; and what may be lost."""
    left, told = iter(steps), list[str]()

    def idle() -> bool:
        step = next(left, None)
        if step is not None:
            step()
        return step is not None

    with io.BufferedReader(Follow(path, idle, pause=0, lost=told.append)) as stream:
        return stream.read(), told


class Log:
    """A log of numbered lines, and what is done to logs."""

    def __init__(self, folder: Path, name: str = "fw.log") -> None:
        self.path = folder / name
        self.count = 0
        self.days = 0
        self.path.touch()
        self.write()

    def write(self, lines: int = 1, end: bytes = b"\n") -> None:
        with self.path.open("ab") as file:
            for _ in range(lines):
                self.count += 1
                file.write(b"%d" % self.count + end)

    def old(self, number: int) -> Path:
        return self.path.with_name(f"{self.path.name}.{number}")

    def _make_room(self) -> None:
        for number in range(9, 0, -1):
            for end in ("", ".gz", ".zst"):
                if (file := Path(f"{self.old(number)}{end}")).exists():
                    file.rename(Path(f"{self.old(number + 1)}{end}"))

    def rename(self) -> None:
        self._make_room()
        self.path.rename(self.old(1))
        self.write()

    def cut(self) -> None:
        self._make_room()
        shutil.copy2(self.path, self.old(1))
        os.truncate(self.path, 0)

    def date(self, form: str = "-202703{:02}") -> None:
        self.days += 1
        stem, end = (self.path.name, "") if not form.endswith("$") else (self.path.stem, self.path.suffix)
        self.path.rename(self.path.with_name(stem + form.rstrip("$").format(self.days) + end))
        self.write()

    def pack(self, number: int, how: str = "gz") -> None:
        for file in (self.old(number),):
            if file.exists():
                pack = gzip.compress if how == "gz" else zstandard.compress
                Path(f"{file}.{how}").write_bytes(pack(file.read_bytes()))
                file.unlink()

    @property
    def whole(self) -> bytes:
        return b"".join(b"%d\n" % (number + 1) for number in range(self.count))


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log(tmp_path)


def several(*steps: Callable[[], object]) -> Callable[[], object]:
    """All of it between two looks."""
    return lambda: [step() for step in steps]


WAYS: dict[str, Callable[[Log], list[Callable[[], object]]]] = {
    "renamed twice": lambda log: [log.write, log.rename, log.write, log.rename],
    "renamed four times": lambda log: [log.rename] * 4,
    "cut": lambda log: [log.write, log.cut],
    "cut, and written to": lambda log: [log.write, log.cut, log.write],
    "cut, and longer than it was": lambda log: [log.write, log.cut, lambda: log.write(50)],
    "cut twice": lambda log: [log.write, log.cut, log.write, log.cut, log.write],
    "cut, then renamed": lambda log: [log.write, log.cut, log.write, log.rename],
    "renamed, then cut": lambda log: [log.write, log.rename, log.write, log.cut, log.write],
    "packed": lambda log: [log.rename, log.rename, log.rename, lambda: log.pack(3), lambda: log.pack(2)],
    "packed by zstd": lambda log: [log.rename, log.rename, lambda: log.pack(2, "zst"), lambda: log.pack(1, "zst")],
    "cut and packed": lambda log: [log.write, log.cut, log.write, log.cut, lambda: log.pack(2), lambda: log.pack(1)],
    "dates": lambda log: [log.write, log.date, log.write, log.date, log.date],
    "dates before the suffix": lambda log: [lambda: log.date("-202703{:02}$"), lambda: log.date("-202703{:02}$")],
    "dates with a time": lambda log: [lambda: log.date(".2027-03-{:02}T00:00:00"), lambda: log.date(".2027-03-{:02}T00:00:00")],
}  # fmt: skip


@pytest.mark.parametrize("way", sorted(WAYS))
def test_what_is_still_on_disk_is_read(way: str, log: Log) -> None:
    read, told = followed(log.path, several(*WAYS[way](log)), log.write, lambda: None)
    assert (read, told) == (log.whole, [])


@pytest.mark.parametrize("seed", range(40))
def test_whatever_is_done_between_two_looks(seed: int, log: Log) -> None:
    """Renamed, cut and packed, in any mixture."""
    rnd = random.Random(seed)
    packing = rnd.choice((lambda: None, lambda: log.pack(2), several(lambda: log.pack(2), lambda: log.pack(1))))
    acts = rnd.choice(([log.rename], [log.cut], [log.rename, log.cut]))
    steps = []
    for _ in range(12):
        write = [lambda: log.write(rnd.choice((1, 1, 3, 3000)))] * rnd.randrange(3)
        turn = [act for _ in range(rnd.choice((0, 0, 1, 2, 3))) for act in (rnd.choice(acts), packing, *write[:1])]
        steps.append(several(*write, *turn, log.write))
    read, told = followed(log.path, *steps, lambda: None)
    assert (read, told) == (log.whole, [])


def test_a_log_that_is_rotated_before_anything_was_in_it(tmp_path: Path) -> None:
    log = Log(tmp_path)
    log.path.write_bytes(b"")
    log.old(5).write_bytes(b"old\n")
    os.utime(log.old(5), (1, 1))
    log.count = 0
    act = several(log.path.unlink, log.write, log.rename, log.rename)
    read, told = followed(log.path, act, lambda: None)
    assert read == log.whole
    assert len(told) == 1, "what came right after cannot be known"


def test_who_writes_goes_on_in_the_old_file_until_he_is_told(log: Log) -> None:
    """Between the renaming and the signal of `postrotate`."""

    def rename() -> None:
        log.path.rename(log.old(1))
        log.path.touch()

    def on() -> None:
        log.count += 1
        with log.old(1).open("ab") as file:
            file.write(b"%d\n" % log.count)

    steps = (rename, lambda: None, on, lambda: None, several(on, log.write), lambda: None)
    read, told = followed(log.path, *steps)
    assert (read, told, log.count) == (log.whole, [], 4)


def test_a_pipe_that_has_the_name_is_not_waited_for(log: Log) -> None:
    def pipe() -> None:
        log.path.rename(log.old(1))
        os.mkfifo(log.path)

    assert followed(log.path, pipe, lambda: None, several(log.path.unlink, log.write), lambda: None) == (b"1\n2\n", [])


def test_a_line_that_goes_on_in_the_copy_is_one(log: Log) -> None:
    steps = (lambda: log.write(end=b""), several(log.write, log.cut, log.write), lambda: None)
    assert followed(log.path, *steps) == (b"1\n23\n4\n", [])


def test_who_writes_on_where_he_was_leaves_zeros(log: Log) -> None:
    """Without O_APPEND: https://github.com/logrotate/logrotate, copytruncate."""
    with log.path.open("r+b") as daemon:
        daemon.seek(0, os.SEEK_END)

        def on() -> None:
            log.cut()
            daemon.write(b"2\n")
            daemon.flush()

        assert followed(log.path, on, lambda: None) == (b"1\n2\n", [])


def test_a_copy_that_begins_alike_is_another(log: Log) -> None:
    """Logs of Zeek begin with the same header."""
    header = b"#fields\t" + b"x" * 2 * rotated.KEPT + b"\n"
    log.path.write_bytes(header + b"1\n")
    log.old(7).write_bytes(header + b"old\nold\n")
    os.utime(log.old(7), (1, 1))

    def cut() -> None:
        log.write()
        shutil.copy2(log.path, log.old(1))
        log.path.write_bytes(header)
        log.write()

    log.count = 1
    assert followed(log.path, cut, lambda: None) == (header + b"1\n2\n" + header + b"3\n", [])


def test_other_logs_beside_it_are_none_of_it(log: Log) -> None:
    for name in ("fw.log.bak", "fw.log.1.swp", "fw-2.log", "fw.logger.1", "xfw.log.1", "fw.log.state"):
        log.path.with_name(name).write_bytes(b"other\n")
    log.path.with_name("fw.log.3").mkdir()
    read, told = followed(log.path, several(log.write, log.rename, log.rename), lambda: None)
    assert (read, told) == (log.whole, [])


@pytest.mark.parametrize("times", [1, 2])
def test_a_rotation_while_files_are_opened(times: int, log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    real, turns = rotated.content, [several(*[log.rename] * times)]

    def content(one: rotated.Rotated) -> object:
        if turns:
            turns.pop()()
        return real(one)

    monkeypatch.setattr(rotated, "content", content)
    read, told = followed(log.path, several(log.rename, log.rename), lambda: None, lambda: None)
    assert (read, told) == (log.whole, [])


@pytest.mark.parametrize(
    ("way", "lost"),
    [
        ("cut", "no file beside it begins with the 2 bytes"),
        ("ours", "is not beside it"),
        ("between", "`fw.log.2` is missing"),
        ("xz", "fw.log.2.xz` cannot be read"),
        ("damaged", "cannot be read to its end: it ends in the middle"),
    ],
)
def test_what_may_be_lost_is_told_once(way: str, lost: str, log: Log) -> None:
    def act() -> None:
        if way == "cut":
            os.truncate(log.path, 0)
            return
        for _ in range(3):
            log.rename()
        if way == "ours":
            os.utime(log.old(2), (1 << 31, 1 << 31))
            log.old(3).unlink()
        elif way == "between":
            log.old(2).unlink()
        elif way == "xz":
            log.old(2).rename(f"{log.old(2)}.xz")
        else:
            log.pack(2)
            file = Path(f"{log.old(2)}.gz")
            file.write_bytes(file.read_bytes()[:-3])

    read, told = followed(log.path, act, log.write, lambda: None, lambda: None)
    assert read.endswith(b"%d\n" % log.count)
    (message,) = told
    assert lost in message


@pytest.mark.parametrize("often", [0.0, 3600.0])
def test_a_log_that_is_moved_away_may_have_been_so_twice(
    often: float, log: Log, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Zeek moves its logs into a folder for each day; twice within a minute does nobody."""
    monkeypatch.setattr(follow, "OFTEN", often)
    (tmp_path / "2027-03-01").mkdir()

    def move() -> None:
        log.path.rename(tmp_path / "2027-03-01" / "fw.log")
        log.write()

    read, told = followed(log.path, move, lambda: None)
    assert (read, len(told)) == (log.whole, often == 0)

"""A log and copies of it that were cut off, side by side: in whatever order they are read, what the whole one tells counts."""

from __future__ import annotations

import gzip
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from shutil import copyfile

import pytest

from segc.baseline import manifest
from segc.baseline.readiness import State
from segc.baseline.store import Ledger, Seen
from tests.baseline.test_cut_logs import asked, learn, lost, put, zeek
from tests.baseline.test_readiness import reasons
from tests.baseline.test_watching import fw

POLLS = fw("ALLOW ", range(14), "10.30.0.10", "10.3.0.11", 502)
LINES = [line.replace("T00:00", f"T{n:02}:00") for line in POLLS[:3] for n in range(20)]
KERNEL = "".join(f"{line}\n" for line in LINES).encode()
TABS = b"".join([zeek(0), *(line + b"\n" for day in (1, 2) for line in zeek(day).split(b"\n")[3:-1])])
JSON = "".join(
    f'{{"ts":{1791192000 + n * 3600}.25,"uid":"C{n}","id.orig_h":"10.30.0.{n % 3 + 10}","id.orig_p":{40000 + n},'
    f'"id.resp_h":"10.3.0.11","id.resp_p":502,"proto":"tcp","conn_state":"SF","history":"ShADadFf"}}\n'
    for n in range(60)
).encode()
WHOLE = {"kernel": KERNEL, "tabs": TABS, "json": JSON}


@dataclass(frozen=True)
class Told:
    """What a baseline tells: of each key, of each sensor, and of what it lost."""

    keys: list[Seen]
    lost: tuple[int, ...]
    n: int
    cut: bool


def told(folder: Path) -> Told:
    with Ledger.open(folder / "baseline") as ledger:
        sensor = ledger.sensors()["span"]
        cut = any(one.cut is not None for one in ledger.sources)
        return Told(ledger.keys(), sensor.lost, sensor.n, cut)


def cut(data: bytes, share: float) -> bytes:
    """A packed log that ends so far within its content, whatever that takes of what is packed."""
    packer = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    return packer.compress(data[: int(len(data) * share)]) + packer.flush(zlib.Z_SYNC_FLUSH)


def lines(data: bytes, share: float) -> bytes:
    return data[: data.index(b"\n", int(len(data) * share)) + 1]


def copies(data: bytes, piece: float, *, half: bool = False) -> dict[str, bytes]:
    """A log, packed copies that were cut off, and a piece of it that is not packed."""
    plain = lines(data, piece)
    return {
        "whole.log": data,
        "most.log.gz": cut(data, 0.7),
        "some.log.gz": cut(data, 0.4),
        "piece.log": plain[:-9] if half else plain,
    }


def read(folder: Path, logs: dict[str, bytes], names: Sequence[str]) -> Told:
    folder.mkdir(parents=True)
    for name, data in logs.items():
        put(folder / name, data, 5)
    for name in names:
        learn(folder, (name, logs[name], 5))
    return told(folder)


@pytest.mark.parametrize("half", [False, True], ids=["whole lines", "half a line"])
@pytest.mark.parametrize("piece", [0.2, 0.55, 0.85])
@pytest.mark.parametrize("form", WHOLE)
def test_the_order_of_reading_changes_nothing(form: str, piece: float, half: bool, tmp_path: Path) -> None:
    logs = copies(WHOLE[form], piece, half=half)
    alone = read(tmp_path / "alone", logs, ["whole.log"])
    assert (alone.lost, alone.cut, alone.n > 50) == ((), False, True)
    for number, names in enumerate(permutations(logs)):
        assert read(tmp_path / str(number), logs, names) == alone, names

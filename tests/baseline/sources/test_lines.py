"""The loop over lines: wherever a stream is cut into blocks, its lines are the same."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segc.baseline.observed import Unread
from segc.baseline.sources import text
from segc.baseline.sources.protocol import LONGEST_LINE
from tests.baseline.sources.reading import read
from tests.baseline.sources.test_kernel import SYN


class Pieces(io.BytesIO):
    """A stream that comes in pieces of given lengths, over and over."""

    def __init__(self, raw: bytes, lengths: list[int]) -> None:
        super().__init__(raw)
        self.lengths = lengths

    def read1(self, size: int | None = -1) -> bytes:
        self.lengths.append(self.lengths.pop(0))
        return super().read1(min(self.lengths[-1], size or 0))


@given(
    parts=st.lists(st.sampled_from([b"a", b"", b"bc\r", b"\r", b"\0", b"\xe2\x82"]), max_size=20),
    lengths=st.lists(st.integers(1, 7), min_size=1, max_size=5),
)
def test_lines_are_the_same_however_they_come(parts: list[bytes], lengths: list[int]) -> None:
    raw = b"\n".join(parts)
    wanted = raw.split(b"\n")[: -1 if not raw or raw.endswith(b"\n") else None]
    assert list(text.lines(Pieces(raw, lengths))) == [(n, line.rstrip(b"\r")) for n, line in enumerate(wanted, 1)]


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n", b"\nnext"])
@pytest.mark.parametrize(
    "length", [LONGEST_LINE - 2, LONGEST_LINE - 1, LONGEST_LINE, LONGEST_LINE + 1, 5 * LONGEST_LINE]
)
@pytest.mark.parametrize("piece", [1000, LONGEST_LINE, 1 << 20])
def test_a_line_that_is_too_long_is_one_line(length: int, end: bytes, piece: int) -> None:
    found = dict(text.lines(Pieces(b"first\n" + b"x" * length + end, [piece])))
    assert found[1] == b"first"
    assert isinstance(found[2], Unread) is (length + end.startswith(b"\r") >= LONGEST_LINE)
    assert found.get(3) == (b"next" if end == b"\nnext" else None)


def test_a_log_is_longer_than_a_block() -> None:
    count = 3 * text.BLOCK // len(SYN)
    assert len(read("kernel", "\n".join([SYN] * count))) == count

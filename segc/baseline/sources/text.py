"""What all sources of lines share: the loop over lines, bad ones, gaps in a log, and directions that must wait."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from segc.baseline.direction import Orient
from segc.baseline.observed import Observed, Unread
from segc.baseline.sources.notread import Aside, NotRead
from segc.baseline.sources.protocol import LONGEST_LINE, Context
from segc.baseline.sources.stamps import Clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import BinaryIO

SHOWN = 600  # characters of a bad line that are kept: enough to know another device by
LATEST = 7_258_118_400_000_000  # microseconds: 2200. What claims more is damaged
BLOCK = 1 << 16  # bytes that are split into lines at a time
BACK = 10_000  # observations before a gap that may belong to what it swallowed
FOREIGN = "no record of this kind"  # lines of other programs in the same log

# Who says that records are missing: the kernel's printk, journald, rsyslog, syslog-ng, ulogd, Cisco IOS.
_LOSS = re.compile(
    rb"callbacks suppressed|Suppressed \d+ messages|messages? (?:were )?lost|begin to drop messages|rate-limited or missed|"
    rb"dropped='[^']*=[1-9]|We are losing events|We have lost",
    re.IGNORECASE,
)
_UPTIME = re.compile(rb"\[ *\d+\.\d+\] ")  # what dmesg writes before a line


class Parser(Protocol):
    """Reads the lines of one log, and keeps what one line must know of others."""

    def line(self, text: str) -> Iterable[Observed]:
        """What a line tells. `NotRead`, or any ValueError or LookupError, where it is not understood."""

    def end(self) -> Iterable[Observed]:
        """What the log's end settles."""


@dataclass(frozen=True)
class Lines:
    """A source whose records are lines."""

    name: str
    title: str
    looks: re.Pattern[bytes]  # found in the first lines of such a log
    start: Callable[[Context], Parser]

    def sniff(self, head: bytes) -> bool:
        """Does a line of the head look like a record?"""
        return self.looks.search(head) is not None

    def read(self, stream: BinaryIO, context: Context) -> Iterator[Observed | Unread]:
        """All that the lines tell, turned the right way."""
        parser, orient = self.start(context), Orient(context.known, live=context.live)
        held = Held(context)
        put, keep, parse = orient.put, held.put, parser.line
        for number, raw in lines(stream):
            if isinstance(raw, Unread):
                yield raw
                continue
            try:
                told = parse(raw.decode("utf-8", "replace"))
            except (ValueError, LookupError, ArithmeticError) as error:
                if _LOSS.search(raw):
                    held.gap()
                    yield missing(number, raw, _when(raw, context))
                elif raw.strip(b"\0 \t"):
                    yield Unread(number, why(error), shown(raw), aside=isinstance(error, Aside))
                continue
            for one in told:
                for turned in put(one):
                    yield from keep(turned)
        for one in parser.end():
            for turned in orient.put(one):
                yield from held.put(turned)
        for turned in orient.end():
            yield from held.put(turned)
        yield from held.end()


class Held:
    """The last observations, which a gap in the log still makes lossy; and all after a gap."""

    def __init__(self, context: Context) -> None:
        self.lossy = context.lossy
        self.room = 0 if context.live or context.lossy else BACK
        self._held: deque[Observed] = deque()

    def put(self, one: Observed) -> Iterable[Observed | Unread]:
        """What leaves as `one` comes in."""
        if not 0 <= one.first <= one.last < LATEST:
            return (Unread(0, "a time before 1970 or after 2200", f"{one.src} -> {one.dst}"),)
        if self.lossy:
            return (one._replace(lossy=True),)
        self._held.append(one)
        return (self._held.popleft(),) if len(self._held) > self.room else ()

    def gap(self) -> None:
        """Records are missing from here on, or shortly before."""
        self.lossy = True

    def end(self) -> Iterator[Observed]:
        """The rest."""
        yield from (one._replace(lossy=True) if self.lossy else one for one in self._held)
        self._held.clear()


def why(error: Exception) -> str:
    """What is wrong with a line, in words."""
    return str(error) if isinstance(error, NotRead) else "not understood: a value is missing or misshapen"


def missing(number: int, raw: bytes, when: int) -> Unread:
    """A line that says so. It is no record itself, and what it is about makes others lossy."""
    return Unread(number, "the log says that records are missing here", shown(raw), aside=True, gap=when)


def says_missing(raw: bytes) -> bool:
    """Is it a line of syslog, or of the kernel's own, which says that records are missing? Prose may say so, too."""
    if _LOSS.search(raw) is None:
        return False
    return b"kernel:" in raw or _when(raw, Context(until=LATEST)) > 0 or _UPTIME.match(raw) is not None


def _when(raw: bytes, context: Context) -> int:
    """When such a line was written; 0 where it does not tell."""
    try:
        return Clock(context).envelope(raw.decode("utf-8", "replace"))[0]
    except (ValueError, LookupError, ArithmeticError):
        return 0


def shown(raw: bytes) -> str:
    """The beginning of a bad line."""
    return raw[:SHOWN].decode("utf-8", "replace")


def lines(stream: BinaryIO) -> Iterator[tuple[int, bytes | Unread]]:
    """Numbered lines without their ends. Of one that is too long only the beginning is kept, and told."""
    number, rest = 0, b""
    while block := stream.read1(BLOCK):  # type: ignore[attr-defined]
        *whole, rest = (rest + block).split(b"\n")
        for raw in whole:
            number += 1
            yield number, raw.rstrip(b"\r") if len(raw) < LONGEST_LINE else _too_long(number, raw)
        rest = rest[:LONGEST_LINE]
    if rest:
        number += 1
        yield number, rest.rstrip(b"\r") if len(rest) < LONGEST_LINE else _too_long(number, rest)


def _too_long(number: int, raw: bytes) -> Unread:
    return Unread(number, f"a line of more than {LONGEST_LINE} bytes", shown(raw))

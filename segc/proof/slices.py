"""What one question is about: a slice of a hook, what is expected there, and of which packets it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from segc.packets.decide import Slice
    from segc.packets.fields import Spans

FORWARD, INPUT, OUTPUT = ("prerouting", "forward", "postrouting"), ("prerouting", "input"), ("output", "postrouting")
# Addresses that no router passes on (RFC 5771 section 4, RFC 919, RFC 4291 sections 2.5.6 and 2.7): what is sent to
# them, such as routing protocols and VRRP, is for the firewall itself.
NEVER_FORWARDED: dict[int, Spans] = {
    4: ((0xE0000000, 0xE00000FF), (0xFFFFFFFF, 0xFFFFFFFF)),
    6: ((0xFE80 << 112, (0xFEC0 << 112) - 1), (0xFF02 << 112, (0xFF03 << 112) - 1)),
}


class Question:
    """One slice of one hook: what is expected, whether records count as well, and of which packets it is asked."""

    def __init__(
        self, of: Slice, hooks: tuple[str, ...], expected: int, *, records: bool = True, where: int | None = None
    ) -> None:
        self.of = of
        self.hooks = hooks
        self.expected = expected
        self.records = records
        self.where = where

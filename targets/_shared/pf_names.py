"""Names for aliases, descriptions and trackers: short enough for pfSense, and each made from its own text only."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

from segc.model.flows import short_id
from segc.rules.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from segc.model.addresses import Addresses
    from segc.rules.table import Ends, Line

PREFIX = "segc_"  # no service, protocol or word of pf begins so: aliases must not be called as these are
LONGEST = 31
LINK = f"{PREFIX}link"
TRACKERS = 2_000_000_000  # the first; pf has 32 bits for them, and pfSense's own are far below


class Names:
    """Aliases of a policy's endpoints: `segc_filling__filler_plc` for `filling.filler-plc`."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._words = Words(LONGEST, "[^A-Za-z0-9_]", "_", (LINK,))
        # an endpoint may be cut to what several zones own of it: then its name alone would not tell which
        self._owned: dict[str, set[Addresses]] = {}
        for line in lines:
            for side in (line.source, line.target):
                for end in side.ends if side is not None else ():
                    self._owned.setdefault(end.name, set()).add(end.addresses)

    def end(self, name: str, addresses: Addresses) -> str:
        """The alias of one endpoint."""
        cut = len(self._owned.get(name, ())) > 1
        return self._words(plain(name) + (f"___{short_id(str(addresses), 6)}" if cut else ""))

    def several(self, side: Ends) -> str:
        """The alias of several endpoints together."""
        members = sorted(self.end(end.name, end.addresses).removeprefix(PREFIX) for end in side.ends)
        return self._words(f"{PREFIX}{'__or__'.join(members)}")

    def ports(self, text: str) -> str:
        """The alias of a service's ports."""
        return self._words(f"{PREFIX}ports__{text.replace('-', '_')}")


def plain(name: str) -> str:
    """Names in a policy have neither `_` nor `--`: so no two of them become one."""
    return PREFIX + name.replace(".", "__").replace("-", "_")


class Trackers:
    """One number for each rule, the same one every time."""

    def __init__(self) -> None:
        self._taken: dict[int, str] = {}

    def __call__(self, text: str) -> str:
        """The number of a rule by what it is."""
        salt = 0
        while True:
            digest = blake2b(f"{salt}{text}".encode(), digest_size=8).digest()
            number = TRACKERS + int.from_bytes(digest, "big") % TRACKERS
            if self._taken.setdefault(number, text) == text:
                return str(number)
            salt += 1

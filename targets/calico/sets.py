"""GlobalNetworkSets: one for each endpoint that a rule names. Rules select them by their label."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.lang.literals import BITS
from segc.model.addresses import FAMILIES, prefix_text, texts
from segc.model.flows import short_id
from segc.rules.words import Words

from .objects import resource

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from segc.model.addresses import Addresses
    from segc.rules.table import End, Ends, Line

    from .objects import Json

LABEL = "segc-set"
FIREWALL = "segc-firewall"
ODD = r"[^a-z0-9-]"  # names of Kubernetes are DNS labels
LONGEST = 60  # a label's value has at most 63 characters


class Sets:
    """Names the sides of lines, and remembers which sets are used."""

    def __init__(self, firewall: str, lines: Iterable[Line]) -> None:
        self.firewall = firewall
        self._words = Words(LONGEST, ODD)
        self._used: dict[str, End] = {}
        # the same endpoint may be cut to what several zones own of it: then a name alone would not tell which
        self._owned: dict[str, set[Addresses]] = {}
        for line in lines:
            for side in (line.source, line.target):
                for end in side.ends if side is not None else ():
                    self._owned.setdefault(end.name, set()).add(end.addresses)

    def entity(self, side: Ends | None) -> Json:
        """A rule's side. Without `global()`, a pod that somebody labels so would be one of the set."""
        if side is None:
            return {}
        names = list(dict.fromkeys(self._name(end) for end in side.ends))
        listed = ", ".join(f"'{name}'" for name in names)
        selector = f"{LABEL} == {listed}" if len(names) == 1 else f"{LABEL} in {{{listed}}}"
        return {"selector": selector, "namespaceSelector": "global()"}

    def resources(self) -> Iterator[Json]:
        """All sets that rules name."""
        for name, end in sorted(self._used.items()):
            labels = {FIREWALL: self.firewall, LABEL: name}
            nets = [net for family in FAMILIES for net in _nets(end.addresses, family)]
            yield resource("GlobalNetworkSet", f"segc.{name}", {"nets": nets}, labels, end.name)

    def _name(self, end: End) -> str:
        # sets belong to the whole cluster, so another firewall's may hold less of the same endpoint
        text = f"{end.name}@{self.firewall}"
        if len(self._owned.get(end.name, ())) > 1:
            text = f"{end.name}.{short_id(str(end.addresses), 4)}@{self.firewall}"
        name = self._words(text)
        self._used[name] = end
        return name


def _nets(addresses: Addresses, family: int) -> Iterator[str]:
    """Prefixes; every address as two halves, since an ipset holds no prefix of length 0."""
    for text in texts(addresses, family):
        if text.endswith("/0"):
            yield from (prefix_text(family, start, 1) for start in (0, 1 << (BITS[family] - 1)))
        else:
            yield text

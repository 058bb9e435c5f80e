"""The names under which packets must be recorded, as the manifest publishes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

Record = tuple[str, str]  # the prefix of an alert, and of what is blocked


class Records:
    """Prefixes of one firewall, from its entry in the manifest: `segc:`, a class, `:`, an id and a blank.

    A record that the manifest does not explain is worth nothing to its reader; so what it does not list is not
    expected, and a file that writes it is not equal to the policy.
    """

    def __init__(self, entry: Mapping[str, Any]) -> None:
        self._pairs: dict[tuple[str | None, str | None], str] = {}
        self._local = ""
        for identity, pair in entry["pairs"].items():
            if "firewall" in pair:
                self._local = identity
            else:
                self._pairs[pair["from"], pair["to"]] = identity
        self._flows = {flow: rule["log-id"] for flow, rule in entry["rules"].items() if "log-id" in rule}
        self._names: dict[str, set[str]] | None = None
        if "records" in entry:
            self._names = {}
            for name, prefixes in entry["records"].items():
                for prefix in prefixes:
                    self._names.setdefault(prefix, set()).add(name)

    def names(self, prefix: str) -> frozenset[str]:
        """Under which names the file may record what has this prefix: itself, or as the manifest explains."""
        if self._names is None:
            return frozenset((prefix,))
        return frozenset(self._names.get(prefix, (prefix,)))

    def pair(self, source: str, target: str | None) -> Record:
        """What is recorded of an ordered pair of zones."""
        return _both("AB", self._pairs.get((source, target), ""))

    def astray(self, source: str, target: str | None) -> Record:
        """The same, of packets that arrived where their source does not lie."""
        return _both("ab", self._pairs.get((source, target), ""))

    def other(self, target: str | None) -> Record:
        """Packets of no pair, by their target's zone; zones without a name of their own share one."""
        return _both("AB", self._pairs.get((None, target)) or self._pairs.get((None, None), ""))

    def local(self) -> Record:
        """Packets to the firewall itself."""
        return _both("AB", self._local)

    def flow(self, identity: str) -> str:
        """A recorded flow's packets."""
        return f"segc:L:{self._flows.get(identity, '')} "


def _both(kinds: str, identity: str) -> Record:
    return f"segc:{kinds[0]}:{identity} ", f"segc:{kinds[1]}:{identity} "

"""What grants permitted when it came, and would not permit today, since they are over. Nobody must explain it: who wrote the
grant decided that it ends. It would be stopped all the same, and whoever enforces a conduit has to be told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.baseline.store import moment_text
from segc.model.clock import expired, zone_of
from segc.words import count

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from segc.baseline.compare import Comparison, Entry
    from segc.model.plant import Grant


class Lapsed(NamedTuple):
    """A grant that is over, how many keys it permitted that would be stopped now, and when the last of them came
    (microseconds since 1970).
    """

    grant: Grant
    keys: int
    last: int

    def __str__(self) -> str:
        return sentence(self.grant.name, self.grant.last.isoformat(), self.keys, moment_text(self.last))


def sentence(grant: str, until: str, keys: int, last: str) -> str:
    """The same in words."""
    return (
        f"would stop {count(keys, 'key')} that grant `{grant}` permitted, whose last day was {until} (last seen {last})"
    )


def by_grant(compared: Comparison, entries: Iterable[Entry]) -> tuple[Lapsed, ...]:
    """Of some of these keys, by the grant that permitted them, sorted; where there were several, the last one that ended."""
    found: dict[str, Lapsed] = {}
    for entry in entries:
        of = {flow.within for flow in entry.judged.flows}
        grant = max((compared.plant.grants[name] for name in of if _is_over(compared, name)), key=_end)
        known = found.get(grant.name, Lapsed(grant, 0, 0))
        found[grant.name] = Lapsed(grant, known.keys + 1, max(known.last, entry.seen.last))
    return tuple(found[name] for name in sorted(found))


def _is_over(compared: Comparison, name: str) -> bool:
    return expired(compared.plant.grants[name], zone_of(compared.plant), compared.at)


def _end(grant: Grant) -> tuple[date, str]:
    return grant.last, grant.name

"""The proof of one firewall's files: read back, compared with the policy, and every counterexample tried out.

A file is taken as text, whoever wrote it. What its reader does not know is
bounded from both sides: a difference is certain or possible. In what segc has
rendered, anything unknown is a refusal (`Proof.equal`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from segc.packets.fields import LAST_SECOND, SOURCE, TARGET
from segc.proof.compare import FAMILIES, Comparison
from segc.proof.duties import Policy
from segc.proof.records import Records
from segc.proof.replay import tried_out
from segc.targets import registry
from segc.targets.clocks import kept

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from segc.model.plant import Firewall, Plant
    from segc.packets.machine import Machine
    from segc.proof.differing import Difference
    from segc.proof.duties import Duties

READ = ("rules", "sets")  # roles of artefacts that a reader takes begin so


@dataclass(frozen=True, slots=True)
class Proof:
    """What the comparison of one firewall's files with the policy has shown."""

    firewall: Firewall
    machine: Machine
    found: tuple[Difference, ...]
    questions: int
    families: tuple[int, ...] = FAMILIES

    @property
    def differences(self) -> tuple[Difference, ...]:
        """Those that are there whatever the reader did not know."""
        return tuple(one for one in self.found if one.certain)

    @property
    def possible(self) -> tuple[Difference, ...]:
        """Those that hang on what the reader did not know."""
        return tuple(one for one in self.found if not one.certain)

    @property
    def unread(self) -> list[tuple[str, int, str]]:
        """What the reader did not know: text, line, file."""
        return self.machine.unknown

    @property
    def equal(self) -> bool:
        """Does every packet get what the policy says, and was every word understood?"""
        return not self.found and not self.unread

    def entry(self) -> dict[str, Any]:
        """What the manifest says of it."""
        if self.equal:
            packets = "all" if self.families == FAMILIES else f"all of IPv{self.families[0]}"
            return {"result": "equal", "packets": packets, "questions": self.questions}
        return {"result": "not proved", "differences": len(self.found), "unread": len(self.unread)}


class Prover:
    """Proves files of a plant's firewalls at one moment; `override` is the mode that the build asked for."""

    def __init__(self, plant: Plant, at: datetime, override: str | None = None) -> None:
        self.plant = kept(plant, at)
        self.at = at
        self.policy = Policy(self.plant, at, override)
        self._duties: dict[tuple[bool, ZoneInfo | None], dict[str, Duties]] = {}
        self._preferred: dict[int, dict[int, list[int]]] = {}

    def duties(self, name: str) -> Duties:
        """What a firewall owes, as far as its target can tell the time."""
        firewall = self.plant.firewalls[name]
        target = registry.targets()[firewall.target]
        key = target.tells_time(firewall.clock), target.zone(firewall.clock)
        if key not in self._duties:
            self._duties[key] = self.policy.duties(tells_time=key[0], shown=key[1])
        return self._duties[key][name]

    def prove(
        self,
        name: str,
        files: Mapping[str, str],
        entry: Mapping[str, Any],
    ) -> Proof:
        """Compare files, by role, with what the policy says of a firewall; `entry` is its part of the manifest.

        Raises `Refused` where the files cannot be read at all.
        """
        return self.prove_machine(name, self.read(name, files), entry)

    def read(self, name: str, files: Mapping[str, str], *, running: bool = False) -> Machine:
        """What files, by role, mean to a firewall's own reader; `running`: they were taken from a box."""
        firewall = self.plant.firewalls[name]
        rules = {role: text for role, text in files.items() if role.startswith(READ)}
        return registry.read(firewall.target, rules, firewall.clock, running=running)

    def prove_machine(
        self, name: str, machine: Machine, entry: Mapping[str, Any], families: Sequence[int] = FAMILIES
    ) -> Proof:
        """Compare what has been read already, in those of the families that the target filters."""
        firewall = self.plant.firewalls[name]
        found: list[Difference] = []
        asked = 0
        compared = tuple(f for f in registry.targets()[firewall.target].can.families if f in families)
        for family in compared:
            comparison = self.comparison(name, machine, entry, family)
            for question in comparison.questions():
                asked += 1
                for difference in comparison.differences(question):
                    tried_out(machine, difference, records=question.records)
                    found.append(difference)
        return Proof(firewall, machine, tuple(found), asked, compared)

    def comparison(self, name: str, machine: Machine, entry: Mapping[str, Any], family: int) -> Comparison:
        """One firewall's policy and a machine, ready to be compared."""
        return Comparison(
            self.policy,
            self.duties(name),
            Records(entry),
            machine,
            registry.targets()[self.plant.firewalls[name].target].can,
            family,
            self._period(entry),
            self._named(family),
        )

    def _period(self, entry: Mapping[str, Any]) -> tuple[int, int]:
        """From the moment of the build until the next at which it must be made anew, in seconds since 1970."""
        from datetime import datetime

        change = entry.get("next-change")
        end = int(datetime.fromisoformat(change).timestamp()) - 1 if change else LAST_SECOND
        return int(self.at.timestamp()), end

    def _named(self, family: int) -> dict[int, list[int]]:
        """Addresses of assets: people know them, so counterexamples should have them."""
        if family not in self._preferred:
            zones = self.plant.zones.values()
            found = [span[0] for zone in zones for asset in zone.assets for span in asset.addresses.of(family)[:1]]
            # from either end, so that the two ends of a packet are not the same machine
            self._preferred[family] = {SOURCE: found[:200], TARGET: found[:-201:-1]}
        return self._preferred[family]

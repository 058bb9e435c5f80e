"""The plant: what the policy declares, resolved and frozen. Every thing knows its source line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from segc.lang.literals import Hours, InterfaceAddress
    from segc.model.addresses import Addresses
    from segc.model.ownership import Ownership
    from segc.source import Source, Span

MONITOR, ENFORCE = "monitor", "enforce"
TCP, UDP, SCTP, ICMP, ICMP6 = 6, 17, 132, 1, 58
PORTED = (TCP, UDP, SCTP)


class Match(NamedTuple):
    """Packets of a service: a protocol, and a range of ports or ICMP types.

    `family` is 4 or 6 where the protocol exists in one only, else 0.
    """

    proto: int
    low: int = 0
    high: int = 65535
    source_low: int = 0
    source_high: int = 65535
    family: int = 0


@dataclass(frozen=True, slots=True)
class FollowOn:
    """A further connection that a service opens: forward, reverse or both ways."""

    direction: str
    matches: tuple[Match, ...]
    dynamic: bool
    doc: str


@dataclass(frozen=True, slots=True, eq=False)
class Service:
    """What a flow speaks. `matches` is empty for services that name no port."""

    name: str
    title: str
    matches: tuple[Match, ...]
    span: Span
    layer2: bool = False
    dynamic: bool = False
    dynamic_ports: tuple[Match, ...] = ()
    follow_on: tuple[FollowOn, ...] = ()
    access: tuple[str, ...] = ()
    commands: str = "initiator"
    filterable: str = "yes"
    why_filterable: str = ""
    doc: str = ""
    family: str = ""
    confidence: str = ""
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Team:
    """People who own things."""

    name: str
    title: str
    contact: str
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Role:
    """A function with authority; `deputy` is the name of the role that stands in."""

    name: str
    title: str
    team: str | None
    phone: str
    deputy: str | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """The plant as a whole."""

    name: str
    title: str
    timezone: str
    mode: str | None
    owner: str | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Asset:
    """A machine. `zone` is its zone's name; `latency` is in seconds."""

    name: str
    zone: str
    addresses: Addresses
    span: Span
    kind: str = "other"
    criticality: str | None = None
    safety: bool = False
    unpatchable: str | None = None
    no_agent: bool = False
    latency: float | None = None
    end_of_support: date | None = None
    owner: str | None = None
    controls: tuple[str, ...] = ()
    texts: tuple[tuple[str, str], ...] = ()

    @property
    def path(self) -> str:
        """`zone.asset`, the name that holds from anywhere."""
        return f"{self.zone}.{self.name}"


@dataclass(frozen=True, slots=True, eq=False)
class Zone:
    """A zone with what it inherits already in place. `authority` maps shutdown and isolate to roles."""

    name: str
    title: str
    level: float | None
    sl_t: int | None
    kind: str
    owner: str | None
    authority: dict[str, tuple[str, ...]]
    mode: str | None
    parent: str | None
    outside: bool
    declared: Addresses
    assets: tuple[Asset, ...]
    controls: tuple[str, ...]
    span: Span

    @property
    def path(self) -> str:
        """The zone's name, as flows write it."""
        return self.name


Endpoint = Zone | Asset


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """A name for several zones and assets."""

    name: str
    title: str
    members: tuple[Endpoint, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class FlowFacts:
    """What a flow says of itself besides its packets.

    `period` is how often it comes at least: a day, week, month, quarter or year. `learned_until` is the last day of the
    logs that it was drafted from: these days say nothing for it.
    """

    because: str = ""
    ticket: str = ""
    log: bool = False
    essential: bool = False
    review_by: date | None = None
    expect: str | None = None
    tested: date | None = None
    learned_until: date | None = None
    period: str | None = None


PLAIN = FlowFacts()


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """Sessions from any of `sources` to any of `targets` by any of `services`.

    `within` is the name of the conduit or grant that it stands in; `text` is the
    flow as written, on one line.
    """

    id: str
    within: str
    sources: tuple[Endpoint, ...]
    targets: tuple[Endpoint, ...]
    services: tuple[Service, ...]
    text: str
    span: Span
    facts: FlowFacts = PLAIN


@dataclass(frozen=True, slots=True, eq=False)
class Conduit:
    """The way from one zone to another (`both`: either may open sessions)."""

    name: str
    title: str
    source: Zone
    target: Zone
    both: bool
    mode: str | None
    owner: str | None
    latency: float | None
    inspect: str | None
    fail: str | None
    essential: bool
    flows: tuple[Flow, ...]
    span: Span

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The ordered pairs of zones that it opens."""
        one = (self.source.name, self.target.name)
        return (one, one[::-1]) if self.both else (one,)


@dataclass(frozen=True, slots=True)
class Window:
    """When a grant is open: weekdays (0 is Monday) and hours, in the site's time zone."""

    days: frozenset[int]
    hours: Hours


@dataclass(frozen=True, slots=True, eq=False)
class Grant:
    """Temporary access. Both dates are included; no window means always.

    `killed`: it was ended before its time, so that its packets are stopped in monitor, too, unless something else
    permits them. No policy says so: segc.response.kill does.
    """

    name: str
    title: str
    vendor: str
    flows: tuple[Flow, ...]
    windows: tuple[Window, ...]
    first: date | None
    last: date
    approved_by: str | None
    ticket: str
    owner: str | None
    span: Span
    killed: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Interface:
    """A firewall's interface, the zones right behind it and its own addresses."""

    name: str
    zones: tuple[str, ...]
    addresses: tuple[InterfaceAddress, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Manage:
    """Who may reach a firewall itself, and by which services."""

    sources: tuple[Endpoint, ...]
    services: tuple[Service, ...]
    text: str
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Firewall:
    """An enforcement point. `capacity` is how many rules fit into it, `clock` the time zone that its clock shows.

    `host` is the machine whose own firewall it is: it stands between no zones then, and has no interfaces.
    """

    name: str
    title: str
    target: str
    target_span: Span
    interfaces: tuple[Interface, ...]
    manage: tuple[Manage, ...]
    mode: str | None
    owner: str | None
    span: Span
    capacity: int | None = None
    host: Asset | None = None
    clock: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Link:
    """Two zones joined by something that filters nothing."""

    a: str
    b: str
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """Narrows an ordered pair of zones to some firewalls."""

    source: str
    target: str
    via: tuple[str, ...]
    via_spans: tuple[Span, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Workflow:
    """What must keep working end to end."""

    name: str
    title: str
    owner: str | None
    needs: tuple[Flow, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Playbook:
    """An isolation, compiled ahead of time. `within` is in seconds."""

    name: str
    title: str
    isolate: tuple[str, ...]
    keep: tuple[str, ...]
    authority: tuple[str, ...]
    within: float | None
    drilled: date | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Assertion:
    """What must hold: `kind` is never, unreachable, can, only, blast-radius or flatness."""

    kind: str
    sources: tuple[Endpoint, ...]
    targets: tuple[Endpoint, ...]
    services: tuple[Service, ...]
    limit: float | None
    today: bool
    text: str
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Plant:
    """Everything that a policy declares."""

    root: Path
    sources: tuple[Source, ...]
    site: Site | None
    teams: dict[str, Team]
    roles: dict[str, Role]
    services: dict[str, Service]
    zones: dict[str, Zone]
    groups: dict[str, Group]
    conduits: dict[str, Conduit]
    grants: dict[str, Grant]
    firewalls: dict[str, Firewall]
    links: tuple[Link, ...]
    routes: tuple[Route, ...]
    workflows: dict[str, Workflow]
    playbooks: dict[str, Playbook]
    assertions: tuple[Assertion, ...]
    ownership: Ownership
    modes: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def default_mode(self) -> str:
        """The mode of a pair about which nothing else speaks."""
        return (self.site.mode if self.site else None) or MONITOR

    def mode(self, source: str | None, target: str | None) -> str:
        """Mode of an ordered pair of zones; None stands for unzoned addresses."""
        if source is not None and target is not None:
            decided = self.modes.get((source, target))
            if decided is not None:
                return decided
        zone = self.zones.get(target) if target is not None else None
        return (zone.mode if zone is not None else None) or self.default_mode

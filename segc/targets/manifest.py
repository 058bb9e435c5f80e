"""target.toml: what a target can do and its limits, as data."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from pathlib import Path


DAY = 86400
State = Literal["new", "untracked", "related", "invalid"]


class Strict(BaseModel):
    """Unknown keys are errors: a typo must not switch a capability off in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Limits(Strict):
    """Lengths beyond which the target cuts or refuses. 0 means none that matters."""

    log_prefix: int
    comment: int
    chain: int
    interface: int
    set_name: int = 0
    rules: int = 0
    schedules: int = 0  # objects that say a time


class Habit(Strict):
    """What a box does with some packets before it asks any rule of ours, whatever the policy says.

    An empty list is any. `types` are those of ICMP of the family; `port` and `source_port` single ports. `at` says where
    they arrive: `unnamed` is any interface of which the policy does not speak.
    """

    does: Literal["pass", "stop"]
    because: str
    family: Literal[4, 6] | None = None
    source: str = ""
    target: str = ""
    protocols: tuple[int, ...] = ()
    types: tuple[int, ...] = ()
    port: int | None = None
    source_port: int | None = None
    at: Literal["anywhere", "lo", "unnamed"] = "anywhere"


class Capabilities(Strict):
    """What a target can express.

    `judges` are the states of packets that its rules see or tell apart; what it does with packets of other states is
    its own affair, and said in its README. `own_traffic`: does the target tell packets to itself from those that pass
    through, or only by the addresses that they are sent to? Or has it a word for its own addresses (`self`), which
    takes no multicast in? `lists`, and `own_lists` for packets to itself: are they bound to the box as a whole, or to
    one interface after another? `errors`: are ICMP errors of a session told apart from others by their state, or do its
    rules see all alike, where the box itself drops those of no session? `follows` are the protocols whose sessions it
    keeps, all where it is empty; answers of others must be permitted as on a box without sessions. `habits` are what it
    does by itself, first one first; the proof holds its reader to them.
    `verdicts`: the words for what passes and for what is stopped, on a box that records by verdict and not by rule: all
    that is stopped is recorded, and all that passes wherever something that passes owes a record.
    `egress`: `named` where each rule names the interface by which packets leave; of interfaces that neither policy nor
    file names, and of packets that leave where they came, nothing is asked then. `windows`: do its rules tell the time,
    by UTC or by the local time that its `clock` shows? The latter only where the policy says which that is. `dates`: do
    they tell dates, too, or hours of weeks only, which a new build must end? `at_the_end` of a window, open sessions are
    stopped by its `rules`, ended by the `box` by itself (which no proof shows), or `go-on` until somebody ends them.
    `protocols`: the numbers of the IP protocols that its rules can name; empty where they can name each. `icmp_types`:
    do they tell types of ICMP apart? `shuts`: can they stop what no flow permits and let the rest of a pair pass, as the
    end of a grant in monitor asks?
    """

    stateful: bool
    selects: Literal["interface-pair", "ingress", "zone-pair", "host"]
    match: Literal["first", "last"]
    implicit: tuple[str, ...] = ()
    default_action: str
    ipv4: bool
    ipv6: bool
    object_groups: bool
    log: str
    log_limit: str
    windows: bool
    clock: Literal["utc", "local"] = "utc"
    dates: bool = True
    last_moment: datetime | None = None  # beyond which windows and ends cannot be told
    days: int = 0  # for how many days from the build on times can be told; 0 for any
    yearless: bool = False  # schedules know no year, so all they say comes again: a build is due within `days`
    at_the_end: Literal["rules", "box", "go-on"] = "rules"
    expiry: bool
    session_kill: str
    local_traffic: bool
    own_traffic: Literal["hook", "address", "self"] = "hook"
    follows: tuple[int, ...] = ()
    habits: tuple[Habit, ...] = ()
    lists: Literal["box", "interface"] = "box"
    own_lists: Literal["box", "interface"] = "box"
    errors: Literal["apart", "alike"] = "apart"
    judges: tuple[State, ...] = ("new", "untracked", "related", "invalid")
    counters: Literal["exact", "sampled", "lower-bound", "none"]
    protocols: tuple[int, ...] = ()
    icmp_types: bool = True
    shuts: bool = True
    egress: Literal["any", "named"] = "any"
    verdicts: tuple[()] | tuple[str, str] = ()

    @property
    def families(self) -> tuple[int, ...]:
        """The address families that it filters. Of others nothing is asked, and its guide says to switch them off."""
        return tuple(family for family, has in ((4, self.ipv4), (6, self.ipv6)) if has)


class Operations(Strict):
    """How a file of this target is applied, confirmed and rolled back, in a line each."""

    apply: str
    confirm: str
    rollback: str
    check: str


class Manifest(Strict):
    """A whole target.toml."""

    name: str
    title: str
    status: Literal["stable", "experimental"]
    summary: str
    comment: str
    interface_pattern: str
    interface_help: str = "the name as `ip link` shows it, before any @"
    # with `{}` for a number, or all names there are, where interfaces have no other names
    interface_example: str = ""
    can: Capabilities
    limits: Limits
    operations: Operations

    def tells_time(self, clock: str | None) -> bool:
        """Do its rules keep windows by themselves, where the box's clock shows a time zone, or an unknown one?"""
        return self.can.windows and (self.can.clock == "utc" or clock is not None)

    def zone(self, clock: str | None) -> ZoneInfo | None:
        """The time zone in which its rules tell the time; None for UTC, or where they do not."""
        return ZoneInfo(clock) if clock and self.can.windows and self.can.clock == "local" else None

    def horizon(self, clock: str | None, at: datetime) -> int:
        """The last second since 1970 that rules of a moment can tell by themselves; 0 where they cannot tell the time."""
        if not self.tells_time(clock):
            return 0
        last = int((self.can.last_moment or datetime.max.replace(tzinfo=UTC)).timestamp())
        return min(last, int(at.timestamp()) + self.can.days * DAY) if self.can.days else last

    def again(self, clock: str | None, at: datetime) -> datetime | None:
        """When schedules without a year must be made anew, before what they say comes again; None where they have one."""
        return datetime.fromtimestamp(self.horizon(clock, at), UTC) if self.can.yearless and self.zone(clock) else None

    def takes_interface(self, name: str) -> bool:
        """May an interface of the target have this name?"""
        fits = re.fullmatch(self.interface_pattern, name) is not None
        return fits and (not self.limits.interface or len(name) <= self.limits.interface)


def read(path: Path) -> Manifest:
    """Read a target.toml. Raises pydantic's ValidationError with every fault of it."""
    return Manifest.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))

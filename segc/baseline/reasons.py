"""What speaks against enforcing a conduit, in words: each says what was seen, and the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.baseline.declared import tried_in_vain
from segc.baseline.estimate import WEEK, to_come
from segc.baseline.judged import Class
from segc.baseline.lacking import Reason
from segc.baseline.noise import of_address
from segc.baseline.observed import Noise, Said
from segc.baseline.words import service
from segc.model.plant import UDP
from segc.words import count, plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from segc.baseline.compare import Comparison, Entry
    from segc.baseline.coverage import Share
    from segc.baseline.declared import Declared
    from segc.baseline.estimate import Incidence
    from segc.baseline.ledger import Key
    from segc.baseline.store import Seen
    from segc.model.plant import Flow
    from segc.settings import Gate

REPEAT = "all flows are attested, so repeat a test of one while a sensor watches: that shows it to be on the way"
NAMED = 3  # flows, or machines, in one reason
UNANSWERED = "UDP that keeps coming though nobody answers"
PUBLISHED = (
    ' (with `initiator "publisher"` in its service if nobody is to answer; then learn the logs into a new baseline, with '
    "`--plant`)"
)
_WAY_OUT = "take it out, or test it each year and write `expect rare; tested DATE`"


def unwatched(declared: Declared) -> Reason:
    """No sensor is known to sit on the way. Who heard both zones need not: it may hear each with somebody else."""
    attested = declared.attested and not declared.silent
    out = f"; {REPEAT}" if attested else ""
    return Reason(f"no sensor has seen a session between its zones{out}", lacking=True)


def one_way(source: str | None, target: str | None, *, both: bool) -> Reason:
    """What passes there may be seen by nobody. `both`: the conduit opens the other way, too."""
    told = f"no sensor has seen a session from `{source}` to `{target}` (but perhaps answers), nor an answer to one the other way"
    why = "a log of one direction shows nothing of the other"
    out = "If nothing is opened there, let the conduit open one way only (`->`)" if both else "Log that direction, too"
    return Reason(f"{told}: {why}. {out}", lacking=True)


def against(denied: Sequence[Entry], declared: Declared, counted: Incidence, gate: Gate) -> Iterable[Reason]:
    """What would be stopped, what did not come again, and what the estimate has yet to come."""
    if denied:
        sessions = sum(entry.seen.n for entry in denied)
        yield Reason(
            f"would stop {_seen(denied)} ({count(sessions, 'session')}), and nobody has said that it should"
            f"{_limited(denied)}{_recorded(denied)}{_to_groups(denied)}{_either_way(denied)}",
            stops=True,
        )
    if declared.learned and counted.days:
        yield Reason(f"not seen again since it was learned: {_named(declared.learned)}; was it needed once only?")
    for flow in declared.once:
        each = flow.facts.period
        says = (
            f"comes each {each}, and was seen in one {each} only"
            if each
            else "is periodic, and was seen on one day only"
        )
        yield Reason(f"`{flow.text}` {says}: a period shows on two")
    coming = to_come(counted, WEEK)
    if counted.keys and coming > gate.new_keys:
        yield Reason(
            f"about {coming:.1f} new flows or keys are to be expected in a week; the gate allows {gate.new_keys:g}"
        )


def never_seen(compared: Comparison, silent: Sequence[Flow]) -> Iterable[Reason]:
    """Flows that nobody used, also those that somebody tried to."""
    vain = tried_in_vain(compared, silent)
    if len(vain) < len(silent):
        yield Reason(f"never seen: {_named([flow for flow in silent if flow not in vain])}; {_WAY_OUT}")
    yield from in_vain(vain)


def in_vain(flows: Sequence[Flow]) -> Iterable[Reason]:
    """Flows that somebody tried, and whose other end never answered."""
    if not flows:
        return
    udp = any(match.proto == UDP for flow in flows for service in flow.services for match in service.matches)
    more = '; if nobody is to answer, say `initiator "publisher"` in its service, and learn into a new baseline with `--plant`'
    yield Reason(f"tried, and never answered: {_named(flows)}; {_WAY_OUT}{more if udp else ''}")


def undeclared(machines: Share, gate: Gate) -> Iterable[Reason]:
    """Too many machines that no asset declares."""
    if machines.value < gate.inventory:
        yield Reason(
            f"{machines.told}; the gate asks for "
            f"{100 * gate.inventory:g} %: `segc baseline inventory` tells of {_some(machines.unknown, machines.more)}"
        )


def unsure(entries: Sequence[Entry]) -> Iterable[Reason]:
    """What came in hours in which its grants were open for a part only."""
    of = [entry for entry in entries if entry.is_unsure]
    if of:
        yield Reason(
            f"may stop {_seen(of)} in hours in which grants were open for a part only ({_keys(of)}): whether "
            "they lie inside, a ledger of hours cannot tell; let windows begin and end with an hour of UTC, or say that they "
            f"may be stopped ([[expected-deny]]){_either_way(of)}",
            stops=True,
        )


def set_aside(aside: Sequence[Entry]) -> Iterable[Reason]:
    """What was not learned and is there all the same: only a person knows whether anybody would miss it."""
    found: dict[str, dict[Key, Entry]] = {}
    for entry in aside:
        found.setdefault(_why_aside(entry.seen), {})[entry.seen.key] = entry
    for what, of in sorted(found.items()):
        listed = list(of.values())
        yield Reason(
            f"would stop {count(len(listed), 'key')} {what} ({_keys(listed)}): write the flow by hand, since a draft leaves "
            f"it out{PUBLISHED if UNANSWERED in what else ''}, or say that it may be stopped ([[expected-deny]])"
            f"{_either_way(listed)}",
            stops=True,
        )


def _why_aside(seen: Seen) -> str:
    if seen.noise == Noise.SCAN and not seen.is_attempt:
        return f"that {'answered' if seen.answered else 'may have answered'} a machine which also scanned"
    if seen.noise == Noise.BROADCAST and seen.proto != UDP:
        return "to the last address of a network, which a router passes on"
    return f"of {UNANSWERED}"


def _seen(of: Sequence[Entry]) -> str:
    return f"{count(len(of), 'key')} that {plural(len(of), 'was', 'were')} seen"


def _keys(of: Sequence[Entry]) -> str:
    return _some([f"{key.src} -> {key.dst} : {service(key)}" for key in (entry.seen.key for entry in of)])


def _limited(of: Sequence[Entry]) -> str:
    """The way out of what a log cannot tell, which is not to take the limit away."""
    limited = sum(entry.judged.limited and entry.seen.said < Said.RECORDED for entry in of)
    told = f"; of {limited} of these a baseline does not keep the source port, which a flow that would permit it limits: once "
    way_out = "somebody has seen that it comes from there, say `tested DATE` in a flow of these two machines alone"
    return f"{told}{way_out}" if limited else ""


def _recorded(of: Sequence[Entry]) -> str:
    """Why a reason may speak of what flows permit, and the way out: an example of each kind tells it."""
    found = {
        kind: [entry for entry in of if entry.judged.verdict is kind] for kind in (Class.STILL_RECORDED, Class.ASTRAY)
    }
    return "".join(
        f"; {len(ones)} of these ({_keys(ones)}): {ones[0].judged.nearest}" for ones in found.values() if ones
    )


def _to_groups(of: Sequence[Entry]) -> str:
    """Discovery (SSDP) goes to a group that routers may pass on, and is sent all day where none does."""
    groups = [one for one in of if of_address(one.seen.dst) is Noise.MULTICAST]
    told = f"; of these, {_keys(groups)} to a group: if no router passes it on, or nobody needs it there, "
    return f"{told}say that it may be stopped ([[expected-deny]])" if groups else ""


def _either_way(of: Sequence[Entry]) -> str:
    """Why a reason may speak of what came from the other zone."""
    either = sum(entry.is_either_way for entry in of)
    return f"; nothing tells which end opened {either} of these, which count both ways" if either else ""


def _named(flows: Sequence[Flow]) -> str:
    return _some([f"`{flow.text}`" for flow in flows])


def _some(names: Sequence[str], unnamed: int = 0) -> str:
    left = max(0, len(names) - NAMED) + unnamed
    return ", ".join(names[:NAMED]) + (f" and {left} more" if left else "")

"""What it costs to prove two lists of rules equal: CPU seconds and peak memory of fresh processes.

    python -m tests.benchmarks.bench_proof [--quick]

The lists are first-match lists as firewalls have them: zones of 12 to 40 hosts,
objects of one host, a range or a net, 34 services, servers that everybody may
reach, denies on top or strewn in. The other side of a comparison has another
text of the same meaning: rules shuffled where order does not matter, ranges
split, shadowed copies. `wild` lists are random prefixes and ports, the worst case
that there is. `--quick` leaves out the lists of 100,000 rules. All numbers go to
bench-out/proof.json as well.
"""

from __future__ import annotations

import gc
import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from segc.packets.cutting import cut
from segc.packets.decide import Decider, Slice
from segc.packets.diagram import Diagrams
from segc.packets.fields import DPORT, IIF, PROTO, SOURCE, TARGET
from segc.packets.machine import Accept, Base, Drop, In, Interface, Machine, Match, Rule, State
from segc.packets.space import Cuts
from segc.packets.wellformed import cut_protocols

ROOT = Path(__file__).parent.parent.parent
OUT = ROOT / "bench-out"
PORTS = (102, 135, 443, 502, 789, 1089, 1433, 1883, 2222, 2404, 3389, 4000, 4840, 5007, 5094, 5450, 9600, 18245, 20000)
SERVICES = (*((6, port) for port in PORTS), *((17, port) for port in (53, 123, 161, 514, *PORTS[-11:])))  # 34
ZONE_RULES = 400  # of which a zone has about so many
V6 = 0x20010DB8 << 96
Span = tuple[int, int]


class Asked(NamedTuple):
    """A list to measure: `style` is top, strewn or wild."""

    rules: int
    style: str
    family: int = 4


# ---- lists -----------------------------------------------------------------------------------------------------------


class Zone(NamedTuple):
    """A net, and how many hosts are in it."""

    number: int
    first: int
    hosts: int

    def thing(self, random: Random) -> Span:
        """One host, a range of hosts, or the net."""
        kind, host = random.random(), self.first + random.randrange(1, self.hosts)
        if kind < 0.7:
            return host, host
        return (host, host + random.randrange(1, 9)) if kind < 0.85 else (self.first, self.first + 255)


def rules(asked: Asked, random: Random) -> list[Rule]:
    """The list, and before it what sessions need."""
    made = wild(asked, random) if asked.style == "wild" else structured(asked, random)
    state = Rule((State(frozenset({"established", "related"})),), Accept(), 0)
    return [state, *made[: asked.rules]]


def structured(asked: Asked, random: Random) -> list[Rule]:
    """Statements of about nine rules each; denies are one rule each, every seventh statement."""
    base = V6 if asked.family == 6 else 10 << 24
    zones = [Zone(i, base + (i << 8), random.randint(12, 40)) for i in range(max(8, asked.rules // ZONE_RULES))]
    servers = [random.choice(zones).thing(random)[0] for _ in range(max(3, len(zones) // 4))]
    found: list[Rule] = []
    while len(found) < asked.rules:
        denied = random.random() < 0.15
        found += denial(zones, random) if denied else statement(zones, servers, random)
    if asked.style == "top":
        found.sort(key=lambda rule: isinstance(rule.action, Accept))
    return found


def statement(zones: list[Zone], servers: list[int], random: Random) -> Iterator[Rule]:
    """One zone's things may reach another's."""
    a, b = random.sample(zones, 2)
    from_whom = [a.thing(random) for _ in range(random.randint(1, 3))]
    to_whom: list[Span | None] = [b.thing(random) for _ in range(random.randint(1, 3))]
    services = random.sample(SERVICES, random.randint(1, 3))
    shared = random.random()
    if shared < 0.03:
        server = random.choice(servers)
        yield rule(None, None, (server, server), services[0], Accept())
        return
    if shared < 0.06:
        from_whom, to_whom = from_whom[:1], [None]
    for source in from_whom:
        for target in to_whom:
            for service in services:
                yield rule(a.number, source, target, service, Accept())


def denial(zones: list[Zone], random: Random) -> Iterator[Rule]:
    a, b = random.sample(zones, 2)
    service = random.choice(SERVICES) if random.random() < 0.5 else None
    yield rule(None, a.thing(random), b.thing(random), service, Drop())


def rule(
    zone: int | None, source: Span | None, target: Span | None, service: Span | None, action: Accept | Drop
) -> Rule:
    """A rule of what is not None."""
    matches: list[Match] = [] if zone is None else [Interface(IIF, (f"eth{zone % 12}",))]
    matches += [In(field, (span,)) for field, span in ((SOURCE, source), (TARGET, target)) if span]
    if service:
        matches += [In(PROTO, ((service[0], service[0]),)), In(DPORT, ((service[1], service[1]),))]
    return Rule(tuple(matches), action, 0)


def wild(asked: Asked, random: Random) -> list[Rule]:
    """Prefixes of any length on both sides, ports from anywhere to anywhere in a third of them."""
    bits = 128 if asked.family == 6 else 32

    def prefix() -> Span:
        rest = bits - random.randint(0, 32) * bits // 32
        low = random.getrandbits(bits) >> rest << rest
        return low, low + (1 << rest) - 1

    found = []
    for _ in range(asked.rules):
        ports = sorted((random.getrandbits(16), random.getrandbits(16)))
        port = random.choice(PORTS)
        span = (ports[0], ports[1]) if random.random() < 0.3 else (port, port)
        matches = (In(SOURCE, (prefix(),)), In(TARGET, (prefix(),)), In(PROTO, ((6, 6),)), In(DPORT, (span,)))
        found.append(Rule(matches, random.choice((Accept(), Drop())), 0))
    return found


def other_text(text: list[Rule], random: Random) -> list[Rule]:
    """The same meaning: what does the same is shuffled, ranges are split, shadowed copies put in."""
    found: list[Rule] = []
    for _, run in groupby(text, key=lambda rule: (rule.action, len(rule.matches) == 1)):
        made = [part for one in run for part in (halves(one) if random.random() < 0.05 else [one])]
        made += [one for one in made if random.random() < 0.02]
        random.shuffle(made)
        found += made
    return found


def halves(one: Rule) -> list[Rule]:
    """A rule for each half of its targets."""
    for at, match in enumerate(one.matches):
        if isinstance(match, In) and match.field == TARGET and match.spans[0][0] < match.spans[0][1]:
            low, high = match.spans[0]
            middle = (low + high) // 2
            parts = (In(TARGET, ((low, middle),)), In(TARGET, ((middle + 1, high),)))
            return [Rule((*one.matches[:at], part, *one.matches[at + 1 :]), one.action, 0) for part in parts]
    return [one]


# ---- measuring -------------------------------------------------------------------------------------------------------


def machine(text: list[Rule]) -> Machine:
    return Machine({"forward": text}, [Base("forward", "forward", 0, Drop())])


def measure(asked: Asked) -> dict[str, Any]:
    """In this process: cut and decide one list, then the other, over a space of both."""
    text = rules(asked, Random(1))
    one, two = machine(text), machine(other_text(text, Random(2)))
    gc.disable()  # as the command line does
    start = time.process_time()
    cuts = Cuts(asked.family)
    cut_protocols(cuts)
    cut(one, cuts)
    cut(two, cuts)
    diagrams = Diagrams(cuts.space())
    ready = time.process_time()
    first = Decider(one, diagrams).hooks(("forward",), Slice(asked.family))
    done, nodes, memory = time.process_time(), len(diagrams.level), peak()
    second = Decider(two, diagrams).hooks(("forward",), Slice(asked.family))
    end = time.process_time()
    assert first == second, "they mean the same"
    found = {"cut": ready - start, "decide": done - ready, "other": end - done}
    rounded = {key: round(value, 2) for key, value in found.items()}
    return {**asked._asdict(), **rounded, "nodes": nodes, "megabytes": memory, "megabytes-both": peak()}


def peak() -> int:
    """The most memory that was resident."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def in_a_process(asked: Asked) -> dict[str, Any]:
    """Measured where nothing else has been before."""
    command = (sys.executable, "-m", "tests.benchmarks.bench_proof", "--one", json.dumps(asked))
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return dict(json.loads(told.stdout))


def main(arguments: Sequence[str]) -> None:
    """Measure, print, write."""
    if arguments[:1] == ["--one"]:
        print(json.dumps(measure(Asked(*json.loads(arguments[1])))))
        return
    sizes = (1_000, 10_000) if "--quick" in arguments else (1_000, 10_000, 100_000)
    asked = [Asked(n, style, family) for n in sizes for style in ("top", "strewn") for family in (4, 6)]
    asked += [Asked(n, "wild") for n in (300, 1_000, 3_000)]
    columns = ("cut", "decide", "other", "nodes", "megabytes", "megabytes-both")
    print(f"{'list':<20}" + "".join(f"{name:>15}" for name in columns))
    found = []
    for one in asked:
        row = in_a_process(one)
        found.append(row)
        name = f"{one.rules} {one.style} v{one.family}"
        print(f"{name:<20}" + "".join(f"{row[key]:>15}" for key in columns), flush=True)
    OUT.mkdir(exist_ok=True)
    (OUT / "proof.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])

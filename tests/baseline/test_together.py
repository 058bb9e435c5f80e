"""Conduits that begin to stop together, and are ready together or not at all."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

import pytest

from segc import api
from segc.baseline.order import order
from segc.baseline.readiness import Readiness, State
from segc.baseline.together import Together, jointly
from segc.model.plant import MONITOR, Plant
from tests.baseline.made import Line
from tests.baseline.plants import TEXT, plant
from tests.baseline.test_readiness import AT, BACKUP, MODBUS, judged, reasons

READY, NOT_READY, INSUFFICIENT = State.READY, State.NOT_READY, State.INSUFFICIENT


def asked(tmp_path: Path, lines: Iterable[Line], text: str) -> tuple[Plant, dict[str, Readiness]]:
    compared, found = judged(tmp_path, lines, text=text)
    together = jointly(Together(compared.plant), list(found.values()))
    return compared.plant, {one.conduit.name: one for one in together}


@pytest.mark.parametrize(("mode", "days"), [("monitor", ()), ("enforce", ()), ("monitor", range(14))])
def test_conduits_of_a_pair_are_ready_together_or_not_at_all(mode: str, days: Iterable[int], tmp_path: Path) -> None:
    """`segc promote` would refuse the one without the other, or ask of the other's flows."""
    repairs = f'conduit repairs mes -> line {{ mode {mode}; allow ews -> hmi : modbus {{ because "x" }} }}\n'
    lines = [MODBUS, BACKUP, Line("10.30.0.50", "10.3.0.21", 502, days)]
    made, found = asked(tmp_path, lines, TEXT + repairs)
    state = READY if days else NOT_READY
    assert {name: one.state for name, one in found.items()} == {"recipes": state, "repairs": state, "copies": READY}
    assert found["recipes"].held_by == (() if days else ("repairs",))
    assert found["repairs"].held_by == ()
    assert found["recipes"].together == (("repairs",) if mode == "monitor" else ())
    assert ("`repairs`" in reasons(found["recipes"])) is (not days)
    told = ["copies", "recipes", "repairs"] if days else ["copies"]
    assert sorted(order(made, list(found.values()), AT)) == told


def test_of_what_too_little_is_known_the_other_is_not_known_either(tmp_path: Path) -> None:
    more = 'conduit repairs mes <-> line { mode monitor; allow ews -> hmi : modbus { because "x" } }\n'
    more += 'conduit back line -> mes { mode monitor; allow hmi -> ews : backup { because "x"; expect rare; tested 2026-09-14 } }\n'
    _, found = asked(tmp_path, [MODBUS, BACKUP, Line("10.30.0.50", "10.3.0.21", 502, range(14))], TEXT + more)
    assert {name: one.state for name, one in found.items() if name != "copies"} == {
        "recipes": INSUFFICIENT,
        "repairs": INSUFFICIENT,
        "back": INSUFFICIENT,
    }
    assert (found["recipes"].held_by, found["back"].held_by) == (("back",), ())


@pytest.mark.parametrize(("mode", "ready"), [("monitor", False), ("enforce", True)])
def test_what_waits_for_another_pair_holds_its_own(mode: str, ready: bool, tmp_path: Path) -> None:
    """With `recipes`, `segc promote` asks for `both`, if that says monitor, and then for `back`, which is not ready."""
    more = (
        f'conduit both mes <-> line {{ mode {mode}; allow ews -> hmi : modbus {{ because "x" }} }}\n'
        'conduit back line -> mes { mode monitor; allow hmi -> ews : modbus { because "x" } }\n'
    )
    made, found = asked(tmp_path, [MODBUS, BACKUP, Line("10.30.0.50", "10.3.0.21", 502, range(14))], TEXT + more)
    states = {name: one.state is READY for name, one in found.items()}
    assert states == {"recipes": ready, "copies": True, "both": False, "back": False}
    assert sorted(order(made, list(found.values()), AT)) == (["copies", "recipes"] if ready else ["copies"])


# ---- plants of all kinds ----------------------------------------------------------------------------------------------

ENDS = {"mes": ("app", "10.30.0.10"), "line": ("plc", "10.3.0.11"), "office": ("store", "10.40.0.9")}
PAIRS = [("mes", "line"), ("line", "mes"), ("mes", "office"), ("office", "mes")]
FRAME = TEXT[: TEXT.index("conduit recipes")] + TEXT[TEXT.index("firewall fw") :]


def various(seed: int) -> tuple[str, list[Line]]:
    """A plant with several conduits on a pair, modes wherever they may stand, and logs of some of their flows."""
    rng = random.Random(seed)
    text = FRAME.replace("mode monitor;", f"mode {rng.choice(('monitor', 'monitor', 'enforce'))};")
    for zone in ENDS:
        own = rng.choice(("", "", "  mode enforce\n"))
        text = text.replace(f"zone {zone} {{\n", f"zone {zone} {{\n{own}")
    lines = []
    pairs = rng.sample(PAIRS, 2)
    for number in range(rng.randint(3, 5)):
        source, target = rng.choice(pairs)
        mode = rng.choice(("mode monitor; ", "mode monitor; ", "mode enforce; ", ""))
        arrow = rng.choice(("->", "->", "<->"))
        flow = f'allow {ENDS[source][0]} -> {ENDS[target][0]} : s{number} {{ because "x" }}'
        text += f"service s{number} {{ tcp {1000 + number} }}\nconduit c{number} {source} {arrow} {target} {{ {mode}{flow} }}\n"
        days = rng.choice((range(14), range(14), range(14), range(5), ()))
        lines.append(Line(ENDS[source][1], ENDS[target][1], 1000 + number, days))
    return text, lines


def monitored(made: Plant, name: str) -> bool:
    return any(made.mode(*pair) == MONITOR for pair in made.conduits[name].pairs())


def by_the_letter(made: Plant, name: str) -> set[str]:
    """What begins to stop with a conduit: first all that must be given to `segc promote`, then what says enforce."""
    every, names = made.conduits.values(), {name}
    while True:
        pairs = {pair for one in names for pair in made.conduits[one].pairs()}
        keep = {c.name for c in every for p in c.pairs() if p in pairs and (c.mode or made.mode(None, p[1])) == MONITOR}
        if keep <= names:
            break
        names |= keep
    begin = {pair for pair in pairs if made.mode(*pair) == MONITOR}
    return names | {one.name for one in every if not begin.isdisjoint(one.pairs())}


def test_what_begins_to_stop_together_on_plants_of_all_kinds(tmp_path: Path) -> None:
    several = 0
    for seed in range(150):
        made, found = api.check(plant(tmp_path / str(seed), various(seed)[0]), AT)
        assert not [one for one in found if one.severity.word == "error"], found
        together = Together(made)
        for name in made.conduits:
            if monitored(made, name):
                expected = by_the_letter(made, name)
                assert {one.name for one in together.asked([name])} | {name} == expected, (seed, name)
                several += len(expected) > 2
    assert several > 100

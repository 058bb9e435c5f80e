"""What no change of a policy may do to the figures, and what changes none of them."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segc.graph.analysis import Analysis
from segc.graph.ways import KINDS, STATES, TODAY
from segc.model.plant import Plant
from tests.graph.small import AT, ZONES, small
from tests.plants import plant_of, policies

laws = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def figures(plant: Plant) -> dict[tuple[str, ...], float]:
    """Everything that may only grow where a policy permits more."""
    analysis = Analysis(plant, AT)
    found: dict[tuple[str, ...], float] = {}
    for state in STATES:
        whole = analysis.flatness(state)
        found |= {(state, name): value for name, value in zip(whole._fields, whole, strict=True)}
        for kind in KINDS:
            closure = analysis.closure(state, kind)
            for one in analysis.ways().machines:
                found[state, kind, one.path] = closure.of(one).machines
                found[state, kind, one.path, "weight"] = closure.of(one).weight
    return found


def grows(less: Plant, more: Plant) -> None:
    """No figure of `more` is below that of `less`."""
    before, after = figures(less), figures(more)
    assert before.keys() == after.keys()
    assert not {key: (before[key], after[key]) for key in before if after[key] < before[key] - 1e-12}


@laws
@given(policies(), st.randoms(use_true_random=False))
def test_from_enforce_to_monitor_nothing_falls(tmp_path: Path, text: str, dice: Random) -> None:
    """Any mode, of the site, a zone, a conduit or a firewall."""
    lines = [
        line.replace("mode enforce", "mode monitor") if dice.random() < 0.5 else line for line in text.splitlines()
    ]
    grows(plant_of(text, tmp_path), plant_of("\n".join(lines) + "\n", tmp_path))


@laws
@given(policies())
def test_wider_services_let_nothing_fall(tmp_path: Path, text: str) -> None:
    """Each service gets all ports, also those of which a machine had none in its family."""
    wide = [f"{line}\n  tcp any" if line.startswith("service ") else line for line in text.splitlines()]
    wide = [line for at, line in enumerate(wide) if not (line.startswith("  tcp") and line != "  tcp any")]
    grows(plant_of(text, tmp_path), plant_of("\n".join(wide) + "\n", tmp_path))


@laws
@given(small(most=7), st.data())
def test_a_flow_more_lets_nothing_fall(tmp_path: Path, text: str, data: st.DataObject) -> None:
    """Between any two zones."""
    names = [name for name in ZONES if f"zone {name} {{" in text]
    source, target = data.draw(st.permutations(names))[:2]
    more = f"{text}conduit more {source} -> {target} {{ allow {source} -> {target} : x }}\n"
    grows(plant_of(text, tmp_path), plant_of(more, tmp_path))


@laws
@given(small(), st.randoms(use_true_random=False))
def test_names_and_their_order_change_no_figure(tmp_path: Path, text: str, dice: Random) -> None:
    """Zones in another order, under other names."""
    head, *scopes = text.replace("\nzone ", "\n~zone ").replace("\nconduit ", "\n~conduit ").split("\n~")
    zones = [scope for scope in scopes if scope.startswith("zone")]
    rest = [scope for scope in scopes if not scope.startswith("zone")]
    dice.shuffle(zones)
    renamed = "\n".join([head, *zones, *rest])
    renamed = re.sub(r"(?<=[ ,])([a-e])(?=[ .;])", r"zz-\1", renamed)
    before, after = (Analysis(plant_of(one, tmp_path), AT) for one in (text, renamed))
    for state in STATES:
        assert after.flatness(state) == before.flatness(state)
        mine = {one.path: before.closure(state).of(one).by_hop for one in before.ways().machines}
        theirs = {one.path.removeprefix("zz-"): after.closure(state).of(one).by_hop for one in after.ways().machines}
        assert theirs == mine


def test_a_firewall_enforces_only_what_it_stands_between(tmp_path: Path) -> None:
    """A link around it opens the pair today, and what hangs nowhere is open to all."""
    text = """
    segc 1
    site s { mode enforce }
    service x { tcp 80 }
    zone a { net 10.0.0.0/24; asset one 10.0.0.1 }
    zone b { net 10.1.0.0/24; asset two 10.1.0.1 }
    zone c { net 10.2.0.0/24; asset three 10.2.0.1 }
    firewall fw { target iptables; interface e0 a; interface e1 b; interface e2 c }
    """

    def pairs(more: str) -> float:
        return Analysis(plant_of(text + more, tmp_path), AT).flatness(TODAY).direct

    assert pairs("") == 0
    assert pairs("link a -- b\n") == 2 / 6
    assert pairs("zone d { net 10.3.0.0/24 }\n") == 6 / 12

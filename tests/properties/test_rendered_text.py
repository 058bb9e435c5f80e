"""What can be seen of rendered files without a kernel, for any policy."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings

from segc.diagnostics import SegcError
from segc.model.plant import Plant
from segc.rules.ir import LONGEST_PREFIX
from segc.targets.build import BuildResult, build
from tests.plants import plant_of, policies

ROOT = Path(__file__).parents[2]
AT = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
MODES = ("declared", "monitor", "enforce")
RULES = ("iptables.rules", "ip6tables.rules", "ipset.rules", "nftables.nft")
LONGEST_CHAIN = 28  # what iptables takes
LONGEST_LINE = 10239  # iptables-restore reads on behind that as if a new line had begun
PREFIX = re.compile(r'prefix "([^"]*)"')
QUOTED = re.compile(r'"[^"]*"')
STOPPING = re.compile(r"(?<![\w-])(DROP|REJECT|drop|reject)(?![\w-])")

# A firewall that is called as a zone is, a flow that no packet can be, protocols that iptables takes for "any".
TRAPS = """
segc 1
service odd { icmp 255; proto 0; tcp 22, 80 { source-port 123 } }
zone mes { net 10.1.0.0/16 }
zone cell { net fd00::/16 }
zone world { net any }
conduit up mes <-> world { allow mes -> world : odd { log }; allow world -> mes : odd }
grant visit { allow world -> cell, mes : odd { log }; window Sat 22:00-06:00; until 2027-01-31 }
conduit never mes -> cell { allow mes -> cell : odd { log } }
firewall mes {
  target iptables
  interface eth0 mes 10.1.0.1/16
  interface eth1 world, cell
  manage world : odd
}
firewall other {
  target nftables
  interface eth0 mes 10.1.0.2/16
  interface eth1 world, cell
  manage mes : odd
}
"""

# A flow of many names, on one line.
NAMES = [f"programmable-logic-controller-of-filling-line-{number}" for number in range(250)]
ASSETS = "\n".join(f"  asset {name} 10.1.{number}.1" for number, name in enumerate(NAMES))
LONG = f"""
segc 1
service odd {{ tcp 22 }}
zone mes {{
  net 10.1.0.0/16
{ASSETS}
}}
zone cell {{ net 10.2.0.0/16 }}
conduit c mes -> cell {{ allow {", ".join(NAMES)} -> cell : odd {{ log }} }}
firewall one {{ target iptables; interface eth0 mes; interface eth1 cell }}
firewall two {{ target nftables; interface eth0 mes; interface eth1 cell }}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where policies are written down before they are read."""
    return tmp_path_factory.mktemp("plants")


def rendered(plant: Plant, mode: str) -> BuildResult | None:
    """All files; None where a policy would lock everybody out."""
    try:
        return build(plant, AT, mode)
    except SegcError as stopped:
        if {one.name for one in stopped.diagnostics} != {"lock-out"}:
            raise
        return None


def code(text: str) -> Iterator[str]:
    """Lines without comments and without what stands in quotes."""
    for line in text.splitlines():
        if not line.lstrip().startswith("#"):
            yield QUOTED.sub('""', line)


several = settings(
    max_examples=settings().max_examples // 4,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@several
@example(text=TRAPS)
@given(text=policies())
def test_monitor_has_no_word_that_stops(folder: Path, text: str) -> None:
    result = rendered(plant_of(text, folder), "monitor")
    assert result is not None
    for path, file in result.files.items():
        if file.name in RULES:
            stopping = [line for line in code(file.text) if STOPPING.search(line)]
            assert not stopping, f"{path}: {stopping}"


@several
@example(text=TRAPS)
@example(text=LONG)
@given(text=policies())
def test_files_keep_the_limits_of_their_readers(folder: Path, text: str) -> None:
    for mode in MODES:
        result = rendered(plant_of(text, folder), mode)
        for path, file in result.files.items() if result else ():
            assert file.text.endswith("\n"), path
            assert not file.text.endswith("\n\n\n"), path
            assert "\r" not in file.text, path
            if file.name in RULES:
                assert max(map(len, file.text.splitlines())) <= LONGEST_LINE, path
                assert all(len(prefix) <= LONGEST_PREFIX for prefix in PREFIX.findall(file.text)), path
                assert all(len(chain) <= LONGEST_CHAIN for chain in re.findall(r"^:(\S+)", file.text, re.MULTILINE)), (
                    path
                )


@several
@example(text=TRAPS)
@given(text=policies())
def test_a_log_prefix_means_one_thing(folder: Path, text: str) -> None:
    """Over all firewalls: an id is one pair, or the flow of one line; and every id is in the manifest."""
    result = rendered(plant_of(text, folder), "declared")
    meanings: dict[str, object] = {}
    for built in result.built if result else ():
        pairs = {
            key: (entry["from"], entry.get("to"), entry.get("firewall")) for key, entry in built.entry["pairs"].items()
        }
        own = [*built.rules.pairs, *built.rules.others, built.rules.rest, *filter(None, [built.rules.local])]
        assert len(pairs) == len(own)
        rules = {e["log-id"]: (e["within"], e["flow"]) for e in built.entry["rules"].values() if "log-id" in e}
        assert not pairs.keys() & rules.keys()
        for identity, meaning in {**pairs, **rules}.items():
            assert meanings.setdefault(identity, meaning) == meaning, identity
        for file in built.files:
            for prefix in PREFIX.findall(file.text) if file.name in RULES else ():
                start, kind, identity = prefix.split(":", 2)
                assert (start, prefix[-1]) == ("segc", " ")
                assert identity.rstrip() in (rules if kind == "L" else pairs), prefix
                assert kind in "ABLab"


def digests(result: BuildResult | None) -> list[str]:
    """The files' names and contents, as one line each."""
    files = result.files if result else {}
    return [f"{path} {hashlib.sha256(file.text.encode()).hexdigest()}" for path, file in files.items()]


@several
@example(text=TRAPS)
@given(text=policies())
def test_the_same_policy_makes_the_same_bytes(folder: Path, text: str) -> None:
    assert digests(rendered(plant_of(text, folder), "declared")) == digests(
        rendered(plant_of(text, folder), "declared")
    )


@settings(max_examples=max(2, settings().max_examples // 50), suppress_health_check=list(HealthCheck))
@example(text=TRAPS)
@given(text=policies())
def test_the_order_of_hashes_changes_nothing(folder: Path, text: str) -> None:
    found = set()
    for seed in ("0", "1", "4711"):
        program = (
            "import sys; from pathlib import Path; from tests.plants import plant_of\n"
            "from tests.properties.test_rendered_text import MODES, digests, rendered\n"
            "plant = plant_of(sys.stdin.read(), Path(sys.argv[1]))\n"
            "print([digests(rendered(plant, mode)) for mode in MODES])\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", program, str(folder)],
            input=text,
            text=True,
            capture_output=True,
            check=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        found.add(done.stdout)
    assert len(found) == 1

"""`segc query` and `segc verify`, as people use them; and that no build gets past the proof."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from segc.targets import registry
from segc.targets.job import Artefact
from tests.cli.running import Runner

PLANT = "line3"
POLICY = """
segc 1
use "std/ics"
site line-3 { owner production; mode enforce }
team production
role lead { team production }
zone mes { level 3; authority shutdown lead; authority isolate lead; net 10.30.0.0/24; asset recipe-server 10.30.0.10 }
zone filling { level 2; authority shutdown lead; authority isolate lead; net 10.3.0.0/24; asset filler-plc 10.3.0.11 }
conduit recipes mes -> filling { allow recipe-server -> filler-plc : modbus }
firewall fw-line3 { target iptables; interface eth0 mes 10.30.0.1/24; interface eth1 filling 10.3.0.1/24 }
"""


@pytest.fixture(autouse=True)
def _plant(segc_: Runner) -> None:
    segc_.write(f"{PLANT}/plant.zone", POLICY)


def test_query_says_what_the_policy_says(segc_: Runner) -> None:
    said = segc_("query", "recipe-server -> filler-plc : modbus", PLANT, "--why")
    assert said.code == 0
    assert said.out.startswith("recipe-server -> filler-plc : modbus: allowed\n")
    assert "plant.zone:" in said.out
    assert re.search(r"fw-\S+, arriving on eth0: accept, iptables.rules:\d+: -A segc-p-", said.out)


def test_query_parts_an_answer(segc_: Runner) -> None:
    document = json.loads(segc_("query", "mes -> filling : tcp 500-510", PLANT, "--format", "json").out)
    assert document["verdict"] == "partly"
    assert {row["verdict"] for row in document["parts"]} > {"allow"}
    packets = [text for row in document["parts"] for text in row["packets"]]
    assert any(text.endswith(": tcp 502") for text in packets)
    assert any("tcp 500-501, 503-510" in text for text in packets)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("mes filling", "is no question"),
        ("mess -> filling", "did you mean `mes`?"),
        ("mes -> filling : modbuss", "did you mean `modbus`?"),
        ("mes -> filling : tcp 70000", "tcp 70000"),
        ("10.0.0.5/24 -> filling", "10.0.0.5/24"),
    ],
)
def test_query_refuses_by_name(segc_: Runner, question: str, said: str) -> None:
    answer = segc_("query", question, PLANT)
    assert answer.code == 2
    assert "bad-question" in answer.err
    assert said in answer.err


def test_verify_a_build(segc_: Runner) -> None:
    segc_("build", PLANT, "-o", "made")
    said = segc_("verify", "made", "--plant", PLANT)
    assert said.code == 0
    assert said.out.endswith(": equal to the policy, for all packets\n")


def rules_of(folder: Path) -> Path:
    return next(path for path in (folder / "made").rglob("iptables.rules"))


def test_verify_shows_the_packet_and_both_lines(segc_: Runner) -> None:
    segc_("build", PLANT, "-o", "made")
    file = rules_of(segc_.folder)
    file.write_text(file.read_text().replace("--dport 502 ", "--dport 503 ", 1))
    said = segc_("verify", "made", "--plant", PLANT)
    assert said.code == 1
    assert "file-changed" in said.out
    assert "interruption" in said.out
    assert "tcp 502" in said.out
    assert "plant.zone:" in said.out
    assert "rules-ipv4, line " in said.out
    assert said.out.endswith(": not what the policy says\n")


def test_verify_a_file_by_itself(segc_: Runner) -> None:
    segc_("build", PLANT, "-o", "made")
    file = rules_of(segc_.folder)
    name = file.parent.name
    files = [str(one) for one in sorted(file.parent.iterdir()) if one.name.endswith(".rules")]
    assert segc_("verify", *files, "--plant", PLANT, "--firewall", name).code == 0
    assert segc_("verify", *files, "--plant", PLANT, "--firewall", name, "--mode", "monitor").code == 1
    four = [str(one) for one in sorted(file.parent.iterdir()) if one.name in ("ipset.rules", "iptables.rules")]
    assert segc_("verify", *four, "--plant", PLANT, "--firewall", name).out.endswith("for all IPv4 packets\n")
    assert segc_("verify", four[0], "--plant", PLANT, "--firewall", name).code == 2
    assert "whose files are these?" in segc_("verify", *files, "--plant", PLANT).err
    assert segc_("verify", str(file.parent / "apply"), "--plant", PLANT, "--firewall", name).code == 2
    assert segc_("verify", "nowhere", "--plant", PLANT, "--firewall", name).code == 2


@pytest.mark.parametrize(
    "damage",
    [
        lambda m: m.pop("mode"),
        lambda m: m.update(at="yesterday"),
        lambda m: m.update(schema="segc/manifest/9"),
        lambda m: m["firewalls"]["fw-line3"].pop("pairs"),
        lambda m: m["firewalls"]["fw-line3"].update(pairs={"x": {}}),
        lambda m: m["firewalls"]["fw-line3"].update(rules=[1]),
        lambda m: m["firewalls"]["fw-line3"]["artefacts"][0].pop("file"),
        lambda m: m["firewalls"]["fw-line3"]["artefacts"][0].update(file="nowhere"),
        lambda m: m["firewalls"]["fw-line3"].update({"next-change": "soon"}),
        lambda m: m.update(firewalls={}),
        lambda m: m.update(firewalls={"fw-other": m["firewalls"]["fw-line3"]}),
    ],
)
def test_verify_a_damaged_manifest(segc_: Runner, damage: Callable[[dict[str, Any]], object]) -> None:
    segc_("build", PLANT, "-o", "made")
    file = segc_.folder / "made" / "manifest.json"
    manifest = json.loads(file.read_text())
    damage(manifest)
    file.write_text(json.dumps(manifest))
    said = segc_("verify", "made", "--plant", PLANT)
    assert (said.code, "nothing-to-verify" in said.err) == (2, True)


def test_verify_bounds_nothing_that_it_does_not_know(segc_: Runner) -> None:
    segc_("build", PLANT, "-o", "made")
    file = rules_of(segc_.folder)
    file.write_text(file.read_text().replace("-p tcp --dport 502 ", "-p tcp -m geoip --src-cc AT --dport 502 ", 1))
    said = segc_("verify", "made", "--plant", PLANT)
    assert said.code == 1
    assert "-m geoip --src-cc AT" in said.out


class Broken:
    """A renderer with one fault."""

    def __init__(self, old: str, new: str) -> None:
        self.real = registry.renderer("iptables")
        self.change = (old, new)

    def render(self, job: object) -> list[Artefact]:
        found = self.real.render(job)  # type: ignore[arg-type]
        return [
            Artefact(one.name, one.text.replace(*self.change), one.role, one.executable)
            if one.role == "rules-ipv4"
            else one
            for one in found
        ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (" -j DROP", " -j ACCEPT", "leak"),
        ("--dport 502", "--dport 1:502", "leak"),
        ("--dport 502", "--dport 503", "interruption"),
        ("segc:B:", "segc:A:", "not-equal"),
        ("--dport 502", "-m geoip --src-cc AT --dport 502", "unread-line"),
    ],
)
def test_a_broken_renderer_writes_nothing(
    segc_: Runner, monkeypatch: pytest.MonkeyPatch, old: str, new: str, said: str
) -> None:
    broken = Broken(old, new)
    monkeypatch.setattr(registry, "renderer", lambda _name: broken)
    stopped = segc_("build", PLANT, "-o", "made")
    assert stopped.code == 4
    assert f"] {said}: `fw-line3`" in stopped.err
    assert "may-differ" not in stopped.err
    assert not (segc_.folder / "made").exists()
    forced = segc_("build", PLANT, "-o", "made", "--unproved")
    assert forced.code == 0
    assert "not proved equal to the policy" in forced.out
    manifest = json.loads((segc_.folder / "made" / "manifest.json").read_text())
    assert "not proved" in {entry["proof"]["result"] for entry in manifest["firewalls"].values()}

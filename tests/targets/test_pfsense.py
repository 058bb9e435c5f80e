"""pfSense: limits of its names, the order of its rules, and what stands beside them."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory

from segc.targets.build import build
from tests.plants import plant_of
from tests.readers.pf import AT, made, policy


def rules() -> str:
    return made("pfsense")[1].texts()["rules"]


def test_the_playbook_says_every_rule_or_names_it() -> None:
    texts = made("pfsense")[1].texts()
    rules = texts["rules"].count("<rule>")
    assert texts["playbook"].count("            tracker: ") + texts["playbook"].count("# NOT IN HERE") == rules
    assert set(re.findall(r"<tracker>(\d+)", texts["rules"])) >= set(re.findall(r"tracker: '(\d+)'", texts["playbook"]))


def test_names_keep_to_the_limits() -> None:
    texts = made("pfsense")[1].texts()
    assert all(len(name) <= 31 for name in re.findall(r"<name>(\w+)</name>", texts["sets"]))
    descriptions = re.findall(r"<descr>([^<]*)</descr>", texts["rules"])
    assert descriptions
    assert all(len(text.replace("&gt;", ">").replace("&amp;", "&")) <= 52 for text in descriptions)
    trackers = re.findall(r"<tracker>(\d+)</tracker>", texts["rules"])
    assert len(set(trackers)) == len(trackers)


def test_what_is_monitored_passes_with_ip_options_too() -> None:
    """pf drops packets with IP options behind a rule that passes, unless the rule says otherwise."""
    found = re.findall(r"<rule>.*?</rule>", rules(), re.DOTALL)
    passing = [rule for rule in found if "<type>pass</type>" in rule]
    monitored = [rule for rule in passing if re.search("<descr>(cell&gt;mes|back)", rule)]
    enforced = [rule for rule in passing if re.search(r"<descr>c\.", rule)]
    assert monitored
    assert enforced
    assert all("<allowopts>" in rule for rule in monitored)
    assert not any("<allowopts>" in rule for rule in enforced)


def test_rules_for_the_firewall_itself_come_first() -> None:
    """A rule for a whole zone behind an interface would take its packets otherwise."""
    for interface in ("lan", "opt1"):
        found = re.findall(rf"<interface>{interface}<.*?<destination>(.*?)</destination>", rules(), re.DOTALL)
        own = ["(self)" in target or "segc_link" in target for target in found]
        assert own == sorted(own, reverse=True)
        assert any(own)


def test_the_guide_speaks_of_anti_lockout_where_it_would_defeat_the_policy() -> None:
    assert "anti-lockout rule" in made("pfsense")[1].texts()["guide"]
    with TemporaryDirectory() as folder:
        plant = plant_of(policy("pfsense").replace("manage mes.app : ssh", ""), Path(folder))
    assert "Anti-lockout" not in build(plant, AT, "declared").built[0].texts()["guide"]

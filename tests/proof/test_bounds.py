"""What a reader does not know is bounded from both sides: certain, possible, or of no effect; never guessed."""

from __future__ import annotations

import random
from functools import cache

import pytest

from segc.packets.decide import ACCEPT, GO, WHATEVER, Outcome
from segc.packets.fields import Packet
from segc.packets.machine import Machine, Refused, Unknown
from segc.packets.trace import trace
from segc.proof import replay
from segc.proof.differing import INTERRUPTION, LEAK, RECORD, Difference, differ
from segc.proof.expected import Expected
from segc.proof.prove import Proof, Prover
from segc.targets import registry
from segc.targets.build import Built
from tests.conformance.cases import AT, built, plant
from tests.proof.test_mutants import HOOKS, packets

MARK = {"iptables": "-m mark --mark 7", "nftables": "meta mark 7"}
QUEUE = {"iptables": "-j NFQUEUE --queue-num 1", "nftables": "queue num 1"}
VERDICT = {"iptables": ("-j ACCEPT", "-j DROP"), "nftables": ("accept", "drop")}
LOG = {"iptables": '-j LOG --log-prefix "x"', "nftables": 'log prefix "x"'}


@cache
def made(target: str, mode: str = "declared") -> Built:
    return built("basic", target, mode).built[0]


def files(target: str, mode: str = "declared") -> dict[str, str]:
    texts = made(target, mode).texts()
    return {role: text for role, text in texts.items() if role.startswith(("rules", "sets"))}


def with_rules(target: str, *rules: str, first: bool = True, mode: str = "declared") -> dict[str, str]:
    """The files with somebody else's rules before all of segc's, or behind them."""
    texts = files(target, mode)
    if target == "nftables":
        where = -100 if first else 100
        head = f"type filter hook forward priority {where}; policy accept;"
        return {"rules": f"{texts['rules']}table inet other {{ chain all {{ {head} {'; '.join(rules)} }} }}\n"}
    jump = "-I FORWARD 1 -j segc-fwd\n"
    other = "".join(f"-{'I' if first else 'A'} FORWARD {rule}\n" for rule in reversed(rules))
    return {**texts, "rules-ipv4": texts["rules-ipv4"].replace(jump, jump + other)}


def proved(target: str, texts: dict[str, str], mode: str = "declared") -> Proof:
    one = made(target, mode)
    prover = Prover(plant("basic", target), AT, None if mode == "declared" else mode)
    return prover.prove(one.firewall, texts, one.entry)


def kinds(found: tuple[Difference, ...]) -> set[str]:
    return {one.kind for one in found}


@pytest.mark.parametrize("target", ["iptables", "nftables"])
class TestForeignRules:
    def test_an_unknown_match_that_accepts_may_leak_or_not_record(self, target: str) -> None:
        proof = proved(target, with_rules(target, f"{MARK[target]} {VERDICT[target][0]}"))
        assert not proof.differences
        # in nftables, what one table accepts the next one still sees
        assert (LEAK in kinds(proof.possible)) == (target == "iptables")

    def test_an_unknown_match_that_drops_may_interrupt(self, target: str) -> None:
        proof = proved(target, with_rules(target, f"{MARK[target]} {VERDICT[target][1]}"))
        assert not proof.differences
        assert INTERRUPTION in kinds(proof.possible)
        assert LEAK not in kinds(proof.possible)

    def test_what_nobody_can_follow_may_do_anything(self, target: str) -> None:
        proof = proved(target, with_rules(target, QUEUE[target]))
        assert not proof.differences
        assert kinds(proof.possible) >= {INTERRUPTION, LEAK}
        assert any(one.outcome.kind == WHATEVER for one in proof.possible)

    def test_what_is_never_come_to_changes_nothing(self, target: str) -> None:
        if target == "iptables":  # segc's chains come to a verdict on all packets
            texts = with_rules(target, f"-p tcp {MARK[target]} {VERDICT[target][0]}", first=False)
        else:
            texts = with_rules(target, "accept", f"{MARK[target]} {VERDICT[target][1]}")
        proof = proved(target, texts)
        assert proof.unread
        assert not proof.found
        assert not proof.equal, "for files of segc's own it is a refusal all the same"

    def test_a_foreign_record_is_certain(self, target: str) -> None:
        proof = proved(target, with_rules(target, LOG[target]))
        assert kinds(proof.differences) == {RECORD}

    def test_a_foreign_record_of_what_is_unknown_is_possible(self, target: str) -> None:
        proof = proved(target, with_rules(target, f"{MARK[target]} {LOG[target]}"))
        assert not proof.differences
        assert kinds(proof.possible) == {RECORD}

    def test_no_tracking_may_do_anything_but_to_what_is_untracked(self, target: str) -> None:
        if target == "iptables":
            texts = files(target)
            raw = "*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p tcp -j CT --notrack\nCOMMIT\n"
            proof = proved(target, {**texts, "rules-ipv4": texts["rules-ipv4"] + raw})
        else:
            hook = "type filter hook prerouting priority raw; policy accept;"
            texts = {
                "rules": files(target)["rules"] + f"table ip raw {{ chain pre {{ {hook} tcp dport 1 notrack }} }}\n"
            }
            proof = proved(target, texts)
        assert not proof.differences
        assert INTERRUPTION in kinds(proof.possible)
        assert "untracked" not in {one.packet.state for one in proof.possible}


def test_an_unknown_match_of_what_is_dropped_anyway_changes_nothing() -> None:
    """Behind segc's own chains nothing is left but what they let pass."""
    rule = f"ct state new ip saddr 203.0.113.9 tcp dport 9 {MARK['nftables']} drop"
    proof = proved("nftables", with_rules("nftables", rule, first=False, mode="enforce"), "enforce")
    assert proof.unread
    assert not proof.found


def test_both_ways_of_an_unknown_match_are_a_certainty() -> None:
    syn = "-p tcp {} --syn -j {}"
    one = proved("iptables", with_rules("iptables", syn.format("", "DROP"), syn.format("!", "DROP")))
    assert INTERRUPTION in kinds(one.differences)
    two = proved(
        "iptables", with_rules("iptables", syn.format("", "DROP"), syn.format("!", "ACCEPT"), mode="enforce"), "enforce"
    )
    assert (kinds(two.differences), INTERRUPTION in kinds(two.possible)) == ({RECORD}, True)
    assert LEAK in kinds(two.possible)
    assert all(difference.asked for difference in two.differences), "certain, though it hangs on something"


def test_what_a_device_does_by_itself_may_be_anything() -> None:
    texts = files("nftables")
    for table in (
        "table netdev early { chain in { type filter hook ingress device eth0 priority 0; policy accept; tcp dport 1 drop } }",
        "table inet early { chain in { type filter hook ingress device eth0 priority 0; policy accept; tcp dport 1 drop } }",
    ):
        proof = proved("nftables", {"rules": f"{texts['rules']}{table}\n"})
        assert not proof.differences
        assert INTERRUPTION in kinds(proof.possible)


def test_a_record_whose_name_cannot_be_told_is_one() -> None:
    text = 'table ip other { chain all { type filter hook forward priority -9; policy accept; # xt_target "LOG"\n } }'
    machine = registry.reader("nftables").read({"rules": text.replace('# xt_target "LOG"', 'xt target "LOG"')})
    run = trace(machine, Packet(4, 1, 2, 6, 502, 1024))
    assert run.kind == "accept"
    expected = Expected(ACCEPT)
    assert differ(expected, Outcome(ACCEPT, tuple(run.logs))) == (RECORD, RECORD)
    due = Expected(ACCEPT, frozenset({"segc:A:x "}))
    assert differ(due, Outcome(ACCEPT, tuple(run.logs))) == ("", RECORD)
    assert differ(due, Outcome(ACCEPT, ("segc:A:x ", *run.logs))) == (RECORD, RECORD)


@pytest.mark.parametrize(
    ("outcome", "how"),
    [
        (Outcome(ACCEPT), ("", "")),
        (Outcome(GO), ("", "")),
        (Outcome("drop"), (INTERRUPTION, INTERRUPTION)),
        (Outcome("reject", ("x",)), (INTERRUPTION, INTERRUPTION)),
        (Outcome(ACCEPT, ("x",)), (RECORD, RECORD)),
        (Outcome(WHATEVER), ("", INTERRUPTION)),
        (Outcome(WHATEVER, ("x",)), (RECORD, INTERRUPTION)),
    ],
)
def test_how_an_outcome_differs_from_what_is_due(outcome: Outcome, how: tuple[str, str]) -> None:
    assert differ(Expected(ACCEPT), outcome) == how
    stopped = {INTERRUPTION: LEAK, RECORD: RECORD, "": ""}
    if outcome.kind == WHATEVER:
        assert differ(Expected("drop"), outcome) == (how[0], stopped[how[1]])


def test_a_certain_difference_that_is_none_in_some_case_is_no_answer() -> None:
    """The replay tries all values of the unknown."""
    texts = with_rules("iptables", f"{MARK['iptables']} -j DROP")
    proof = proved("iptables", texts)
    one = next(one for one in proof.possible if one.kind == INTERRUPTION)
    replay.tried_out(proof.machine, one)
    claimed = Difference(
        one.packet, one.of, one.hooks, one.expected, one.outcome, one.kind, True, one.assumed, one.asked
    )
    with pytest.raises(replay.BrokenProof):
        replay.tried_out(proof.machine, claimed)


# ---- against all values of the unknown, packet by packet ----------------------------------------------------------------

RULES = {
    "iptables": (
        "-m mark --mark 7 {}",
        "-p tcp -m mark ! --mark 7 {}",
        "-m geoip --src-cc AT {}",
        "-p tcp ! --syn {}",
        "-p tcp --syn {}",
        "-m conntrack --ctstate NEW -m mark --mark 7 {}",
    ),
    "nftables": (
        "meta mark 7 {};",
        "meta mark != 7 tcp dport 502 {};",
        "limit rate 1/second {};",
        "tcp flags syn {};",
        "ct state new meta mark 7 {};",
        'ct helper "ftp" {};',
    ),
}
ACTIONS = {
    "iptables": ("-j ACCEPT", "-j DROP", "-j RETURN", "-j NFQUEUE", '-j LOG --log-prefix "x"'),
    "nftables": ("accept", "drop", "return", "queue num 1", 'log prefix "x"'),
}


def disturbed(target: str, dice: random.Random) -> dict[str, str]:
    """The files with a few rules of unknown meaning, in segc's chains."""
    texts = files(target)
    role = "rules" if target == "nftables" else "rules-ipv4"
    lines = texts[role].split("\n")
    for _ in range(dice.randint(1, 4)):
        rule = dice.choice(RULES[target]).format(dice.choice(ACTIONS[target]))
        if target == "iptables":
            at = dice.choice([i for i, line in enumerate(lines) if line.startswith("-A ")])
            lines.insert(at, f"-A {lines[at].split()[1]} {rule}")
        else:
            at = dice.choice([i for i, line in enumerate(lines) if line.strip().startswith("chain ")])
            while lines[at + 1].strip().startswith("type "):
                at += 1
            lines.insert(at + 1, f"\t\t{rule}")
    return {**texts, role: "\n".join(lines)}


@pytest.mark.parametrize("target", ["iptables", "nftables"])
@pytest.mark.parametrize("seed", range(12))
def test_never_equal_when_only_possibly_equal(target: str, seed: int) -> None:
    """Random packets in the file as it should be and in the disturbed one, for values of the unknown in turn."""
    dice = random.Random(f"{target}{seed}")
    try:
        proof = proved(target, disturbed(target, dice))
    except Refused:
        pytest.fail("a disturbed file has to be read")
    assert proof.unread
    right = registry.reader(target).read(files(target))
    texts = sorted(
        {m.text for rules in proof.machine.chains.values() for r in rules for m in r.matches if isinstance(m, Unknown)}
    )
    seen = {
        name for packet in packets(right, proof.machine, 4) for name in fates(right, proof.machine, packet, texts, dice)
    }
    claimed = kinds(proof.found)
    assert seen <= claimed, f"{seen} was seen, {claimed} is said"


def fates(right: Machine, other: Machine, packet: Packet, texts: list[str], dice: random.Random) -> set[str]:
    """How a packet fares otherwise in the disturbed file, for a value of the unknown."""
    found = set()
    truth = {text: dice.random() < 0.5 for text in texts}
    for hooks in HOOKS:
        due, run = trace(right, packet, hooks), trace(other, packet, hooks, unknown=lambda t: truth.get(t, False))
        expected = Expected(ACCEPT if due.kind == "accept" else "drop", frozenset(due.logs))
        how = differ(expected, Outcome(run.kind, tuple(sorted(run.logs))), records=packet.state != "invalid")
        found |= {how[1]} - {""}
    return found

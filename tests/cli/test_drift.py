"""`segc drift`: what runs on a firewall against the policy, as ops use it; and `segc verify` on the same files."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import NamedTuple

import pytest

from segc.packets import diagram
from tests.cli.running import Runner
from tests.cli.test_query_verify import PLANT, POLICY

FIREWALL = "fw-line3"
PROMPT = "root@fw-line3:~# "
JUMP = "-I FORWARD 1 -j segc-fwd\n"
FILLS = "-A INPUT -j SET --add-set banned src\n"
FOREIGN = "-A segc-i-mes -s 10.30.0.7 -d 10.3.0.9 -j DROP\n"


@pytest.fixture
def listing(segc_: Runner) -> str:
    """What a terminal shows of a firewall on which a build has been loaded."""
    segc_.write(f"{PLANT}/plant.zone", POLICY)
    segc_("build", PLANT, "-o", "made")
    folder = segc_.folder / "made" / FIREWALL
    parts = ["Last login: Mon Nov 23 07:12:04 2026 from 10.30.0.10\r\n"]
    for tool, name in (("ipset save", "ipset"), ("iptables-save", "iptables"), ("ip6tables-save", "ip6tables")):
        parts += [f"{PROMPT}{tool}\r\n", (folder / f"{name}.rules").read_text().replace("\n", "\r\n")]
    return "".join([*parts, f"{PROMPT}exit\r\n"])


def drift(segc_: Runner, text: str, *more: str) -> tuple[int, str]:
    segc_.write("running.txt", text)
    said = segc_("drift", PLANT, "--running", "running.txt", *more)
    return said.code, said.out + said.err


def put(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace("\r\n", "\n").replace(old, new, 1)  # of IPv4, which comes first


def test_equal_and_what_is_left_out_is_said(segc_: Runner, listing: str) -> None:
    code, said = drift(segc_, listing)
    assert code == 0
    assert said.endswith("fw-line3  iptables: equal to the policy, for all packets\n")
    assert "running.txt: 5 lines are no part of a rule set, and left out" in said
    assert "line 1: `Last login: Mon Nov 23 07:12:04 2026 from 10.30.0.10`" in said
    assert "foreign-rule" not in said


class Case(NamedTuple):
    """What is done to the listing, and what comes of it; `unsaid` must not be told."""

    change: Callable[[str], str]
    code: int
    last: str = ""
    said: tuple[str, ...] = ()
    unsaid: tuple[str, ...] = ("leak:", "interruption:")


DIFFERS = "not what the policy says"
MAY = "may be something else than the policy says"
EQUAL = "equal to the policy, for all packets"
CASES = {
    "a rule that is gone": Case(
        put("-A segc-fwd -m conntrack --ctstate ESTABLISHED -j ACCEPT\n", ""),
        1,
        DIFFERS,
        (
            "error[SEG907] interruption: `fw-line3` stops what the policy lets pass",
            "of an established session",
        ),
        ("leak",),
    ),
    "a rule too many": Case(
        put("-A segc-i-mes -g segc-o\n", "-A segc-i-mes -s 10.30.0.99 -j ACCEPT\n-A segc-i-mes -g segc-o\n"),
        1,
        DIFFERS,
        (
            "error[SEG906] leak: `fw-line3` lets pass what the policy stops: 10.30.0.99 (mes)",
            "`-A segc-i-mes -s 10.30.0.99 -j ACCEPT`",
            "foreign-rule",
        ),
        ("interruption",),
    ),
    "a record of another name": Case(
        put("segc:b:mes>filling ", "segc:x "),
        1,
        DIFFERS,
        (
            "error[SEG901] not-equal: `fw-line3` records otherwise",
            "recorded as `segc:x`",
        ),
    ),
    "an unknown match that may drop": Case(
        put("-A segc-i-mes -d 10.3.0.0/24", "-A segc-i-mes -m geoip --src-cc AT -j DROP\n-A segc-i-mes -d 10.3.0.0/24"),
        1,
        MAY,
        (
            "error[SEG908] may-differ: `fw-line3` may stop what the policy lets pass",
            "if this holds for the packet, which cannot be told: running.txt, line ",
            "`-A segc-i-mes -m geoip --src-cc AT -j DROP`",
            "warning[SEG902] unread-line: `fw-line3`: 1 line is not understood\n",
        ),
    ),
    "what nobody can follow": Case(
        put(JUMP, JUMP + "-I FORWARD 1 -j NFQUEUE --queue-num 1\n"),
        1,
        MAY,
        (
            "may let pass what the policy stops",
            "may stop what the policy lets pass",
            "the packet may do anything",
            "what this does with the packet cannot be told: running.txt, line ",
        ),
    ),
    "an unknown match where nothing comes": Case(
        put(JUMP, JUMP + "-A FORWARD -m geoip --src-cc AT -j ACCEPT\n"),
        0,
        EQUAL,
        (
            "unread-line: `fw-line3`: 1 line is not understood; whatever it means, every packet fares as the policy says",
            "`-m geoip --src-cc AT (line ",
            "foreign-rule: `fw-line3`: 1 line is not of segc's making, and no packet fares otherwise",
            "`-A FORWARD -m geoip --src-cc AT -j ACCEPT`",
        ),
        ("error",),
    ),
    "a foreign rule that drops what is dropped": Case(
        put("-A segc-drop -j DROP\n", "-A segc-drop -s 192.0.2.1 -j DROP\n-A segc-drop -j DROP\n"),
        0,
        EQUAL,
        ("foreign-rule", "`-A segc-drop -s 192.0.2.1 -j DROP`"),
        ("error", "not understood"),
    ),
    "a set that somebody else fills": Case(
        lambda text: put("create segc-seen-4", "create banned hash:ip\ncreate segc-seen-4")(
            put(JUMP, f"{JUMP}-I FORWARD 1 -m set --match-set banned src -j DROP\n{FILLS}")(text)
        ),
        1,
        MAY,
        ("may stop what the policy lets pass", "`-m set --match-set banned src (line "),
    ),
    "half a listing": Case(
        lambda text: text[: text.index("-A segc-i-mes")],
        2,
        said=("has no COMMIT", "so nothing can be proved", "running.txt, line "),
    ),
    "a line that is no rule inside of a table": Case(
        put(JUMP, JUMP + "Broadcast message from root\n"),
        2,
        said=("is no line of iptables-restore's", "running.txt, line "),
    ),
    "a rule outside of any table": Case(put("*filter\n", f"{FOREIGN}*filter\n"), 2, said=("stands in no table",)),
    "nothing that is known": Case(
        lambda _: "Building configuration...\n", 2, said=("`running.txt` is no file of iptables's",)
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_runs_has_changed(segc_: Runner, listing: str, case: str) -> None:
    change, code, last, said, unsaid = CASES[case]
    text = change(listing)
    assert text != listing
    found, told = drift(segc_, text)
    assert found == code, told
    assert not last or told.endswith(f": {last}\n")
    assert not [words for words in said if words not in told], told
    assert not [words for words in unsaid if words in told], told


def test_verify_says_the_same_of_a_file(segc_: Runner, listing: str) -> None:
    change, code, last, *_ = CASES["an unknown match that may drop"]
    segc_.write("running.txt", change(listing))
    said = segc_("verify", "running.txt", "--plant", PLANT, "--firewall", FIREWALL)
    assert (said.code, said.out.endswith(f": {last}\n")) == (code, True)


def test_one_family_is_said_to_be_one(segc_: Runner, listing: str) -> None:
    text = listing[: listing.index(f"{PROMPT}ip6tables-save")]
    assert drift(segc_, text)[1].endswith(": equal to the policy, for all IPv4 packets\n")
    assert "holds a second listing of the same kind" in drift(segc_, text, "--running", "running.txt")[1]


def test_which_firewall_has_to_be_said_where_there_are_several(segc_: Runner, listing: str) -> None:
    lab = "zone lab { level 3; authority shutdown lead; authority isolate lead; net 10.9.0.0/24 }\n"
    other = "firewall other { target nftables; interface eth0 mes; interface e1 lab }\n"
    segc_.write(f"{PLANT}/plant.zone", POLICY + lab + other)
    code, said = drift(segc_, listing)
    assert (code, "say --firewall NAME: fw-line3, other" in said) == (2, True)
    assert drift(segc_, listing, "--firewall", FIREWALL)[0] == 0
    assert drift(segc_, listing, "--firewall", "none")[0] == 2


def test_as_json(segc_: Runner, listing: str) -> None:
    segc_.write("running.txt", CASES["a rule too many"][0](listing))
    document = json.loads(segc_("drift", PLANT, "--running", "running.txt", "--format", "json").out)
    assert {one["name"] for one in document["diagnostics"]} == {"leak", "foreign-rule", "unread-line"}


NFT = """\
fw# nft list ruleset
{listing}table inet edr {{
	set banned {{
		type ipv4_addr
		flags dynamic,timeout
	}}
	chain gate {{
		type filter hook forward priority 5; policy accept;
		{rule}
	}}
}}
fw# logout
"""


@pytest.mark.parametrize(
    ("rule", "code", "said"),
    [
        ("ip saddr 10.30.0.10 ip daddr 10.3.0.11 udp dport 1 ct state new drop", 0, "is not of segc's making"),
        ("ip saddr 10.30.0.10 drop", 1, "interruption: `fw-line3`"),
        ("meta mark 7 drop", 1, "may-differ: `fw-line3` may stop"),
        ("ip saddr @banned drop", 1, "`what the set `banned` holds`"),
    ],
)
def test_nftables(segc_: Runner, rule: str, code: int, said: str) -> None:
    segc_.write(f"{PLANT}/plant.zone", POLICY.replace("target iptables", "target nftables"))
    segc_("build", PLANT, "-o", "made")
    text = (segc_.folder / "made" / FIREWALL / "nftables.nft").read_text()
    found, told = drift(segc_, NFT.format(listing=text, rule=rule))
    assert found == code, told
    assert said in told
    assert "2 lines are no part of a rule set" in told
    assert f"`{rule}`" in told


def test_a_level_counts_for_what_runs_as_well(segc_: Runner, listing: str) -> None:
    beside = CASES["a foreign rule that drops what is dropped"].change
    code, said = drift(segc_, beside(listing))
    assert (code, "hint[SEG909] foreign-rule" in said) == (0, True), said
    segc_.write(f"{PLANT}/segc.toml", '[levels]\nforeign-rule = "error"\n')
    code, said = drift(segc_, beside(listing))
    assert (code, "error[SEG909] foreign-rule" in said) == (1, True), said


def test_one_listing_of_each_kind_is_to_be_given(segc_: Runner, listing: str) -> None:
    code, said = drift(segc_, listing + listing)
    named = re.search(r"give what one `(\S+)` lists", said)
    assert (code, named is not None) == (2, True), said
    segc_.write("again.txt", listing)
    code, said = drift(segc_, listing, "--running", "again.txt")
    first = re.search(r"the first one is in `(\S+)`: give one of them", said)
    assert (code, first is not None) == (2, True), said
    assert first is not None
    assert segc_("drift", PLANT, "--running", first[1]).code == 0


def test_lines_that_mean_too_much_together_are_said_to_be_no_answer(
    segc_: Runner, listing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looking at all that they may mean takes 2^rules of memory."""
    most = diagram.MOST
    monkeypatch.setattr("segc.packets.diagram.MOST", 2000)
    first = "".join(f"-A segc-i-mes -m string --string a{i} --algo bm -j LOG\n" for i in range(10))
    then = [f"-A segc-i-mes -m string --string {{}}{i} --algo bm -m string --string b{i} --algo bm" for i in range(10)]
    rules = first + "".join(f"{one.format('a')} -j ACCEPT\n" for one in then)
    code, said = drift(segc_, put("-A segc-i-mes", f"{rules}-A segc-i-mes")(listing))
    assert (code, "SEG902" in said) == (2, True), said
    monkeypatch.setattr("segc.packets.diagram.MOST", most)
    assert drift(segc_, listing)[0] != 2

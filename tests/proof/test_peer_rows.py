"""What other policy compilers have shipped, row by row of a survey, made in our files on purpose: each by name, each refuted.

tests/acceptance and grammar/corpus/peers hold the same rows as policies. Here it is the rendered file that has the fault,
so that the proof has to find it. Rows without a rendered file (a crash, a check that is unsound, a wrong answer to a
question) have nothing to be found here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from segc.packets.machine import Refused
from segc.proof.differing import INTERRUPTION, LEAK, RECORD
from segc.proof.prove import Proof, Prover
from segc.targets.build import Built, build
from tests.plants import plant_of

AT = datetime(2026, 11, 25, 12, tzinfo=UTC)
POLICY = """segc 1
site works { mode enforce; timezone "UTC" }
service modbus { tcp 502 }
service dns { udp 53 }
zone mes { net 10.1.0.0/24, fd01::/64; asset app 10.1.0.5 { address fd01::5 } }
zone cell { net 10.2.0.0/24, fd02::/64; asset plc 10.2.0.130 { address fd02::130 }; asset old 10.2.0.140 }
conduit c mes -> cell { allow app -> plc : modbus { log }; allow app -> plc : dns }
grant vendor { allow app -> old : modbus; until 2026-12-31 }
firewall fw { target TARGET; interface eth0 mes 10.1.0.1/24; interface eth1 cell 10.2.0.1/24 }
"""
TARGETS = ("iptables", "nftables")
Edit = Callable[[str], str]


def sub(pattern: str, new: str) -> Edit:
    return lambda text: re.sub(pattern, new, text, flags=re.MULTILINE)


def before(pattern: str, line: str) -> Edit:
    return sub(f"(?=^ *{pattern})", line + "\n")


OPEN = "-A segc-p-mes.cell "  # where iptables' rules of the pair stand
LAST4 = re.escape("-A segc-p-mes.cell -m set ! --match-set segc-seen-")
LAST = "meta l4proto { tcp, udp, sctp } ip saddr . ip daddr . meta l4proto . th dport != @seen4 log prefix "
LAST = re.escape(f'{LAST}"segc:B:mes>cell "')
# row and fault: what it is to be called, and the edit of iptables' and of nftables' files
ROWS: dict[str, tuple[str, Edit, Edit]] = {
    "1 a mistyped source is dropped": (
        LEAK,
        sub(r"-s 10\.1\.0\.5 (-d \S+130 -p udp)", r"\1"),
        sub(r"ip saddr 10\.1\.0\.5 (ip daddr \S+130 udp)", r"\1"),
    ),
    "2 a port of unexpected form is dropped": (
        LEAK,
        sub(r"-p udp --dport 53", "-p udp"),
        sub(r"udp dport 53", "meta l4proto udp"),
    ),
    "3 an expiry of unexpected form is dropped": (
        LEAK,
        sub(r"-m time --datestop \S+ (-m comment)", r"\1"),
        sub(r"meta time < \d+ counter", "counter"),
    ),
    "4 nothing is left of the sources, so all are meant": (
        LEAK,
        sub(r"-s 10\.1\.0\.5 (-d \S+140)", r"\1"),
        sub(r"ip saddr 10\.1\.0\.5 (ip daddr \S+140)", r"\1"),
    ),
    "5 an exclusion is ignored": (
        LEAK,
        sub(r"-s 10\.1\.0\.5 (-d \S+130 -p udp)", r"-s 10.1.0.0/24 \1"),
        sub(r"10\.1\.0\.5 (ip daddr \S+130 udp)", r"10.1.0.0/24 \1"),
    ),
    "6 not this or that, which is everything": (
        LEAK,
        before(LAST4, f"{OPEN}! -s VOID -j ACCEPT\n{OPEN}-s VOID -j ACCEPT"),
        before(LAST, "ip saddr != 10.1.0.5 accept\n ip saddr 10.1.0.5 accept"),
    ),
    "7 ends of two families: both are dropped": (
        LEAK,
        before(LAST4, f"{OPEN}-p tcp --dport 502 -m conntrack --ctstate NEW -j ACCEPT"),
        before(LAST, "tcp dport 502 ct state new accept"),
    ),
    "8 the other family's rule has no source": (
        LEAK,
        sub(r"-s fd01::5 (-d fd02::130 -p udp)", r"\1"),
        sub(r"ip6 saddr fd01::5 (ip6 daddr fd02::130 udp)", r"\1"),
    ),
    "9 all protocols with all ports": (
        LEAK,
        before(LAST4, f"{OPEN}-p udp --dport 502 -j ACCEPT\n{OPEN}-p tcp --dport 53 -j ACCEPT"),
        before(LAST, "meta l4proto { tcp, udp } th dport { 53, 502 } accept"),
    ),
    "10 established, for UDP, as high ports": (
        LEAK,
        before(LAST4, f"{OPEN}-p udp --dport 1024:65535 -j ACCEPT"),
        before(LAST, "udp dport 1024-65535 accept"),
    ),
    "11 the port beside an address is dropped": (
        LEAK,
        sub(r"-p tcp --dport 502 (-m comment|-m time)", r"\1"),
        sub(r"tcp dport 502 (counter|meta)", r"\1"),
    ),
    "12 the state beside a group is dropped": (
        LEAK,
        sub(r"-m conntrack --ctstate ESTABLISHED -j ACCEPT", "-j ACCEPT"),
        sub(r"ct state established counter accept", "counter accept"),
    ),
    "13 what stops all the rest has expired": (
        LEAK,
        sub(r"-A segc-p-mes.cell -g segc-drop", "-A segc-p-mes.cell -j ACCEPT"),
        sub(r"(chain p-mes(?:.|\n)*?counter) drop", r"\1 accept"),
    ),
    "14 an empty definition is any": (
        LEAK,
        sub(r"-d 10\.2\.0\.130 -p udp", "-p udp"),
        sub(r"ip daddr 10\.2\.0\.130 udp", "udp"),
    ),
    "15 an object that is not found is left out": (
        LEAK,
        sub(r"-s 10\.1\.0\.5 -d 10\.2\.0\.130 (-p udp)", r"\1"),
        sub(r"ip saddr 10\.1\.0\.5 ip daddr 10\.2\.0\.130 (udp)", r"\1"),
    ),
    "16 of two keys the last one counts": (
        LEAK,
        sub(r"-d 10\.2\.0\.130 -p udp", "-d 10.0.0.0/8 -p udp"),
        sub(r"10\.2\.0\.130 udp", "10.0.0.0/8 udp"),
    ),
    "18 a whole list is missing": (
        INTERRUPTION,
        sub(rf"^{OPEN}-s.*\n", ""),
        sub(r"^ *ip6? saddr \S+ ip6? daddr \S+ (tcp|udp) dport .*\n", ""),
    ),
    "19 a record is dropped": (RECORD, sub(r"^.*segc:L:.*\n", ""), sub(r"^.*segc:L:.*\n", "")),
    "20 the way back is forgotten": (
        INTERRUPTION,
        sub(r"^.*--ctstate ESTABLISHED -j ACCEPT\n", ""),
        sub(r"^.*ct state established counter accept\n", ""),
    ),
    "24 a file that does not load": ("", sub(r"--dport 53", "--dport 53 53"), sub(r"udp dport 53", "udp dport 53 53")),
    "26 a rule for one family is left out": (
        INTERRUPTION,
        sub(r"^.*-s fd01::5 .*-p udp.*\n", ""),
        sub(r"^.*fd01::5 .* udp dport.*\n", ""),
    ),
}


@cache
def prover(target: str) -> tuple[Prover, Built]:
    with TemporaryDirectory() as folder:
        plant = plant_of(POLICY.replace("TARGET", target), Path(folder))
    return Prover(plant, AT), build(plant, AT, "declared").built[0]


def proved(target: str, change: Edit) -> Proof:
    """The proof of the files with a fault in them."""
    prove, one = prover(target)
    texts = {role: text for role, text in one.texts().items() if role.startswith(("rules", "sets"))}
    assert prove.prove("fw", texts, one.entry).equal
    voids = {"rules-ipv4": "203.0.113.1", "rules-ipv6": "2001:db8::1"}
    broken = {r: change(t).replace("VOID", voids.get(r, "")) if r != "sets" else t for r, t in texts.items()}
    assert broken != texts, "the fault is not in these files"
    return prove.prove("fw", broken, one.entry)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("row", ROWS)
def test_a_fault_of_the_peers_is_refuted_by_its_name(row: str, target: str) -> None:
    kind, *edits = ROWS[row]
    change = edits[TARGETS.index(target)]
    if not kind:
        with pytest.raises(Refused):
            proved(target, change)
        return
    assert kind in {one.kind for one in proved(target, change).differences}

"""Mutants of rendered files: one line dropped, moved, widened, turned round, made silent or made loud."""

from __future__ import annotations

import random
import re
from itertools import islice, tee, zip_longest
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NUMBER = re.compile(r"(?<![\w.:>~-])(\d{2,5})(?![\w.:/>~-])")  # ports and types, not parts of names or addresses
PREFIX = re.compile(r"(?<=/)(\d{2,3})(?=\b)")
HOST = re.compile(r"\b(\d+\.\d+\.\d+\.)(\d+)(?![\d/.])")


class Mutant(NamedTuple):
    """A changed text of one file, and what was done to it."""

    role: str
    what: str
    line: int
    text: str


def _plus_one(found: re.Match[str]) -> str:
    return str(int(found[1]) + 1)


def _minus_one(found: re.Match[str]) -> str:
    return str(int(found[1]) - 1)


def _next_host(found: re.Match[str]) -> str:
    return f"{found[1]}{int(found[2]) ^ 1}"


def _swapped(line: str) -> str:
    """Source for target and target for source."""
    names = {"-s ": "-d ", "-d ": "-s ", "saddr": "daddr", "daddr": "saddr", "--src-range": "--dst-range"}
    return re.sub(r"-s |-d |saddr|daddr|--src-range", lambda m: names[m[0]], line)


def _other_family(found: re.Match[str]) -> str:
    """`srcaddr6` for `srcaddr`, and the other way round."""
    return found[1] if found[2] else f"{found[1]}6"


CHANGES: dict[str, Callable[[str], str]] = {
    "number + 1": lambda line: NUMBER.sub(_plus_one, line, count=1),
    "number - 1": lambda line: NUMBER.sub(_minus_one, line, count=1),
    "prefix widened": lambda line: PREFIX.sub(_minus_one, line, count=1),
    "next host": lambda line: HOST.sub(_next_host, line, count=1),
    "accept for drop": lambda line: re.sub(
        r"\b(DROP|drop)\b", lambda m: "ACCEPT" if m[1] == "DROP" else "accept", line
    ),
    "drop for accept": lambda line: re.sub(
        r"\b(ACCEPT|accept)\b", lambda m: "DROP" if m[1] == "ACCEPT" else "drop", line
    ),
    "return for a verdict": lambda line: re.sub(
        r"-j (ACCEPT|DROP)|\b(accept|drop)$", lambda m: "-j RETURN" if m[1] else "return", line
    ),
    "ends swapped": _swapped,
    "protocol changed": lambda line: re.sub(r"-p tcp|\btcp dport", lambda m: m[0].replace("tcp", "udp"), line, count=1),
    "negation turned": lambda line: line.replace("set ! --match-set", "set --match-set").replace("!= @", "== @"),
    "interface changed": lambda line: re.sub(
        r"(?<=-i )eth0|(?<=iifname )\"eth0\"", lambda m: m[0].replace("0", "9"), line
    ),
    "interface forgotten": lambda line: re.sub(r"-i \S+ |iifname (\"\S+\"|\{[^}]*\}) ", "", line),
    "record renamed": lambda line: re.sub(r"segc:([ABLab]):", lambda m: f"segc:{m[1]}:x", line),
    "record of another class": lambda line: re.sub(
        r"segc:([ABab]):", lambda m: f"segc:{'BA'['AB'.find(m[1].upper())]}:", line
    ),
    "state widened": lambda line: line.replace("ESTABLISHED", "NEW,ESTABLISHED").replace(
        "ct state established", "ct state new"
    ),
    "policy turned": lambda line: re.sub(
        r"^(:FORWARD) ACCEPT|policy accept", lambda m: f"{m[1]} DROP" if m[1] else "policy drop", line
    ),
    "jump for goto": lambda line: line.replace(" -g ", " -j ").replace(" goto ", " jump "),
    # RouterOS
    "lists swapped": lambda line: re.sub(
        r"\b(src|dst)(?=-address-list=)", lambda m: "dst" if m[1] == "src" else "src", line
    ),
    "list turned round": lambda line: re.sub(r"(?<=-address-list=)(?=\w)", "!", line, count=1),
    "list mistyped": lambda line: re.sub(r"(?<=list=segc-)\w", "_", line, count=1),
    "side forgotten": lambda line: re.sub(r" (src|dst)-address-list=\S+", "", line, count=1),
    "ports forgotten": lambda line: re.sub(r" dst-port=\S+", "", line),
    "record lost": lambda line: line.replace(" log=yes", ""),
    "in-interface forgotten": lambda line: re.sub(r" in-interface=\S+", "", line),
    "in-interface changed": lambda line: line.replace("in-interface=eth0", "in-interface=eth9"),
    "states widened": lambda line: line.replace("connection-state=established", "connection-state=established,new"),
    "switched off": lambda line: f"{line} disabled=yes" if line.startswith("add ") else line,
    "counted only": lambda line: re.sub(r"action=(accept|drop|jump)", "action=passthrough", line),
    # VyOS
    "groups swapped": lambda line: re.sub(
        r"\b(source|destination)(?= group)", lambda m: "destination" if m[1] == "source" else "source", line
    ),
    "group turned round": lambda line: re.sub(r"(?<=-group ')(?=segc)", "!", line),
    "group of another kind": lambda line: re.sub(r"\b(address|network)-group", "port-group", line, count=1),
    "inbound-interface changed": lambda line: line.replace("interface name 'eth0'", "interface name 'eth9'"),
    "state changed": lambda line: re.sub(r"state '(established|related)'", "state 'new'", line),
    "other protocol": lambda line: line.replace("protocol 'tcp'", "protocol 'tcp_udp'"),
    "family changed": lambda line: line.replace("set firewall ipv4 name", "set firewall ipv6 name"),
    "rule switched off": lambda line: re.sub(r" action '(accept|drop|jump)'$", " disable", line),
    # OpenWrt
    "sides swapped": lambda line: re.sub(
        r"\b(src|dest)(?=_(ip|port) )", lambda m: "dest" if m[1] == "src" else "src", line
    ),
    "proto changed": lambda line: line.replace("proto 'tcp'", "proto 'tcpudp'"),
    "family widened": lambda line: re.sub(r"family 'ipv[46]'", "family 'any'", line),
    "device changed": lambda line: line.replace("device 'eth0'", "device 'eth9'"),
    "target counted only": lambda line: re.sub(r"\toption target '\w+'", "\toption enabled '0'", line),
    "logged by name": lambda line: re.sub(r"option log '.*'", "option log '1'", line),
    # -- FortiOS
    "set action turned": lambda line: re.sub(
        r"(?<=set action )(accept|deny)", lambda m: "deny" if m[1] == "accept" else "accept", line
    ),
    "set logtraffic turned": lambda line: re.sub(
        r"(?<=set logtraffic )(all|disable)", lambda m: "all" if m[1] == "disable" else "disable", line
    ),
    "set srcaddr for dstaddr": lambda line: re.sub(
        r"(?<=set )(src|dst)(?=addr)", lambda m: "dst" if m[1] == "src" else "src", line
    ),
    "set of the other family": lambda line: re.sub(r"(?<=set )((?:src|dst)addr)(6?)(?= )", _other_family, line),
    "set every address": lambda line: re.sub(r"(?<=set )((?:src|dst)addr6?) .*", r'\1 "all"', line),
    "set every service": lambda line: re.sub(r"(?<=set )service .*", 'service "ALL"', line),
    "set every interface": lambda line: re.sub(r"(?<=set )srcintf .*", 'srcintf "any"', line),
    "set another interface": lambda line: re.sub(r"(?<=set )(srcintf|intf) .*", r'\1 "eth9"', line),
    "set another protocol": lambda line: re.sub(
        r"(?<=set )(tcp|udp)(?=-portrange)", lambda m: "tcp" if m[1] == "udp" else "udp", line
    ),
    "edit another number": lambda line: re.sub(r"(?<=edit )\d{10}$", lambda m: str(int(m[0]) + 1), line),
    "set of the next object": lambda line: re.sub(r"(?<=edit )(\".*)\"$", r'\1-x"', line),
}

# ---- access lists of an ASA ----
OPERAND = r"((?:object(?:-group)? )?\S+)"
ACE = re.compile(rf"^(access-list \S+ extended (?:permit|deny) (?:object(?:-group)? )?\S+) {OPERAND} {OPERAND}")
CHANGES |= {
    "permit for deny": lambda line: line.replace(" extended deny ", " extended permit "),
    "deny for permit": lambda line: line.replace(" extended permit ", " extended deny "),
    "log lost": lambda line: re.sub(r" log( \w+)?$", "", line),
    "log disabled": lambda line: re.sub(r" log( \w+)?$", " log disable", line),
    "log of another level": lambda line: re.sub(r" log \w+$", " log", line),
    "log where none was": lambda line: re.sub(r"^(access-list .* extended .*[^s])$", r"\1 log", line),
    "line inactive": lambda line: re.sub(r"^(access-list .* extended .*)$", r"\1 inactive", line),
    "sides swapped": lambda line: ACE.sub(r"\1 \3 \2", line),
    "any source": lambda line: ACE.sub(r"\1 any \3", line),
    "any target": lambda line: ACE.sub(r"\1 \2 any", line),
    "all services": lambda line: re.sub(r"(extended \w+) object(-group)? \S+", r"\1 ip", line),
    "mask widened": lambda line: line.replace("255.255.255.0", "255.255.254.0"),
    "service of another protocol": lambda line: re.sub(r"(?<=service-object )tcp|(?<=service )tcp", "udp", line),
    "object of another name": lambda line: re.sub(r"\bobject(-group)? (\S+)(?= )", r"object\1 \2x", line, count=1),
    "bound to another interface": lambda line: re.sub(r"(?<= interface )eth0\b", "eth9", line),
    "bound the other way": lambda line: re.sub(r"^(access-group \S+) in ", r"\1 out ", line),
    "control plane forgotten": lambda line: line.removesuffix(" control-plane"),
    "list of another name": lambda line: re.sub(r"(?<=^access-list )(\S+)-in\b", r"\1-on", line),
}
COMMENT = re.compile(r"\s*(#|!|access-list \S+ remark |$)")
# Junos policies: one statement a line, so that a changed word is a changed rule
CHANGES |= {
    "permit for deny": lambda line: re.sub(r"\bthen (deny|reject)$", "then permit", line),
    "deny for permit": lambda line: re.sub(r"\bthen permit$", "then deny", line),
    "any for a name": lambda line: re.sub(r"(\bmatch (source|destination)-address) (?!any$)\S+$", r"\1 any", line),
    "any application": lambda line: re.sub(r"(\bmatch application) (?!any$)\S+$", r"\1 any", line),
    "any zone": lambda line: re.sub(r"(\bmatch from-zone) \S+$", r"\1 any", line),
    "record lost": lambda line: re.sub(r"\bthen log session-\w+$", "then count", line),
    "default turned": lambda line: re.sub(
        r"\b(deny|permit)-all$", lambda m: "permit-all" if m[1] == "deny" else "deny-all", line
    ),
}
# ---- packet filter of HiSecOS ----
CHANGES |= {
    "rule made silent": lambda line: line.replace(" log yes trap ", " log no trap "),
    "rule made loud": lambda line: line.replace(" log no trap ", " log yes trap "),
    "addresses swapped": lambda line: re.sub(r"\bsrc-ip (\S+) dest-ip (\S+)", r"src-ip \2 dest-ip \1", line),
    "address negated": lambda line: re.sub(r"\b(src|dest)-ip (?=\d)", r"\1-ip !", line, count=1),
    "any address": lambda line: re.sub(r"\b(src|dest)-ip \d\S+", r"\1-ip any", line, count=1),
    "any proto": lambda line: re.sub(r" proto \w+ (.*) dest-port \S+", r" proto any \1 dest-port any", line),
    "any dest-port": lambda line: re.sub(r" dest-port \S+", " dest-port any", line),
    "any params": lambda line: re.sub(r" params \S+", " params none", line),
    "assigned elsewhere": lambda line: line.replace("addif eth0 ", "addif eth9 "),
    "assigned the other way": lambda line: re.sub(r"(addif \S+) ingress", r"\1 egress", line),
    "assigned far behind": lambda line: re.sub(r"(addif .*) (\d+)$", r"\1 6\2", line),
    "default policy turned": lambda line: line.replace("defaultpolicy accept", "defaultpolicy drop"),
}
# ---- IP rules of a SCALANCE, and the worksheet of their services ----
CHANGES |= {
    "acc for drop": lambda line: line.replace(" action drop ", " action acc "),
    "drop for acc": lambda line: line.replace(" action acc ", " action drop "),
    "ends of a rule swapped": lambda line: re.sub(r"srcip (\S+) dstip (\S+)", r"srcip \2 dstip \1", line),
    "every srcip": lambda line: re.sub(r"srcip \S+", "srcip 0.0.0.0/0", line),
    "every dstip": lambda line: re.sub(r"dstip \S+", "dstip 0.0.0.0/0", line),
    "service all": lambda line: re.sub(r" service \S+", " service all", line),
    "service mistyped": lambda line: re.sub(r" service (?!all)(\S+)", r" service \1x", line),
    "level no": lambda line: re.sub(r" log (info|war|cri) ", " log no ", line),
    "level where none was": lambda line: line.replace(" log no ", " log cri "),
    "comment of another rule": lambda line: re.sub(r" comment (\S+)$", r" comment \1x", line),
    "from and to swapped": lambda line: re.sub(r"from (vlan \d+) to (vlan \d+)", r"from \2 to \1", line),
    "to the device itself": lambda line: re.sub(r"to vlan \d+", "to Device", line),
    "service of udp": lambda line: re.sub(r"^(ip,\S+),tcp,", r"\1,udp,", line),
    "service of any port": lambda line: re.sub(r"^(ip,.*),[^,]+$", r"\1,*", line),
    "predefined rule enabled": lambda line: re.sub(r"^(prerule .*)disabled$", r"\1enabled", line),
}
# ---- worksheet of an mGuard ----
ROW = re.compile(r"^(\d+,[a-z-]+,\w+),([\d./]+,[\w:]*),([\d./]+,[\w:]*),")
CHANGES |= {
    "Accept for Drop": lambda line: line.replace(",Drop,", ",Accept,"),
    "Drop for Accept": lambda line: line.replace(",Accept,", ",Drop,"),
    "Yes for No": lambda line: re.sub(r",No$", ",Yes", line),
    "No for Yes": lambda line: re.sub(r",Yes$", ",No", line),
    "From for To": lambda line: ROW.sub(r"\1,\3,\2,", line),
    "From everywhere": lambda line: re.sub(r"^(\d+,[a-z-]+,\w+),[\d./]+,", r"\1,0.0.0.0/0,", line),
    "UDP for TCP": lambda line: re.sub(r"^(\d+,[a-z-]+),TCP,", r"\1,UDP,", line),
    "row of another table": lambda line: line.replace(",incoming,", ",outgoing,"),
}


def mutants(role: str, text: str, most: int, seed: int) -> Iterator[Mutant]:
    """At most so many mutants of a text, chosen by the seed; each differs from it in more than a comment.

    Every second one changes a word, while there are any: where an entry has many lines, most that are doubled or moved
    mean the same.
    """
    lines = text.split("\n")
    every = [
        (what, at)
        for at, line in enumerate(lines)
        for what in ("dropped", "doubled", "moved up", *CHANGES)
        if _counts(line)
    ]
    random.Random(f"{role}{seed}").shuffle(every)
    made = ((what, at, _changed(lines, what, at)) for what, at in every)
    real, more = tee((what, at, changed) for what, at, changed in made if changed is not None)
    words, others = (one for one in real if one[0] in CHANGES), (one for one in more if one[0] not in CHANGES)
    both = (one for pair in zip_longest(words, others) for one in pair if one is not None)
    for what, at, changed in islice(both, most):
        yield Mutant(role, what, at + 1, "\n".join(changed))


def _counts(line: str) -> bool:
    return not COMMENT.match(line)


def _changed(lines: list[str], what: str, at: int) -> list[str] | None:
    line = lines[at]
    if what == "dropped":
        return [*lines[:at], *lines[at + 1 :]]
    if what == "doubled":
        return [*lines[: at + 1], *lines[at:]]
    if what == "moved up":
        if not at or not _counts(lines[at - 1]):
            return None
        return [*lines[: at - 1], line, lines[at - 1], *lines[at + 1 :]]
    new = CHANGES[what](line)
    return None if new == line else [*lines[:at], new, *lines[at + 1 :]]

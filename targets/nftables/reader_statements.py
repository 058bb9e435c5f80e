"""The statements of a rule (nft(8), "Statements"), each a function that goes past its words and does what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.packets.machine import UNTOLD, Drop, Goto, Jump, Log, Refused, State, Whatever

from . import reader_undecided as undecided
from .reader_expressions import implied
from .reader_keys import IPV4, IPV6, of
from .reader_maps import SIMPLE
from .reader_tokens import Group
from .reader_words import shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from .reader_rules import Reader

# Statements that change where a packet goes, or hand it to somebody else.
FOREIGN = {"dnat", "snat", "masquerade", "redirect", "tproxy", "queue", "dup", "fwd", "synproxy", "flow"}
# Extensions of iptables that mark, change or count, and decide nothing.
XT_HARMLESS = {
    "MARK", "CONNMARK", "TCPMSS", "CLASSIFY", "DSCP", "TOS", "CHECKSUM", "AUDIT", "TRACE", "HL", "TTL", "SECMARK",
}  # fmt: skip
TRACKED = State(frozenset({"untracked"}), negate=True)
_LOG = ("prefix", "group", "level", "flags", "snaplen", "queue-threshold")


def _simple(rule: Reader, word: str) -> None:
    rule.act(SIMPLE[word])
    rule.over = True


def _chain(rule: Reader, word: str) -> None:
    chain = rule.name(rule.words.text())
    rule.act(Jump(chain) if word == "jump" else Goto(chain))
    rule.over = True


def _counter(rule: Reader, _: str) -> None:
    if rule.words.skip("packets"):
        rule.words.text()
        if not rule.words.skip("bytes"):
            raise Refused("`counter packets` has no bytes")
        rule.words.text()
    elif rule.words.skip("name"):
        undecided.operand(rule.words)


def _comment(rule: Reader, _: str) -> None:
    rule.words.text()


def _last(rule: Reader, _: str) -> None:
    if rule.words.skip("used"):
        rule.words.text()


def _notrack(rule: Reader, _: str) -> None:
    """What `ct state` says from here on is another thing, except of a packet that is not tracked already."""
    rule.expressions.unknown.append("notrack")
    rule.needs_room()
    rule.found += [((*matches, TRACKED), Whatever("notrack")) for matches in rule.before]


def _log(rule: Reader, _: str) -> None:
    prefix = ""
    words = rule.words
    while (word := words.peek()) in _LOG:
        words.at += 1
        value = words.text()
        if word == "prefix":
            prefix = value.strip('"')
        elif word == "flags" and value in ("tcp", "ip"):
            words.text()
            while words.skip(","):
                words.text()
    rule.act(Log(prefix))


def _reject(rule: Reader, _: str) -> None:
    """What an answer needs is asked for before all else in the rule, so that a record is of what is rejected."""
    words = rule.words
    if words.skip("with"):
        kind = words.text()
        if kind not in ("tcp", "icmp", "icmpv6", "icmpx"):
            raise Refused(f"`{kind}` is nothing to reject with")
        if kind != "tcp":
            words.skip("type")
        words.text()
        rule.first = {"tcp": (of("tcp"),), "icmp": (IPV4,), "icmpv6": (IPV6,)}.get(kind, ())
    rule.act(Drop(reject=True))
    rule.over = True


def _fills(rule: Reader, word: str) -> None:
    """`add @set { … }`. With a rate or the like in it, it is a match, too."""
    words = rule.words
    name, body = words.text(), words.next()
    if not name.startswith("@") or not isinstance(body, Group):
        raise Refused(f"`{word}` has no set, or no element for it")
    rule.expressions.named(name)
    inside = [one for piece in body.pieces for one in piece if isinstance(one, str)]
    for at, one in enumerate(inside[:-1]):
        if inside[at + 1] in undecided.HEADERS.get(one, ()):  # what is put in has to be there
            rule.match([implied(one)])
    if set(inside) & {"limit", "quota", "count"}:
        rule.match(rule.expressions.open(f"{word} {name} {shown([body])}"))
    elif word != "delete":
        rule.room = name
    if words.skip(":"):
        words.next()


def _resets(rule: Reader, _: str) -> None:
    undecided.field(rule.words)


def _xt(rule: Reader, _: str) -> None:
    """What iptables' own extensions do, which nft knows by their names alone."""
    if rule.words.peek() == "match":
        if rule.words.peek(1) == "comment":
            rule.words.at += 2
            return
        rule.words.at -= 1
        rule.compares()
        return
    if not rule.words.skip("target"):
        raise Refused("`xt` is neither match nor target")
    name = rule.words.text().strip('"')
    if name == "REJECT":
        rule.act(Drop(reject=True))
    elif name in ("LOG", "NFLOG"):
        rule.expressions.unknown.append(f"xt target {name}")
        rule.act(Log(UNTOLD))
    elif name not in XT_HARMLESS:
        rule.words.at -= 3
        whatever(rule)


def whatever(rule: Reader) -> None:
    """The rest of the rule, which may decide anything."""
    text = shown(rule.words.all[rule.words.at :])
    rule.words.at = len(rule.words.all)
    rule.act(Whatever(text))
    rule.expressions.unknown.append(text)
    rule.over = True


STATEMENTS: dict[str, Callable[[Reader, str], None]] = {
    **dict.fromkeys(SIMPLE, _simple), "jump": _chain, "goto": _chain, "counter": _counter, "comment": _comment,
    "last": _last, "notrack": _notrack, "log": _log, "reject": _reject, "add": _fills, "update": _fills,
    "delete": _fills, "reset": _resets, "xt": _xt,
}  # fmt: skip

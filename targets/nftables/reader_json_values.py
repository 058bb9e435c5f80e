"""Values and expressions of nft's JSON as text (libnftables-json(5), "Expressions")."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from segc.packets.machine import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

Json = Any
_PLAIN = re.compile(r"[A-Za-z0-9_@$/*+:-][A-Za-z0-9_/*+:@-]*(?:\.[A-Za-z0-9_/*+:@-]+)*")
BITS = ("|", "^", "&", "<<", ">>")


def quoted(text: str) -> str:
    """Text between quotes, which must not end them."""
    if '"' in text or "\n" in text:
        raise Refused(f"`{text}` has a quote or an end of line in it")
    return f'"{text}"'


def value(one: Json) -> str:
    """A value, a set of them, or a range."""
    if isinstance(one, bool):
        return "exists" if one else "missing"
    if isinstance(one, (str, int)):
        text = str(one)
        return text if _PLAIN.fullmatch(text) else quoted(text)
    if isinstance(one, list):  # flags
        return ",".join(map(value, one))
    ((kind, body),) = one.items()
    return _VALUES[kind](body) if kind in _VALUES and (kind != "|" or isinstance(body, list)) else expression(one)


_VALUES: dict[str, Callable[[Json], str]] = {
    "elem": lambda body: value(body["val"]),
    "prefix": lambda body: f"{body['addr']}/{body['len']}",
    "range": lambda body: f"{value(body[0])}-{value(body[1])}",
    "set": lambda body: "{ " + ", ".join(map(value, body)) + " }",
    "concat": lambda body: " . ".join(map(value, body)),
    "|": lambda body: " | ".join(map(value, body)),
}


def expression(one: Json) -> str:
    """What is read of a packet, or of what is known about it."""
    if not isinstance(one, dict):
        return value(one)
    ((kind, body),) = one.items()
    if kind in _EXPRESSIONS:
        return _EXPRESSIONS[kind](body)
    if kind in BITS and isinstance(body, list):
        mask = f"( {' | '.join(map(value, body[1]))} )" if isinstance(body[1], list) else value(body[1])
        return f"{expression(body[0])} {kind} {mask}"
    raise Refused(f"`{kind}` is no expression that this reader knows in nft's JSON")


def _payload(body: Json) -> str:
    if "protocol" in body:
        return f"{body['protocol']} {body['field']}"
    return f"@{body['base']},{body['offset']},{body['len']}"


def _fib(body: Json) -> str:
    flags = body["flags"]
    return f"fib {' . '.join([flags] if isinstance(flags, str) else flags)} {body['result']}"


def _header(kind: str) -> Callable[[Json], str]:
    return lambda body: " ".join([kind, str(body.get("name", body.get("base"))), *_field(body)])


_EXPRESSIONS: dict[str, Callable[[Json], str]] = {
    "elem": lambda body: expression(body["val"]),
    "payload": _payload,
    "meta": lambda body: f"meta {body['key']}",
    "ct": lambda body: " ".join(["ct", *([body["dir"]] if "dir" in body else []), body["key"]]),
    "concat": lambda body: " . ".join(map(expression, body)),
    "fib": _fib,
    **{kind: _header(kind) for kind in ("exthdr", "tcp option", "ip option", "sctp chunk")},
    "numgen": lambda body: f"numgen {body['mode']} mod {body['mod']} offset {body.get('offset', 0)}",
    "jhash": lambda body: f"jhash {expression(body['expr'])} mod {body['mod']} seed {body.get('seed', 0)}",
    "symhash": lambda body: f"symhash mod {body['mod']}",
    "socket": lambda body: f"socket {body['key']}",
    "rt": lambda body: f"rt {body['key']}",
    "osf": lambda body: f"osf {body['key']}",
    "ipsec": lambda body: f"ipsec {body['dir']} spnum {body.get('spnum', 0)} {body['key']}",
}


def _field(body: Json) -> list[str]:
    return [body["field"]] if "field" in body else []

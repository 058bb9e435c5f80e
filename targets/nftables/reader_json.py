"""`nft -j list ruleset` as the text that `nft list ruleset` would print, for the one reader of both (libnftables-json(5)).

A line is an object of the listing, so that line numbers count the objects.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from segc.packets.machine import Refused

from .reader_json_values import BITS, expression, quoted, value

if TYPE_CHECKING:
    from collections.abc import Callable

Json = Any
WITHOUT_CONTENT = ("accept", "drop", "continue", "return", "notrack")
ADDRESS_CHANGES = ("dnat", "snat", "masquerade", "redirect", "tproxy", "queue", "dup", "fwd", "synproxy", "flow")
CT_OBJECTS = ("ct helper", "ct timeout", "ct expectation")
OBJECTS = ("counter", "quota", "limit", "flowtable", "synproxy", "secmark", *CT_OBJECTS)


def as_text(text: str) -> str:
    """A rule set in JSON as text. Raises `Refused`."""
    try:
        listed = json.loads(text)["nftables"]
    except (ValueError, KeyError, TypeError):
        raise Refused("is no rule set in nft's JSON") from None
    lines = []
    for number, one in enumerate(listed, 1):
        try:
            lines.append(_object(one))
        except Refused as why:
            raise Refused(why.why, number, text=json.dumps(one)[:500]) from None
        except (AttributeError, KeyError, TypeError, ValueError, IndexError):
            raise Refused(
                "is nothing that this reader knows in nft's JSON", number, text=json.dumps(one)[:500]
            ) from None
    return "\n".join(lines) + "\n"


def _object(one: Json) -> str:
    ((kind, body),) = one.items()
    match kind:
        case "metainfo":
            return ""
        case "table":
            return f"add table {body['family']} {_name(body['name'])} {{ {_flags(body)} }}"
        case "chain":
            return f"add chain {_place(body)} {_name(body['name'])} {{ {_hook(body)} }}"
        case "set" | "map":
            return f"add {kind} {_place(body)} {_name(body['name'])} {{ {_set(body)} }}"
        case "rule":
            words = " ".join(map(_statement, body["expr"])) or "counter"
            return f"add rule {_place(body)} {_name(body['chain'])} {words}"
    if kind in OBJECTS:
        return ""  # a rule that uses one says so
    raise Refused(f"`{kind}` is nothing that this reader knows in nft's JSON")


def _place(body: Json) -> str:
    return f"{body['family']} {_name(body['table'])}"


def _name(text: Json) -> str:
    """A name, which must not be anything else in the text."""
    if not isinstance(text, str) or not text or any(letter in ' \t\n"{};,#' for letter in text):
        raise Refused(f"`{text}` is no name that this reader takes")
    return text


def _flags(body: Json) -> str:
    flags = body.get("flags", [])
    return "flags " + ", ".join([flags] if isinstance(flags, str) else flags) + ";" if flags else ""


def _hook(body: Json) -> str:
    if "hook" not in body:
        return ""
    policy = f" policy {body['policy']};" if "policy" in body else ""
    return f"type {body['type']} hook {body['hook']} priority {body['prio']};{policy}"


def _set(body: Json) -> str:
    found = [_flags(body)]
    if "timeout" in body:
        found.append(f"timeout {body['timeout']}s;")
    if body.get("elem"):
        found.append("elements = { " + ", ".join(map(_element, body["elem"])) + " }")
    return " ".join(found)


def _element(one: Json) -> str:
    """An element of a set; of a map, with what it maps to."""
    if isinstance(one, list):
        mapped = one[1]
        return f"{value(one[0])} : {_statement(mapped) if _is_verdict(mapped) else value(mapped)}"
    return value(one)


def _is_verdict(one: Json) -> bool:
    return isinstance(one, dict) and next(iter(one)) in (*WITHOUT_CONTENT, "jump", "goto")


# ---- statements ------------------------------------------------------------------------------------------------------


def _statement(one: Json) -> str:
    if isinstance(one, str):
        one = {one: None}
    ((kind, body),) = one.items()
    if kind in WITHOUT_CONTENT:
        return str(kind)
    if kind in _STATEMENTS:
        return _STATEMENTS[kind](body)
    if kind in CT_OBJECTS:
        return f"{kind} set 0"
    if kind in ADDRESS_CHANGES:
        return f"{kind} {json.dumps(body, sort_keys=True).translate(_PLAIN)}"
    raise Refused(f"`{kind}` is no statement that this reader knows in nft's JSON")


_PLAIN = str.maketrans(dict.fromkeys('{}[]",;#\\', " "))


def _log(body: Json) -> str:
    return f"log prefix {quoted(body['prefix'])}" if body and "prefix" in body else "log"


def _lookup(body: Json) -> str:
    data = body["data"]
    return f"{expression(body['key'])} vmap {data if isinstance(data, str) else _map(data)}"


def _fill(body: Json) -> str:
    inside = " ".join(map(_statement, body.get("stmt", [])))
    return f"{body['op']} {body['set']} {{ {expression(body['elem'])} {inside} }}"


def _limit(body: Json) -> str:
    if isinstance(body, str):
        return f"limit name {quoted(body)}"
    unit = body.get("rate_unit", "packets")
    amount = f"{body['rate']} {unit}/" if unit != "packets" else f"{body['rate']}/"
    return f"limit rate {_over(body)}{amount}{body['per']}"


def _quota(body: Json) -> str:
    if isinstance(body, str):
        return f"quota name {quoted(body)}"
    return f"quota {_over(body)}{body['val']} {body['val_unit']}"


def _over(body: Json) -> str:
    return "over " if body.get("inv") else ""


def _map(data: Json) -> str:
    return "{ " + ", ".join(map(_element, data["set"])) + " }"


def _reject(body: Json) -> str:
    kind = (body or {}).get("type")
    if kind is None:
        return "reject"
    return "reject with tcp reset" if kind == "tcp reset" else f"reject with {kind} {body.get('expr', 0)}"


def _comparison(body: Json) -> str:
    left, right, operator = body["left"], body["right"], body["op"]
    # between a value's bits `==` is not what no operator is; `in` is
    masked = isinstance(left, dict) and next(iter(left)) in BITS
    shown = "" if operator == "in" or (operator == "==" and not masked and not _bits(right)) else operator
    return " ".join(filter(None, (expression(left), shown, value(right))))


def _bits(right: Json) -> bool:
    return isinstance(right, list) or (isinstance(right, dict) and "|" in right)


_STATEMENTS: dict[str, Callable[[Json], str]] = {
    "match": _comparison,
    "vmap": _lookup,
    "jump": lambda body: f"jump {_name(body['target'])}",
    "goto": lambda body: f"goto {_name(body['target'])}",
    "log": _log,
    "counter": lambda _: "counter",
    "last": lambda _: "last",
    "reject": _reject,
    "set": _fill,
    "mangle": lambda body: f"{expression(body['key'])} set 0",  # to what decides nothing
    "xt": lambda body: f"xt {body['type']} {_name(body['name'])}",
    "limit": _limit,
    "quota": _quota,
    "ct count": lambda body: f"ct count {_over(body)}{body['val']}",
    "meter": lambda body: f"meter {_name(body['name'])} {{ {expression(body['key'])} {_statement(body['stmt'])} }}",
    "secmark": lambda _: "meta secmark set 0",
}

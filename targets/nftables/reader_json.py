"""`nft -j list ruleset` as the text that `nft list ruleset` would print, for the one reader of both."""

from __future__ import annotations

import json
from typing import Any

from segc.packets.machine import Refused

Json = Any
HOOKED = ("type", "hook", "prio")


def as_text(text: str) -> str:
    """A rule set in JSON as text, a line an object; line numbers count the objects. Raises `Refused`."""
    try:
        listed = json.loads(text)["nftables"]
    except (ValueError, KeyError, TypeError):
        raise Refused("is no rule set in nft's JSON") from None
    try:
        return "\n".join(line for one in listed for line in [_object(one)] if line) + "\n"
    except (KeyError, TypeError, ValueError, IndexError):
        raise Refused("is a rule set in a JSON that this reader does not know") from None


def _object(one: Json) -> str:
    (kind, body), *_ = one.items()
    if kind == "metainfo":
        return ""
    if kind == "table":
        return f"table {body['family']} {body['name']} {{ }}"
    where = f"{body['family']} {body['table']}"
    if body["family"] in ("arp", "bridge", "netdev"):
        return f"table {body['family']} {body['table']} {{ chain x {{ accept }} }}" if kind == "rule" else ""
    match kind:
        case "chain":
            hook = ""
            if "hook" in body:
                hook = f"type {body['type']} hook {body['hook']} priority {body['prio']}; policy {body['policy']};"
            return f"table {where} {{ chain {body['name']} {{ {hook} }} }}"
        case "set" | "map":
            return f"table {where} {{ {kind} {body['name']} {{ {_set(body)} }} }}"
        case "rule":
            return f"add rule {where} {body['chain']} {' '.join(map(_statement, body['expr']))}"
    return ""  # counters, quotas, helpers: a rule that uses one says so


def _set(body: Json) -> str:
    found = ["flags " + ", ".join(body["flags"]) + ";"] if body.get("flags") else []
    if "timeout" in body:
        found.append(f"timeout {body['timeout']}s;")
    if body.get("elem"):
        found.append("elements = { " + ", ".join(map(_element, body["elem"])) + " }")
    return " ".join(found)


def _element(one: Json) -> str:
    if isinstance(one, list):
        return f"{_value(one[0])} : {_statement(one[1])}"
    return _value(one)


def _value(one: Json) -> str:
    if isinstance(one, (str, int)):
        text = str(one)
        return f'"{text}"' if " " in text or not text else text
    (kind, body), *_ = one.items()
    match kind:
        case "elem":
            return _value(body["val"])
        case "prefix":
            return f"{body['addr']}/{body['len']}"
        case "range":
            return f"{_value(body[0])}-{_value(body[1])}"
        case "set":
            return "{ " + ", ".join(map(_element, body)) + " }"
        case "concat":
            return " . ".join(map(_value, body))
    return _expression(one)


def _expression(one: Json) -> str:
    (kind, body), *_ = one.items()
    match kind:
        case "payload":
            return f"{body['protocol']} {body['field']}"
        case "meta":
            return f"meta {body['key']}"
        case "ct":
            return " ".join(["ct", *([body["dir"]] if "dir" in body else []), body["key"]])
        case "concat":
            return " . ".join(map(_expression, body))
    raise Refused(f"`{kind}` is no expression that this reader knows")


def _statement(one: Json) -> str:
    (kind, body), *_ = one.items()
    match kind:
        case "match":
            return _comparison(body)
        case "vmap":
            return f"{_expression(body['key'])} vmap {_value(body['data'])}"
        case "jump" | "goto":
            return f"{kind} {body['target']}"
        case "log":
            return f'log prefix "{body["prefix"]}"' if body and "prefix" in body else "log"
        case "set":
            return f"{body['op']} {body['set']} {{ x }}"
        case "limit":
            return f"limit rate {body['rate']}/{body['per']}"
        case "mangle":
            return f"{_expression(body['key'])} set 0"
    return str(kind)  # accept, drop, counter, masquerade …: the reader knows them, or says that it does not


def _comparison(body: Json) -> str:
    operator = "" if body["op"] in ("==", "in") else body["op"]
    right = body["right"]
    values = ", ".join(map(_value, right)) if isinstance(right, list) else _value(right)
    return " ".join(filter(None, (_expression(body["left"]), operator, values)))

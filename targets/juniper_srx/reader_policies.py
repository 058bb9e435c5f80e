"""Security policies as they are written: lists of a pair of zones, of what goes to the box itself, and the global one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from segc.packets.machine import Accept, Drop, Refused

if TYPE_CHECKING:
    from .reader_config import Statement, Words

GLOBAL, HOST = "global", "junos-host"
Context = tuple[str, str] | None  # from-zone and to-zone; None for the global list
_LISTS = ("source-address", "destination-address", "application", "from-zone", "to-zone")
_FLAGS = ("source-address-excluded", "destination-address-excluded")
_ANY = ("source-identity", "dynamic-application", "url-category", "source-end-user-profile")
_ACTIONS = ("permit", "deny", "reject")
_WITHOUT_EFFECT = ("tcp-options", "services-offload")  # how out-of-state packets fare; who forwards
_MORE = (
    "application-services",
    "firewall-authentication",
    "tunnel",
    "destination-address",
)  # may stop what is permitted


@dataclass(slots=True)
class Policy:
    """One policy as its statements gather."""

    name: str
    line: int
    lists: dict[str, list[str]] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)
    action: str = ""
    decided: int = 0  # in which line
    scheduler: tuple[str, Statement] | None = None
    logs: set[str] = field(default_factory=set)
    unknown: list[str] = field(default_factory=list)  # in the vendor's words: what may decide, too
    unseen: list[tuple[str, int]] = field(default_factory=list)


class Policies:
    """All lists of policies, in their order."""

    def __init__(self) -> None:
        self.contexts: dict[Context, dict[str, Policy]] = {}
        self.default: Accept | Drop = Drop()

    def statement(self, one: Statement, words: Words) -> None:
        """What stands behind `security policies`. Of contradictions the last one holds, as in the candidate."""
        match words:
            case ("default-policy", "permit-all" | "deny-all" as what):
                self.default = Accept() if what == "permit-all" else Drop()
            case (
                "policy-rematch" | "policy-stats" | "traceoptions" | "lookup-intact-on-commit" | "file-serialization",
                *_,
            ):
                return
            case ("global", "policy", name, *rest):
                self._policy(None, name, one, rest)
            case ("from-zone", a, "to-zone", b, "policy", name, *rest):
                self._policy((a, b), name, one, rest)
            case _:
                raise Refused("is nothing of security policies that this reader knows", one.line)

    def place(self, one: Statement) -> None:
        """A policy's place in its list is that of its first statement."""
        match one.words[2:]:
            case ("global", "policy", name, *_):
                self._placed(None, name, one)
            case ("from-zone", a, "to-zone", b, "policy", name, *_):
                self._placed((a, b), name, one)

    def _placed(self, context: Context, name: str, one: Statement) -> Policy:
        return self.contexts.setdefault(context, {}).setdefault(name, Policy(name, one.line))

    def _policy(self, context: Context, name: str, one: Statement, rest: list[str]) -> None:
        policy = self._placed(context, name, one)
        match rest:
            case ["description", *_] | []:
                return
            case ["match", *more]:
                self._match(policy, one, more)
            case ["then", *more]:
                self._then(policy, one, more)
            case ["scheduler-name", scheduler]:
                policy.scheduler = (scheduler, one)
            case _:
                raise Refused("is nothing of a policy's that this reader knows", one.line)

    def _match(self, policy: Policy, one: Statement, words: list[str]) -> None:
        """One match, or several on one line."""
        while words:
            key, *more = words
            if key in _FLAGS:
                policy.flags.add(key)
                words = more
                continue
            if not more:
                raise Refused(f"`{key}` has no value", one.line)
            value, *words = more
            if key in _LISTS:
                policy.lists.setdefault(key, []).append(value)
            elif key not in _ANY:
                raise Refused(f"`{key}` is no match that this reader knows", one.line)
            elif value not in ("any", "none"):
                policy.unknown.append(f"{key} {value}")
                policy.unseen.append((" ".join(one.words), one.line))

    def _then(self, policy: Policy, one: Statement, words: list[str]) -> None:
        if words[:1] != ["log"] and words[:1] != ["count"]:
            policy.decided = one.line
        match words:
            case ["log", *what] if set(what) <= {"session-init", "session-close"}:
                policy.logs.update(what)
            case ["count", *_]:
                return
            case [action] if action in _ACTIONS:
                policy.action = action
            case ["reject", "profile", _]:
                policy.action = "reject"
            case ["permit", what, *_] if what in _WITHOUT_EFFECT:
                policy.action = "permit"
            case ["permit", what, *_] if what in _MORE:
                policy.action = "permit"
                policy.unseen.append((" ".join(one.words), one.line))
                policy.unknown.append(f"what `{' '.join(words)}` lets pass")
            case _:
                raise Refused("is no action that this reader knows", one.line)

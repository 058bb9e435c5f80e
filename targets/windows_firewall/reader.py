"""What the firewall of a Windows machine does, from a script of rules or from the policy in its registry.

Rules have no order: Block comes before Allow, and what no rule matches meets the profile's default action. Packets of
a session pass before any rule, and loopback is not filtered. Rules of the machine's local policy are out of it only
where the profile says so; else nobody can tell from these files what the machine does.

Sources: NetSecurity module, New-NetFirewallRule and Set-NetFirewallProfile; "Windows Firewall rules" (precedence).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from segc.packets.fields import IIF
from segc.packets.machine import Accept, Base, Drop, Interface, Log, Machine, Refused, Rule, State, Whatever

from . import reader_registry
from .reader_rules import RuleText, addresses, ports, protocol, types
from .reader_words import Script

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from segc.packets.machine import Match

    from .reader_words import Values

RULES = "rules"
ALLOWED, DROPPED = "ALLOW", "DROP"  # actions in pfirewall.log
CHOICES = {"true": True, "false": False}
ACTIONS = {"allow": True, "block": False}
# What must be said, since what is not said is as the machine was before: setting, and its values.
SAID: dict[str, dict[str, bool]] = {
    "enabled": CHOICES,
    "defaultinboundaction": ACTIONS,
    "defaultoutboundaction": ACTIONS,
    "allowinboundrules": CHOICES,
    "allowlocalfirewallrules": CHOICES,
    "allowunicastresponsetomulticast": CHOICES,
    "logallowed": CHOICES,
    "logblocked": CHOICES,
}
# Settings that open and close nothing.
BESIDE = (
    "allowlocalipsecrules", "enablestealthmodeforipsec", "logfilename", "logignored", "logmaxsizekilobytes",
    "notifyonlisten", "allowuserapps", "allowuserports",
)  # fmt: skip


def role(name: str, text: str) -> str | None:
    """A script of rules, or what `reg query` or `reg export` says of the policy."""
    del name
    script = re.search(r"^\s*(New-NetFirewallRule|Set-NetFirewallProfile)\s", text, re.MULTILINE)
    return RULES if script or reader_registry.is_policy(text) else None


def read(files: Mapping[str, str]) -> Machine:
    """The machine of one Windows machine."""
    machine = Machine()
    unexpected = sorted(set(files) - {RULES})
    if unexpected:
        raise Refused("is no script of rules, and no policy from a registry", file=unexpected[0])
    for file, text in files.items():
        if reader_registry.is_policy(text):
            rules, settings = reader_registry.read(text, machine, file)
        else:
            script = _Rules(machine, file)
            script.read(text)
            rules, settings = script.rules, script.settings
        _Built(machine, file, rules, settings).chains()
    return machine


class _Rules:
    """Reads a script, line by line, as PowerShell would run it."""

    def __init__(self, machine: Machine, file: str) -> None:
        self.machine = machine
        self.file = file
        self.rules: list[RuleText] = []
        self.settings: dict[str, tuple[str, int]] = {}
        self._script = Script()
        self._said: dict[str, Callable[[RuleText, Values], None]] = {
            "direction": _direction,
            "action": _action,
            "enabled": _enabled,
            "protocol": _protocol,
            "localaddress": _local,
            "remoteaddress": _remote,
            "localport": _local_ports,
            "remoteport": _remote_ports,
            "icmptype": _types,
            "profile": _profile,
            "edgetraversalpolicy": _edge,
        }

    def read(self, text: str) -> None:
        """All lines."""
        for line, raw in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
            command = raw.strip()
            if command and not command.startswith("#"):
                try:
                    self._line(command, line)
                except Refused as why:
                    raise Refused(why.why, line, self.file, command) from None

    def _line(self, text: str, line: int) -> None:
        command = self._script.line(text)
        if command is None:
            return
        said = dict(command.parameters)
        if [one.lower() for one in said.pop("policystore", [])] != ["localhost"]:
            raise Refused("a rule or setting of another store than `-PolicyStore localhost`")
        if command.name == "new-netfirewallrule":
            self.rules.append(self._rule(said, line))
        elif command.name == "set-netfirewallprofile":
            self._settings(said, line)
        else:
            raise Refused(f"`{command.name}` is not known here")

    def _rule(self, said: dict[str, Values], line: int) -> RuleText:
        if "displayname" not in said:
            raise Refused("a rule without -DisplayName is not made")
        rule = RuleText(line=line)
        for name in ("name", "displayname", "description", "group"):
            said.pop(name, None)
        for name, values in said.items():
            if name not in self._said:
                raise Refused(f"`-{name}` is not known here")
            if not values:
                raise Refused(f"`-{name}` without a value")
            self._said[name](rule, values)
        return rule.judged()

    def _settings(self, said: dict[str, Values], line: int) -> None:
        if said.pop("all", None) != []:
            raise Refused("settings of some profiles only: which one holds, hangs on the network")
        for name, values in said.items():
            if name not in SAID and name not in BESIDE:
                raise Refused(f"`-{name}` is not known here")
            self.settings[name] = one(values), line


class _Built:
    """Makes chains of rules and settings."""

    def __init__(
        self, machine: Machine, file: str, rules: list[RuleText], settings: dict[str, tuple[str, int]]
    ) -> None:
        self.machine = machine
        self.file = file
        self.rules = rules
        self.settings = settings
        self.said = {name: self._setting(name, values) for name, values in SAID.items()}

    def _setting(self, name: str, values: dict[str, bool]) -> bool | None:
        """A setting; None where it is as the machine was before."""
        text, line = self.settings.get(name, ("notconfigured", 0))
        if text.lower() not in {*values, "notconfigured"}:
            raise Refused(f"`{text}` is no value of {name}", line, self.file)
        return values.get(text.lower())

    def _untold(self) -> list[tuple[str, int]]:
        """What these files do not tell, and may change everything: settings that are as they were, other rules."""
        found = [(f"{name}, which is not configured", 0) for name, said in self.said.items() if said is None]
        others = {
            "allowlocalfirewallrules": "rules of the machine's own store, which hold besides",
            "allowunicastresponsetomulticast": "unicast answers to multicast, which are let in",
        }
        found += [(why, self.settings[name][1]) for name, why in others.items() if self.said[name]]
        return found

    def chains(self) -> None:
        """One chain for what arrives, and one for what leaves."""
        self.machine.unknown += [(why, line, self.file) for why, line in self._untold()]
        for inbound, hook in ((True, "input"), (False, "output")):
            self.machine.chains[hook] = list(self._chain(inbound=inbound))
            self.machine.bases.append(Base(hook, hook, 0, Accept()))

    def _chain(self, *, inbound: bool) -> list[Rule]:
        enabled, line = self.said["enabled"], self.settings.get("enabled", ("", 0))[1]
        if enabled is False:
            return [Rule((), Accept(), line, self.file)]
        found = [Rule((), Whatever(why), at, self.file) for why, at in self._untold()[:1]]
        found += [Rule((State(frozenset(("established",))),), Accept(), 0, self.file)]
        if inbound:
            found.append(Rule((Interface(IIF, ("lo",)),), Accept(), 0, self.file))
        name = "defaultinboundaction" if inbound else "defaultoutboundaction"
        default, at = self.said[name], self.settings.get(name, ("", 0))[1]
        heard = not inbound or self.said["allowinboundrules"] is not False
        mine = [rule for rule in self.rules if rule.enabled and rule.inbound == inbound and heard]
        for rule in sorted(mine, key=lambda rule: rule.allow):
            for matches in rule.matches():
                found += self._decided(matches, rule.line, allow=rule.allow)
        return [*found, *self._decided((), at, allow=default is not False)]

    def _decided(self, matches: tuple[Match, ...], line: int, *, allow: bool) -> list[Rule]:
        """The record, where there is one by this verdict, and the verdict."""
        action, name, logged = (Accept(), ALLOWED, "logallowed") if allow else (Drop(), DROPPED, "logblocked")
        rule = Rule(matches, action, line, self.file)
        return [Rule(matches, Log(name), line, self.file), rule] if self.said[logged] else [rule]


# -- parameters ----------------------------------------------------------------------------------------------------


def one(values: Values) -> str:
    """The only value. Raises `Refused` where there are others, or none."""
    if len(values) != 1:
        raise Refused("one value is due")
    return values[0]


def _choice(values: Values, choices: dict[str, bool]) -> bool:
    found = choices.get(one(values).lower())
    if found is None:
        raise Refused(f"`{values[0]}` is none of {', '.join(choices)}")
    return found


def _direction(rule: RuleText, values: Values) -> None:
    rule.inbound = _choice(values, {"inbound": True, "outbound": False})


def _action(rule: RuleText, values: Values) -> None:
    rule.allow = _choice(values, ACTIONS)


def _enabled(rule: RuleText, values: Values) -> None:
    rule.enabled = _choice(values, CHOICES)


def _protocol(rule: RuleText, values: Values) -> None:
    rule.protocol = protocol(one(values))


def _local(rule: RuleText, values: Values) -> None:
    rule.local = addresses(values, rule.unknown)


def _remote(rule: RuleText, values: Values) -> None:
    rule.remote = addresses(values, rule.unknown)


def _local_ports(rule: RuleText, values: Values) -> None:
    rule.local_ports = ports(values, rule.unknown)


def _remote_ports(rule: RuleText, values: Values) -> None:
    rule.remote_ports = ports(values, rule.unknown)


def _types(rule: RuleText, values: Values) -> None:
    rule.types = types(values)


def _profile(rule: RuleText, values: Values) -> None:
    if one(values).lower() != "any":
        rule.unknown.append(f"a network of profile {values[0]}")


def _edge(rule: RuleText, values: Values) -> None:
    del rule
    if one(values).lower() != "block":
        raise Refused("only `-EdgeTraversalPolicy Block` is known here")

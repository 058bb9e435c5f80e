r"""The policy of Windows' firewall as `reg query` lists it: settings of three profiles, and a line for each rule.

    HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\WindowsFirewall\DomainProfile
        EnableFirewall    REG_DWORD    0x1
    HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\WindowsFirewall\FirewallRules
        {5CD2...}    REG_SZ    v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=502|RA4=10.1.0.0-10.1.0.9|...|

Source: [MS-GPFAS] 2.2.2 (grammar of rules), 2.2.3 (settings by profile).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from segc.packets.machine import Refused

from .reader_rules import RuleText, addresses, ports, protocol, types

if TYPE_CHECKING:
    from segc.packets.machine import Machine

    from .reader_rules import Span

ROOT = re.compile(
    r"^(HKEY_LOCAL_MACHINE|HKLM)\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall(?:\\(.*))?$", re.IGNORECASE
)
VALUE = re.compile(r"^ {4}(\S.*?) {4}(REG_[A-Z_]+) {4}(.*)$")
PROFILES = ("domainprofile", "privateprofile", "publicprofile")
TRUE, FALSE = {"0x1": "true", "0x0": "false"}, {"0x0": "true", "0x1": "false"}
# Settings, each with the parameter of Set-NetFirewallProfile that writes it, and what its numbers mean there.
SETTINGS = {
    "enablefirewall": ("enabled", TRUE),
    "defaultinboundaction": ("defaultinboundaction", {"0x0": "allow", "0x1": "block"}),
    "defaultoutboundaction": ("defaultoutboundaction", {"0x0": "allow", "0x1": "block"}),
    "donotallowexceptions": ("allowinboundrules", FALSE),
    "allowlocalpolicymerge": ("allowlocalfirewallrules", TRUE),
    "disableunicastresponsestomulticastbroadcast": ("allowunicastresponsetomulticast", FALSE),
    r"logging\logsuccessfulconnections": ("logallowed", TRUE),
    r"logging\logdroppedpackets": ("logblocked", TRUE),
}
# Settings that open and close nothing.
BESIDE = (
    "allowlocalipsecpolicymerge", "disablenotifications", "disablestealthmode",
    "disablestealthmodeipsecsecuredpacketexemption", r"logging\logfilepath", r"logging\logfilesize",
    r"logging\logignoredrules", r"authorizedapplications\allowuserprefmerge", r"globallyopenports\allowuserprefmerge",
)  # fmt: skip
NAMES = ("Name", "Desc", "EmbedCtxt")
PLAIN = {"Action": ("Allow", "Block"), "Active": ("TRUE", "FALSE"), "Dir": ("In", "Out")}
LISTS = (
    "LPort",
    "RPort",
    "LPort2_10",
    "RPort2_10",
    "LA4",
    "LA6",
    "RA4",
    "RA6",
    "ICMP4",
    "ICMP6",
    "Profile",
    "Protocol",
)
Settings = dict[str, tuple[str, int]]


def is_policy(text: str) -> bool:
    """Is it what `reg query` lists of the policy?"""
    return any(ROOT.match(line.rstrip()) for line in text.splitlines())


def read(text: str, machine: Machine, file: str) -> tuple[list[RuleText], Settings]:
    """Its rules and settings. What it does not know goes to `machine.unknown`."""
    rules: list[RuleText] = []
    found: dict[str, Settings] = {name: {} for name in PROFILES}
    key: str | None = None
    for line, raw in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        root, value = ROOT.match(raw.rstrip()), VALUE.match(raw.rstrip())
        if root:
            key = (root[2] or "").lower()
        elif not raw.strip():
            continue
        elif value is None or key is None:
            raise Refused("is no line of `reg query`", line, file, raw.strip())
        elif key == "firewallrules":
            try:
                rules.append(_rule(value[3], line))
            except Refused as why:
                raise Refused(why.why, line, file, raw.strip()) from None
        elif not _setting(key, value, line, found):
            machine.unknown.append((f"{key}\\{value[1]} = {value[3]}".lstrip("\\"), line, file))
    return rules, _alike(found)


def _setting(key: str, value: re.Match[str], line: int, found: dict[str, Settings]) -> bool:
    """Take a setting in; False where it is not known."""
    profile, _, below = key.partition("\\")
    name = f"{below}\\{value[1]}".lstrip("\\").lower()
    if not key and name == "policyversion":
        return True
    if profile not in PROFILES or name not in SETTINGS:
        return profile in PROFILES and name in BESIDE
    parameter, meanings = SETTINGS[name]
    if value[2] != "REG_DWORD" or value[3] not in meanings:
        return False
    found[profile][parameter] = meanings[value[3]], line
    return True


def _alike(found: dict[str, Settings]) -> Settings:
    """What holds in all profiles; which of them a network has, nobody can tell from here."""
    first, *others = found.values()
    return {name: said for name, said in first.items() if all(one.get(name, ("",))[0] == said[0] for one in others)}


def _rule(text: str, line: int) -> RuleText:
    version, *fields = text.split("|")
    if not re.fullmatch(r"v2\.\d+", version) or not fields or fields[-1]:
        raise Refused("is no rule of a version that is known here")
    rule = RuleText(line=line)
    lists: dict[str, list[str]] = {}
    plain = {"Action": "", "Active": "TRUE", "Dir": ""}
    for field in fields[:-1]:
        name, equals, value = field.partition("=")
        if not equals:
            raise Refused(f"`{field}` is no field of a rule")
        if name in PLAIN:
            if value not in PLAIN[name]:
                raise Refused(f"`{field}` is not known here")
            plain[name] = value
        elif name in LISTS:
            lists.setdefault(name, []).append(value)
        elif name not in NAMES and field != "Edge=FALSE":
            rule.unknown.append(field)
    if not plain["Action"] or not plain["Dir"]:
        raise Refused("a rule without action or direction")
    rule.allow, rule.enabled, rule.inbound = plain["Action"] == "Allow", plain["Active"] == "TRUE", plain["Dir"] == "In"
    _conditions(rule, lists)
    return rule.judged()


def _conditions(rule: RuleText, lists: dict[str, list[str]]) -> None:
    if "Profile" in lists and set(lists["Profile"]) != {"Domain", "Private", "Public"}:
        rule.unknown.append(f"a network of profile {', '.join(lists['Profile'])}")
    if "Protocol" in lists:
        rule.protocol = protocol(lists["Protocol"][-1])
    rule.local_ports = _ports(rule, lists, "L")
    rule.remote_ports = _ports(rule, lists, "R")
    rule.local = _addresses(rule, lists, "L")
    rule.remote = _addresses(rule, lists, "R")
    kinds = [*lists.get("ICMP4", []), *lists.get("ICMP6", [])]
    rule.types = types(kinds) if kinds else None


def _ports(rule: RuleText, lists: dict[str, list[str]], side: str) -> list[Span] | None:
    texts = [*lists.get(f"{side}Port", []), *lists.get(f"{side}Port2_10", [])]
    return ports(texts, rule.unknown) if texts else None


def _addresses(rule: RuleText, lists: dict[str, list[str]], side: str) -> list[tuple[int, Span]] | None:
    texts = [*lists.get(f"{side}A4", []), *lists.get(f"{side}A6", [])]
    return addresses(texts, rule.unknown) if texts else None

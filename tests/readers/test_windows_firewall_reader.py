"""The firewall of a Windows machine: scripts, what `reg query` lists of the policy, and what must not be passed over."""

from __future__ import annotations

import re
from ipaddress import ip_network
from pathlib import Path

import pytest

from segc.packets.fields import Packet
from segc.packets.machine import Machine, Refused
from segc.packets.trace import trace
from segc.proof.running import running
from segc.targets import registry
from tests.conformance.cases import AT, MODES, built, plant

TARGET = "windows-firewall"
PROFILE = (
    "Set-NetFirewallProfile -PolicyStore localhost -All -Enabled True -DefaultInboundAction Block"
    " -DefaultOutboundAction Allow -AllowInboundRules True -AllowLocalFirewallRules False"
    " -AllowUnicastResponseToMulticast False -LogAllowed False -LogBlocked True"
)
RULE = "New-NetFirewallRule -PolicyStore localhost -DisplayName 'x' -Direction Inbound"
TCP, UDP, ICMP, ICMP6 = 6, 17, 1, 58
HOST, PEER = 0x0A020005, 0x0A010009
USUAL = {"family": 4, "source": PEER, "target": HOST, "proto": TCP, "dport": 502, "sport": 40000}


def read(*lines: str, profile: str = PROFILE) -> Machine:
    return registry.reader(TARGET).read({"rules": "\n".join([*lines, profile])})


def passes(machine: Machine, *, hook: str = "input", **fields: int | str) -> bool:
    return trace(machine, packet_of(**fields), (hook,)).kind == "accept"


def packet_of(**fields: int | str) -> Packet:
    return Packet(**{**USUAL, **fields})  # type: ignore[arg-type]


# -- a script --------------------------------------------------------------------------------------------------------


def test_what_no_rule_matches_meets_the_default() -> None:
    machine = read(f"{RULE} -Protocol TCP -LocalPort 502,9000-9010")
    assert passes(machine)
    assert passes(machine, dport=9005)
    assert not passes(machine, dport=9011)
    assert not passes(machine, proto=UDP)
    assert passes(machine, hook="output", dport=9011)
    assert passes(machine, dport=9011, state="established")
    assert passes(machine, dport=9011, iif="lo")


def test_block_beats_allow_wherever_it_stands() -> None:
    allow, block = f"{RULE} -Protocol TCP", f"{RULE} -Action Block -RemoteAddress 10.1.0.0/24"
    for lines in ((allow, block), (block, allow)):
        machine = read(*lines)
        assert not passes(machine)
        assert passes(machine, source=PEER + 256)


def test_addresses_of_one_family_match_none_of_the_other() -> None:
    machine = read(f"{RULE} -RemoteAddress 10.1.0.0/24")
    assert passes(machine)
    assert not passes(machine, family=6, source=0xFD << 120)
    mixed = read(f"{RULE} -RemoteAddress 10.1.0.0-10.1.0.255,fd00::/8 -LocalAddress 10.2.0.5")
    assert passes(mixed)
    assert not passes(mixed, family=6, source=0xFD << 120)


def test_ports_are_those_of_the_machine_or_of_the_other_end() -> None:
    machine = read(f"{RULE} -Protocol TCP -RemotePort 40000 -LocalPort 502")
    assert passes(machine)
    assert not passes(machine, sport=40001)
    out = read(f"{RULE.replace('Inbound', 'Outbound')} -Action Block -Protocol TCP -RemotePort 502")
    assert not passes(out, hook="output")
    assert passes(out, hook="output", dport=503, sport=502)


def test_icmp_is_of_one_family_and_has_types_with_codes() -> None:
    machine = read(f"{RULE} -Protocol ICMPv4 -IcmpType 8,3:4")
    assert passes(machine, proto=ICMP, dport=8 * 256 + 7, sport=0)
    assert passes(machine, proto=ICMP, dport=3 * 256 + 4, sport=0)
    assert not passes(machine, proto=ICMP, dport=3 * 256 + 1, sport=0)
    assert not passes(machine, family=6, proto=ICMP6, dport=8 * 256, sport=0)


def test_rules_that_are_off_or_not_heard_open_nothing() -> None:
    assert not passes(read(f"{RULE} -Enabled False"))
    assert not passes(read(RULE, profile=PROFILE.replace("-AllowInboundRules True", "-AllowInboundRules False")))
    assert passes(read(profile=PROFILE.replace("-Enabled True", "-Enabled False")))


@pytest.mark.parametrize(
    "line",
    [
        f"{RULE} -RemoteAddress $nobody",  # nothing, and that is Any
        f"{RULE} -RemoteAddress @()",
        f"{RULE} -RemoteAddress",
        f"{RULE} -RemoteAddress 10.1.0.0/33",
        f"{RULE} -RemoteAddress 10.1.0.9-10.1.0.1",
        f"{RULE} -LocalPort 502",  # ports of any protocol
        f"{RULE} -Protocol 47 -LocalPort 502",
        f"{RULE} -Protocol TCP -LocalPort 70000",
        f"{RULE} -Protocol TCP -IcmpType 8",
        f"{RULE} -Protocol GRE",
        f"{RULE} -Program 'C:\\hmi.exe'",
        f"{RULE} -Profile Domain,Private",
        f"{RULE} -Acton Allow",
        f"{RULE} -Act Block",
        f"{RULE} -Action Allow -Action Block",
        f"{RULE} -OverrideBlockRules True",
        f"{RULE} -EdgeTraversalPolicy Allow",
        f'{RULE} -Description "$(Remove-Item x)"',
        f"{RULE} ; {RULE} -Action Block",
        f"{RULE} | Remove-NetFirewallRule",
        f"if ($true) {{ {RULE} }}",
        RULE.replace("-PolicyStore localhost ", ""),
        RULE.replace("localhost", "PersistentStore"),
        RULE.replace(" -DisplayName 'x'", ""),
        "Set-NetFirewallProfile -PolicyStore localhost -Name Domain -Enabled False",
        "Set-NetFirewallProfile -PolicyStore localhost -All -DisabledInterfaceAliases 'Ethernet'",
        "Set-NetFirewallProfile -PolicyStore localhost -All -DefaultInboundAction Perhaps",
        "Remove-NetFirewallRule -PolicyStore localhost -Group segc",
        "Disable-NetFirewallRule -PolicyStore localhost -DisplayName 'x'",
        "netsh advfirewall set allprofiles state off",
        "$own = 10.1.0.1",
    ],
)
def test_what_is_not_known_is_refused_with_its_line(line: str) -> None:
    with pytest.raises(Refused) as caught:
        registry.reader(TARGET).read({"rules": f"{PROFILE}\n{line}\n"})
    assert caught.value.line == 2 or "Perhaps" in line


@pytest.mark.parametrize(
    "profile",
    [
        "",
        PROFILE.replace(" -Enabled True", ""),
        PROFILE.replace("-DefaultInboundAction Block", "-DefaultInboundAction NotConfigured"),
        PROFILE.replace(" -AllowLocalFirewallRules False", ""),
        PROFILE.replace("-AllowLocalFirewallRules False", "-AllowLocalFirewallRules True"),
        PROFILE.replace("-AllowUnicastResponseToMulticast False", "-AllowUnicastResponseToMulticast True"),
    ],
)
def test_nothing_is_certain_where_settings_are_left_as_they_were(profile: str) -> None:
    machine = read(RULE, profile=profile)
    assert machine.unknown
    assert trace(machine, packet_of(), ("input",)).kind == "whatever"


@pytest.mark.parametrize(
    "condition",
    ["-RemoteAddress LocalSubnet", "-RemoteAddress 10.1.0.9,DNS", "-Protocol TCP -LocalPort RPC", "-Profile Domain"],
)
def test_conditions_of_the_machines_surroundings_cannot_be_told(condition: str) -> None:
    machine = read(f"{RULE} {condition}")
    always = trace(machine, packet_of(), ("input",), unknown=lambda _: True)
    never = trace(machine, packet_of(), ("input",), unknown=lambda _: False)
    assert (always.kind, never.kind) == ("accept", "drop")


# -- the policy of a machine that runs -----------------------------------------------------------------------------------

KEY = r"HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\WindowsFirewall"
NAMES = {
    "Enabled": ("EnableFirewall", {"True": 1, "False": 0}),
    "DefaultInboundAction": ("DefaultInboundAction", {"Allow": 0, "Block": 1}),
    "DefaultOutboundAction": ("DefaultOutboundAction", {"Allow": 0, "Block": 1}),
    "AllowInboundRules": ("DoNotAllowExceptions", {"True": 0, "False": 1}),
    "AllowLocalFirewallRules": ("AllowLocalPolicyMerge", {"True": 1, "False": 0}),
    "AllowUnicastResponseToMulticast": ("DisableUnicastResponsesToMulticastBroadcast", {"True": 0, "False": 1}),
    "NotifyOnListen": ("DisableNotifications", {"True": 0, "False": 1}),
}


def listed(script: str) -> str:
    """What `reg query` would list of a machine on which a script has run ([MS-GPFAS] 2.2.2.19 and 2.2.3)."""
    nets = {m[1]: re.findall(r"'([^']+)'", m[2]) for m in re.finditer(r"^(\$\w+) = @\((.*)\)$", script, re.MULTILINE)}
    settings = dict(re.findall(r"-(\w+) (\w+)", script[script.index("Set-NetFirewallProfile") :]))
    lines = ["", KEY, "    PolicyVersion    REG_DWORD    0x21f", ""]
    for profile in ("DomainProfile", "PrivateProfile", "PublicProfile"):
        lines.append(rf"{KEY}\{profile}")
        for name, (value, numbers) in NAMES.items():
            lines.append(f"    {value}    REG_DWORD    0x{numbers[settings[name]]:x}")
        lines += ["", rf"{KEY}\{profile}\Logging", "    LogFileSize    REG_DWORD    0x7fff"]
        lines.append(f"    LogDroppedPackets    REG_DWORD    0x{int(settings['LogBlocked'] == 'True')}")
        lines += [f"    LogSuccessfulConnections    REG_DWORD    0x{int(settings['LogAllowed'] == 'True')}", ""]
    lines.append(rf"{KEY}\FirewallRules")
    for number, line in enumerate(re.findall(r"^New-NetFirewallRule .*$", script, re.MULTILINE)):
        lines.append(f"    {{0000-{number:04}}}    REG_SZ    {stored(line, nets)}")
    return "\n".join([*lines, ""])


def stored(line: str, nets: dict[str, list[str]]) -> str:
    """One rule as the registry holds it."""
    said = dict(re.findall(r"-(Direction|Protocol|LocalPort|RemotePort|IcmpType) (\S+)", line))
    fields = ["v2.31", "Action=Allow", "Active=TRUE", f"Dir={said['Direction'].removesuffix('bound')}"]
    number = {"TCP": "6", "UDP": "17", "ICMPv4": "1", "ICMPv6": "58"}.get(said["Protocol"], said["Protocol"])
    fields += [] if number == "Any" else [f"Protocol={number}"]
    for name, short in (("LocalPort", "LPort"), ("RemotePort", "RPort")):
        for port in said.get(name, "").split(",") if name in said else ():
            fields.append(f"{short}2_10={port}" if "-" in port else f"{short}={port}")
    fields += [f"ICMP{'4' if number == '1' else '6'}={kind}:*" for kind in said.get("IcmpType", "").split(",") if kind]
    for name, short in (("LocalAddress", "LA"), ("RemoteAddress", "RA")):
        value = re.search(rf"-{name} (@\(.*?\)|\(.*?\)|\S+)", line)
        assert value is not None
        texts = re.findall(r"'([^']+)'", value[1]) or [
            text for net in re.findall(r"\$\w+", value[1]) for text in nets[net]
        ]
        fields += [f"{short}{'6' if ':' in text else '4'}={address(text)}" for text in texts]
    return "|".join(
        [*fields, "Name=x -> y", "Desc=a: b", "EmbedCtxt=segc", "Edge=FALSE" if "In" in line else "Name=x", ""]
    )


def address(text: str) -> str:
    if "/" in text and ":" not in text:
        return ip_network(text).with_netmask
    return text


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ["basic", "nested", "grants", "loop"])
def test_a_machine_that_runs_the_script_is_equal(name: str, mode: str, tmp_path: Path) -> None:
    for one in built(name, TARGET, mode).built:
        path = tmp_path / "running.txt"
        path.write_text(listed(one.texts()["rules"]).replace("\n", "\r\n"), encoding="utf-8", newline="")
        said = running(plant(name, TARGET), [str(path)], AT, mode, one.firewall)
        assert said.words.startswith("equal"), (said.words, said.found)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("LPort=69|", "LPort=70|", "not what"),
        ("LogDroppedPackets    REG_DWORD    0x1", "LogDroppedPackets    REG_DWORD    0x0", "not what"),
        ("DefaultOutboundAction    REG_DWORD    0x1", "DefaultOutboundAction    REG_DWORD    0x0", "not what"),
        ("|LPort=69|", "|LPort=69|App=C:\\hmi.exe|", "may be"),
        ("AllowLocalPolicyMerge    REG_DWORD    0x0", "AllowLocalPolicyMerge    REG_DWORD    0x1", "may be"),
        ("PolicyVersion    REG_DWORD    0x21f", "IPsecExempt    REG_DWORD    0x9", "may be"),
    ],
)
def test_a_machine_that_runs_something_else_is_told(before: str, after: str, words: str, tmp_path: Path) -> None:
    one = built("basic", TARGET, "enforce").built[0]
    text = listed(one.texts()["rules"])
    assert before in text
    path = tmp_path / "running.txt"
    path.write_text(text.replace(before, after), encoding="utf-8")
    said = running(plant("basic", TARGET), [str(path)], AT, "enforce", one.firewall)
    assert said.words.startswith(words), (said.words, said.found)


def test_profiles_that_differ_are_not_known(tmp_path: Path) -> None:
    one = built("basic", TARGET, "enforce").built[0]
    text = listed(one.texts()["rules"])
    path = tmp_path / "running.txt"
    path.write_text(
        text.replace("EnableFirewall    REG_DWORD    0x1", "EnableFirewall    REG_DWORD    0x0", 1), "utf-8"
    )
    assert running(plant("basic", TARGET), [str(path)], AT, "enforce", one.firewall).words.startswith("may be")


@pytest.mark.parametrize(
    "data",
    [
        "v1.0|Action=Allow|Dir=In|",
        "v2.31|Action=ByPass|Dir=In|",
        "v2.31|Action=Allow|",
        "v2.31|Dir=In|",
        "v2.31|Action=Allow|Dir=In|RA4=10.1.0.0/33|",
        "v2.31|Action=Allow|Dir=In|LPort=502|",
        "v2.31|Action=Allow|Dir=In|Protocol=300|",
        "v2.31|Action=Allow|Dir=In|perhaps|",
        "v2.31|Action=Allow|Dir=In",
    ],
)
def test_rules_that_are_none_are_refused(data: str) -> None:
    text = f"{KEY}\\FirewallRules\n    x    REG_SZ    {data}\n"
    with pytest.raises(Refused) as caught:
        registry.reader(TARGET).read({"rules": text})
    assert caught.value.line == 2

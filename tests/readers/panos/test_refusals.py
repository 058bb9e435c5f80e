"""What commit would refuse is refused."""

from __future__ import annotations

import pytest

from tests.readers.panos.given import BASE, OVERRIDE, RULE, refused


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("set address-group g tag x", "no members"),
        ("set address-group g static nobody", "neither an address nor the name"),
        ("set address x tag y", "no values"),
        ("set address x ip-netmask 10.0.0.0/33", "neither"),
        ("set address x ip-range 10.0.0.9-10.0.0.1", "no range"),
        ("set address x ip-range ::1-10.0.0.1", "no range"),
        ("set address x ip-netmask 10.0.0.1-10.0.0.2", "no ip-netmask"),
        ("set address x ip-netmask 10.0.0.1 fqdn a.example", "2 values"),
        ("set service x protocol tcp source-port 1", "no port"),
        ("set service x protocol tcp port 70000", "no port"),
        ("set service x protocol tcp port 9-1", "no port"),
        ("set service x protocol icmp port 1", "not known here"),
        ("set service x description y", "no protocols"),
        ("set service-group x members nobody", "no service is called"),
        ("set zone trust network layer3 ethernet1/2", "in two zones"),
        ("set application x default ident-by-icmp-type code 0", "no type"),
        ("set application x default ident-by-icmp-type type 256", "no number"),
        (
            "set rulebase application-override rules o from any to any source any destination any protocol tcp",
            "no port",
        ),
        (
            f"{OVERRIDE} application x protocol sctp port 1",
            "neither TCP nor UDP",
        ),
        ("set deviceconfig setting session ipv6-firewalling no", "IPv6 is not filtered"),
        ("set vsys vsys1 tag x\nset vsys vsys2 tag x", "several virtual systems"),
        ("set frobnicate x", "not known here"),
        ("set rulebase security rules r frobnicate yes", "not known here"),
        ("set rulebase security rules r source [ a b", "bracket"),
        ("set rulebase security rules r source", "value is missing"),
        ("set rulebase security rules r log-end maybe", "yes or no"),
        ('set rulebase security rules r description "no end', "quote"),
        ("permit ip any any", "no `set` command"),
        ("delete frobnicate", "not known here"),
    ],
)
def test_what_commit_would_refuse(line: str, why: str) -> None:
    assert why in refused(f"{BASE}{RULE}{line}\n").why


@pytest.mark.parametrize(
    "key", ["from trust", "to any", "source plc", "destination server", "application any", "action allow"]
)
def test_a_rule_that_lacks_something_is_refused(key: str) -> None:
    assert RULE.count(key) == 1
    told = refused(BASE + RULE.replace(f"{key}", ""))
    assert told.line == 6
    assert f"no {key.split(maxsplit=1)[0]}" in told.why


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("source plc", "source plcc"), "neither an address nor the name"),
        (("service modbus", "service modbuss"), "no service is called"),
        (("from trust", "from trusted"), "no zone is called"),
        (("to any", "to nowhere"), "no zone is called"),
        (("source plc", "source [ any plc ]"), "`any` stands beside"),
        (("service modbus", "service [ any modbus ]"), "stands beside others"),
        (("source plc", "source any negate-source yes"), "nothing is left"),
        (("action allow", "action permit"), "no action"),
        (("to any", "to any rule-type elsewhere"), "no type of rule"),
        (("rules r ", f"rules {'r' * 64} "), "too long"),
        (("action allow", f'action allow description "{"x" * 1025}"'), "too long"),
    ],
)
def test_names_that_are_not_there_never_mean_any(change: tuple[str, str], why: str) -> None:
    assert change[0] in RULE
    assert why in refused(BASE + RULE.replace(*change)).why

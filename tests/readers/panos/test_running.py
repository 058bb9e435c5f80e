"""Files as boxes have them: recorded by a terminal, exported, and both at once."""

from __future__ import annotations

import re

import pytest

from segc.targets import registry
from tests.readers.panos.given import RULE, fate, packet, read, refused
from tests.readers.panos.running import EXPORT, SESSION


def test_what_a_terminal_recorded() -> None:
    found, left_out = registry.sections("panos", "running.txt", SESSION)
    assert left_out == [1, 2, 3, 4, 5, 36, 37]
    assert fate(found["rules"], packet()).logs == ["orders [old]"]
    assert fate(found["rules"], packet(port=503)).kind == "drop"
    assert not read(found["rules"]).unknown
    assert registry.reader("panos").role("running.txt", SESSION) == "rules"


def test_a_command_in_a_terminals_text_is_never_left_out() -> None:
    for line in ("deny everything", "admin@PA-220# deny everything", "set frobnicate x", "configure terminal"):
        found, _ = registry.sections("panos", "x", f"{SESSION}{line}\n")
        refused(found["rules"])


def test_a_banner_in_quotes_is_no_prompt() -> None:
    text = SESSION.replace("Every session is recorded.", "show\nexit")
    found, left_out = registry.sections("panos", "x", text)
    assert left_out == [1, 2, 3, 4, 5, 37, 38]
    assert "show\nexit" in found["rules"]


def test_xml_between_prompts() -> None:
    text = f"admin@PA-220> show config running\n\n{EXPORT}\nadmin@PA-220> exit\n"
    found, left_out = registry.sections("panos", "x", text)
    assert left_out == [1, 3 + EXPORT.count("\n") + 1]
    assert fate(found["rules"], packet()).logs == ["orders [old]"]


def test_what_an_export_holds() -> None:
    assert fate(EXPORT, packet(), role="rules-xml").logs == ["orders [old]"]
    assert fate(EXPORT, packet(port=503), role="rules-xml").kind == "drop"
    assert not read(EXPORT, "rules-xml").unknown
    assert registry.reader("panos").role("running-config.xml", EXPORT) == "rules"
    answer = f'<response status="success"><result>{EXPORT.split("?>")[1]}</result></response>'
    assert fate(answer, packet(), role="rules-xml").kind == "accept"


def test_other_makers_files_are_nobodys() -> None:
    role = registry.reader("panos").role
    assert (
        role("x", "set system host-name srx\nset security policies from-zone a to-zone b policy p then permit\n")
        is None
    )
    assert role("x", "<pfsense><filter/></pfsense>") is None
    assert role("x", "") is None


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (('<?xml version="1.0"?>', '<!DOCTYPE config [<!ENTITY a "b">]>'), "document type"),
        (("</config>", ""), "no XML"),
        (("<action>allow</action>", "<action>allow</action><frobnicate/>"), "not known here"),
        (("<action>allow</action>", "<action>allow</action><action>deny</action>"), "stands twice"),
        (("<action>allow</action>", "<action>allow</action>deny"), "has text"),
        (('<entry name="server">', '<entry name="the plc">'), "stands twice"),
        (
            ('<entry name="server">', '<entry name="the plc"><tag/></entry><entry name="server">'),
            "`the plc` stands twice",
        ),
        (("</entry></vsys>", '</entry><entry name="vsys2"><zone/></entry></vsys>'), "several virtual systems"),
        (("<vsys>", "<vsys><member>x</member>"), "not known here"),
        (("<shared>", "<pre-rulebase/><shared>"), "not known here"),
        (("<source><member>the plc</member></source>", "<source/>"), "no source"),
    ],
)
def test_xml_that_is_refused(change: tuple[str, str], why: str) -> None:
    assert change[0] in EXPORT
    assert why in refused(EXPORT.replace(*change), "rules-xml").why


def test_what_panorama_pushed_is_noted() -> None:
    text = EXPORT.replace("<shared>", '<panorama><vsys><entry name="vsys1"/></vsys></panorama><shared>', 1)
    assert read(text, "rules-xml").unknown == [("panorama rules", 4, "rules-xml")]


def test_the_two_forms_must_agree() -> None:
    text = registry.sections("panos", "x", SESSION)[0]["rules"]
    text = re.sub(r".* (tag plant|hip-profiles|enable-user-identification|option) .*\n", "", text)
    text = re.sub(r".* tag plant\n", "", text)
    both = {"rules": text, "rules-xml": EXPORT}
    reader = registry.reader("panos")
    assert [what for what, _, _ in reader.read(both).unknown] == [
        "the two files differ in service modbus protocol tcp override"
    ]
    both = {role: re.sub(r"(?m)<override><no/></override>|.* override no$", "", one) for role, one in both.items()}
    assert not reader.read(both).unknown
    for old, new in (("502", "503"), ("allow", "deny"), ("plc</member>", "plc</member><member>server</member>")):
        found = reader.read({**both, "rules-xml": both["rules-xml"].replace(old, new)}).unknown
        assert found, old
        assert found[0][0].startswith("the two files differ in ")


def test_the_order_of_rules_must_agree_too() -> None:
    rules = [f"set rulebase security rules {name} {RULE.split(' r ')[1]}" for name in "ab"]
    entry = (
        '<entry name="{}"><from><member>trust</member></from><to><member>any</member></to>'
        "<source><member>any</member></source><destination><member>any</member></destination>"
        "<application><member>any</member></application><service><member>any</member></service>"
        "<action>allow</action></entry>"
    )
    head = "set zone trust network layer3 ethernet1/1\n"
    rules = [re.sub("source plc destination server", "source any destination any", rule) for rule in rules]
    text = head + "".join(rules).replace("service modbus", "service any")
    zone = '<zone><entry name="trust"><network><layer3><member>ethernet1/1</member></layer3></network></entry></zone>'
    for order, same in (("ab", True), ("ba", False)):
        inner = "".join(map(entry.format, order))
        xml = (
            f'<config><devices><entry name="localhost.localdomain"><vsys><entry name="vsys1">{zone}<rulebase><security>'
            f"<rules>{inner}</rules></security></rulebase></entry></vsys></entry></devices></config>"
        )
        assert (not registry.reader("panos").read({"rules": text, "rules-xml": xml}).unknown) == same

"""The reader of PAN-OS: both forms, what commit refuses, what only the box knows, and what running configurations hold."""

from __future__ import annotations

import ipaddress
import re

import pytest

from segc.packets.fields import ICMP, TCP, Packet
from segc.packets.machine import Machine, Refused
from segc.packets.trace import Trace, trace
from segc.targets import registry

FORWARD, INPUT = ("prerouting", "forward", "postrouting"), ("prerouting", "input")
BASE = """\
set zone trust network layer3 ethernet1/1
set zone untrust network layer3 [ ethernet1/2 ethernet1/3 ]
set address plc ip-netmask 10.1.0.5/32
set address server ip-netmask 10.2.0.5
set service modbus protocol tcp port 502
"""
RULE = "set rulebase security rules r from trust to any source plc destination server application any service modbus action allow\n"
OVERRIDE = "set rulebase application-override rules o from any to any source any destination any"


def read(text: str, role: str = "rules") -> Machine:
    return registry.reader("panos").read({role: text})


def packet(source: str = "10.1.0.5", target: str = "10.2.0.5", port: int = 502, **more: object) -> Packet:
    one, other = ipaddress.ip_address(source), ipaddress.ip_address(target)
    fields = {"proto": TCP, "iif": "ethernet1/1", "oif": "ethernet1/2", "dport": port, **more}
    return Packet(one.version, int(one), int(other), **fields)  # type: ignore[arg-type]


def fate(text: str, one: Packet, *, role: str = "rules", known: bool = False) -> Trace:
    return trace(read(text, role), one, unknown=lambda _: known)


def refused(text: str, role: str = "rules") -> Refused:
    with pytest.raises(Refused) as told:
        read(text, role)
    return told.value


# -- rules ------------------------------------------------------------------------------------------------------------


def test_a_rule_and_what_stands_behind_all() -> None:
    assert fate(BASE + RULE, packet()).kind == "accept"
    assert fate(BASE + RULE, packet()).logs == ["r"]
    for other in (packet(port=503), packet(target="10.2.0.6"), packet(iif="ethernet1/2", oif="ethernet1/1")):
        assert fate(BASE + RULE, other).kind == "drop"
    inside = packet(source="10.9.0.1", iif="ethernet1/2", oif="ethernet1/3")
    assert (fate(BASE + RULE, inside).kind, fate(BASE + RULE, inside).logs) == ("accept", [])


def test_sessions_and_their_errors_pass() -> None:
    assert fate(BASE, packet(state="established")).kind == "accept"
    assert fate(BASE, packet(state="related", proto=ICMP, port=3 * 256)).kind == "accept"
    assert fate(BASE, packet(state="related")).kind == "drop"


@pytest.mark.parametrize(
    ("words", "logs"),
    [("", ["r"]), (" log-end no", []), (" log-end no log-start yes", ["r"]), (" log-start yes log-end yes", ["r"])],
)
def test_what_is_not_said_of_logs_is_logged_at_the_end(words: str, logs: list[str]) -> None:
    assert fate(BASE + RULE.strip() + words, packet()).logs == logs


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (("action allow", "action deny"), "drop"),
        (("action allow", "action drop"), "drop"),
        (("action allow", "action reset-both"), "reject"),
        (("action allow", "action allow disabled yes"), "drop"),
        (("source plc", "source plc negate-source yes"), "drop"),
        (("destination server", "destination server negate-destination yes"), "drop"),
        (("service modbus", "service any"), "accept"),
        (("from trust", "from untrust"), "drop"),
        (("to any", "to untrust"), "accept"),
        (("to any", "to trust"), "drop"),
        (("to any", "to any rule-type interzone"), "accept"),
        (("to any", "to any rule-type intrazone"), "drop"),
        (("service modbus", "service service-http"), "drop"),
        (("source plc", "source 10.1.0.0/24"), "accept"),
        (("source plc", "source 10.1.0.1-10.1.0.9"), "accept"),
        (("source plc", "source 10.1.0.77/24"), "accept"),
    ],
)
def test_each_word_of_a_rule(change: tuple[str, str], kind: str) -> None:
    assert change[0] in RULE
    assert fate(BASE + RULE.replace(*change), packet()).kind == kind


def test_negation_lets_all_others_in() -> None:
    text = BASE + RULE.replace("source plc", "negate-source yes source plc")
    assert fate(text, packet(source="10.1.0.6")).kind == "accept"
    assert fate(text, packet()).kind == "drop"


def test_intrazone_rules_do_not_join_zones() -> None:
    rule = "set rulebase security rules r from [ trust untrust ] to [ trust untrust ] source any destination any application any"
    text = f"{BASE}{rule} service any action deny rule-type intrazone"
    assert fate(text, packet(iif="ethernet1/2", oif="ethernet1/3")).logs == ["r"]
    assert fate(text, packet()).logs == []
    text = text.replace("intrazone", "interzone")
    assert fate(text, packet()).logs == ["r"]
    assert fate(text, packet(iif="ethernet1/2", oif="ethernet1/3")).logs == []


def test_the_first_rule_decides() -> None:
    other = RULE.replace("rules r ", "rules q ").replace("allow", "deny")
    assert fate(BASE + RULE + other, packet()).kind == "accept"
    assert fate(BASE + other + RULE, packet()).kind == "drop"


def test_the_default_rules_may_be_overridden() -> None:
    head = BASE + "set rulebase default-security-rules rules "
    assert fate(head + "interzone-default action allow log-end yes", packet()).logs == ["interzone-default"]
    inside = packet(iif="ethernet1/2", oif="ethernet1/3")
    assert fate(head + "intrazone-default action deny", inside).kind == "drop"
    assert "default rule" in refused(head + "other-default action deny").why


# -- addresses ----------------------------------------------------------------------------------------------------------


def test_a_set_of_ipv6_holds_ipv4_too() -> None:
    """`::/0` is any address; an IPv4 address is the IPv6 address with zeros before it."""
    for prefix, kind in (("::/0", "accept"), ("::/96", "accept"), ("::a00:0/104", "accept"), ("2000::/3", "drop")):
        assert fate(BASE + RULE.replace("source plc", f"source {prefix}"), packet()).kind == kind, prefix
    six = packet("::a01:5", "::a02:5")
    assert fate(BASE + RULE, six).kind == "drop"  # and not the other way round
    assert fate(BASE + RULE.replace("source plc", "source 0.0.0.0/0"), six).kind == "drop"


def test_groups_hold_objects_and_groups() -> None:
    text = BASE + "set address-group a static [ b server ]\nset address-group b static plc\n"
    assert fate(text + RULE.replace("source plc", "source a"), packet()).kind == "accept"
    assert "holds itself" in refused(text + "set address-group b static a\n").why


def test_commands_add_to_lists_and_take_away() -> None:
    text = BASE + "set address-group a static server\nset address-group a static plc\n"
    rule = RULE.replace("source plc", "source a")
    for source in ("10.1.0.5", "10.2.0.5"):
        assert fate(text + rule, packet(source=source)).kind == "accept"
    assert fate(text + "delete address-group a static plc\n" + rule, packet()).kind == "drop"
    assert fate(text + rule + "delete rulebase security rules r\n", packet()).kind == "drop"
    assert fate(text + "delete rulebase security rules\n" + rule, packet()).kind == "accept"


def test_a_bracket_in_quotes_is_a_text() -> None:
    assert fate(BASE + RULE.replace("action allow", 'description "[" action allow'), packet()).kind == "accept"


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


# -- applications -------------------------------------------------------------------------------------------------------

PING = BASE + "set application echo default ident-by-icmp-type type 8\n"
PINGS = RULE.replace("application any service modbus", "application echo service application-default")


def test_an_icmp_type_is_an_application() -> None:
    echo = packet(proto=ICMP, port=8 * 256)
    assert fate(PING + PINGS, echo).kind == "accept"
    assert fate(PING + PINGS, packet(proto=ICMP, port=13 * 256)).kind == "drop"
    assert fate(PING + PINGS, packet(), known=True).kind == "drop"


def test_with_any_service_handshakes_may_pass() -> None:
    """An application that is not known yet: what it will be shows behind the handshake."""
    text = PING + PINGS.replace("service application-default", "service any")
    assert fate(text, packet(proto=ICMP, port=8 * 256)).kind == "accept"
    assert fate(text, packet(), known=True).kind == "accept"
    assert fate(text, packet(proto=47, port=0), known=True).kind == "drop"


def test_the_narrower_application_has_the_packet() -> None:
    text = f"{PING}set application all-icmp default ident-by-ip-protocol 1\n"
    rule = PINGS.replace("application echo", "application all-icmp")
    assert fate(text + rule, packet(proto=ICMP, port=13 * 256)).kind == "accept"
    assert fate(text + rule, packet(proto=ICMP, port=8 * 256)).kind == "drop"
    both = PINGS.replace("application echo", "application [ all-icmp echo ]")
    assert fate(text + both, packet(proto=ICMP, port=8 * 256)).kind == "accept"
    code = "set application odd default ident-by-icmp-type type 8 code 1\n"
    assert fate(text + code + both, packet(proto=ICMP, port=8 * 256 + 1)).kind == "drop"
    assert "same packets" in refused(PING + "set application echo-2 default ident-by-icmp-type type 8\n").why


@pytest.mark.parametrize("told", ["ident-by-ip-protocol 6", "ident-by-icmp-type type 8", "port tcp/502"])
def test_what_a_signature_or_tcp_is_shows_later(told: str) -> None:
    signed = "set application x signature one scope session\n" if "icmp" in told else ""
    rule = RULE.replace("application any service modbus", "application x service any")
    text = f"{BASE}set application x default {told}\n{signed}{rule}"
    one = packet(proto=ICMP, port=8 * 256) if signed else packet()
    assert fate(text, one, known=True).kind == "accept"
    assert fate(text, one, known=False).kind == "drop"


@pytest.mark.parametrize(
    "change",
    [
        ("application any service modbus", "application modbus-base service application-default"),
        ("application any service modbus", "application [ modbus-base echo ] service any"),
        ("service modbus", "service application-default"),
        ("application any", "application modbus-base"),
        ("action allow", "action allow schedule nights"),
        ("action allow", "action allow source-user bob"),
        ("action allow", "action allow category news"),
        ("source plc", "source DE"),
        ("source plc", "source away"),
        ("source plc", "source tagged"),
        ("source plc", "source listed"),
    ],
)
def test_what_only_the_box_knows_is_left_open(change: tuple[str, str]) -> None:
    more = (
        "set address away fqdn plc.example\nset address-group tagged dynamic filter \"'plc'\"\n"
        "set external-list listed type ip url http://lists.example\n"
    )
    text = PING + more + RULE.replace(*change)
    assert change[0] in RULE
    assert fate(text, packet(), known=True).kind == "accept"
    assert fate(text, packet(), known=False).kind == "drop"


def test_profiles_may_stop_what_a_rule_allows() -> None:
    text = BASE + RULE.strip() + " profile-setting profiles vulnerability strict"
    assert fate(text, packet(), known=True).kind == "drop"
    assert fate(text, packet(), known=False).kind == "accept"


@pytest.mark.parametrize("section", ["nat", "dos", "decryption", "authentication"])
def test_rules_that_do_more_are_noted(section: str) -> None:
    machine = read(f"{BASE}{RULE}set rulebase {section} rules x from any to any\n")
    assert machine.unknown == [(f"{section} rules", 7, "rules")]
    assert not read(f"{BASE}{RULE}set rulebase qos rules x from any to any\n").unknown


# -- the box itself -----------------------------------------------------------------------------------------------------


def test_traffic_to_the_box_meets_the_same_rules() -> None:
    machine = read(BASE + RULE)
    assert trace(machine, packet(oif=""), INPUT).kind == "accept"
    assert trace(machine, packet(port=22, oif=""), INPUT, unknown=lambda _: False).kind == "drop"
    assert (
        trace(machine, packet(port=22, oif=""), INPUT, unknown=lambda _: True).kind == "accept"
    )  # the zone's own address
    assert trace(machine, packet(port=22, iif="lo", oif=""), INPUT).kind == "accept"
    machine = read(BASE + RULE.replace("to any", "to untrust"))
    assert trace(machine, packet(oif=""), INPUT, unknown=lambda _: False).kind == "drop"


# -- files as boxes have them -------------------------------------------------------------------------------------------

SESSION = """\
admin@PA-220> set cli config-output-format set
admin@PA-220> configure
Entering configuration mode
[edit]
admin@PA-220# show
set deviceconfig system hostname PA-220
set deviceconfig system login-banner "Keep out.
Every session is recorded."
set deviceconfig setting session ipv6-firewalling yes
set deviceconfig setting config rematch yes
set mgt-config users admin permissions role-based superuser yes
set network interface ethernet ethernet1/1 layer3 ip 10.1.0.1/24
set network profiles interface-management-profile ping permitted-ip 10.1.0.0/24
set shared log-settings syslog siem server one server 192.0.2.9
set zone "trust side" network layer3 ethernet1/1
set zone "trust side" enable-user-identification yes
set zone untrust network layer3 [ ethernet1/2 ethernet1/3 ]
set address "the plc" ip-netmask 10.1.0.5/32
set address "the plc" description "left of hall 2"
set address server ip-netmask 10.2.0.5/32
set service modbus protocol tcp port 502
set service modbus protocol tcp override no
set tag plant color color3
set rulebase security rules "orders [old]" to untrust
set rulebase security rules "orders [old]" from "trust side"
set rulebase security rules "orders [old]" source "the plc"
set rulebase security rules "orders [old]" destination server
set rulebase security rules "orders [old]" source-user any
set rulebase security rules "orders [old]" category any
set rulebase security rules "orders [old]" application any
set rulebase security rules "orders [old]" service modbus
set rulebase security rules "orders [old]" hip-profiles any
set rulebase security rules "orders [old]" action allow
set rulebase security rules "orders [old]" tag plant
set rulebase security rules "orders [old]" option disable-server-response-inspection no
[edit]
admin@PA-220#
"""
EXPORT = """\
<?xml version="1.0"?>
<config version="10.2.0" urldb="paloaltonetworks" detail-version="10.2.4">
  <mgt-config><users><entry name="admin"><phash>*</phash></entry></users></mgt-config>
  <shared><application/><log-settings><syslog><entry name="siem"/></syslog></log-settings></shared>
  <devices><entry name="localhost.localdomain">
    <network><interface><ethernet><entry name="ethernet1/1"><layer3/></entry></ethernet></interface></network>
    <deviceconfig>
      <system><hostname>PA-220</hostname></system>
      <setting><session><ipv6-firewalling>yes</ipv6-firewalling></session></setting>
    </deviceconfig>
    <vsys><entry name="vsys1">
      <zone>
        <entry name="trust side"><network><layer3><member>ethernet1/1</member></layer3></network></entry>
        <entry name="untrust"><network><layer3>
          <member>ethernet1/2</member><member>ethernet1/3</member>
        </layer3></network></entry>
      </zone>
      <address>
        <entry name="the plc"><ip-netmask>10.1.0.5/32</ip-netmask><description>left of hall 2</description></entry>
        <entry name="server"><ip-netmask>10.2.0.5/32</ip-netmask></entry>
      </address>
      <service>
        <entry name="modbus"><protocol><tcp><port>502</port><override><no/></override></tcp></protocol></entry>
      </service>
      <rulebase>
        <security><rules>
          <entry name="orders [old]" uuid="0f8fad5b-d9cb-469f-a165-70867728950e">
            <to><member>untrust</member></to><from><member>trust side</member></from>
            <source><member>the plc</member></source><destination><member>server</member></destination>
            <source-user><member>any</member></source-user><category><member>any</member></category>
            <application><member>any</member></application><service><member>modbus</member></service>
            <action>allow</action>
          </entry>
        </rules></security>
        <nat><rules/></nat>
      </rulebase>
    </entry></vsys>
  </entry></devices>
</config>
"""


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

"""Traps of the model and the generator: no change gets past the proof, unless it means the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.readers.opnsense.given import rules, verdict
from tests.readers.pf import once

OLD = "<source_net>segc_mes__old</source_net>"
PORT = "<destination_port>500-510</destination_port>"
TRAPS: dict[str, Callable[[str], str]] = {
    "an action that pf does not know": once("<action>block<", "<action>deny<"),
    "no action is pass": once("<action>block</action>", ""),
    "switched off": once("<enabled>1</enabled>(?=\\s*<statetype>)", "<enabled>0</enabled>"),
    "a rule of two interfaces goes first": once(
        r"(<action>block</action>\s*<quick>1</quick>\s*)<interface>lan<", r"\1<interface>lan,opt1<"
    ),
    "a rule of no interface goes first": once(r"<interface>opt1</interface>", "<interface></interface>"),
    "an interface that nobody has": once("<interface>opt1<", "<interface>opt7<"),
    "all interfaces but one": once("<interface>opt1<", "<interfacenot>1</interfacenot><interface>opt1<"),
    "not quick": once("<quick>1<", "<quick>0<"),
    "a sequence that stands twice": once("<sequence>20<", "<sequence>10<"),
    "the last one first": once("<sequence>10<", "<sequence>9999<"),
    "no sequence": once(r"<sequence>\d+(</sequence>\s*<action>block)", r"<sequence>\1"),
    "a sequence that is no number": once("<sequence>20<", "<sequence>x<"),
    "the way out": once("<direction>in<", "<direction>out<"),
    "both ways": once("<direction>in<", "<direction>any<"),
    "an alias that nobody has": once(OLD, "<source_net>segc_mes__odl</source_net>"),
    "a range of addresses": once(OLD, "<source_net>10.1.0.6-10.1.0.7</source_net>"),
    "one address more": once(OLD, "<source_net>segc_mes__old,10.1.0.7</source_net>"),
    "no source is any": once(OLD, ""),
    "turned round": once(OLD, OLD + "<source_not>1</source_not>"),
    "an address of the other family": once(OLD, "<source_net>fd01::6</source_net>"),
    "an interface's network": once(OLD, "<source_net>lan</source_net>"),
    "a list of ports": once(PORT, "<destination_port>500,510</destination_port>"),
    "ports of nobody": once(PORT, "<destination_port>segc_ports__x</destination_port>"),
    "a range up to any": once(PORT, "<destination_port>500-any</destination_port>"),
    "no ports": once(PORT, ""),
    "ports without a protocol": once(r"<protocol>TCP</protocol>", "<protocol>any</protocol>"),
    "another protocol": once(r"<protocol>TCP</protocol>", "<protocol>UDP</protocol>"),
    "TCP and UDP": once(r"<protocol>TCP</protocol>", "<protocol>TCP/UDP</protocol>"),
    "a protocol that nobody knows": once(r"<protocol>TCP</protocol>", "<protocol>PCT</protocol>"),
    "types for the wrong family": once("icmp6type>128</icmp6type", "icmptype>128</icmptype"),
    "any type": once("<icmptype>8</icmptype>", ""),
    "a family too few": once(">inet46<", ">inet<"),
    "a family of nobody": once(">inet46<", ">ipv4<"),
    "no family is IPv4": once("<ipprotocol>inet46</ipprotocol>", ""),
    "a record that is lost": once("<log>1<", "<log>0<"),
    "a record too many": once("<log>0<", "<log>1<"),
    "a record under another name": once(r'(<rule uuid=")\w{8}(?=(?:(?!</rule>).)*<log>1)', r"\g<1>00000000"),
    "a UUID that stands twice": once(r'(<rule uuid="[^"]*">)(.*?<rule uuid="[^"]*">)', r"\1\2\1</rule>\1"),
    "no UUID": once(r'<rule uuid="[^"]*">', "<rule>"),
    "no state": once("<statetype>keep<", "<statetype>none<"),
    "a schedule": once("<statetype>", "<sched>night</sched><statetype>"),
    "a gateway": once("<statetype>", "<gateway>WANGW</gateway><statetype>"),
    "a limit": once("<statetype>", "<max>5</max><statetype>"),
    "a word of which nobody knows": once("<statetype>", "<evil>1</evil><statetype>"),
    "an alias that is off": once(r"<enabled>1</enabled>(\s*<name>segc_mes__old<)", r"<enabled>0</enabled>\1"),
    "an alias without anything": once(r"(segc_mes__old</name>.*?<content>)[^<]*", r"\1"),
    "an alias for one family": once(r"(segc_mes__app</name>)", r"\1<proto>IPv4</proto>"),
    "an alias of another type": once(r"(segc_mes__old</name>\s*<type>)network", r"\1geoip"),
    "an alias that holds itself": once(r"(segc_mes__old</name>.*?<content>)[^<]*", r"\1segc_mes__old"),
    "ports without any": once(r"(segc_ports__\w+</name>.*?<content>)[^<]*", r"\1"),
    "two aliases of one name": once(r"(<alias uuid=.*?</alias>)", r"\1\1"),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_no_trap_gets_past_the_proof(trap: str) -> None:
    assert verdict(TRAPS[trap](rules())) != "equal"


SAME: dict[str, Callable[[str], str]] = {
    "fields at their defaults": once("<statetype>keep</statetype>", "<source_not>0</source_not><tag></tag><max></max>"),
    "protocols in small letters": once("<protocol>TCP<", "<protocol>tcp<"),
    "types by name": once("<icmptype>8<", "<icmptype>echoreq<"),
    "a range with a colon": once(PORT, "<destination_port>500:510</destination_port>"),
    "other sequences": once("<sequence>10<", "<sequence>5<"),
    "a description": once("<description>", "<description>x"),
    "an alias of somebody else": once("</aliases>", "<alias><name>theirs</name><type>geoip</type></alias></aliases>"),
}


@pytest.mark.parametrize("change", SAME)
def test_what_means_the_same_is_equal(change: str) -> None:
    assert verdict(SAME[change](rules())) == "equal"

"""Every trap of config.xml: no change gets past the proof, unless it means the same."""

from __future__ import annotations

import pytest

from segc.packets.machine import Refused
from segc.targets import registry
from tests.readers.pf import once
from tests.readers.pfsense.given import files, verdict

PORT = r"<port>500-510</port>"
OLD = r"<address>segc_mes__old</address>"
TRAPS = {
    "a type that pfSense does not know is pass": once("<type>block</type>", "<type>deny</type>"),
    "no type is pass": once("<type>block</type>", ""),
    "a port without a protocol is every port of TCP": once(
        r"<protocol>tcp</protocol>(\s*<source>\s*" + OLD + ")", r"\1"
    ),
    "any wins over not": once(OLD, "<any></any><not></not>"),
    "not turns a side round": once(OLD, "<address>segc_mes__old</address><not></not>"),
    "a schedule that is unknown is always on": once("<type>pass</type>", "<type>pass</type><sched>nobody</sched>"),
    "<log>0</log> logs": once(r"<statetype>", "<log>0</log><statetype>"),
    "<disabled>0</disabled> disables": once("<type>block</type>", "<type>block</type><disabled>0</disabled>"),
    "an interface of which nobody knows": once("<interface>opt1</interface>", "<interface>opt7</interface>"),
    "two interfaces in a rule that does not float": once("<interface>opt1<", "<interface>opt1,lan<"),
    "an alias of which nobody knows": once(OLD, "<address>segc_mes__odl</address>"),
    "a list of ports": once(PORT, "<port>500,510</port>"),
    "two addresses": once(OLD, "<address>10.1.0.6 10.1.0.7</address>"),
    "a range of addresses": once(OLD, "<address>10.1.0.6-10.1.0.7</address>"),
    "no source": once(rf"<source>\s*{OLD}\s*</source>", ""),
    "an empty source": once(rf"<source>\s*{OLD}\s*</source>", "<source></source>"),
    "an address of IPv6 in a rule for IPv4": once(OLD, "<address>fd01::6</address>"),
    "a rule that floats and is not quick": once(
        "<type>block</type>", "<type>block</type><floating>yes</floating><direction>in</direction>"
    ),
    "a rule that floats goes first": once(
        "<type>block</type>", "<type>block</type><floating>yes</floating><quick>yes</quick><direction>in</direction>"
    ),
    "a rule for the way out": once(
        "<type>block</type>", "<type>block</type><floating>yes</floating><direction>out</direction>"
    ),
    "match logs once more": once(
        "(<rule>.*?</rule>)",
        r"<rule><type>match</type><floating>yes</floating><direction>in</direction><source><any></any></source>"
        r"<destination><any></any></destination><log></log><tracker>7</tracker></rule>\1",
    ),
    "no state": once("<statetype>keep state<", "<statetype>none<"),
    "no tracker": once(r"<tracker>\d+</tracker>(?=\s*<type>block)", ""),
    "a tracker of which the manifest knows nothing": once(
        r"<tracker>\d+</tracker>(?=\s*<type>block)", "<tracker>5</tracker>"
    ),
    "a tracker that pf has no room for": once(r"<tracker>\d+<", "<tracker>4294967296<"),
    "a rule that belongs to a port forward": once(
        "<type>pass<", "<associated-rule-id>nat_1</associated-rule-id><type>pass<"
    ),
    "a gateway": once("<type>pass</type>", "<type>pass</type><gateway>WANGW</gateway>"),
    "a limit": once("<type>pass</type>", "<type>pass</type><max>10</max>"),
    "flags of TCP": once("<type>pass</type>", "<type>pass</type><tcpflags1>syn</tcpflags1>"),
    "a word of which nobody knows": once("<type>pass</type>", "<type>pass</type><evil></evil>"),
    "a type that stands twice": once("<type>pass</type>", "<type>pass</type><type>pass</type>"),
    "a record that is lost": once("<log></log>", ""),
    "one family too few": once("<ipprotocol>inet46<", "<ipprotocol>inet<"),
    "a family that pfSense does not know is IPv4": once("<ipprotocol>inet46<", "<ipprotocol>any<"),
    "a type of ICMP of the other family": once(r"<icmptype>128</icmptype>", "<icmptype>maskreq</icmptype>"),
    "ICMP in capitals has no types": once("<protocol>icmp</protocol>", "<protocol>ICMP</protocol>"),
    "every type of ICMP": once(r"<icmptype>8</icmptype>", ""),
    "a range one too wide": once(PORT, "<port>500-511</port>"),
    "a range from zero": once(PORT, "<port>0-510</port>"),
    "a port alias for addresses": once(OLD, "<address>segc_ports__range_udp</address>"),
    "an alias for a port, of addresses": once(PORT, "<port>segc_mes</port>"),
    "order": once(r"(<rule>(?:(?!</rule>).)*</rule>)(.*)(</filter>)", r"\2\1\3"),
    "the firewall's own address as a source": once(OLD, "<network>(self)</network>"),
    "rules that bypass others": once("</filter>", "<bypassstaticroutes></bypassstaticroutes></filter>"),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_no_trap_gets_past_the_proof(trap: str) -> None:
    given = files()
    given["rules"] = TRAPS[trap](given["rules"])
    assert verdict(given) != "equal"


ALIASES = {
    "an alias without anything": once(r"(segc_mes__old</name>.*?<address>)[^<]*", r"\1"),
    "a name that is looked up": once(r"(segc_mes__old</name>.*?<address>)[^<]*", r"\1old.example.org"),
    "an alias that is gone": once(r"<alias>\s*<name>segc_mes__old<.*?</alias>", ""),
    "an alias that holds itself": once(r"(segc_mes__old</name>.*?<address>)[^<]*", r"\1segc_mes__old"),
    "ports without any": once(r"(segc_ports__\w+</name>.*?<address>)[^<]*", r"\1"),
    "a wider network": once(r"(segc_mes__old</name>.*?<address>)[^<]*", r"\g<1>10.1.0.6/31"),
    "another type": once(r"(segc_mes__old</name>\s*<type>)network", r"\1urltable"),
    "two of one name": once(r"(<alias>.*?</alias>)", r"\1\1"),
    "a name too long": once(r"segc_mes__old<", f"{'a' * 32}<"),
}


@pytest.mark.parametrize("change", ALIASES)
def test_an_alias_is_never_more_than_it_says(change: str) -> None:
    given = files()
    given["sets"] = ALIASES[change](given["sets"])
    assert verdict(given) != "equal"


@pytest.mark.parametrize(("ports", "why"), [("", "has no port"), ("500-510", "no port of an alias")])
def test_an_alias_of_ports_that_pf_would_not_load_is_refused(ports: str, why: str) -> None:
    given = files()
    given["sets"] = once(r"(segc_ports__\w+</name>.*?<address>)[^<]*", rf"\g<1>{ports}")(given["sets"])
    with pytest.raises(Refused, match=why):
        registry.reader("pfsense").read(given)


SAME = {
    "protocols in capitals": once("<protocol>tcp</protocol>", "<protocol>TCP</protocol>"),
    "a range with a colon": once(PORT, "<port>500:510</port>"),
    "any protocol by name": once(r"(<ipprotocol>inet46</ipprotocol>)(\s*<source>)", r"\1<protocol>any</protocol>\2"),
    "types by name": once("<icmptype>8</icmptype>", "<icmptype>echoreq</icmptype>"),
    "CDATA": once(r"<descr>([^<&]*)</descr>", r"<descr><![CDATA[\1]]></descr>"),
    "elements that exports carry empty": once(
        "<type>", "<max></max><tag></tag><os></os><created><time>1</time></created><type>"
    ),
    "a long description": once("<descr>", f"<descr>{'x' * 70}\n"),
    "a separator": once("</filter>", "<separator><lan></lan></separator></filter>"),
    "a sloppy state": once("keep state", "sloppy state"),
}


@pytest.mark.parametrize("change", SAME)
def test_what_means_the_same_is_equal(change: str) -> None:
    given = files()
    given["rules"] = SAME[change](given["rules"])
    assert verdict(given) == "equal"

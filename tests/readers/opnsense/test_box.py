"""What the rest of a box says."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.readers.opnsense.given import REST, rules, verdict, whole
from tests.readers.pf import once

BOX: dict[str, Callable[[str], str]] = {
    "the anti-lockout rule": once("<noantilockout>1</noantilockout>", ""),
    "private networks are blocked": once("<lan><enable>1</enable>", "<lan><enable>1</enable><blockpriv>1</blockpriv>"),
    "bogon networks are blocked": once(
        "<lan><enable>1</enable>", "<lan><enable>1</enable><blockbogons>1</blockbogons>"
    ),
    "IPv6 is off": once("<ipv6allow>1</ipv6allow>", ""),
    "an interface is off": once("<opt1><enable>1</enable>", "<opt1>"),
    "an interface is a group": once("<opt1>", "<opt1><type>group</type>"),
    "a rule of the old page": once("<interfaces>", "<filter><rule><type>pass</type></rule></filter><interfaces>"),
    "port forwards": once("<interfaces>", "<nat><rule><descr>web</descr></rule></nat><interfaces>"),
    "a captive portal": once(
        "(<opnsense>.*?)<OPNsense>", r"\1<OPNsense><captiveportal><zones><zone/></zones></captiveportal>"
    ),
    "a VPN, as it was": once("<interfaces>", "<ipsec><phase1><ikeid>1</ikeid></phase1></ipsec><interfaces>"),
    "a VPN": once(
        "(<opnsense>.*?)<OPNsense>",
        r"\1<OPNsense><Swanctl><Connections><Connection><enabled>1</enabled></Connection></Connections></Swanctl>",
    ),
    "the filter is off": once("<system>", "<system><disablefilter>1</disablefilter>"),
    "a section of which nobody knows": once("<interfaces>", "<evil></evil><interfaces>"),
}


@pytest.mark.parametrize(
    "rest",
    [
        "<ipsec/><openvpn/>",
        "<system><disablevpnrules>1</disablevpnrules></system><ipsec><phase1><ikeid>1</ikeid></phase1></ipsec>",
    ],
)
def test_vpns_that_bring_no_rules_are_passed_over(rest: str) -> None:
    text = whole(REST.replace("<system>", rest.partition("</system>")[0], 1) if "<system>" in rest else REST)
    text = text.replace("<interfaces>", f"{rest.rpartition('</system>')[2]}<interfaces>", 1)
    assert verdict(text) == "equal"


@pytest.mark.parametrize("change", BOX)
def test_the_rest_of_the_box_counts(change: str) -> None:
    assert verdict(BOX[change](whole())) != "equal"


def test_the_models_are_equal_alone_and_in_a_whole_configuration() -> None:
    assert verdict(rules()) == "equal"
    assert verdict(whole()) == "equal"

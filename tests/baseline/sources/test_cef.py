"""CEF of FortiGate and PAN-OS: what it says is what the same session says in the vendor's own format.

Lines: FortiOS Log Message Reference, "CEF support"; the custom format of PAN-OS's CEF configuration guide, filled in.
"""

from __future__ import annotations

import pytest

from segc.baseline.observed import NO_PORT, Said
from segc.baseline.sources.cef import pairs
from tests.baseline.sources.reading import at, key, read, unread
from tests.baseline.sources.test_sessions import FORTI

CEF = (
    "Nov 10 11:37:50 FGT-A-LOG CEF: 0|Fortinet|Fortigate|v6.0.3|00013|traffic:forward close|3|deviceExternalId=FGT5HD3915800610 "
    "FTNTFGTlogid=0000000013 cat=traffic:forward FTNTFGTsubtype=forward FTNTFGTvd=vdom1 FTNTFGTeventtime=1794310667 "
    "src=10.1.100.11 spt=58012 deviceInboundInterface=port12 dst=10.3.0.11 dpt=80 externalId=105048 proto=6 act=close "
    "FTNTFGTpolicyid=1 app=HTTP FTNTFGTdstcountry=United States FTNTFGTduration=116 out=1188 in=1224 FTNTFGTsentpkt=17 "
    "FTNTFGTrcvdpkt=16 FTNTFGTsrcmac=00:0c:29:aa:bb:cc"
)
PAN = (
    "<14>Nov 10 11:37:50 fw CEF:0|Palo Alto Networks|PAN-OS|11.0.1|end|TRAFFIC|1|rt=Nov 10 2026 11:37:50 GMT deviceExternalId=0071 "
    "src=10.1.100.11 dst=10.3.0.11 cs1Label=Rule cs1=set points app=modbus cn1Label=SessionID cn1=4711 cnt=1 spt=58012 dpt=502 "
    "proto=tcp act=allow flexNumber1=2412 in=1188 out=1224 PanOSPacketsReceived=16 PanOSPacketsSent=17 "
    "start=Nov 10 2026 11:37:47 GMT cn3Label=Elapsed time in seconds cn3=116 reason=aged-out"
)


def test_fortigates_cef_says_what_its_own_format_says() -> None:
    [one], [own] = read("cef", CEF), read("fortigate", FORTI)
    assert one == own


def test_a_session_of_pan_os() -> None:
    [one] = read("cef", PAN)
    assert key(one) == ("10.1.100.11", "10.3.0.11", 6, 502)
    assert (one.first, one.last) == (at("2026-11-10T11:35:51"), at("2026-11-10T11:37:47"))
    assert one.bytes_out + one.bytes_in == 2412
    assert (one.pkts_out, one.pkts_in, one.answered, one.said) == (17, 16, True, Said.PASSED)
    assert (one.tag, one.label) == ("set points", "modbus")


@pytest.mark.parametrize("zone", [" UTC", " GMT", "", " CEST"])
def test_what_names_no_zone_is_local(zone: str) -> None:
    from zoneinfo import ZoneInfo

    log = PAN.replace(" GMT", zone)
    if zone == " CEST":  # which one that is nobody knows
        assert "is no time" in unread("cef", log)[0].why
        return
    [one] = read("cef", log, zone=ZoneInfo("Europe/Vienna"))
    assert one.last == at("2026-11-10T11:37:47" if zone else "2026-11-10T10:37:47")


def test_a_start_and_an_end_are_one_session() -> None:
    assert len(read("cef", f"{PAN.replace('|end|', '|start|')}\n{PAN}")) == 1
    turned = PAN.replace("|end|TRAFFIC|", "|TRAFFIC|end|")
    assert read("cef", turned) == read("cef", PAN), "the forwarding service has them the other way round"


@pytest.mark.parametrize(("old", "new"), [("|end|", "|drop|"), ("act=allow", "act=deny"), ("|end|", "|deny|")])
def test_what_was_stopped(old: str, new: str) -> None:
    [one] = read("cef", PAN.replace(old, new))
    assert (one.said, one.answered) == (Said.STOPPED, False)
    [forti] = read("cef", CEF.replace("act=close", "act=deny"))
    assert (forti.said, forti.answered) == (Said.STOPPED, False)


def test_who_sent_nothing_back_has_not_answered() -> None:
    [one] = read("cef", PAN.replace("Received=16", "Received=0"))
    assert one.answered is False
    [two] = read("cef", PAN.replace("PanOSPacketsReceived=16 ", ""))
    assert two.answered is None, "the format does not tell"


def test_icmp_tells_no_type() -> None:
    [one] = read("cef", PAN.replace("proto=tcp", "proto=icmp"))
    assert (one.proto, one.dport) == (1, NO_PORT)


def test_values_may_hold_blanks_and_escaped_signs() -> None:
    found = pairs(r"src=10.0.0.1 cs1=a b\=c \\ d|e dst=10.0.0.2 msg=x src=9.9.9.9")
    assert found == {"src": "10.0.0.1", "cs1": "a b=c \\ d|e", "dst": "10.0.0.2", "msg": "x"}
    header = PAN.replace("|11.0.1|", r"|11\|0|")
    assert read("cef", header) == read("cef", PAN)


@pytest.mark.parametrize(
    "line",
    [
        CEF.replace("cat=traffic:forward", "cat=event:system"),
        PAN.replace("TRAFFIC", "THREAT"),
        PAN.replace("|end|", "|url|"),
        PAN.replace("Palo Alto Networks|PAN-OS", "Acme|Wall"),
        PAN.replace("src=10.1.100.11 ", ""),
        PAN.replace("dpt=502", "dpt=70000"),
        PAN.replace("cn3=116", "cn3=-1"),
        CEF.replace("FTNTFGTeventtime=1794310667 ", ""),
    ],
)
def test_what_is_no_session_is_told(line: str) -> None:
    assert [one.line for one in unread("cef", f"{PAN}\n{line}")] == [2]

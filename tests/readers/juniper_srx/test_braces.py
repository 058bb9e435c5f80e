"""The form of a Junos configuration with braces, read as the set form is."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest

from segc.packets.fields import Packet
from segc.packets.machine import Refused
from segc.packets.trace import trace
from segc.targets import registry

BRACES = """
admin@cell-4> show configuration | no-more
## Last commit: 2026-11-20 08:15:02 CET by admin
version 21.4R3-S5.4;
system {
    host-name cell-4;
    root-authentication {
        encrypted-password "$6$x y{;}"; ## SECRET-DATA
    }
}
security {
    forwarding-options {
        family {
            inet6 {
                mode flow-based;
            }
        }
    }
    address-book {
        global {
            address plc-1 10.3.0.11/32;
            address spare {
                description "the \\"new\\" line";
                range-address 10.3.0.16 {
                    to {
                        10.3.0.31;
                    }
                }
            }
            address-set plcs {
                address plc-1;
                inactive: address spare;
            }
            /* nobody's, and
               never used */
            address-set spares {
                address spare;
            }
        }
    }
    policies {
        from-zone office to-zone cell {
            policy engineers {
                match {
                    source-address any-ipv4;
                    destination-address [ plcs spares ];
                    application [ s7 junos-ssh ];
                }
                then {
                    permit;
                    log {
                        session-init;
                    }
                }
            }
            inactive: policy all {
                match {
                    source-address any;
                    destination-address any;
                    application any;
                }
                then {
                    permit;
                }
            }
        }
        default-policy {
            deny-all;
        }
    }
    zones {
        security-zone office {
            host-inbound-traffic {
                system-services {
                    ssh;
                }
            }
            interfaces {
                ge-0/0/1.0;
            }
        }
        security-zone cell {
            interfaces {
                ge-0/0/3.0 {
                    host-inbound-traffic {
                        system-services {
                            ping;
                        }
                    }
                }
            }
        }
        security-zone guests {
        }
    }
}
applications {
    application s7 {
        term t1 protocol tcp destination-port 102;
    }
}

{primary:node0}
"""


def fate(text: str, **values: Any) -> tuple[str, list[str]]:
    """What becomes of a packet from an office PC to a PLC, unless told otherwise."""
    ends: dict[str, Any] = {"source": "10.1.0.5", "target": "10.3.0.11", "proto": 6}
    ends |= {"iif": "ge-0/0/1.0", "oif": "ge-0/0/3.0"} | values
    source, target = (int(ipaddress.ip_address(ends.pop(end))) for end in ("source", "target"))
    module = registry.module("juniper-srx", "reader")
    kept, _ = module.reader_terminal.cut(text, module.PROMPT)
    machine = registry.reader("juniper-srx").read({"rules": kept})
    run = trace(machine, Packet(4, source, target, **ends))
    return run.kind, run.logs


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"dport": 102}, ("accept", ["engineers"])),
        ({"dport": 22}, ("accept", ["engineers"])),
        ({"dport": 103}, ("drop", [])),
        ({"dport": 102, "target": "10.3.0.31"}, ("accept", ["engineers"])),
        ({"dport": 102, "target": "10.3.0.32"}, ("drop", [])),
        ({"dport": 102, "oif": "ge-0/0/1.0"}, ("drop", [])),
    ],
)
def test_the_form_with_braces_means_the_same(values: dict[str, Any], expected: tuple[str, list[str]]) -> None:
    assert fate(BRACES, **values) == expected


def test_what_is_inactive_in_braces_does_not_hold() -> None:
    assert fate(BRACES.replace("inactive: policy", "policy"), dport=103) == ("accept", [])
    lost = BRACES.replace("[ plcs spares ]", "plcs")
    assert fate(lost, dport=102, target="10.3.0.31") == ("drop", [])
    assert fate(lost.replace("inactive: address", "address"), dport=102, target="10.3.0.31")[0] == "accept"


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (
            "                permit;\n                    log",
            "                permit\n                    log",
            "is no action",
        ),
        ("deny-all;", "deny-all", "closes too early"),
        ("deny-all;", "frobnicate;", "nothing of security policies"),
        ("deny-all;", "replace: deny-all;", "no mark"),
        ("deny-all;", ";", "says nothing"),
        ('line";', "line;", "not closed"),
        ("[ plcs spares ]", "[ ]", "list in brackets"),
        ("applications {", "applications {{", "says nothing"),
        ("{primary:node0}", "}", "closes too early"),
        ("\n}\n\n{primary:node0}", "\n", "breaks off"),
    ],
)
def test_broken_braces_are_refused(old: str, new: str, why: str) -> None:
    assert old in BRACES
    with pytest.raises(Refused, match=why) as caught:
        fate(BRACES.replace(old, new, 1))
    assert caught.value.line > 0

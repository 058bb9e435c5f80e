"""What fw4 would not take, or not tell, is refused, and what the reader does not know is said."""

from __future__ import annotations

import pytest

from segc.packets.machine import Refused
from tests.readers.openwrt.given import RULE, read


@pytest.mark.parametrize(
    "text",
    [
        RULE + "\toption src_ip '10.0.0.1'\n\toption family 'ipv6'\n",
        RULE + "\toption src_ip '10.0.0.1'\n\toption dest_ip 'fd00::1'\n",
        RULE + "\tlist src_ip '10.0.0.1'\n\tlist src_ip 'fd00::1'\n\toption dest_ip '10.0.0.1'\n",
        RULE + "\toption src_ip '10.0.0.300'\n",
        RULE + "\toption src_ip 'plc'\n",
        RULE + "\toption src_ip '10.0.0.9-10.0.0.1'\n",
        RULE + "\toption src_adress '10.0.0.1'\n",
        RULE + "\toption device 'eth0'\n\toption direction 'in'\n",
        RULE + "\toption device '!eth0'\n",
        RULE + "\toption device '*'\n",
        RULE + "\toption dest_port '70000'\n",
        RULE + "\toption dest_port '502-500'\n",
        RULE + "\toption dest_port 'modbus'\n",
        RULE + "\toption proto 'telepathy'\n",
        RULE + "\toption proto 'icmp'\n\toption icmp_type 'hello'\n",
        RULE + "\toption target 'MAYBE'\n",
        RULE + "\toption enabled 'maybe'\n",
        RULE + "\toption family 'none'\n",
        RULE + "\toption target 'DROP'\n\toption target 'ACCEPT'\n",
        RULE.replace("src '*'", "src 'lan'"),
        RULE.replace("dest '*'", "dest 'lan'"),
        "config defaults\n\toption forward 'whatever'\n",
        "config zone\n\toption input 'ACCEPT'\n",
        "config forwarding\n\toption src 'lan'\n\toption dest 'wan'\n",
        "\toption name 'of nothing'\n",
        "config rule\n\toption name 'no end\n",
        "config rule\n\toption name\n",
        "configure rule\n",
    ],
)
def test_what_fw4_would_not_take_or_not_tell_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        read(text)


@pytest.mark.parametrize(
    "text",
    [
        "config include\n\toption path '/etc/firewall.user'\n",
        "config gizmo\n",
        "config defaults\n\toption gizmo '1'\n",
        "config zone\n\toption name 'x'\n\toption log '1'\n",
    ],
)
def test_what_it_does_not_know_is_said_by_line(text: str) -> None:
    assert [(line, file) for _, line, file in read("# 1\n" + text).unknown] == [(2, "rules")]

"""Plants that the proof has refuted once, cut down to a few lines."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from segc.proof.gate import Gate
from segc.targets.build import build
from tests.plants import plant_of

AT = datetime(2026, 11, 25, 12, tzinfo=UTC)
PLANTS = {
    # conntrack does not keep ICMP types apart, so a grant of one type must not end the sessions of another
    "a grant of one ICMP type, a flow of another": """
service ping { icmp echo-request; icmp6 echo-request }
service clock { icmp timestamp-request; icmp6 packet-too-big }
zone a { net 10.1.0.0/16, fd01::/16 }
zone b { net 10.2.0.0/16, fd02::/16 }
conduit c a -> b { allow a -> b : ping }
grant g { allow a -> b : clock; until 2026-12-31 }
firewall fw { target TARGET; interface eth0 a; interface eth1 b }
""",
}


@pytest.mark.parametrize("mode", ["monitor", "enforce"])
@pytest.mark.parametrize("target", ["iptables", "nftables"])
@pytest.mark.parametrize("name", PLANTS)
def test_is_proved_now(name: str, target: str, mode: str, tmp_path: Path) -> None:
    head = f"segc 1\nsite s {{ mode {mode} }}\n"
    plant = plant_of(head + PLANTS[name].replace("TARGET", target), tmp_path)
    (one,) = build(plant, AT, "declared", prove=Gate(plant, AT, None)).built
    assert one.entry["proof"]["result"] == "equal"

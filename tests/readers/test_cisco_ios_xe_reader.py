"""Object groups on IOS XE: named where that is safe, and in doubt where the route processor may pass them over."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from segc.packets.fields import Packet
from segc.packets.machine import Machine
from segc.packets.trace import trace
from segc.proof.gate import Gate
from segc.targets import registry
from segc.targets.build import build
from tests.plants import plant_of

TARGET = "cisco-ios-xe"
AT = datetime(2026, 11, 26, 12, tzinfo=UTC)
PLANT = """segc 1
site s { mode enforce }
service web { tcp 80, 443 }
service ssh { tcp 22 }
zone office { net 10.1.0.0/24, 10.1.4.0/24
  asset pool 10.1.0.33-10.1.0.46
  asset admin 10.1.0.5
}
zone plant { net 10.2.0.0/24, 10.2.9.0/24, fd00:2::/64
  asset plcs 10.2.0.11, 10.2.0.13, 10.2.0.17
}
conduit down office -> plant {
  allow pool -> plcs : web
  allow office -> plcs : ssh { log }
}
firewall fw {
  target cisco-ios-xe
  interface Gi1 office 10.1.0.1/24
  interface Gi2 plant 10.2.0.1/24
  manage office.pool : ssh
  CAPACITY
}
"""
GROUP = "object-group network G\n host 10.2.0.11\n 10.2.9.0 255.255.255.0\n range 10.2.0.40 10.2.0.42\n"


def rendered(folder: Path, capacity: str = "") -> str:
    plant = plant_of(PLANT.replace("CAPACITY", capacity), folder)
    return build(plant, AT, "declared", prove=Gate(plant, AT, None)).built[0].texts()["rules"]


def read(*entries: str) -> Machine:
    listed = "".join(f" {entry}\n" for entry in entries)
    text = f"{GROUP}ip access-list extended L\n{listed}interface Gi1\n ip access-group L in\n"
    return registry.reader(TARGET).read({"rules": text})


def fates(machine: Machine, target: int, hook: str = "forward") -> set[str]:
    """What may become of a packet, whatever the reader does not know."""
    packet = Packet(4, 0x0A010005, target, 6, 502, 40000, iif="Gi1")
    return {trace(machine, packet, (hook,), unknown=lambda _: True).kind, trace(machine, packet, (hook,)).kind}


def test_groups_stand_only_in_entries_that_permit_without_a_record(tmp_path: Path) -> None:
    text = rendered(tmp_path)
    named = [line for line in text.splitlines() if re.match(r" (permit|deny) .*object-group", line)]
    assert named
    assert all(line.startswith(" permit") and not line.endswith(" log") for line in named)
    own = text[text.index("remark to the device itself") : text.index("remark ICMP errors")]
    assert "object-group" not in own


def test_a_group_is_called_by_what_it_is_for_and_by_its_content(tmp_path: Path) -> None:
    text = rendered(tmp_path)
    (name,) = re.findall(r"^object-group network (segc-office\.pool-[0-9a-f]{8})$", text, re.MULTILINE)
    assert f"{name}\n range 10.1.0.33 10.1.0.46\n" in text
    assert text.count(f"network {name}\n") == 1
    other = PLANT.replace("10.1.0.46", "10.1.0.47").replace("CAPACITY", "")
    again = build(plant_of(other, tmp_path), AT, "declared").built[0].texts()["rules"]
    assert name not in again


def test_entries_are_counted_as_hardware_holds_them(tmp_path: Path) -> None:
    text = rendered(tmp_path)
    written = len(re.findall(r"^ (permit|deny) ", text, re.MULTILINE))
    with pytest.raises(Exception, match="takes") as caught:
        rendered(tmp_path, f"capacity {written}")
    found = re.search(r"takes (\d+)", str(caught.value))
    assert found is not None
    assert int(found[1]) > written


def test_a_permit_with_a_group_holds_for_what_passes_through() -> None:
    machine = read("permit tcp any object-group G eq 502")
    assert fates(machine, 0x0A02000B) == {"accept"}
    assert fates(machine, 0x0A020929) == {"accept"}
    assert fates(machine, 0x0A02002B) == {"drop"}


def test_to_the_device_itself_an_entry_with_a_group_may_hold_or_not() -> None:
    machine = read("permit tcp any object-group G eq 502")
    assert fates(machine, 0x0A02000B, "input") == {"accept", "drop"}
    assert fates(read("permit tcp any any eq 502"), 0x0A02000B, "input") == {"accept"}


@pytest.mark.parametrize("entry", ["deny tcp any object-group G eq 502", "permit tcp any object-group G eq 502 log"])
def test_an_entry_with_a_group_that_denies_or_logs_may_hold_or_not(entry: str) -> None:
    end = "permit ip any any" if entry.startswith("deny") else "deny ip any any"
    assert fates(read(entry, end), 0x0A02000B) == {"accept", "drop"}

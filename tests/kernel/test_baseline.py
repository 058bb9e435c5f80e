"""From flat to enforced on evidence, in a real kernel: Modbus, S7comm and OPC UA live on, and a stranger is stopped.

The kernel's own records of one minute stand for three weeks: the same bytes, in captures of an NFLOG group, with the
times of their days. Everything else happens: sessions, records, ledger, draft, gate, build, switch.
"""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from segc.targets.build import Built, build
from tests.kernel import programs
from tests.kernel.judge import load
from tests.kernel.lab import Host, Lab
from tests.kernel.scenes import in_kernel, switch
from tests.kernel.test_sessions import lines

pytest.importorskip("duckdb")
pytestmark = in_kernel

POLICY = """
segc 1
use "std/ics"
site lab { timezone "UTC"; mode monitor; owner ops }
team ops "Operations"
role lead "Lead" { team ops; phone "1" }
zone upper "Control room" {
  level 3; authority shutdown lead; authority isolate lead
  net 10.1.0.0/16
  asset scada 10.1.0.9 { kind scada-server }
  asset ews 10.1.0.10 { kind engineering-station }
  asset historian 10.1.0.11 { kind historian }
}
zone line "Line" {
  level 2; authority shutdown lead; authority isolate lead
  net 10.2.0.0/16
  asset plc 10.2.0.9 { kind plc; vendor "Siemens" }
}
conduit polls "Polls" upper -> line {
  mode monitor
  allow scada -> plc : modbus { because "operator view"; log }
}
firewall fw { target TARGET; interface eth0 upper 10.1.0.1/16; interface eth1 line 10.2.0.1/16 }
"""
PLC, STRANGER = "10.2.0.9", "10.1.0.66"
CLIENTS = {"10.1.0.9": programs.MODBUS_CLIENT, "10.1.0.10": programs.S7_CLIENT, "10.1.0.11": programs.OPC_UA_CLIENT}
SERVERS = (programs.MODBUS_SERVER, programs.S7_SERVER, programs.OPC_UA_SERVER)
DAYS = 21
WEEK = 7  # the last of them, on which today's build ran
NFLOG = 239


class Plant:
    """The policy's folder, and what is done with it."""

    def __init__(self, folder: Path, target: str) -> None:
        self.folder = folder
        self.root = folder / "plant" / "plant.zone"
        self.root.parent.mkdir()
        self.root.write_text(POLICY.replace("TARGET", target), encoding="utf-8")
        self.today = datetime.now(UTC).replace(microsecond=0)

    def segc(self, *arguments: str, code: int = 0) -> str:
        """Run a verb for today; what it answers."""
        root = Path(__file__).parents[2]
        done = subprocess.run(
            [sys.executable, "-m", "segc", *arguments], cwd=self.folder, capture_output=True, text=True, check=False,
            env={**os.environ, "PYTHONPATH": str(root), "SOURCE_DATE_EPOCH": str(int(self.today.timestamp()))},
        )  # fmt: skip
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout

    def built(self) -> Built:
        """The firewall's files, each pair in the mode that the policy declares."""
        from segc import api

        plant, found = api.check(self.root, self.today)
        assert not [one for one in found if one.severity.word == "error"], found
        return build(plant, self.today, "declared", ["fw"]).built[0]

    def capture(self, name: str, frames: list[bytes], ago: int) -> None:
        """A capture of an NFLOG group, as tcpdump writes it, of so many days ago."""
        start = int((self.today - timedelta(days=ago)).timestamp())
        text = struct.pack("=IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, NFLOG)
        for number, frame in enumerate(frames):
            text += struct.pack("=IIII", start + number, 0, len(frame), len(frame)) + frame
        (self.folder / name).write_bytes(text)

    def weeks(self, frames: list[bytes]) -> list[str]:
        """Captures of all days; in the last week today's build runs, and what it permits is recorded where `log` says so."""
        permitted = [frame for frame in frames if b"segc:L:" in frame]
        assert permitted
        for ago in range(DAYS, 0, -1):
            self.capture(f"{ago:02}.pcap", frames if ago > WEEK else permitted, ago)
        return [f"{ago:02}.pcap" for ago in range(DAYS, 0, -1)]


def dial(host: Host, port: int) -> str:
    """What the stranger gets, from an address of its own."""
    program = programs.DIAL.replace("timeout=float(sys.argv[3])", f"timeout=1.5, source_address=('{STRANGER}', 0)")
    return host.run(sys.executable, "-c", program, PLC, str(port), "1.5").stdout.strip()


# One of each target: what the third way of loading rules does is told by tests/kernel/test_sessions.py.
@pytest.mark.parametrize(("target", "backend"), [("iptables", "legacy"), ("nftables", "nft")])
def test_a_plant_goes_from_monitor_to_enforced_on_its_own_records(target: str, backend: str, tmp_path: Path) -> None:
    for name in ("pymodbus", "snap7", "asyncua"):
        pytest.importorskip(name)
    plant = Plant(tmp_path, target)
    with Lab(["eth0", "eth1"], {"eth0": ["10.1.0.1/16"], "eth1": ["10.2.0.1/16"]}) as lab:
        upper, line = lab.host("eth0", "10.1.0.9/16", "10.1.0.1"), lab.host("eth1", f"{PLC}/16", "10.2.0.1")
        for address in (*list(CLIENTS)[1:], STRANGER):
            upper.run("ip", "address", "add", f"{address}/32", "dev", "eth0")
        load(lab, plant.built(), backend)
        servers = [line.popen(sys.executable, "-c", program, PLC) for program in SERVERS]
        assert [lines(server, 1) for server in servers] == [["ready\n"]] * 3
        lab.records()
        running = {}
        for address, program in CLIENTS.items():  # each from the address of its machine
            upper.run("ip", "route", "replace", "default", "via", "10.1.0.1", "src", address)
            running[address] = upper.popen(sys.executable, "-c", program, PLC)
            [first] = lines(running[address], 1)
            assert first.split()[0] == "1234"
        ports = {address: lines(client, 5)[-1] for address, client in running.items()}
        frames = lab.records()
        assert len(frames) >= 3
        logs = plant.weeks(frames)
        plant.segc("baseline", "learn", *logs[:3], "--sensor", "fw", "--plant", "plant")
        plant.segc("baseline", "draft", "plant", "-o", "plant/draft.zone")
        drafted = (tmp_path / "plant" / "draft.zone").read_text(encoding="utf-8")
        assert "upper.ews -> line.plc : s7comm" in drafted
        assert "upper.historian -> line.plc : opcua" in drafted
        assert "502" not in drafted, "that is permitted already"
        # What was drafted from the first three days is judged by the others.
        plant.segc("baseline", "learn", *logs[3:-WEEK], "--sensor", "fw", "--plant", "plant")
        plant.segc("promote", "polls", "--plant", "plant", "--approved-by", "lead", code=1)

        plant.root.write_text(plant.root.read_text(encoding="utf-8").replace("\nsite", '\nuse "./draft.zone"\nsite', 1))
        assert "allow" not in plant.segc("baseline", "draft", "plant")
        names = ("polls", "draft-upper-to-line-flows")
        # The file that runs is older than these flows, and goes on to record what they permit. Today's does not.
        said = plant.segc("promote", *names, "--plant", "plant", "--approved-by", "lead", code=1)
        assert "install today's build on fw" in said
        switch(lab, plant.built(), backend)
        assert {lines(client, 50)[-1] for client in running.values()} == set(ports.values())
        plant.segc("baseline", "learn", *logs[-WEEK:], "--sensor", "fw", "--plant", "plant")
        said = plant.segc("promote", *names, "--plant", "plant", "--approved-by", "lead")
        assert "nothing that was seen would be stopped" in said
        assert dial(upper, 502) == "open", "monitor lets a stranger in"
        lab.records()

        written = "".join(file.read_text(encoding="utf-8") for file in sorted(plant.root.parent.glob("*.zone")))
        assert written.count("  mode         enforce") + written.count("  mode enforce") == 2
        switch(lab, plant.built(), backend)
        assert dial(upper, 502) == "silence"
        assert dial(upper, 4840) == "silence"
        for address, client in running.items():
            assert set(lines(client, 50)) == {ports[address]}, "the same value, from the same port"
        stopped = lab.records()
        plant.capture("after.pcap", stopped, 0)
        alerts = plant.segc("watch", "after.pcap", "--plant", "plant", code=1)
        assert f'"address": "{STRANGER}"' in alerts
        assert '"device": "stopped"' in alerts
        assert all(f'"source": {{"address": "{address}"' not in alerts for address in CLIENTS)

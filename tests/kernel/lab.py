"""A firewall in a network namespace, packets to send through it, and real hosts to connect to it.

    with Lab(["lan", "wan"], {"lan": ["10.1.0.1/24"]}, {"0.0.0.0/0": "wan"}) as lab:
        lab.run("iptables-restore", input=rules)
        [outcome] = lab.probe([Packet("lan", "10.1.0.9", "192.0.2.7", 6, dport=502)])

Works as root and, where the kernel lets ordinary users make namespaces, without. Linux only.
"""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import astuple, dataclass, field
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Any, Self

from tests.kernel import processes
from tests.kernel.available import unavailable
from tests.kernel.host import Host
from tests.kernel.netlink import NFLOG_GROUP
from tests.kernel.packets import Packet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

__all__ = ["NFLOG_GROUP", "Host", "Lab", "LabError", "Outcome", "Packet", "unavailable"]

_ROOT = Path(__file__).resolve().parents[2]
_LEGACY = {"iptables-legacy": "ip_tables_names", "ip6tables-legacy": "ip6_tables_names"}
_CHAINS = {
    "filter": ("INPUT", "FORWARD", "OUTPUT"),
    "security": ("INPUT", "FORWARD", "OUTPUT"),
    "raw": ("PREROUTING", "OUTPUT"),
    "nat": ("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"),
    "mangle": ("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"),
}


class LabError(RuntimeError):
    """The harness failed, so that there is no verdict. The message says at what."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a packet.

    `verdict` is "pass" (it left by the interface `oif`), "local" (it was delivered to the firewall itself) or
    "drop". `logs` are the prefixes of the NFLOG records made for it, in order, without trailing spaces.
    `answer` tells how it was refused, if not in silence: "tcp-reset", "icmp 3/13" (type/code), "icmp6 1/1";
    outcomes may be equal and differ in it.
    """

    verdict: str
    oif: str | None
    logs: tuple[str, ...]
    answer: str = field(default="", compare=False)


class Lab:
    """A context manager: a firewall whose interfaces are on cables that end at the harness.

    `addresses` gives the firewall its own, with prefix lengths, by interface; `routes` maps a prefix to the
    interface that leads there. Every address behind an interface is reachable: nobody is asked for by ARP or
    its IPv6 kin.
    """

    def __init__(
        self,
        interfaces: Sequence[str],
        addresses: Mapping[str, Sequence[str]] | None = None,
        routes: Mapping[str, str] | None = None,
    ) -> None:
        given = {name: list(own) for name, own in (addresses or {}).items()}
        self._setup = {"interfaces": list(interfaces), "addresses": given, "routes": dict(routes or {})}
        self._stack = ExitStack()
        self._worker: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._worker = _start()
            stack.callback(processes.stop, self._worker)
            self._ask("setup", **self._setup)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._worker = None
        self._stack.close()

    @property
    def pid(self) -> int:
        """A process whose network namespace is the firewall's. LabError outside of the `with` block."""
        return self._alive().pid

    def run(
        self,
        *argv: str,
        input: str | None = None,  # noqa: A002 - as subprocess calls it
        check: bool = True,
    ) -> subprocess.CompletedProcess[str]:
        """Run a command on the firewall, with this process's environment, and wait for its end.

        CalledProcessError, with what the command printed, when it fails and `check` is set.
        """
        return processes.run([*processes.enter(self.pid), *argv], text=input, check=check)

    def probe(self, packets: Sequence[Packet], *, keep_state: bool = False) -> list[Outcome]:
        """What becomes of each packet, in order.

        Each is judged as the first of a new session: sessions are forgotten before and in between, and no
        packet meets another's. With `keep_state` packets are sent in order and nothing is forgotten, not even
        what an earlier call sent last. Rules with a memory of their own (limits, dynamic sets) keep it either
        way. LabError when the kernel lost a packet or record.
        """
        rows = self._ask("probe", packets=[astuple(packet) for packet in packets], keep_state=keep_state)
        return [Outcome(verdict, oif, tuple(logs), answer) for verdict, oif, logs, answer in rows]

    def records(self) -> list[bytes]:
        """Records of hosts' packets since the last time, each as the kernel wrote it (link type 239 of captures)."""
        return [bytes.fromhex(frame) for frame in self._ask("records")]

    def reset(self) -> None:
        """Take away all rules (nftables, both back ends of iptables), IP sets and sessions."""
        self.run("nft", "flush", "ruleset")
        for tool, names in _LEGACY.items():
            if tables := self._legacy_tables(tool, f"/proc/self/net/{names}"):
                self.run(f"{tool}-restore", input="".join(map(_emptied, tables)))
        if which("ipset"):
            self.run("ipset", "destroy")
        self._ask("flush")

    def host(self, iface: str, address_with_prefix: str, gateway: str) -> Host:
        """A real host at the other end of an interface's cable, which then takes no probes any more.

        `address_with_prefix` is the host's, `gateway` the firewall's address that it sends everything to. The
        two find each other by ARP or its IPv6 kin. The host lives as long as the lab.
        """
        host = self._stack.enter_context(Host(processes.enter(self.pid)))
        self._ask("move", iface=iface, pid=host.pid)
        self.run("ip", "link", "set", "dev", iface, "arp", "on")
        if ":" in address_with_prefix:
            # Neighbours are asked for from a link-local address; a lab's interfaces have none otherwise.
            self.run("ip", "address", "add", "fe80::1/64", "dev", iface, "nodad")
        host.connect(address_with_prefix, gateway)
        return host

    def _legacy_tables(self, tool: str, names: str) -> list[str]:
        """The legacy tables in use; where only the machine's root may list those, all that there can be."""
        if which(tool) is None:
            return []
        listed = self.run("sh", "-c", f"test ! -e {names} || cat {names}", check=False)
        if listed.returncode == 0:
            return listed.stdout.split()
        return [table for table in _CHAINS if self.run(tool, "-t", table, "-S", check=False).returncode == 0]

    def _alive(self) -> subprocess.Popen[str]:
        if self._worker is None:
            raise LabError("the lab is not open: use it in a `with` statement")
        return self._worker

    def _ask(self, op: str, **request: object) -> Any:
        """The worker's reply to one request. LabError when it failed or died."""
        worker = self._alive()
        assert worker.stdin is not None
        assert worker.stdout is not None
        try:
            worker.stdin.write(json.dumps({"op": op, **request}) + "\n")
            worker.stdin.flush()
        except BrokenPipeError as error:
            raise LabError(f"{op}: the worker has ended") from error
        line = worker.stdout.readline()
        reply: dict[str, Any] = json.loads(line) if line else {"error": "the worker has ended", "trace": ""}
        if "error" in reply:
            failure = LabError(f"{op}: {reply['error']}")
            failure.add_note(reply["trace"])
            raise failure
        return reply["value"]


def _start() -> subprocess.Popen[str]:
    """Start the worker, which builds the firewall in its own namespace when asked."""
    return subprocess.Popen(
        [*processes.unshare(), sys.executable, "-S", "-m", "tests.kernel.worker"],
        cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip


def _emptied(table: str) -> str:
    """Input for iptables-restore that leaves a table without rules, chains of users and policies."""
    return "".join([f"*{table}\n", *(f":{chain} ACCEPT [0:0]\n" for chain in _CHAINS[table]), "COMMIT\n"])

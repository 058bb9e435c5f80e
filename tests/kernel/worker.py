"""The program inside the firewall's namespace: sends packets, watches where they go, tells what it saw.

It reads one JSON request a line on stdin and writes one JSON reply a line on stdout, until stdin ends.
"""

from __future__ import annotations

import errno
import json
import os
import socket
import sys
import traceback
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.kernel.netlink import Conntrack, LostError, Nflog, enlarge
from tests.kernel.packets import Answer, Packet, Seen, frame, recognise, refusal, split
from tests.kernel.wiring import Wiring, drops

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_BATCH = 128  # packets between two flushes and barriers: few enough for the kernel's queues
_BURST = 16  # packets that are sent at once
_LARGEST = 65536


@dataclass(slots=True)
class Trial:
    """One packet on trial: its serial number in this worker's life, and what became of it."""

    packet: Packet
    serial: int
    oif: str | None = None
    local: bool = False
    logs: list[str] = field(default_factory=list)
    answer: str = ""

    def report(self) -> list[object]:
        """Verdict, outgoing interface, log prefixes, refusal."""
        verdict = "pass" if self.oif is not None else "local" if self.local else "drop"
        return [verdict, self.oif, self.logs, self.answer]


class Bench:
    """Sends batches of packets through the firewall and matches what comes out with what went in."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._conntrack = Conntrack()
        self._log = Nflog()
        self._raw: dict[tuple[int, int], socket.socket | None] = {}
        self._serial = 0

    def probe(self, packets: Sequence[Packet], *, keep_state: bool) -> list[list[object]]:
        """Reports on packets, in their order. LostError when the kernel could not keep up."""
        trials = [Trial(packet, self._serial + number) for number, packet in enumerate(packets)]
        self._serial += len(trials)
        for key in {(packet.version, packet.proto) for packet in packets} - self._raw.keys():
            self._raw[key] = _raw_socket(*key)
        lost = self._losses()
        for batch in batches(trials, keep_state=keep_state):
            if not keep_state:
                self.flush()
            self._try(batch)
            if self._losses() != lost:
                raise LostError("packets were lost in the kernel's queues or in a capture buffer")
        return [trial.report() for trial in trials]

    def flush(self) -> None:
        """Forget all sessions."""
        self._conntrack.flush()

    def frames(self) -> list[str]:
        """Records that wait, in hex, as the kernel wrote them."""
        return [frame.hex() for frame in self._log.frames()]

    def _try(self, batch: Sequence[Trial]) -> None:
        known = {trial.serial: trial for trial in batch}
        sessions = {trial.packet.session(): trial for trial in batch}
        # What has come out is taken in between, so that the buffers of an ordinary user do as well.
        for start in range(0, len(batch), _BURST):
            self._send(batch[start : start + _BURST])
            self._collect(known, sessions)
        self._wiring.barrier.wait()
        self._collect(known, sessions)

    def _send(self, burst: Sequence[Trial]) -> None:
        for trial in burst:
            port = self._wiring.ports[trial.packet.iif]
            port.socket.send(frame(trial.packet, port.mac, trial.serial))

    def _collect(self, known: dict[int, Trial], sessions: dict[tuple[object, ...], Trial]) -> None:
        self._leaving(known, sessions)
        for (version, proto), sock in self._raw.items():
            if sock is not None:
                for data in _waiting(sock):  # IPv6 raw sockets keep the header to themselves
                    _, transport = split(data) if version == 4 else (proto, data)
                    if trial := _match(known, recognise(proto, transport)):
                        trial.local = True
        for prefix, datagram in self._log.records():
            if trial := _match(known, recognise(*split(datagram))):
                trial.logs.append(prefix)

    def _leaving(self, known: dict[int, Trial], sessions: dict[tuple[object, ...], Trial]) -> None:
        for port in self._wiring.ports.values():
            for data in _waiting(port.socket):
                datagram = data[14:]
                if trial := _match(known, recognise(*split(datagram))):
                    trial.oif = port.name
                elif answer := refusal(datagram):
                    _answer(known, sessions, answer)

    def _losses(self) -> int:
        return self._wiring.dropped() + sum(drops(sock) for sock in self._raw.values() if sock is not None)


def batches(trials: Sequence[Trial], *, keep_state: bool) -> Iterator[Sequence[Trial]]:
    """Trials in lots that the kernel's queues hold, none with two packets of one session.

    The order stays when state is kept; else it does not matter, and the lots are as large as can be.
    """
    lots: dict[int, list[Trial]] = defaultdict(list)
    seen: dict[tuple[object, ...], int] = defaultdict(int)
    lot = 0
    for trial in trials:
        key = trial.packet.session()
        if keep_state:
            lot = max(lot, seen[key])
            seen[key] = lot + 1
        else:
            lot = seen[key]
            seen[key] += 1
        lots[lot].append(trial)
    for group in lots.values():
        for start in range(0, len(group), _BATCH):
            yield group[start : start + _BATCH]


def _raw_socket(version: int, proto: int) -> socket.socket | None:
    """A socket for packets delivered to the firewall itself; None when the kernel has none for a protocol."""
    try:
        sock = socket.socket(socket.AF_INET6 if version == 6 else socket.AF_INET, socket.SOCK_RAW, proto)
    except OSError as error:
        if error.errno in {errno.EPROTONOSUPPORT, errno.EINVAL}:
            return None
        raise
    enlarge(sock)
    sock.setblocking(False)
    return sock


def _waiting(sock: socket.socket) -> Iterator[bytes]:
    while True:
        try:
            yield sock.recv(_LARGEST)
        except BlockingIOError:
            return


def _match(known: dict[int, Trial], seen: Seen | None) -> Trial | None:
    """The trial whose packet was seen."""
    trial = known.get(seen.serial) if seen else None
    if trial is None or seen is None:
        return None
    # An echo reply carries the payload of its request: only its type tells them apart.
    return trial if seen.icmp_type in {-1, trial.packet.icmp_type} else None


def _answer(known: dict[int, Trial], sessions: dict[tuple[object, ...], Trial], answer: Answer) -> None:
    trial = known.get(answer.serial) if answer.serial is not None else None
    if trial is None and answer.session is not None:
        trial = sessions.get(answer.session)
    if trial is not None:
        trial.answer = answer.text


class Worker:
    """Carries out requests. The first must be `setup`."""

    def setup(self, request: dict[str, Any]) -> None:
        """Build the firewall."""
        # On one processor, frames wait in one queue: what was sent first arrives first.
        allowed = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {allowed[os.getpid() % len(allowed)]})
        self._wiring = Wiring(request["interfaces"], request["addresses"], request["routes"])
        self._bench = Bench(self._wiring)

    def probe(self, request: dict[str, Any]) -> list[list[object]]:
        """Judge packets, given as lists of a Packet's fields."""
        packets = [Packet(*fields) for fields in request["packets"]]
        return self._bench.probe(packets, keep_state=request["keep_state"])

    def flush(self, request: dict[str, Any]) -> None:
        """Forget all sessions."""
        self._bench.flush()

    def records(self, request: dict[str, Any]) -> list[str]:
        """What was recorded of real hosts' packets."""
        return self._bench.frames()

    def move(self, request: dict[str, Any]) -> None:
        """Hand a cable's far end to another namespace."""
        self._wiring.move(request["iface"], request["pid"])


def main() -> None:
    """Serve requests until stdin ends."""
    worker = Worker()
    for line in sys.stdin:
        request = json.loads(line)
        reply: dict[str, object]
        try:
            reply = {"value": getattr(worker, request["op"])(request)}
        except Exception as error:  # noqa: BLE001 - whatever it is, the test that asked must hear of it
            reply = {"error": f"{type(error).__name__}: {error}", "trace": traceback.format_exc()}
        sys.stdout.write(json.dumps(reply) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

"""The kernel's small instructions, run packet by packet: registers of bytes, loads, comparisons, lookups."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from segc.packets.fields import ICMP, ICMP6, PORTED
from tests.kernel.bytecode import EVALUATED, Program, Set, Unreadable, as_bytes

if TYPE_CHECKING:
    from segc.packets.fields import Packet

STATES = {"invalid": 1, "established": 2, "related": 4, "new": 8, "untracked": 64}


@dataclass
class Run:
    """A packet on its way: registers, records, and whether rules have seen its kind before."""

    packet: Packet
    remembered: bool = False
    registers: bytearray = field(default_factory=lambda: bytearray(80))
    logs: list[str] = field(default_factory=list)

    def get(self, register: str) -> bytes:
        """What stands in a register, and in those behind it."""
        return bytes(self.registers[_place(register) :])

    def put(self, register: str, data: bytes) -> None:
        """Put something there."""
        self.registers[_place(register) : _place(register) + len(data)] = data


def _place(register: str) -> int:
    number = int(register)
    return (number - 1) * 16 if number < 8 else (number - 8) * 4


def run(program: Program, packet: Packet, hooks: tuple[str, ...], *, remembered: bool = False) -> tuple[str, list[str]]:
    """What becomes of a packet, and its records."""
    state = Run(packet, remembered)
    bases = [base for base in program.bases if base.hook in hooks]
    for base in sorted(bases, key=lambda base: (hooks.index(base.hook), base.priority)):
        verdict = _chain(program, base.chain, state) or base.policy
        if verdict != "accept":
            return verdict, state.logs
    return "accept", state.logs


def _chain(program: Program, name: str, state: Run) -> str | None:
    for rule in program.chains.get(name, []):
        verdict = _rule(program, rule, state)
        kind, _, chain = verdict.partition(" -> ")
        if kind in ("jump", "goto"):
            decided = _chain(program, chain, state)
            if decided is not None or kind == "goto":
                return decided
        elif kind == "return":
            return None
        elif kind in ("accept", "drop", "reject"):
            return kind
    return None


def _rule(program: Program, rule: list[str], state: Run) -> str:
    """The verdict of a rule; `continue` where it does not hold, or has none."""
    for instruction in rule:
        word = instruction.partition(" ")[0]
        if word == "immediate":
            return instruction.removeprefix("immediate reg 0 ")
        if word == "reject":
            return "reject"
        verdict = _step(program, instruction, state)
        if verdict is False:
            return "continue"
        if isinstance(verdict, str):
            return verdict
    return "continue"


INSTRUCTIONS = {
    "nothing": re.compile(r"counter pkts \d+ bytes \d+|dynset (?:add|update) .*"),
    "log": re.compile(r"log prefix (.*?) group \d+ snaplen 0 qthreshold 0"),
    "load": re.compile(r"(meta|ct|payload) load (.*?) => reg (\d+)(?: , dir original)?"),
    "cmp": re.compile(r"cmp (eq|neq|lt|lte|gt|gte) reg (\d+) (.*)"),
    "bitwise": re.compile(r"bitwise reg (\d+) = \( reg (\d+) & (.*?) \) \^ (.*)"),
    "swap": re.compile(r"byteorder reg (\d+) = hton\(reg \1, 8, 8\)"),
    "lookup": re.compile(r"lookup reg (\d+) set (\S+)( 0x1)?( dreg 0)?"),
}


@cache
def _decoded(text: str) -> tuple[str, tuple[str, ...]]:
    """An instruction's kind, and what it is about."""
    for kind, form in INSTRUCTIONS.items():
        found = form.fullmatch(text)
        if found is not None:
            return kind, tuple(part or "" for part in found.groups())
    raise Unreadable(text)


def _step(program: Program, text: str, state: Run) -> str | bool:
    """One instruction: on, not on, or a verdict."""
    kind, about = _decoded(text)
    match kind:
        case "log":
            state.logs.append(f"{about[0].rstrip()} ")
        case "load":
            data = _loaded(about[0], about[1], state.packet)
            if data is None:
                return False
            state.put(about[2], data.ljust(-(-len(data) // 4) * 4, b"\0"))
        case "cmp":
            return _compared(about[0], state.get(about[1]), as_bytes(about[2]))
        case "bitwise":
            mask, flip = as_bytes(about[2]), as_bytes(about[3])
            made = zip(state.get(about[1])[: len(mask)], mask, flip, strict=True)
            state.put(about[0], bytes(a & b ^ c for a, b, c in made))
        case "swap":
            state.put(about[0], state.get(about[0])[:8][::-1])
        case "lookup":
            return _looked_up(program.sets[about[1].replace("#", " ")], state, about)
    return True


def _compared(operator: str, register: bytes, value: bytes) -> bool:
    data = register[: len(value)]
    holds = {"eq": data == value, "neq": data != value, "lt": data < value, "gt": data > value}
    return {**holds, "lte": data <= value, "gte": data >= value}[operator]


def _looked_up(one: Set, state: Run, about: tuple[str, ...]) -> str | bool:
    register, _, inverted, mapped = about
    if one.flags & EVALUATED:  # rules fill it
        return state.remembered != bool(inverted)
    element = one.find(state.get(register))
    if mapped:
        return element.verdict if element is not None else False
    return (element is not None) != bool(inverted)


def _loaded(kind: str, what: str, packet: Packet) -> bytes | None:
    if kind == "payload":
        place = re.fullmatch(r"(\d+)b @ (network|transport) header \+ (\d+)", what)
        if place is None:
            raise Unreadable(what)
        header = _network(packet) if place[2] == "network" else _transport(packet)
        return header[int(place[3]) :][: int(place[1])].ljust(int(place[1]), b"\0")
    if kind == "meta":
        return _meta(what, packet)
    if what == "state":
        return STATES[packet.state].to_bytes(4, "little")
    return _original(what, packet)


def _meta(what: str, packet: Packet) -> bytes:
    match what:
        case "nfproto":
            return bytes([2 if packet.family == 4 else 10])
        case "l4proto":
            return bytes([packet.proto])
        case "iifname" | "oifname":
            return (packet.iif if what == "iifname" else packet.oif).encode().ljust(16, b"\0")
        case "time":
            return (packet.time * 10**9 + 1).to_bytes(8, "little")  # within the second, as ours are
    raise Unreadable(what)


def _original(what: str, packet: Packet) -> bytes | None:
    """Of the session: the packet that opened it."""
    if packet.state not in ("new", "established"):
        return None
    ends, ports = (packet.source, packet.target), (packet.sport, packet.dport)
    if packet.reply:
        ends, ports = ends[::-1], ports[::-1]
    match re.sub(r"^(src|dst)_ip6?$", r"\1_ip", what):
        case "src_ip" | "dst_ip" as end:
            return _address(packet.family, ends[end == "dst_ip"])
        case "proto_src" | "proto_dst" as end:
            return ports[end == "proto_dst"].to_bytes(2, "big")
        case "protocol":
            return bytes([packet.proto])
    raise Unreadable(what)


def _address(family: int, value: int) -> bytes:
    return value.to_bytes(4 if family == 4 else 16, "big")


def _network(packet: Packet) -> bytes:
    ends = _address(packet.family, packet.source) + _address(packet.family, packet.target)
    if packet.family == 4:
        return bytes([0x45]) + bytes(8) + bytes([packet.proto]) + bytes(2) + ends
    return bytes([0x60]) + bytes(5) + bytes([packet.proto, 64]) + ends


def _transport(packet: Packet) -> bytes:
    if packet.proto in PORTED:
        return packet.sport.to_bytes(2, "big") + packet.dport.to_bytes(2, "big")
    return packet.dport.to_bytes(2, "big") if packet.proto in (ICMP, ICMP6) else b""

"""Cisco Secure Firewall Threat Defense: 430002 and 430003, a connection's begin and end.

Cisco, "Security Event Syslog Messages", 430001 to 430005: `Key: value` with commas between, keys without a value left out, and
values unquoted, so that free text (`UserAgent`, `URL`) may look like keys: what is wanted and stands there twice, differently,
is not read. SrcIP is who opened. `AccessControlRuleAction` names what was done; `Default Action` does not. A connection that
is logged at both ends has one `ConnectionID`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from segc.baseline.conversations import never_answers
from segc.baseline.observed import NO_PORT, Grade, Observed, Said
from segc.baseline.sources.notread import NotRead
from segc.baseline.sources.stamps import MICRO, Clock, epoch
from segc.baseline.sources.words import ICMP, ICMP6, PORTED, TCP, UDP, address, count, icmp, port, protocol, small

if TYPE_CHECKING:
    from collections.abc import Iterable

    from segc.baseline.sources.protocol import Context

BEGIN, END = "430002", "430003"
_KEYS = (
    "DeviceUUID", "InstanceID", "FirstPacketSecond", "ConnectionID", "AccessControlRuleAction", "SrcIP", "DstIP", "SrcPort",
    "DstPort", "ICMPType", "ICMPCode", "Protocol", "ConnectionDuration", "InitiatorPackets", "ResponderPackets",
    "InitiatorBytes", "ResponderBytes",
)  # fmt: skip
_PAIR = re.compile(rf"(?:^|, )({'|'.join(_KEYS)}): ?([^,]*)")
_SAID = {
    "allow": Said.PASSED, "trust": Said.PASSED, "fastpath": Said.PASSED, "block": Said.STOPPED,
    "block with reset": Said.STOPPED, "interactive block": Said.STOPPED, "interactive block with reset": Said.STOPPED,
}  # fmt: skip
_PING = {ICMP: 8, ICMP6: 128}
OPEN = 200_000  # connections that are remembered until their end


class Ftd:
    """Reads the connection events of one log."""

    def __init__(self, context: Context) -> None:
        self.clock = Clock(context)
        self.known = context.known
        self.live = context.live
        self.open: dict[tuple[str, ...], Observed] = {}

    def record(self, message: str, line: str, text: str) -> Iterable[Observed]:
        """A connection: at its end, or as it begins if it was stopped. `text` is what follows the message's number."""
        keys = pairs(text)
        one = self._connection(keys, line, ended=message == END)
        name = tuple(keys.get(key, "") for key in ("DeviceUUID", "InstanceID", "ConnectionID"))
        if not keys.get("ConnectionID"):  # releases before 6.5 have none
            name = (one.src, one.dst, str(one.proto), str(one.sport), str(one.dport))
        begun, gone = self.open.pop(name, None), list[Observed]()
        if begun is not None and begun[2:7] != one[2:7]:  # numbers come round again
            gone.append(begun)
            begun = None
        if begun is not None and one.said is Said.STOPPED:  # it was let through at first
            one = one._replace(said=begun.said, answered=None)
        elif message == BEGIN and one.said is not Said.STOPPED:
            if len(self.open) >= OPEN:
                gone.append(self.open.pop(next(iter(self.open))))
            self.open[name] = one
            return (one,) if self.live else gone
        if self.live:  # where a connection began, it was told
            return () if begun is not None else (one,)
        return (*gone, one)

    def end(self) -> Iterable[Observed]:
        """Connections that were still open."""
        return () if self.live else list(self.open.values())

    def _connection(self, keys: dict[str, str], line: str, *, ended: bool) -> Observed:
        src, dst = address(keys["SrcIP"]), address(keys["DstIP"])
        proto = protocol(keys["Protocol"])
        if proto == ICMP and ":" in src:
            proto = ICMP6
        sport = dport = NO_PORT
        if proto in PORTED:
            sport, dport = port(keys["SrcPort"]), port(keys["DstPort"])
        elif proto in (ICMP, ICMP6):
            dport = _kind(proto, keys["ICMPType"], keys.get("ICMPCode", ""))
        answer = (proto, sport) in self.known.ports and (proto, dport) not in self.known.ports
        first, last = self._times(keys, line, ended=ended)
        said = _SAID.get(keys.get("AccessControlRuleAction", "").lower(), Said.NOTHING)
        sent, back = count(keys.get("InitiatorPackets", "")), count(keys.get("ResponderPackets", ""))
        if ended and said is Said.STOPPED and back and sent > (proto == TCP):
            said = Said.PASSED  # for a while: what it is, or what it asks for, was known only behind its first packets
        return Observed(
            first, last, src, dst, proto, sport, dport, 1, count(keys.get("InitiatorBytes", "")),
            count(keys.get("ResponderBytes", "")), sent, back, self._answered(keys, proto, dport, said, ended=ended),
            Grade.FIRST if proto == UDP and answer else Grade.HANDSHAKE, said=said,
        )  # fmt: skip

    def _answered(self, keys: dict[str, str], proto: int, dport: int, said: Said, *, ended: bool) -> bool | None:
        """Of what is trusted, or takes the fast path, not all packets need be counted."""
        if said is Said.STOPPED:
            return False
        sent, back = count(keys.get("InitiatorPackets", "")), count(keys.get("ResponderPackets", ""))
        if not ended or not sent:
            return None
        action = keys.get("AccessControlRuleAction", "").lower()
        if _SAID.get(action) is Said.STOPPED:
            return None  # stopped behind packets both ways: the device itself may have sent some
        counted = action == "allow"
        if proto == TCP and sent == 1:
            return False if counted else None  # a SYN that no ACK followed: what came back refused it
        if not back and (not counted or never_answers(self.known, proto, dport)):
            return None
        return back > 0

    def _times(self, keys: dict[str, str], line: str, *, ended: bool) -> tuple[int, int]:
        """By the first packet's own time, else by the line's, which is written at the end."""
        length = count(keys.get("ConnectionDuration", "")) * MICRO if ended else 0
        told = keys.get("FirstPacketSecond", "")
        if told:
            first = epoch(told) if told.isdigit() else self.clock.iso(told)
            return first, first + length
        last = self.clock.envelope(line)[0]
        return last - length, last


def pairs(text: str) -> dict[str, str]:
    """The values of the keys that are wanted."""
    found: dict[str, str] = {}
    for key, value in _PAIR.findall(text):
        said = value.replace("<br/>", "").strip()
        if found.setdefault(key, said) != said:
            raise NotRead(f"it says twice, and differently, what {key} is")
    return found


def _kind(proto: int, kind: str, code: str) -> int:
    """ICMP's type, by its number or, of a ping, by its name."""
    if kind.isdigit():
        return icmp(small(kind, 255), small(code, 255) if code.isdigit() else 0)
    if kind.lower() != "echo request":
        raise NotRead(f"`{kind[:40]}` is no type of ICMP that is known by its name")
    return icmp(_PING[proto], 0)

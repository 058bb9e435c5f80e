"""What stands behind -j and -g: verdicts, records, what decides nothing, and what nobody here can follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.packets.machine import (
    Accept,
    Action,
    Continue,
    Drop,
    Goto,
    Jump,
    Log,
    Match,
    Refused,
    Return,
    State,
    Whatever,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .reader_lines import Flag

DECIDING: dict[str, Action] = {"ACCEPT": Accept(), "DROP": Drop(), "RETURN": Return()}
REJECTED = Drop(reject=True)
CONTINUED = Continue()
UNTRACKING = Whatever("-j CT --notrack")  # what is asked of the packet's session from here on is another thing
PREFIXES = {"LOG": "--log-prefix", "NFLOG": "--nflog-prefix", "ULOG": "--ulog-prefix"}
_MARKS = {"--and-mark", "--or-mark", "--set-mark", "--set-xmark", "--xor-mark"}
# Targets whose options are known. But for REJECT and the records they decide nothing about a packet.
OPTIONS: dict[str, set[str]] = {
    "ACCEPT": set(),
    "DROP": set(),
    "RETURN": set(),
    "REJECT": {"--reject-with"},
    "LOG": {
        "--log-prefix", "--log-level", "--log-ip-options", "--log-tcp-options", "--log-tcp-sequence", "--log-uid",
        "--log-macdecode",
    },
    "NFLOG": {"--nflog-prefix", "--nflog-group", "--nflog-range", "--nflog-size", "--nflog-threshold"},
    "ULOG": {"--ulog-prefix", "--ulog-nlgroup", "--ulog-cprange", "--ulog-qthreshold"},
    "AUDIT": {"--type"},
    "CHECKSUM": {"--checksum-fill"},
    "CLASSIFY": {"--set-class"},
    "CONNMARK": {
        *_MARKS, "--restore-mark", "--save-mark", "--mask", "--ctmask", "--nfmask", "--left-shift-mark",
        "--right-shift-mark",
    },
    "CONNSECMARK": {"--save", "--restore"},
    "CT": {"--notrack", "--helper", "--ctevents", "--expevents", "--zone", "--zone-orig", "--zone-reply", "--timeout"},
    "DSCP": {"--set-dscp", "--set-dscp-class"},
    "ECN": {"--ecn-tcp-remove"},
    "IDLETIMER": {"--timeout", "--label", "--alarm"},
    "LED": {"--led-trigger-id", "--led-delay", "--led-always-blink"},
    "MARK": _MARKS,
    "NOTRACK": set(),
    "RATEEST": {"--rateest-name", "--rateest-interval", "--rateest-ewmalog"},
    "SECMARK": {"--selctx"},
    "SET": {
        "--add-set", "--del-set", "--map-set", "--exist", "--timeout", "--map-mark", "--map-prio", "--map-queue",
    },
    "TCPMSS": {"--set-mss", "--clamp-mss-to-pmtu"},
    "TCPOPTSTRIP": {"--strip-options"},
    "TOS": {"--set-tos", "--and-tos", "--or-tos", "--xor-tos"},
    "TRACE": set(),
}  # fmt: skip
# Others that are surely no chains: they translate, hand over, answer, or change what the host does next.
OTHER = {
    "CLUSTERIP", "DNAT", "DNPT", "HL", "HMARK", "MASQUERADE", "NETMAP", "NFQUEUE", "QUEUE", "REDIRECT", "SNAT", "SNPT",
    "SYNPROXY", "TEE", "TPROXY", "TTL",
}  # fmt: skip


def action(flag: Flag, options: Sequence[Flag], full: Callable[[str], str], chains: dict[str, object]) -> Action:
    """What a target does; `options` are the flags that are its own. `full` names a chain in full."""
    target = flag.values[0]
    if flag.name in ("-g", "--goto"):
        return Goto(_chain(target, options, full))
    if target in DECIDING:
        return DECIDING[target]
    if target == "REJECT":
        return REJECTED
    if target in PREFIXES:
        return Log(next((one.values[0] for one in options if one.name == PREFIXES[target] and one.values), ""))
    if target == "NOTRACK" or any(one.name == "--notrack" for one in options):
        return UNTRACKING
    if target in OPTIONS:
        return CONTINUED
    if target in OTHER or (target == target.upper() and (options or full(target) not in chains)):
        return Whatever(" ".join((f"-j {target}", *(one.text() for one in options))))
    return Jump(_chain(target, options, full))


def only(action: Action) -> list[Match]:
    """For which packets a target does anything."""
    return [State(frozenset({"untracked"}), negate=True)] if action is UNTRACKING else []


def _chain(name: str, options: Sequence[Flag], full: Callable[[str], str]) -> str:
    if options:
        raise Refused(f"`{name}` takes no `{options[0].name}`")
    return full(name)

"""One rule of fw4's: its options as matches and target.

From fw4's own source (`fw4.uc`, `parse_rule`; `rule.uc`). A rule without `proto` speaks of TCP and UDP, and ports of
other protocols are passed over: that is modelled. Refused is what fw4 ignores with a warning (an option that it does
not know, a rule with a bad value), and what its versions do not agree about: a side whose addresses are all of the
other family is any to some, while others skip the rule; `direction 'in'` is where a packet leaves to some.
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, NamedTuple

from segc.packets.fields import DPORT, ICMP, ICMP6, IIF, LAST_SECOND, PROTO, SOURCE, SPORT, TARGET, TIME, Spans, normal
from segc.packets.machine import Accept, Continue, Drop, Family, In, Interface, Log, Match, Refused, Rule, Unknown

from .._shared.reader_nft_time import moment

if TYPE_CHECKING:
    from segc.packets.machine import Action

    from .reader_uci import Section

SILENT = {"name", "_name", "enabled", "counter", "log", "target", "src", "dest", "family", "direction"}
MATCHED = {"device", "proto", "src_ip", "dest_ip", "src_port", "dest_port", "icmp_type"}
UNDECIDED = {"ipset", "helper", "src_mac", "mark", "dscp", "utc_time", "start_time", "stop_time", "weekdays"}
DATES = ("start_date", "stop_date")  # fmt: skip
REMEMBERING = {"limit", "limit_burst"}
PROTOCOLS = {"icmp": 1, "igmp": 2, "tcp": 6, "udp": 17, "dccp": 33, "gre": 47, "esp": 50, "ah": 51, "icmpv6": 58,
             "ipv6-icmp": 58, "ospf": 89, "comp": 108, "sctp": 132, "udplite": 136}  # fmt: skip
# fw4.uc, `ipv4_icmptypes` and `ipv6_icmptypes`: names that stand for one type, with all of its codes
TYPES = {
    "echo-reply": (0, 129), "pong": (0, 129), "destination-unreachable": (3, 1), "source-quench": (4, None),
    "redirect": (5, 137), "echo-request": (8, 128), "ping": (8, 128), "router-advertisement": (9, 134),
    "router-solicitation": (10, 133), "time-exceeded": (11, 3), "parameter-problem": (12, 4),
    "timestamp-request": (13, None), "timestamp-reply": (14, None), "address-mask-request": (17, None),
    "address-mask-reply": (18, None), "packet-too-big": (None, 2), "neighbour-solicitation": (None, 135),
    "neighbor-solicitation": (None, 135), "neighbour-advertisement": (None, 136),
    "neighbor-advertisement": (None, 136),
}  # fmt: skip
_PORT = re.compile(r"(!?)\s*(\d{1,5})(?:[-:](\d{1,5}))?", re.ASCII)
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}:\d{2}))?", re.ASCII)
_TYPE = re.compile(r"(\d{1,3})(?:/(\d{1,3}))?", re.ASCII)


class Sided(NamedTuple):
    """Values that may be, and those with `!` that may not."""

    wanted: Spans
    unwanted: Spans

    def matches(self, field: int) -> list[Match]:
        """Both as matches; nothing is asked where there are none."""
        found: list[Match] = [In(field, self.wanted)] if self.wanted else []
        return [*found, In(field, self.unwanted, negate=True)] if self.unwanted else found


def switched_on(section: Section, key: str, default: str) -> bool:
    """A boolean of fw4's."""
    value = section.options.get(key, default)
    if value in ("1", "on", "true", "yes"):
        return True
    if value in ("0", "off", "false", "no"):
        return False
    raise Refused(f"`{key}` is yes or no", section.line)


def made(section: Section, at: int, zone: str | None = None) -> list[Rule]:
    """The rules of a section, of both families and all its protocols. `at` counts sections of rules from 0.

    `zone` is the time zone of the router's clock, None where that is not known.
    """
    odd = section.keys() - SILENT - MATCHED - UNDECIDED - REMEMBERING - set(DATES)
    if odd:
        raise Refused(f"`{min(odd)}` is no option of a rule that this reader knows", section.line)
    around: list[Match] = [*_device(section), *_dates(section, zone)]
    around += [Unknown(f"{key} {' '.join(section.values(key))}") for key in sorted(section.keys() & UNDECIDED)]
    around += [Unknown(f"{key} in line {section.line}") for key in sorted(section.keys() & REMEMBERING)]
    found: list[Rule] = []
    for protocol in section.values("proto") or ["tcpudp"]:
        for number in _numbers(protocol.lower()):
            for family in _families(section, number):
                matches = (
                    Family(family),
                    *_protocol(section, number, protocol, family),
                    *_addresses(section, family),
                    *around,
                )
                found += _acted(section, matches, at)
    return found


def _acted(section: Section, matches: tuple[Match, ...], at: int) -> list[Rule]:
    target = section.options.get("target", "").lower()
    actions: dict[str, Action] = {"accept": Accept(), "drop": Drop(), "reject": Drop(reject=True), "": Continue()}
    if target not in actions:
        raise Refused(f"`{target}` is no target that this reader knows", section.line)
    found = []
    log = section.options.get("log", "0")
    if log not in ("0", "off", "false", "no"):
        own = section.options.get("name", f"@rule[{at}]")
        found.append(Rule(matches, Log(f"{own}: " if log in ("1", "on", "true", "yes") else log), section.line))
    return [*found, Rule(matches, actions[target], section.line)]


def _dates(section: Section, zone: str | None) -> list[Match]:
    """`meta time`, from one date to another, both included. What hours and weekdays mean hangs on when rules are loaded."""
    said = {key: section.options[key] for key in DATES if key in section.options}
    if not said:
        return []
    if zone is None:
        return [Unknown(" ".join(f"{key} {value}" for key, value in said.items()))]
    ends: list[int] = []
    for key, other in zip(DATES, (0, LAST_SECOND), strict=True):
        found = _DATE.fullmatch(said[key]) if key in said else None
        if key in said and found is None:
            raise Refused(f"`{said[key]}` is no date that every version of fw4 takes", section.line)
        ends.append(moment(zone, found[1], found[2] or "00:00:00", section.line) if found else other)
    return [In(TIME, ((max(ends[0], 0), ends[1]),) if ends[0] <= ends[1] else ())]


def _device(section: Section) -> list[Match]:
    name = section.options.get("device")
    if name is None:
        return []
    if "direction" in section.options:
        raise Refused("versions of fw4 do not agree what `direction` means", section.line)
    if name.removeprefix("!").strip() in ("", "*") or name.startswith("!"):
        raise Refused(f"`{name}` is no device that fw4 asks for", section.line)  # it forgets the `!`
    return [Interface(IIF, (name,))]


def _numbers(protocol: str) -> list[int | None]:
    """A protocol's number; None for any."""
    if protocol in ("all", "any", "*"):
        return [None]
    if protocol == "tcpudp":
        return [6, 17]
    number = PROTOCOLS.get(protocol, int(protocol) if re.fullmatch(r"\d{1,3}", protocol, re.ASCII) else 256)
    if number > 255:
        raise Refused(f"`{protocol}` is no protocol that this reader knows")
    return [number]


def _families(section: Section, number: int | None) -> list[int]:
    """Of which families fw4 makes rules: what is said, else what addresses and types of ICMP speak of."""
    said = section.options.get("family", "")
    if number == ICMP6:
        found = [6]
    elif said == "inet" or "4" in said:
        found = [4]
    elif "6" in said:
        found = [6]
    elif said in ("", "any", "all", "*"):
        found = [4, 6]
    else:
        raise Refused(f"`{said}` is no family", section.line)
    if said == "":
        texts = [*section.values("src_ip"), *section.values("dest_ip")]
        speaks = {6 if ":" in text else 4 for text in texts}
        if number in (ICMP, ICMP6):
            speaks |= {family for text in section.values("icmp_type") for family in (4, 6) if _icmp(text, family)}
        found = [family for family in found if family in speaks] or found
    for key in ("src_ip", "dest_ip"):
        texts = section.values(key)
        if any(not any((":" in text) == (family == 6) for text in texts) for family in found if texts):
            raise Refused(f"no address of `{key}` is of the rule's family: that may be any address", section.line)
    return found


def _protocol(section: Section, number: int | None, text: str, family: int) -> list[Match]:
    if number is None:
        return []
    negate = text.startswith("!")
    if number in (ICMP, ICMP6):
        number = ICMP if family == 4 and number == ICMP else ICMP6
    found: list[Match] = [In(PROTO, ((number, number),), negate)]
    if number in (6, 17):
        found += _ports(section, "src_port").matches(SPORT) + _ports(section, "dest_port").matches(DPORT)
    if number in (ICMP, ICMP6):
        kinds = normal([span for value in section.values("icmp_type") for span in _icmp(value, family)])
        found += [In(DPORT, kinds)] if kinds else []
    return found


def _ports(section: Section, key: str) -> Sided:
    wanted: list[tuple[int, int]] = []
    unwanted: list[tuple[int, int]] = []
    for text in section.values(key):
        found = _PORT.fullmatch(text)
        low, high = (int(found[2]), int(found[3] or found[2])) if found else (1, 0)
        if low > high or high > 65535:
            raise Refused(f"`{text}` is no port", section.line)
        (unwanted if text.startswith("!") else wanted).append((low, high))
    return Sided(normal(wanted), normal(unwanted))


def _icmp(text: str, family: int) -> Spans:
    """A type, by its name or number, perhaps with a code; nothing where a name is of the other family."""
    if text in TYPES:
        kind = TYPES[text][0 if family == 4 else 1]
        return () if kind is None else ((kind * 256, kind * 256 + 255),)
    found = _TYPE.fullmatch(text)
    if found is None or int(found[1]) > 255 or int(found[2] or 0) > 255:
        raise Refused(f"`{text}` is no type of ICMP that this reader knows")
    kind = int(found[1]) * 256
    return ((kind, kind + 255),) if found[2] is None else ((kind + int(found[2]), kind + int(found[2])),)


def _addresses(section: Section, family: int) -> list[Match]:
    found: list[Match] = []
    for key, field in (("src_ip", SOURCE), ("dest_ip", TARGET)):
        wanted: list[tuple[int, int]] = []
        unwanted: list[tuple[int, int]] = []
        for text in section.values(key):
            span = _address(text.removeprefix("!").strip(), family, section.line)
            if span is not None:
                (unwanted if text.startswith("!") else wanted).append(span)
        found += Sided(normal(wanted), normal(unwanted)).matches(field)
    return found


def _address(text: str, family: int, line: int) -> tuple[int, int] | None:
    """A host, a prefix or a range; None where it is of the other family."""
    low, dash, high = text.partition("-")
    try:
        if dash:
            one, other = ipaddress.ip_address(low), ipaddress.ip_address(high)
            if one.version != other.version or int(one) > int(other):
                raise Refused(f"`{text}` is no range", line)
            return (int(one), int(other)) if one.version == family else None
        net = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise Refused(f"`{text}` is no address", line) from None
    return (int(net.network_address), int(net.broadcast_address)) if net.version == family else None

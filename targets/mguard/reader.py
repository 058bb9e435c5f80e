"""What the tables of an mGuard's packet filter do, from a worksheet that has the columns of its web interface.

Tables are looked through from the top, the first rule that applies decides; what none applies to is dropped, as
is what would meet a table without rules. There is no grammar: a sheet is comma-separated values (RFC 4180).

Sources: Phoenix Contact, *Configuration of the mGuard security appliances* (UM EN MGUARD 8 and 10), "Network Security >>
Packet Filter": order, sessions, columns, ports as `110:120`, and names of log entries.
"""

from __future__ import annotations

import csv
import ipaddress
import re
from typing import TYPE_CHECKING

from segc.packets.fields import DPORT, ICMP, IIF, OIF, PROTO, SOURCE, SPORT, TARGET, TCP, UDP
from segc.packets.machine import Accept, Base, Drop, In, Interface, Jump, Log, Machine, Refused, Rule, State

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from segc.packets.machine import Match

COLUMNS = ["No.", "Table", "Protocol", "From IP", "From port", "To IP", "To port", "Action", "Comment", "Log"]
TABLES = {
    "incoming": ("external", "internal"),
    "outgoing": ("internal", "external"),
    "wan-dmz": ("external", "dmz"),
    "dmz-lan": ("dmz", "internal"),
    "dmz-wan": ("dmz", "external"),
    "lan-dmz": ("internal", "dmz"),
}
PROTOCOLS = {"TCP": TCP, "UDP": UDP, "ICMP": ICMP, "GRE": 47}
ACTIONS: dict[str, Accept | Drop] = {"Accept": Accept(), "Drop": Drop(), "Reject": Drop(reject=True)}


def role(name: str, text: str) -> str | None:
    """A worksheet stands by itself."""
    del name
    return "rules" if re.search(rf"^{re.escape(','.join(COLUMNS))}\r?$", text, re.MULTILINE) else None


def read(files: Mapping[str, str]) -> Machine:
    """The machine of one device."""
    unexpected = sorted(set(files) - {"rules"})
    if unexpected:
        raise Refused("is no worksheet of an mGuard", file=unexpected[0])
    machine = Machine()
    machine.chains["forward"] = [Rule((State(frozenset(("established", "related"))),), Accept(), 0, "rules")]
    machine.bases.append(Base("forward", "forward", 0, Drop(), (4,)))
    for text in files.values():
        _sheet(machine, text)
    return machine


def _sheet(machine: Machine, text: str) -> None:
    begun = False
    numbers = dict.fromkeys(TABLES, 0)
    for line, raw in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if not raw.strip() or raw.startswith("#"):
            continue
        try:
            cells = next(csv.reader([raw], strict=True))
            if not begun:
                begun = cells == COLUMNS
                if not begun:
                    raise Refused(f"a worksheet begins with `{','.join(COLUMNS)}`")  # noqa: TRY301
                continue
            table, rules = _row(cells, line, numbers)
        except (Refused, csv.Error) as why:
            raise Refused(str(getattr(why, "why", why)), line, "rules", raw) from None
        if table not in machine.chains:
            source, target = TABLES[table]
            where = (Interface(IIF, (source,)), Interface(OIF, (target,)))
            machine.chains[table] = []
            machine.chains["forward"].append(Rule(where, Jump(table), line, "rules"))
        machine.chains[table] += rules


def _row(cells: list[str], line: int, numbers: dict[str, int]) -> tuple[str, list[Rule]]:
    if len(cells) != len(COLUMNS):
        raise Refused(f"a rule has {len(COLUMNS)} cells, and here are {len(cells)}")
    row = dict(zip(COLUMNS, cells, strict=True))
    table = row["Table"]
    if table not in TABLES:
        raise Refused(f"there is no table `{table}`")
    numbers[table] += 1
    if row["No."] != str(numbers[table]):
        raise Refused(f"rule {numbers[table]} of the table `{table}` would come here")
    if row["Action"] not in ACTIONS or row["Log"] not in ("Yes", "No"):
        raise Refused("an action is Accept, Drop or Reject, and the log is Yes or No")
    matches = tuple(_matches(row))
    rules = [Rule(matches, ACTIONS[row["Action"]], line, "rules")]
    if row["Log"] == "Yes":
        rules.insert(0, Rule(matches, Log(f"fw-{table}-{numbers[table]}"), line, "rules"))
    return table, rules


def _matches(row: dict[str, str]) -> Iterator[Match]:
    yield from _address(SOURCE, row["From IP"])
    yield from _address(TARGET, row["To IP"])
    word = row["Protocol"]
    if word != "All":
        if word not in PROTOCOLS:
            raise Refused(f"`{word}` is no protocol of the packet filter")
        yield In(PROTO, ((PROTOCOLS[word],) * 2,))
    for at, column in ((SPORT, "From port"), (DPORT, "To port")):
        if word in ("TCP", "UDP"):
            yield from _ports(at, row[column])
        elif row[column]:  # the device does not look at them
            raise Refused("ports need TCP or UDP")


def _address(at: int, text: str) -> Iterator[Match]:
    try:
        net = ipaddress.IPv4Network(text, strict=False)
    except ValueError:
        raise Refused(f"`{text}` is no IPv4 address or network") from None
    if net.prefixlen:
        yield In(at, ((int(net.network_address), int(net.broadcast_address)),))


def _ports(at: int, text: str) -> Iterator[Match]:
    if text == "any":
        return
    found = re.fullmatch(r"(\d{1,5})(?::(\d{1,5}))?", text)
    low, high = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
    if not low <= high <= 65535:
        raise Refused(f"`{text}` is no port, and no range of ports")
    yield In(at, ((low, high),))

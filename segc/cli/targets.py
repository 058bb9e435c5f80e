"""`segc targets`: the kinds of firewall that segc writes for."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import click

from segc.cli import options

if TYPE_CHECKING:
    from segc.cli.output import Output
    from segc.targets.manifest import Capabilities, Manifest

GAP = "  "
TITLE = """# Targets

Made by `segc targets --format markdown`; the numbers are those of each `targets/NAME/target.toml`.

Every stable target is proved over the whole packet space on the shared plants, the examples and random plants, in
monitor, enforce and mixed. [Adding a target](adding-a-target.md) says how one more is made.
"""
ABILITIES = ("IPv4", "IPv6", "stateful", "groups", "windows", "expiry", "own-traffic", "counters")
HEAD = ("target", "status", *ABILITIES, "what it is")


@click.command("targets", short_help="kinds of firewall")
@options.answers("text", "json", "markdown")
def command(out: Output) -> int:
    """List the kinds of firewall that segc writes for, and what each can do.

    groups: one rule for many addresses; windows, expiry: grants open and close
    by the firewall's own clock; own-traffic: rules for who may reach the
    firewall itself; counters: how far its counts of hits can be trusted.

    A policy that needs what its firewall cannot do is not built. No target
    widens a rule, or leaves out a record, without a word.
    """
    from segc.targets.registry import targets

    found = list(targets().values())
    about = "".join(f"{one.name}: {one.summary}\n" for one in found)
    forms = {"text": lambda: f"{table([HEAD, *map(_cells, found)])}\n{about}", "markdown": lambda: page(found)}
    out.answer_as([one.model_dump(mode="json") for one in found], lambda form: forms[form]())
    return 0


def _cells(one: Manifest) -> tuple[str, ...]:
    can = one.can
    yes = [can.ipv4, can.ipv6, can.stateful, can.object_groups, can.windows, can.expiry, can.local_traffic]
    return (one.name, one.status, *("yes" if each else "no" for each in yes), can.counters, one.title)


def page(found: list[Manifest]) -> str:
    """docs/targets.md: all targets beside one another."""
    from segc.targets.registry import folder

    names = {"hook": "yes", "self": "yes", "address": "by address"}
    rows: list[tuple[str, ...]] = [
        ("target", "status", "sessions", "IPv6", "groups", "own traffic", "windows", "confirm", "records")
    ]
    for one in found:
        can = one.can
        rows.append(
            (
                f"[{one.name}](../targets/{folder(one.name)}/README.md)",
                f"{one.status}, {'proved' if one.status == 'stable' else 'see its page'}",
                "yes" if can.stateful else "no",
                *("yes" if each else "no" for each in (can.ipv6, can.object_groups)),
                names[can.own_traffic] if can.local_traffic else "no",
                _windows(can),
                one.operations.confirm,
                can.log,
            )
        )
    rows.insert(1, ("---",) * len(rows[0]))
    listed = "".join(f"| {' | '.join(row)} |\n" for row in rows)
    limits = "".join(_wrapped(f"- **{one.name}** ({one.title}): {one.summary}.{_implicit(one)}") for one in found)
    return f"{TITLE}\n{listed}\n## What each is, and what it does without being told\n\n{limits}"


def _windows(can: Capabilities) -> str:
    """Who opens and shuts grants."""
    if not can.windows:
        return "by a new build"
    if not can.dates:
        return "weeks by its clock, ends by a new build"
    return "by its clock" if can.clock == "local" else "yes"


def _wrapped(text: str) -> str:
    return textwrap.fill(text, 120, subsequent_indent="  ", break_on_hyphens=False, break_long_words=False) + "\n"


def _implicit(one: Manifest) -> str:
    session = f" Sessions: {one.can.session_kill}." if one.can.session_kill else ""
    return session + "".join(f" {each[0].upper()}{each[1:]}." for each in one.can.implicit)


def table(rows: list[tuple[str, ...]]) -> str:
    """Rows as columns of even width."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    padded = ([cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in rows)
    return "".join(GAP.join(cells).rstrip() + "\n" for cells in padded)

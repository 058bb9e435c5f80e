"""`segc targets`: the kinds of firewall that segc writes for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from segc.cli import options

if TYPE_CHECKING:
    from segc.cli.output import Output
    from segc.targets.manifest import Manifest

GAP = "  "
ABILITIES = ("IPv4", "IPv6", "stateful", "groups", "windows", "expiry", "own-traffic", "counters")
HEAD = ("target", "status", *ABILITIES, "what it is")


@click.command("targets", short_help="kinds of firewall")
@options.output("text", "json")
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
    if out.form == "json":
        import json

        out.answer(json.dumps([one.model_dump(mode="json") for one in found], indent=2) + "\n")
        return 0
    about = "".join(f"{one.name}: {one.summary}\n" for one in found)
    out.answer(f"{table([HEAD, *map(_cells, found)])}\n{about}")
    return 0


def _cells(one: Manifest) -> tuple[str, ...]:
    can = one.can
    yes = [can.ipv4, can.ipv6, can.stateful, can.object_groups, can.windows, can.expiry, can.local_traffic]
    return (one.name, one.status, *("yes" if each else "no" for each in yes), can.counters, one.title)


def table(rows: list[tuple[str, ...]]) -> str:
    """Rows as columns of even width."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    padded = ([cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in rows)
    return "".join(GAP.join(cells).rstrip() + "\n" for cells in padded)

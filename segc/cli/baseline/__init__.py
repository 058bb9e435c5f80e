"""`segc baseline`: what the plant's own logs show, one module a verb."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import click

from segc.cli.output import NO_ANSWER, say
from segc.cli.verbs import Loaded

if TYPE_CHECKING:
    from collections.abc import Mapping

# Name of the verb, the module whose `command` it is, what it is for.
VERBS = {
    "learn": ("segc.cli.baseline.learn", "read logs into a baseline"),
    "compare": ("segc.cli.baseline.compare", "what was seen, against the policy"),
    "inventory": ("segc.cli.baseline.inventory", "the declared machines, against those that talk"),
    "status": ("segc.cli.baseline.status", "which conduits are ready to be enforced"),
    "draft": ("segc.cli.baseline.draft", "write .zone text for what no flow permits"),
    "drift": ("segc.cli.baseline.drift", "what changed: new, silent, another pace"),
    "export": ("segc.cli.baseline.export", "the policy as rules of Zeek or Suricata"),
}


class Verbs(Loaded):
    """Lists verbs without loading them."""

    modules: ClassVar[Mapping[str, str]] = {name: module for name, (module, _) in VERBS.items()}

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The verbs, without loading them."""
        with formatter.section("verbs"):
            formatter.write_dl([(name, told) for name, (_, told) in VERBS.items()])


@click.group("baseline", cls=Verbs, invoke_without_command=True, subcommand_metavar="VERB ...", options_metavar="[-h]")
@click.pass_context
def command(ctx: click.Context) -> int:
    """What the plant's own logs show: learn it before anything is enforced."""
    if ctx.invoked_subcommand is None:
        say(ctx.get_help())
        return NO_ANSWER
    return 0

"""`segc baseline`: what the plant's own logs show, one module a verb."""

from __future__ import annotations

from importlib import import_module
from typing import cast

import click

from segc.cli.naming import no_verb
from segc.cli.output import NO_ANSWER, say

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


class Verbs(click.Group):
    """Loads a verb's module when the verb is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Names of all verbs."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The verb of a name."""
        verb = VERBS.get(cmd_name)
        return None if verb is None else cast("click.Command", import_module(verb[0]).command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The verb that is meant; did-you-mean where there is none."""
        name = args[0]
        if name not in VERBS and not name.startswith("-"):
            raise click.UsageError(no_verb(name, VERBS), ctx)
        return super().resolve_command(ctx, args)

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

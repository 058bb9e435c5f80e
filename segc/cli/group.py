"""The group of verbs: found by name and loaded when called; and what stops a verb, as exit codes."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, cast

import click

from segc import __version__
from segc._data import MissingData
from segc.cli import GROUPS, INTERRUPTED, VERBS
from segc.cli.output import Output, prepare, say
from segc.diagnostics import SegcError
from segc.lang.suggest import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

CANNOT_ANSWER = 2
ABOUT = "Compile IEC 62443 zone-and-conduit policies to firewall configurations."
EXIT_CODES = "Exit codes: 0 all is well, 1 the policy says no, 2 no answer is possible, 4 a fault in segc itself."
SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class Verbs(click.Group):
    """Loads a verb's module when the verb is called; lists verbs by what people do with them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Names of all verbs."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The verb of a name."""
        verb = VERBS.get(cmd_name)
        return None if verb is None else cast("click.Command", import_module(verb.module).command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The verb that is meant; did-you-mean where there is none."""
        name = args[0]
        if name not in VERBS and not name.startswith("-"):
            close = nearest(name, VERBS)
            meant = f"; did you mean `{close}`?" if close else ""
            raise click.UsageError(f"there is no verb `{name}`{meant}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The verbs, group by group."""
        for group in GROUPS:
            rows = [(name, verb.help) for name, verb in VERBS.items() if verb.group == group]
            if rows:
                with formatter.section(group):
                    formatter.write_dl(rows, col_max=14)


@click.group(
    "segc",
    cls=Verbs,
    context_settings=SETTINGS,
    invoke_without_command=True,
    options_metavar="[-h]",
    help=ABOUT,
    epilog=EXIT_CODES,
    subcommand_metavar="VERB ...",
)
@click.version_option(__version__, message="segc %(version)s", help="Show the version.")
@click.pass_context
def group(ctx: click.Context) -> int:
    """Show help where no verb is given; the verb does the rest."""
    if ctx.invoked_subcommand is None:
        say(ctx.get_help())
        return CANNOT_ANSWER
    return 0


def invoke(arguments: Sequence[str]) -> int:
    """Run the group; what is no answer becomes a few words on stderr."""
    prepare()
    try:
        code = group.main(list(arguments), prog_name="segc", standalone_mode=False)
    except click.exceptions.Abort:
        return INTERRUPTED
    except click.ClickException as problem:
        return _usage(problem)
    except SegcError as problem:
        Output(stream=sys.stderr).report(problem.diagnostics, summary=False)
        return problem.code
    except MissingData as problem:
        say(f"segc: {problem}; install it again")
        return CANNOT_ANSWER
    if not isinstance(code, int):
        raise TypeError("a verb ended without an exit code")
    return code


def _usage(problem: click.ClickException) -> int:
    """A click error in our manner: small letter, no stop, and where to read on."""
    context = getattr(problem, "ctx", None)
    path = context.command_path if context is not None else "segc"
    message = " ".join(problem.format_message().split()).removesuffix(".").replace(". Did you", "; did you")
    say(f"{path}: {message[:1].lower()}{message[1:]}\ntry `{path} -h`")
    return CANNOT_ANSWER

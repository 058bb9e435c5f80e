"""The group of verbs: found by name and loaded when called; and what stops a verb, as exit codes."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING, ClassVar

import click

from segc import __version__
from segc._data import MissingData
from segc.cli import GROUPS, INTERRUPTED, VERBS
from segc.cli.output import Output, prepare, say, unwritten
from segc.cli.verbs import Loaded
from segc.diagnostics import SegcError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CANNOT_ANSWER = 2
ABOUT = "Compile IEC 62443 zone-and-conduit policies to firewall configurations."
EXIT_CODES = "Exit codes: 0 all is well, 1 the policy says no, 2 no answer is possible, 4 a fault in segc itself."
SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class Verbs(Loaded):
    """Lists verbs by what people do with them."""

    modules: ClassVar[Mapping[str, str]] = {name: verb.module for name, verb in VERBS.items()}

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
        return _stopped(problem)
    except OSError as problem:
        if isinstance(problem, BrokenPipeError) or not _is_of_click(problem):
            raise
        return _stopped(unwritten(sys.stdout, os.strerror(problem.errno or 0).lower()))
    except MissingData as problem:
        say(f"segc: {problem}; install it again")
        return CANNOT_ANSWER
    if not isinstance(code, int):
        raise TypeError("a verb ended without an exit code")
    return code


def _stopped(problem: SegcError) -> int:
    Output(stream=sys.stderr).report(problem.diagnostics, summary=False)
    return problem.code


def _is_of_click(problem: OSError) -> bool:
    """Did click meet it, which opens no file, and writes only help and the version?"""
    trace = problem.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and str(trace.tb_frame.f_globals.get("__name__")).startswith("click.")


def _usage(problem: click.ClickException) -> int:
    """A click error in our manner: small letter, no stop, and where to read on."""
    context = getattr(problem, "ctx", None)
    path = context.command_path if context is not None else "segc"
    message = " ".join(problem.format_message().split()).removesuffix(".").replace(". Did you", "; did you")
    say(f"{path}: {_small(message)}\ntry `{path} -h`")
    return CANNOT_ANSWER


def _small(message: str) -> str:
    """With a small first letter, unless that is of a word in capitals."""
    return message if re.match(r"[A-Z]{2}", message) else f"{message[:1].lower()}{message[1:]}"

"""Options that several verbs have, each written once."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from segc.cli.moment import moment
from segc.cli.output import Output
from segc.report import FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

LEVELS = ("error", "warning", "hint")
COLORS = ("auto", "always", "never")


def path(command: Callable[..., int]) -> Callable[..., int]:
    """PATH: the plant."""
    return click.argument("path", default=".", metavar="[PATH]")(command)


def at(command: Callable[..., int]) -> Callable[..., int]:
    """--at TIME: the moment that everything is judged for, as a datetime in UTC."""
    help_text = "Judge for this moment: an ISO date or time, in UTC where it has no offset. Default: now."
    return click.option("--at", metavar="TIME", callback=_moment, help=help_text)(command)


def _moment(ctx: click.Context, _parameter: click.Parameter, value: str | None) -> datetime:
    try:
        return moment(value)
    except ValueError as problem:
        raise click.UsageError(str(problem), ctx) from None


def fail_level(command: Callable[..., int]) -> Callable[..., int]:
    """--fail-level: from which weight on findings make the exit code 1."""
    help_text = "From which weight on findings make the exit code 1."
    return _choice("--fail-level", LEVELS, help_text)(command)


def _choice(name: str, choices: tuple[str, ...], help: str) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """An option that takes one of a few words, by default the first."""
    return click.option(name, type=click.Choice(choices), default=choices[0], show_default=True, help=help)


def output(*forms: str, file: bool = True) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """--format, --output, --color, -q and -v, which the verb gets as one `Output` called `out`."""
    options = [
        _choice("--format", forms or tuple(FORMATS), "How to write the answer.") if len(forms) != 1 else None,
        click.option("--output", "file", metavar="FILE", help="Write the answer there.") if file else None,
        _choice("--color", COLORS, "Colours in text; NO_COLOR and FORCE_COLOR count too."),
        click.option("-q", "--quiet", is_flag=True, help="Say no more than the answer."),
        click.option("-v", "--verbose", is_flag=True, help="Say what is being done, and show hints."),
    ]

    def decorate(command: Callable[..., int]) -> Callable[..., int]:
        @wraps(command)
        def with_output(
            *,
            color: str,
            quiet: bool,
            verbose: bool,
            format: str = "text",
            file: str | None = None,
            **others: Any,
        ) -> int:
            return command(out=Output(format, file, color, quiet=quiet, verbose=verbose), **others)

        for option in reversed(options):
            if option is not None:
                with_output = option(with_output)
        return with_output

    return decorate

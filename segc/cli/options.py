"""Options that several verbs have, each written once."""

from __future__ import annotations

from dataclasses import replace
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from segc.catalogue import PERSONAS
from segc.cli.in_use import refuse
from segc.cli.moment import moment
from segc.cli.output import Output
from segc.cli.sinks import sinks
from segc.diagnostics import SegcError
from segc.report import FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
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


def baseline(command: Callable[..., int]) -> Callable[..., int]:
    """--baseline DIR: what `segc baseline learn` made, as the verb's `folder`."""
    help_text = "What `segc baseline learn` made."
    return click.option("--baseline", "folder", default="baseline", show_default=True, metavar="DIR", help=help_text)(
        command
    )


def with_way_out(problem: SegcError) -> SegcError:
    """Where no plant was named and there is none here: how this verb is told which."""
    context = click.get_current_context()
    if context.get_parameter_source("path") is not click.core.ParameterSource.DEFAULT:
        return problem
    [parameter] = [one for one in context.command.params if one.name == "path"]
    how = "--plant PATH" if isinstance(parameter, click.Option) else "PATH"
    help_text = f"name the plant, its folder or its root file: {context.command_path} ... {how}"
    found = [
        replace(one, help=help_text) if one.name == "unreadable-file" and not one.labels and not one.help else one
        for one in problem.diagnostics
    ]
    return SegcError(found, code=problem.code)


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
    names = ("-f", name) if name == "--format" else (name,)
    return click.option(*names, type=click.Choice(choices), default=choices[0], show_default=True, help=help)


def persona(command: Callable[..., int]) -> Callable[..., int]:
    """--persona: for whom findings are looked for; None where it is not given."""
    help_text = "What every day needs, or also what only audits ask for. Default: as segc.toml says, else day."
    return click.option("--persona", type=click.Choice(PERSONAS), help=help_text)(command)


FILE_HELP = "Write the answer there."
REPORT_HELP = "Write the answer there; FORMAT=FILE writes it there in that format as well. Repeatable."
BESIDE_HELP = "Also write what was found there. Repeatable."


def answers(*forms: str) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """As `output`, for a verb that writes its answer in several formats at once (`Output.answer_as`)."""
    return output(*forms, reports=forms, findings=False)


def output(
    *forms: str, file: bool = True, reports: Sequence[str] = (), findings: bool = True, drafts: bool = False
) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """--format, --output, --color, -q and -v, which the verb gets as one `Output` called `out`.

    `reports` are the formats of FORMAT=FILE. Without `file`, --output takes nothing else: the answer is no report.
    Without `findings`, FORMAT=FILE is the answer as well, and holds what was written to it last where there is none.
    `drafts`: see `segc.cli.in_use.refuse`.
    """
    metavar, help_text = ("[FORMAT=]FILE", REPORT_HELP) if reports else ("FILE", FILE_HELP)
    if not file:
        metavar, help_text = "FORMAT=FILE", f"{BESIDE_HELP} FORMAT: {', '.join(reports)}."
    options = [
        _choice("--format", forms or tuple(FORMATS), "How to write the answer.") if len(forms) != 1 else None,
        click.option("--output", "outputs", multiple=True, metavar=metavar, help=help_text)
        if file or reports
        else None,
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
            outputs: tuple[str, ...] = (),
            **others: Any,
        ) -> int:
            places = sinks(format, outputs, reports, bare=file)
            refuse([place.file for place in places if place.file is not None], drafts=drafts)
            told = findings and bool(reports)
            out = Output(format, places, color, quiet=quiet, verbose=verbose, findings=told)
            try:
                return command(out=out, **others)
            except SegcError as problem:
                failed = with_way_out(problem)
                out.report_failure(failed)
                raise failed from None

        for option in reversed(options):
            if option is not None:
                with_output = option(with_output)
        return with_output

    return decorate

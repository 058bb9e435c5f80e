"""A group of verbs, each loaded when it is called."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, ClassVar, cast

import click

from segc.cli.naming import no_verb

if TYPE_CHECKING:
    from collections.abc import Mapping


class Loaded(click.Group):
    """Loads a verb's module when the verb is called. `modules` names that of each, whose `command` the verb is."""

    modules: ClassVar[Mapping[str, str]]

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Names of all verbs."""
        return list(self.modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The verb of a name."""
        module = self.modules.get(cmd_name)
        return None if module is None else cast("click.Command", import_module(module).command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The verb that is meant; did-you-mean where there is none."""
        name = args[0]
        if name not in self.modules and not name.startswith("-"):
            raise click.UsageError(no_verb(name, self.modules), ctx)
        return super().resolve_command(ctx, args)

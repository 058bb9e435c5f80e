"""The command line: `segc VERB`. One module a verb; only this package prints or exits.

Nothing heavy is imported here. Which verbs there are, and what each is for,
stands in `VERBS`, so that `segc -h` loads none of them.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

INTERRUPTED = 130
PIPE_CLOSED = 141
GROUPS = ("write", "understand", "change", "operate")


class Verb(NamedTuple):
    """Where `segc -h` lists a verb, the module whose `command` it is, and what it is for."""

    group: str
    module: str
    help: str


VERBS = {
    "check": Verb("write", "segc.cli.check", "judge a policy; --fix puts right what can be put right safely"),
    "fmt": Verb("write", "segc.cli.fmt", "put .zone files into the one style"),
    "explain": Verb("understand", "segc.cli.explain", "what a finding, a word or a service means"),
    "query": Verb("understand", "segc.cli.query", "what becomes of some packets, and which line says so"),
    "blast": Verb("understand", "segc.cli.blast", "what one who holds a machine, zone or grant could reach"),
    "flatness": Verb("understand", "segc.cli.flatness", "how flat the plant is, and what is exposed"),
    "graph": Verb("understand", "segc.cli.graph", "the plant picture: zones by level, conduits, grants"),
    "targets": Verb("understand", "segc.cli.targets", "which firewalls segc writes for, what each can do"),
    "plan": Verb("change", "segc.cli.plan", "what a change would stop and open, for every packet"),
    "diff": Verb("change", "segc.cli.diff", "the same between two folders"),
    "test": Verb("change", "segc.cli.test", "does what the policy asserts of itself hold?"),
    "build": Verb("change", "segc.cli.build", "write the configuration of every firewall, proved"),
    "verify": Verb("change", "segc.cli.verify", "prove that files mean what the policy says"),
    "grants": Verb("operate", "segc.cli.grants", "who has temporary access, and until when"),
    "owners": Verb("operate", "segc.cli.owners", "who answers for what, and who may stop or cut off what"),
    "isolate": Verb("operate", "segc.cli.isolate", "cut a zone off: files and a runbook, proved ahead of time"),
    "baseline": Verb("operate", "segc.cli.baseline", "what the logs of the plant show: learn before you block"),
    "promote": Verb("operate", "segc.cli.promote", "from recording to enforcing, on evidence"),
    "watch": Verb("operate", "segc.cli.watch", "alerts from a log as it grows, for a SIEM"),
    "report": Verb("operate", "segc.cli.report", "the plant as one page: picture, figures, evidence, runbooks"),
    "drift": Verb("operate", "segc.cli.drift", "is what runs on a firewall still what the policy says?"),
}


def main() -> int:
    """The program. Gives its exit code: 0, 1, 2 or 4; 130 when interrupted."""
    # A run lasts a second, and nearly all that it makes lives to its end. Looking for garbage in between
    # costs a fifth of the time that a big plant takes, and finds none.
    import gc

    gc.disable()
    return run(sys.argv[1:])


def run(arguments: Sequence[str]) -> int:
    """Run `segc` with these arguments. Whatever happens ends in an exit code, and never in a traceback."""
    try:
        from segc.cli.group import invoke

        return invoke(arguments)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return PIPE_CLOSED
    except Exception as problem:  # noqa: BLE001 - the last line of defence
        from segc.cli.fault import report

        return report(problem)

"""Child processes: commands in a namespace, and children that end with their parent."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

TIMEOUT = 120.0
"""Seconds after which a command is taken for stuck."""


def unshare() -> list[str]:
    """The command prefix that gives a program a network namespace of its own."""
    return ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-Urn"]


def enter(pid: int) -> list[str]:
    """The command prefix that runs a program in the namespaces of a process started with `unshare()`."""
    user = [] if os.geteuid() == 0 else ["--user", "--preserve-credentials"]
    return ["nsenter", f"--target={pid}", *user, "--net"]


def environment() -> dict[str, str]:
    """This process's environment, but with a lock of iptables for each namespace.

    The usual one is the whole machine's: tests would wait for each other, and only root may take it.
    """
    return {"XTABLES_LOCKFILE": "/proc/self/ns/net", **os.environ}


def run(argv: Sequence[str], *, text: str | None = None, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run a command with `text` as its input, else an empty one.

    CalledProcessError, with what the command printed as a note, when it fails and `check` is set.
    """
    done = subprocess.run(
        argv,
        input=text or "",
        env=environment(),
        text=True,
        capture_output=True,
        timeout=TIMEOUT,
        check=False,
    )
    if check and done.returncode:
        error = subprocess.CalledProcessError(done.returncode, done.args, done.stdout, done.stderr)
        error.add_note(done.stdout + done.stderr)
        raise error
    return done


def stop(child: subprocess.Popen[str]) -> None:
    """End a child and all that it started in its session, and close its pipes."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    for pipe in child.stdin, child.stdout, child.stderr:
        if pipe is not None:
            with contextlib.suppress(BrokenPipeError):
                pipe.close()

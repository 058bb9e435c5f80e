"""Real hosts beside the firewall, each in a network namespace of its own."""

from __future__ import annotations

import subprocess
from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

from tests.kernel.processes import enter, environment, run, stop

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType


class Host:
    """A context manager: a namespace that lives until it is left, with everything started in it."""

    def __init__(self, prefix: Sequence[str]) -> None:
        """`prefix` is a command that runs another in the firewall's namespaces."""
        self._prefix = prefix
        self._stack = ExitStack()
        self._pid = 0

    def __enter__(self) -> Self:
        # `cat` ends with this process, however that ends: its input is then at an end.
        holder = subprocess.Popen(
            [*self._prefix, "unshare", "--net", "sh", "-c", "echo; exec cat"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip
        self._stack.callback(stop, holder)
        assert holder.stdout is not None
        holder.stdout.readline()
        self._pid = holder.pid
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def pid(self) -> int:
        """A process in the host's namespace."""
        return self._pid

    def run(
        self,
        *argv: str,
        input: str | None = None,  # noqa: A002 - as subprocess calls it
        check: bool = True,
    ) -> subprocess.CompletedProcess[str]:
        """Run a command on the host and wait for its end; as Lab.run."""
        return run([*enter(self._pid), *argv], text=input, check=check)

    def popen(self, *argv: str) -> subprocess.Popen[str]:
        """Start a command on the host, with text pipes for input, output, errors. It ends with the host."""
        child = subprocess.Popen(
            [*enter(self._pid), *argv], env=environment(), text=True, start_new_session=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        self._stack.callback(stop, child)
        return child

    def connect(self, address: str, gateway: str) -> None:
        """Bring up `lo` and `eth0`, with an address (with prefix length) and a default route."""
        # Its own IPv6 addresses must be usable at once, not after the search for a twin.
        settings = "for s in all default eth0; do echo 0 >/proc/sys/net/ipv6/conf/$s/accept_dad; done"
        self.run("sh", "-c", settings)
        version, nodad = ("-6", ["nodad"]) if ":" in address else ("-4", [])
        self.run("ip", "link", "set", "dev", "lo", "up")
        self.run("ip", "link", "set", "dev", "eth0", "up")
        self.run("ip", version, "address", "add", address, "dev", "eth0", *nodad)
        self.run("ip", version, "route", "add", "default", "via", gateway)

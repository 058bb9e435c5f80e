"""What the tests of the operations scripts share: a machine of their own, and artefact folders to run on it.

A `Machine` is a set of namespaces (network, mounts, processes) that ends with all that was started in it.
Root makes them directly; where the kernel lets ordinary users do so, a user namespace comes first.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from shutil import which

import jinja2
import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ("preflight", "apply", "confirm", "rollback")
VARIABLES = {
    "firewall": "line3-fw",
    "interfaces": ["lo"],
    "has_ipset": False,
    "expect_confirm_seconds": 120,
    "monitor_only": False,
    "manages_input": False,
    "policy_digest": "sha256:0f1e2d3c",
}
NEEDED = ("unshare", "nsenter", "flock", "setsid", "sha256sum", "ip", "nft", "ipset")
PATH = f"{os.environ['PATH']}:/usr/sbin:/sbin"
NAMESPACES = ["--net", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child"]


@cache
def isolation() -> list[str] | None:
    """How to start a program in namespaces of its own here; None where that can't be done."""
    for user in ([], ["--user", "--map-root-user"]):
        command = ["unshare", *user, *NAMESPACES]
        try:
            if subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0:
                return command
        except FileNotFoundError:
            return None
    return None


def need(*tools: str) -> None:
    """Skip the test, or fail it when SEGC_REQUIRE_KERNEL=1, where the kernel or a tool is not to be had."""
    missing = [tool for tool in (*NEEDED, *tools) if which(tool, path=PATH) is None]
    if missing:
        reason = f"not installed: {', '.join(missing)}"
    elif isolation() is None:
        reason = "no network namespaces here"
    else:
        return
    if os.environ.get("SEGC_REQUIRE_KERNEL") == "1":
        pytest.fail(f"SEGC_REQUIRE_KERNEL=1, but {reason}", pytrace=False)
    pytest.skip(reason)


def texts(target: str, variables: Mapping[str, object], *, trim: bool = True) -> dict[str, str]:
    """The four scripts of a target, rendered."""
    folders = [ROOT / "targets" / target, ROOT / "targets" / "_shared"]
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folders),
        undefined=jinja2.StrictUndefined,
        trim_blocks=trim,
        lstrip_blocks=trim,
        autoescape=False,  # noqa: S701
    )
    values = {**VARIABLES, **variables}
    return {name: environment.get_template(f"{name}.sh.j2").render(values) + "\n" for name in SCRIPTS}


def artefact(target: str, folder: Path, rules: dict[str, str], **variables: object) -> Path:
    """A folder as the compiler leaves it: rule files, scripts and their checksums."""
    folder.mkdir(parents=True)
    files = {**rules, **texts(target, {"has_ipset": "ipset.rules" in rules, **variables})}
    sums = ""
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
        sums += f"{hashlib.sha256(text.encode()).hexdigest()}  {name}\n"
    (folder / "sha256sums").write_text(sums, encoding="utf-8")
    return folder


class Machine:
    """A machine to apply rules on; `shims` goes first in its PATH."""

    def __init__(self, holder: int, tmp: Path) -> None:
        self.holder = holder
        self.state = tmp / "state"
        self.shims = tmp / "shims"
        self.shims.mkdir()
        self.environment = {
            "PATH": f"{self.shims}:{PATH}",
            "SEGC_STATE": str(self.state),
            "XTABLES_LOCKFILE": str(tmp / "xtables.lock"),
        }

    def run(self, *command: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command there, whatever comes of it."""
        user = ["--user", "--preserve-credentials"] if "--user" in (isolation() or []) else []
        enter = ["nsenter", "--target", str(self.holder), *user, "--net", "--mount", "--pid"]
        return subprocess.run(
            [*enter, *map(str, command)],
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def sh(self, text: str) -> str:
        """Run shell text there that must succeed; what it says."""
        done = self.run("sh", "-ec", text)
        assert done.returncode == 0, f"{text}\n{done.stdout}{done.stderr}"
        return done.stdout

    def script(self, folder: Path, name: str, *arguments: str, ok: bool = True) -> str:
        """Run one of the four scripts; what it says, on both channels."""
        done = self.run("sh", folder / name, *arguments)
        said = done.stdout + done.stderr
        assert (done.returncode == 0) is ok, f"{name} ended with {done.returncode}:\n{said}"
        return said

    def shim(self, name: str, text: str) -> None:
        """Put a program of our own in front of the machine's."""
        (self.shims / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        (self.shims / name).chmod(0o755)

    @property
    def last(self) -> Path:
        """The state folder of the last apply."""
        return Path((self.state / "last").read_text(encoding="utf-8").strip())

    @property
    def status(self) -> str:
        """What has become of the last apply."""
        return (self.last / "status").read_text(encoding="utf-8").strip()

    def filters(self) -> str:
        """Both families' filter tables, without counters and comment lines."""
        saved = self.sh("iptables-save -t filter; ip6tables-save -t filter")
        return re.sub(r"\[\d+:\d+\]", "", re.sub(r"(?m)^#.*\n", "", saved))

    def ruleset(self) -> str:
        """All of nft, without counters."""
        return self.sh("nft -s list ruleset")


@contextmanager
def machine(tmp: Path) -> Iterator[Machine]:
    """A new machine, gone at the end with everything that runs on it."""
    command = isolation()
    assert command is not None
    # The host's /run would lead to its systemd. Process 1 also buries orphans.
    ready = "mount -t tmpfs none /run && ip link set lo up && echo ready; while sleep 0.5; do :; done"
    with subprocess.Popen([*command, "sh", "-c", ready], stdout=subprocess.PIPE, text=True) as outer:
        assert outer.stdout is not None
        assert outer.stdout.readline() == "ready\n"
        try:
            yield Machine(child_of(outer.pid), tmp)
        finally:
            outer.kill()


def child_of(parent: int) -> int:
    """The process that `parent` has started."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent:
            return int(stat.parent.name)
    raise LookupError(parent)


def wait_until(true: Callable[[], bool], seconds: float = 15) -> None:
    """Wait for something that a timer does."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)

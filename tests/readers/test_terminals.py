"""What a terminal adds to an export is left out and said; what may be a command is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from segc.diagnostics import SegcError
from segc.proof.running import running
from segc.proof.verified import Verified
from segc.targets import registry
from tests.conformance.cases import AT, built, plant

IOS = "Building configuration...\n\nCurrent configuration : 4242 bytes\n!\n"
NXOS = "\n!Command: show running-config\n!Time: Mon Nov  2 10:00:01 2026\n\nversion 10.2(3) Bios:version 05.45\n"
FORTIOS = "#config-version=FGVM64-7.4.11-FW-build2662-240514:opmode=0:vdom=0:user=admin\n"
FLOW = "set security forwarding-options family inet6 mode flow-based\n"
# A prompt, a command that shows, what the box says before the rules, and how the pager marks a page.
CASES = {
    "arista-eos": ("sw1#", "show running-config", "", " --More-- \x08\x08\x08        \x08\x08\x08"),
    "cisco-asa": ("fw/admin# ", "show running-config", "", "<--- More --->\r              \r"),
    "cisco-ios": ("router#", "show running-config", IOS, " --More-- \x08\x08\x08\x08        \x08\x08\x08\x08"),
    "cisco-ios-xe": ("r-1.plant#", "sh run", IOS, " --More-- \r        \r"),
    "cisco-nxos": ("switch# ", "show run", NXOS, "--More--\n"),
    "fortios": ("FGT60 (root) # ", "show", FORTIOS, "--More-- \r         \r"),
    "juniper-srx": ("admin@srx> ", "show configuration | display set", FLOW, "---(more 45%)---\r      \r"),
    "openwrt": ("root@OpenWrt:~# ", "uci export firewall", "package firewall\n", "--More--\n"),
    "routeros": (
        "[admin@MikroTik] > ",
        "/export terse",
        "# 2026-11-02 10:00:00 by RouterOS 7.16\n",
        "-- [Q quit|D dump|down]\x1b[K",
    ),
    "vyos": ("vyos@vyos:~$ ", "show configuration commands", "", "--More--\n"),
}


def rules(target: str) -> str:
    return built("basic", target, "declared").built[0].texts()["rules"]


def drifted(target: str, raw: bytes, folder: Path) -> Verified:
    path = folder / "running.txt"
    path.write_bytes(raw)
    return running(plant("basic", target), [str(path)], AT, "declared", "fw")


def words(target: str, text: str, folder: Path) -> str:
    try:
        return drifted(target, text.encode(), folder).words
    except SegcError as problem:
        return f"refused: {problem.diagnostics[0].message}"


def session(target: str) -> str:
    """All that a terminal may add."""
    prompt, show, said, pager = CASES[target]
    lines = rules(target).split("\n")
    heads = [at for at, line in enumerate(lines) if at > 9 and line[:1].isalpha()]  # where a page may begin
    lines[heads[0]] = pager + lines[heads[0]]
    return f"{prompt}{show}\n{said}" + "\n".join(lines) + f"\n{prompt}exit\n{prompt}"


@pytest.mark.parametrize("form", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("target", CASES)
def test_what_a_terminal_adds_is_left_out_and_said(target: str, form: str, tmp_path: Path) -> None:
    text = session(target)
    raw = (text.replace("\n", "\r\n") if form != "utf-8" else text).encode(form)
    found = drifted(target, raw, tmp_path)
    assert found.words.startswith("equal"), [(one.message, one.notes) for one in found.found]
    [said] = [one for one in found.found if "left out" in one.message]
    assert "line 1: " in str(said.notes)


@pytest.mark.parametrize("target", CASES)
def test_a_prompt_with_a_command_that_may_change_something_is_judged(target: str, tmp_path: Path) -> None:
    prompt = CASES[target][0]
    assert not words(target, f"{session(target)}reload\n{prompt}", tmp_path).startswith("equal")


@pytest.mark.parametrize("target", CASES)
def test_a_line_that_only_looks_like_a_prompt_is_judged(target: str) -> None:
    """In the middle, and of no prompt at which something was shown: the end of a banner may look so."""
    text = rules(target)
    kept = registry.sections(target, "x", f"{text}\nprohibited#\n{text}")[0]
    assert "prohibited#" in "".join(kept.values())


@pytest.mark.parametrize("target", CASES)
def test_two_devices_in_one_file_are_refused(target: str, tmp_path: Path) -> None:
    prompt, show, *_ = CASES[target]
    other = prompt.replace("MikroTik", "b").replace("@", "@b") if "@" in prompt else f"b{prompt}"
    found = words(target, f"{session(target)}\n{other}{show}\n{rules(target)}", tmp_path)
    assert found.startswith("refused")
    assert "another device's" in found


@pytest.mark.parametrize("target", CASES)
def test_lines_keep_their_numbers(target: str) -> None:
    prompt, show, *_ = CASES[target]
    text = f"{prompt}{show}\n{rules(target)}"
    [kept] = registry.sections(target, "x", text)[0].values()
    assert kept.split("\n")[1:] == text.split("\n")[1:]

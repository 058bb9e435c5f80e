"""`segc check --fix`: what it changes, what it leaves, and files that are written whole or not at all."""

from __future__ import annotations

import errno
import io
import json
import os
import stat
import subprocess
from pathlib import Path

import pytest

from segc.cli import fixes
from segc.diagnostics import Diagnostic, Edit, Fix, Label, SegcError
from segc.source import Source, Span
from tests.cli.running import Runner

TEXT = "zone a {\n  knd control\n}\n"


def fault(source: Source, *edits: tuple[int, int, str], safe: bool = True, title: str = "do it") -> Diagnostic:
    """A finding with one fix, of these edits."""
    made = tuple(Edit(Span(source, start, end), text) for start, end, text in edits)
    return Diagnostic("unknown-word", "no", (Label(made[0].span),), fixes=(Fix(title, made, safe),))


def fixed(*found: Diagnostic, unsafe: bool = False) -> list[str]:
    """The new texts of the files that change."""
    return [change.text for change in fixes.changes(found, unsafe=unsafe)]


def test_edits_are_made_from_the_text_as_it_was() -> None:
    source = Source("a.zone", "one two three\n")
    assert fixed(fault(source, (8, 13, "3")), fault(source, (0, 3, "first"))) == ["first two 3\n"]


def test_a_fix_in_the_way_of_another_waits() -> None:
    source = Source("a.zone", "one two three\n")
    found = [fault(source, (0, 7, "x")), fault(source, (4, 13, "y")), fault(source, (8, 8, "z "))]
    (change,) = fixes.changes(found, unsafe=False)
    assert change.text == "x z three\n"
    assert len(change.done) == 2


def test_two_fixes_for_one_place_need_an_order_so_the_second_waits() -> None:
    source = Source("a.zone", "one\n")
    assert fixed(fault(source, (0, 0, "a ")), fault(source, (0, 0, "b "))) == ["a one\n"]
    assert fixed(fault(source, (0, 3, "a")), fault(source, (0, 3, "a"))) == ["a\n"]


def test_a_fix_is_made_whole_or_not_at_all() -> None:
    one, two = Source("a.zone", "one\n"), Source("b.zone", "two\n")
    first = fault(one, (0, 3, "x"))
    both = Diagnostic(
        "unknown-word", "no", fixes=(Fix("both", (Edit(Span(two, 0, 3), "y"), Edit(Span(one, 1, 2), "z")), safe=True),)
    )
    assert fixed(first, both) == ["x\n"]
    assert fixed(both) == ["y\n", "oze\n"]


def test_unsafe_fixes_are_made_on_demand_only() -> None:
    source = Source("a.zone", "one\n")
    found = fault(source, (0, 3, "x"), safe=False)
    assert fixed(found) == []
    assert fixed(found, unsafe=True) == ["x\n"]


def test_the_library_is_not_ours_to_change() -> None:
    assert fixed(fault(Source("std/it.zone", "one\n", builtin=True), (0, 3, "x"))) == []


def test_a_fix_that_would_break_the_file_is_refused() -> None:
    with pytest.raises(fixes.WouldBreak):
        fixed(fault(Source("a.zone", TEXT), (7, 8, "")))


def test_a_file_that_is_broken_already_may_be_fixed_elsewhere() -> None:
    assert fixed(fault(Source("a.zone", TEXT + "}\n"), (11, 14, "kind"))) == [TEXT.replace("knd", "kind") + "}\n"]


def test_many_fixes_take_no_time() -> None:
    source = Source("a.zone", "x\n" * 20_000)
    (text,) = fixed(*(fault(source, (2 * n, 2 * n + 1, "y")) for n in range(20_000)))
    assert text == "y\n" * 20_000


def plant(segc_: Runner) -> Path:
    """A copy of the clean plant, with one thing to fix."""
    text = (segc_.folder / "clean" / "plant.zone").read_text(encoding="utf-8")
    return segc_.write("p/plant.zone", text.replace("kind plc", "knd plc"))


def leftovers(folder: Path) -> list[str]:
    """Files that should have gone away."""
    return [file.name for file in folder.rglob("*") if ".segc" in file.name]


def test_fix_writes_and_judges_anew(segc_: Runner) -> None:
    file = plant(segc_)
    done = segc_("check", "p", "--fix")
    assert done.code == 0, done.told()
    assert done.err.splitlines() == ["fixed p/plant.zone:34: unknown-word: replace with `kind`"]
    assert "kind plc" in file.read_text(encoding="utf-8")
    assert leftovers(segc_.folder) == []
    assert segc_("check", "p", "--fix").err == ""


# (a slip, the same in good): taking the nearest for it could permit what nobody allowed.
OPENING = [
    ("allow app -> plc-3 : http", "allow app -> plc-1 : http"),
    ("allow app -> plc-1 : htpp", "allow app -> plc-1 : http"),
    ("allow app -> plc-1 : opc-da", "allow app -> plc-1 : opcua"),
    ("alow app -> plc-1 : http", "allow app -> plc-1 : http"),
    ("mode enfore", "mode enforce"),
    ("mode monitr", "mode monitor"),
    ("moed monitor", "mode monitor"),
    ("owner opss", "owner ops"),
]
OPEN_PLANT = """segc 1
site s { owner ops }
team ops
service http { tcp 80 }
service opcua { tcp 4840 }
zone a { level 4; net 10.1.0.0/24; asset app 10.1.0.5 }
zone b { level 4; net 10.2.0.0/24; asset plc-1 10.2.0.1; asset plc-2 10.2.0.2 }
firewall fw { target nftables; interface eth0 a; interface eth1 b }
conduit c a -> b {
  LINE
}
"""


@pytest.mark.parametrize(("slip", "meant"), OPENING)
def test_no_fix_permits_what_was_not_permitted_unless_asked_to(slip: str, meant: str, segc_: Runner) -> None:
    file = segc_.write("p/plant.zone", OPEN_PLANT.replace("LINE", slip))
    assert segc_("check", "p", "--fix").code == 1
    assert slip in file.read_text(encoding="utf-8")
    file.write_text(OPEN_PLANT.replace("LINE", meant), encoding="utf-8")
    assert segc_("check", "p").code == 0


@pytest.mark.parametrize(
    ("slip", "meant"), [("target nftable;", "target nftables;"), ("net 10.2", "nett 10.2"), ("tcp 80", "tpc 80")]
)
def test_nor_one_outside_conduits(slip: str, meant: str, segc_: Runner) -> None:
    text = OPEN_PLANT.replace("LINE", "allow app -> plc-1 : http")
    text = text.replace(meant, slip) if meant in text else text.replace(slip, meant)
    file = segc_.write("p/plant.zone", text)
    assert segc_("check", "p", "--fix").code == 1
    assert file.read_text(encoding="utf-8") == text


def test_json_stays_json_when_fixing(segc_: Runner) -> None:
    plant(segc_)
    assert json.loads(segc_("check", "p", "--fix", "--format", "json").out)["summary"]["errors"] == 0


def test_mode_mark_line_ends_and_links_stay(segc_: Runner) -> None:
    file = plant(segc_)
    data = b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n")
    real = segc_.write("elsewhere.txt", data)
    real.chmod(0o640)
    file.unlink()
    file.symlink_to(real)
    assert segc_("check", "p", "--fix").code == 0
    assert file.is_symlink()
    assert real.read_bytes() == data.replace(b"knd", b"kind")
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


def test_diff_changes_nothing_and_can_be_applied(segc_: Runner) -> None:
    file = plant(segc_)
    before = file.read_bytes()
    done = segc_("check", "p", "--diff")
    assert done.code == 1
    assert file.read_bytes() == before
    subprocess.run(["patch", "-p0", "-s"], input=done.out, text=True, check=True)
    assert segc_("check", "p").code == 0


def test_a_diff_of_texts_without_a_last_newline_or_with_form_feeds() -> None:
    from segc.cli.files import difference

    assert difference(Source("a", "x\f\ny"), "x\f\nz") == (
        "--- a\n+++ a\n@@ -1,2 +1,2 @@\n x\f\n-y\n\\ No newline at end of file\n+z\n\\ No newline at end of file\n"
    )


@pytest.mark.parametrize("call", ["fsync", "open", "replace"])
def test_a_full_disk_leaves_the_old_file(call: str, segc_: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    file = plant(segc_)
    before = file.read_bytes()

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    if call == "replace":
        monkeypatch.setattr(Path, "replace", full)
    else:
        monkeypatch.setattr(os, call, full)
    done = segc_("check", "p", "--fix")
    assert done.code == 2
    assert "cannot be written: no space left on device" in done.out
    assert file.read_bytes() == before
    assert leftovers(segc_.folder) == []


def test_what_somebody_else_changed_meanwhile_is_left_alone(segc_: Runner) -> None:
    from segc.cli.files import rewrite

    file = segc_.write("a.zone", "new\n")
    with pytest.raises(SegcError) as caught:
        rewrite(Source("a.zone", "old\n"), "fixed\n")
    assert caught.value.code == 2
    assert file.read_text(encoding="utf-8") == "new\n"


def test_output_goes_to_a_file_whole(segc_: Runner) -> None:
    file = segc_.write("report.json", "old")
    done = segc_("check", "faulty", "--format", "json", "--output", "report.json")
    assert (done.code, done.out) == (1, "")
    assert json.loads(file.read_text(encoding="utf-8"))["schema"] == "segc/diagnostics/1"
    segc_("check", "faulty", "--color", "auto", "--output", "fresh.txt")
    assert "\x1b" not in (segc_.folder / "fresh.txt").read_text(encoding="utf-8")
    assert segc_("check", "clean", "--output", "/dev/null").code == 0
    assert segc_("check", "clean", "--output", "-").out.startswith("checked 1 file")


def test_fmt_writes_as_carefully(segc_: Runner) -> None:
    file = segc_.write("a.zone", b"\xef\xbb\xbfzone  a {\r\nlevel 1\r\n}\r\n")
    file.chmod(0o600)
    assert segc_("fmt", "a.zone").code == 0
    assert file.read_bytes() == b"\xef\xbb\xbfzone a {\n  level        1\n}\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("option", "code", "out"),
    [("-q", 0, "zone a { }\n"), ("--check", 1, "would format <stdin>\n")],
)
def test_fmt_of_stdin(option: str, code: int, out: str, segc_: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"zone  a {\n}\n")))
    done = segc_("fmt", option, "-")
    assert (done.code, done.out) == (code, out)


def test_fmt_skips_hidden_folders_and_takes_each_file_once(segc_: Runner) -> None:
    segc_.write("d/.git/x.zone", "zone  a\n")
    segc_.write("d/a.zone", "zone a\n")
    assert segc_("fmt", "d", "d/a.zone").err == "1 file in the style already\n"

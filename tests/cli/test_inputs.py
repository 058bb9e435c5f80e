"""Whatever a file holds: an answer, or why there is none. Never a fault, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cli.running import PLANTS, Runner

CLEAN = (PLANTS / "clean" / "plant.zone").read_text(encoding="utf-8")
CLEAN = CLEAN.replace('use "std/ics"', "service opcua { tcp 4840 }\nservice ssh { tcp 22 }")  # faster
PIECES = sorted(
    {*CLEAN.split(), "{", "}", "->", "<->", "--", ":", ",", ";", "<=", "#", '"', "9" * 30, "\n", "\x1b", "²"}
)

AWKWARD = {
    "nothing": b"",
    "nul": b"segc 1\n\0\n",
    "only a brace": b"{",
    "no newline": b"segc 1",
    "carriage returns": b"segc 1\rzone a {\r}\r",
    "deep": b"segc 1\n" + b"zone a {\n" * 3000,
    "deep and closed": b"segc 1\n" + b"zone a {\n" * 3000 + b"}\n" * 3000,
    "long line": b"segc 1\n" + b"x" * 300_000,
    "long list": b"segc 1\ngroup g { member " + b", ".join(b"a%d" % n for n in range(1000)) + b" }\n",
    "long digits": b"segc " + b"9" * 5000 + b"\n",
    "long string": b'segc 1\nteam t "' + b"x" * 100_000 + b'"\n',
    "uses itself": b'segc 1\nuse "./plant.zone"\n',
    "uses a folder": b'segc 1\nuse "./."\n',
    "uses nothing": b'segc 1\nuse ""\n',
    "uses its parent": b'segc 1\nuse "../x.zone"\n',
    "uses a long name": b'segc 1\nuse "./' + b"x" * 5000 + b'.zone"\n',
    "turned writing": "segc 1\nzone \u202ea { level 1 }\n".encode(),
    "utf-16": "segc 1\n".encode("utf-16"),
    "includes in a circle": b"segc 1\nservice a { include b }\nservice b { include a }\n",
    "a chain of includes": b"segc 1\nservice s0 { tcp 1 }\n"
    + b"".join(b"service s%d { include s%d }\n" % (n, n - 1) for n in range(1, 300)),
    "odd time zone": b'segc 1\nsite s { timezone "../../etc/passwd" }\n',
    "no such date": CLEAN.replace("2030-06-30", "2030-02-31").encode(),
    "for ever": b"segc 1\ngrant g { until 9999-12-31; window 00:00-24:00 }\n",
}


@pytest.mark.parametrize("name", AWKWARD)
@pytest.mark.parametrize("verb", ["check", "fmt"])
def test_awkward_files(name: str, verb: str, segc_: Runner) -> None:
    segc_.write("p/plant.zone", AWKWARD[name])
    done = segc_(verb, "p")
    assert done.code in (0, 1, 2), done.told()
    assert len(done.out + done.err) < 400_000


@st.composite
def broken(draw: st.DrawFn) -> str:
    """The clean plant after a few accidents."""
    text = CLEAN
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        text = text[:start] + draw(st.sampled_from(PIECES) | st.text(max_size=3)) + text[end:]
    return text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(text=broken())
def test_broken_plants(text: str, segc_: Runner) -> None:
    segc_.write("p/plant.zone", text.encode("utf-8", "surrogatepass"))
    done = segc_("check", "p")
    assert done.code in (0, 1, 2), done.told()
    assert segc_("check", "p", "--fix", "--unsafe-fixes").code in (0, 1, 2)
    assert segc_("fmt", "p").code in (0, 1, 2)


def test_devices_and_folders_are_no_policies(segc_: Runner) -> None:
    for path in ("/dev/null", "/dev", "p"):
        (segc_.folder / "p" / "plant.zone").mkdir(parents=True, exist_ok=True)
        done = segc_("check", path)
        assert done.code == 2, done.told()


def test_a_name_with_an_escape_does_not_drive_the_terminal(segc_: Runner) -> None:
    done = segc_("check", "no\x1b[31mwhere")
    assert "\x1b" not in done.out + done.err
    done = segc_("fmt", "--format", "\x1b[31m")
    assert "\x1b" not in done.out + done.err
    assert Path.cwd() == segc_.folder


@pytest.mark.parametrize(
    ("arguments", "way_out"),
    [
        (("check",), "segc check ... PATH"),
        (("baseline", "status"), "segc baseline status ... PATH"),
        (("promote", "x"), "segc promote ... --plant PATH"),
        (("verify", "built"), "segc verify ... --plant PATH"),
        (("watch", "-"), "segc watch ... --plant PATH"),
        (("check", "nothing-here"), ""),
    ],
)
def test_where_no_plant_was_named_the_help_says_how(arguments: tuple[str, ...], way_out: str, segc_: Runner) -> None:
    for file in segc_.folder.glob("*.zone"):
        file.unlink()
    segc_.write("nothing-here/readme", "")
    done = segc_(*arguments)
    assert (done.code, "SEG107" in done.err + done.out) == (2, True), done.told()
    assert ("name the plant" in done.err + done.out) is bool(way_out)
    assert way_out in done.err + done.out

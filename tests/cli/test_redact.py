"""The redacted edition, attacked: secrets in every text that a policy has must be in no file of it."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from segc.report.dossier.redact_forms import gently, strictly
from tests.cli.running import Runner

ROOT = Path(__file__).parents[2]

SECRETS = {
    "10.77/16": "x", "10.77.1/24": "x", "10/8": "x", "10.78.1.2": "as {} said", "10.79.1.3": "x{}y", "10.79.1.4": "_{}_",
    "10[.]80[.]1[.]2": "x", "10.81.x.x": "x", "10.82.30": "net {}.", "10-83-1-2": "srv-{}", "0x0A540102": "x",
    "fe80::85": "x{}y", "fd00:86::/48": "x", "2001:db8:0:0:0:0:87:1": "x", "::ffff:10.88.1.1": "x", "fe80::89%eth0": "x",
    "00:1B:1B:90:00:01": "x", "00-1B-1B-91-00-02": "x", "001B.1B92.0003": "x", "001B1B930004": "x", "001b1b-940005": "x",
    "ann@plant.example": "x", "bea@plant": "x", "cyn [at] plant.example": "x", "d.o+x@sub.plant.example": "<{}>",
    "+44 (0)1632/960-999": "x", "(01632) 960 998": "x", "01632.960.997": "x", "1-800-555-0196": "x", "555-0195": "x",
    "800-555-0189": "x",
    "0664/1960994": "x", "0049 1632 960993": "x", "+43\u2011664\u20111960992": "x", "ext. 4791": "x", "DECT 790": "x",
    "hist-97.plant.internal": "x", "scada98.local": "at {}:", "https://vault99.example/x": "x", "\\\\srv96\\share": "x",
}  # fmt: skip
KEEP = ("./", "std/", "Europe/", "eth")


def planted(folder: Path) -> Path:
    """The bottling plant with all of them in every text, in one of each kind at a time, and in a reason."""
    plant = folder / "plant"
    shutil.copytree(ROOT / "examples" / "bottling", plant)
    every = " ".join(shape.format(secret) if "{}" in shape else secret for secret, shape in SECRETS.items())
    for file in plant.glob("*.zone"):
        text = file.read_text(encoding="utf-8")
        text = re.sub(
            r'"([^"\n]*)"', lambda found: found[0] if found[1].startswith(KEEP) else f'"{found[1]} {every}"', text
        )
        facts = f'; serial "{every}"; mac "{every}"; firmware "{every}"'
        text = re.sub(r"asset \S+ \S+ \{ kind (?:plc|hmi)", lambda found: found[0] + facts, text)  # noqa: B023
        text = text.replace('zone lab "', f'# segc: allow flow-without-reason until 2027-01-31 -- {every}\nzone lab "')
        file.write_text(text, encoding="utf-8")
    return plant


def test_nothing_that_was_planted_is_in_any_file(segc_: Runner, tmp_path: Path) -> None:
    plant = planted(tmp_path)
    for word in (None, "--redact"):
        extra = () if word is None else (word,)
        done = segc_("report", str(plant), "--at", "2026-11-20", "-o", str(tmp_path / str(word)), *extra)
        assert done.code == 0, done.err
    whole, edited = (_texts(tmp_path / name) for name in ("None", "--redact"))
    for secret in SECRETS:
        forms = {secret, secret.replace("\\", "\\\\")}
        assert any(form in text for form in forms for text in whole.values()), f"{secret} is in the whole edition"
        assert [name for name, text in edited.items() for form in forms if form.lower() in text.lower()] == [], secret


def _texts(folder: Path) -> dict[str, str]:
    """Each file as a reader sees it: without entities, breaks and the escapes of Markdown."""
    from html import unescape

    found = {}
    for file in folder.iterdir():
        text = unescape(file.read_text(encoding="utf-8")).replace("\u200b", "").replace("<wbr>", "")
        found[file.name] = re.sub(r"\\([\\`*_{}\[\]<>#|()+.!~-])", r"\1", text) if file.suffix == ".md" else text
    assert len(found) == 3
    return found


@pytest.mark.parametrize(
    "text",
    [
        "IEC 62443-3-3, SR 5.2", "24/7 service", "firmware frozen in 2009-2020", "from 2026-11-01 to 2026-12-31",
        "Sat 06:00-10:00", "e.g. by hand", "reject 10 of 12", "CHG-2241", "filling.filler-plc", "3 bar, 4.5 m, 10.5 %",
        "1756-L83E",
    ],
)  # fmt: skip
def test_what_is_none_stays(text: str) -> None:
    """Else nobody would use it."""
    assert strictly(text, frozenset({"filling.filler-plc"})) == text
    assert gently(text) == text


@pytest.mark.parametrize(
    "text", ["nftables 1.0.6", "segc 0.1.0", "SR 5.2 RE 2", "conduits.zone:116", "2026-11-20T03:00:00Z"]
)
def test_our_own_words_stay(text: str) -> None:
    assert gently(text) == text


def test_when_it_was_made_stays(tmp_path: Path, segc_: Runner) -> None:
    """Moments look like addresses of IPv6 to whoever is not careful."""
    done = segc_(
        "report", str(ROOT / "examples" / "water"), "--at", "2026-11-20T03:00:00Z", "--redact", "-o", str(tmp_path)
    )
    assert done.code == 0
    assert (
        datetime(2026, 11, 20, 3, tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ") in (tmp_path / "report.json").read_text()
    )


@pytest.mark.parametrize("secret", SECRETS)
def test_each_goes_where_it_stands_alone(secret: str) -> None:
    """Not only beside others; nothing of it is left but what a name is glued to."""
    shape = SECRETS[secret]
    placed = shape.format(secret) if "{}" in shape else secret
    told = strictly(f"ask for {placed} now", frozenset())
    assert secret not in told
    assert not re.search(r"\d", told), told
    assert told.startswith("ask for ")
    assert told.endswith(" now")

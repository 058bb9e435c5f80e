"""Names between backticks look like code on pages, and whatever else somebody wrote there is no markup."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

from segc.report.dossier import html as dossier
from segc.report.dossier.gather import document
from segc.report.plan import html as page_of_plan
from segc.report.quoted import Said, pieces
from tests.cli.test_plan import OLD
from tests.plan.conftest import planned_of
from tests.report.dossiers import changed, facts_of, report_of

EVIL = "`<script>alert(1)</script>` <img src=x> &amp; </code> `"
SHOWN = EVIL.removeprefix("`").replace("` <img", " <img", 1)  # the last backtick has no other


class Page(HTMLParser):
    """The words of a page, those in code, and its tags."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.words = ""
        self.code: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in ("meta", "input", "br", "wbr"):
            self.open.append(tag)
        if tag == "code":
            self.code.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if {"script", "style"} & set(self.open):
            return
        self.words += data
        if self.open and self.open[-1] == "code":
            self.code[-1] += data


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("", []),
        ("`a` and `b`", [Said("a", True), Said(" and ", False), Said("b", True)]),
        ("plain", [Said("plain", False)]),
        ("one ` alone", [Said("one ` alone", False)]),
        ("``", [Said("``", False)]),
        ("`a\u202eb`", [Said("a<U+202E>b", True)]),
    ],
)
def test_pieces(text: str, made: list[Said]) -> None:
    assert list(pieces(text)) == made


def test_a_plan_s_names_are_code_and_what_somebody_wrote_is_text(tmp_path: Path) -> None:
    old = OLD + 'workflow w "Line" { needs office.pc -> cell.plc : x }\n'
    new = (
        ("allow office.pc -> cell.plc : x }\n", f'allow office.pc -> cell.plc : y {{ because "{EVIL}" }} }}\n'),
        ('"Cell"', f'"{EVIL}"'),
    )
    found = Page(page_of_plan.render(planned_of(old, tmp_path, *new), whole=True))
    assert {"w", "c", "office.pc -> cell.plc : x"} <= set(found.code)
    assert "`" not in found.words.replace("</code> `", ""), "but the one that has no other"
    assert found.words.count(SHOWN) >= 2, "a title and a reason"
    assert "<script>alert(1)</script>" in found.code
    assert not {"script", "img"} & set(found.tags)


@pytest.mark.parametrize("name", ["bottling", "bottling-flat", "water"])
def test_a_report_s_names_are_code(name: str) -> None:
    found = Page(dossier.render(report_of(name)))
    assert "`" not in found.words
    messages = [one["message"] for one in report_of(name)["findings"]]
    quoted = {piece.text for text in messages for piece in pieces(text) if piece.code}
    assert quoted
    assert quoted <= set(found.code)


def test_what_somebody_wrote_is_text_in_a_report(tmp_path: Path) -> None:
    report = document(facts_of(changed(tmp_path, ("zones.zone", '"Filler block"', f'"{EVIL}"'))))
    (exception, *_) = report_of("bottling-flat")["exceptions"]
    report["exceptions"] = [{**exception, "reason": EVIL}]
    found = Page(dossier.render(report))
    assert found.words.count(SHOWN) >= 1, "the reason"
    assert "Filler block" not in found.words
    assert found.tags.count("script") == 2, "its own, and its data"
    assert "img" not in found.tags

"""Markdown: tables that stay tables, whatever a policy holds, and nothing in it that comes alive on GitHub."""

from __future__ import annotations

import re
from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from segc.diagnostics import Diagnostic, finding
from segc.lang.suppress import sift
from segc.report import Style, render
from segc.report.document import document
from segc.report.markdown import OPEN
from segc.report.shape import Compared
from segc.source import Source, Span
from tests.report.findings import SUPPRESSED, span, unknown_asset

OURS = {"h3", "p", "table", "thead", "tbody", "tr", "th", "td", "code", "br", "details", "summary"}


class Seen(HTMLParser):
    """The elements of a page, and the text in its cells, with the one in code marked."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.rows: list[list[str]] = []
        self.free = ""
        self.code = 0
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
            self.inside = True
        self.code += tag == "code"

    def handle_endtag(self, tag: str) -> None:
        self.code -= tag == "code"
        self.inside &= tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.rows[-1][-1] += data
        if not self.code:
            self.free += data


def page(text: str) -> Seen:
    """As GitHub would show it: GFM with tables, links made of addresses, and HTML that is let through."""
    seen = Seen()
    seen.feed(MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(text))
    return seen


def of(*found: Diagnostic) -> str:
    return render(document(found), "markdown")


def hostile(text: str, path: str = "a.zone") -> Diagnostic:
    return finding("unknown-name", text, Span(Source(path, "x\n"), 0, 1), help=text)


def test_a_table_of_what_was_found() -> None:
    seen = page(of(unknown_asset()))
    assert seen.rows[1] == [
        "error",
        "unknown-name (SEG201)",
        "plant/line3.zone:15",
        "no asset is called filer-plcfix: replace with filler-plc",
    ]
    assert seen.tags.count("code") == 3


TRICKS = [
    "a | b | c",
    "`a | b`",
    "``` a",
    "<script>alert(1)</script>",
    "`<img src=x onerror=y>`",
    "[click](http://example.com)",
    "![x](http://example.com/a.png)",
    "*b* __c__ ~~d~~ $x$",
    "&lt;b&gt; &#124; \\| \\",
    "<!-- </td></table></details> -->",
    "[^1] [x]: y",
]


@given(text=st.text(st.sampled_from("|`<>&*_[]()!\\~$#@:/\"'-=+. ab\n\t\u202e"), min_size=1, max_size=30))
@example(text=TRICKS[0])
@example(text=TRICKS[3])
@example(text=TRICKS[4])
@example(text=TRICKS[9])
def test_no_text_leaves_its_cell(text: str) -> None:
    seen = page(of(hostile(f"m{text}m", f"d{text}.zone")))
    assert set(seen.tags) <= OURS
    assert seen.attributes == []
    assert [len(row) for row in seen.rows] == [4, 4]


@pytest.mark.parametrize("text", TRICKS)
def test_text_is_seen_as_it_was_written(text: str) -> None:
    seen = page(of(hostile(f"m {text} m")))
    shown = seen.rows[1][3].replace("\u200b", "")
    plain = text if text.count("`") % 2 else text.replace("`", "")
    assert shown == f"m {plain} mhelp: m {plain} m"


@pytest.mark.parametrize(
    "text", ["@team", "a@example.com", "#12", "org/repo#12", "http://example.com", "www.example.com"]
)
def test_what_github_brings_to_life_is_dead(text: str) -> None:
    in_code, bare = page(of(hostile(f"`{text}`", f"{text}.zone"))), page(of(hostile(f"see {text}")))
    assert text not in in_code.free
    assert text not in bare.free
    assert not re.search(r"[@#]\w|://|www\.", bare.free.replace("(SEG201)", ""))
    source_text = of(hostile(f"`{text}`"))
    assert "://" not in source_text, "a parser may make links in code that is written as HTML"
    assert "www." not in source_text


def test_long_lists_are_folded_and_bounded() -> None:
    many = [hostile(f"error {number}") for number in range(OPEN + 5)]
    text = of(*many, *(finding("unused-name", f"hint {number}") for number in range(3)))
    assert text.index("<details><summary>5 more findings</summary>") > text.index(f"error {OPEN - 1}")
    assert "<details><summary>3 hints</summary>" in text
    huge = of(*(hostile("<&|" * 300) for _ in range(500)))
    assert len(huge) < 65_536
    assert re.search(r"^\d+ more, for which there is no room here\.$", huge, re.MULTILINE)
    assert huge.startswith("### segc: 500 errors\n")
    assert set(page(huge).tags) <= OURS


def test_no_error_is_folded_behind_warnings() -> None:
    found = [*(finding("no-site", f"warning {number}") for number in range(OPEN)), hostile("the error")]
    text = of(*found)
    assert text.index("the error") < text.index("warning 0")
    assert f"warning {OPEN - 1}" in text[text.index("<details>") :]


def test_many_firewalls_leave_room_for_no_more_than_there_is() -> None:
    names = [f"fw-{number}" for number in range(3000)]
    compared: list[Compared] = [
        {"firewall": name, "target": "iptables", "says": "equal to the policy", "equal": name != "fw-2999"}
        for name in names
    ]
    text = render(document([], compared=compared), "markdown")
    assert len(text) < 65_536
    assert page(text).rows[1][0] == "fw-2999"
    assert "more, for which there is no room here." in text


def test_nothing_found_is_said() -> None:
    assert render(document([]), "markdown", Style()) == "### segc: no findings\n"


def test_reasons_of_suppressions_are_there_to_be_reviewed() -> None:
    found, accepted = sift([finding("missing-owner", "m", span(SUPPRESSED, "zone"))], [SUPPRESSED], date(2026, 10, 1))
    text = render(document(found, accepted=accepted), "markdown")
    assert "1 finding that a comment answers for" in text
    assert "accepted until 2027-01-31: council decides" in text

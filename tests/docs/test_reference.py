"""docs/language.md is what the vocabulary and docs/language.in.md make of it."""

from __future__ import annotations

from pathlib import Path

from segc.lang.reference import VALUES, page, reference
from segc.lang.shapes import SHOWN, slots, usage
from segc.lang.vocabulary import SCOPES

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_page_is_up_to_date() -> None:
    made = page((DOCS / "language.in.md").read_text(encoding="utf-8"))
    assert (DOCS / "language.md").read_text(encoding="utf-8") == made, (
        "python -m segc.lang.reference > docs/language.md makes it anew"
    )


def test_every_word_is_there_as_it_is_written() -> None:
    text = reference()
    for words in SCOPES.values():
        for word, row in words.items():
            assert f"- `{word}`: " in text, word
            if len(usage(word, row.shape)) < 80 and word != "assert":
                assert f"{usage(word, row.shape)}{' { ... }' if row.scope else ''}`" in text
            assert " ".join(row.doc.split()) in " ".join(text.split())


def test_every_value_is_explained() -> None:
    kinds = {slot.kind for words in SCOPES.values() for row in words.values() for slot in slots(row.shape)}
    assert kinds - {"op", "keyword", "enum"} == set(VALUES)
    assert set(SHOWN) <= kinds

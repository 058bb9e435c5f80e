"""Texts for the language tests: the repository's own files, mutations of them, random tokens, random trees."""

from __future__ import annotations

from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st

ROOT = Path(__file__).parents[2]
# Examples of the properties that matter most: more than usual, and as many as a longer run asks for.
MANY = max(400, (settings.default or settings()).max_examples)
FILES = sorted(
    [
        *(ROOT / "examples").rglob("*.zone"),
        *(ROOT / "grammar" / "std").glob("*.zone"),
        *(ROOT / "grammar" / "corpus").rglob("*.zone"),
    ]
)


def readable() -> dict[str, str]:
    """Texts of all files that are text, by their path."""
    found = {}
    for file in FILES:
        try:
            found[str(file.relative_to(ROOT))] = file.read_bytes().decode()
        except UnicodeDecodeError:
            continue
    return found


TEXTS = readable()

WORDS = ("zone", "a", "allow", "net", "filler-plc", "mes.plc-1", "Sat", "_x", "B2", "x-", "segc", "because", "assert")
LITERALS = (
    "10.0.0.0/8",
    "fd00::1/64",
    "::",
    "1",
    "3.5",
    "502",
    "10ms",
    "2027-06-30",
    "06:00-10:00",
    "10.0.0.1-10.0.0.9",
)
STRINGS = ('""', '"a # b"', '"{ ; }"', '"ä\u00a0→"')
OPERATORS = ("->", "<->", "--", ":", "<=", ">=", "<", ">", "=")
ENDS = ("\n", ";", "\n\n", "# c\n", "#c # d\n", ";;\n", "\r\n", "; # x\n", "#\n")
SPACES = (" ", "  ", "\t", "\r", "\f", "")
ODD = ('"', '"open', "-", "'", "@", "é", "\u00a0", "\x00", "\x0b", "\u2028", ".", "1-", "::/", "a.", '"\x01"')

any_piece = st.sampled_from([*WORDS, *LITERALS, *STRINGS, *OPERATORS, *ENDS, *SPACES, ",", "{", "}", *ODD])
token_soup = st.lists(any_piece, max_size=40).map("".join)
# Mostly well-formed: spaces between tokens, and nothing odd.
tame_piece = st.sampled_from(
    [*WORDS, *LITERALS, *STRINGS, "->", ":", ",", " {\n", "\n", "\n", "\n", ";", "}\n", "# c\n"]
)
tame_soup = st.lists(tame_piece, max_size=40).map(" ".join)


@st.composite
def mutations(draw: st.DrawFn) -> str:
    """A piece of one of the repository's files with up to three edits of a few characters."""
    text = TEXTS[draw(st.sampled_from(sorted(TEXTS)))]
    lines = text.splitlines(keepends=True) or [""]
    first = draw(st.integers(0, len(lines) - 1))
    text = "".join(lines[first : first + draw(st.integers(1, 25))])
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(text)))
        drop = draw(st.integers(0, 3))
        text = text[:at] + draw(st.one_of(any_piece, st.text(max_size=2))) + text[at + drop :]
    return text


atoms = st.sampled_from([*WORDS[:9], *LITERALS, *STRINGS])
lists = st.lists(atoms, min_size=1, max_size=3).map(" , ".join)
items = st.lists(st.one_of(lists, st.sampled_from(OPERATORS)), max_size=4).map(" ".join)
blank = st.sampled_from(("\n", "\n\n", " # trailing\n", "\n# own\n", "\n\n\n#tight\n\n\n", ";", ";\n", "\r\n"))


def _statement(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    head = st.builds("{} {}".format, st.sampled_from(WORDS[:9]), items)
    opening = st.sampled_from((" { ", " {\n", " { # c\n", "{"))
    scope = st.builds("{}{}{} }}".format, head, opening, inner)
    return st.one_of(head, scope)


def _block(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(st.builds("{}{}".format, _statement(inner), blank), max_size=4).map("".join)


# Texts that always parse, laid out anyhow.
valid_texts = st.builds("{}{}".format, blank, st.recursive(st.just(""), _block, max_leaves=6))

"""Lines part into words as `shlex.split`, which was written apart from the quick way, parts them."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from targets._shared.reader_shell import words

LINES = st.text(st.sampled_from("ab7-./:!{}$ \t\r\n\x0b\x85\u00e9'\"\\#"), max_size=12)


@given(LINES, st.booleans())
@example("option name 'a b' \"it's\" ''", False)
@example("a'b'c \"d\"e", False)
@example('"a\\"b" c\\ d', False)
@example("a #b", True)
@example("a\x0bb\u00a0c\n", False)
def test_words_are_those_of_a_shell(line: str, comments: bool) -> None:
    try:
        said = shlex.split(line, comments=comments)
    except ValueError:
        with pytest.raises(ValueError, match="No"):
            words(line, comments=comments)
        return
    assert words(line, comments=comments) == said

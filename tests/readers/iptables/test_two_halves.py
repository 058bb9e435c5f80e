"""What is read in one go is what the grammar, and what flag by flag, would make of it."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from segc.packets.machine import Refused
from tests.readers.iptables.given import SETS, part

words = st.from_regex(r"[a-z0-9./:,=&>]{1,8}", fullmatch=True)
quoted = st.from_regex(r'"(?:[^"\\\n]|\\.){0,6}"', fullmatch=True)
flag = st.from_regex(r"--?[a-z][a-z-]{0,8}[a-z]", fullmatch=True)


def assert_alike(text: str) -> None:
    lines = part("lines")
    fast = lines._quickly(text)
    try:
        slow = lines._by_grammar(text)
    except Refused:
        slow = None
    assert fast == slow


@given(st.lists(st.one_of(words, quoted, flag, flag, st.just("!"), st.just("-")), max_size=10).map(" ".join))
def test_the_fast_half_is_the_grammar(text: str) -> None:
    """Whatever it takes, the grammar takes alike; what it does not take, the grammar decides."""
    assert_alike(text)


clauses = st.sampled_from(
    ["-s 10.0.0.1", "-d 10.0.0.0/8", "-s 10.0.0.1,10.0.0.2", "! -s 10.0.0.9", "-i eth0", "-p tcp", "--dport 5", "-p udp",
     "-m comment --comment x", '-m comment --comment "a -j b"', '-m comment --comment "a \\" b"', "-m comment",
     "--comment -j", "--comment -s", "-m conntrack --ctstate NEW", "-m limit --limit 1/s", "-m foo", "-m foo --bar -x",
     "-j DROP", "-g mine", "-j mine", "-j NOBODY --what 1", "-j NOBODY", "-j LOG", '-j LOG --log-prefix "a b "',
     '--log-prefix "q"', "-j NFLOG --nflog-group 5 --nflog-prefix -j", '--nflog-prefix "c\\\\d"', "-j SET --add-set plcs src",
     "-m set --match-set plcs src", "-s", "-d 1.2.3.4 -s 5.6.7.8", "extra", "!", "-f", "-c 1 2", "", '"-s" 10.0.0.1'],
)  # fmt: skip


@given(st.lists(clauses, max_size=7).map(" ".join))
@example("-c 1 2 -j DROP -c 1 2")
def test_the_usual_form_is_read_as_any_other(text: str) -> None:
    """What is read in one go means what it means flag by flag; where flag by flag refuses, so does it."""
    rules, matches, sets = part("rules"), part("matches"), part("sets")
    around = lambda line: matches.Around(4, sets.read(SETS, "sets"), {"plcs"}, True, line)  # noqa: E731
    reader = rules.Rules(around, "ipv4/filter/{}".format, {"ipv4/filter/mine": []})
    fast = reader.quickly(text)
    try:
        slow = reader.slowly(text, 7)
    except Refused:
        slow = None
    if fast is not None:
        assert slow is not None
        assert fast[:4] == slow[:4]
        assert slow.lasting


@given(st.text(st.sampled_from('add1."\t -#\r\u2028\\'), max_size=14))
def test_lines_of_sets_are_read_as_the_grammar_does(text: str) -> None:
    sets = part("sets")
    fast = sets.words_quickly(text)
    try:
        slow = sets.words_by_grammar(text)
    except Refused:
        slow = None
    if fast is not None and not text.strip(" ").startswith("#"):
        assert fast == slow
    if slow:  # nothing between the words but blanks
        assert "".join(slow) == "".join(text.replace('"', "").split()) or '"' in text


@given(st.text(st.sampled_from('-s!" \t\\x\r\n\x0b\u2028\xa0'), max_size=12))
def test_no_character_gets_lost(text: str) -> None:
    assert_alike(text)

"""`segc explain` knows everything that segc knows by name."""

from __future__ import annotations

import json

import pytest

from segc.catalogue import AUDIT, CATALOGUE
from segc.cli import library
from segc.lang.vocabulary import SCOPES
from segc.targets.registry import targets
from tests.cli.running import Runner


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_finding_by_name_and_by_code(name: str, segc_: Runner) -> None:
    code = CATALOGUE[name].code
    done = segc_("explain", name)
    assert (done.code, done.err) == (0, "")
    assert name in done.out
    assert code in done.out
    assert segc_("explain", code.lower()).out == done.out


def test_every_word(segc_: Runner) -> None:
    for word in {*SCOPES, *(word for scope in SCOPES.values() for word in scope)}:
        done = segc_("explain", word)
        assert done.code == 0, word
        assert done.out.startswith(f"`{word}`, a ")


def test_every_service(segc_: Runner) -> None:
    known = library.services()
    assert len(known) > 100
    for name, (service, file) in known.items():
        page = library.page(service, file)
        assert page.startswith(f"`{name}`")
        assert f'use "{file}"' in page
        assert "  ports  " in page


def test_a_word_that_is_a_service_too(segc_: Runner) -> None:
    shared = {word for scope in SCOPES.values() for word in scope} & set(library.services())
    for name in shared:
        out = segc_("explain", name).out
        assert "a word of the language" in out
        assert "a service; use" in out


def test_targets_as_table_and_as_json(segc_: Runner) -> None:
    table = segc_("targets").out
    listed = json.loads(segc_("targets", "--format", "json").out)
    assert [one["name"] for one in listed] == list(targets())
    for name, manifest in targets().items():
        assert f"\n{name} " in table
        assert f"{name}: {manifest.summary}\n" in table


def test_a_finding_of_audits_says_so(segc_: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "--persona" not in segc_("explain", "unused-name").out
    monkeypatch.setitem(CATALOGUE, "unused-name", CATALOGUE["unused-name"]._replace(persona=AUDIT))
    assert segc_("explain", "unused-name").out.endswith("\nOnly `segc check --persona audit` looks for it.\n")

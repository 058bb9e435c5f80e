"""Names to things: one name space over all files, with did-you-mean."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from segc.diagnostics import Diagnostic, finding, replacement
from segc.lang.suggest import nearest

if TYPE_CHECKING:
    from collections.abc import Callable

    from segc.lang.facts import Fact
    from segc.lang.shapes import Value
    from segc.model.plant import Asset, Endpoint
    from segc.source import Span

T = TypeVar("T")


class Table(dict[str, T]):
    """Things of one kind by name; `what` is the kind's word."""

    def __init__(self, what: str) -> None:
        super().__init__()
        self.what = what


def duplicate(what: str, name: str, again: Span, first: Span, *, same: bool = False) -> Diagnostic:
    """Two things have one name. `same`: they are one thing, declared twice."""
    return finding(
        "duplicate-name",
        f"{_an(what)} called `{name}` exists already",
        again,
        "declared again here",
        also=((first, "first declared here"),),
        help="delete one of them: both have that address" if same else "give one of them another name",
    )


def unknown(what: str, value: Value, fact: Fact, known: dict[str, Span | None], hint: str = "") -> Diagnostic:
    """A name that nothing is called, with the nearest one that is."""
    span = fact.place(value)
    text = value.token.text
    close = nearest(text, known)
    also: tuple[tuple[Span, str], ...] = ()
    if close is not None:
        place = known[close]
        if place is not None and not place.source.builtin:
            also = ((place, "a close name is declared here"),)
    fixes = (replacement(span, close, safe=False),) if close else ()  # another thing may open what this one did not
    message = f"no {what} is called `{text}`"
    return finding("unknown-name", message, span, "not found", also=also, fixes=fixes, help=hint)


_NAMED = ("zone", "group", "team", "role", "service", "conduit", "grant", "workflow", "firewall", "playbook", "site")


class Kinds:
    """What is declared under a name: the words that declare it, and where. Only faults ask, so few plants fill it."""

    def __init__(self, facts: dict[str, list[Fact]]) -> None:
        self._facts = facts

    def get(self, name: str) -> dict[str, Span]:
        """What a name is the name of, to tell a wrong kind of thing from no thing at all."""
        return self._declared.get(name, {})

    @cached_property
    def _declared(self) -> dict[str, dict[str, Span]]:
        found: dict[str, dict[str, Span]] = {}
        for word in _NAMED:
            for fact in self._facts.get(word, []):
                found.setdefault(fact.value, {}).setdefault(word, fact.span)
        for fact in self._facts.get("asset", []):
            path = fact.values[0].token.text
            for name in (path, path.rpartition(".")[2]):
                found.setdefault(name, {}).setdefault("asset", fact.span)
        for fact in self._facts.get("zone", []):
            for inner in fact.body:
                if inner.word.text == "asset" and inner.items and isinstance(inner.items[0], list):
                    name = inner.items[0][0].text
                    for path in (name, f"{fact.value}.{name}"):
                        found.setdefault(path, {}).setdefault("asset", inner.span(fact.source))
        return found


def wrong_kind(what: str, value: Value, fact: Fact, kinds: Kinds) -> Diagnostic | None:
    """A name that something else is called; None where nothing is."""
    text = value.token.text
    for word, place in kinds.get(text).items():
        message = f"`{text}` is {_an(word)}; {_an(what)} is due here"
        also = () if place.source.builtin else ((place, "declared here"),)
        return finding("wrong-kind-of-name", message, fact.place(value), f"{_an(word)}", also=also)
    return None


def _an(word: str) -> str:
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"


class Names:
    """All names of a plant while it is being resolved."""

    def __init__(self, found: list[Diagnostic], kinds: Kinds) -> None:
        self.found = found
        self.kinds = kinds
        self.endpoints: dict[str, tuple[Endpoint, ...]] = {}  # zones, zone.asset paths and groups
        self.places: dict[str, Span] = {}
        self.bare: dict[str, list[Asset]] = {}
        self._resolved: dict[str, tuple[Endpoint, ...]] = {}

    def endpoint(self, value: Value, fact: Fact) -> tuple[Endpoint, ...]:
        """The zones and assets that a name stands for; empty after reporting that it stands for none."""
        text = value.token.text
        known = self._resolved.get(text)
        if known is None:
            known = self._look(text, value, fact)
            if known:
                self._resolved[text] = known
        return known

    def _look(self, text: str, value: Value, fact: Fact) -> tuple[Endpoint, ...]:
        direct = self.endpoints.get(text)
        assets = self.bare.get(text, [])
        if direct is not None and not assets:
            return direct
        if direct is None and len(assets) == 1:
            return (assets[0],)
        if direct is None and not assets:
            self._report("zone, asset or group", value, fact, lambda: self._unknown(text, value, fact))
            return ()
        candidates = [(asset.span, f"this is `{asset.path}`") for asset in assets]
        if direct is not None:
            candidates.insert(0, (self.places[text], "a zone or group of that name"))
        paths = " or ".join(f"`{asset.path}`" for asset in assets[:3])
        self.found.append(
            finding(
                "ambiguous-name",
                f"`{text}` could be {len(candidates)} things",
                fact.place(value),
                "ambiguous",
                also=tuple(candidates[:4]),
                help=f"write {paths}",
            )
        )
        return ()

    def _unknown(self, text: str, value: Value, fact: Fact) -> Diagnostic:
        """The nearest name, looking first inside the zone that was named."""
        zone, dot, asset = text.partition(".")
        known: dict[str, Span | None] = dict(self.places)
        what = "zone, asset or group"
        if dot and zone in self.endpoints:
            what = f"asset of `{zone}`"
            inside = [path for path in self.places if path.startswith(zone + ".")]
            elsewhere = list(self.bare.get(asset, []))
            known = {path: self.places[path] for path in inside}
            known.update({one.path: one.span for one in elsewhere})
            if elsewhere and nearest(text, known) is None:
                known = {}
                return finding(
                    "unknown-name",
                    f"`{zone}` has no asset called `{asset}`",
                    fact.place(value),
                    "not found",
                    also=((elsewhere[0].span, f"`{elsewhere[0].path}` is declared here"),),
                    fixes=(replacement(fact.place(value), elsewhere[0].path, safe=False),),
                )
        else:
            known.update({name: one[0].span for name, one in self.bare.items()})
        return unknown(what, value, fact, known)

    def of(self, table: Table[Any], value: Value, fact: Fact) -> Any | None:
        """A thing of one kind, or None after reporting that it is not there."""
        thing = table.get(value.token.text)
        if thing is None:
            places = {name: getattr(one, "span", None) for name, one in table.items()}
            self._report(table.what, value, fact, lambda: unknown(table.what, value, fact, places))
        return thing

    def _report(self, what: str, value: Value, fact: Fact, otherwise: Callable[[], Diagnostic]) -> None:
        """Say what is wrong with a name that stands for no `what`."""
        kinds = self.kinds.get(value.token.text)
        if self.found and any(word in what for word in kinds):
            return  # it is declared, and what is wrong with it has been said there
        self.found.append(wrong_kind(what, value, fact, self.kinds) or otherwise())

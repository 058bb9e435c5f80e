"""Names to things: one name space over all files, with did-you-mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from segc.diagnostics import Diagnostic, finding, replacement
from segc.lang.suggest import nearest

if TYPE_CHECKING:
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


def duplicate(what: str, name: str, again: Span, first: Span) -> Diagnostic:
    """Two things have one name."""
    return finding(
        "duplicate-name",
        f"a {what} called `{name}` exists already",
        again,
        "declared again here",
        also=((first, "first declared here"),),
        help="give one of them another name",
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
    fixes = (replacement(span, close),) if close else ()
    message = f"no {what} is called `{text}`"
    return finding("unknown-name", message, span, "not found", also=also, fixes=fixes, help=hint)


class Names:
    """All names of a plant while it is being resolved."""

    def __init__(self, found: list[Diagnostic]) -> None:
        self.found = found
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
            self.found.append(self._unknown(text, value, fact))
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
            self.found.append(unknown(table.what, value, fact, places))
        return thing

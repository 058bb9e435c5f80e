"""Diagnostics for the tests of the report package, each pointing into a small text."""

from __future__ import annotations

from segc.diagnostics import Diagnostic, Edit, Fix, Label, finding
from segc.source import Source, Span

LINE3 = """\
zone filling "Filler block" {
  level        2
  sl-t         2
  owner        maintenance
  net          10.3.0.0/24

  asset filler-plc 10.3.0.11 {
    kind         plc
  }
}

conduit recipes mes -> filling {
  owner        maintenance
  allow mes-app -> filler-plc : opcua
  allow ews -> filer-plc : s7comm
}
"""


SUPPRESSED = Source("a.zone", "# segc: allow missing-owner until 2027-01-31 -- council decides\nzone a\n")


def source(text: str = LINE3, path: str = "plant/line3.zone") -> Source:
    """A source of this text."""
    return Source(path, text)


def span(where: Source, text: str, nth: int = 0) -> Span:
    """The place of the n-th occurrence of a text."""
    start = -1
    for _ in range(nth + 1):
        start = where.text.index(text, start + 1)
    return Span(where, start, start + len(text))


def unknown_asset() -> Diagnostic:
    """The finding that the architecture shows."""
    where = source()
    place = span(where, "filer-plc")
    return finding(
        "unknown-name",
        "no asset is called `filer-plc`",
        place,
        "not found in zone `filling`",
        also=((span(where, "filler-plc"), "a close name is declared here"),),
        fixes=(Fix("replace with `filler-plc`", (Edit(place, "filler-plc"),), safe=True),),
    )


def traced() -> Diagnostic:
    """A finding with steps through two files, one of them back up the page."""
    office = source("a -> b\nb -> c\nc -> d\n", "plant/office.zone")
    line = source("x\nassert never a -> d\n", "plant/line.zone")
    steps = (span(office, "a -> b"), span(office, "c -> d"), span(office, "b -> c"))
    return Diagnostic(
        "unknown-name",
        "`a` can work its way to `d`",
        (Label(span(line, "never a -> d"), "this fails"),),
        trace=tuple(Label(step, f"hop over `{step.text}`") for step in steps),
    )

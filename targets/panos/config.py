"""The configuration that is rendered, once, and its two forms: `set` commands and XML."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Field = str | list[str] | dict[str, "Field"]
Entry = dict[str, Field]
# In the order in which one stands on the other; the first words of a command.
SECTIONS = (
    "zone",
    "address",
    "address-group",
    "service",
    "application",
    "application-group",
    "schedule",
    "rulebase security rules",
    "rulebase application-override rules",
)
# Leaves that stand on one line of `set` commands, so that a rule can be read.
LINES = (
    ("from", "to"),
    ("source", "destination"),
    ("application", "service"),
    ("protocol", "port", "application"),
    ("action", "log-start", "log-end"),
)
XML_HEAD = '<?xml version="1.0"?>\n<config>\n  <devices>\n    <entry name="localhost.localdomain">\n'
SESSION = ("deviceconfig", "setting", "session")


class Config:
    """Sections, their entries in order, and whether the box must filter IPv6."""

    def __init__(self) -> None:
        self.sections: dict[str, dict[str, Entry]] = {name: {} for name in SECTIONS}
        self.blocks: dict[str, str] = {}  # which block of the policy a rule stands in
        self.ipv6 = False

    def add(self, section: str, name: str, entry: Entry) -> str:
        """Add an entry; one that is there already must say the same."""
        if self.sections[section].setdefault(name, entry) != entry:
            raise ValueError(f"two things called {name} in {section}")
        return name

    # -- set commands -----------------------------------------------------

    def commands(self) -> str:
        """A file for `configure`: it takes away all security rules and overrides that are there, and sets its own."""
        lines = [f"delete {section}" for section in SECTIONS if section.startswith("rulebase")]
        if self.ipv6:
            lines += ["", f"set {' '.join(SESSION)} ipv6-firewalling yes"]
        for section, entries in self.sections.items():
            lines += [""] if entries and not section.startswith("rulebase") else []
            for name, entry in entries.items():
                lines += [""] if section.startswith("rulebase") else []
                lines += [f"set {section} {name} {words}" for words in _lines(entry)]
        return "\n".join(lines) + "\n"

    # -- XML --------------------------------------------------------------

    def xml(self) -> str:
        """The same, for `load config partial` and the API."""
        parts = [XML_HEAD]
        if self.ipv6:
            inner: dict[str, Field] = {"ipv6-firewalling": "yes"}
            for name in reversed(SESSION):
                inner = {name: inner}
            parts += _elements(inner, 6)
        parts.append('      <vsys>\n        <entry name="vsys1">\n')
        tree: dict[str, Field] = {}
        for section, entries in self.sections.items():
            at = tree
            for name in section.split()[:-1]:
                at = at.setdefault(name, {})  # type: ignore[assignment]
            if entries or section.startswith("rulebase"):  # an empty one takes the place of what is there, too
                at[section.split()[-1]] = {f"={name}": entry for name, entry in entries.items()}
        parts += _elements(tree, 10)
        parts.append("        </entry>\n      </vsys>\n    </entry>\n  </devices>\n</config>\n")
        return "".join(parts)


def _lines(entry: Entry) -> Iterator[str]:
    """An entry's words, in as few lines as can be read."""
    done: set[str] = set()
    for key in entry:
        if key in done:
            continue
        together = next((line for line in LINES if key in line and all(k in entry for k in line)), (key,))
        done.update(together)
        yield " ".join(f"{k} {_words(entry[k], quoted=k == 'description')}" for k in together)


def _words(field: Field, *, quoted: bool = False) -> str:
    match field:
        case str():
            return f'"{field}"' if quoted else field
        case list():
            return field[0] if len(field) == 1 else f"[ {' '.join(field)} ]"
    return " ".join(f"{key} {_words(value)}" for key, value in field.items())


def _elements(tree: Mapping[str, Field], indent: int) -> Iterator[str]:
    """Elements; a key that begins with `=` is an entry's name."""
    margin = " " * indent
    for key, field in tree.items():
        head, tail = (f"entry name={quoteattr(key[1:])}", "entry") if key.startswith("=") else (key, key)
        if isinstance(field, str):
            yield f"{margin}<{head}>{escape(field)}</{tail}>\n"
            continue
        yield f"{margin}<{head}>\n"
        if isinstance(field, list):
            yield from (f"{margin}  <member>{escape(one)}</member>\n" for one in field)
        else:
            yield from _elements(field, indent + 2)
        yield f"{margin}</{tail}>\n"

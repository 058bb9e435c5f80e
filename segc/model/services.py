"""Services: ports and protocols of a name, with what they include. Built when first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.diagnostics import Diagnostic, finding
from segc.lang.syntax import DEEPEST
from segc.model.names import Kinds, unknown, wrong_kind
from segc.model.plant import ICMP, ICMP6, SCTP, TCP, UDP, FollowOn, Match, Service

if TYPE_CHECKING:
    from segc.lang.facts import Fact, Facts, Reader
    from segc.lang.shapes import Value
    from segc.source import Span

_PROTOCOLS = {"tcp": TCP, "udp": UDP, "sctp": SCTP}
_ALIAS = "alias"  # the family of short names: what they include has a family of its own
_FILTERABLE = ("yes", "partly", "no")
_COMMANDS = ("none", "initiator", "responder", "both")
_TEXTS = ("initiator", "multicast", "split", "security", "source")


class Services:
    """The declared services. A library has some 200, a plant uses a dozen: only those are built."""

    def __init__(self, reader: Reader, kinds: Kinds | None = None) -> None:
        self.reader = reader
        self.kinds = Kinds({}) if kinds is None else kinds
        self.declared: dict[str, Fact] = {}
        self.built: dict[str, Service] = {}
        self._building: list[tuple[str, Span]] = []

    def get(self, value: Value, fact: Fact) -> Service | None:
        """A service by name, or None after reporting that there is none."""
        service = self.built.get(value.token.text)
        if service is not None:
            return service
        name = value.token.text
        if name not in self.declared:
            places = {known: declared.span for known, declared in self.declared.items()}
            hint = 'the libraries are brought in by, e.g., use "std/ics"' if len(self.declared) < 20 else ""
            wrong = wrong_kind("service", value, fact, self.kinds)
            self.reader.found.append(wrong or unknown("service", value, fact, dict(places), hint))
            return None
        return self.build(name)

    def build(self, name: str) -> Service:
        """The service of a declared name."""
        if name not in self.built:
            declared = self.declared[name]
            self._building.append((name, declared.span))
            facts = self.reader.scope(declared.source, declared.body, "service", declared.span)
            self.built[name] = self._service(name, declared, facts)
            self._building.pop()
        return self.built[name]

    def _service(self, name: str, declared: Fact, facts: Facts) -> Service:
        """A service, with everything that the services it includes say of themselves."""
        parts = self._included(facts)
        title = declared.values[1]
        filterable = facts["filterable"][0].values if "filterable" in facts else None
        access = [v.value for v in facts["access"][0].values[0]] if "access" in facts else []
        access += [a for part in parts for a in part.access]
        weakest = max(parts, key=lambda part: _FILTERABLE.index(part.filterable), default=None)
        inherited = [part.commands for part in parts]
        return Service(
            name,
            title.value if title else "",
            merged(self._matches(facts) + [m for part in parts for m in part.matches]),
            declared.span,
            layer2="layer2" in facts or any(part.layer2 for part in parts),
            dynamic="dynamic" in facts or any(part.dynamic for part in parts),
            dynamic_ports=merged([*self._dynamic(facts), *(m for part in parts for m in part.dynamic_ports)]),
            follow_on=(
                *map(self._follow_on, facts.get("follow-on", [])),
                *(f for part in parts for f in part.follow_on),
            ),
            access=tuple(a for a in ("read", "write", "program") if a in access),
            commands=_one(facts, "commands", max(inherited, key=_COMMANDS.index, default="initiator")),
            filterable=filterable[0].value if filterable else (weakest.filterable if weakest else "yes"),
            why_filterable=filterable[1].value
            if filterable and filterable[1]
            else (weakest.why_filterable if weakest else ""),
            doc=_one(facts, "doc", ""),
            family=_family(_one(facts, "family", ""), parts),
            confidence=_one(facts, "confidence", ""),
            facts=_texts({word: _one(facts, word, "") for word in _TEXTS if word in facts}, parts),
        )

    def _matches(self, facts: Facts) -> list[Match]:
        found: list[Match] = []
        for word, proto in _PROTOCOLS.items():
            for fact in facts.get(word, []):
                inner = self.reader.scope(fact.source, fact.body, "ports", fact.span)
                sources = [v.value for f in inner.get("source-port", []) for v in f.values[0]] or [(0, 65535)]
                found += [Match(proto, *v.value, *source) for v in fact.values[0] for source in sources]
        for word, proto, family in (("icmp", ICMP, 4), ("icmp6", ICMP6, 6)):
            for fact in facts.get(word, []):
                found += [Match(proto, *v.value)._replace(family=family) for v in fact.values[0]]
        for fact in facts.get("proto", []):
            found += [protocol(v.value) for v in fact.values[0]]
        return found

    def _dynamic(self, facts: Facts) -> tuple[Match, ...]:
        found = []
        for fact in facts.get("dynamic", []):
            proto = _PROTOCOLS[fact.values[0].value] if fact.values[0] else TCP
            found += [Match(proto, *v.value) for v in fact.values[1]]
        return tuple(found)

    def _follow_on(self, fact: Fact) -> FollowOn:
        inner = self.reader.scope(fact.source, fact.body, "follow-on", fact.span)
        return FollowOn(fact.value, merged(self._matches(inner)), "dynamic" in inner, _one(inner, "doc", ""))

    def _included(self, facts: Facts) -> list[Service]:
        found: list[Service] = []
        for fact in facts.get("include", []):
            for value in fact.values[0]:
                name = value.token.text
                open_names = [entry[0] for entry in self._building]
                if name in open_names:
                    self.reader.found.append(_circle(name, fact.place(value), self._building[open_names.index(name) :]))
                    continue
                if len(open_names) > DEEPEST:
                    message = f"services include one another more than {DEEPEST} deep"
                    self.reader.found.append(finding("cyclic-include", message, fact.place(value)))
                    continue
                service = self.get(value, fact)
                if service is not None:
                    found.append(service)
        return found


def _circle(name: str, span: Span, chain: list[tuple[str, Span]]) -> Diagnostic:
    also = tuple((place, f"`{member}` is part of the circle") for member, place in chain)
    return finding("cyclic-include", f"service `{name}` includes itself", span, "included again here", also=also)


def _one(facts: Facts, word: str, default: str) -> str:
    return str(facts[word][0].value) if word in facts else default


# In IPv6 these are extension headers, not what a packet carries (RFC 8200, RFC 6275, RFC 7401, RFC 5533).
_EXTENSION_HEADERS = (0, 43, 44, 60, 135, 139, 140)


def protocol(number: int) -> Match:
    """All packets of an IP protocol."""
    if number == ICMP:
        return Match(ICMP, 0, 255, family=4)
    if number == ICMP6:
        return Match(ICMP6, 0, 255, family=6)
    return Match(number, family=4 if number in _EXTENSION_HEADERS else 0)


def merged(matches: list[Match]) -> tuple[Match, ...]:
    """Sorted, with ranges of one protocol that overlap or touch joined (source ports being equal)."""
    found: list[Match] = []
    for match in sorted(set(matches), key=lambda m: (m.proto, m.family, m.source_low, m.source_high, m.low)):
        last = found[-1] if found else None
        if last and _alike(last, match) and match.low <= last.high + 1:
            found[-1] = last._replace(high=max(last.high, match.high))
        else:
            found.append(match)
    return tuple(found)


def _alike(a: Match, b: Match) -> bool:
    return (a.proto, a.family, a.source_low, a.source_high) == (
        b.proto,
        b.family,
        b.source_low,
        b.source_high,
    )


def _family(own: str, parts: list[Service]) -> str:
    """A service's family; one that only stands for others is of theirs, if they agree."""
    theirs = {part.family for part in parts}
    return theirs.pop() if own in ("", _ALIAS) and len(theirs) == 1 else own


def _texts(own: dict[str, str], parts: list[Service]) -> tuple[tuple[str, str], ...]:
    """What a service says of itself, and where it is silent, what the services in it say."""
    theirs = {word: text for part in reversed(parts) for word, text in part.facts}
    return tuple((word, text) for word, text in (theirs | own).items() if text)

"""Flows: endpoints, services and what else an `allow` line says."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

from segc.diagnostics import finding
from segc.lang.removal import removal
from segc.model.plant import PLAIN, Flow, FlowFacts, Zone

if TYPE_CHECKING:
    from segc.lang.facts import Fact, Reader
    from segc.lang.shapes import Value
    from segc.model.names import Names
    from segc.model.plant import Endpoint, Service
    from segc.model.services import Services


_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"  # of RFC 4648, base 32
_PAIRS = [a + b for a in _LETTERS for b in _LETTERS]


def short_id(text: str, length: int = 8) -> str:
    """A stable short name for a text: letters and digits 2-7, five bits each; at most 16 of them."""
    number = int.from_bytes(blake2b(text.encode(), digest_size=10).digest(), "big")
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(70, 70 - 5 * length, -10)])[:length]


def zone_name(endpoint: Endpoint) -> str:
    """The zone that an endpoint is, or is in."""
    return endpoint.name if isinstance(endpoint, Zone) else endpoint.zone


class Flows:
    """Builds flows; all of a plant's flow ids are unique."""

    def __init__(self, reader: Reader, names: Names, services: Services) -> None:
        self.reader = reader
        self.names = names
        self.services = services
        self.ids: dict[str, Flow] = {}
        self.texts: dict[str, Flow] = {}

    def endpoints(self, values: list[Value], fact: Fact) -> tuple[Endpoint, ...] | None:
        """What a list of names stands for, each thing once; None where a name was unknown."""
        if len(values) == 1:
            return self.names.endpoint(values[0], fact) or None
        found: dict[int, Endpoint] = {}
        good = True
        for value in values:
            members = self.names.endpoint(value, fact)
            good = good and bool(members)
            found.update((id(one), one) for one in members)
        return tuple(found.values()) if good else None

    def service_list(self, values: list[Value], fact: Fact) -> tuple[Service, ...] | None:
        """The services of a list of names, each once; None where one was unknown."""
        found: dict[str, Service] = {}
        good = True
        for value in values:
            service = self.services.get(value, fact)
            if service is None:
                good = False
            else:
                found[service.name] = service
        return tuple(found.values()) if good else None

    def flow(self, fact: Fact, within: str, *, unique: bool = True) -> Flow | None:
        """The flow of an `allow` or `needs` line; None after reporting what is wrong with it."""
        sources = self.endpoints(fact.values[0], fact)
        targets = self.endpoints(fact.values[2], fact)
        services = self.service_list(fact.values[4], fact)
        if sources is None or targets is None or services is None:
            return None
        text = flow_text(fact)
        key = f"{within}|{text}"
        first = self.texts.get(key)
        if first is not None:
            if unique:
                self._twice(fact, first)
            return None
        facts = self._facts(fact) if fact.statement.body else PLAIN
        flow = Flow(self._id(key), within, sources, targets, services, text, fact.span, facts)
        self.ids[flow.id] = flow
        self.texts[key] = flow
        return flow

    def _id(self, key: str) -> str:
        name = short_id(key)
        count = 1
        while name in self.ids:
            count += 1
            name = short_id(f"{key}#{count}")
        return name

    def _facts(self, fact: Fact) -> FlowFacts:
        inner = self.reader.scope(fact.source, fact.body, "flow", fact.span)
        one = {word: entries[0].value for word, entries in inner.items() if entries}
        return FlowFacts(
            one.get("because", ""),
            one.get("ticket", ""),
            "log" in one,
            "essential" in one,
            one.get("review-by"),
            one.get("expect"),
            one.get("tested"),
            one.get("learned-until"),
            one.get("period"),
        )

    def _twice(self, fact: Fact, first: Flow) -> None:
        self.reader.found.append(
            finding(
                "duplicate-flow",
                f"`{first.text}` is allowed twice in `{first.within}`",
                fact.span,
                "again here",
                also=((first.span, "first here"),),
                # a second one that says more than the first, such as `log`, is not simply superfluous
                fixes=() if fact.statement.body else removal(fact.span, "delete the second one", safe=True),
            )
        )


def flow_text(fact: Fact) -> str:
    """A flow on one line, its lists sorted: the text that its id is made of."""
    sources, _, targets, _, services = fact.values[:5]
    return f"{_listed(sources)} -> {_listed(targets)} : {_listed(services)}"


def _listed(values: list[Value]) -> str:
    if len(values) == 1:
        return values[0].token.text
    return ", ".join(sorted({value.token.text for value in values}))

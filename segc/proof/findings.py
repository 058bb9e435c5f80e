"""A proof that failed, as findings: the packet, the policy and its line, the file and its line, the worst first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.diagnostics import Severity, finding
from segc.packets.machine import UNTOLD, Log
from segc.proof.differing import INTERRUPTION, LEAK, RECORD
from segc.proof.replay import replayed
from segc.proof.slices import INPUT, OUTPUT
from segc.proof.texts import TARGET, few, many
from segc.proof.unread import assumptions, unbounded, unread
from segc.proof.why import Reason, at_machine, packet_text, reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.diagnostics import Diagnostic
    from segc.packets.decide import Outcome
    from segc.packets.machine import Refused
    from segc.proof.differing import Difference
    from segc.proof.expected import Expected
    from segc.proof.prove import Proof, Prover
    from segc.proof.texts import Files

MOST = 3  # findings of each kind and firewall; one is enough to stop a build
KINDS = (INTERRUPTION, LEAK, RECORD)
NAMES = {INTERRUPTION: "interruption", LEAK: "leak", RECORD: "not-equal"}
DOES = {
    INTERRUPTION: "`{}` stops what the policy lets pass: {}",
    LEAK: "`{}` lets pass what the policy stops: {}",
    RECORD: "`{}` records otherwise than the policy says {}",
}
MAY = {
    INTERRUPTION: "`{}` may stop what the policy lets pass: {}",
    LEAK: "`{}` may let pass what the policy stops: {}",
    RECORD: "`{}` may record otherwise than the policy says {}",
}


def findings(prover: Prover, proof: Proof, files: Files, *, strict: bool = True) -> Iterator[Diagnostic]:
    """What there is to say of a proof that failed.

    `strict`: nothing unknown is borne, as in what segc has written. Else what is not understood is named, and what it
    may do with a packet.
    """
    if strict:
        for place in unread(proof, files)[:MOST]:
            message = (
                f"`{proof.firewall.name}`: {place.where}: `{place.text}` is not understood, so nothing can be proved"
            )
            yield finding("unread-line", message, proof.firewall.target_span, TARGET)
    for certain in (True,) if strict and proof.unread else (True, False):
        for kind in KINDS:
            mine = [one for one in proof.found if one.kind == kind and one.certain == certain]
            yield from (_difference(prover, proof, one, files) for one in _apart(mine))
    if not strict and proof.unread:
        yield from _unbounded(proof, files)
        yield from _borne(proof, files)


def _apart(differences: list[Difference]) -> list[Difference]:
    """A few that are not alike."""
    found: dict[object, Difference] = {}
    for one in differences:
        key = (one.packet._replace(state="new", reply=False), one.expected, one.outcome)
        found.setdefault(key, one)
    return list(found.values())[:MOST]


def _unbounded(proof: Proof, files: Files) -> Iterator[Diagnostic]:
    """What is not understood, and may change how any packet fares."""
    listed = list(dict.fromkeys(unbounded(proof.machine)))
    if not listed:
        return
    notes = few(f"{files.place(role, line)}: `{text}`" for text, line, role in listed)
    message = f"`{proof.firewall.name}`: {many(len(listed))} not understood, and may change what becomes of any packet"
    yield finding("may-differ", message, proof.firewall.target_span, TARGET, notes=notes)


def _borne(proof: Proof, files: Files) -> Iterator[Diagnostic]:
    """What is not understood, where a proof has said already what may come of it."""
    apart = {(role, line) for _, line, role in unbounded(proof.machine)}
    lines = [place for place in dict.fromkeys((role, line) for _, line, role in proof.unread) if place not in apart]
    if not lines:
        return
    whatever = f"whatever {'it means' if len(lines) == 1 else 'they mean'}"
    harmless = "" if proof.found or apart else f"; {whatever}, every packet fares as the policy says"
    message = f"`{proof.firewall.name}`: {many(len(lines))} not understood{harmless}"
    notes = few(f"{place.where}: `{place.text}`" for place in unread(proof, files, apart))
    yield finding("unread-line", message, proof.firewall.target_span, TARGET, notes=notes).at(Severity.WARNING)


def refused(prover: Prover, name: str, why: Refused) -> Diagnostic:
    """A file that could not be read at all."""
    firewall = prover.plant.firewalls[name]
    place = f"{why.file}, line {why.line}: " if why.line else f"{why.file}: " if why.file else ""
    message = f"`{name}`: {place}{why.why}, so nothing can be proved"
    return finding("unread-line", message, firewall.target_span, TARGET)


def _difference(prover: Prover, proof: Proof, one: Difference, files: Files) -> Diagnostic:
    because = _because(prover, proof, one)
    said, done = _said(one.expected), _done(one.outcome)
    name = NAMES[one.kind] if one.certain else "may-differ"
    words = (DOES if one.certain else MAY)[one.kind]
    # at a machine there is one place only
    packet = one.packet if proof.firewall.host is None else one.packet._replace(iif="")
    what = packet_text(prover.plant, packet)
    message = words.format(proof.firewall.name, f"of {what}" if one.kind == RECORD else what)
    notes = [f"policy: {said}; {because.words}", f"file: {done}; {_line(proof, one, files)}"]
    if not one.certain:
        notes += assumptions(proof, one, files)
    elif one.asked:
        notes.append("that is so whatever the lines mean that are not understood")
    return finding(name, message, because.span, because.label, notes=tuple(notes))


def _because(prover: Prover, proof: Proof, one: Difference) -> Reason:
    firewall = proof.firewall
    if firewall.host is not None:
        return at_machine(prover.policy, prover.duties(firewall.name), one.packet, arriving=one.hooks == INPUT)
    if one.hooks == OUTPUT:
        return Reason("what the firewall itself sends is left alone", firewall.span, firewall.name)
    if one.hooks == INPUT:
        if not firewall.manage:
            return Reason("without `manage`, traffic to the firewall is left alone", firewall.span, firewall.name)
        return Reason("traffic to the firewall itself: its `manage` lines decide", firewall.manage[0].span, "manage")
    return reason(prover.policy, prover.duties(firewall.name), one.packet)


def _said(expected: Expected) -> str:
    return _words("passes" if expected.kind == "accept" else "is stopped", sorted(expected.logs), " or ")


def _done(outcome: Outcome) -> str:
    kinds = {"accept": "passes", "go": "passes", "drop": "is dropped", "reject": "is rejected"}
    return _words(kinds.get(outcome.kind, "may do anything"), list(outcome.logs), " and ")


def _words(what: str, logs: list[str], between: str) -> str:
    """`passes, recorded as segc:A:mes>filling`."""
    listed = between.join("something that cannot be told" if p == UNTOLD else f"`{p.strip()}`" for p in logs)
    return f"the packet {what}, {f'recorded as {listed}' if logs else 'without a record'}"


def _line(proof: Proof, one: Difference, files: Files) -> str:
    """The line of the file that decided, or that made a record which is not due."""
    run = replayed(proof.machine, one)
    for rule in run.steps if one.kind == RECORD else ():
        if isinstance(rule.action, Log) and rule.action.prefix not in one.expected.logs:
            return files.of(rule)
    if run.last is None:
        return "no rule decides, the policy of the chain does"
    return files.of(run.last)

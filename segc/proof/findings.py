"""A proof that failed, as findings: the packet, the policy and its line, the file and its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.diagnostics import finding
from segc.packets.trace import trace
from segc.proof.questions import INPUT, OUTPUT
from segc.proof.why import Reason, packet_text, reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from segc.diagnostics import Diagnostic
    from segc.packets.decide import Outcome
    from segc.packets.machine import Refused
    from segc.proof.compare import Difference
    from segc.proof.expected import Expected
    from segc.proof.prove import Proof, Prover

MOST = 5  # findings of a firewall; one is enough to stop a build


def findings(prover: Prover, proof: Proof, files: Mapping[str, str]) -> Iterator[Diagnostic]:
    """What there is to say of a proof that failed. `files` are texts by role."""
    name = proof.firewall.name
    for text, line, role in proof.unread[:MOST]:
        message = f"`{name}`: {role}, line {line}: `{text}` is not understood, so nothing can be proved"
        yield finding("unread-line", message, proof.firewall.target_span, "the target of this firewall")
    told: set[object] = set()
    for difference in proof.differences:
        key = (difference.packet._replace(state="new", reply=False), difference.expected, difference.outcome)
        if key not in told and len(told) < MOST:
            told.add(key)
            yield _difference(prover, proof, difference, files)


def refused(prover: Prover, name: str, why: Refused) -> Diagnostic:
    """A file that could not be read at all."""
    firewall = prover.plant.firewalls[name]
    place = f"{why.file}, line {why.line}" if why.line else why.file
    message = f"`{name}`: {place}: {why.why}, so nothing can be proved"
    return finding("unread-line", message, firewall.target_span, "the target of this firewall")


def _difference(prover: Prover, proof: Proof, one: Difference, files: Mapping[str, str]) -> Diagnostic:
    what = packet_text(prover.plant, one.packet)
    because = _because(prover, proof, one)
    expected, outcome = _said(one.expected), _done(one.outcome)
    notes = (
        f"policy: {expected}; {because.words}",
        f"file: {outcome}; {_line(proof, one, files)}",
    )
    message = f"`{proof.firewall.name}` would do otherwise than the policy says with {what}"
    return finding("not-equal", message, because.span, because.label, notes=notes)


def _because(prover: Prover, proof: Proof, one: Difference) -> Reason:
    firewall = proof.firewall
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
    listed = between.join(f"`{prefix.strip()}`" for prefix in logs)
    return f"the packet {what}, {f'recorded as {listed}' if logs else 'without a record'}"


def _line(proof: Proof, one: Difference, files: Mapping[str, str]) -> str:
    """The line of the file that decided."""
    run = trace(proof.machine, one.packet, one.hooks, remembered=one.of.remembered)
    if run.last is None:
        return "no rule decides, the policy of the chain does"
    rule = run.last
    lines = files.get(rule.file, "").splitlines()
    text = lines[rule.line - 1].strip() if 0 < rule.line <= len(lines) else ""
    return f"{rule.file}, line {rule.line}: `{text}`"

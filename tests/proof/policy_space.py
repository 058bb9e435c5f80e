"""The policy as packet sets, asked about one packet."""

from __future__ import annotations

from segc.packets.diagram import Diagrams
from segc.packets.fields import DPORT, IIF, PROTO, SOURCE, SPORT, TARGET, TIME
from segc.packets.fields import Packet as Read
from segc.packets.space import OTHER, Cuts
from segc.packets.wellformed import cut_protocols
from segc.proof.duties import Duties, Policy
from segc.proof.expected import Expected, Space, cut
from segc.proof.records import Records


def expected_of(policy: Policy, duties: Duties, records: Records, family: int) -> tuple[Diagrams, int]:
    """A firewall's policy for packets that open a session."""
    cuts = Cuts(family)
    cut_protocols(cuts)
    second = int(policy.at.timestamp())
    cut(policy, duties, cuts, (second, second + 1000))
    diagrams = Diagrams(cuts.space())
    return diagrams, Space(policy, duties, records, diagrams).opening()


def looked_up(diagrams: Diagrams, node: int, packet: Read) -> Expected:
    """What the diagram says of one packet."""
    space = diagrams.space
    values = {
        SOURCE: packet.source, TARGET: packet.target, PROTO: packet.proto, DPORT: packet.dport,
        SPORT: packet.sport, TIME: packet.time,
    }  # fmt: skip
    ranks = [0] * 8
    for field, value in values.items():
        ranks[field] = [i for i, start in enumerate(space.starts[field]) if start <= value][-1]
    names = space.names[IIF]
    ranks[IIF] = names.index(packet.iif) if packet.iif in names else names.index(OTHER)
    found: Expected = diagrams.at(node, ranks)
    return found

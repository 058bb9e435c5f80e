"""Application overrides: sessions of a port are taken for an application without a look at what they carry.

They decide nothing by themselves. Rules for any application do not see them; a
rule that names one is open either way, as the reader takes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.packets.machine import Refused

from . import reader_addresses, reader_services

if TYPE_CHECKING:
    from .reader_tree import Node


def check(root: Node) -> None:
    """Every override is one that the box would take."""
    addresses = reader_addresses.Names(root)
    for name, node in root.entries("rulebase", "application-override", "rules").items():
        for key in ("from", "to", "source", "destination", "protocol", "port", "application"):
            if not node.at(key).values:
                raise Refused(f"override `{name}` has no {key}", node.line)
        if node.leaf("protocol") not in ("tcp", "udp"):
            raise Refused(f"override `{name}` is of neither TCP nor UDP", node.line)
        reader_services.port_spans(node.at("port").values[0])
        for key in ("source", "destination"):
            addresses(node.at(key).values)
        for key in ("from", "to"):
            for zone in node.at(key).values:
                if zone.text != "any" and zone.text not in root.entries("zone"):
                    raise Refused(f"no zone is called `{zone.text}`", zone.line, text=zone.text)

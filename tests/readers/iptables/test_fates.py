"""Verdicts and records, packet by packet, of files that nobody here rendered."""

from __future__ import annotations

import pytest

from segc.packets.fields import Packet
from segc.packets.trace import trace
from segc.targets import registry
from tests.readers.iptables.fates import FILES, TABLE
from tests.readers.iptables.given import INPUT, packet, read, stored


@pytest.mark.parametrize(("hooks", "sent", "kind"), TABLE, ids=lambda value: None if isinstance(value, str) else "")
def test_a_server(hooks: tuple[str, ...], sent: Packet, kind: str) -> None:
    assert trace(read(), sent, hooks).kind == kind


def test_records_have_their_prefix() -> None:
    assert trace(read(), packet("1.1.1.1", "2.2.2.2", dport=23), INPUT).logs == ["[UFW BLOCK] "]


@pytest.mark.parametrize(("name", "hooks", "sent", "unknown", "kind", "logs"), FILES)
def test_files_as_people_have_them(
    name: str, hooks: tuple[str, ...], sent: Packet, unknown: int, kind: str, logs: list[str]
) -> None:
    found = trace(registry.reader("iptables").read(stored(name)), sent, hooks, unknown=lambda _: bool(unknown))
    assert (found.kind, found.logs) == (kind, logs)

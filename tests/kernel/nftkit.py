"""What the tests of the nftables scripts share: a rules file with all that is hard to put back, and small helpers."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from tests.kernel import opskit
from tests.kernel.opskit import Machine

UNREADABLE = "meta l4proto tcp ct original proto-dst { 443, 502 }"  # nft 1.0.6 can't read what it prints for it


def rules(chain: str, extra: str = "") -> dict[str, str]:
    text = f"""# segc
table inet segc
delete table inet segc
table inet segc {{
  set segc-s {{ type ipv4_addr . inet_service; elements = {{ 10.1.0.9 . 502, 10.1.0.9 . 102 }}; }}
  set segc-seen {{ type ipv4_addr; flags dynamic, timeout; timeout 1h; size 100; }}
  chain segc-forward {{
    type filter hook forward priority 0; policy accept;
    ct state established accept
    iifname . oifname vmap {{ "lo" . "lo" : jump {chain} }}
  }}
  chain {chain} {{
    ip saddr . tcp dport @segc-s counter accept comment "it's; $y"
    add @segc-seen {{ ip saddr limit rate 1/minute }} log group 5 prefix "segc a"
    meta hour "06:00"-"14:00" accept
    {UNREADABLE} accept
    {extra}
    counter drop
  }}
}}
"""
    return {"nftables.nft": text}


render = partial(opskit.artefact, "nftables")


def record(host: Machine, name: str, extra: str = "") -> Path:
    """A program that writes down how it was called."""
    calls = host.shims / f"{name}.calls"
    host.shim(name, f'printf "%s\\n" "$*" >>{calls}\n{extra}')
    return calls


def one_line(said: str, words: str) -> None:
    """An error of ours, and nothing else."""
    assert words in said
    assert said.startswith("segc: ")
    assert len(said.splitlines()) == 1, said

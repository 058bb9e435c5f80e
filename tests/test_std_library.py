"""Holds the service library, grammar/std, against the facts in tests/data/protocols.csv.

How a column of facts becomes a word of the library:

commands    by the first word of `command_from`: initiator, responder, both and none as they stand;
            n/a is none; a role (controller, master, managing node, controlling station) is initiator,
            because a policy's arrow starts at the role that commands.
access      read where nobody commands (none, n/a). Else read, write, program for the families
            engineering, safety and debug; for a split that names programs, downloads or engineering,
            or both a start (or run) and a stop ("as X" stands for X's split; MMS's file download
            fetches a file and does not count); and for the services in CARRIES_PROGRAMS. Else read, write.
filterable  absent for yes; no for "no ..." and "physical"; partly for the rest.
dynamic     the range 49152-65535 where the row names it; it is never among the ports.
proto       "ip-proto N" in `transport` or in `ports_note`.
same-port   the same names in the same order, spelt a little differently.
source      the tags of `source`, written out by SOURCES.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.std_library import STD, Scope, library

FACTS = Path(__file__).parent / "data" / "protocols.csv"

LONGEST_DOC = 110
LONGEST_FILE = 600
DYNAMIC_RANGE = "49152-65535"

# Their split says nothing of programs, yet they carry them, in the same session as the data.
CARRIES_PROGRAMS = {
    "ads",
    "ads-secure",
    "fagor-dnc",
    "focas",
    "ge-srtp",
    "heidenhain-lsv2",
    "niagara-platform",
    "rockwell-csp",
    "s7comm-plus",
    "ur-robot",
}
ALIASES = {
    "active-directory": "ad-set",
    "bacnet": "bacnet-ip",
    "enip": "enip-tcp, enip-udp",
    "fins": "fins-udp, fins-tcp",
    "iec-104": "iec104",
    "knx": "knxnet-ip",
    "modbus": "modbus-tcp",
    "opcua-tcp": "opcua",
    "ping": "icmp-echo",
    "profinet-cm": "pn-cm",
    "ptp": "ptp-udp",
    "s7": "s7comm",
    "sftp": "ssh",
    "sql-server": "mssql",
    "synchrophasor": "c37-118",
    "web": "http-api, https",
}
ICMP = {
    "icmp-echo": {"icmp": "echo-request", "icmp6": "echo-request"},
    "icmp-pmtu": {
        "icmp": "destination-unreachable, time-exceeded",
        "icmp6": "destination-unreachable, packet-too-big, time-exceeded",
    },
    "icmpv6-nd": {"icmp6": "133-137"},
}
SOURCES = {
    "GM": "GRASSMARLIN",
    "HIRSCH": "Hirschmann",
    "IANA": "IANA",
    "ICSNPP": "ICSNPP",
    "MALC": "Malcolm",
    "NDPI": "nDPI",
    "NMAP": "Nmap",
    "NSE": "Nmap scripts",
    "OK": "field knowledge",
    "PASTE": "public port list",
    "PCAP": "captures",
    "VEND": "vendor",
    "WS": "Wireshark",
}
ORDER = [
    *("doc", "family", "include", "tcp", "udp", "proto", "icmp", "icmp6", "layer2", "ethertype", "dynamic"),
    *("initiator", "commands", "access", "filterable", "follow-on", "multicast", "split", "security"),
    *("same-port", "source", "confidence"),
]


def load_facts() -> dict[str, dict[str, str]]:
    with FACTS.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


FACT = load_facts()
every_fact = pytest.mark.parametrize("name", FACT)


def service(name: str) -> Scope:
    return next(s for s in library().services if s.name == name)


def aliases() -> list[Scope]:
    return [s for s in library().services if s.text("family") == "alias"]


def plain(text: str) -> str:
    """Letters and digits only, for values that differ in their commas and brackets."""
    return re.sub(r"[^a-z0-9]", "", text.lower())


def expected_commands(fact: dict[str, str]) -> str:
    first = re.split(r"[ :(]", fact["command_from"].lower())[0]
    if first in {"controller", "master", "managing", "controlling"}:
        return "initiator"
    return "none" if first == "n/a" else first


def split_of(fact: dict[str, str]) -> str:
    pointer = re.match(r"as ([a-z0-9-]+)", fact["read_write_split"])
    return split_of(FACT[pointer[1]]) if pointer else fact["read_write_split"]


def expected_access(fact: dict[str, str]) -> str:
    if expected_commands(fact) == "none":
        return "read"
    split = split_of(fact)
    programs = (
        fact["family"] in {"engineering", "safety", "debug"}
        or fact["id"] in CARRIES_PROGRAMS
        or re.search(r"program|download|engineering", split.replace("File Download", ""), re.IGNORECASE)
        or (re.search(r"\b(start|run)\b", split) and re.search(r"\bstop\b", split))
    )
    return "read, write, program" if programs else "read, write"


def expected_filterable(fact: dict[str, str]) -> str:
    value = fact["l3_filterable"]
    if value == "yes":
        return ""
    return "no" if value == "physical" or value.startswith("no ") else "partly"


def expected_source(fact: dict[str, str]) -> str:
    tags = []
    for tag in re.split(r";(?![^(]*\))", fact["source"]):
        name, bracket, detail = tag.partition("(")
        tags.append(SOURCES[name] + (f" ({detail.replace(';', ',')}" if bracket else ""))
    return "; ".join(tags)


def test_every_line_is_written_in_the_one_way() -> None:
    assert library().faults == []


def test_every_fact_is_a_service_once_and_every_service_a_fact_or_an_alias() -> None:
    names = Counter(s.name for s in library().services)
    assert names == Counter([*FACT, *ALIASES])
    assert not set(FACT) & set(ALIASES)


def test_figures() -> None:
    services = [s for s in library().services if s.name in FACT]
    assert len(services) == 205
    assert sum("layer2" in s.words for s in services) == 18
    assert sum(s.words["commands"] in {"both", "responder"} for s in services) == 30
    assert sum("filterable" in s.words for s in services) == 33


@every_fact
def test_ports(name: str) -> None:
    fact, found = FACT[name], service(name)
    for word in ("tcp", "udp"):
        ports = found.words[word].split(", ") if word in found.words else []
        assert len(ports) == len(set(ports))
        assert set(ports) == set(fact[f"{word}_ports"].split()) - {DYNAMIC_RANGE}


@every_fact
def test_dynamic_range(name: str) -> None:
    fact, found = FACT[name], service(name)
    named = DYNAMIC_RANGE in f"{fact['tcp_ports']} {fact['ports_note']}"
    protocol = "tcp" if fact["tcp_ports"] else "udp"
    assert found.words.get("dynamic", "") == (f"{protocol} {DYNAMIC_RANGE}" if named else "")
    if named:
        assert found.follow_on is not None
        assert "dynamic" in found.follow_on.words


@every_fact
def test_other_protocols(name: str) -> None:
    fact, found = FACT[name], service(name)
    protocols = re.findall(r"ip-proto (\d+)", f"{fact['transport']} {fact['ports_note']}")
    assert found.words.get("proto", "") == ", ".join(protocols)
    types = {word: found.words[word] for word in ("icmp", "icmp6") if word in found.words}
    assert types == ICMP.get(name, {})
    assert bool(types) == fact["transport"].startswith("icmp")


@every_fact
def test_layer_2(name: str) -> None:
    fact, found = FACT[name], service(name)
    assert ("layer2" in found.words) == (fact["layer"] == "L2")
    types = re.findall(r"0x[0-9A-F]{4}", fact["ethertype"])
    assert found.words.get("ethertype", "") == ", ".join(types)
    if "layer2" in found.words:
        assert found.words["layer2"] == ""
        assert not {"tcp", "udp", "proto", "icmp", "icmp6"} & set(found.words)


@every_fact
def test_a_service_without_ports_says_that_they_must_be_declared(name: str) -> None:
    fact, found = FACT[name], service(name)
    if fact["layer"] == "L4" and not fact["tcp_ports"] and not fact["udp_ports"]:
        assert "declare" in found.text("doc")
        assert "per " in found.text("doc")


@every_fact
def test_commands_and_access(name: str) -> None:
    fact, found = FACT[name], service(name)
    assert found.words["commands"] == expected_commands(fact)
    assert found.words["access"] == expected_access(fact)


@every_fact
def test_filterable(name: str) -> None:
    value = service(name).words.get("filterable", "")
    answer, _, why = value.partition(" ")
    assert answer == expected_filterable(FACT[name])
    assert bool(why.strip('"')) == bool(answer)


@every_fact
def test_follow_on(name: str) -> None:
    fact, found = FACT[name], service(name)
    assert ("follow-on" in found.words) == bool(fact["data_connection"])
    if found.follow_on is None:
        return
    inner = found.follow_on
    assert found.words["follow-on"] in {"forward", "reverse", "both"}
    assert set(inner.words) <= {"tcp", "udp", "dynamic", "doc"}
    assert {"tcp", "udp", "dynamic"} & set(inner.words)
    assert 0 < len(inner.text("doc")) <= LONGEST_DOC
    named = re.findall(r"[\d-]+", f"{fact['data_connection']} {fact['tcp_ports']} {fact['udp_ports']}")
    assert inner.ports("tcp") | inner.ports("udp") <= set(named)


@every_fact
def test_words_that_stand_where_the_facts_have_something(name: str) -> None:
    fact, found = FACT[name], service(name)
    assert found.text("family") == fact["family"]
    assert found.text("confidence") == fact["confidence"]
    assert found.text("source") == expected_source(fact)
    assert bool(found.text("initiator")) == bool(fact["initiator"])
    assert bool(found.text("multicast")) == bool(fact["multicast_or_broadcast"])
    assert bool(found.text("split")) == (fact["read_write_split"] not in {"", "none"})
    assert plain(found.words.get("same-port", "")) == plain(fact["port_collisions"])
    assert found.text("security")
    if not fact["encryption_auth"].startswith("none"):
        assert found.text("security") not in {"none", "none known"}
    assert "include" not in found.words


@pytest.mark.parametrize("name", ALIASES)
def test_alias(name: str) -> None:
    found = service(name)
    assert set(found.words) == {"doc", "family", "include"}
    assert found.words["family"] == "alias"
    assert found.words["include"] == ALIASES[name]
    assert set(found.words["include"].split(", ")) <= set(FACT)


def test_words_and_their_order() -> None:
    for found in library().services:
        assert list(found.words) == [word for word in ORDER if word in found.words], found.name


def test_texts_read_alike() -> None:
    for found in library().services:
        assert 0 < len(found.text("doc")) <= LONGEST_DOC, found.name
        assert len(found.text("security")) <= LONGEST_DOC, found.name
        assert found.text("doc")[0].isupper() or found.text("doc")[0].isdigit(), found.name
        scopes = [found] if found.follow_on is None else [found, found.follow_on]
        for value in (value for scope in scopes for value in scope.words.values() if value.startswith('"')):
            assert value.isascii(), found.name
            assert not value.rstrip('"').endswith((".", " ")), f"{found.name}: {value}"


def test_docs_are_all_different() -> None:
    docs = Counter(s.text("doc") for s in library().services)
    assert [doc for doc, times in docs.items() if times > 1] == []


def test_files_are_short_and_say_what_they_hold() -> None:
    for path in STD.glob("*.zone"):
        lines = path.read_text(encoding="utf-8").splitlines()
        assert lines[0].startswith("# "), path.name
        assert len(lines) <= LONGEST_FILE, path.name


def reach(start: str) -> set[str]:
    """Files that come with `use "std/START"`, itself included."""
    seen: set[str] = set()
    due = [start]
    while due:
        if (name := due.pop()) not in seen:
            seen.add(name)
            due += library().uses[name]
    return seen


def test_every_use_leads_to_a_file_and_all_leads_to_every_file() -> None:
    assert reach("all") == set(library().uses)


def test_ics_serves_a_plain_plant_and_never_vendor_access() -> None:
    families = {s.text("family") for s in library().services if s.file in reach("ics")}
    assert {"controller", "engineering", "scada", "historian", "safety", "iiot", "time", "admin"} <= families
    assert not {"vendor-access", "vpn", "diode"} & families


def test_a_file_brings_whatever_its_services_include() -> None:
    home = {s.name: s.file for s in library().services}
    for alias in aliases():
        for name in alias.words["include"].split(", "):
            assert home[name] in reach(alias.file), alias.name

"""What becomes of packets: at a small server, and by files as people have them."""

from __future__ import annotations

from tests.readers.iptables.given import FORWARD, INPUT, packet

TABLE = [
    (INPUT, packet("1.1.1.1", "2.2.2.2"), "accept"),
    (INPUT, packet("198.51.100.7", "2.2.2.2"), "reject"),
    (INPUT, packet("203.0.113.66", "2.2.2.2"), "drop"),  # in another table
    (INPUT, packet("203.0.113.66", "2.2.2.2", state="established"), "drop"),
    (INPUT, packet("1.1.1.1", "2.2.2.2", dport=23), "drop"),  # the policy
    (INPUT, packet("1.1.1.1", "2.2.2.2", dport=23, state="established"), "accept"),
    (INPUT, packet("1.1.1.1", "2.2.2.2", state="invalid"), "drop"),
    (INPUT, packet("1.1.1.1", "2.2.2.2", 1, 8 * 256), "accept"),
    (INPUT, packet("1.1.1.1", "2.2.2.2", 1, 8 * 256 + 3), "accept"),  # any code
    (INPUT, packet("1.1.1.1", "2.2.2.2", 1, 13 * 256), "drop"),
    (INPUT, packet("1.1.1.1", "2.2.2.2", 17, 1023, sport=1024), "accept"),
    (INPUT, packet("1.1.1.1", "2.2.2.2", 17, 1024, sport=1024), "drop"),
    (INPUT, packet("1.1.1.1", "2.2.2.2", 17, 1023, sport=1023), "drop"),
    (INPUT, packet("1.1.1.1", "2.2.2.2", 47, 0, iif="lo"), "accept"),
    (FORWARD, packet("10.8.0.4", "10.3.0.7", dport=502), "accept"),
    (FORWARD, packet("10.8.0.4", "10.3.0.7", dport=503), "reject"),
    (FORWARD, packet("10.8.0.4", "10.3.0.129", dport=503), "accept"),  # an exception of the set
    (FORWARD, packet("10.8.0.4", "10.3.0.200", dport=503), "reject"),  # an exception of the exception
    (FORWARD, packet("10.8.0.4", "10.9.0.1", dport=80), "drop"),  # gone to, not decided: the base chain's policy
    (FORWARD, packet("10.8.0.5", "10.9.0.1", dport=80), "accept"),
    (FORWARD, packet("9.9.9.9", "10.5.0.1", iif="docker0", oif="eth0"), "accept"),
    (FORWARD, packet("9.9.9.9", "10.5.0.1", iif="docker0", oif="docker0"), "drop"),
]
ELSEWHERE = "9.9.9.9"
FILES = [
    # unknown matches hold in these where their number is 1: addrtype, limit and recent of ufw, each on its line
    ("ufw", INPUT, packet(ELSEWHERE, "10.0.0.1", state="established"), 0, "accept", []),
    ("ufw", INPUT, packet(ELSEWHERE, "10.0.0.1", state="invalid"), 0, "drop", []),
    ("ufw", INPUT, packet(ELSEWHERE, "10.0.0.1", 1, 3 * 256 + 4), 0, "accept", []),
    ("ufw", INPUT, packet(ELSEWHERE, "10.0.0.1", 17, 68, sport=67), 0, "accept", []),
    ("ufw", INPUT, packet(ELSEWHERE, "10.0.0.1", 17, 68, sport=68), 0, "drop", []),  # not local
    ("ufw", INPUT, packet(ELSEWHERE, "10.0.0.1"), 0, "drop", []),
    ("ufw", INPUT, packet(ELSEWHERE, "10.0.0.1"), 1, "reject", ["[UFW LIMIT BLOCK] "]),
    ("ufw", INPUT, packet("10.1.1.1", "10.0.0.1", dport=8100), 1, "accept", []),
    ("ufw", INPUT, packet(ELSEWHERE, "10.0.0.1", dport=8100), 1, "drop", []),  # a broadcast, then
    ("ufw", INPUT, packet(ELSEWHERE, "10.0.0.1", state="invalid"), 1, "drop", []),
    ("docker", FORWARD, packet(ELSEWHERE, "172.17.0.2", dport=80, iif="eth0", oif="docker0"), 0, "accept", []),
    ("docker", FORWARD, packet(ELSEWHERE, "172.17.0.2", dport=81, iif="eth0", oif="docker0"), 0, "drop", []),
    ("docker", FORWARD, packet("192.0.2.3", "172.17.0.2", dport=80, iif="eth0", oif="docker0"), 0, "drop", []),
    ("docker", FORWARD, packet("192.0.2.3", "172.17.0.2", dport=80, iif="wan", oif="docker0"), 0, "accept", []),
    ("docker", FORWARD, packet(ELSEWHERE, "10.0.0.1", dport=8080, iif="eth0", oif="docker0"), 1, "whatever", []),
    ("docker", FORWARD, packet("172.17.0.2", ELSEWHERE, iif="docker0", oif="eth0"), 0, "whatever", []),
    ("docker", FORWARD, packet("172.18.0.2", ELSEWHERE, iif="br-1f2e3d4c5b6a", oif="docker0"), 0, "drop", []),
    ("docker", FORWARD, packet("172.17.0.2", ELSEWHERE, iif="docker0", oif="br-1f2e3d4c5b6a"), 0, "drop", []),
    ("fail2ban", INPUT, packet("198.51.100.7", "10.0.0.1"), 0, "reject", []),
    ("fail2ban", INPUT, packet("198.51.100.127", "10.0.0.1", dport=2222), 0, "reject", []),
    ("fail2ban", INPUT, packet("198.51.100.128", "10.0.0.1"), 0, "accept", []),
    ("fail2ban", INPUT, packet("198.51.100.7", "10.0.0.1", dport=80), 0, "accept", []),
    ("fail2ban", INPUT, packet("203.0.113.9", "10.0.0.1", dport=25), 0, "drop", []),
    ("fail2ban", INPUT, packet("203.0.113.10", "10.0.0.1", 17), 0, "drop", []),
    ("fail2ban", INPUT, packet("203.0.113.129", "10.0.0.1", 17), 0, "accept", []),  # an exception of the set
    ("fail2ban", INPUT, packet("203.0.113.130", "10.0.0.1", 17), 0, "drop", []),
    ("by-hand", FORWARD, packet("10.8.0.1", "10.3.0.1"), 0, "accept", []),  # the first -I
    ("by-hand", FORWARD, packet("192.0.2.66", "10.3.0.1"), 0, "drop", []),  # mangle comes before
    ("by-hand", FORWARD, packet("10.8.0.250", "10.3.0.1", dport=23, state="established"), 0, "drop", []),
    ("by-hand", FORWARD, packet("10.8.0.1", "10.3.0.1", dport=502), 0, "drop", ["seen: "]),  # returned from a goto
    ("by-hand", FORWARD, packet("10.8.0.1", "10.3.0.1", dport=502, state="related"), 0, "accept", ["seen: "]),
    ("by-hand", FORWARD, packet("10.7.0.1", "10.3.0.1", dport=503), 0, "accept", []),
    ("by-hand", FORWARD, packet("10.7.0.1", "10.3.0.1", dport=503, sport=1027), 0, "drop", []),  # either port
    ("by-hand", FORWARD, packet("10.8.0.1", "10.3.0.1", dport=503), 0, "drop", []),
    ("by-hand", FORWARD, packet("10.66.3.1", "10.3.0.1", dport=503), 0, "reject", []),
    ("by-hand", FORWARD, packet("10.9.0.1", "10.4.0.1", dport=503), 0, "accept", ["-x"]),
    ("by-hand", FORWARD, packet("10.9.0.1", "10.4.0.2", dport=503), 0, "drop", ["-x"]),
    ("by-hand", FORWARD, packet("10.9.0.1", "10.4.0.2", 17, 162), 0, "accept", ["-x"]),
    ("by-hand", FORWARD, packet("10.5.0.1", "10.4.0.2", 17, 161), 0, "accept", ["-x"]),
    ("by-hand", INPUT, packet("10.5.0.1", "10.4.0.2"), 0, "accept", []),
]

"""What iptables would not load is refused, by line."""

from __future__ import annotations

import pytest

from segc.packets.machine import Refused
from tests.readers.iptables.given import SERVER, read, rule


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("-j nowhere", "no chain is called `nowhere`"),
        ("-s 10.0.0.300 -j DROP", "no IPv4 address"),
        ("-s fd00::1 -j DROP", "no IPv4 address"),
        ("-s 10.0.0.0/255.0.255.0 -j DROP", "no IPv4 address"),
        ("-p tcpp -j DROP", "no protocol"),
        ("-p tcp --dport 70000 -j DROP", "no port"),
        ("-p tcp --dport 9:5 -j DROP", "ends before it begins"),
        ("-p icmp --icmp-type nothing -j DROP", "ICMP type"),
        ("--dport 502 -j DROP", "behind no module"),
        ("-m set --match-set nothing src -j DROP", "no set is called"),
        ("-m set --match-set plcs sideways -j DROP", "no directions"),
        ("-j mine --reject-with tcp-reset", "behind no module"),
        ("-j DROP extra", "one value"),
        ('-m comment --comment "open -j DROP', "makes no sense"),
        ("-m time --timestart 25:00 -j DROP", "no time of day"),
        ("stray -j DROP", "makes no sense"),
        ("-s 10.0.0.0/0.0.0.255 -j DROP", "do not stand in front"),
        ("-s 010.0.0.1 -j DROP", "no IPv4 address"),
        ("-s 10.0.0.1 -s 10.0.0.2 -j DROP", "stands twice"),
        ("! -s 10.0.0.1,10.0.0.2 -j DROP", "one address"),
        ("-i eth* -j DROP", "no interface"),
        ("-i abcdefghijklmnop -j DROP", "no interface"),
        ("-m tcp --dport 80 -j DROP", "its own protocol"),
        ("-p udp -m tcp --dport 80 -j DROP", "its own protocol"),
        ("! -p tcp --dport 80 -j DROP", "its own protocol"),
        ("-p udplite --dport 80 -j DROP", "behind no module"),
        ("-p ipv6-icmp --icmpv6-type 128 -j DROP", "has no module"),
        ("-m multiport --dports 80 -j DROP", "with ports"),
        ("-p tcp -m multiport --dports 1:2,3:4,5:6,7:8,9:10,11:12,13:14,15:16 -j DROP", "15 ports"),
        ("-p icmp --icmp-type 8:9 -j DROP", "ICMP type"),
        ("-p icmp --icmp-type t -j DROP", "ICMP type"),
        ("-p tcp --dpor 80 -j DROP", "behind no module"),
        ("-m comment -j DROP", "needs one"),
        ("-m conntrack -j DROP", "needs a flag"),
        ("-m conntrack --ctstate NEW --ctstate NEW -j DROP", "stands twice"),
        ("-m conntrack --ctstate OLD -j DROP", "no state"),
        ("-j REJECT --bogus", "behind no module"),
        ("-j LOG --nflog-prefix x", "behind no module"),
        ("-j FORWARD", "the kernel's to call"),
        ("-g DROP", "no chain is called"),
        ("-j DROP -j ACCEPT", "one target"),
        ("! -j DROP", "cannot be negated"),
        ('-s "10.0.0.1"x -j DROP', "makes no sense"),
        ("-s 10.0.0.1 -j DROP\r", "makes no sense"),
        ("-m time --weekdays sat -j DROP", "no weekday"),
        ("-m ah -j DROP", "needs `-p ah`"),
        ("-m set --match-set plcs src --match-set plcs dst -j DROP", "stands twice"),
        ("-o eth0 -j what", "no chain is called"),
        ("-s 10.0.0.1 -d 10.0.0.2 -d 10.0.0.3 -j DROP", "stands twice"),
        ("-s 10.0.0.1 -d 10.0.0.2 -s 10.0.0.3 -j DROP", "stands twice"),
        ("-m set --match-set six src -j DROP", "is not of IPv4"),
    ],
)
def test_refuses_by_name(text: str, why: str) -> None:
    with pytest.raises(Refused, match=why) as caught:
        rule(text)
    assert caught.value.line == 4


@pytest.mark.parametrize(
    "text",
    ["*filtre\nCOMMIT\n", "*filter\n:FORWARD ACCEPT\n", "-A FORWARD -j DROP\n", "*filter\nwhat\nCOMMIT\n",
     "*filter\nCOMMIT\n*filter\nCOMMIT\n", "*filter\n-A lost -j DROP\nCOMMIT\n", "*filter\n-X\nCOMMIT\n",
     "*filter\n:LOG - [0:0]\nCOMMIT\n", "*filter\n:DROP - [0:0]\nCOMMIT\n", "*filter\n:a - [0:0]\n-N a\nCOMMIT\n",
     "*filter\n:INPUT QUEUE\nCOMMIT\n", "*filter\n-P a DROP\nCOMMIT\n", "*filter\n-I INPUT 2 -j DROP\nCOMMIT\n",
     "*filter\n-A INPUT -o eth0 -j DROP\nCOMMIT\n", "*filter\n-A OUTPUT -i eth0 -j DROP\nCOMMIT\n",
     "*nat\n-A POSTROUTING -j DROP\nCOMMIT\n", "*nat\n:OUTPUT DROP\nCOMMIT\n", "*filter\nCOMMIT -v\n"],
)  # fmt: skip
def test_refuses_what_is_no_file(text: str) -> None:
    with pytest.raises(Refused):
        read(text)


def test_line_and_file_stand_in_every_rule_and_refusal() -> None:
    machine = read()
    lines = SERVER.splitlines()
    for rules in machine.chains.values():
        for one in rules:
            assert "-A " in lines[one.line - 1]
            assert one.file == "rules-ipv4"
    with pytest.raises(Refused) as caught:
        read(sets="create a hash:net\n\nadd a 10.0.0.0/33\n")
    assert (caught.value.line, caught.value.file, caught.value.text) == (3, "sets", "add a 10.0.0.0/33")
    with pytest.raises(Refused) as caught:
        rule("-j nowhere\n-A FORWARD -j ACCEPT")
    assert (caught.value.line, caught.value.text) == (4, "-A FORWARD -j nowhere")


@pytest.mark.parametrize("blank", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\r"])
def test_only_a_newline_ends_a_line(blank: str) -> None:
    """Else a comment could hold a rule that iptables does not see, or hide one that it does."""
    with pytest.raises(Refused):
        rule(f"-j DROP{blank}-A FORWARD -j ACCEPT")
    assert len(rule(f'-m comment --comment "{blank}-A FORWARD -j ACCEPT" -j DROP').chains["ipv4/filter/FORWARD"]) == 1

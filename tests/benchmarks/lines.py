"""Lines of firewalls and switches to be measured with: 130,000 keys of which some are in use all day, 20 lines a second.

Shapes are those of tests/baseline/sources, with as many other values as devices really write into a line.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

KEYS = 130_000
START = 1_790_035_200  # seconds since 1970: 22 September 2026
A_SECOND = 20
SERVICES = ((6, 502), (6, 102), (6, 44818), (6, 4840), (6, 443), (6, 1433), (17, 161), (17, 123), (17, 47808))
MODBUS_UID = "ccb269e0-5735-51e9-a218-a397dd08b7eb"


class One(NamedTuple):
    """What a line tells."""

    number: int
    moment: datetime
    src: str
    dst: str
    proto: int
    sport: int
    dport: int
    size: int

    @property
    def word(self) -> str:
        """The protocol."""
        return "tcp" if self.proto == 6 else "udp"

    @property
    def bsd(self) -> str:
        """A stamp of RFC 3164."""
        return f"{self.moment:%b} {self.moment.day:2d} {self.moment:%H:%M:%S}"

    @property
    def micro(self) -> int:
        """A part of the second."""
        return self.number * 7919 % 1_000_000


def mac(host: str) -> str:
    """The same hardware address for an address at all times."""
    return "02:42:" + ":".join(f"{int(part):02x}" for part in host.split("."))


def kernel(one: One) -> str:
    """`LOG` of iptables and nftables, by syslog."""
    flags = "SEQ=0 ACK=0 WINDOW=64240 RES=0x00 SYN URGP=0" if one.proto == 6 else f"LEN={one.size - 20}"
    return (
        f"{one.bsd} fw-line3 kernel: [{one.number / 20 + 812345:12.6f}] segc:L:mes>filling IN=eth0 OUT=eth1 "
        f"MAC=02:42:0a:1e:00:01:{mac(one.src)}:08:00 SRC={one.src} DST={one.dst} LEN={one.size} TOS=0x00 PREC=0x00 "
        f"TTL=63 ID={one.number % 65536} DF PROTO={one.word.upper()} SPT={one.sport} DPT={one.dport} {flags} "
    )


def ulogd(one: One) -> str:
    """JSON of ulogd."""
    return (
        f'{{"timestamp": "{one.moment:%Y-%m-%dT%H:%M:%S}.{one.micro:06d}+0000", "dvc": "Netfilter", "raw.pktlen": '
        f'{one.size}, "raw.pktcount": 1, "oob.prefix": "segc:L:mes>filling ", "oob.time.sec": {START}, "oob.time.usec": '
        f'{one.micro}, "oob.mark": 0, "oob.hook": 2, "oob.family": 2, "oob.protocol": 2048, "raw.label": 0, "oob.in": '
        f'"eth0", "oob.out": "eth1", "ip.protocol": {one.proto}, "tcp.syn": 1, "src_ip": "{one.src}", "dest_ip": '
        f'"{one.dst}", "src_port": {one.sport}, "dest_port": {one.dport}, "mac.saddr.str": "{mac(one.src)}"}}'
    )


def filterlog(one: One) -> str:
    """What pfSense sends in RFC 5424."""
    end = (
        f"0,S,{one.number * 31 % 4294967296},,64240,,mss;nop;wscale;nop;nop;sackOK" if one.proto == 6 else str(one.size)
    )
    return (
        f"<134>1 {one.moment:%Y-%m-%dT%H:%M:%S}.{one.micro:06d}+00:00 fw-line3.plant.lan filterlog 63278 - - "
        f"112,,,1{one.dport:09d},igb1.40,match,pass,in,4,0x0,,64,{one.number % 65536},0,DF,{one.proto},{one.word},"
        f"{one.size},{one.src},{one.dst},{one.sport},{one.dport},{end}"
    )


def cisco(one: One, number: int, text: str) -> str:
    """A message of an ASA."""
    return f"<166>{one.bsd} asa-plant : %ASA-6-{number}: {text}"


def hits(one: One) -> str:
    """106100."""
    return cisco(
        one,
        106100,
        f"access-list outside_to_cell_area_zones_in permitted {one.word} outside/{one.src}({one.sport}) -> "
        f"cells/{one.dst}({one.dport}) hit-cnt 1 first hit [0x{one.dport:08x}, 0x{one.number:08x}]",
    )


def connections(one: One) -> str:
    """302013 to 302016: one is built and one of a thousand lines ago is gone."""
    word, number = one.word.upper(), one.number + 10_000_000
    ends = f"outside:{one.src}/{one.sport}{{}} to cells:{one.dst}/{one.dport}{{}}"
    built = ends.format(f" ({one.src}/{one.sport})", f" ({one.dst}/{one.dport})")
    gone = ends.format("", "") + f" duration 0:00:{one.number % 60:02d} bytes {one.size * 9}"
    kind = 302013 if one.proto == 6 else 302015
    return (
        cisco(one, kind, f"Built inbound {word} connection {number} for {built}")
        + "\n"
        + cisco(
            one,
            kind + 1,
            f"Teardown {word} connection {number} for {gone}" + (" TCP FINs from cells" if one.proto == 6 else ""),
        )
    )


def ios(one: One) -> str:
    """A list of a router that logs."""
    return (
        f"<190>{one.number}: router-1.plant.lan: {one.bsd}.{one.micro // 1000:03d} UTC: %SEC-6-IPACCESSLOGP: list PLANT-IN "
        f"permitted {one.word} {one.src}({one.sport}) -> {one.dst}({one.dport}), {one.size % 40 + 1} packets "
    )


def fortigate(one: One) -> str:
    """A session's end."""
    return (
        f"<189>date={one.moment:%Y-%m-%d} time={one.moment:%H:%M:%S} "
        f'devname="fgt-line3" devid="FGT60E4Q16000001" logid="0000000013" type="traffic" subtype="forward" level="notice" '
        f'vd="root" eventtime={one.moment.timestamp():.0f}{one.micro:06d}000 tz="+0000" srcip={one.src} srcport={one.sport} '
        f'srcintf="port12" srcintfrole="lan" dstip={one.dst} dstport={one.dport} dstintf="port11" dstintfrole="lan" '
        f'poluuid="{MODBUS_UID}" sessionid={one.number + 105048} proto={one.proto} action="close" policyid=7 '
        f'policytype="policy" service="{one.word}/{one.dport}" trandisp="noop" duration=116 sentbyte={one.size} '
        f'rcvdbyte={one.size * 2} sentpkt=17 rcvdpkt=16 appcat="unscanned" srcmac="{mac(one.src)}"'
    )


def pan(one: One) -> str:
    """A session's end."""
    stamp = f"{one.moment:%Y/%m/%d %H:%M:%S}"
    return (
        f"<14>{one.bsd} pa-line3 1,{stamp},012501002341,TRAFFIC,end,2561,{stamp},{one.src},{one.dst},0.0.0.0,0.0.0.0,"
        f"cells in,,,modbus,vsys1,office,cells,ethernet1/23,ethernet1/24,to-siem,{stamp},{one.number % 4194304},1,"
        f"{one.sport},{one.dport},0,0,0x1c,{one.word},allow,{one.size * 3},{one.size},{one.size * 2},33,{stamp},16,any,,"
        f"72534196191{one.number:08d},0x8000000000000000,10.0.0.0-10.255.255.255,10.0.0.0-10.255.255.255,,17,16,"
        "tcp-fin,0,0,0,0,,pa-line3,from-policy,,,0,,0,,N/A,0,0,0,0,"
    )


FORMS: dict[str, Callable[[One], str]] = {
    "kernel": kernel, "ulogd-json": ulogd, "filterlog": filterlog, "asa 106100": hits, "asa 302013": connections,
    "ios-acl": ios, "fortigate": fortigate, "pan": pan,
}  # fmt: skip


def ones(count: int) -> Iterator[One]:
    """What there is to tell; the same each time."""
    rnd = random.Random(62_443)

    def host(second: int) -> str:
        return f"10.{second}.{rnd.randrange(40)}.{rnd.randrange(1, 250)}"

    keys = [(host(30), host(3), *rnd.choice(SERVICES)) for _ in range(KEYS)]
    for number in range(count):
        src, dst, proto, dport = keys[int(rnd.random() ** 8 * KEYS)]
        moment = datetime.fromtimestamp(START + number // A_SECOND, UTC)
        yield One(number, moment, src, dst, proto, rnd.randrange(32768, 61000), dport, rnd.randrange(60, 1500))


def write(form: str, count: int, file: Path) -> None:
    """Write a log; two lines may tell of one."""
    with file.open("w", encoding="utf-8") as out:
        text = FORMS[form]
        for one in ones(count // 2 if form == "asa 302013" else count):
            out.write(text(one))
            out.write("\n")

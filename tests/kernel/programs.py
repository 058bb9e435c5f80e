"""Programs that run on the lab's hosts, as texts for `python -c`."""

# Holds sixteen registers of value 1234, for everybody.
MODBUS_SERVER = """
import asyncio, sys
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

async def main():
    device = SimDevice(1, [SimData(0, count=16, values=1234, datatype=DataType.REGISTERS)])
    server = ModbusTcpServer(device, address=(sys.argv[1], 502))
    await server.serve_forever(background=True)
    print("ready", flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""

# One connection for all its life. A line for each read: the register's value and the client's port.
MODBUS_CLIENT = """
import sys, time
from pymodbus.client import ModbusTcpClient

client = ModbusTcpClient(sys.argv[1], port=502, timeout=5, retries=0, reconnect_delay=0)
assert client.connect()
while True:
    found = client.read_holding_registers(3, count=1, device_id=1)
    print(found.registers[0], client.socket.getsockname()[1], flush=True)
    time.sleep(0.002)
"""

# A controller that speaks S7comm: data block 1 begins with 1234.
S7_SERVER = """
import logging, sys, time
logging.disable(logging.CRITICAL)
from snap7.server import Server
from snap7.type import SrvArea

server = Server(log=False)
server.register_area(SrvArea.DB, 1, bytearray((1234).to_bytes(2, "big") + bytes(14)))
server.start(tcp_port=102)
print("ready", flush=True)
while True:
    time.sleep(1)
"""

# As MODBUS_CLIENT, by S7comm.
S7_CLIENT = """
import logging, sys, time
logging.disable(logging.CRITICAL)
from snap7.client import Client

client = Client()
client.connect(sys.argv[1], 0, 1, tcp_port=102)
while True:
    value = int.from_bytes(client.db_read(1, 0, 2), "big")
    print(value, client.connection.socket.getsockname()[1], flush=True)
    time.sleep(0.002)
"""

# Offers one variable of value 1234.
OPC_UA_SERVER = """
import asyncio, logging, sys
logging.disable(logging.CRITICAL)
from asyncua import Server

async def main():
    server = Server()
    await server.init()
    server.set_endpoint(f"opc.tcp://{sys.argv[1]}:4840/")
    index = await server.register_namespace("lab")
    await server.nodes.objects.add_variable(f"ns={index};s=level", "level", 1234)
    async with server:
        print("ready", flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""

# As MODBUS_CLIENT, by OPC UA.
OPC_UA_CLIENT = """
import asyncio, logging, sys
logging.disable(logging.CRITICAL)
from asyncua import Client

async def main():
    async with Client(f"opc.tcp://{sys.argv[1]}:4840/", timeout=10) as client:
        level = client.get_node("ns=2;s=level")
        while True:
            port = client.uaclient.protocol.transport.get_extra_info("sockname")[1]
            print(await level.read_value(), port, flush=True)
            await asyncio.sleep(0.002)

asyncio.run(main())
"""

# Takes every connection and keeps it.
LISTENER = """
import socket, sys
kept = []
family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
with socket.create_server((sys.argv[1], int(sys.argv[2])), family=family) as server:
    print("ready", flush=True)
    while True:
        kept.append(server.accept())
"""

# Whether a connection can be opened.
DIAL = """
import socket, sys
try:
    socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=float(sys.argv[3])).close()
    print("open")
except TimeoutError:
    print("silence")
except ConnectionRefusedError:
    print("refused")
"""

# What both ends of the test of ICMP errors know: how to say that a packet was too big.
_TOO_BIG = """
import socket, struct, sys

def total(data):
    return 0xFFFF - int.from_bytes(data, "big") % 0xFFFF

def too_big(source, target, dport):
    # An error that quotes a UDP packet from `source` to a port of `target`.
    udp = struct.pack("!HHHH", 40000, dport, 8, 0)
    if ":" in source:
        ends = socket.inet_pton(socket.AF_INET6, source) + socket.inet_pton(socket.AF_INET6, target)
        return struct.pack("!BBHI", 2, 0, 0, 1280) + struct.pack("!IHBB", 6 << 28, 8, 17, 64) + ends + udp
    ends = socket.inet_aton(source) + socket.inet_aton(target)
    quoted = struct.pack("!BBHHHBBH", 0x45, 0, 28, 1, 0x4000, 64, 17, 0) + ends + udp
    error = struct.pack("!BBHI", 3, 4, 0, 1280) + quoted
    return error[:2] + struct.pack("!H", total(error)) + error[4:]

def icmp(address):
    if ":" in address:
        return socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
    return socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)

def udp(address, port):
    sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((address, port))
    return sock
"""

# Waits for a packet on UDP port 5000, then complains as a router would: first of one that was never sent (to port
# 5001), then of the one that was.
ROUTER = (
    _TOO_BIG
    + """
server, router = sys.argv[1:]
waiting = udp(server, 5000)
print("ready", flush=True)
_, (client, *_) = waiting.recvfrom(100)
raw = icmp(router)
raw.bind((router, 0))
for dport in (5001, 5000):
    raw.sendto(too_big(client, server, dport), (client, 0))
sys.stdin.read()
"""
)

# Sends a packet, and tells which errors come back: the port that each quotes, until that of the packet sent.
CLIENT_OF_ROUTER = (
    _TOO_BIG
    + """
client, server = sys.argv[1:]
raw = icmp(client)
raw.settimeout(5)
udp(client, 40000).sendto(b"hello", (server, 5000))
wanted, at = ((2, 0), 50) if ":" in client else ((3, 4), 30 + 20)
while True:
    data = raw.recv(1500)
    error = data if ":" in client else data[20:]
    if tuple(error[:2]) != wanted:
        continue
    dport = int.from_bytes(data[at:at + 2], "big")
    print(dport, flush=True)
    if dport == 5000:
        break
"""
)

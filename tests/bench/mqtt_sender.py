"""The sending end of the MQTT measurement, a process of its own: ready-made PUBLISH packets as fast as asked for.

``python -m tests.bench.mqtt_sender PORT QOS``, then a line of JSON per burst on standard input: ``{"shape", "count"}``.
The packets are written by hand (MQTT 3.1.1, 3.3), so that sending costs little of the machine that is measured.
"""

import json
import socket
import sys
import time
from typing import Final

from drivers.rfid.readings import SeenTag
from drivers.rfid.twins.impinj_rest import tag_event

EPC: Final = bytes.fromhex("3034257bf7194e4000001a85")
TOPIC: Final = b"bench/data"
TAGS_A_MESSAGE: Final = 50
PIECE: Final = 64
"""messages written together"""


def single(number: int, at_us: int) -> bytes:
    """One event of an Impinj reader, with the fields that are on by default."""
    return tag_event(SeenTag(epc(number), number % 4 + 1, -5500 - number % 100), at_us, "impinj-14-46-36")


def batched(number: int, at_us: int) -> bytes:
    """Fifty events of a Zebra reader, one behind the other."""
    return "".join(_zebra(number * TAGS_A_MESSAGE + place, at_us) for place in range(TAGS_A_MESSAGE)).encode()


def _zebra(number: int, at_us: int) -> str:
    seconds, rest = divmod(at_us, 1_000_000)
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{rest // 1000:03d}+0000"
    data = {"eventNum": number, "format": "epc", "idHex": epc(number).hex(), "antenna": 1, "peakRssi": -60, "reads": 1}
    return json.dumps({"data": data, "timestamp": stamp, "type": "INVENTORY"}, separators=(",", ":"))


def epc(number: int) -> bytes:
    """A tag of 65,536."""
    return EPC[:-2] + (number % 65_536).to_bytes(2, "big")


SHAPES: Final = {"single": single, "batched": batched}


def packet(payload: bytes, qos: int, identifier: int) -> bytes:
    """A PUBLISH packet."""
    body = len(TOPIC).to_bytes(2, "big") + TOPIC + (identifier.to_bytes(2, "big") if qos else b"") + payload
    length, size = b"", len(body)
    while True:
        size, digit = divmod(size, 128)
        length += bytes([digit | (0x80 if size else 0)])
        if not size:
            return bytes([0x30 | qos << 1]) + length + body


def connect(port: int) -> socket.socket:
    """A clean session of MQTT 3.1.1 without keepalive."""
    link = socket.create_connection(("127.0.0.1", port), timeout=30)
    link.sendall(b"\x10\x12\x00\x04MQTT\x04\x02\x00\x00\x00\x06sender")
    if link.recv(4)[:1] != b"\x20":
        raise ConnectionError("the broker doesn't take the sender")
    return link


def burst(link: socket.socket, qos: int, shape: str, count: int) -> None:
    """Send ``count`` messages; at QoS 1 the next piece goes when the one before is acknowledged."""
    at_us = time.time_ns() // 1000
    make = SHAPES[shape]
    ready = [packet(make(number, at_us + number), qos, number % 60_000 + 1) for number in range(PIECE)]
    piece = b"".join(ready)
    for _ in range(max(count // PIECE, 1)):
        link.sendall(piece)
        due = 4 * PIECE if qos else 0
        while due:
            due -= len(link.recv(due))


def main() -> int:
    """Serve until the input ends; says ``done`` after each burst."""
    port, qos = int(sys.argv[1]), int(sys.argv[2])
    with connect(port) as link:
        for line in sys.stdin:
            asked = json.loads(line)
            burst(link, qos, asked["shape"], asked["count"])
            print("done", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

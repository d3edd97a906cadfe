"""LLRP readers in a process of their own, told by lines of JSON what to send: ``python -m tests.bench.twin_process``.

``{"do": "reader", "name"}`` starts a twin and answers its url. ``{"do": "burst", "name", "epcs", "reads", "rate"}``
sends so many reads in reports of 100, as fast as it can or paced; answers when all are written. ``{"do": "leave",
"name", "epc"}`` carries a tag out through antennas 1 and 2 and answers how long the output took to go on, in ms.
"""

import json
import struct
import sys
import threading
import time
from collections.abc import Iterable
from typing import Any

from drivers.rfid.llrp.codec import Message, encode_message
from drivers.rfid.llrp.twin import LlrpTwin
from drivers.rfid.readings import system_now_us
from tests.bench.llrp import tag_bytes, usual_tag
from tests.support.passing import LEAVING

A_REPORT = 100
HEAD = struct.Struct(">HII")
ALARM_TIMEOUT_S = 5.0


class Readers:
    """All twins of the process by name."""

    def __init__(self) -> None:
        self._twins: dict[str, LlrpTwin] = {}

    def reader(self, name: str) -> dict[str, Any]:
        """A reader that sees nothing by itself."""
        twin = self._twins[name] = LlrpTwin()
        twin.start()
        return {"url": twin.url}

    def burst(self, name: str, epcs: list[str], reads: int, rate: int = 0) -> dict[str, Any]:
        """Reports with the times at which they are due; EPCs take turns, in order."""
        frames, began_us = self._frames(epcs, reads, rate)
        twin = self._twins[name]
        for place, frame in enumerate(frames):
            if rate:
                due_us = began_us + place * A_REPORT * 1_000_000 // rate
                time.sleep(max(0.0, (due_us - system_now_us()) / 1e6))
            elif not place:
                began_us = system_now_us()
            twin.send_garbage(frame)
        return {"began_us": began_us, "sent": reads}

    def leave(self, name: str, epc: str) -> dict[str, Any]:
        """Seen inside, then outside: the report that makes it leave is written now."""
        twin = self._twins[name]
        tag = bytes.fromhex(epc)
        now_us = system_now_us()
        frame = _report([tag_bytes(usual_tag(tag, now_us + at, antenna, rssi)) for antenna, at, rssi in LEAVING])
        known = len(twin.gpo)
        began_us = system_now_us()
        twin.send_garbage(frame)
        end = time.monotonic() + ALARM_TIMEOUT_S
        while time.monotonic() < end:
            rung = next((at for _port, on, at in twin.gpo[known:] if on), None)
            if rung is not None:
                return {"ms": (rung - began_us) / 1000}
            time.sleep(0.0005)
        return {"ms": None}

    def stop(self) -> None:
        """All off."""
        for twin in self._twins.values():
            twin.stop()

    @staticmethod
    def _frames(epcs: list[str], reads: int, rate: int) -> tuple[list[bytes], int]:
        """Made before the first is sent; with a rate each bears the time at which it will be sent."""
        tags = [bytes.fromhex(epc) for epc in epcs]
        head, middle, tail = _usual_parts()
        soon_us = system_now_us() + (500_000 + reads * 5 if rate else 0)  # making them takes about so long
        frames = []
        for start in range(0, reads, A_REPORT):
            some = []
            for n in range(start, min(start + A_REPORT, reads)):
                at_us = soon_us + (start * 1_000_000 // rate if rate else n)
                some.append(head + tags[n % len(tags)] + middle + at_us.to_bytes(8, "big") + tail)
            frames.append(_report(some))
        return frames, soon_us


def _usual_parts() -> tuple[bytes, bytes, bytes]:
    """A usual tag report, before and after its EPC of 96 bits and its time."""
    epc, at_us = bytes(range(1, 13)), 0x0102_0304_0506_0708
    head, _, rest = tag_bytes(usual_tag(epc, at_us)).partition(epc)
    middle, _, tail = rest.partition(at_us.to_bytes(8, "big"))
    return head, middle, tail


def _report(tags: Iterable[bytes]) -> bytes:
    """An RO_ACCESS_REPORT frame of LLRP 1.0.1; the header is taken from the codec."""
    header = encode_message(Message("RO_ACCESS_REPORT"))
    kind, _length, number = HEAD.unpack(header)
    body = b"".join(tags)
    return HEAD.pack(kind, HEAD.size + len(body), number) + body


def main() -> None:
    """Answer lines until the input ends; every answer bears the name of what was asked."""
    readers = Readers()
    writing = threading.Lock()

    def answer(asked: dict[str, Any]) -> None:
        what, name = asked.pop("do"), asked["name"]
        said = {"do": what, "name": name, **getattr(readers, what)(**asked)}
        with writing:
            print(json.dumps(said), flush=True)

    for line in sys.stdin:
        threading.Thread(target=answer, args=(json.loads(line),), daemon=True).start()
    readers.stop()


if __name__ == "__main__":
    main()

"""The Mettler Toledo 8217 protocol: ``W`` is answered by STX weight CR, or by STX ``?`` status CR.

The weight is in kilograms with its decimal point (``STX 01.250 CR``); an ``N`` behind it means net. The status
byte has bits for motion (0), over capacity (1) and below zero (2).
"""

import re
import time
from dataclasses import dataclass
from decimal import Decimal

from drivers.errors import DeviceError, Disconnected, Garbled
from drivers.ports import Port, open_port
from drivers.readings import Weight

ASK = b"W"
_ANSWER = re.compile(rb"\x02(?:\s*(\d+\.\d+)\s?N?|\?(.))\r", re.DOTALL)
MOTION, OVER, UNDER = 0x01, 0x02, 0x04


@dataclass(frozen=True, slots=True)
class Answer:
    """What the scale said: grams, or the status that stands instead."""

    grams: int | None
    status: int = 0


def decode(data: bytes) -> Answer | None:
    """The first whole answer in ``data``, or None if it isn't complete; raises Garbled for other bytes."""
    found = _ANSWER.search(data)
    if found is None:
        if b"\r" in data:
            raise Garbled(f"not a scale's answer: {data[:32]!r}")
        return None
    if found[1]:
        return Answer(int(Decimal(found[1].decode()) * 1000))
    return Answer(None, found[2][0])


def encode(answer: Answer) -> bytes:
    """The bytes of an answer."""
    if answer.grams is None:
        return b"\x02?" + bytes([answer.status]) + b"\r"
    return b"\x02" + f"{answer.grams / 1000:06.3f}".encode() + b"\r"


class ToledoScale:
    """A scale at ``url``."""

    def __init__(self, name: str, url: str) -> None:
        self.name = name
        self._url = url
        self._port: Port | None = None

    def open(self) -> None:
        """Open the port; raises NotFound, Busy or Disconnected."""
        self.close()
        port = open_port(self._url)
        port.open()
        self._port = port

    def weigh(self, timeout: float) -> Weight:
        """Ask for the weight. ``stable`` is False, with 0 g, while it moves.

        Raises Disconnected when it doesn't answer, Garbled for nonsense, DeviceError when overloaded or below zero."""
        if self._port is None:
            raise Disconnected(f"{self.name}: not open")
        ends = time.monotonic() + timeout
        while self._port.read(0.0):
            pass  # an answer that came too late for its question
        self._port.write(ASK, timeout)
        data = b""
        while (left := ends - time.monotonic()) > 0:
            data += self._port.read(left)
            answer = decode(data)
            if answer is not None:
                return self._weight(answer)
        raise Disconnected(f"{self.name}: doesn't answer; is it switched on?")

    def close(self) -> None:
        port, self._port = self._port, None
        if port is not None:
            port.close()

    def _weight(self, answer: Answer) -> Weight:
        if answer.grams is not None:
            return Weight(self.name, answer.grams, True)
        if answer.status & OVER:
            raise DeviceError(f"{self.name}: too heavy for this scale")
        if answer.status & UNDER:
            raise DeviceError(f"{self.name}: below zero; clear the plate and set it to zero")
        return Weight(self.name, 0, False)

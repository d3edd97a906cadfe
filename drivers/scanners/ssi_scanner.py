"""A Zebra scanner that speaks SSI over a serial or TCP port: acknowledged packets, each code with its symbology."""

import time
from collections.abc import Callable
from typing import Final

from drivers.errors import DeviceError, Disconnected
from drivers.ports import Port, open_port
from drivers.scanners import ssi
from drivers.scanners.lines import Code, Noise
from drivers.scanners.port_scanner import PortScanner, system_now_us

ANSWER_S: Final = 0.5
_TRIES: Final = 3


class SsiScanner(PortScanner):
    """``url`` is ``serial:///dev/ttyS0?baud=9600`` or ``tcp://host:port``.

    At the start the scanner is enabled and told to send packets, which also shows that it is there; ``configure=False``
    leaves it as it is.
    """

    gap_s = 0.3  # below the scanner's own patience of 2 s

    def __init__(
        self, name: str, url: str, *, configure: bool = True, now_us: Callable[[], int] = system_now_us
    ) -> None:
        super().__init__(name, now_us)
        self._url = url
        self._configure = configure
        self._host = ssi.SsiHost()
        self._answered: list[bool] = []

    def _make_port(self) -> Port:
        return open_port(self._url, default_baud=9600)

    def _begin(self) -> None:
        self._host = ssi.SsiHost()
        if not self._configure:
            return
        try:
            self._order(ssi.SCAN_ENABLE)
            self._order(ssi.PARAM_SEND, ssi.PACKETED)
        except DeviceError:
            self.close()
            raise

    def _order(self, opcode: int, data: bytes = b"") -> None:
        """Send a command until the scanner has acknowledged it; Disconnected if it never does.

        A NAK is an answer too: the scanner is there and keeps its own setting."""
        port = self._open_port()
        for attempt in range(_TRIES):
            self._answered.clear()
            port.write(ssi.encode(opcode, data, status=ssi.RETRANSMIT if attempt else 0))
            ends = time.monotonic() + ANSWER_S
            while not self._answered and (left := ends - time.monotonic()) > 0:
                self._found.extend(self._hear(port.read(left)))
            if self._answered:
                return
        raise Disconnected(f"{self.name}: no answer on {port.label}; is it on, and set to SSI at this speed?")

    def _hear(self, data: bytes) -> list[Code | Noise]:
        return self._act(self._host.feed(data))

    @property
    def _waiting(self) -> bool:
        return self._host.waiting

    def _give_up(self) -> list[Code | Noise]:
        return self._act(self._host.give_up())

    def _act(self, heard: ssi.Heard) -> list[Code | Noise]:
        self._answered += heard.acknowledged
        if heard.skipped:
            self._drop("bytes that are no packet, or whose check is wrong")
        if heard.answers:
            self._open_port().write(b"".join(heard.answers))
        return heard.found

"""An ESC/POS receipt printer on a port: pushes documents, asks for its status, pulses the drawer."""

import threading
import time
from collections.abc import Sequence

from drivers.contracts import Block, Kick
from drivers.errors import Disconnected, Garbled
from drivers.ports import Port, open_port
from drivers.printers.escpos import WIDE, document, drawer_pulse, preload
from drivers.printers.status import ASK_OFFLINE, ASK_PAPER, ASK_PRINTER, Status, is_status, understand
from drivers.readings import PrinterState


class EscposPrinter:
    """A printer at ``url`` (``tcp://host:9100``, ``serial:///dev/ttyUSB0?baud=38400``), ``width`` columns wide."""

    def __init__(self, name: str, url: str, *, width: int = WIDE) -> None:
        self.name = name
        self.width = width
        self._url = url
        self._port: Port | None = None
        self._lock = threading.Lock()

    def open(self) -> None:
        """Open the port; raises NotFound, Busy or Disconnected."""
        preload()
        with self._lock:
            self._shut()
            port = open_port(self._url, default_port=9100)
            port.open()
            self._port = port

    def print(self, blocks: Sequence[Block], timeout: float) -> None:
        """Send one document; returns when its bytes have left. Raises Disconnected.

        A document of kicks alone goes as real-time pulses, which open the drawer even without paper."""
        kicks = [block for block in blocks if isinstance(block, Kick)]
        if kicks and len(kicks) == len(blocks):
            data = b"".join(drawer_pulse(kick) for kick in kicks)
        else:
            data = document(blocks, self.width)
        with self._lock:
            self._opened().write(data, timeout)

    def status(self, timeout: float) -> PrinterState:
        """Ask how the printer stands; raises Disconnected when it doesn't answer, Garbled when it talks nonsense."""
        status = self.full_status(timeout)
        return PrinterState(self.name, status.online, status.paper, status.cover_closed)

    def full_status(self, timeout: float) -> Status:
        """The status with the drawer's state; errors as :meth:`status`."""
        ends = time.monotonic() + timeout
        with self._lock:
            port = self._opened()
            printer, offline, paper = (self._ask(port, ask, ends) for ask in (ASK_PRINTER, ASK_OFFLINE, ASK_PAPER))
            status = understand(printer, offline, paper)
            if not status.online and status.paper and status.cover_closed:
                # it may have come back between the first question and the last
                status = understand(self._ask(port, ASK_PRINTER, ends), offline, paper)
        return status

    def close(self) -> None:
        with self._lock:
            self._shut()

    def _shut(self) -> None:
        port, self._port = self._port, None
        if port is not None:
            port.close()

    def _opened(self) -> Port:
        if self._port is None:
            raise Disconnected(f"{self.name}: not open")
        return self._port

    def _ask(self, port: Port, question: bytes, ends: float) -> int:
        while port.read(0.0):
            pass  # answers to questions of before
        port.write(question, max(0.01, ends - time.monotonic()))
        while (left := ends - time.monotonic()) > 0:
            data = port.read(left)
            if data:
                if not is_status(data[-1]):
                    raise Garbled(f"{self.name}: not a printer's status: {data[:8].hex()}")
                return data[-1]
        raise Disconnected(f"{self.name}: doesn't answer; is it switched on?")

"""A barcode scanner that sends lines over a serial or TCP port."""

import time
from collections import deque
from collections.abc import Callable

from drivers.errors import Disconnected, Garbled
from drivers.ports import Port, open_port
from drivers.readings import Scan
from drivers.scanners.lines import Code, LineDecoder, LineFormat, Noise

_GAP = 1.0
"""seconds after which the rest of a line won't come any more"""


class SerialScanner:
    """Reads codes; ``url`` is ``serial:///dev/ttyACM0?baud=9600`` or ``tcp://host:port``.

    ``now_us`` gives the wall time that scans carry (microseconds UTC).
    """

    def __init__(
        self,
        name: str,
        url: str,
        *,
        prefix: str = "",
        terminators: str = "\r\n\x03",
        now_us: Callable[[], int] = lambda: time.time_ns() // 1000,
    ) -> None:
        self.name = name
        self._url = url
        self._form = LineFormat(prefix.encode("latin-1"), terminators.encode("latin-1"))
        self._now_us = now_us
        self._port: Port | None = None
        self._decoder = LineDecoder(self._form)
        self._found: deque[Code | Noise] = deque()
        self._last_byte = 0.0

    def open(self) -> None:
        """Open the port; raises NotFound, Busy or Disconnected."""
        self.close()
        self._decoder = LineDecoder(self._form)
        self._found.clear()
        port = open_port(self._url, default_baud=9600)
        port.open()
        self._port = port

    def read(self, timeout: float) -> Scan | None:
        """The next code, or None when none came within ``timeout`` seconds.

        Raises Disconnected when the port is gone and Garbled for bytes that aren't a code; reading goes on after
        the latter."""
        if not self._found:
            self._listen(timeout)
        if not self._found:
            return None
        found = self._found.popleft()
        if isinstance(found, Noise):
            raise Garbled(f"{self.name}: unreadable scan ({found.reason}), {len(found.data)} bytes: scan again")
        return Scan(self.name, found.text, found.aim, self._now_us())

    def close(self) -> None:
        port, self._port = self._port, None
        if port is not None:
            port.close()

    def _listen(self, timeout: float) -> None:
        if self._port is None:
            raise Disconnected(f"{self.name}: not open")
        ends = time.monotonic() + timeout
        while not self._found:
            left = max(0.0, ends - time.monotonic())
            data = self._port.read(left)
            now = time.monotonic()
            if data:
                self._last_byte = now
                self._found.extend(self._decoder.feed(data))
            elif self._decoder.partial and now - self._last_byte >= _GAP:
                self._found.extend(self._decoder.abandon())
            if now >= ends:
                return

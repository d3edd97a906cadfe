"""What scanners on a port have in common: pieces in, codes out one by one, noise told and counted."""

import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable

import structlog

from drivers.errors import Disconnected, Garbled
from drivers.ports import Port
from drivers.readings import Scan
from drivers.scanners.lines import Code, Noise

log = structlog.get_logger(__name__)

GAP_S = 1.0
"""seconds after which the rest of a code won't come any more"""


def system_now_us() -> int:
    """The system's UTC clock."""
    return time.time_ns() // 1000


class PortScanner(ABC):
    """``now_us`` gives the wall time that scans carry (microseconds UTC)."""

    gap_s = GAP_S

    def __init__(self, name: str, now_us: Callable[[], int] = system_now_us) -> None:
        self.name = name
        self.dropped = 0
        """pieces that were no code, since the driver was made"""
        self._now_us = now_us
        self._port: Port | None = None
        self._found: deque[Code | Noise] = deque()
        self._last_byte = 0.0
        self._in_trouble = False

    @abstractmethod
    def _make_port(self) -> Port:
        """The port, not yet open."""

    @abstractmethod
    def _begin(self) -> None:
        """A new link: forget what waits, greet the scanner if it has to be greeted."""

    @abstractmethod
    def _hear(self, data: bytes) -> list[Code | Noise]:
        """What these bytes complete."""

    @property
    @abstractmethod
    def _waiting(self) -> bool:
        """Whether the beginning of a code waits for its end."""

    @abstractmethod
    def _give_up(self) -> list[Code | Noise]:
        """The rest of what waits won't come any more."""

    def open(self) -> None:
        """Open the port; raises NotFound, Busy or Disconnected."""
        self.close()
        self._found.clear()
        port = self._make_port()
        port.open()
        self._port = port
        self._begin()

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
            self._drop(found.reason)
            raise Garbled(f"{self.name}: unreadable scan ({found.reason}), {len(found.data)} bytes: scan again")
        if self._in_trouble:
            self._in_trouble = False
            log.info("scanner.sound_again", scanner=self.name, dropped=self.dropped)
        return Scan(self.name, found.text, found.aim, self._now_us())

    def close(self) -> None:
        port, self._port = self._port, None
        if port is not None:
            port.close()

    def _drop(self, reason: str) -> None:
        """Count a piece that is no code; logged once until a code comes again."""
        self.dropped += 1
        if not self._in_trouble:
            self._in_trouble = True
            log.warning("scanner.garbled", scanner=self.name, reason=reason)

    def _open_port(self) -> Port:
        if self._port is None:
            raise Disconnected(f"{self.name}: not open")
        return self._port

    def _listen(self, timeout: float) -> None:
        port = self._open_port()
        ends = time.monotonic() + timeout
        while not self._found:
            now = time.monotonic()
            rest = self._last_byte + self.gap_s if self._waiting else ends
            data = port.read(max(0.0, min(ends, rest) - now))
            now = time.monotonic()
            if data:
                self._last_byte = now
                self._found.extend(self._hear(data))
            elif self._waiting and now - self._last_byte >= self.gap_s:
                self._found.extend(self._give_up())
            if now >= ends:
                return

"""Two ports joined in memory: what one end writes, the other reads. Ships, for the demo and for trying drivers."""

import queue
import threading

from drivers.errors import Disconnected


class MemoryPort:
    """One end of a joined pair; made by ``joined()``."""

    def __init__(self, label: str) -> None:
        self.label = label
        self._inbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._peer: MemoryPort | None = None
        self._open = threading.Event()
        self._gone = threading.Event()

    def open(self) -> None:
        """Forget what was left from before and listen."""
        while not self._inbox.empty():
            self._inbox.get()
        self._gone.clear()
        self._open.set()

    def read(self, timeout: float) -> bytes:
        """Bytes of one or more writes; ``b""`` after ``timeout`` seconds; Disconnected once the other end closed."""
        if not self._open.is_set():
            raise Disconnected(f"{self.label}: not open")
        try:
            data = self._inbox.get(timeout=max(timeout, 0.0))
            while data is not None and not self._inbox.empty():
                more = self._inbox.get()
                if more is None:
                    self._gone.set()
                    return data
                data += more
        except queue.Empty:
            data = b"" if not self._gone.is_set() else None
        if data is None:
            raise Disconnected(f"{self.label}: the other end closed")
        return data

    def write(self, data: bytes, timeout: float = 2.0) -> None:
        """Never blocks; Disconnected if the other end isn't open."""
        peer = self._peer
        if peer is None or not self._open.is_set() or not peer._open.is_set():
            raise Disconnected(f"{self.label}: the other end isn't open")
        peer._inbox.put(bytes(data))

    def close(self) -> None:
        """Idempotent; the other end hears of it."""
        if self._open.is_set():
            self._open.clear()
            self._inbox.put(None)
            if self._peer is not None and self._peer._open.is_set():
                self._peer._inbox.put(None)


def joined(label: str = "memory://") -> tuple[MemoryPort, MemoryPort]:
    """Two ends, not yet opened."""
    here, there = MemoryPort(f"{label}a"), MemoryPort(f"{label}b")
    here._peer, there._peer = there, here
    return here, there

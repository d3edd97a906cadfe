"""Outputs that fall back by themselves: LLRP has no pulses, so the driver switches off what it switched on."""

import threading
import time
from collections.abc import Callable

from drivers.contracts import SetGpo


class Outputs:
    """``write(port, on)`` sends one output message, from any thread. A pulse survives a lost link: it ends later.

    A second pulse while the first lasts makes it longer, never shorter: it ends when the last of them would.
    """

    def __init__(self, write: Callable[[int, bool], None], *, mono: Callable[[], float] = time.monotonic) -> None:
        self._write = write
        self._mono = mono
        self._lock = threading.Lock()
        self._falls: dict[int, tuple[float, bool]] = {}

    def set(self, command: SetGpo) -> None:
        """Drive an output now; without ``pulse_ms`` it stays so, and ends a pulse that lasts."""
        with self._lock:
            due, _ = self._falls.get(command.port, (0.0, False))
            self._write(command.port, command.on)
            if command.pulse_ms:
                end = self._mono() + command.pulse_ms / 1000
                self._falls[command.port] = (max(end, due), not command.on)
            else:
                self._falls.pop(command.port, None)

    @property
    def next_due(self) -> float:
        """When the next output falls back, in monotonic seconds; infinity if none does."""
        return min((due for due, _ in list(self._falls.values())), default=float("inf"))

    def fall(self, now: float) -> None:
        """Let those outputs fall back whose time has come; one that can't be written is tried again."""
        if self.next_due > now:
            return
        with self._lock:
            for port, (due, level) in list(self._falls.items()):
                if due <= now:
                    self._write(port, level)
                    del self._falls[port]

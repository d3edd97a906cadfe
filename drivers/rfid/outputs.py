"""Outputs that fall back by themselves, for readers without pulses: the driver switches off what it switched on."""

import threading
import time
from collections.abc import Callable

import structlog

from drivers.contracts import SetGpo
from drivers.errors import DeviceError

log = structlog.get_logger(__name__)

Write = Callable[[int, bool], None]


class Outputs:
    """``write(port, on)`` sends one output message, from any thread. A pulse survives a lost link: it ends later.

    A second pulse while the first lasts makes it longer, never shorter: it ends when the last of them would.
    """

    def __init__(self, write: Write, *, reader: str = "", mono: Callable[[], float] = time.monotonic) -> None:
        self._write = write
        self._reader = reader
        self._mono = mono
        self._lock = threading.Lock()
        self._falls: dict[int, tuple[float, bool]] = {}
        self._levels: dict[int, bool] = {}
        """what each output that was ever driven was told last"""
        self._linked = False

    def set(self, command: SetGpo) -> None:
        """Drive an output now; without ``pulse_ms`` it stays so, and ends a pulse that lasts."""
        with self._lock:
            due, _ = self._falls.get(command.port, (0.0, False))
            self._write(command.port, command.on)
            self._levels[command.port] = command.on
            self._linked = True
            if command.pulse_ms:
                end = self._mono() + command.pulse_ms / 1000
                self._falls[command.port] = (max(end, due), not command.on)
            else:
                self._falls.pop(command.port, None)

    @property
    def lasting(self) -> bool:
        """Whether closing now would leave an output on that should fall back."""
        return self._linked and bool(self._falls)

    @property
    def next_due(self) -> float:
        """When the next output falls back, in monotonic seconds; infinity if none does."""
        if not self._falls:
            return float("inf")
        return min((due for due, _ in list(self._falls.values())), default=float("inf"))

    def fall(self, now: float) -> None:
        """Let those outputs fall back whose time has come; one that can't be written is tried again."""
        if self.next_due > now:
            return
        with self._lock:
            for port, (due, level) in list(self._falls.items()):
                if due <= now:
                    self._write(port, level)
                    self._levels[port] = level
                    del self._falls[port]

    def renew(self, now: float) -> None:
        """The link stands again: every output that was driven is told its level once more, and what is due falls.

        A message that left just before the link went may never have arrived, and a reader that was without power has
        forgotten all.
        """
        self.fall(now)
        with self._lock:
            self._linked = True
            for port, level in self._levels.items():
                self._write(port, level)

    def end(self, write: Write | None = None) -> None:
        """The reader is being closed: let every pulse end now. Never raises; what can't be written is logged, once.

        No pulse is forgotten: if the reader is opened again in time, ``renew`` goes on with it.
        """
        if not self.lasting:
            return
        write = write or self._write
        with self._lock:
            self._linked = False
            for port, (_, level) in self._falls.items():
                try:
                    write(port, level)
                except DeviceError as error:
                    log.warning("reader.output_left", reader=self._reader, output=port, on=not level, why=str(error))
                    return

"""The customer display's thread: shows the newest lines, drops what it missed, and never makes the till wait."""

import threading
from collections.abc import Callable, Sequence

import structlog

from drivers.contracts import Display
from drivers.errors import DeviceError

log = structlog.get_logger(__name__)

RETRY_S = 3.0
WRITE_S = 1.0


class DisplayWorker:
    """Owns one display. ``told(reason)`` is called when it is lost (with why) and when it is back (empty)."""

    def __init__(self, display: Display, told: Callable[[str], None]) -> None:
        self._display = display
        self._told = told
        self._lines: tuple[str, ...] | None = None
        self._wake = threading.Condition()
        self._stopping = False
        self._lost = False
        self._thread = threading.Thread(target=self._run, name="display", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def show(self, lines: Sequence[str]) -> None:
        """Show these lines as soon as possible; returns at once."""
        with self._wake:
            self._lines = tuple(lines)
            self._wake.notify()

    def stop(self, timeout: float = 3.0) -> None:
        """End the thread."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def _run(self) -> None:
        while not self._stopping:
            try:
                self._display.open()
                self._back()
                self._serve()
            except DeviceError as error:
                self._lose(str(error))
                with self._wake:
                    if not self._stopping:
                        self._wake.wait(RETRY_S)
            finally:
                self._display.close()

    def _serve(self) -> None:
        while True:
            with self._wake:
                while self._lines is None and not self._stopping:
                    self._wake.wait()
                if self._stopping:
                    return
                lines, self._lines = self._lines, None
            if lines is not None:
                self._display.show(lines, WRITE_S)

    def _back(self) -> None:
        if self._lost:
            self._lost = False
            log.info("display.back", display=self._display.name)
            self._told("")

    def _lose(self, reason: str) -> None:
        if not self._lost:
            self._lost = True
            log.warning("display.lost", display=self._display.name, reason=reason)
            self._told(reason)

"""The scanner's thread: delivers codes, reconnects when the cable was out, says so once each way."""

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from drivers.contracts import Scanner
from drivers.errors import DeviceError, Garbled
from drivers.readings import Scan

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The scanner sent something that isn't a code; ``text`` says what is wrong."""

    scanner: str
    text: str


@dataclass(frozen=True, slots=True)
class ScannerLost:
    """The scanner is gone or was never there; said once until it is back."""

    scanner: str
    text: str


@dataclass(frozen=True, slots=True)
class ScannerBack:
    """The scanner is there."""

    scanner: str


ScannerNews = Scan | Unreadable | ScannerLost | ScannerBack


class ScannerWorker:
    """Owns one scanner on one thread. ``deliver`` is called on that thread and must not block."""

    def __init__(
        self,
        scanner: Scanner,
        deliver: Callable[[ScannerNews], None],
        *,
        first_wait_s: float = 0.5,
        longest_wait_s: float = 10.0,
    ) -> None:
        self._scanner = scanner
        self._deliver = deliver
        self._first_wait = first_wait_s
        self._longest_wait = longest_wait_s
        self._stopping = threading.Event()
        self._lost = False
        self._thread = threading.Thread(target=self._run, name=f"scanner-{scanner.name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout: float = 5.0) -> None:
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def _run(self) -> None:
        wait = self._first_wait
        while not self._stopping.is_set():
            try:
                self._scanner.open()
                self._found()
                wait = self._first_wait
                self._listen()
            except DeviceError as error:
                self._lose(error)
            self._scanner.close()
            self._stopping.wait(wait * random.uniform(0.8, 1.2))
            wait = min(wait * 2, self._longest_wait)

    def _listen(self) -> None:
        while not self._stopping.is_set():
            try:
                scan = self._scanner.read(0.2)
            except Garbled as error:
                self._deliver(Unreadable(self._scanner.name, str(error)))
                continue
            if scan is not None:
                self._deliver(scan)

    def _found(self) -> None:
        self._lost = False
        log.info("scanner.ready", scanner=self._scanner.name)
        self._deliver(ScannerBack(self._scanner.name))

    def _lose(self, error: DeviceError) -> None:
        if not self._lost:
            self._lost = True
            log.warning("scanner.lost", scanner=self._scanner.name, text=str(error))
            self._deliver(ScannerLost(self._scanner.name, str(error)))

"""One plain thread per opened device: opens it, delivers what it says, and opens it again when it was lost."""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import structlog

from drivers.contracts import Reader, ReaderCommand
from drivers.errors import DeviceError
from drivers.readings import ReaderEvent, TagReads

log = structlog.get_logger(__name__)

ReadingT = TypeVar("ReadingT")
SourceReadingT = TypeVar("SourceReadingT", covariant=True)

POLL_S = 0.25


@dataclass(frozen=True, slots=True)
class Lost:
    """A device is gone, or could not be opened; said once, until it is Back."""

    device: str
    at_us: int
    reason: str


@dataclass(frozen=True, slots=True)
class Back:
    """A device that was Lost works again."""

    device: str
    at_us: int
    after_ms: int


class Source(Protocol[SourceReadingT]):
    """What a worker needs of a device: readers and scanners both have it."""

    @property
    def name(self) -> str: ...
    def open(self) -> None: ...
    def read(self, timeout: float) -> SourceReadingT | None: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class BackOff:
    """Seconds between attempts: doubled each time, each drawn between half and whole so that readers don't march."""

    first: float = 0.25
    longest: float = 15.0

    def wait(self, attempt: int) -> float:
        """Before attempt number ``attempt`` (from 1)."""
        whole = min(self.longest, self.first * 2.0 ** min(attempt - 1, 16))
        return whole * random.uniform(0.5, 1.0)  # jitter


class DeviceWorker(Generic[ReadingT]):
    """Runs a device until stopped. ``deliver`` is called on the worker's thread and should only enqueue."""

    def __init__(
        self,
        device: Source[ReadingT],
        deliver: Callable[[ReadingT | Lost | Back], None],
        *,
        back_off: BackOff | None = None,
        now_us: Callable[[], int] = lambda: time.time_ns() // 1000,
    ) -> None:
        self.device = device
        self._deliver = deliver
        self._back_off = back_off or BackOff()
        self._now_us = now_us
        self._stop = threading.Event()
        self._connected = threading.Event()
        self._thread: threading.Thread | None = None
        self._lost_at: float | None = None

    @property
    def connected(self) -> bool:
        """Whether the device is open right now."""
        return self._connected.is_set()

    def start(self) -> None:
        """Start the thread; returns at once."""
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, name=f"device-{self.device.name}", daemon=True)
        self._thread.start()

    def stop(self, timeout: float = 10.0) -> None:
        """Close the device and end the thread."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout)
            if self._thread.is_alive():
                log.warning("device.stop_slow", device=self.device.name)

    def _run(self) -> None:
        attempt = 0
        while not self._stop.is_set():
            try:
                self.device.open()
                attempt = 0
                self._is_back()
                self._serve()
            except DeviceError as error:
                self._is_lost(str(error))
            except Exception as error:
                # a fault of a driver must not silence its device for good
                log.exception("device.fault", device=self.device.name)
                self._is_lost(f"fault in the driver: {error!r}")
            finally:
                self._connected.clear()
                self.device.close()
            attempt += 1
            self._stop.wait(self._back_off.wait(attempt))

    def _serve(self) -> None:
        while not self._stop.is_set():
            reading = self.device.read(POLL_S)
            if reading is not None:
                self._deliver(reading)

    def _is_lost(self, reason: str) -> None:
        if self._lost_at is not None or self._stop.is_set():
            return
        self._lost_at = time.monotonic()
        log.warning("device.lost", device=self.device.name, reason=reason)
        self._deliver(Lost(self.device.name, self._now_us(), reason))

    def _is_back(self) -> None:
        self._connected.set()
        if self._lost_at is None:
            return
        after_ms = round((time.monotonic() - self._lost_at) * 1000)
        self._lost_at = None
        log.info("device.back", device=self.device.name, after_ms=after_ms)
        self._deliver(Back(self.device.name, self._now_us(), after_ms))


class ReaderWorker(DeviceWorker[TagReads | ReaderEvent]):
    """A worker for an RFID reader."""

    def __init__(
        self,
        reader: Reader,
        deliver: Callable[[TagReads | ReaderEvent | Lost | Back], None],
        *,
        back_off: BackOff | None = None,
        now_us: Callable[[], int] = lambda: time.time_ns() // 1000,
    ) -> None:
        super().__init__(reader, deliver, back_off=back_off, now_us=now_us)
        self._reader = reader

    def command(self, command: ReaderCommand) -> DeviceError | None:
        """Hand a command to the reader from any thread, at once; why it couldn't be sent, or None."""
        try:
            self._reader.command(command)
        except DeviceError as error:
            log.warning("device.command_failed", device=self._reader.name, command=repr(command), reason=str(error))
            return error
        return None

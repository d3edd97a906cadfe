"""What readers on a serial line have in common: frames out of bytes, trouble counted, a loop that never waits too long.

A reader's own file says what is sent when (``_tend``), what a frame means (``_take``) and who answers at the start
(``_greet``).
"""

import threading
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterable
from typing import Final

from drivers.contracts import ReaderCommand
from drivers.errors import DeviceError, Disconnected, Garbled, NotFound
from drivers.framing import Framer
from drivers.ports import Port
from drivers.readings import Extra, Read, ReaderEvent, ReaderEventKind, TagReads
from drivers.rfid.garbage import QUIET_S, GarbageWatch
from drivers.rfid.readings import Batches, NowUs, system_now_us

GAP_S: Final = 0.25
"""seconds of silence after which the rest of a frame won't come any more"""
SLICE_S: Final = 0.025
"""longest wait in one go: a command from another thread is sent after this time at the latest"""


class LineReader(ABC):
    """Owns the port; ``read`` belongs to one thread, ``command`` and ``close`` may come from any."""

    def __init__(self, name: str, port: Port, framer: Framer, now_us: NowUs = system_now_us) -> None:
        self.name = name
        self._port = port
        self._framer = framer
        self._now_us = now_us
        self._batches = Batches(name, now_us)
        self._garbage = GarbageWatch(name)
        self._turn = threading.Lock()  # held by the thread that reads
        self._ready: deque[TagReads | ReaderEvent] = deque()
        self._reads: list[Read] = []
        self._extras: dict[int, Extra] = {}
        self._heard_at = 0.0
        self._troubles: dict[object, float] = {}
        self._off: set[int] = set()  # antennas that were told as lost
        self._due = 0.0
        """when ``_tend`` has to be asked again, monotonic seconds"""

    @property
    def dropped(self) -> int:
        """Bytes and frames thrown away since the driver was made because they weren't the protocol."""
        return self._garbage.dropped

    def open(self) -> None:
        """Open the line and ask the reader who it is; Disconnected if it doesn't answer."""
        self._begin_again()
        self._port.open()
        self._heard_at = time.monotonic()
        try:
            self._greet()
        except DeviceError:
            self._port.close()
            raise

    def _begin_again(self) -> None:
        """Nothing of the last link is left, but half a frame that it was cut in is counted."""
        self._ready.clear()
        self._reads, self._extras = [], {}
        self._troubles.clear()
        self._off.clear()
        half, skipped = self._framer.pending, self._framer.skipped
        self._framer.drop()
        if half or skipped:
            self._garbled("half a frame when the link went", half + skipped)

    @abstractmethod
    def _greet(self) -> None:
        """Make sure of the reader and set it up; raises Disconnected."""

    @abstractmethod
    def _tend(self, now: float) -> None:
        """Send what is due; raises Disconnected when the reader stayed silent."""

    @abstractmethod
    def _take(self, frame: bytes) -> None:
        """Make something of a frame; raises Garbled if its content makes no sense."""

    @abstractmethod
    def command(self, command: ReaderCommand) -> None:
        """From any thread; Rejected for what the reader can't do."""

    def read(self, timeout: float) -> TagReads | ReaderEvent | None:
        """The next batch or event, or None after ``timeout`` seconds; Disconnected when the reader stays silent."""
        with self._turn:
            return self._read(time.monotonic() + timeout)

    def _read(self, deadline: float) -> TagReads | ReaderEvent | None:
        while not self._ready:
            now = time.monotonic()
            self._tend(now)
            wait = min(SLICE_S, deadline - now, self._due - now if self._due > now else SLICE_S)
            frames = self._receive(max(0.001, wait))
            for frame in frames:
                self._take_safely(frame)
            if frames:
                self._garbage.good()
                self._flush()
            if not self._ready and time.monotonic() >= deadline:
                return None
        return self._ready.popleft()

    def _receive(self, timeout: float) -> list[bytes]:
        """Whole frames that arrive within ``timeout`` seconds; half ones are given up after a gap."""
        data = self._port.read(timeout)
        now = time.monotonic()
        if data:
            self._heard_at = now
            return self._counted(self._framer.feed(data))
        if self._framer.pending and now - self._heard_at >= GAP_S:
            return self._counted(self._framer.give_up_waiting())
        return []

    def _counted(self, frames: list[bytes]) -> list[bytes]:
        skipped, self._framer.skipped = self._framer.skipped, 0
        if skipped:
            self._garbled("bytes that are no frame, or whose sum is wrong", skipped)
        return frames

    def _take_safely(self, frame: bytes) -> None:
        try:
            self._take(frame)
        except Garbled as error:
            self._garbled(str(error))

    def _await(self, wanted: int, place: int, seconds: float) -> bytes:
        """The first frame with ``wanted`` as its byte ``place``; Disconnected after ``seconds``."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            for frame in self._receive(left):
                if frame[place] == wanted:
                    return frame
        raise Disconnected(f"{self.name}: no answer on {self._port.label}; is the reader on, and the speed right?")

    def _flush(self) -> None:
        """Hand over the gathered reads as one batch."""
        reads, self._reads = self._reads, []
        extras, self._extras = self._extras, {}
        if reads:
            self._ready.append(self._batches.reads(reads, extras))

    def _tell(self, kind: ReaderEventKind, port: int = 0, value: int = 0, text: str = "") -> None:
        self._ready.append(self._batches.event(kind, port, value, text))

    def _antenna_is_off(self, port: int, value: int = 0, text: str = "") -> None:
        """Told once, until it works again."""
        if port not in self._off:
            self._off.add(port)
            self._tell(ReaderEventKind.ANTENNA_LOST, port, value, text)

    def _antennas_work(self, ports: Iterable[int]) -> None:
        """Those of them that were off are told as connected."""
        for port in sorted(self._off.intersection(ports)):
            self._off.discard(port)
            self._tell(ReaderEventKind.ANTENNA_CONNECTED, port)

    def _is_new(self, trouble: object) -> bool:
        """Whether a device's own trouble should be told: not if it was heard within the last ten seconds."""
        now = time.monotonic()
        last = self._troubles.get(trouble)
        self._troubles[trouble] = now
        return last is None or now - last >= QUIET_S

    def _garbled(self, reason: str, count: int = 1) -> None:
        if self._garbage.bad(reason, count):
            self._tell(ReaderEventKind.GARBLED, value=self._garbage.dropped, text=reason)

    def close(self) -> None:
        """Idempotent and quick."""
        self._port.close()


def known_options(name: str, kind: str, options: dict[str, object], known: set[str]) -> None:
    """NotFound that names the options which a kind of reader doesn't have."""
    unknown = sorted(set(options) - known)
    if unknown:
        raise NotFound(f"{name}: a {kind} reader has no option {', '.join(unknown)}; it has {', '.join(sorted(known))}")


def antenna_list(name: str, value: object, most: int) -> tuple[int, ...]:
    """Antenna numbers from 1, as settings have them: ``[1, 2]``, ``"1,2"`` or ``1``; NotFound for anything else."""
    parts = value.split(",") if isinstance(value, str) else value if isinstance(value, list | tuple) else [value]
    try:
        found = tuple(int(str(part)) for part in parts)
    except ValueError:
        found = ()
    if not found or not all(1 <= antenna <= most for antenna in found):
        raise NotFound(f"{name}: antennas are numbers from 1 to {most}, such as [1, 2]; not {value!r}")
    return found


def power_option(name: str, options: dict[str, object], most: float) -> float | None:
    """The option ``power_dbm`` in dBm; None if it isn't given; NotFound if it is no sound number."""
    value = options.get("power_dbm")
    if value is None:
        return None
    try:
        power = float(str(value))
    except ValueError:
        power = -1.0
    if not 0 <= power <= most:
        raise NotFound(f"{name}: power_dbm is a number from 0 to {most:g}, not {value!r}")
    return power

"""What stands or walks in a twin's field, and the face that all reader twins share."""

import heapq
import itertools
import math
import threading
import time
from collections.abc import Callable, Iterable, Sequence

from drivers.rfid.physics import RadioModel
from drivers.rfid.readings import SeenTag

GpoWrite = tuple[int, bool, int]
"""(output, level, when in us UTC)."""


class TagField:
    """Tags in a twin's field. Thread-safe; ``due`` tells the reads that a reader would make up to now."""

    def __init__(
        self, rate: float = 20.0, *, radio: RadioModel | None = None, mono: Callable[[], float] = time.monotonic
    ) -> None:
        self._interval = 1.0 / rate
        self.spread = False
        """read tag after tag over the interval, as a reader does with many, instead of all at once"""
        self.capacity = math.inf
        """reads a second that the air takes in all, when tag after tag is read"""
        self._place = 0.0
        self._at = mono()
        self._radio = radio or RadioModel()
        self._mono = mono
        self._lock = threading.Lock()
        self._present: tuple[SeenTag, ...] = ()
        self._next = mono()
        self._walks: list[tuple[float, int, SeenTag]] = []
        self._order = itertools.count()

    def present(self, tags: Iterable[SeenTag]) -> None:
        """Replace what stands in the field; each tag is read ``rate`` times a second."""
        with self._lock:
            self._present = tuple(tags)
            self._next = self._mono()

    @property
    def present_tags(self) -> tuple[SeenTag, ...]:
        """What stands in the field."""
        with self._lock:
            return self._present

    def pass_by(self, epcs: Iterable[bytes], antennas: Sequence[int] = (1, 2), seconds: float = 1.5) -> None:
        """Tags carried past the antennas in their order, as the radio model has it."""
        with self._lock:
            start = self._mono()
            for at, seen in self._radio.walk(epcs, antennas, seconds):
                heapq.heappush(self._walks, (start + at, next(self._order), seen))

    def play(self, reads: Iterable[tuple[float, SeenTag]]) -> None:
        """Reads to come, each so many seconds from now: a simulated scene, for instance."""
        with self._lock:
            start = self._mono()
            for at, seen in reads:
                heapq.heappush(self._walks, (start + at, next(self._order), seen))

    def due(self) -> list[SeenTag]:
        """The reads since the last call."""
        return [tag for tag, _ in self.due_late()]

    def due_late(self) -> list[tuple[SeenTag, int]]:
        """The reads since the last call, each with how long ago it was, in us: a twin that was kept waiting knows."""
        with self._lock:
            now = self._mono()
            reads = [(tag, 0) for tag in (self._one_by_one(now) if self.spread else self._all_at_once(now))]
            while self._walks and self._walks[0][0] <= now:
                at, _, tag = heapq.heappop(self._walks)
                reads.append((tag, int((now - at) * 1_000_000)))
            return reads

    def _all_at_once(self, now: float) -> tuple[SeenTag, ...]:
        if now < self._next:
            return ()
        self._next = max(self._next + self._interval, now)
        return self._present

    def _one_by_one(self, now: float) -> list[SeenTag]:
        count = len(self._present)
        before = int(self._place)
        took = now - self._at
        self._place += min(1.0 * count, took / self._interval * count, took * self.capacity)
        self._at = now
        found = [self._present[place % count] for place in range(before, int(self._place))]
        self._place = self._place % count if count else 0.0
        return found


class TwinFace:
    """The part of a reader twin that tests, demo and day speak to."""

    def __init__(self, field: TagField) -> None:
        self.field = field
        self.gpo: list[GpoWrite] = []
        self.gpo_frames: list[bytes] = []
        """The bytes of the message that carried each write of ``gpo``."""
        self.refuses_outputs = False
        """whatever it is told of them"""

    def present(self, tags: Iterable[SeenTag]) -> None:
        """Replace what is in the field."""
        self.field.present(tags)

    def pass_by(self, epcs: Iterable[bytes], antennas: Sequence[int] = (1, 2), seconds: float = 1.5) -> None:
        """Carry tags past the antennas."""
        self.field.pass_by(epcs, antennas, seconds)

    def play(self, reads: Iterable[tuple[float, SeenTag]]) -> None:
        """Read what a scene lets it read, (seconds from now, read)."""
        self.field.play(reads)

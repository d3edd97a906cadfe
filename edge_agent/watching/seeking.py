"""Looking for a thing with a handheld: how strongly it is heard right now, and how long ago that was."""

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache

from drivers.readings import Read
from retail.epc import EpcRefused, item_key

RATE_MS = 1000
"""over which reads a second are counted"""


@dataclass(frozen=True, slots=True)
class Heard:
    """What is heard of the thing: the strongest read since the last look, or the last one before; RSSI in centi-dBm."""

    unit: str
    reader: str
    rssi_cdbm: int
    age_ms: int
    rate: int
    """reads in the last second"""


@dataclass(slots=True)
class Trail:
    """One person's search: ``wanted`` is a unit's key, or a GTIN for any unit of an article."""

    wanted: str
    unit: str = ""
    reader: str = ""
    rssi_cdbm: int = 0
    at_ms: int = -1
    fresh: bool = False
    """nobody has looked since the last read"""
    times: deque[tuple[int, int]] = field(default_factory=lambda: deque(maxlen=512))

    def add(self, unit: str, reader: str, rssi_cdbm: int, count: int, now_ms: int) -> None:
        self.times.append((now_ms, count))
        if self.fresh and rssi_cdbm < self.rssi_cdbm:
            return
        self.unit, self.reader, self.rssi_cdbm, self.at_ms, self.fresh = unit, reader, rssi_cdbm, now_ms, True

    def look(self, now_ms: int) -> Heard | None:
        if self.at_ms < 0:
            return None
        self.fresh = False
        rate = sum(count for at, count in self.times if now_ms - at <= RATE_MS)
        return Heard(self.unit, self.reader, self.rssi_cdbm, max(0, now_ms - self.at_ms), rate)


class Seeking:
    """The searches that go on. Reads cost nothing while there is none.

    ``follows`` says of which units anybody may know where they are; it is asked from readers' threads.
    """

    def __init__(self, follows: Callable[[str], bool] = lambda _unit: True) -> None:
        self._follows = follows
        self._lock = threading.Lock()
        self._trails: list[Trail] = []

    @contextmanager
    def looking_for(self, wanted: str) -> Iterator[Trail]:
        """A search, for as long as somebody looks."""
        trail = Trail(wanted)
        with self._lock:
            self._trails.append(trail)
        try:
            yield trail
        finally:
            with self._lock:
                self._trails = [one for one in self._trails if one is not trail]

    def add(self, reader: str, reads: Sequence[Read], now_ms: int) -> None:
        """Take in what a handheld reads."""
        if not self._trails:
            return
        with self._lock:
            for epc, _antenna, rssi, _at, count in reads:
                unit = unit_of(epc)
                for trail in self._trails if unit else ():
                    if trail.wanted in (unit, unit[:14]) and self._follows(unit):
                        trail.add(unit, reader, rssi, count, now_ms)

    def look(self, trail: Trail, now_ms: int) -> Heard | None:
        """How the search stands; None until the thing was heard for the first time."""
        with self._lock:
            return trail.look(now_ms)


@lru_cache(maxsize=65_536)
def unit_of(epc: bytes) -> str:
    """The key of the unit that carries this tag; empty for what is no item of anybody's."""
    try:
        return item_key(epc) or ""
    except EpcRefused:
        return ""

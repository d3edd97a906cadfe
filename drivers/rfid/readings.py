"""What all RFID drivers share: batches numbered without gaps, and conventions for what a reader leaves out."""

import time
import uuid
from collections.abc import Callable
from typing import Final, NamedTuple

from drivers.readings import Extra, Read, ReaderEvent, ReaderEventKind, TagReads

NowUs = Callable[[], int]
"""Microseconds since the epoch, UTC."""

NO_RSSI_CDBM: Final = -12_800
"""Stands for a signal strength that the reader didn't tell: weaker than any real one."""


class SeenTag(NamedTuple):
    """A tag in a twin's field."""

    epc: bytes
    antenna: int = 1
    rssi_cdbm: int = -5500


def system_now_us() -> int:
    """The system's UTC clock."""
    return time.time_ns() // 1000


class Batches:
    """Numbers a reader's batches from 1 without gaps; ``boot`` is new for every driver object."""

    def __init__(self, reader: str, now_us: NowUs) -> None:
        self.boot = uuid.uuid4().hex
        self._reader = reader
        self._now_us = now_us
        self._n = 0

    def reads(self, reads: list[Read], extras: dict[int, Extra] | None = None) -> TagReads:
        """The next batch."""
        self._n += 1
        return TagReads(self._reader, self.boot, self._n, self._now_us(), reads, extras or None)

    def event(self, kind: ReaderEventKind, port: int = 0, value: int = 0, text: str = "") -> ReaderEvent:
        """An event that happens now."""
        return ReaderEvent(self._reader, kind, self._now_us(), port, value, text)

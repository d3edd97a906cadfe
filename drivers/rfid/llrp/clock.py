"""A reader's clock against ours: hours wrong, drifting, or jumping while we look.

The first word on every connection bears the reader's time, which gives the offset. Later a read or event can't come
from the future, so a clock that jumped ahead is corrected at once. One that fell behind looks like old reads that the
reader had held; but those catch up, since they are sent faster than they were read. Reads that stay late by the same
amount for a while come from a clock that was set back, or drifts.
"""

from typing import Final

import structlog

from drivers.readings import Read
from drivers.rfid.llrp.reports import ReportReader

log = structlog.get_logger(__name__)

AHEAD_US: Final = 1_000_000
LATE_US: Final = 2_000_000
STEADY_US: Final = 3_000_000
WOBBLE_US: Final = 500_000
_ENOUGH: Final = 5


class ClockWatch:
    """Keeps the offsets of ``reports``; ``jumps`` counts corrections after the first."""

    def __init__(self, reader: str, reports: ReportReader) -> None:
        self.jumps = 0
        self._reader = reader
        self._reports = reports
        self._lag_us = 0
        self._since_us = 0
        self._times = 0

    def set(self, stamp_us: int, is_utc: bool, now_us: int) -> None:
        """The reader says what time it is now."""
        self._times = 0
        if is_utc:
            self._reports.utc_offset_us = now_us - stamp_us
        else:
            self._reports.uptime_offset_us = now_us - stamp_us

    def event_us(self, stamp_us: int, is_utc: bool, now_us: int, *, live: bool) -> int:
        """Our time of an event. A ``live`` one happens now: a stamp that is seconds off tells of a jump."""
        offset = self._reports.utc_offset_us if is_utc else self._reports.uptime_offset_us
        at_us = stamp_us + offset
        if at_us > now_us + AHEAD_US or (live and at_us < now_us - LATE_US):
            self._jumped(now_us - at_us)
            self.set(stamp_us, is_utc, now_us)
            return now_us
        return at_us

    def check(self, reads: list[Read], now_us: int) -> None:
        """Correct the reads of a batch in place, should its clock have jumped ahead; later ones if it fell behind."""
        newest = max(reads[0][3], reads[-1][3])
        ahead = newest - now_us
        if ahead > AHEAD_US:
            self._shift(-ahead)
            # what stood in the batch before the jump is right as it is
            reads[:] = [
                (epc, antenna, rssi, at - ahead if at > now_us + AHEAD_US else at, seen)
                for epc, antenna, rssi, at, seen in reads
            ]
        elif ahead < -LATE_US:
            self._late(-ahead, now_us)
        else:
            self._times = 0

    def _late(self, lag_us: int, now_us: int) -> None:
        if not self._times or abs(lag_us - self._lag_us) > WOBBLE_US:
            self._lag_us, self._since_us, self._times = lag_us, now_us, 1
            return
        self._times += 1
        if self._times >= _ENOUGH and now_us - self._since_us >= STEADY_US:
            self._shift(min(lag_us, self._lag_us))

    def _shift(self, by_us: int) -> None:
        self._jumped(by_us)
        self._times = 0
        self._reports.utc_offset_us += by_us
        self._reports.uptime_offset_us += by_us

    def _jumped(self, by_us: int) -> None:
        self.jumps += 1
        log.warning("reader.clock_jumped", reader=self._reader, corrected_us=by_us)

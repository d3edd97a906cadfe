"""Readers' clocks: what is wrong by seconds or hours is put right, what is merely told late isn't touched.

A read can't come from the future, so a clock that runs ahead shows at once. One that runs behind looks like a reader
that tells what it held back; but that catches up, while a wrong clock stays behind by the same. It is believed to be
wrong when the newest read of every batch was behind by the same for ``STEADY_US``, give or take ``1 / STEADY_PART`` of
the time for which that has been so.
"""

from collections.abc import Sequence
from operator import itemgetter

Read = tuple[bytes, int, int, int, int]
"""EPC, antenna, RSSI in centi-dBm, last seen in µs UTC, times seen: what drivers report"""

JITTER_US = 1_000_000
STEADY_US = 4_000_000
"""longer than drivers take that correct their readers' clocks themselves"""
STEADY_PART = 16
BEHIND_US = 2_000_000
"""how far behind a reader may be before its clock is doubted"""
_ENOUGH = 3
_AT = itemgetter(3)


class ReaderClock:
    """One reader's clock. ``offset_us`` is added to what it tells."""

    __slots__ = ("_least_us", "_most_us", "_steady_since", "_times", "offset_us")

    def __init__(self) -> None:
        self.offset_us = 0
        self._least_us = 0
        self._most_us = 0
        self._steady_since = 0
        self._times = 0

    def correct(self, reads: Sequence[Read], now_us: int) -> Sequence[Read]:
        """The reads in our time, none from the future; the same list when there is nothing to correct."""
        newest_us = max(map(_AT, reads))
        behind_us = now_us - newest_us - self.offset_us
        if behind_us < -JITTER_US:
            self.offset_us = now_us - newest_us
            self._times = 0
        elif behind_us > BEHIND_US:
            self._doubt(behind_us, now_us)
        else:
            self._times = 0
        offset_us = self.offset_us
        if not offset_us and newest_us <= now_us:
            return reads
        return [
            (epc, antenna, rssi, min(at_us + offset_us, now_us), count) for epc, antenna, rssi, at_us, count in reads
        ]

    def _doubt(self, behind_us: int, now_us: int) -> None:
        least_us, most_us = min(self._least_us, behind_us), max(self._most_us, behind_us)
        if not self._times or most_us - least_us > JITTER_US:
            self._times, self._steady_since = 1, now_us
            self._least_us = self._most_us = behind_us
            return
        self._times, self._least_us, self._most_us = self._times + 1, least_us, most_us
        lasted_us = now_us - self._steady_since
        if self._times >= _ENOUGH and lasted_us >= max(STEADY_US, STEADY_PART * (most_us - least_us)):
            self.offset_us += least_us
            self._times = 0

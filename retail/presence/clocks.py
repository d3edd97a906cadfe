"""Readers' clocks: what is wrong by hours is put right, what is merely told late isn't touched.

A read can't come from the future, so a clock that runs ahead shows at once. One that runs behind looks like a reader
that tells what it held back; but that catches up, while a wrong clock stays behind by the same. It is believed to be
wrong when the newest read of every batch was behind by the same, give or take ``JITTER_US``, for ``STEADY_US``.
"""

from collections.abc import Sequence
from operator import itemgetter

Read = tuple[bytes, int, int, int, int]
"""EPC, antenna, RSSI in centi-dBm, last seen in µs UTC, times seen: what drivers report"""

JITTER_US = 1_000_000
STEADY_US = 20_000_000
BEHIND_US = 10_000_000
"""how far behind a reader may be before its clock is doubted"""
_AT = itemgetter(3)


class ReaderClock:
    """One reader's clock. ``offset_us`` is added to what it tells."""

    __slots__ = ("_behind_us", "_steady_since", "offset_us")

    def __init__(self) -> None:
        self.offset_us = 0
        self._behind_us = 0
        self._steady_since = 0

    def correct(self, reads: Sequence[Read], now_us: int) -> Sequence[Read]:
        """The reads in our time, none from the future; the same list when there is nothing to correct."""
        newest_us = max(map(_AT, reads))
        behind_us = now_us - newest_us - self.offset_us
        if behind_us < -JITTER_US:
            self.offset_us = now_us - newest_us
            self._steady_since = 0
        elif behind_us > BEHIND_US:
            self._doubt(behind_us, now_us)
        else:
            self._steady_since = 0
        offset_us = self.offset_us
        if not offset_us and newest_us <= now_us:
            return reads
        return [
            (epc, antenna, rssi, min(at_us + offset_us, now_us), count) for epc, antenna, rssi, at_us, count in reads
        ]

    def _doubt(self, behind_us: int, now_us: int) -> None:
        if not self._steady_since or abs(behind_us - self._behind_us) > JITTER_US:
            self._steady_since, self._behind_us = now_us, behind_us
        elif now_us - self._steady_since >= STEADY_US:
            self.offset_us += behind_us
            self._steady_since = 0

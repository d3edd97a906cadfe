"""The times that readers write: RFC 3339 with all its liberties, and epoch numbers of any unit."""

from datetime import UTC, datetime, timedelta
from typing import Final

from drivers.errors import Garbled

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)

FUTURE_US: Final = 1_000_000
LATE_US: Final = 10_000_000
"""older than this, a read is late, or its reader's clock is slow"""
STEADY_US: Final = 10_000_000
"""how long reads must be late by the same amount until the clock is blamed"""
WOBBLE_US: Final = 1_500_000
"""an outage's backlog is sent faster than it was gathered: its lag changes by more than this in that time"""


def to_us(stamp: str | float | None) -> int | None:
    """Microseconds since the epoch; None for no stamp; Garbled for one that is no time. Without an offset: UTC."""
    if stamp is None or stamp == "":
        return None
    if isinstance(stamp, str):
        if not stamp.isascii() or not stamp.replace(".", "", 1).isdigit():
            return _from_text(stamp)
        stamp = float(stamp) if "." in stamp or len(stamp) > 20 else int(stamp)
    return _from_number(stamp)


def moment_us(moment: datetime) -> int:
    """Microseconds since the epoch; without an offset: UTC. A float holds them exactly until the year 2255."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return round(moment.timestamp() * 1e6)


def _from_text(stamp: str) -> int:
    try:
        moment = datetime.fromisoformat(stamp)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return (moment - _EPOCH) // _MICROSECOND
    except (ValueError, OverflowError):
        raise Garbled(f"{stamp[:40]!r} is no time") from None


def _from_number(stamp: float) -> int:
    """The size tells the unit: seconds, milli-, micro- or nanoseconds since 1970."""
    if not 0 < stamp < 1e20:
        raise Garbled(f"{stamp!r} is no time")
    if stamp < 1e11:
        return int(stamp * 1_000_000)
    if stamp < 1e14:
        return int(stamp * 1000)
    return int(stamp) if stamp < 1e17 else int(stamp) // 1000


class ReaderClock:
    """Corrects a clock that is wrong or jumps.

    Ahead it is corrected at once: nothing can be read in the future. Behind it looks like an outage's backlog, but
    that catches up: reads that stay late by the same amount for ten seconds come from a slow clock.
    """

    def __init__(self) -> None:
        self.offset_us = 0
        self._since_us = 0
        self._lag_us: int | None = None
        self._least_us = 0

    def correct(self, at_us: int | None, arrived_us: int) -> int:
        """Our time of a reader's time; the time of arrival where the reader tells none."""
        if at_us is None:
            return arrived_us
        at_us += self.offset_us
        if at_us > arrived_us + FUTURE_US:
            self.offset_us += arrived_us - at_us
            return arrived_us
        if at_us < arrived_us - LATE_US:
            return self._late(at_us, arrived_us)
        self._lag_us = None
        return at_us

    def bounds(self, arrived_us: int) -> tuple[int, int, int]:
        """(offset, earliest, latest): a time between the two, with the offset, needs no other correction; us."""
        return self.offset_us, arrived_us - LATE_US, arrived_us + FUTURE_US

    def is_on_time(self) -> None:
        """A time between the bounds was told: what is late beside it is a backlog."""
        self._lag_us = None

    def _late(self, at_us: int, arrived_us: int) -> int:
        lag = arrived_us - at_us
        if self._lag_us is None or abs(lag - self._lag_us) > WOBBLE_US:
            self._lag_us = self._least_us = lag
            self._since_us = arrived_us
            return at_us
        self._least_us = min(self._least_us, lag)
        if arrived_us - self._since_us < STEADY_US:
            return at_us
        self.offset_us += self._least_us
        self._lag_us = None
        return at_us + self._least_us

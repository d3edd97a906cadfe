"""The times that readers write: RFC 3339 with all its liberties, and epoch numbers of any unit."""

from datetime import UTC, datetime, timedelta
from typing import Final

from drivers.errors import Garbled

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)

FUTURE_US: Final = 1_000_000
LATE_US: Final = 2_000_000
"""older than this, a read is late, or its reader's clock is slow"""
STEADY_US: Final = 3_000_000
"""how long the newest reads must be late by the same amount, at least, until the clock is blamed"""
STEADY_PART: Final = 16
"""the same amount: within this part of the time for which it has been so; a backlog that is told only a sixteenth
faster than it was gathered can't be told from a slow clock"""
WOBBLE_US: Final = 1_500_000
"""a lag that changed by more than this begins anew"""
SETTLED_US: Final = 5_000_000
"""after this time a link's news are of now: what was held back has come"""
_ENOUGH: Final = 3


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
    """Microseconds since the epoch; without an offset: UTC."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


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
    that catches up: when the newest read of every gulp is late by the same amount for seconds, the clock is slow. News
    that are live by nature, such as heartbeats, tell it sooner: they may be late, but then not the next one, too.
    """

    def __init__(self) -> None:
        self.offset_us = 0
        self.told = False
        """whether the reader has told any time"""
        self._newest_us: int | None = None
        self._began_us = 0
        self._live: tuple[int, int] | None = None
        self._lag_us: int | None = None
        """of the newest read in the last gulp of this link"""
        self._times = 0
        self._since_us = 0
        self._least_us = 0
        self._most_us = 0

    def begin(self, now_us: int) -> None:
        """A link stands: what comes first may have been held back."""
        self._began_us, self._live, self._lag_us, self._times = now_us, None, None, 0

    def correct(self, at_us: int | None, arrived_us: int) -> int:
        """Our time of a reader's time; the time of arrival where the reader tells none."""
        if at_us is None:
            return arrived_us
        at_us += self.offset_us
        if at_us > arrived_us + FUTURE_US:
            self.offset_us += arrived_us - at_us
            at_us = arrived_us
        self.saw(at_us)
        return at_us

    def saw(self, at_us: int) -> None:
        """A time, already corrected, that isn't in the future."""
        if self._newest_us is None or at_us > self._newest_us:
            self._newest_us = at_us

    def live(self, at_us: int, arrived_us: int) -> None:
        """The reader's time of news that happen when they are told, unless they were held back.

        Those come all at once, or as the first ones of a link: so a late one is believed if it comes as long after the
        one before as it says; the first one once the link has settled, if reads are as late as it or there are none.
        """
        before, self._live = self._live, (at_us, arrived_us)
        lag_us = arrived_us - at_us - self.offset_us
        if before is None:
            if arrived_us - self._began_us < SETTLED_US:
                return
            if self._lag_us is not None and abs(lag_us - self._lag_us) > FUTURE_US:
                return
        else:
            passed_us = arrived_us - before[1]
            if passed_us < FUTURE_US or abs(at_us - before[0] - passed_us) > FUTURE_US:
                return
        if lag_us > LATE_US:
            self.offset_us += lag_us
            self._times = 0

    def settle(self, arrived_us: int) -> None:
        """All times of a gulp that arrived together have been told."""
        newest_us, self._newest_us = self._newest_us, None
        if newest_us is None:
            return
        self.told = True
        self._lag_us = lag_us = arrived_us - newest_us
        if lag_us > LATE_US:
            self._late(lag_us, arrived_us)
        else:
            self._times = 0

    def _late(self, lag_us: int, arrived_us: int) -> None:
        least_us, most_us = min(self._least_us, lag_us), max(self._most_us, lag_us)
        if not self._times or most_us - least_us > WOBBLE_US:
            self._times, self._since_us = 1, arrived_us
            self._least_us = self._most_us = lag_us
            return
        self._times, self._least_us, self._most_us = self._times + 1, least_us, most_us
        lasted_us = arrived_us - self._since_us
        if self._times >= _ENOUGH and lasted_us >= max(STEADY_US, STEADY_PART * (most_us - least_us)):
            self.offset_us += least_us
            self._times = 0

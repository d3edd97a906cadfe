"""The times that readers write: RFC 3339 with all its liberties, and epoch numbers of any unit."""

from datetime import UTC, datetime, timedelta
from typing import Final

from drivers.errors import Garbled

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)

FUTURE_US: Final = 1_000_000


def to_us(stamp: str | float | None) -> int | None:
    """Microseconds since the epoch; None for no stamp; Garbled for one that is no time. Without an offset: UTC."""
    if stamp is None or stamp == "":
        return None
    if isinstance(stamp, str):
        if not stamp.replace(".", "", 1).isdigit():
            return _from_text(stamp)
        stamp = float(stamp) if "." in stamp else int(stamp)
    return _from_number(stamp)


def _from_text(stamp: str) -> int:
    try:
        moment = datetime.fromisoformat(stamp)
    except ValueError:
        raise Garbled(f"{stamp[:40]!r} is no time") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - _EPOCH) // _MICROSECOND


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
    """Corrects a clock that runs ahead: nothing can be read in the future. A late time may be a late message."""

    def __init__(self) -> None:
        self.offset_us = 0

    def correct(self, at_us: int | None, arrived_us: int) -> int:
        """Our time of a reader's time; the time of arrival where the reader tells none."""
        if at_us is None:
            return arrived_us
        if at_us + self.offset_us > arrived_us + FUTURE_US:
            self.offset_us = arrived_us - at_us
        return at_us + self.offset_us

"""Times as EPCIS writes and reads them: RFC 3339 with a zone, kept here as ms UTC."""

import re
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(\.\d+)?([Zz]|[+-]\d\d:\d\d)\Z", re.ASCII
)  # the date-time of RFC 3339, 5.6


def time_text(ms: int) -> str:
    """``2026-11-22T10:00:00.000Z``"""
    return (_EPOCH + timedelta(milliseconds=ms)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def offset_text(minutes: int) -> str:
    """``+01:00``"""
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02d}:{rest:02d}"


def time_ms(text: str) -> int:
    """The ms UTC of a time, rounded half up; ValueError when it isn't RFC 3339 with a zone."""
    found = _TIME.match(text)
    if found is None:
        raise ValueError(f"not a time with a zone: {text!r}")
    date, clock, fraction, zone = found.groups()
    whole = datetime.fromisoformat(f"{date}T{clock}{'+00:00' if zone in 'Zz' else zone}")
    digits = (fraction or ".0")[1:5].ljust(4, "0")
    try:
        past = whole - _EPOCH
        return (past.days * 86_400 + past.seconds) * 1000 + int(digits[:3]) + (digits[3] >= "5")
    except OverflowError as error:
        raise ValueError(f"out of range: {text!r}") from error

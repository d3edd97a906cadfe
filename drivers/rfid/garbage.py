"""Tells a reader's trouble with its own protocol once, counts what was dropped, and tells when it is over."""

import time
from collections.abc import Callable

import structlog

log = structlog.get_logger(__name__)

QUIET_S = 10.0


class GarbageWatch:
    """One per opened reader. Garbage that follows other garbage within ten seconds is the same trouble."""

    def __init__(self, reader: str, *, mono: Callable[[], float] = time.monotonic) -> None:
        self.dropped = 0
        self._reader = reader
        self._mono = mono
        self._last: float | None = None

    def bad(self, reason: str, count: int = 1) -> bool:
        """Count dropped bytes or messages; True if this is new trouble that should be told."""
        self.dropped += count
        now = self._mono()
        new = self._last is None
        self._last = now
        if new:
            log.warning("reader.garbled", reader=self._reader, reason=reason)
        return new

    def good(self) -> None:
        """Something sound arrived."""
        if self._last is not None and self._mono() - self._last >= QUIET_S:
            self._last = None
            log.info("reader.sound_again", reader=self._reader, dropped=self.dropped)

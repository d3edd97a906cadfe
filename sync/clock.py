"""What time it is: the only place where programs ask the system for time.

A shop day can be played at speed: with an origin, an anchor and a speed, every process that was given the same
three values agrees on the shop's time. Timeouts of transports always use real time (``mono_ms``).
"""

import time
from datetime import UTC, datetime
from typing import Protocol

from pydantic import BaseModel, ConfigDict, Field


class Clock(Protocol):
    """Wall time in ms UTC, monotonic time in ms, and the local offset from UTC in minutes."""

    def now_ms(self) -> int: ...
    def mono_ms(self) -> int: ...
    def utc_offset_min(self) -> int: ...


class SystemClock:
    """The machine's clock, or the shop's own time that started at ``origin_ms`` and runs at ``speed``.

    ``anchor_real_ms`` is the real time (ms UTC) at which the shop's clock stood at ``origin_ms``; without it, the
    moment of construction counts.
    """

    def __init__(self, origin_ms: int | None = None, speed: float = 1.0, anchor_real_ms: int | None = None) -> None:
        if speed <= 0:
            raise ValueError(f"clock speed must be above 0, not {speed}")
        self._anchor = _real_ms() if anchor_real_ms is None else anchor_real_ms
        self._origin = self._anchor if origin_ms is None else origin_ms
        self._speed = speed

    def now_ms(self) -> int:
        """Wall time in ms since 1970, UTC."""
        return self._origin + int((_real_ms() - self._anchor) * self._speed)

    def mono_ms(self) -> int:
        """Milliseconds of a clock that never goes back; not scaled."""
        return time.monotonic_ns() // 1_000_000

    def utc_offset_min(self) -> int:
        """Local time minus UTC, in minutes, at the shop's present moment."""
        local = datetime.fromtimestamp(self.now_ms() / 1000, UTC).astimezone()
        offset = local.utcoffset()
        return 0 if offset is None else int(offset.total_seconds() // 60)


class ClockSettings(BaseModel):
    """The ``[clock]`` table of every program's settings file."""

    model_config = ConfigDict(extra="forbid")

    origin: int | None = Field(default=None, description="shop time at the anchor, ms UTC; absent: the real time")
    speed: float = Field(default=1.0, gt=0, description="shop seconds in a real second")
    anchor: int | None = Field(
        default=None, description="real time at which the shop's clock showed the origin, ms UTC"
    )

    def build(self) -> SystemClock:
        """The clock that these settings describe."""
        return SystemClock(self.origin, self.speed, self.anchor)


def _real_ms() -> int:
    return time.time_ns() // 1_000_000

"""Clocks that stand still until a test moves them."""


class ManualClock:
    """A ``sync.clock.Clock`` whose wall and monotonic time move only by ``forward``."""

    def __init__(self, now_ms: int = 1_763_730_000_000, utc_offset_min: int = 60) -> None:
        self._now = now_ms
        self._mono = 1_000
        self._offset = utc_offset_min

    def now_ms(self) -> int:
        return self._now

    def mono_ms(self) -> int:
        return self._mono

    def utc_offset_min(self) -> int:
        return self._offset

    def forward(self, ms: int) -> None:
        """Let time pass."""
        self._now += ms
        self._mono += ms

    def set_wall(self, now_ms: int) -> None:
        """Somebody changed the wall clock; monotonic time doesn't notice."""
        self._now = now_ms

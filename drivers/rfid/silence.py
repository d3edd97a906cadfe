"""Readers that tell regularly that they live: when that stops although the broker is there, something is wrong."""

from typing import Final

PATIENCE: Final = 3
"""so many of the longest pauses between two signs of life may pass"""
LEAST_S: Final = 15.0


class Silence:
    """Learns how often a reader says that it lives; times are monotonic seconds. Without two such signs it is mute."""

    def __init__(self) -> None:
        self._beat: float | None = None
        self._longest = 0.0
        self._heard = 0.0
        self.told = False
        """it is silent, and that was said"""

    def begin(self, now: float) -> None:
        """The link stands: what was silent before is given its time again."""
        self._beat, self._heard, self.told = None, now, False

    def heard(self, now: float) -> bool:
        """Something came; True if the reader was called silent before."""
        was, self.told = self.told, False
        self._heard = now
        return was

    def beat(self, now: float) -> None:
        """A sign of life came."""
        if self._beat is not None:
            self._longest = max(self._longest, min(now - self._beat, 600.0))
        self._beat = now

    def is_new(self, now: float) -> float | None:
        """For how many seconds nothing has come, once, when that is longer than it should be."""
        if self.told or not self._longest or now - self._heard < max(LEAST_S, PATIENCE * self._longest):
            return None
        self.told = True
        return now - self._heard

"""The line at the tills: shoppers come at a steady rate, the special ones among the first."""

import random
import threading
from collections.abc import Callable

from installer.demo.day.shoppers import Crowd, Shopper, Special

RATE = 6.0
"""shoppers a shop minute"""
SPECIALS: tuple[Special, ...] = ("declined", "no_paper", "discount", "approval", "client")


class Line:
    """``next`` gives whoever stands first, None while nobody does. Used by all cashiers, until ``close``."""

    def __init__(self, crowd: Crowd, minute: Callable[[], float], dice: random.Random) -> None:
        self._crowd = crowd
        self._minute = minute
        self._closed = False
        self._lock = threading.Lock()
        self._came = 0
        self._specials = list(SPECIALS)
        dice.shuffle(self._specials)

    def next(self) -> Shopper | None:
        """The next shopper, with everything in hand."""
        with self._lock:
            minute = self._minute()
            if self._closed or self._came > 1 + RATE * minute:
                return None
            self._came += 1
            special: Special = self._specials.pop() if self._specials and self._came > 2 else ""
        return self._crowd.next(special)

    def close(self) -> None:
        """The doors close: nobody comes in any more."""
        with self._lock:
            self._closed = True

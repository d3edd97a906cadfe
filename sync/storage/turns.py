"""Taking turns: a lock whose waiters come in the order of their arrival.

``threading.Lock`` lets a thread that has just released it take it again before any waiter wakes: who commits all the
time would keep everybody else out.
"""

import threading
from collections import deque


class Turns:
    """Not reentrant; ``release`` may be called by another thread than ``acquire`` was."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._held = False
        self._waiting: deque[threading.Lock] = deque()

    def acquire(self, timeout: float) -> bool:
        """Wait for the turn, ``timeout`` seconds at most; whether it came."""
        with self._mutex:
            if not self._held:
                self._held = True
                return True
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
        if mine.acquire(timeout=timeout):
            return True
        with self._mutex:
            if mine not in self._waiting:
                return True  # it came in the last moment
            self._waiting.remove(mine)
            return False

    def release(self) -> None:
        """Give the turn to whoever has waited longest."""
        with self._mutex:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._held = False

"""When to try again: exponential with jitter, capped, as a schedule that a loop with other work can ask."""

import random

FIRST_S = 0.5
CAP_S = 60.0


class Backoff:
    """``failed(now)`` and ``succeeded()`` move it; ``due(now)`` says whether to try. Times in seconds, monotonic."""

    def __init__(self, cap_s: float = CAP_S, first_s: float = FIRST_S) -> None:
        self._cap = cap_s
        self._first = first_s
        self._failures = 0
        self._next = 0.0
        self.since: float | None = None
        """when the present trouble began"""

    def due(self, now: float) -> bool:
        return now >= self._next

    def wait_s(self, now: float) -> float:
        """Seconds until the next try is due."""
        return max(0.0, self._next - now)

    def failed(self, now: float) -> None:
        """Half of the delay is fixed and half is chance, so that a shop's tills don't come back as one."""
        if self.since is None:
            self.since = now
        delay = min(self._cap, self._first * 2.0 ** min(self._failures, 16))
        self._failures += 1
        self._next = now + delay / 2 + random.uniform(0, delay / 2)

    def succeeded(self) -> None:
        self._failures = 0
        self._next = 0.0
        self.since = None

"""Moments at which the heart wants to be woken, by key; a later wish for a key replaces the earlier one."""

import heapq


class AlarmClock:
    """Belongs to the heart's thread. Times are ms UTC of the shop's clock."""

    def __init__(self) -> None:
        self._wishes: dict[str, int] = {}
        self._heap: list[tuple[int, str]] = []

    def set(self, key: str, at: int) -> None:
        """Wake ``key`` at ``at``."""
        self._wishes[key] = at
        heapq.heappush(self._heap, (at, key))

    def unset(self, key: str) -> None:
        """Forget a wish."""
        self._wishes.pop(key, None)

    def due(self, now: int) -> list[str]:
        """Return the keys whose time has come, earliest first, and forget them."""
        keys: list[str] = []
        while self._heap and self._heap[0][0] <= now:
            at, key = heapq.heappop(self._heap)
            if self._wishes.get(key) == at:
                del self._wishes[key]
                keys.append(key)
        return keys

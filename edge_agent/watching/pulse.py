"""Reads of each antenna over the last two minutes, in half-second slots: a ring of counts that nothing has to sweep."""

import threading
from collections import Counter
from collections.abc import Sequence
from operator import itemgetter

from drivers.readings import Read

SLOT_MS = 500
SLOTS = 240

_antenna = itemgetter(1)


class _Ring:
    """Counts of the newest ``SLOTS`` slots up to ``slot``."""

    __slots__ = ("counts", "slot")

    def __init__(self, slot: int) -> None:
        self.slot = slot
        self.counts = [0] * SLOTS

    def add(self, slot: int, reads: int) -> None:
        self._turn(slot)
        if self.slot - slot < SLOTS:
            self.counts[slot % SLOTS] += reads

    def last(self, slot: int, wanted: int) -> list[int]:
        """The counts of the ``wanted`` slots up to ``slot``, the oldest first."""
        self._turn(slot)
        return [self.counts[at % SLOTS] for at in range(slot - wanted + 1, slot + 1)]

    def _turn(self, slot: int) -> None:
        for passed in range(self.slot + 1, min(slot, self.slot + SLOTS) + 1):
            self.counts[passed % SLOTS] = 0
        self.slot = max(self.slot, slot)


class Pulse:
    """``add`` from readers' threads, ``last`` from anywhere; times are ms of a clock that never goes back."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rings: dict[tuple[str, int], _Ring] = {}

    def add(self, reader: str, reads: Sequence[Read], now_ms: int) -> None:
        """Count a batch."""
        slot = now_ms // SLOT_MS
        counts = Counter(map(_antenna, reads))
        with self._lock:
            for antenna, count in counts.items():
                key = (reader, antenna)
                ring = self._rings.get(key)
                if ring is None:
                    ring = self._rings[key] = _Ring(slot)
                ring.add(slot, count)

    def last(self, now_ms: int, wanted: int = SLOTS) -> tuple[int, dict[str, dict[int, list[int]]]]:
        """(newest slot, reader -> antenna -> counts of the last ``wanted`` slots, the oldest first)."""
        slot = now_ms // SLOT_MS
        found: dict[str, dict[int, list[int]]] = {}
        with self._lock:
            for (reader, antenna), ring in sorted(self._rings.items()):
                found.setdefault(reader, {})[antenna] = ring.last(slot, min(wanted, SLOTS))
        return slot, found

"""The till's RFID pad: which tags lie in its field now, told whenever that changes."""

import threading
import time
from collections.abc import Callable

from drivers.readings import TagReads

GONE_S = 1.2
"""a tag that wasn't read for so long has left the field"""


class PadField:
    """Fed by the reader's thread and swept by the till's tick; ``changed`` gets the EPCs in hexadecimal."""

    def __init__(self, changed: Callable[[tuple[str, ...]], None], mono: Callable[[], float] = time.monotonic) -> None:
        self._changed = changed
        self._mono = mono
        self._seen: dict[bytes, float] = {}
        self._told: tuple[str, ...] = ()
        self._lock = threading.Lock()

    def hear(self, batch: TagReads) -> None:
        """The reader saw tags."""
        now = self._mono()
        with self._lock:
            for epc, *_rest in batch.reads:
                self._seen[epc] = now
        self.sweep()

    def sweep(self) -> None:
        """Forget what has left, and tell if anything has changed."""
        edge = self._mono() - GONE_S
        with self._lock:
            self._seen = {epc: at for epc, at in self._seen.items() if at > edge}
            present = tuple(epc.hex() for epc in self._seen)
            if set(present) == set(self._told):
                return
            self._told = present
        self._changed(present)

    def clear(self) -> None:
        """The reader is lost: nobody knows what lies there."""
        with self._lock:
            self._seen.clear()
        self.sweep()

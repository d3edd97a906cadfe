"""The watch as a whole: everything that readers say passes by here on its way to the heart."""

import time
from collections.abc import Callable

from edge_agent.messages import Message, ReaderBack, ReaderLost, ReaderSpoke, ReadsArrived
from edge_agent.settings import ReaderSettings
from edge_agent.watching.passing import Passing
from edge_agent.watching.pulse import Pulse
from edge_agent.watching.seeking import Seeking
from edge_agent.watching.told import Told


def _mono_ms() -> int:
    return time.monotonic_ns() // 1_000_000


class Watch:
    """See the module. ``heard`` is called from readers' threads."""

    def __init__(
        self,
        readers: tuple[ReaderSettings, ...] = (),
        *,
        mono_ms: Callable[[], int] = _mono_ms,
        now_us: Callable[[], int] = lambda: time.time_ns() // 1000,
        follows: Callable[[str], bool] = lambda _unit: True,
    ) -> None:
        self.mono_ms = mono_ms
        self.now_us = now_us
        self.pulse = Pulse()
        self.told = Told()
        self.passing = Passing(readers)
        self.seeking = Seeking(follows)
        self._carried = frozenset(reader.name for reader in readers if not reader.antennas)

    def heard(self, message: Message) -> None:
        """A reader has news."""
        match message:
            case ReadsArrived(batch):
                now = self.mono_ms()
                self.pulse.add(batch.reader, batch.reads, now)
                self.passing.add(batch)
                self.told.read(batch)
                if batch.reader in self._carried:
                    self.seeking.add(batch.reader, batch.reads, now)
            case ReaderSpoke(event):
                self.told.heard(event)
                self.passing.spoke(event)
            case ReaderLost(reader):
                self.told.lost(reader, self.now_us() // 1000)
            case ReaderBack(reader):
                self.told.back(reader, self.now_us() // 1000)

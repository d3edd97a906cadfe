"""The machine's time in which reads are weighed: it runs on evenly when somebody sets the wall clock.

It is the wall clock's time of the agent's start plus what a monotonic clock has counted since. What readers tell is
stamped by the wall clock, or by their own clocks against it; :meth:`SteadyTime.message` puts it into this time. Facts
keep the wall clock's time.

After a step some drivers follow at once; others, whose readers keep time by themselves, seconds later or never. But a
reader tells as late as it did before: of the differences that there were between the two clocks, the one counts that
leaves its delay as it was. It is chosen after a step, and when reads would come from the future; never because reads
are old, which is what a reader tells that had held them back.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from drivers.readings import Read, TagReads
from edge_agent.messages import Message, ReaderSpoke, ReadsArrived

STEP_US = 250_000
"""a difference that changes by less is no step, but the time between two looks at clocks"""
AHEAD_US = 1_000_000
"""what seems to come from the future by less is put right by the engine"""
FRESH_US = 2_000_000
KEPT = 4
"""differences that are known at most, the newest"""


class _Stamps:
    """How one reader's times are put right. Its worker's thread alone uses it."""

    __slots__ = ("ahead", "by_us", "late_us")

    def __init__(self, ahead: tuple[int, ...]) -> None:
        self.ahead = ahead
        """the differences that were known when this was chosen"""
        self.by_us = ahead[0]
        self.late_us = 0
        """how late the newest read of its last batch was"""

    def put_right(self, newest_us: int, now_us: int, ahead: tuple[int, ...]) -> int:
        """By how much a batch's times are ahead of steady time, its newest read being of ``newest_us``."""
        late_us = now_us - newest_us + self.by_us
        if ahead is not self.ahead or late_us < -AHEAD_US:
            self.by_us = min((self.by_us, *ahead), key=lambda by: abs(now_us - newest_us + by - self.late_us))
            self.ahead = ahead
            late_us = now_us - newest_us + self.by_us
        self.late_us = late_us
        return self.by_us


class SteadyTime:
    """``message`` from readers' threads, ``now_us`` from anywhere."""

    def __init__(
        self,
        wall_us: Callable[[], int] = lambda: time.time_ns() // 1000,
        mono_us: Callable[[], int] = lambda: time.monotonic_ns() // 1000,
    ) -> None:
        self._wall_us = wall_us
        self._mono_us = mono_us
        self._offset_us = wall_us() - mono_us()
        self._ahead: tuple[int, ...] = (0,)
        """by how much the wall clock was ahead of this time, the newest difference first"""
        self._stamps: dict[str, _Stamps] = {}

    def now_us(self) -> int:
        """This time, us UTC as the wall clock had it at the start."""
        return self._mono_us() + self._offset_us

    def message(self, message: Message) -> Message:
        """The same in this time; the very same as long as nobody has set the clock."""
        match message:
            case ReadsArrived(batch):
                now_us = self._look()
                put_right = self._batch(batch, now_us)
                return message if put_right is batch else ReadsArrived(put_right)
            case ReaderSpoke(event):
                now_us = self._look()
                by_us = self._freshest(event.at_us, now_us, self._of(event.reader).by_us)
                return ReaderSpoke(replace(event, at_us=event.at_us - by_us)) if by_us else message
        return message

    def _look(self) -> int:
        """What time it is; notices a step."""
        now_us = self.now_us()
        ahead_us = self._wall_us() - now_us
        if abs(ahead_us - self._ahead[0]) >= STEP_US:
            known = [one for one in self._ahead if abs(one - ahead_us) >= STEP_US]
            self._ahead = (ahead_us, *known)[:KEPT]
        return now_us

    def _of(self, reader: str) -> _Stamps:
        return self._stamps.get(reader) or self._stamps.setdefault(reader, _Stamps(self._ahead))

    def _batch(self, batch: TagReads, now_us: int) -> TagReads:
        received_us = batch.received_us
        received_us -= self._freshest(received_us, now_us, self._ahead[0])
        by_us = 0
        if batch.reads:
            newest_us = max(batch.reads[0][3], batch.reads[-1][3])
            by_us = self._of(batch.reader).put_right(newest_us, received_us, self._ahead)
        if not by_us and received_us == batch.received_us:
            return batch
        return replace(batch, received_us=received_us, reads=list(_earlier(batch.reads, by_us)))

    def _freshest(self, at_us: int, now_us: int, usual_us: int) -> int:
        """By how much a moment of just now is ahead: it may have been stamped before a step, or after it."""
        for by_us in (usual_us, *self._ahead):
            if -AHEAD_US <= now_us - at_us + by_us <= FRESH_US:
                return by_us
        return usual_us


def _earlier(reads: list[Read], by_us: int) -> Iterator[Read]:
    return ((epc, antenna, rssi, at_us - by_us, count) for epc, antenna, rssi, at_us, count in reads)

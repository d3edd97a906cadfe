"""The heart's inbox: three lanes, so that an exit never waits behind the rest of the store.

What a gate's readers tell comes first, then the records of tills, then everything else; within a lane, and so within
one reader, the order of arrival is kept. A gate's reads may so overtake a sale that came before them: who is about to
alarm asks :meth:`Inbox.mentions` first. A lane is bounded by its reads and by its messages. A reader that floods waits
a little for room, which holds its line back without losing anything; then its reads are dropped and counted. Nothing
else is ever dropped.
"""

import queue
import threading
import time
from bisect import bisect_left
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from edge_agent.messages import (
    BatchArrived,
    CommandEnded,
    Message,
    ReaderBack,
    ReaderLost,
    ReaderSpoke,
    ReadsArrived,
)

INBOX = 20_000
"""messages a lane holds"""
INBOX_READS = 300_000
"""reads a lane holds: half a second's work, some 60 MB"""
PORTION = 400
"""reads handled at a time: after an outage a reader's driver hands over thousands at once"""
PATIENCE_S = 5.0
READS_PATIENCE_S = 0.5
"""how long a reader waits for room before its reads are dropped"""
_LOOK_S = 0.005


class _Lane:
    """Messages of one kind in order, and how many reads they hold."""

    __slots__ = ("messages", "reads")

    def __init__(self) -> None:
        self.messages: deque[Message] = deque()
        self.reads = 0


class Inbox:
    """``put`` from any thread, ``get`` from one."""

    def __init__(self, gate_readers: frozenset[str]) -> None:
        self._gate_readers = gate_readers
        self._gates, self._tills, self._rest = _Lane(), _Lane(), _Lane()
        self._changing = threading.Lock()
        self._wake = threading.Event()
        self._heard_us = 0

    def __len__(self) -> int:
        return len(self._gates.messages) + len(self._tills.messages) + len(self._rest.messages)

    def put(self, message: Message, timeout: float = PATIENCE_S) -> int:
        """Add a message; returns how many reads were dropped for want of room. Raises ``queue.Full`` for others."""
        lane = self._lane(message)
        if not isinstance(message, ReadsArrived):
            if not self._add(lane, message, 0, timeout):
                raise queue.Full
            return 0
        dropped = 0
        patience = min(timeout, READS_PATIENCE_S)
        for portion in _portions(message):
            if not self._add(lane, portion, len(portion.batch.reads), patience):
                dropped += len(portion.batch.reads)
                patience = 0.0
        return dropped

    def get(self, timeout: float = 0) -> Message | None:
        """The next message; None when none is there, nor comes within ``timeout`` seconds."""
        message = self._next()
        end = time.monotonic() + timeout if timeout > 0 else 0.0
        while message is None and (left := end - time.monotonic()) > 0:
            self._wake.wait(left)
            self._wake.clear()
            message = self._next()
        return message

    def _next(self) -> Message | None:
        for lane in (self._gates, self._tills):
            if lane.messages:
                return self._take(lane)
        if not self._rest.messages:
            return None
        message = self._take(self._rest)
        if isinstance(message, ReadsArrived):
            self._heard_us = message.batch.received_us
        return message

    def get_gate(self) -> Message | None:
        """The next message of a gate's readers; None when there is none right now."""
        return self._take(self._gates) if self._gates.messages else None

    def heard_until(self, now_us: int) -> int:
        """Up to when what readers of zones told has been taken out: now, unless some of it waits; us UTC."""
        return min(now_us, self._heard_us) if self._rest.reads else now_us

    def mentions(self, unit: str) -> bool:
        """Whether a till's record that still waits may tell that this unit, or one of its article, was sold."""
        waiting = [message for message in tuple(self._tills.messages) if isinstance(message, BatchArrived)]
        return any(unit[:14] in event.body for message in waiting for event in message.batch.events)

    def _add(self, lane: _Lane, message: Message, reads: int, timeout: float) -> bool:
        end = 0.0
        while True:
            with self._changing:
                if len(lane.messages) < INBOX and (not reads or lane.reads < INBOX_READS):
                    lane.messages.append(message)
                    lane.reads += reads
                    break
            now = time.monotonic()
            end = end or now + timeout
            if now >= end:
                return False
            time.sleep(min(_LOOK_S, end - now))
        if not ((reads and lane is self._rest) or self._wake.is_set()):
            self._wake.set()
        return True

    def _take(self, lane: _Lane) -> Message:
        with self._changing:
            message = lane.messages.popleft()
            if isinstance(message, ReadsArrived):
                lane.reads -= len(message.batch.reads)
        return message

    def _lane(self, message: Message) -> _Lane:
        match message:
            case ReadsArrived(batch):
                return self._gates if batch.reader in self._gate_readers else self._rest
            case BatchArrived():
                return self._tills
            case ReaderSpoke(event):
                return self._gates if event.reader in self._gate_readers else self._rest
            case ReaderLost(reader) | ReaderBack(reader) | CommandEnded(reader):
                return self._gates if reader in self._gate_readers else self._rest
        return self._rest


def _portions(message: ReadsArrived) -> Iterator[ReadsArrived]:
    batch = message.batch
    if len(batch.reads) <= PORTION:
        yield message
        return
    told = sorted((batch.extras or {}).items())
    for start in range(0, len(batch.reads), PORTION):
        end = start + PORTION
        some = islice(told, bisect_left(told, (start,)), bisect_left(told, (end,)))
        extras = {place - start: extra for place, extra in some}
        yield ReadsArrived(replace(batch, reads=batch.reads[start:end], extras=extras or None))

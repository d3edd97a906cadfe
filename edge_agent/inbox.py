"""The heart's inbox: two lanes, so that an exit never waits behind the rest of the store.

The prompt lane holds what a gate's verdict needs: all messages of readers that watch a gate, and the records of tills,
since a sale that came before its unit leaves must be known first. Everything else has the patient lane. Within a lane,
and so within one reader, the order of arrival is kept.
"""

import queue
import threading
from collections.abc import Iterator
from dataclasses import replace

from edge_agent.messages import BatchArrived, Message, ReaderBack, ReaderLost, ReaderSpoke, ReadsArrived

INBOX = 20_000
"""messages a lane holds; beyond it raw reads are dropped, everything else waits"""
PORTION = 200
"""reads handled at a time: after an outage a reader's driver hands over thousands at once"""
PATIENCE_S = 5.0


class Inbox:
    """``put`` from any thread, ``get`` from one."""

    def __init__(self, gate_readers: frozenset[str]) -> None:
        self._gate_readers = gate_readers
        self._prompt: queue.Queue[Message] = queue.Queue(INBOX)
        self._patient: queue.Queue[Message] = queue.Queue(INBOX)
        self._arrived = threading.Semaphore(0)
        self._heard_us = 0

    def __len__(self) -> int:
        return self._prompt.qsize() + self._patient.qsize()

    def put(self, message: Message, timeout: float = PATIENCE_S) -> int:
        """Add a message; returns how many reads were dropped for want of room. Raises ``queue.Full`` for others."""
        lane = self._prompt if self._is_prompt(message) else self._patient
        if not isinstance(message, ReadsArrived):
            lane.put(message, timeout=timeout)
            self._arrived.release()
            return 0
        dropped = 0
        for portion in _portions(message):
            try:
                lane.put_nowait(portion)
                self._arrived.release()
            except queue.Full:
                dropped += len(portion.batch.reads)
        return dropped

    def get(self, timeout: float = 0) -> Message | None:
        """The next message, of the prompt lane if it has one; None when none comes within ``timeout`` seconds."""
        if not self._arrived.acquire(timeout=timeout):
            return None
        try:
            return self._prompt.get_nowait()
        except queue.Empty:
            message = self._patient.get_nowait()
        if isinstance(message, ReadsArrived):
            self._heard_us = message.batch.received_us
        return message

    def heard_until(self, now_us: int) -> int:
        """Up to when what readers of zones told has been taken out: now, unless some of it waits; us UTC."""
        return now_us if self._patient.empty() else min(now_us, self._heard_us)

    def _is_prompt(self, message: Message) -> bool:
        match message:
            case BatchArrived():
                return True
            case ReadsArrived(batch):
                return batch.reader in self._gate_readers
            case ReaderSpoke(event):
                return event.reader in self._gate_readers
            case ReaderLost(reader) | ReaderBack(reader):
                return reader in self._gate_readers
        return False


def _portions(message: ReadsArrived) -> Iterator[ReadsArrived]:
    reads = message.batch.reads
    if len(reads) <= PORTION:
        yield message
        return
    for start in range(0, len(reads), PORTION):
        yield ReadsArrived(replace(message.batch, reads=reads[start : start + PORTION], extras=None))

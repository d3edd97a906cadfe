"""Sending logs to one receiver: its head is the truth and moves our cursor either way."""

import threading
from collections.abc import Iterable

import msgspec
import structlog

from sync.identity.keys import Identity
from sync.journal import outbox
from sync.journal.outbox import Waiting
from sync.journal.record import MAX_BATCH_RECORDS
from sync.journal.rows import hash_at, head_of
from sync.storage.book import Book
from sync.wire.channel import Channel
from sync.wire.messages import Batch
from sync.wire.problems import Problem

log = structlog.get_logger(__name__)

FINAL = frozenset({"fork", "chain-broken", "bad-signature"})
"""problems after which a log isn't sent to that receiver any more until somebody has looked at it"""
TRUNCATED = "log-truncated"
_MAX_MOVES = 5


class Sender:
    """Sends logs of one book to one receiver. Everything raises ``Problem`` and ``Unreachable`` of the channel."""

    def __init__(self, book: Book, receiver: str, channel: Channel, stop: threading.Event) -> None:
        self._book = book
        self._receiver = receiver
        self._channel = channel
        self._stop = stop
        self._refused: dict[str, str] = {}
        """relayed logs that weren't taken, and why, as it was said last"""

    def greet(self, identity: Identity) -> None:
        """Compare the own log with the receiver's copy, before anything is sent: a shorter or other log is stopped."""
        there = self._channel.head(identity.device)
        with self._book.read() as conn:
            head = head_of(conn, identity.store, identity.device)
            known = hash_at(conn, identity.store, identity.device, there.seq)
        if head is not None and there.seq > head[0]:
            self._block(identity.store, identity.device, TRUNCATED, Problem("conflict", here=head[0], there=there.seq))
        elif known is not None and known.hex() != there.hash:
            self._block(identity.store, identity.device, "fork", Problem("fork", seq=there.seq, known=there.hash))
        else:
            self._acked(identity.store, identity.device, there.seq, there.ledger_ack)

    def compare(self, journals: Iterable[tuple[str, str]]) -> None:
        """Ask where the relayed logs stand there: a receiver that came from a backup lacks what it once acknowledged.

        A till that has nothing new, or was replaced long ago, wouldn't ever be asked for it otherwise."""
        wanted = set(journals)
        for log_ in self.waiting():
            own = log_.device == self._book.identity.device
            if own or (log_.store, log_.device) not in wanted or log_.blocked is not None or not log_.acked:
                continue
            try:
                there = self._channel.head(log_.device)
            except Problem as problem:
                self._say_once(log_.device, problem)
                continue
            if there.seq < log_.acked:
                log.warning("receiver_lacks_acknowledged", device=log_.device, acked=log_.acked, there=there.seq)
                self._acked(log_.store, log_.device, there.seq, there.ledger_ack)

    def send(self, journals: Iterable[tuple[str, str]]) -> None:
        """Send what the receiver hasn't got, log by log; a blocked log holds up none of the others."""
        wanted = set(journals)
        for log_ in self.waiting():
            if (log_.store, log_.device) in wanted and log_.blocked is None and log_.head > log_.acked:
                try:
                    self._send_log(log_)
                except Problem as problem:
                    if log_.device == self._book.identity.device:
                        raise
                    self._say_once(log_.device, problem)
                else:
                    self._refused.pop(log_.device, None)

    def _say_once(self, device: str, problem: Problem) -> None:
        """A relayed log that isn't taken is its device's trouble: it is tried again, and the others go on."""
        if self._refused.get(device) != problem.type:
            log.warning("relayed_log_refused", device=device, problem=str(problem))
        self._refused[device] = problem.type

    def ledger_lacks(self, identity: Identity) -> bool:
        """Whether the ledger, beyond this receiver, isn't known to hold the whole own log."""
        if self._receiver == "ledger":
            return False
        with self._book.read() as conn:
            return outbox.acked(conn, "ledger", identity.store, identity.device) < self._book.head.seq

    def tell(self, identity: Identity) -> None:
        """Tell how far the own log goes, now that it is sent, and learn what the ledger holds of it."""
        found = self._channel.head(identity.device, mine=self._book.head.seq).ledger_ack
        if self._receiver == "ledger":
            return
        with self._book.read() as conn:
            known = outbox.acked(conn, "ledger", identity.store, identity.device)
        if found != known:
            with self._book.unit() as work:
                outbox.set_acked(work.conn, "ledger", identity.store, identity.device, found)

    def waiting(self, receiver: str | None = None) -> list[Waiting]:
        """All logs with what this receiver (or another one) is known to hold."""
        with self._book.read() as conn:
            return outbox.waiting(conn, receiver or self._receiver)

    def _send_log(self, log_: Waiting) -> None:
        store, device, cursor = log_.store, log_.device, log_.acked
        limit, moves = MAX_BATCH_RECORDS, 0
        while not self._stop.is_set():
            batch = self._next(store, device, cursor, limit)
            if batch is None:
                return
            try:
                ack = self._channel.send(device, batch)
            except Problem as problem:
                if problem.type == "batch-too-large" and limit > 1:
                    limit //= 2
                    continue
                expected = problem.fields.get("expected")
                if problem.type == "sequence-gap" and isinstance(expected, int) and moves < _MAX_MOVES:
                    moves += 1
                    cursor = max(0, expected - 1)
                    self._acked(store, device, cursor, None)
                    continue
                if problem.type in FINAL:
                    self._block(store, device, problem.type, problem, batch)
                    return
                raise
            if ack.ack > self._head(store, device):
                self._block(store, device, TRUNCATED, Problem("conflict", there=ack.ack))
                return
            cursor = ack.ack
            self._acked(store, device, ack.ack, ack.ledger_ack)

    def _next(self, store: str, device: str, cursor: int, limit: int) -> Batch | None:
        try:
            with self._book.read() as conn:
                return outbox.next_batch(conn, store, device, cursor, limit=limit)
        except (outbox.NoCut, LookupError, ValueError) as error:
            self._block(store, device, "damaged-here", Problem("chain-broken", detail=str(error)))
            return None

    def _head(self, store: str, device: str) -> int:
        with self._book.read() as conn:
            found = head_of(conn, store, device)
        return 0 if found is None else found[0]

    def _acked(self, store: str, device: str, seq: int, ledger_ack: int | None) -> None:
        with self._book.unit() as work:
            outbox.set_acked(work.conn, self._receiver, store, device, seq)
            if ledger_ack is not None and self._receiver != "ledger":
                outbox.set_acked(work.conn, "ledger", store, device, ledger_ack)

    def _block(self, store: str, device: str, why: str, problem: Problem, batch: Batch | None = None) -> None:
        """Keep the evidence, stop this log; the shop goes on."""
        evidence = {"problem": problem.body().decode(), "batch": batch}
        log.error("log_blocked", receiver=self._receiver, device=device, problem=why, detail=str(problem))
        with self._book.unit() as work:
            text = msgspec.json.encode(evidence).decode()
            outbox.block(work.conn, self._receiver, store, device, why, text, work.now)

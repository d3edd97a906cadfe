"""What a device does about a log that lost its tail, or that somebody else goes on writing.

At start the database's head is compared with the anchor beside it and with the receiver's copy. Acknowledged records
are pulled back. Where that can't close the gap, no ``seq`` may be used a second time: the device goes on under a new
id, whose first fact says whom it continues; what only the old log holds and nobody accepts any more is adopted once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import msgspec
import structlog
from sqlalchemy import Connection

from retail.facts import DeviceContinues, SaleCompleted
from sync.identity.keys import Identity
from sync.journal import attachments, outbox
from sync.journal.ingest import receive
from sync.journal.record import Record
from sync.journal.rows import hash_at, head_of, read_log
from sync.storage.book import Book, LogTruncated, UnitOfWork
from sync.wire.messages import Batch, LogHead
from sync.wire.problems import Problem

log = structlog.get_logger(__name__)


class Outcome(StrEnum):
    """How the comparison ended."""

    INTACT = "intact"
    RESTORED = "restored"
    CONTINUE = "continue"
    """go on under a new id"""


@dataclass(frozen=True, slots=True)
class Recovery:
    """``restored`` records came back; ``missing`` ones are lost; ``forked_at`` is the first record that differs."""

    outcome: Outcome
    restored: int = 0
    missing: int = 0
    forked_at: int | None = None


class RemoteLog(Protocol):
    """A receiver's copy of a log; ``sync.wire.channel.Channel`` is one."""

    def head(self, device: str) -> LogHead: ...
    def events(self, device: str, start: int) -> Batch | None: ...


Restored = Callable[[UnitOfWork, list[Record]], None]
"""rebuilds projections from records that came back, in the commit that keeps them"""


def recover(book: Book, remote: RemoteLog | None, restored: Restored | None = None) -> Recovery:
    """Compare the own log with anchor and receiver, pull back what can be. Run it before anything is recorded.

    ``remote`` None means that no receiver answers: then only the anchor counts. Raises what ``remote`` raises.
    """
    known = _known_by_anchor(book)
    there = None if remote is None else remote.head(book.identity.device)
    if remote is not None and there is not None:
        with book.read() as conn:
            forked_at = _forked_at(conn, book.identity, book.head.seq, remote, there)
        if forked_at is not None:
            return Recovery(Outcome.CONTINUE, missing=max(0, known - book.head.seq), forked_at=forked_at)
    count = 0
    if remote is not None and there is not None and there.seq > book.head.seq:
        count = _pull_back(book, remote, restored)
    if known > book.head.seq or (count and not _agrees_with_anchor(book)):
        log.error("log_truncated", local=book.head.seq, known=known, restored=count)
        return Recovery(Outcome.CONTINUE, count, max(1, known - book.head.seq))
    if count:
        log.warning("log_restored", records=count, head=book.head.seq)
        with book.unit() as work:
            outbox.unblock(work.conn, book.identity.store, book.identity.device)
    return Recovery(Outcome.RESTORED if count else Outcome.INTACT, count)


def continue_as(book: Book, old: Identity, recovery: Recovery) -> tuple[str, ...]:
    """Write the first fact of a new log in ``book`` (same database, new identity); returns adopted ticket numbers.

    Without a fork the old log's surviving records are still good and are sent as they are. After a fork nobody takes
    them any more: those from the fork on are written again in the new log, sales named by their ticket numbers.
    Raises ValueError when the new log has begun already.
    """
    if book.head.seq:
        raise ValueError(f"{book.identity.device} has records already; a log continues another one from its start")
    with book.unit() as work:
        survivors = [] if recovery.forked_at is None else _survivors(work.conn, old, recovery.forked_at)
        numbers = tuple(_number(r) for r in survivors if r.kind == SaleCompleted.KIND)
        head = head_of(work.conn, old.store, old.device)
        old_head = "" if head is None else head[1].hex()
        work.record(DeviceContinues(old=old.device, old_head=old_head, missing=recovery.missing, adopted=numbers))
        for r in survivors:
            texts = attachments.read(work.conn, old.store, old.device, r.seq, r.seq)
            work.record_text(r.kind, r.v, r.body, {a.name: a.sealed for a in texts})
    log.warning("device_continues", old=old.device, new=book.identity.device, missing=recovery.missing)
    return numbers


def _known_by_anchor(book: Book) -> int:
    """The highest seq that the anchor knows to have been used, at least the own head."""
    try:
        book.recover()
    except LogTruncated as error:
        return max(error.known, error.local + (1 if error.known <= error.local else 0))
    return book.head.seq


def _agrees_with_anchor(book: Book) -> bool:
    try:
        book.recover()
    except LogTruncated:
        return False
    return True


def _pull_back(book: Book, remote: RemoteLog, restored: Restored | None) -> int:
    """Take the own records above the head back from the receiver, each batch checked like any other."""
    count = 0
    while (batch := remote.events(book.identity.device, book.head.seq + 1)) is not None:
        with book.unit() as work:
            try:
                received = receive(work.conn, book.identity.device, batch, at=work.now)
            except Problem as problem:
                log.error("pull_back_refused", problem=str(problem))
                break
            if restored is not None and received.fresh:
                restored(work, received.fresh)
        if not received.fresh:
            break
        count += len(received.fresh)
        book.reread()
    return count


def _forked_at(conn: Connection, me: Identity, local: int, remote: RemoteLog, there: LogHead) -> int | None:
    """The first record that differs between the own log and the receiver's copy; None if one begins the other."""

    def same(seq: int) -> bool:
        if seq == 0:
            return True
        here = hash_at(conn, me.store, me.device, seq)
        return here is not None and here == _remote_hash(remote, me, seq, there)

    top = min(local, there.seq)
    if same(top):
        return None
    low, high = 0, top
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if same(middle) else (low, middle)
    return high


def _remote_hash(remote: RemoteLog, me: Identity, seq: int, there: LogHead) -> bytes | None:
    """The receiver's hash after ``seq``: what its next batch says came before it."""
    if seq == there.seq:
        return bytes.fromhex(there.hash)
    batch = remote.events(me.device, seq + 1)
    return None if batch is None else bytes.fromhex(batch.prev)


def _survivors(conn: Connection, old: Identity, forked_at: int) -> list[Record]:
    return [r for r in read_log(conn, old.store, old.device, after=forked_at - 1) if r.kind != DeviceContinues.KIND]


def _number(r: Record) -> str:
    return str(msgspec.json.decode(r.body, type=dict[str, object]).get("number", ""))

"""The book: a fact, its projections and the promise to send it are one commit.

One book stands on each database. Writers take turns; each commit appends the facts that were recorded in it to the
device's log, signs the last hash and, once committed, moves the head anchor. Readers get snapshots of their own.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeVar

import structlog
from sqlalchemy import Connection, Engine, insert, select, update
from sqlalchemy.exc import DBAPIError

from retail.facts import Fact
from sync.clock import Clock
from sync.identity.enrolment import Kind, enrol
from sync.identity.keys import Identity
from sync.journal.anchor import HeadAnchor
from sync.journal.attachments import Attachment, Sealed, seal, store_all
from sync.journal.chain import link
from sync.journal.encoding import encode
from sync.journal.record import MAX_BATCH_BYTES, MAX_BATCH_RECORDS, MAX_BODY_BYTES, FactTooLong, Record
from sync.journal.rows import to_row
from sync.storage.ballast import Ballast
from sync.storage.migrations import migrate
from sync.storage.tables import heads, records
from sync.storage.transactions import StorageFull, as_writer, is_full, retrying
from sync.storage.turns import Turns

log = structlog.get_logger(__name__)
T = TypeVar("T")

LOCK_TIMEOUT_S = 30.0


class BookBusy(Exception):
    """Another writer held the book for longer than half a minute."""


class LogTruncated(Exception):
    """The database lost the tail of its own log: ``seq`` numbers above ``local`` were used already."""

    def __init__(self, local: int, known: int) -> None:
        self.local = local
        self.known = known
        super().__init__(f"the log ends at {local}, but {known} was written: recover it before anything is recorded")


class Head(NamedTuple):
    """Where a log stands; ``hash`` has 32 bytes."""

    seq: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: str
    v: int
    body: str
    mono: int


class UnitOfWork:
    """One transaction: rows are written through ``conn``, facts through :meth:`record`; ``now`` is ms UTC."""

    def __init__(self, conn: Connection, identity: Identity, clock: Clock, head: Head) -> None:
        self.conn = conn
        self.now = clock.now_ms()
        self._identity = identity
        self._clock = clock
        self._head = head
        self._entries: list[_Entry] = []
        self._attached: list[Attachment] = []

    def record(self, fact: Fact, *, attachments: Mapping[str, str | Sealed] | None = None) -> tuple[str, int]:
        """Append a fact with this commit; returns ``(device, seq)`` that it will have.

        ``attachments`` are personal texts by name. Their salted SHA-256 must stand in the fact: seal them first, or
        leave the fact's ``sha256`` empty and it is filled in. Raises :class:`FactTooLong`, ValueError.
        """
        sealed = {name: seal(text) if isinstance(text, str) else text for name, text in (attachments or {}).items()}
        body = encode(_with_hash(fact, sealed))
        for name, attachment in sealed.items():
            if attachment.sha256 not in body:
                raise ValueError(f"{fact.KIND}: the hash of attachment {name!r} isn't in the fact")
        return self.record_text(fact.KIND, fact.V, body, sealed)

    def record_text(self, kind: str, v: int, body: str, sealed: Mapping[str, Sealed] | None = None) -> tuple[str, int]:
        """Append a fact whose JSON text is given, as when a log is adopted. Raises :class:`FactTooLong`."""
        size = len(body.encode())
        if size > MAX_BODY_BYTES:
            raise FactTooLong(kind, size)
        self._entries.append(_Entry(kind, v, body, self._clock.mono_ms()))
        seq = self._head.seq + len(self._entries)
        self._attached.extend(Attachment(seq, name, one) for name, one in (sealed or {}).items())
        return self._identity.device, seq

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A part that can fail alone: an exception undoes its rows and its facts, and goes on to the caller."""
        entries, attached = len(self._entries), len(self._attached)
        try:
            with self.conn.begin_nested():
                yield
        except BaseException:
            del self._entries[entries:], self._attached[attached:]
            raise

    @property
    def next_seq(self) -> int:
        """The number that the next recorded fact will have."""
        return self._head.seq + len(self._entries) + 1

    def _append(self, boot: bytes) -> Head:
        """Write the recorded facts; the last hash is signed, and earlier ones where a batch must be able to end."""
        if not self._entries:
            return self._head
        offset = self._clock.utc_offset_min()
        head, count, size = self._head, 0, 0
        rows: list[dict[str, object]] = []
        last = len(self._entries) - 1
        for n, entry in enumerate(self._entries):
            made = Record(head.seq + 1, entry.kind, entry.v, self.now, offset, entry.mono, boot, entry.body)
            head = Head(made.seq, link(head.hash, made))
            count, size = count + 1, size + made.weight
            full = count >= MAX_BATCH_RECORDS or size + MAX_BODY_BYTES > MAX_BATCH_BYTES
            if full or n == last:
                made = replace(made, sig=self._identity.sign(head.hash))
                count, size = 0, 0
            rows.append(to_row(self._identity.store, self._identity.device, made, head.hash, self.now))
        self.conn.execute(insert(records), rows)
        where = (heads.c.store == self._identity.store, heads.c.device == self._identity.device)
        self.conn.execute(update(heads).where(*where).values(seq=head.seq, hash=head.hash.hex()))
        store_all(self.conn, self._identity.store, self._identity.device, self._attached)
        return head


class Book:
    """The journal and the tables of one database, written by one device's program."""

    def __init__(
        self,
        engine: Engine,
        identity: Identity,
        clock: Clock,
        *,
        anchor: HeadAnchor | None = None,
        ballast: Ballast | None = None,
        kind: Kind = "till",
    ) -> None:
        self.engine = engine
        self.identity = identity
        self.clock = clock
        self.boot = secrets.token_bytes(16)
        self._anchor = anchor
        self._anchor_lost = False
        self._ballast = ballast
        self._turns = Turns()
        self._listeners: list[Callable[[Head], None]] = []
        migrate(engine)
        with self._transaction() as conn:
            enrol(conn, identity.store, identity.device, kind, identity.public, at=clock.now_ms())
            self._head = self._locked_head(conn)

    @property
    def head(self) -> Head:
        """The own log's head after the last commit."""
        return self._head

    @property
    def anchor(self) -> HeadAnchor | None:
        """The head's copy outside the database, if this book keeps one."""
        return self._anchor

    @property
    def ballast(self) -> Ballast | None:
        """The reserve that is given up when the disk is full, if this book has one."""
        return self._ballast

    @contextmanager
    def unit(self) -> Iterator[UnitOfWork]:
        """One transaction; leaving it commits rows and facts, an exception undoes all of it.

        Raises :class:`BookBusy` when the turn doesn't come, :class:`StorageFull` when the disk has no room.
        """
        with self._turn():
            with self._transaction() as conn:
                work = UnitOfWork(conn, self.identity, self.clock, self._locked_head(conn))
                yield work
                head = work._append(self.boot)
            moved = head != self._head
            self._head = head
            if moved:
                self._write_anchor(head)
        if moved:
            for listener in self._listeners:
                listener(head)

    def run(self, work: Callable[[UnitOfWork], T]) -> T:
        """``work`` in one transaction, repeated whole after a serialisation failure or a lost connection."""

        def once() -> T:
            with self.unit() as unit:
                return work(unit)

        return retrying(once)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A snapshot to read from, beside writers."""
        with self.engine.connect() as conn:
            yield conn

    def on_commit(self, listener: Callable[[Head], None]) -> None:
        """Call ``listener`` after every commit that appended facts, in the committing thread: let it be short."""
        self._listeners.append(listener)

    def recover(self) -> None:
        """Compare the head with its anchor; raises :class:`LogTruncated` when the database lost its tail."""
        known = None if self._anchor is None else self._anchor.read()
        if known is None:
            self._write_anchor(self._head)
            return
        if known.seq > self._head.seq or self._hash_at(known.seq) not in (None, known.hash):
            raise LogTruncated(self._head.seq, known.seq)
        if known.seq < self._head.seq:
            self._write_anchor(self._head)

    def reread(self) -> Head:
        """Read the head again, after records were put back into the own log."""
        with self._turn(), self._transaction() as conn:
            self._head = self._locked_head(conn)
        return self._head

    def _hash_at(self, seq: int) -> bytes | None:
        query = select(records.c.hash).where(
            records.c.store == self.identity.store, records.c.device == self.identity.device, records.c.seq == seq
        )
        with self.read() as conn:
            found = conn.execute(query).scalar()
        return None if found is None else bytes.fromhex(found)

    def _locked_head(self, conn: Connection) -> Head:
        where = (heads.c.store == self.identity.store, heads.c.device == self.identity.device)
        row = conn.execute(select(heads.c.seq, heads.c.hash).where(*where).with_for_update()).one()
        return Head(row.seq, bytes.fromhex(row.hash))

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(LOCK_TIMEOUT_S):
            raise BookBusy(f"the book was held for more than {LOCK_TIMEOUT_S:.0f} s")
        try:
            yield
        finally:
            self._turns.release()

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        try:
            with self.engine.connect() as plain:
                conn = as_writer(plain)
                with conn.begin():
                    yield conn
        except DBAPIError as error:
            if not is_full(error):
                raise
            freed = self._ballast is not None and self._ballast.release()
            log.error("disk_full", ballast_released=freed)
            raise StorageFull("the disk is full; " + ("room was made, try again" if freed else "make room")) from error

    def _write_anchor(self, head: Head) -> None:
        """A commit that is done isn't undone by its anchor: trouble is logged once and heals with the next commit."""
        if self._anchor is None:
            return
        try:
            self._anchor.write(*head)
        except OSError as error:
            if not self._anchor_lost:
                log.error("head_anchor_not_written", error=str(error))
            self._anchor_lost = True
        else:
            self._anchor_lost = False


def _with_hash(fact: Fact, sealed: Mapping[str, Sealed]) -> Fact:
    """The fact with the hash of its only attachment filled in where it was left empty."""
    if len(sealed) != 1 or getattr(fact, "sha256", None) != "":
        return fact
    (attachment,) = sealed.values()
    return replace(fact, sha256=attachment.sha256)  # type: ignore[type-var]

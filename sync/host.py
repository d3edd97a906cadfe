"""The receiving and publishing side over one book, as the agent and the ledger both are.

What a program does with new records is its own affair: it overrides :meth:`BookHost.project`, which runs in the
transaction that keeps them.
"""

from sqlalchemy import Connection, func, select

from sync.feeds.hints import Hints
from sync.feeds.names import FEEDS, scope_of
from sync.feeds.publish import deltas, state
from sync.feeds.row import FeedState, Page, SnapshotRequired
from sync.feeds.snapshot import SnapshotStore
from sync.identity.enrolment import Peer, peer_of
from sync.identity.freshness import Replays
from sync.journal import outbox
from sync.journal.ingest import Received, receive
from sync.journal.rows import head_of
from sync.storage.book import Book, UnitOfWork
from sync.storage.tables import feed_rows
from sync.wire.messages import Ack, Batch, FeedInfo, LogHead, SnapshotInfo
from sync.wire.problems import Problem

SNAPSHOT_ROWS = 20_000
"""a feed of so many rows is offered as a snapshot"""
RECOUNT_AFTER = 1_000
"""versions after which a large feed's rows are counted again"""


class BookHost:
    """Serves a book's journals and feeds to enrolled peers; ``is_ledger`` says whose acknowledgement counts."""

    def __init__(self, book: Book, *, is_ledger: bool, snapshots: SnapshotStore | None = None) -> None:
        self.book = book
        self.hints = Hints()
        self.replays = Replays()
        self._is_ledger = is_ledger
        self._snapshots = snapshots
        self._counted: dict[tuple[str, str], tuple[int, str, int]] = {}
        """rows of large feeds: (version when they were counted, epoch, count)"""

    def now_ms(self) -> int:
        """The shop's time here, ms UTC."""
        return self.book.clock.now_ms()

    def peer(self, device: str) -> Peer | None:
        """The enrolled device of that id."""
        with self.book.read() as conn:
            return peer_of(conn, device)

    # journals

    def receive(self, peer: Peer, store: str, device: str, batch: Batch) -> Ack:
        """Keep a batch and project what is new in one commit. Raises :class:`Problem`."""

        def work(unit: UnitOfWork) -> Ack:
            received = receive(unit.conn, device, batch, at=unit.now)
            if received.fresh:
                self.project(unit, store, device, received)
            return Ack(received.ack, received.head_hash, self.ledger_ack(unit, store, device, received.ack))

        return self.book.run(work)

    def project(self, work: UnitOfWork, store: str, device: str, received: Received) -> None:
        """What new records change here; by default nothing but that they are kept."""

    def ledger_ack(self, work: UnitOfWork, store: str, device: str, ack: int) -> int:
        """Up to which record the ledger is known to hold a log."""
        return ack if self._is_ledger else outbox.acked(work.conn, "ledger", store, device)

    def head(self, peer: Peer, device: str, mine: int | None = None) -> LogHead:
        """Where a log stands here; ``mine`` is where it stands at the device. Raises :class:`Problem`."""
        with self.book.read() as conn:
            owner = peer_of(conn, device)
            found = None if owner is None else head_of(conn, owner.store, device)
            if owner is None or found is None:
                raise Problem("not-enrolled", device=device)
            held = found[0] if self._is_ledger else outbox.acked(conn, "ledger", owner.store, device)
        return LogHead(found[0], found[1].hex(), held)

    def events(self, peer: Peer, device: str, start: int) -> Batch | None:
        """A log's records from ``start`` on, as one batch; None when there are none. Raises :class:`Problem`."""
        with self.book.read() as conn:
            owner = peer_of(conn, device)
            if owner is None:
                raise Problem("not-enrolled", device=device)
            try:
                return outbox.next_batch(conn, owner.store, device, after=start - 1)
            except LookupError:
                raise Problem("not-found", device=device, seq=start) from None

    # feeds

    def feeds(self, peer: Peer) -> dict[str, FeedInfo]:
        """Every feed that has something for the peer's store."""
        found: dict[str, FeedInfo] = {}
        with self.book.read() as conn:
            for name in FEEDS:
                scope = scope_of(name, peer.store)
                head = state(conn, name, scope)
                if head is not None:
                    rows = self._rows(conn, name, scope, head)
                    offered = self._offer(name, scope, rows, head)
                    soon = self._snapshots is not None and self._snapshots.building(name, scope)
                    found[name] = FeedInfo(head.version, head.horizon, head.epoch, rows, offered, soon)
        return found

    def _rows(self, conn: Connection, feed: str, scope: str, head: FeedState) -> int:
        """About how many rows a feed has: counted now and then, since peers ask every other second."""
        if head.version < SNAPSHOT_ROWS:
            return head.version
        version, epoch, rows = self._counted.get((feed, scope), (0, "", 0))
        if epoch != head.epoch or not version <= head.version < version + RECOUNT_AFTER:
            count = select(func.count()).where(feed_rows.c.feed == feed, feed_rows.c.scope == scope)
            rows = conn.execute(count).scalar_one()
            self._counted[feed, scope] = (head.version, head.epoch, rows)
        return rows

    def deltas(self, peer: Peer, feed: str, since: int, limit: int, epoch: str) -> Page:
        """Rows above a cursor. Raises :class:`Problem`."""
        scope = _scope(feed, peer)
        with self.book.read() as conn:
            try:
                return deltas(conn, feed, since, limit, scope, epoch=epoch)
            except SnapshotRequired as error:
                head = state(conn, feed, scope)
                if head is not None and since < head.horizon:
                    self._offer(feed, scope, 0, head)
                raise Problem("snapshot-required", detail=str(error)) from None

    def snapshot(self, peer: Peer, feed: str, version: int) -> tuple[SnapshotInfo, str]:
        """Manifest and path of a snapshot's compressed file. Raises :class:`Problem`."""
        scope = _scope(feed, peer)
        info = None if self._snapshots is None else self._snapshots.latest(feed, scope)
        path = None if self._snapshots is None else self._snapshots.file(feed, scope, version)
        if info is None or path is None or info.version != version:
            raise Problem("not-found", feed=feed, version=version)
        return info, str(path)

    def _offer(self, feed: str, scope: str, rows: int, head: FeedState) -> SnapshotInfo | None:
        """The snapshot at hand; a missing, old or another epoch's one is begun, in the background."""
        if self._snapshots is None:
            return None
        ready = self._snapshots.latest(feed, scope)
        if ready is not None and (ready.epoch != head.epoch or ready.version < head.horizon):
            ready = None
        wanted = rows >= SNAPSHOT_ROWS or head.horizon > 0
        if wanted and (ready is None or head.version - ready.version > max(rows // 2, 1000)):
            self._snapshots.build_soon(feed, scope)
        return ready


def _scope(feed: str, peer: Peer) -> str:
    try:
        return scope_of(feed, peer.store)
    except KeyError:
        raise Problem("not-found", feed=feed) from None

"""The ledger behind the protocol: keeps every log, and wakes the projector when something arrived."""

import threading
from collections.abc import Callable

from sqlalchemy import select

from sync.feeds.hints import Hints
from sync.feeds.snapshot import SnapshotStore
from sync.host import BookHost
from sync.identity.enrolment import Peer
from sync.storage.book import Book
from sync.storage.tables import feed_heads
from sync.wire.messages import Ack, Batch


class LedgerHost(BookHost):
    """Accepts and keeps; what the facts mean is the projector's affair, in a step of its own."""

    def __init__(self, book: Book, snapshots: SnapshotStore, arrived: Callable[[], None]) -> None:
        super().__init__(book, is_ledger=True, snapshots=snapshots)
        self._arrived = arrived

    def receive(self, peer: Peer, store: str, device: str, batch: Batch) -> Ack:
        """Keep a batch, durably, before it is acknowledged. Raises :class:`Problem`."""
        ack = super().receive(peer, store, device, batch)
        self._arrived()
        return ack


class Announcer:
    """Hints at every feed that has a new version since it was last asked."""

    def __init__(self, book: Book, hints: Hints) -> None:
        self._book = book
        self._hints = hints
        self._lock = threading.Lock()
        self._known: dict[tuple[str, str], int] = {}

    def announce(self) -> None:
        """Call after a commit that may have published something."""
        with self._lock:
            with self._book.read() as conn:
                query = select(feed_heads.c.feed, feed_heads.c.scope, feed_heads.c.version)
                heads = {(row.feed, row.scope): row.version for row in conn.execute(query)}
            fresh = {key: version for key, version in heads.items() if self._known.get(key) != version}
            self._known = heads
        for (feed, _), version in fresh.items():
            self._hints.publish(feed, version)

"""Where pulled feeds go: into the till's reference database, or into the agent's book, to be served on."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from sync.feeds import refschema
from sync.feeds.apply import apply, clear, position
from sync.feeds.names import FEEDS, FROM_LEDGER, scope_of
from sync.feeds.reference import Reference
from sync.feeds.row import FeedRow
from sync.journal import erasure
from sync.storage.book import Book
from sync.wire.messages import SnapshotInfo

Applied = Callable[[str, int], None]
"""called with a feed's name and its new cursor, in the thread that pulls"""


class Fetched(NamedTuple):
    """A verified snapshot: the database file, the compressed file in which it came, and its manifest."""

    raw: Path
    packed: Path
    info: SnapshotInfo


class FeedSink(Protocol):
    """What pulls ask of the place where a feed's rows are kept.

    ``prefers_snapshots``: a large feed is better begun from a file than row by row.
    """

    prefers_snapshots: bool

    def wanted(self) -> Iterable[str]: ...
    def scope(self, feed: str) -> str: ...
    def position(self, feed: str) -> tuple[int, str]: ...
    def apply(self, feed: str, rows: Sequence[FeedRow], cursor: int, epoch: str) -> None: ...
    def replace(self, feed: str, rows: Sequence[FeedRow], cursor: int, epoch: str) -> None: ...
    def install(self, feed: str, fetched: Fetched) -> None: ...
    def folder(self) -> Path: ...


class ReferenceSink:
    """Feeds into a :class:`Reference`. From ``book`` go the texts about clients that were erased."""

    prefers_snapshots = True  # the file becomes the database

    def __init__(
        self,
        reference: Reference,
        store: str,
        feeds: Iterable[str] = tuple(FEEDS),
        applied: Applied | None = None,
        *,
        book: Book | None = None,
    ) -> None:
        self._book = book
        self._reference = reference
        self._store = store
        self._feeds = tuple(feeds)
        self._applied = applied

    def wanted(self) -> Iterable[str]:
        return self._feeds

    def scope(self, feed: str) -> str:
        return scope_of(feed, self._store)

    def position(self, feed: str) -> tuple[int, str]:
        return self._reference.position(feed)

    def apply(self, feed: str, rows: Sequence[FeedRow], cursor: int, epoch: str) -> None:
        if feed == erasure.CUSTOMERS:
            self._forget({row.key for row in rows if row.body is None})
        self._reference.apply(feed, rows, cursor, epoch=epoch)
        if self._applied is not None:
            self._applied(feed, cursor)

    def replace(self, feed: str, rows: Sequence[FeedRow], cursor: int, epoch: str) -> None:
        """These rows and no others, at once: nobody reads an empty feed in between."""
        gone = self._reference.keys(feed) - {row.key for row in rows}
        self.apply(feed, [*rows, *(FeedRow(cursor, key, 1, None) for key in sorted(gone))], cursor, epoch)

    def install(self, feed: str, fetched: Fetched) -> None:
        if feed == erasure.CUSTOMERS:
            self._forget(refschema.gone(fetched.raw, self._reference.path, feed))
        self._reference.install(feed, fetched.raw)
        if self._applied is not None:
            self._applied(feed, self._reference.cursor(feed))

    def folder(self) -> Path:
        return self._reference.path.parent

    def _forget(self, clients: set[str]) -> None:
        """Erase texts about clients; before the feed moves on, so that after a crash in between they come again."""
        if clients and self._book is not None:
            with self._book.unit() as work:
                erasure.forget(work.conn, clients)


class BookSink:
    """Feeds into the tables of a book, under the versions of their publisher."""

    prefers_snapshots = False  # its rows are copied one by one, in one commit

    def __init__(
        self, book: Book, folder: Path, feeds: Iterable[str] = FROM_LEDGER, applied: Applied | None = None
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._book = book
        self._folder = folder
        self._feeds = tuple(feeds)
        self._applied = applied

    def wanted(self) -> Iterable[str]:
        return self._feeds

    def scope(self, feed: str) -> str:
        return scope_of(feed, self._book.identity.store)

    def position(self, feed: str) -> tuple[int, str]:
        with self._book.read() as conn:
            return position(conn, feed, self.scope(feed))

    def apply(self, feed: str, rows: Sequence[FeedRow], cursor: int, epoch: str) -> None:
        with self._book.unit() as work:
            apply(work.conn, feed, self.scope(feed), rows, cursor, epoch=epoch)
        if self._applied is not None:
            self._applied(feed, cursor)

    def replace(self, feed: str, rows: Sequence[FeedRow], cursor: int, epoch: str) -> None:
        """These rows and no others."""
        self.clear(feed)
        self.apply(feed, rows, cursor, epoch)

    def clear(self, feed: str) -> None:
        """Forget a feed and its cursor."""
        with self._book.unit() as work:
            clear(work.conn, feed, self.scope(feed))

    def install(self, feed: str, fetched: Fetched) -> None:
        conn = refschema.connect_read_only(fetched.raw)
        try:
            cursor, epoch = conn.execute("SELECT cursor, epoch FROM feeds WHERE name = ?", (feed,)).fetchone()
            with self._book.unit() as work:
                clear(work.conn, feed, self.scope(feed))
                for rows in _stored(conn, feed):
                    apply(work.conn, feed, self.scope(feed), rows, cursor, epoch=epoch)
        finally:
            conn.close()
        fetched.raw.unlink()
        if self._applied is not None:
            self._applied(feed, cursor)

    def folder(self) -> Path:
        return self._folder


def _stored(conn: sqlite3.Connection, feed: str) -> Iterator[list[FeedRow]]:
    found = conn.execute("SELECT version, key, v, body FROM rows WHERE feed = ? ORDER BY version", (feed,))
    while rows := found.fetchmany(5000):
        yield [FeedRow(*row) for row in rows]

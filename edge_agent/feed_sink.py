"""Where the ledger's feeds go: through the heart's inbox, so that rows are checked and their effects are one commit."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLate
from pathlib import Path

from edge_agent.messages import FeedArrived, Message
from sync.feeds import refschema
from sync.feeds.row import FeedRow
from sync.feeds.sinks import BookSink
from sync.storage.book import Book
from sync.wire.problems import Problem

PAGE = 1000
"""rows in one message, so that nothing else waits long behind them"""
WAIT_S = 30.0


class HeartSink(BookSink):
    """Hands rows to the heart and waits for its commit; cursors are read from the book."""

    def __init__(self, book: Book, folder: Path, post: Callable[[Message], None]) -> None:
        super().__init__(book, folder)
        self._post = post
        self._stop = threading.Event()

    def apply(self, feed: str, rows: Sequence[FeedRow], cursor: int, epoch: str) -> None:
        """Apply rows under the versions they have; the cursor moves with the last of them."""
        for start in range(0, max(1, len(rows)), PAGE):
            part = tuple(rows[start : start + PAGE])
            last = start + PAGE >= len(rows)
            self._hand_over(feed, part, cursor if last else part[-1].version, epoch)

    def install(self, feed: str, snapshot: Path) -> None:
        """Take over a verified snapshot, row by row through the same checks."""
        conn = refschema.connect_read_only(snapshot)
        try:
            cursor, epoch = conn.execute("SELECT cursor, epoch FROM feeds WHERE name = ?", (feed,)).fetchone()
            self.clear(feed)
            found = conn.execute("SELECT version, key, v, body FROM rows WHERE feed = ? ORDER BY version", (feed,))
            while rows := found.fetchmany(PAGE):
                made = tuple(FeedRow(*row) for row in rows)
                self._hand_over(feed, made, made[-1].version, epoch)
            self._hand_over(feed, (), cursor, epoch)
        finally:
            conn.close()
        snapshot.unlink()

    def _hand_over(self, feed: str, rows: tuple[FeedRow, ...], cursor: int, epoch: str) -> None:
        reply: Future[None] = Future()
        self._post(FeedArrived(feed, self.scope(feed), rows, cursor, reply, epoch))
        try:
            reply.result(WAIT_S)
        except TooLate:
            raise Problem("busy") from None

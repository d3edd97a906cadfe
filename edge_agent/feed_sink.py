"""Where the ledger's feeds go: through the heart's inbox, so that rows are checked and their effects are one commit.

A snapshot of articles or prices goes beside it: a million rows would keep the heart from everything else, and nothing
follows from them at once. They are checked the same way and written part by part, and nobody is shown the feed until
the heart has taken its cursor. Its compressed file is then what this store's tills get.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLate
from contextlib import closing
from pathlib import Path

import msgspec
from sqlalchemy import delete

from edge_agent import feed_rules
from edge_agent.incoming import keep_aside
from edge_agent.messages import FeedArrived, Json, Message
from edge_agent.projections.tables import ASIDE
from retail.errors import Refused
from sync.feeds import refschema
from sync.feeds.publish import write_rows
from sync.feeds.row import FeedRow, text_of
from sync.feeds.sinks import BookSink, Fetched
from sync.feeds.snapshot import SnapshotStore
from sync.storage.book import Book
from sync.wire.problems import Problem

PAGE = 1000
"""rows in one message, so that nothing else waits long behind them"""
PART = 5000
"""rows of a large feed in one commit: the heart waits for it some tenths of a second at most"""
WAIT_S = 30.0
LARGE = frozenset({"catalogue", "prices"})
"""feeds that may be large and from whose rows nothing follows"""
_object = msgspec.json.Decoder(Json)
_any_object = msgspec.json.Decoder(dict[str, msgspec.Raw])


class HeartSink(BookSink):
    """Hands rows to the heart and waits for its commit; cursors are read from the book."""

    prefers_snapshots = True

    def __init__(self, book: Book, folder: Path, post: Callable[[Message], None], snapshots: SnapshotStore) -> None:
        super().__init__(book, folder)
        self._post = post
        self._snapshots = snapshots
        self._stop = threading.Event()

    def apply(self, feed: str, rows: Sequence[FeedRow], cursor: int, epoch: str) -> None:
        """Apply rows under the versions they have; the cursor moves with the last of them."""
        for start in range(0, max(1, len(rows)), PAGE):
            part = tuple(rows[start : start + PAGE])
            last = start + PAGE >= len(rows)
            self._hand_over(feed, part, cursor if last else part[-1].version, epoch)

    def install(self, feed: str, fetched: Fetched) -> None:
        """Take over a verified snapshot, row by row through the same checks."""
        with closing(refschema.connect_read_only(fetched.raw)) as conn:
            cursor, epoch = conn.execute("SELECT cursor, epoch FROM feeds WHERE name = ?", (feed,)).fetchone()
            self.clear(feed)
            if feed in LARGE:
                if self._fill(feed, _parts(conn, feed, "key", PART)):
                    self._snapshots.adopt(feed, self.scope(feed), fetched.packed, fetched.info)
            else:
                for rows in _parts(conn, feed, "version", PAGE):
                    self._hand_over(feed, tuple(rows), rows[-1].version, epoch)
            self._hand_over(feed, (), cursor, epoch)
        fetched.raw.unlink()

    def _fill(self, feed: str, parts: Iterator[list[FeedRow]]) -> bool:
        """Write the rows that keep the rules, the others aside; whether all did. No head is set yet."""
        whole = True
        with self._book.unit() as work:
            work.conn.execute(delete(ASIDE).where(ASIDE.c.feed == feed))
        for rows in parts:
            checked = [(row, _refusal(feed, row)) for row in rows]
            with self._book.unit() as work:
                write_rows(work.conn, feed, self.scope(feed), [row for row, no in checked if no is None])
                for row, no in checked:
                    if no is not None:
                        whole = False
                        keep_aside(work.conn, feed, row, no, work.now)
        return whole

    def _hand_over(self, feed: str, rows: tuple[FeedRow, ...], cursor: int, epoch: str) -> None:
        reply: Future[None] = Future()
        self._post(FeedArrived(feed, self.scope(feed), rows, cursor, reply, epoch))
        try:
            reply.result(WAIT_S)
        except TooLate:
            raise Problem("busy") from None


def _parts(conn: sqlite3.Connection, feed: str, order: str, size: int) -> Iterator[list[FeedRow]]:
    found = conn.execute(f"SELECT version, key, v, body FROM rows WHERE feed = ? ORDER BY {order}", (feed,))
    while rows := found.fetchmany(size):
        yield [FeedRow(*row) for row in rows]


def _refusal(feed: str, row: FeedRow) -> Refused | None:
    """Why a row can't be worked by, if it can't."""
    text = text_of(row.body)
    if text is None:
        return None
    try:
        if feed in feed_rules.RULED:
            feed_rules.check(feed, row.key, _object.decode(text))
        else:
            _any_object.decode(text)
    except Refused as no:
        return no
    except msgspec.DecodeError as error:
        return Refused("bad_row", f"{feed} {row.key}: not a JSON object ({error})")
    return None

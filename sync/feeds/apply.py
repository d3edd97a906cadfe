"""Applying: rows and the new cursor in one transaction, under the versions that their publisher gave them.

An applied feed can be served on: the agent's copy of the ledger's feeds is what tills pull.
"""

from collections.abc import Iterable, Iterator

import msgspec
from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from sync.feeds.publish import lock_head, write_rows
from sync.feeds.row import FeedRow
from sync.journal import erasure
from sync.storage.tables import feed_cursors, feed_heads, feed_rows
from sync.storage.transactions import is_sqlite


def apply(
    conn: Connection, feed: str, scope: str, rows: Iterable[FeedRow], cursor: int, *, epoch: str | None = None
) -> None:
    """Write rows and cursor; applying them again changes nothing. ``epoch`` is the publisher's, where it is known.

    With the row of an erased client go the texts that this book holds about it.
    """
    lock_head(conn, feed, scope)
    found = [FeedRow(*row) for row in rows]
    write_rows(conn, feed, scope, found)
    if feed == erasure.CUSTOMERS:
        erasure.forget(conn, {row.key for row in found if row.body is None})
    known = "" if epoch is None else epoch
    upsert = (sqlite if is_sqlite(conn) else postgresql).insert(feed_cursors)
    conn.execute(
        upsert.values(feed=feed, scope=scope, cursor=cursor, epoch=known).on_conflict_do_update(
            index_elements=["feed", "scope"], set_={"cursor": cursor} | ({} if epoch is None else {"epoch": epoch})
        )
    )
    values: dict[str, object] = {"version": cursor} | ({} if epoch is None else {"epoch": epoch})
    conn.execute(update(feed_heads).where(feed_heads.c.feed == feed, feed_heads.c.scope == scope).values(**values))


def clear(conn: Connection, feed: str, scope: str) -> None:
    """Forget a feed and its cursor: it comes again from the beginning, or from a snapshot."""
    for table in (feed_rows, feed_cursors, feed_heads):
        conn.execute(delete(table).where(table.c.feed == feed, table.c.scope == scope))


def cursor(conn: Connection, feed: str, scope: str) -> int:
    """Up to which version this database has the feed; 0 before the first row."""
    return position(conn, feed, scope)[0]


def position(conn: Connection, feed: str, scope: str) -> tuple[int, str]:
    """Cursor and the publisher's epoch that it belongs to."""
    query = select(feed_cursors).where(feed_cursors.c.feed == feed, feed_cursors.c.scope == scope)
    row = conn.execute(query).first()
    return (0, "") if row is None else (row.cursor, row.epoch)


def rows(conn: Connection, feed: str, scope: str = "") -> Iterator[tuple[str, dict[str, object]]]:
    """The rows that exist, in order of key."""
    query = (
        select(feed_rows.c.key, feed_rows.c.body)
        .where(feed_rows.c.feed == feed, feed_rows.c.scope == scope, feed_rows.c.body.is_not(None))
        .order_by(feed_rows.c.key)
    )
    for row in conn.execute(query):
        yield row.key, msgspec.json.decode(row.body, type=dict[str, object])


def row(conn: Connection, feed: str, scope: str, key: str) -> dict[str, object] | None:
    """One row's body; None if it doesn't exist."""
    query = select(feed_rows.c.body).where(feed_rows.c.feed == feed, feed_rows.c.scope == scope, feed_rows.c.key == key)
    body = conn.execute(query).scalar()
    return None if body is None else msgspec.json.decode(body, type=dict[str, object])

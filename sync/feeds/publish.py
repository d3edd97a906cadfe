"""Publishing: every changed row gets the feed's next version inside the publisher's transaction.

The feed's head row is locked first, so versions appear in order: whoever has read up to a version has missed nothing.
"""

import secrets
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Row

from sync.feeds.row import FeedRow, FeedState, Page, SnapshotRequired, text_of
from sync.storage.tables import feed_heads, feed_rows, meta
from sync.storage.transactions import is_sqlite

MAX_PAGE_BYTES = 4 * 1024 * 1024
"""of rows' text in one page: clients with long histories have large rows, and an answer has its bounds"""
_CHUNK = 5000
_PUBLISHER = "feeds.publisher"
_COLUMNS = "(feed, scope, key, version, v, body)"
_OR_UPDATE = (
    "ON CONFLICT (feed, scope, key) DO UPDATE SET version = excluded.version, v = excluded.v, body = excluded.body"
)


def put(
    conn: Connection, feed: str, key: str, body: Mapping[str, object] | None, *, scope: str = "", v: int = 1
) -> int:
    """Publish one row, None deletes it; returns the feed's version. An unchanged row keeps its version."""
    return put_many(conn, feed, [(key, body)], scope=scope, v=v)


def put_many(
    conn: Connection,
    feed: str,
    rows: Iterable[tuple[str, Mapping[str, object] | None]],
    *,
    scope: str = "",
    v: int = 1,
) -> int:
    """Publish rows in order; returns the feed's version after them. The same key twice: the last one counts."""
    version = lock_head(conn, feed, scope).version
    begun = version > 0
    wanted = {key: text_of(body) for key, body in rows}
    keys = list(wanted)
    for start in range(0, len(keys), _CHUNK):
        part = keys[start : start + _CHUNK]
        there = _bodies(conn, feed, scope, part) if begun else {}
        changed = [key for key in part if key not in there or there[key] != wanted[key]]
        fresh = [FeedRow(version + n, key, v, wanted[key]) for n, key in enumerate(changed, start=1)]
        write_rows(conn, feed, scope, fresh)
        version += len(fresh)
    conn.execute(
        update(feed_heads).where(feed_heads.c.feed == feed, feed_heads.c.scope == scope).values(version=version)
    )
    return version


def lock_head(conn: Connection, feed: str, scope: str) -> FeedState:
    """The feed's head, locked until the transaction ends; a new feed begins at version 0 with an epoch of its own."""
    make = (sqlite if is_sqlite(conn) else postgresql).insert(feed_heads).on_conflict_do_nothing()
    conn.execute(make.values(feed=feed, scope=scope, version=0, horizon=0, epoch=secrets.token_hex(8)))
    row = conn.execute(
        select(feed_heads).where(feed_heads.c.feed == feed, feed_heads.c.scope == scope).with_for_update()
    ).one()
    return FeedState(row.version, row.horizon, row.epoch)


def write_rows(conn: Connection, feed: str, scope: str, rows: list[FeedRow]) -> None:
    """Write rows with the versions they have."""
    if not rows:
        return
    if is_sqlite(conn):
        given = [(feed, scope, r.key, r.version, r.v, text_of(r.body)) for r in rows]
        conn.exec_driver_sql(f"INSERT INTO feed_rows {_COLUMNS} VALUES (?, ?, ?, ?, ?, ?) {_OR_UPDATE}", given)
        return
    data = [{"key": r.key, "version": r.version, "v": r.v, "body": text_of(r.body)} for r in rows]
    statement = text(
        f"INSERT INTO feed_rows {_COLUMNS} SELECT :feed, :scope, key, version, v, body"
        " FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS x(key text, version bigint, v int, body text)"
        f" {_OR_UPDATE}"
    )
    conn.execute(statement, {"feed": feed, "scope": scope, "rows": msgspec.json.encode(data).decode()})


def state(conn: Connection, feed: str, scope: str = "") -> FeedState | None:
    """Where a feed stands; None if nothing was ever published in it."""
    row = conn.execute(select(feed_heads).where(feed_heads.c.feed == feed, feed_heads.c.scope == scope)).first()
    return None if row is None else FeedState(row.version, row.horizon, row.epoch)


def deltas(conn: Connection, feed: str, since: int, limit: int = 1000, scope: str = "", *, epoch: str = "") -> Page:
    """Rows above ``since`` in order of version. Raises :class:`SnapshotRequired`.

    A reader that knows the publisher's ``epoch`` names it; another epoch means that versions were dealt anew.
    """
    head = state(conn, feed, scope)
    if head is None:
        return Page([], since, False)
    elsewhere = bool(epoch) and since > 0 and epoch != head.epoch
    if since < head.horizon or since > head.version or elsewhere:
        raise SnapshotRequired(feed, since, head.horizon)
    query = (
        select(feed_rows.c.version, feed_rows.c.key, feed_rows.c.v, feed_rows.c.body)
        .where(feed_rows.c.feed == feed, feed_rows.c.scope == scope, feed_rows.c.version > since)
        .order_by(feed_rows.c.version)
        .limit(limit + 1)
    )
    rows, more = _fitting(conn.execute(query), limit)
    return Page(rows, rows[-1].version if more else head.version, more, head.epoch)


def begin_epoch(conn: Connection, publisher: str, feeds: Iterable[str]) -> bool:
    """Begin a new epoch of these feeds where ``publisher`` isn't who published them last; whether it did.

    A database that came from a backup deals versions again that readers have had already: its program gets a new id,
    and by the epoch every reader sees that its cursor means nothing any more.
    """
    last = conn.execute(select(meta.c.value).where(meta.c.key == _PUBLISHER)).scalar()
    if last == publisher:
        return False
    conn.execute(meta.delete().where(meta.c.key == _PUBLISHER))
    conn.execute(meta.insert().values(key=_PUBLISHER, value=publisher))
    if last is None:
        return False
    conn.execute(update(feed_heads).where(feed_heads.c.feed.in_(list(feeds))).values(epoch=secrets.token_hex(8)))
    return True


def _fitting(found: Iterable[Row[tuple[Any, ...]]], limit: int) -> tuple[list[FeedRow], bool]:
    """As many rows as a page holds, one at least, and whether there are more."""
    rows: list[FeedRow] = []
    size = 0
    for row in found:
        size += len(row.body or "")
        if rows and (len(rows) == limit or size > MAX_PAGE_BYTES):
            return rows, True
        rows.append(FeedRow(row.version, row.key, row.v, row.body))
    return rows, False


def forget_deletions(conn: Connection, feed: str, up_to: int, *, scope: str = "") -> int:
    """Drop tombstones up to a version; cursors below it get snapshots from now on. Returns how many were dropped."""
    lock_head(conn, feed, scope)
    where = (feed_rows.c.feed == feed, feed_rows.c.scope == scope)
    dropped = conn.execute(
        feed_rows.delete().where(*where, feed_rows.c.version <= up_to, feed_rows.c.body.is_(None))
    ).rowcount
    conn.execute(
        update(feed_heads)
        .where(feed_heads.c.feed == feed, feed_heads.c.scope == scope, feed_heads.c.horizon < up_to)
        .values(horizon=up_to)
    )
    return dropped


def _bodies(conn: Connection, feed: str, scope: str, keys: list[str]) -> dict[str, str | None]:
    query = select(feed_rows.c.key, feed_rows.c.body).where(
        feed_rows.c.feed == feed, feed_rows.c.scope == scope, feed_rows.c.key.in_(keys)
    )
    return {row.key: row.body for row in conn.execute(query)}

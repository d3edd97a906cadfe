"""The tables of a reference database, how rows go in, and how a snapshot takes over today's other feeds."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import structlog

from sync.feeds.row import FeedRow, text_of
from sync.storage.search import indexed

log = structlog.get_logger(__name__)

SCHEMA_VERSION = 1
_CHUNK = 4000
_TIMEOUT_S = 5.0
_SCHEMA = """
CREATE TABLE feeds (name TEXT PRIMARY KEY, cursor INTEGER NOT NULL, epoch TEXT NOT NULL DEFAULT '');
CREATE TABLE rows (
  id INTEGER PRIMARY KEY, feed TEXT NOT NULL, key TEXT NOT NULL, version INTEGER NOT NULL, v INTEGER NOT NULL,
  body TEXT, UNIQUE (feed, key)
);
CREATE TABLE barcodes (code TEXT NOT NULL, gtin TEXT NOT NULL, PRIMARY KEY (code, gtin)) WITHOUT ROWID;
CREATE INDEX barcodes_of ON barcodes (gtin);
CREATE TABLE tiles (id INTEGER PRIMARY KEY, position INTEGER NOT NULL);
CREATE VIRTUAL TABLE article_text USING fts5 (text, detail = none, columnsize = 0, prefix = '1 2 3');
CREATE VIRTUAL TABLE client_text USING fts5 (text, detail = none, columnsize = 0, prefix = '1 2 3');
"""


class _Article(msgspec.Struct):
    """What is indexed of a catalogue row."""

    label: dict[str, str] = msgspec.field(default_factory=dict)
    variant: dict[str, str] = msgspec.field(default_factory=dict)
    sku: str = ""
    category: str = ""
    barcodes: list[str] = msgspec.field(default_factory=list)
    tile: int | None = None


class _Client(msgspec.Struct):
    """What is indexed of a customers row."""

    name: str | None = ""
    email: str | None = ""
    phone: str | None = ""


_article = msgspec.json.Decoder(_Article, strict=False)
_client = msgspec.json.Decoder(_Client, strict=False)
_object = msgspec.json.Decoder(dict[str, msgspec.Raw])
_PROMISED: dict[str, msgspec.json.Decoder[Any]] = {"catalogue": _article, "customers": _client}


def connect(path: Path) -> sqlite3.Connection:
    """The writer's connection. What is lost with the power is fetched again, hence ``synchronous=NORMAL``."""
    conn = sqlite3.connect(path, timeout=_TIMEOUT_S, isolation_level=None, check_same_thread=False)
    conn.execute("PRAGMA journal_mode = WAL")
    conn.execute("PRAGMA synchronous = NORMAL")
    conn.execute("PRAGMA cache_size = -65536")
    conn.execute("PRAGMA journal_size_limit = 67108864")  # after a large snapshot the log shrinks again
    conn.execute("PRAGMA secure_delete = ON")
    return conn


def connect_read_only(path: Path) -> sqlite3.Connection:
    """A reader's connection, ``mode=ro``."""
    uri = f"{path.resolve().as_uri()}?mode=ro"
    return sqlite3.connect(uri, uri=True, timeout=_TIMEOUT_S, isolation_level=None, check_same_thread=False)


def create(path: Path) -> sqlite3.Connection:
    """A new, empty reference database and its writer's connection."""
    conn = connect(path)
    conn.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;")
    return conn


def apply(conn: sqlite3.Connection, feed: str, rows: Iterable[FeedRow], cursor: int, epoch: str | None) -> None:
    """Write rows and cursor in one transaction. Clients that were deleted leave nothing legible in the files."""
    erased = False
    conn.execute("BEGIN IMMEDIATE")
    try:
        for chunk in _chunks(rows):
            erased = erased or (feed == "customers" and any(row.body is None for row in chunk))
            _write(conn, feed, chunk)
        conn.execute(
            "INSERT INTO feeds (name, cursor, epoch) VALUES (?, ?, ?) ON CONFLICT (name)"
            " DO UPDATE SET cursor = excluded.cursor, epoch = coalesce(?, epoch)",
            (feed, cursor, epoch or "", epoch),
        )
    except BaseException:
        conn.execute("ROLLBACK")
        raise
    conn.execute("COMMIT")
    if erased:
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def adopt(snapshot: Path, today: Path, feed: str) -> None:
    """Bring all feeds but ``feed`` from ``today``'s file into the snapshot's file, which becomes the new database."""
    new = connect(snapshot)
    try:
        check_schema(new)
        old = connect_read_only(today)
        try:
            for name, cursor, epoch in old.execute("SELECT name, cursor, epoch FROM feeds WHERE name <> ?", (feed,)):
                if name in _INDEXES:
                    rows = old.execute("SELECT version, key, v, body FROM rows WHERE feed = ?", (name,))
                    apply(new, name, (FeedRow(*row) for row in rows), cursor, epoch)
                else:
                    _copy(new, today, name)
        finally:
            old.close()
    finally:
        new.close()


def merge(conn: sqlite3.Connection, snapshot: Path, today: Path, feed: str) -> None:
    """Bring the snapshot's feed into ``today``'s file, whose writer is ``conn``, in one transaction."""
    new = connect_read_only(snapshot)
    try:
        check_schema(new)
        if feed not in _INDEXES:
            _copy(conn, snapshot, feed)
            return
        cursor, epoch = new.execute("SELECT cursor, epoch FROM feeds WHERE name = ?", (feed,)).fetchone()
        rows = new.execute("SELECT version, key, v, body FROM rows WHERE feed = ?", (feed,))
        deleted = (FeedRow(cursor, key, 1, None) for key in gone(snapshot, today, feed))
        apply(conn, feed, chain((FeedRow(*row) for row in rows), deleted), cursor, epoch)
    finally:
        new.close()


def _copy(conn: sqlite3.Connection, source: Path, feed: str) -> None:
    """Replace a feed without indexes of its own by what another reference database has of it, in one transaction."""
    conn.execute("ATTACH ? AS source", (str(source),))
    try:
        conn.execute("BEGIN IMMEDIATE")
        try:
            conn.execute("DELETE FROM main.rows WHERE feed = ?", (feed,))
            conn.execute(
                "INSERT INTO main.rows (feed, key, version, v, body)"
                " SELECT feed, key, version, v, body FROM source.rows WHERE feed = ? ORDER BY key",
                (feed,),
            )
            conn.execute(
                "INSERT OR REPLACE INTO main.feeds (name, cursor, epoch)"
                " SELECT name, cursor, epoch FROM source.feeds WHERE name = ?",
                (feed,),
            )
        except BaseException:
            conn.execute("ROLLBACK")
            raise
        conn.execute("COMMIT")
    finally:
        conn.execute("DETACH source")


def has_more_of_others(today: Path, snapshot: Path, feed: str) -> bool:
    """Whether ``today``'s file holds more rows of other feeds than the snapshot has rows."""
    new, old = connect_read_only(snapshot), connect_read_only(today)
    try:
        others = old.execute("SELECT count(*) FROM rows WHERE feed <> ?", (feed,)).fetchone()[0]
        return bool(others > new.execute("SELECT count(*) FROM rows").fetchone()[0])
    finally:
        new.close()
        old.close()


def gone(snapshot: Path, today: Path, feed: str) -> set[str]:
    """Keys that the snapshot says are deleted, and keys of ``today``'s file that it doesn't know any more."""
    new = connect_read_only(snapshot)
    old = connect_read_only(today)
    try:
        said = dict(new.execute("SELECT key, body IS NOT NULL FROM rows WHERE feed = ?", (feed,)))
        here = {key for (key,) in old.execute("SELECT key FROM rows WHERE feed = ?", (feed,))}
    finally:
        new.close()
        old.close()
    return {key for key, alive in said.items() if not alive} | (here - said.keys())


def check_schema(snapshot: sqlite3.Connection) -> None:
    """Raises ``sqlite3.DatabaseError`` for a file of another release, or none of ours."""
    found = snapshot.execute("PRAGMA user_version").fetchone()[0]
    if found != SCHEMA_VERSION:
        raise sqlite3.DatabaseError(f"the snapshot's schema is {found}, this release reads {SCHEMA_VERSION}")


def barcode_key(code: str) -> str:
    """How a barcode is indexed: GTINs with 14 digits, anything else as it is."""
    return code.zfill(14) if code.isdigit() and len(code) < 14 else code


class _Stored(NamedTuple):
    """A row as it goes in: its id, whether the key is new, and what its body says (None: deleted)."""

    id: int
    fresh: bool
    row: FeedRow
    content: object


def _write(conn: sqlite3.Connection, feed: str, chunk: list[FeedRow]) -> None:
    known = _ids(conn, feed, [row.key for row in chunk]) if _has(conn, feed) else {}
    free = conn.execute("SELECT coalesce(max(id), 0) FROM rows").fetchone()[0]
    stored: list[_Stored] = []
    for row, content in _digestible(feed, chunk):
        there = known.get(row.key)
        if there is None:
            free += 1
        stored.append(_Stored(there or free, there is None, row, content))
    conn.executemany(
        "INSERT INTO rows (id, feed, key, version, v, body) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id)"
        " DO UPDATE SET version = excluded.version, v = excluded.v, body = excluded.body",
        [(one.id, feed, one.row.key, one.row.version, one.row.v, one.row.body) for one in stored],
    )
    index = _INDEXES.get(feed)
    if index is not None:
        index(conn, stored)


def _digestible(feed: str, chunk: list[FeedRow]) -> Iterator[tuple[FeedRow, object]]:
    """Rows that keep the feed's promises, read; another one is logged and leaves what was there before."""
    promised = _PROMISED.get(feed, _object)
    for row in chunk:
        body = text_of(row.body)
        try:
            content = None if body is None else promised.decode(body)
        except (msgspec.DecodeError, RecursionError) as error:
            log.warning("feed_row_refused", feed=feed, key=row.key, version=row.version, reason=str(error))
            continue
        yield FeedRow(row.version, row.key, row.v, body), content


def _index_articles(conn: sqlite3.Connection, stored: list[_Stored]) -> None:
    old = [one for one in stored if not one.fresh]
    if old:
        conn.executemany("DELETE FROM article_text WHERE rowid = ?", [(one.id,) for one in old])
        conn.executemany("DELETE FROM tiles WHERE id = ?", [(one.id,) for one in old])
        conn.executemany("DELETE FROM barcodes WHERE gtin = ?", [(one.row.key,) for one in old])
    texts: list[tuple[int, str]] = []
    codes: list[tuple[str, str]] = []
    tiles: list[tuple[int, int]] = []
    for one in stored:
        article = one.content
        if not isinstance(article, _Article):
            continue
        said = (*article.label.values(), *article.variant.values(), article.category)
        texts.append((one.id, " ".join((*map(_indexed_once, said), indexed(f"{article.sku} {one.row.key}")))))
        codes.extend((code, one.row.key) for code in {barcode_key(code) for code in (one.row.key, *article.barcodes)})
        if article.tile is not None:
            tiles.append((one.id, article.tile))
    conn.executemany("INSERT INTO article_text (rowid, text) VALUES (?, ?)", texts)
    conn.executemany("INSERT OR IGNORE INTO barcodes (code, gtin) VALUES (?, ?)", sorted(codes))
    conn.executemany("INSERT INTO tiles (id, position) VALUES (?, ?)", tiles)


def _index_clients(conn: sqlite3.Connection, stored: list[_Stored]) -> None:
    conn.executemany("DELETE FROM client_text WHERE rowid = ?", [(one.id,) for one in stored if not one.fresh])
    texts = []
    for one in stored:
        client = one.content
        if isinstance(client, _Client):
            said = " ".join((client.name or "", client.email or "", client.phone or "", one.row.key))
            texts.append((one.id, indexed(said)))
    conn.executemany("INSERT INTO client_text (rowid, text) VALUES (?, ?)", texts)
    if any(one.content is None for one in stored):
        conn.execute("INSERT INTO client_text (client_text) VALUES ('optimize')")


_indexed_once = lru_cache(maxsize=8192)(indexed)
"""labels, variants and categories come many times"""
_INDEXES: dict[str, Callable[[sqlite3.Connection, list[_Stored]], None]] = {
    "catalogue": _index_articles,
    "customers": _index_clients,
}


def _has(conn: sqlite3.Connection, feed: str) -> bool:
    return conn.execute("SELECT 1 FROM rows WHERE feed = ? LIMIT 1", (feed,)).fetchone() is not None


def _ids(conn: sqlite3.Connection, feed: str, keys: list[str]) -> dict[str, int]:
    found = conn.execute(
        "SELECT key, id FROM rows WHERE feed = ? AND key IN (SELECT value FROM json_each(?))",
        (feed, msgspec.json.encode(keys).decode()),
    )
    return {str(key): int(id) for key, id in found}


def _chunks(rows: Iterable[FeedRow]) -> Iterator[list[FeedRow]]:
    """Rows in parts; of a key that comes twice in a part, the last counts."""
    part: dict[str, FeedRow] = {}
    for row in rows:
        made = FeedRow(*row)
        part.pop(made.key, None)
        part[made.key] = made
        if len(part) >= _CHUNK:
            yield list(part.values())
            part = {}
    if part:
        yield list(part.values())

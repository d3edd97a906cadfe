"""The tables of a reference database, how rows go in, and how a snapshot takes over today's other feeds."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

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


def connect(path: Path) -> sqlite3.Connection:
    """The writer's connection. What is lost with the power is fetched again, hence ``synchronous=NORMAL``."""
    conn = sqlite3.connect(path, timeout=_TIMEOUT_S, isolation_level=None, check_same_thread=False)
    conn.execute("PRAGMA journal_mode = WAL")
    conn.execute("PRAGMA synchronous = NORMAL")
    conn.execute("PRAGMA cache_size = -65536")
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


def clear(conn: sqlite3.Connection, feed: str) -> None:
    """Forget a feed, its indexes and its cursor."""
    conn.execute("BEGIN IMMEDIATE")
    try:
        if feed == "catalogue":
            for table in ("barcodes", "tiles", "article_text"):
                conn.execute(f"DELETE FROM {table}")
        if feed == "customers":
            conn.execute("DELETE FROM client_text")
        conn.execute("DELETE FROM rows WHERE feed = ?", (feed,))
        conn.execute("DELETE FROM feeds WHERE name = ?", (feed,))
    except BaseException:
        conn.execute("ROLLBACK")
        raise
    conn.execute("COMMIT")


def adopt(snapshot: Path, today: Path, feed: str) -> None:
    """Bring all feeds but ``feed`` from ``today``'s file into the snapshot's file, which becomes the new database."""
    new = connect(snapshot)
    try:
        found = new.execute("PRAGMA user_version").fetchone()[0]
        if found != SCHEMA_VERSION:
            raise sqlite3.DatabaseError(f"the snapshot's schema is {found}, this release reads {SCHEMA_VERSION}")
        old = connect_read_only(today)
        try:
            for name, cursor, epoch in old.execute("SELECT name, cursor, epoch FROM feeds WHERE name <> ?", (feed,)):
                rows = old.execute("SELECT version, key, v, body FROM rows WHERE feed = ?", (name,))
                apply(new, name, (FeedRow(*row) for row in rows), cursor, epoch)
        finally:
            old.close()
    finally:
        new.close()


def barcode_key(code: str) -> str:
    """How a barcode is indexed: GTINs with 14 digits, anything else as it is."""
    return code.zfill(14) if code.isdigit() and len(code) < 14 else code


def _write(conn: sqlite3.Connection, feed: str, chunk: list[FeedRow]) -> None:
    known = _ids(conn, feed, [row.key for row in chunk])
    free = conn.execute("SELECT coalesce(max(id), 0) FROM rows").fetchone()[0]
    bodies: list[tuple[int, str, str | None]] = []
    values = []
    for row in _digestible(feed, chunk):
        if row.key not in known:
            free += 1
            known[row.key] = free
            fresh = True
        else:
            fresh = False
        body = text_of(row.body)
        bodies.append((known[row.key] * (1 if fresh else -1), row.key, body))
        values.append((known[row.key], feed, row.key, row.version, row.v, body))
    conn.executemany(
        "INSERT INTO rows (id, feed, key, version, v, body) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id)"
        " DO UPDATE SET version = excluded.version, v = excluded.v, body = excluded.body",
        values,
    )
    index = _INDEXES.get(feed)
    if index is not None:
        index(conn, bodies)


def _digestible(feed: str, chunk: list[FeedRow]) -> Iterator[FeedRow]:
    """Rows that keep the feed's promises; another one is logged and leaves what was there before."""
    promised: msgspec.json.Decoder[_Article] | msgspec.json.Decoder[_Client] | msgspec.json.Decoder[dict[str, object]]
    promised = {"catalogue": _article, "customers": _client}.get(feed, _object)  # type: ignore[assignment]
    for row in chunk:
        body = text_of(row.body)
        try:
            if body is not None:
                promised.decode(body)
        except msgspec.DecodeError as error:
            log.warning("feed_row_refused", feed=feed, key=row.key, version=row.version, reason=str(error))
            continue
        yield FeedRow(row.version, row.key, row.v, body)


def _index_articles(conn: sqlite3.Connection, bodies: list[tuple[int, str, str | None]]) -> None:
    old = [(-id, key) for id, key, _ in bodies if id < 0]
    if old:
        conn.executemany("DELETE FROM article_text WHERE rowid = ?", [(id,) for id, _ in old])
        conn.executemany("DELETE FROM tiles WHERE id = ?", [(id,) for id, _ in old])
        conn.executemany("DELETE FROM barcodes WHERE gtin = ?", [(key,) for _, key in old])
    texts: list[tuple[int, str]] = []
    codes: list[tuple[str, str]] = []
    tiles: list[tuple[int, int]] = []
    for id, key, body in bodies:
        if body is None:
            continue
        article = _article.decode(body)
        said = " ".join((*article.label.values(), *article.variant.values(), article.sku, article.category, key))
        texts.append((abs(id), indexed(said)))
        codes.extend((barcode_key(code), key) for code in {key, *article.barcodes})
        if article.tile is not None:
            tiles.append((abs(id), article.tile))
    conn.executemany("INSERT INTO article_text (rowid, text) VALUES (?, ?)", texts)
    conn.executemany("INSERT OR IGNORE INTO barcodes (code, gtin) VALUES (?, ?)", codes)
    conn.executemany("INSERT INTO tiles (id, position) VALUES (?, ?)", tiles)


def _index_clients(conn: sqlite3.Connection, bodies: list[tuple[int, str, str | None]]) -> None:
    old = [(-id,) for id, _, _ in bodies if id < 0]
    conn.executemany("DELETE FROM client_text WHERE rowid = ?", old)
    texts = []
    for id, key, body in bodies:
        if body is not None:
            client = _client.decode(body)
            texts.append((abs(id), indexed(" ".join((client.name or "", client.email or "", client.phone or "", key)))))
    conn.executemany("INSERT INTO client_text (rowid, text) VALUES (?, ?)", texts)
    if any(body is None for _, _, body in bodies):
        conn.execute("INSERT INTO client_text (client_text) VALUES ('optimize')")


_INDEXES: dict[str, Callable[[sqlite3.Connection, list[tuple[int, str, str | None]]], None]] = {
    "catalogue": _index_articles,
    "customers": _index_clients,
}


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

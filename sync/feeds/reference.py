"""The till's reference database: every feed in one SQLite file that screens read while one thread writes it.

Readers open the file ``mode=ro``, each thread on its own connection. A snapshot becomes a new file ``ref-<n>.db``,
chosen by a row of the main database; no file is ever renamed over an open one.
"""

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

import msgspec
import structlog

from sync.feeds import refschema
from sync.feeds.row import FeedRow
from sync.storage import search
from sync.storage.book import Book
from sync.storage.tables import meta

log = structlog.get_logger(__name__)

Row = dict[str, object]
_META_KEY = "reference.file"


class Selection(Protocol):
    """Remembers which file is the reference database."""

    def get(self) -> int | None: ...
    def set(self, number: int) -> None: ...


class BookSelection:
    """The choice as a row of the main database."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def get(self) -> int | None:
        with self._book.read() as conn:
            found = conn.execute(meta.select().where(meta.c.key == _META_KEY)).first()
        return None if found is None else int(found.value)

    def set(self, number: int) -> None:
        with self._book.unit() as work:
            work.conn.execute(meta.delete().where(meta.c.key == _META_KEY))
            work.conn.execute(meta.insert().values(key=_META_KEY, value=str(number)))


class NewestFile:
    """Without a main database: the highest number in the folder, since only whole files get their name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self) -> int | None:
        return max(_numbers(self._folder), default=None)

    def set(self, number: int) -> None:
        """The file's presence is the choice."""


class Reference:
    """Reads from any thread; :meth:`apply` and :meth:`install` from one."""

    def __init__(self, folder: Path, book: Book | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._selection: Selection = NewestFile(folder) if book is None else BookSelection(book)
        self._lock = threading.Lock()
        self._write_lock = threading.Lock()
        self._local = threading.local()
        self._open: list[sqlite3.Connection] = []
        self._closed = False
        chosen = self._selection.get()
        if chosen is None or not self._path(chosen).exists():
            chosen = max(_numbers(folder), default=0) + 1
            self._writer = refschema.create(self._path(chosen))
            self._selection.set(chosen)
        else:
            self._writer = refschema.connect(self._path(chosen))
        self._number = chosen
        self._drop_old_files()

    @property
    def path(self) -> Path:
        """The file that is read at the moment."""
        return self._path(self._number)

    # writing

    def apply(self, feed: str, rows: Iterable[FeedRow], cursor: int, *, epoch: str | None = None) -> None:
        """Write rows and cursor in one transaction; applying them again changes nothing."""
        with self._write_lock:
            refschema.apply(self._writer, feed, rows, cursor, epoch)

    def install(self, feed: str, snapshot: Path) -> None:
        """Make a new reference database from a feed's verified snapshot file and today's other feeds, and switch.

        Where the other feeds are the larger part, the snapshot goes into today's database instead. Either way its file
        is gone afterwards. Raises ``sqlite3.Error`` when it isn't a reference database.
        """
        with self._write_lock:
            if refschema.has_more_of_others(self.path, snapshot, feed):
                refschema.merge(self._writer, snapshot, self.path, feed)
                snapshot.unlink()
                log.info("reference_merged", feed=feed, file=self.path.name)
                return
            number = max(_numbers(self._folder), default=self._number) + 1
            refschema.adopt(snapshot, self.path, feed)
            snapshot.rename(self._path(number))
            writer = refschema.connect(self._path(number))
            self._selection.set(number)
            old, self._writer, self._number = self._writer, writer, number
            old.close()
            self._drop_old_files()
        log.info("reference_switched", feed=feed, file=self._path(number).name)

    def close(self) -> None:
        """Close every connection; nothing may be read afterwards."""
        with self._write_lock, self._lock:
            self._closed = True
            self._writer.close()
            for conn in self._open:
                conn.close()
            self._open.clear()

    # reading

    def row(self, feed: str, key: str) -> Row | None:
        """One row of any feed."""
        return self._one("SELECT body FROM rows WHERE feed = ? AND key = ? AND body IS NOT NULL", feed, key)

    def versioned(self, feed: str, key: str) -> tuple[int, Row] | None:
        """One row of any feed with its version."""
        with self._reader() as conn:
            found = conn.execute(
                "SELECT version, body FROM rows WHERE feed = ? AND key = ? AND body IS NOT NULL", (feed, key)
            ).fetchone()
        return None if found is None else (int(found[0]), _row(found[1]))

    def rows_from(self, feed: str, prefix: str) -> list[tuple[str, Row]]:
        """Rows of a feed whose keys begin so, in order of key."""
        with self._reader() as conn:
            found = conn.execute(
                "SELECT key, body FROM rows WHERE feed = ? AND key >= ? AND key < ? AND body IS NOT NULL ORDER BY key",
                (feed, prefix, prefix + "\U0010ffff"),
            ).fetchall()
        return [(key, _row(body)) for key, body in found]

    def rows(self, feed: str) -> list[tuple[str, Row]]:
        """All rows of a feed in order of key; meant for small feeds."""
        with self._reader() as conn:
            found = conn.execute(
                "SELECT key, body FROM rows WHERE feed = ? AND body IS NOT NULL ORDER BY key", (feed,)
            ).fetchall()
        return [(key, _row(body)) for key, body in found]

    def count(self, feed: str) -> int:
        """How many rows a feed has."""
        with self._reader() as conn:
            found = conn.execute("SELECT count(*) FROM rows WHERE feed = ? AND body IS NOT NULL", (feed,)).fetchone()
        return int(found[0])

    def keys(self, feed: str) -> set[str]:
        """The keys of a feed's rows."""
        with self._reader() as conn:
            found = conn.execute("SELECT key FROM rows WHERE feed = ? AND body IS NOT NULL", (feed,)).fetchall()
        return {key for (key,) in found}

    def article(self, gtin: str) -> Row | None:
        """An article by its GTIN (14 digits)."""
        return self.row("catalogue", gtin)

    def by_barcode(self, code: str) -> Row | None:
        """An article by any of its barcodes, with or without leading zeros."""
        return self._one(
            "SELECT rows.body FROM barcodes JOIN rows ON rows.feed = 'catalogue' AND rows.key = barcodes.gtin"
            " WHERE barcodes.code = ? AND rows.body IS NOT NULL LIMIT 1",
            refschema.barcode_key(code),
        )

    def search(self, text: str, limit: int = 20) -> list[Row]:
        """Articles whose label, variant, SKU, category or GTIN hold every word, or its beginning; best first."""
        return self._search("article_text", text, limit)

    def tiles(self) -> list[Row]:
        """Articles that have a tile, in the order of their tiles."""
        with self._reader() as conn:
            found = conn.execute(
                "SELECT rows.body FROM tiles JOIN rows ON rows.id = tiles.id ORDER BY tiles.position, rows.key"
            ).fetchall()
        return [_row(body) for (body,) in found]

    def prices(self, gtin: str) -> Row | None:
        """The price row of an article: prices with validity, prior price."""
        return self.row("prices", gtin)

    def promotions(self) -> list[Row]:
        return [row for _, row in self.rows("promotions")]

    def taxes(self) -> list[Row]:
        return [row for _, row in self.rows("taxes")]

    def staff(self) -> list[Row]:
        return [row for _, row in self.rows("staff")]

    def setting(self, key: str) -> Row | None:
        """A row of the settings feed: ``store``, ``plan``, ``devices``."""
        return self.row("settings", key)

    def client(self, id: str) -> Row | None:
        return self.row("customers", id)

    def clients(self, text: str, limit: int = 20) -> list[Row]:
        """Clients whose name, e-mail, telephone number or id hold every word, or its beginning; best first."""
        return self._search("client_text", text, limit)

    def order(self, id: str) -> Row | None:
        """An order by its id or its number."""
        return self.row("orders", id) or self._one(
            "SELECT body FROM rows WHERE feed = 'orders' AND json_extract(body, '$.number') = ?", id
        )

    def cursor(self, feed: str) -> int:
        """Up to which version the feed is here."""
        return self.position(feed)[0]

    def position(self, feed: str) -> tuple[int, str]:
        """Cursor and the publisher's epoch that it belongs to."""
        with self._reader() as conn:
            found = conn.execute("SELECT cursor, epoch FROM feeds WHERE name = ?", (feed,)).fetchone()
        return (0, "") if found is None else (int(found[0]), str(found[1]))

    # inside

    def _search(self, table: str, text: str, limit: int) -> list[Row]:
        query = search.match(text)
        if query is None:
            return []
        with self._reader() as conn:
            found = conn.execute(
                f"SELECT {table}.text, rows.body FROM {table} JOIN rows ON rows.id = {table}.rowid"
                f" WHERE {table} MATCH ? LIMIT {search.FETCH}",
                (query,),
            ).fetchall()
        asked = search.words(text)
        found.sort(key=lambda hit: search.score(asked, hit[0]))
        return [_row(body) for _, body in found[:limit]]

    def _one(self, statement: str, *values: str) -> Row | None:
        with self._reader() as conn:
            found = conn.execute(statement, values).fetchone()
        return None if found is None else _row(found[0])

    @contextmanager
    def _reader(self) -> Iterator[sqlite3.Connection]:
        """This thread's connection to today's file."""
        number, conn = getattr(self._local, "reader", (None, None))
        if conn is None or number != self._number:
            with self._lock:
                if self._closed:
                    raise sqlite3.ProgrammingError("the reference database is closed")
                number = self._number
                fresh = refschema.connect_read_only(self._path(number))
                self._open.append(fresh)
                if conn is not None:
                    self._open.remove(conn)
                    conn.close()
            self._local.reader = (number, fresh)
            conn = fresh
        yield conn

    def _path(self, number: int) -> Path:
        return self._folder / f"ref-{number}.db"

    def _drop_old_files(self) -> None:
        """Keep today's file and the one before; what Windows still holds open goes another day."""
        for number in _numbers(self._folder):
            if number < self._number - 1:
                for path in self._folder.glob(f"ref-{number}.db*"):
                    with suppress(OSError):
                        path.unlink()


def _row(body: str) -> Row:
    return msgspec.json.decode(body, type=dict[str, object])


def _numbers(folder: Path) -> list[int]:
    return [int(path.stem[4:]) for path in folder.glob("ref-*.db") if path.stem[4:].isdigit()]

"""Raw reads on request: a ring on disk, ``telemetry.db``, of the last two days and of bounded size.

A row is a whole batch, its reads packed as MessagePack (rows of EPC, antenna, RSSI in cdBm, µs UTC, times seen): some
25 bytes a read, and one insert for a hundred. It has a thread and a database of its own, far from the book. Every half
second's batches are one transaction, so that a crash costs less than a second; what comes faster than the disk
takes it is dropped and counted. What isn't ours, or is a customer's by now, never gets here.
"""

import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import structlog

from drivers.readings import Read, TagReads
from edge_agent.watching.seeking import unit_of

log = structlog.get_logger(__name__)

NAME = "telemetry.db"
EVERY_S = 0.5
WAITING_READS = 500_000
PAGE = 4096
_TABLE = """CREATE TABLE IF NOT EXISTS batches (
    id INTEGER PRIMARY KEY, at_us INTEGER NOT NULL, reader TEXT NOT NULL, n INTEGER NOT NULL, reads BLOB NOT NULL)"""


class Telemetry:
    """``take`` from any thread; the rest belongs to its own thread."""

    def __init__(self, path: Path, *, hours: int = 48, megabytes: int = 1000) -> None:
        self.dropped_reads = 0
        self.failed = False
        """the last attempt to write came to nothing"""
        self._path = path
        self._keep_us = hours * 3_600_000_000
        self._pages = megabytes * 1_000_000 // PAGE
        self._waiting: queue.SimpleQueue[TagReads] = queue.SimpleQueue()
        self._waiting_reads = 0
        self._counting = threading.Lock()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to write."""
        self._ended.clear()
        self._thread = threading.Thread(target=self._run, name="telemetry", daemon=True)
        self._thread.start()

    def stop(self, timeout: float = 5.0) -> None:
        """Write what waits and end."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join(timeout)
            self._thread = None

    def take(self, batch: TagReads) -> None:
        """Keep a batch, soon."""
        with self._counting:
            if self._waiting_reads > WAITING_READS:
                self.dropped_reads += len(batch.reads)
                return
            self._waiting_reads += len(batch.reads)
        self._waiting.put(batch)

    def _run(self) -> None:
        connection = None
        while True:
            ended = self._ended.wait(EVERY_S)
            try:
                connection = connection or _open(self._path)
                self._write(connection)
                if self.failed:
                    self.failed = False
                    log.info("telemetry is written again")
            except sqlite3.Error as error:
                if not self.failed:
                    self.failed = True
                    log.error("telemetry can't be written", reason=str(error))
                if connection is not None:
                    connection.close()
                    connection = None
            if ended:
                break
        if connection is not None:
            connection.close()

    def _write(self, connection: sqlite3.Connection) -> None:
        batches = []
        while not self._waiting.empty():
            batches.append(self._waiting.get())
        if not batches:
            return
        with self._counting:
            self._waiting_reads -= sum(len(batch.reads) for batch in batches)
        encode = msgspec.msgpack.encode
        rows = [(batch.received_us, batch.reader, batch.n, encode(batch.reads)) for batch in batches]
        with connection:
            connection.executemany("INSERT INTO batches (at_us, reader, n, reads) VALUES (?, ?, ?, ?)", rows)
            self._forget(connection, batches[-1].received_us)

    def _forget(self, connection: sqlite3.Connection, now_us: int) -> None:
        """Give room back: what is too old goes, and a twentieth of the oldest when the file is full."""
        oldest = "DELETE FROM batches WHERE id IN (SELECT id FROM batches WHERE at_us < ? ORDER BY id LIMIT 1000)"
        connection.execute(oldest, (now_us - self._keep_us,))
        while self._used(connection) > self._pages:
            first, last = connection.execute("SELECT min(id), max(id) FROM batches").fetchone()
            if first is None:
                break
            connection.execute("DELETE FROM batches WHERE id <= ?", (first + (last - first) // 20,))

    @staticmethod
    def _used(connection: sqlite3.Connection) -> int:
        """Pages that hold something."""
        return int(
            connection.execute("PRAGMA page_count").fetchone()[0]
            - connection.execute("PRAGMA freelist_count").fetchone()[0]
        )


def only(batch: TagReads, follows: Callable[[str], bool]) -> TagReads:
    """The batch without the reads of units that nobody may follow, and of what is no item at all."""
    return replace(batch, reads=[read for read in batch.reads if (unit := unit_of(read[0])) and follows(unit)])


def kept(path: Path) -> Iterator[tuple[int, str, list[Read]]]:
    """What a ring holds, oldest first: µs UTC of arrival, reader, reads."""
    decoder = msgspec.msgpack.Decoder(list[Read])
    connection = _open(path)
    try:
        for at_us, reader, reads in connection.execute("SELECT at_us, reader, reads FROM batches ORDER BY id"):
            yield at_us, reader, decoder.decode(reads)
    finally:
        connection.close()


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=10, check_same_thread=False)
    connection.execute(f"PRAGMA page_size={PAGE}")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute(_TABLE)
    return connection

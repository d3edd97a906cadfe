"""Ingest into SQLite, beside executemany with ``synchronous=FULL`` of the same rows."""

import sqlite3
from itertools import count as numbers

from tests.bench.ingest import rows_for
from tests.bench.row import Row
from tests.bench.run import Run


def measure(run: Run) -> list[Row]:
    """See ``ingest``."""
    files = numbers()

    def raw(batches: list[list[dict[str, object]]]) -> int:
        conn = sqlite3.connect(run.folder / f"raw{next(files)}.db", isolation_level=None)
        conn.execute("PRAGMA journal_mode=WAL")
        conn.execute("PRAGMA synchronous=FULL")
        names = list(batches[0][0])
        conn.execute(f"CREATE TABLE r ({', '.join(names)}, PRIMARY KEY (store, device, seq))")
        for rows in batches:
            conn.execute("BEGIN IMMEDIATE")
            conn.executemany(f"INSERT INTO r VALUES ({', '.join(':' + name for name in names)})", rows)
            conn.execute("COMMIT")
        conn.close()
        return sum(map(len, batches))

    return rows_for(run, "SQLite", lambda: "", raw, "executemany")

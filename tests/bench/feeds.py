"""Applying a feed: the catalogue's first sync and a change of every row at a till, and the agent's copy."""

import sqlite3
from pathlib import Path

from sync.feeds.reference import Reference
from sync.feeds.row import FeedRow
from sync.feeds.sinks import BookSink
from tests.bench.goods import apply_all, catalogue_rows, goods_of, pages
from tests.bench.row import Row, count, rate_row
from tests.bench.run import Run, best_rate
from tests.support.books import open_book

BAR = 30_000
"""rows a second (reference, sync, 10)"""


def measure(run: Run) -> list[Row]:
    """Whole pages of 5,000 rows, each one durable transaction."""
    size = run.size(300, 100_000, 1_000_000)
    goods = goods_of(size)
    rows = catalogue_rows(goods)
    changed = catalogue_rows(goods, size + 1)
    reference = Reference(run.sub("reference"))
    try:
        first = best_rate(lambda: apply_all(reference, "catalogue", rows), times=1)
        again = best_rate(lambda: apply_all(reference, "catalogue", changed), times=1)
    finally:
        reference.close()
    agent = _agent(run, rows)
    raw = best_rate(lambda: _raw(run.sub("raw") / "raw.db", rows), times=1)
    note = f" (raw executemany {count(raw)}/s)"
    return [
        rate_row(f"feed apply at a till, {count(size)} new articles, searchable", first, BAR, note=note),
        rate_row(f"feed apply at a till, {count(size)} rows again", again, BAR),
        rate_row(f"feed apply at the agent, {count(size)} rows", agent, BAR),
    ]


def _agent(run: Run, rows: list[FeedRow]) -> float:
    with open_book(run.sub("agent"), "LYO1-A") as book:
        sink = BookSink(book, run.sub("pulled"))

        def work() -> int:
            for page in pages(rows):
                sink.apply("catalogue", page, page[-1].version, "e")
            return len(rows)

        return best_rate(work, times=1)


def _raw(path: Path, rows: list[FeedRow]) -> int:
    """The least that one could do: the same bodies into one table, without search, barcodes or tiles."""
    conn = sqlite3.connect(path, isolation_level=None)
    conn.execute("PRAGMA journal_mode=WAL")
    conn.execute("CREATE TABLE rows (feed TEXT, key TEXT, version INT, body TEXT, PRIMARY KEY (feed, key))")
    for page in pages(rows):
        conn.execute("BEGIN IMMEDIATE")
        conn.executemany("INSERT INTO rows VALUES ('catalogue', ?, ?, ?)", [(r.key, r.version, r.body) for r in page])
        conn.execute("COMMIT")
    conn.close()
    return len(rows)

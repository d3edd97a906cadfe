"""A sale in the till's book: number, signature, fact, fiscal record and rows in one durable commit."""

import sqlite3
from pathlib import Path

from retail.sale.tenders import Payment, add_cash
from store_app.till_book import SaleRequest
from tests.bench.row import Row, best_p99, percentile, rate_row, time_row
from tests.bench.run import Run, timed_ms
from tests.support.till_builders import CANDLE, JUMPER, Till, basket_of, open_till, priced

BODY = "x" * 2_000
"""about what the rows of one sale hold"""


def measure(run: Run) -> list[Row]:
    """Sales of three lines; beside them, one raw insert a transaction into SQLite with ``synchronous=FULL``."""
    sales = run.size(5, 300)
    with open_till(run.sub("till")) as till:
        till.till.open_shift("camille", 10_000, "EUR")
        sold = [[_sell(till, f"{part}-{n}") for n in range(sales)] for part in range(3)]
    raw = [_raw(run.sub(f"raw{part}") / "raw.db", sales) for part in range(3)]
    best, plain = best_p99(sold), best_p99(raw)
    bare = f"raw insert p99 {percentile(plain, 99):.2f} ms"
    per_s = 1000 / percentile(best, 50)
    return [
        time_row("sale commit, durable and signed", best, 15),
        rate_row("sales committed, one after another", per_s, 1000 / percentile(plain, 50), bar=f"raw FULL ({bare})"),
    ]


def _sell(till: Till, sale: str) -> float:
    unit = f"{JUMPER}.{abs(hash(sale)) % 10**9}"
    done = priced(basket_of(CANDLE, JUMPER, units=(unit,)))
    payment = add_cash(Payment(done.total_minor, done.currency), "t1", 20_000)
    request = SaleRequest(sale, done, payment, "camille")
    return timed_ms(lambda: till.till.complete_sale(request))


def _raw(path: Path, count: int) -> list[float]:
    conn = sqlite3.connect(path, isolation_level=None)
    conn.execute("PRAGMA journal_mode=WAL")
    conn.execute("PRAGMA synchronous=FULL")
    conn.execute("CREATE TABLE facts (seq INTEGER PRIMARY KEY, body TEXT)")
    took = [timed_ms(lambda n=n: conn.execute("INSERT INTO facts VALUES (?, ?)", (n, BODY))) for n in range(count)]  # type: ignore[misc]
    conn.close()
    return took

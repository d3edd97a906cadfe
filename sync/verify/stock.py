"""Conservation of stock: the movements folded anew give the balances that agent and ledger keep."""

from collections import Counter
from collections.abc import Iterator, Mapping

import msgspec
from sqlalchemy import Connection, inspect, select, text

from retail.facts import ExceptionRaised, OrderHandedOver, SaleCompleted, StockMoved
from retail.stock import levels
from retail.stock.book import StockBook
from retail.stock.fold import fold
from sync.ledger.stock import goods_leaving
from sync.storage.tables import feed_rows
from sync.verify.facts import facts, quarantined
from sync.verify.violation import Violation

Balances = Mapping[str, Mapping[str, Mapping[str, int]]]
"""store -> GTIN -> ``location/condition`` -> quantity"""
_LEAVING = ("sold", "handed_over")
_FEED_FIELDS = ("floor", "back", "other", "sellable")


def conserve_stock(conn: Connection, kept: Balances | None = None, *, settled: bool = True) -> list[Violation]:
    """Fold all ``stock.moved`` and compare with the kept balances, by default :func:`stock_balances`.

    ``settled`` says that every till's sale that is here has been moved by its agent: true of an agent's database at
    any time, of the ledger's once everything was sent. Movements that the ledger hasn't projected yet don't count.
    """
    books = fold_stock(conn, _projected(conn))
    found: list[Violation] = []
    kept = stock_balances(conn) if kept is None else kept
    if kept is not None:
        for store in sorted({*books, *kept}):
            found.extend(_compare(store, books.get(store, StockBook()), kept.get(store, {})))
    for store, book in sorted(books.items()):
        for gtin, places in book.balances.items():
            if sum(places.values()):
                found.append(Violation("stock-not-balanced", f"{store}/{gtin}", f"sums to {sum(places.values())}"))
    if settled:
        found.extend(_unmoved(conn, set(books)))
    return found


def fold_stock(conn: Connection, up_to: Mapping[tuple[str, str], int] | None = None) -> dict[str, StockBook]:
    """The stock of every store, from its agent's movements alone; ``up_to`` is the last record of each log to take."""
    books: dict[str, StockBook] = {}
    aside = quarantined(conn)
    for one in facts(conn, StockMoved):
        taken = up_to is None or one.seq <= up_to.get((one.store, one.device), 0)
        if taken and (one.device, one.seq) not in aside:
            fold(books.setdefault(one.store, StockBook()), one.fact, one.occurred_at)
    return books


def _projected(conn: Connection) -> dict[tuple[str, str], int] | None:
    """How far the ledger has projected each log; None in other databases, whose projections ride in the same commit."""
    if "ledger_projected" not in inspect(conn).get_table_names():
        return None
    rows = conn.execute(text("SELECT store, device, seq FROM ledger_projected"))
    return {(store, device): seq for store, device, seq in rows}


def stock_balances(conn: Connection) -> Balances | None:
    """The balances that this database keeps: the agent's or the ledger's; None if it keeps none."""
    tables = set(inspect(conn).get_table_names())
    if "ledger_stock" in tables:
        return _ledger_balances(conn)
    if "stock_balance" in tables:
        return _agent_balances(conn)
    return None


def verify_stock_feed(conn: Connection) -> list[Violation]:
    """Compare the quantities that an agent publishes to its tills with its movements."""
    books = list(fold_stock(conn).values())
    book = books[0] if books else StockBook()
    found: list[Violation] = []
    query = select(feed_rows.c.key, feed_rows.c.body).where(feed_rows.c.feed == "stock", feed_rows.c.body.is_not(None))
    for row in conn.execute(query):
        said = msgspec.json.decode(row.body, type=dict[str, object])
        true = levels(book, row.key)._asdict()
        wrong = [f"{name} {said.get(name)}, not {true[name]}" for name in _FEED_FIELDS if said.get(name) != true[name]]
        if wrong:
            found.append(Violation("stock-feed-differs", row.key, "; ".join(wrong)))
    return found


def _compare(store: str, book: StockBook, kept: Mapping[str, Mapping[str, int]]) -> Iterator[Violation]:
    folded = {gtin: {at.text: qty for at, qty in row.items() if qty} for gtin, row in book.balances.items()}
    for gtin in sorted({*folded, *kept}):
        true = folded.get(gtin, {})
        said = {place: qty for place, qty in kept.get(gtin, {}).items() if qty}
        for place in sorted({*true, *said}):
            if true.get(place, 0) != said.get(place, 0):
                text_ = f"{place}: {said.get(place, 0)} is kept, the movements give {true.get(place, 0)}"
                yield Violation("stock-differs", f"{store}/{gtin}", text_)


def _unmoved(conn: Connection, stores: set[str]) -> Iterator[Violation]:
    """Sales and handovers whose goods weren't moved, or not as many; what a person must look at is excused."""
    moved: dict[tuple[str, int], Counter[str]] = {}
    excused = quarantined(conn)
    for one in facts(conn, StockMoved, ExceptionRaised):
        if isinstance(one.fact, StockMoved) and one.fact.cause is not None and one.fact.reason in _LEAVING:
            leaving = moved.setdefault((one.fact.cause[0], one.fact.cause[1]), Counter())
            for move in one.fact.moves:
                leaving[move.gtin] += move.qty * (move.dst.location == "customer")
        elif isinstance(one.fact, ExceptionRaised) and one.fact.cause is not None:
            excused.add((one.fact.cause[0], one.fact.cause[1]))
    for one in facts(conn, SaleCompleted, OrderHandedOver):
        cause = (one.device, one.seq)
        wanted = goods_leaving(one.fact)
        if one.store in stores and wanted and cause not in excused and +moved.get(cause, Counter()) != wanted:
            given = dict(+moved.get(cause, Counter()))
            yield Violation("sale-not-moved", f"{one.device}/{one.seq}", f"{dict(wanted)} left, {given} was moved")


def _ledger_balances(conn: Connection) -> Balances:
    found: dict[str, dict[str, dict[str, int]]] = {}
    for store, gtin, location, condition, qty in conn.execute(
        text("SELECT store, gtin, location, condition, qty FROM ledger_stock")
    ):
        found.setdefault(store, {}).setdefault(gtin, {})[f"{location}/{condition}"] = qty
    return found


def _agent_balances(conn: Connection) -> Balances:
    """An agent keeps one store; its name is that of the movements."""
    rows = {
        key: msgspec.json.decode(body, type=dict[str, int])
        for key, body in conn.execute(text("SELECT key, body FROM stock_balance"))
    }
    stores = {
        row.store for row in conn.execute(text("SELECT DISTINCT store FROM journal_records WHERE kind = 'stock.moved'"))
    }
    return dict.fromkeys(stores, rows) if stores else ({"?": rows} if rows else {})

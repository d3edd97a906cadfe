"""What can be sold and what is there: every number says whether it is physical or net of promises."""

from typing import NamedTuple

from retail.stock.book import StockBook
from retail.stock.places import is_sellable

DAY_MS = 86_400_000


class Levels(NamedTuple):
    """One article's quantities in one store.

    ``floor``, ``back`` and ``other`` are physical (other: staged, returned, damaged); ``sellable`` is physical and
    in selling condition; ``atp`` is net of promises, leases and safety stock.
    """

    gtin: str
    floor: int
    back: int
    other: int
    sellable: int
    committed: int
    leased: int
    unresolved: int
    atp: int


def atp(sellable: int, committed: int, leased: int, safety: int = 0) -> int:
    """Available to promise: what is sellable less promises, leases and safety stock; never below zero."""
    return max(0, sellable - committed - leased - safety)


def safety(last_seen_ms: int | None, now_ms: int, *, window_ms: int = DAY_MS, unsure: int = 1) -> int:
    """Safety stock by RFID confidence: none for an article seen within the window, else ``unsure``."""
    seen = last_seen_ms is not None and now_ms - last_seen_ms <= window_ms
    return 0 if seen else unsure


def levels(book: StockBook, gtin: str, kept_back: int = 0) -> Levels:
    """Return the quantities of one article; ``kept_back`` is its safety stock."""
    floor = back = other = 0
    for key, qty in book.balances.get(gtin, {}).items():
        if key.location == "salesfloor" and is_sellable(key):
            floor += qty
        elif key.location == "stockroom" and is_sellable(key):
            back += qty
    other = book.physical(gtin) - floor - back
    sellable, committed, leased = book.sellable(gtin), book.committed(gtin), book.leased(gtin)
    net = atp(sellable, committed, leased, kept_back)
    return Levels(gtin, floor, back, other, sellable, committed, leased, book.unresolved.get(gtin, 0), net)

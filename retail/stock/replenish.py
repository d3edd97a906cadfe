"""Replenishment: articles that the sales floor runs out of while the stockroom has some."""

from typing import NamedTuple

from retail.stock.book import StockBook
from retail.stock.places import BACK, FLOOR


class Need(NamedTuple):
    """``floor`` and ``back`` are pieces in selling condition; ``wanted`` brings the floor above its ``minimum``."""

    gtin: str
    floor: int
    back: int
    minimum: int
    wanted: int


def need(book: StockBook, gtin: str, minimum: int) -> Need | None:
    """What of an article is to be brought to the floor; None while it has enough or the stockroom has nothing.

    ``minimum`` is the stock of the floor at which it is filled up; 0 asks for nothing. Goods without tags aren't
    asked for: nobody would see that they were brought.
    """
    floor, back = book.balance(gtin, FLOOR), book.balance(gtin, BACK)
    if not minimum or floor > minimum or back <= 0:
        return None
    if not any(book.units[unit].at == BACK for unit in book.held.get(gtin, ())):
        return None
    return Need(gtin, floor, back, minimum, min(back, minimum + 1 - floor))

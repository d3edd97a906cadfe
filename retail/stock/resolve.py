"""Finding the unit behind a sale by barcode: at the gate within minutes, on the pad, or by a count."""

from typing import Literal, NamedTuple

from retail.facts.store import Cause, Move, UnitResolved
from retail.stock.book import OpenSale, StockBook
from retail.stock.effects import effects
from retail.stock.exceptions import Effects, NewId
from retail.stock.moves import move
from retail.stock.places import CUSTOMER

By = Literal["gate", "pad", "count"]


class Resolution(NamedTuple):
    """The unit leaves after all, and the balance that stood in for it comes back."""

    moves: list[Move]
    fact: UnitResolved


def open_sale(book: StockBook, gtin: str, since: int | None = None) -> OpenSale | None:
    """Return the oldest sale by barcode whose unit is unknown, if any; ``since`` (ms UTC) leaves out older ones."""
    for sale in book.open_sales.get(gtin, ()):
        if since is None or sale.at >= since:
            return sale
    return None


def resolution(book: StockBook, unit: str, sale: OpenSale, by: By, nth: int = 0) -> Resolution:
    """Say that ``unit``, held by the store, is one that ``sale`` took; ``nth`` counts those of one sale so far."""
    row = book.units[unit]
    moves = [move(row.gtin, row.at, CUSTOMER, unit=unit), move(row.gtin, CUSTOMER, sale.places[nth])]
    return Resolution(moves, UnitResolved(unit=unit, gtin=row.gtin, sale=sale.cause, by=by))


def resolve(
    book: StockBook, unit: str, sale: OpenSale, by: By, *, cause: Cause | None, at: int, new_id: NewId
) -> Effects:
    """Return the effects of resolving one unit; see ``effects.caused_by`` when the cause isn't numbered yet."""
    moves, fact = resolution(book, unit, sale, by)
    return effects(
        book, "resolved", moves, cause=cause, at=at, new_id=new_id, unresolved=((fact.gtin, -1),), resolved=(fact,)
    )

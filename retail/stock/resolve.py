"""Finding the unit behind a sale by barcode: at the gate within minutes, on the pad, or by a count."""

from collections.abc import Mapping
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


def open_sale(
    book: StockBook,
    gtin: str,
    since: int | None = None,
    unit: str | None = None,
    taken: Mapping[tuple[Cause, str], int] | None = None,
) -> OpenSale | None:
    """Return the oldest sale by barcode of which a unit is unknown, if any.

    ``since`` (ms UTC) leaves out older sales, ``unit`` those that this very unit has resolved before (it came back
    since), ``taken`` counts by sale and article the units resolved in this same turn and not yet folded.
    """
    for sale in book.open_sales.get(gtin, ()):
        recent = since is None or sale.at >= since
        if recent and len(sale.places) > (taken or {}).get((sale.cause, gtin), 0) and not resolved_by(book, sale, unit):
            return sale
    return None


def resolved_by(book: StockBook, sale: OpenSale, unit: str | None) -> bool:
    """Say whether a unit was found to be one of a sale's before."""
    return f"{sale.cause[0]}:{sale.cause[1]}:{unit}" in book.resolved


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

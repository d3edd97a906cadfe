"""What a unit's place says to people and gates: in stock, sold, handed over, written off."""

from typing import Literal, NamedTuple

from retail.stock.book import StockBook

UnitState = Literal["in_stock", "sold", "handed_over", "shrunk", "unknown"]


class UnitStatus(NamedTuple):
    """State of one unit; ``location`` and ``condition`` are None when the book doesn't know it."""

    unit: str
    state: UnitState
    location: str | None
    condition: str | None
    bound: str | None
    suspect: bool


def state_of(book: StockBook, unit: str) -> UnitState:
    """Return the state of a unit. Goods on the way out (shipped, in transit) count as handed over."""
    row = book.units.get(unit)
    if row is None:
        return "unknown"
    if row.held:
        return "in_stock"
    if row.at.location in ("shrink", "scrap"):
        return "shrunk"
    if row.at.location == "supplier":
        return "unknown"
    return "handed_over" if row.reason in ("handed_over", "shipped") or row.at.location == "transit" else "sold"


def status(book: StockBook, unit: str) -> UnitStatus:
    """Return everything that the book knows of a unit."""
    row = book.units.get(unit)
    location, condition = (row.at.location, row.at.condition) if row is not None else (None, None)
    order = book.bound.get(unit, (None, ""))[0]
    return UnitStatus(unit, state_of(book, unit), location, condition, order, unit in book.suspects)

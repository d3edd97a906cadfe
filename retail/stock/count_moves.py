"""The movement of an approved count: units to where they were read, back from shrink, or written off."""

from collections import Counter
from typing import Literal

from retail.facts.store import Cause, CountApproved, Move, UnitResolved
from retail.stock.book import StockBook
from retail.stock.effects import effects
from retail.stock.exceptions import Effects, NewId
from retail.stock.moves import move
from retail.stock.places import BACK, FLOOR, SHRINK, At
from retail.stock.resolve import open_sale, resolution


def count_effects(
    book: StockBook,
    fact: CountApproved,
    location: Literal["salesfloor", "stockroom"],
    *,
    cause: Cause | None,
    at: int,
    new_id: NewId,
) -> Effects:
    """Return what an approved count does to stock; ``location`` is that of its zone. Fold the fact itself too.

    A unit to be written off whose article has unresolved sales is taken for one of those: nothing is lost.
    """
    target = At(location)
    moves = [*_brought(book, fact.moved, target), *_brought(book, fact.found, target)]
    used: Counter[tuple[Cause, str]] = Counter()
    resolved: list[UnitResolved] = []
    for unit in fact.shrunk:
        row = book.units[unit]
        sale = open_sale(book, row.gtin, unit=unit, taken=used)
        if sale is None:
            moves.append(move(row.gtin, row.at, SHRINK, unit=unit))
            continue
        found = resolution(book, unit, sale, "count", used[sale.cause, row.gtin])
        used[sale.cause, row.gtin] += 1
        moves += found.moves
        resolved.append(found.fact)
    changes = Counter(one.gtin for one in resolved)
    return effects(
        book, "count", moves, cause=cause, at=at, new_id=new_id,
        unresolved=tuple((gtin, -qty) for gtin, qty in changes.items()), resolved=tuple(resolved),
    )  # fmt: skip


def _brought(book: StockBook, units: tuple[str, ...], target: At) -> list[Move]:
    """Only goods for sale follow a read; a unit in a bin, in returns or damaged stays what a person made it."""
    moves = []
    for unit in units:
        row = book.units[unit]
        if row.at != target and (row.at in (FLOOR, BACK) or row.at.location == "shrink"):
            moves.append(move(row.gtin, row.at, target, unit=unit))
    return moves

"""Making movements: from what somebody did to the moves that say it, always out of where the book has the goods."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from functools import partial
from typing import Literal, NamedTuple

from retail.epc.unit import Unit
from retail.errors import Refused
from retail.facts.store import Cause, Move, StockMoved
from retail.stock.book import StockBook
from retail.stock.places import BACK, FLOOR, SHRINK, STAGING, SUPPLIER, At, place

PART_MOVES = 1000
"""moves in one record: about 200 KiB of JSON, below the 256 KiB that a body may have"""


class StockReason(StrEnum):
    """Why goods can't be moved."""

    ALREADY_HERE = "already_here"
    NOT_HERE = "not_here"
    SOLD = "sold"
    BAD_QUANTITY = "bad_quantity"
    WRONG_ARTICLE = "wrong_article"


class Received(NamedTuple):
    """Goods that arrived: ``qty`` of an article, of which ``units`` carry tags."""

    gtin: str
    qty: int
    units: Sequence[str] = ()
    to: At = BACK


def move(gtin: str, src: At, dst: At, qty: int = 1, unit: str | None = None) -> Move:
    """Return one move between two places."""
    return Move(gtin=gtin, qty=qty, src=place(src), dst=place(dst), unit=unit)


def receive(book: StockBook, lines: Iterable[Received]) -> list[Move]:
    """Return the moves that bring goods in. Refused for a unit that is in stock or sold, or of another article.

    A unit that was written off comes back from shrink.
    """
    moves: list[Move] = []
    for line in lines:
        if len(line.units) > line.qty or line.qty <= 0:
            raise Refused(StockReason.BAD_QUANTITY, f"{len(line.units)} tags for {line.qty} of {line.gtin}")
        moves += [move(line.gtin, _origin(book, line.gtin, unit), line.to, unit=unit) for unit in line.units]
        plain = line.qty - len(line.units)
        if plain:
            moves.append(move(line.gtin, SUPPLIER, line.to, plain))
    _each_unit_once(moves)
    return moves


def relocate(book: StockBook, units: Iterable[str], dst: At) -> list[Move]:
    """Return the moves of units that are in the store to another place in it. Refused when one isn't here."""
    moves = []
    for unit in units:
        row = book.units.get(unit)
        if row is None or not row.held:
            raise Refused(StockReason.NOT_HERE, f"{unit} isn't in stock", unit=unit)
        if row.at != dst:
            moves.append(move(row.gtin, row.at, dst, unit=unit))
    return moves


def relocate_untagged(book: StockBook, gtin: str, qty: int, dst: At, src: At | None = None) -> list[Move]:
    """Return the moves of goods without tags to another place, from ``src`` or out of where the book has them."""
    if src is not None:
        return [move(gtin, src, dst, qty)]
    return [move(gtin, key, dst, taken) for key, taken in take_from(partial(book.balance, gtin), qty, avoid=dst)]


def follow_reads(book: StockBook, seen: Iterable[tuple[str, Literal["salesfloor", "stockroom"]]]) -> list[Move]:
    """Return the moves that bring the book in line with where units are read.

    Only goods for sale between salesfloor and stockroom follow by themselves: staged, returned or damaged goods
    stay where a person put them, a sold or written off unit never comes back by a read.
    """
    moves = []
    for unit, location in seen:
        row = book.units.get(unit)
        if row is not None and row.at in (FLOOR, BACK) and row.at.location != location:
            moves.append(move(row.gtin, row.at, At(location), unit=unit))
    return moves


def take_from(balance: Callable[[At], int], qty: int, avoid: At | None = None) -> Iterator[tuple[At, int]]:
    """Say where goods without a known unit are taken from: salesfloor, stockroom, staging, then below zero.

    ``balance`` says how much is left at a place.
    """
    for key in (FLOOR, BACK, STAGING):
        taken = min(qty, balance(key))
        if key != avoid and taken > 0:
            qty -= taken
            yield key, taken
    if qty > 0:
        yield FLOOR if avoid != FLOOR else BACK, qty


def reversing(moved: StockMoved, new_move: str, cause: Cause | None = None) -> StockMoved:
    """Return the movement that takes another one back."""
    return StockMoved(
        move=new_move,
        reason="corrected",
        moves=tuple(
            Move(gtin=one.gtin, qty=one.qty, src=one.dst, dst=one.src, unit=one.unit) for one in reversed(moved.moves)
        ),
        cause=cause,
        unresolved=tuple((gtin, -change) for gtin, change in moved.unresolved),
        reverses=moved.move,
    )


def in_parts(moved: StockMoved, limit: int = PART_MOVES) -> list[StockMoved]:
    """Split a long movement into numbered parts (``id``, ``id~2``, …) that each fit into one record."""
    if len(moved.moves) <= limit:
        return [moved]
    parts = []
    for number, start in enumerate(range(0, len(moved.moves), limit), 1):
        parts.append(
            StockMoved(
                move=moved.move if number == 1 else f"{moved.move}~{number}",
                reason=moved.reason,
                moves=moved.moves[start : start + limit],
                cause=moved.cause,
                unresolved=moved.unresolved if number == 1 else (),
                reverses=moved.reverses,
            )
        )
    return parts


def _origin(book: StockBook, gtin: str, unit: str) -> At:
    if Unit.parse(unit).gtin != gtin:
        raise Refused(StockReason.WRONG_ARTICLE, f"{unit} isn't a unit of {gtin}", unit=unit)
    row = book.units.get(unit)
    if row is None:
        return SUPPLIER
    if row.held:
        raise Refused(StockReason.ALREADY_HERE, f"{unit} is in stock already", unit=unit)
    if row.at.location == "customer":
        raise Refused(StockReason.SOLD, f"{unit} was sold; it comes back by a return", unit=unit)
    return SHRINK if row.at.location == "shrink" else row.at


def _each_unit_once(moves: Sequence[Move]) -> None:
    units = [one.unit for one in moves if one.unit]
    if len(set(units)) < len(units):
        double = next(unit for unit in units if units.count(unit) > 1)
        raise Refused(StockReason.ALREADY_HERE, f"{double} is listed twice", unit=double)

"""What a person must look at, found in the same step as the movement that causes it.

A movement, the reservations it breaks and its exceptions are one set of :class:`Effects`, committed together: an
exception written later could be lost, and an oversell would be silent.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Literal, NamedTuple

from retail.facts.store import Cause, ExceptionRaised, Move, StockMoved, UnitResolved
from retail.stock.book import Reservation, StockBook
from retail.stock.fold import fold
from retail.stock.places import PHYSICAL, at, is_sellable
from retail.stock.reservations import Entry, fold_entry, settle

NewId = Callable[[], str]
ExceptionKind = Literal[
    "double_sold", "lease_overdrawn", "negative_balance", "tag_swap", "return_conflict", "reservation_broken",
    "unknown_passage", "fork", "not_in_stock",
]  # fmt: skip


class Effects(NamedTuple):
    """What one cause does to stock: commit all of it together, then :func:`apply` it."""

    moved: StockMoved | None = None
    exceptions: tuple[ExceptionRaised, ...] = ()
    entries: tuple[Entry, ...] = ()
    resolved: tuple[UnitResolved, ...] = ()


class Trouble(NamedTuple):
    """An exception without its id yet."""

    kind: ExceptionKind
    subject: str
    text: str


def apply(book: StockBook, effects: Effects, occurred_at: int) -> None:
    """Fold all effects of one cause into the book."""
    for resolved in effects.resolved:
        fold(book, resolved, occurred_at)
    if effects.moved is not None:
        fold(book, effects.moved, occurred_at)
    for entry in effects.entries:
        fold_entry(book, entry)


def raised(troubles: Iterable[Trouble], cause: Cause | None, new_id: NewId) -> tuple[ExceptionRaised, ...]:
    """Give exceptions their ids and their cause."""
    return tuple(
        ExceptionRaised(exception=new_id(), kind=found.kind, subject=found.subject, cause=cause, text=found.text)
        for found in troubles
    )


def shortfalls(
    book: StockBook, moves: Iterable[Move], entries: Sequence[Entry], at_ms: int, new_id: NewId
) -> tuple[list[Entry], list[Trouble]]:
    """Find what ``moves`` (with ``entries`` of the same cause) leave short, and whose promise breaks.

    An order whose picked unit leaves breaks first, then the newest promise without picked units; a promise is broken
    at most to what is missing. What promises can't explain is a lease overdrawn.
    """
    moves = tuple(moves)
    leaving = {book.bound[move.unit][0] for move in moves if move.unit in book.bound}
    settled = {entry.rid: entry.qty for entry in entries}
    broken: list[Entry] = []
    troubles: list[Trouble] = []
    for gtin, change in _sellable_changes(moves).items():
        freed = -sum(entry.qty for entry in entries if entry.gtin == gtin)
        missing = book.committed(gtin) - freed + book.leased(gtin) - (book.sellable(gtin) + change)
        if change >= 0 or missing <= 0:
            continue
        for kept in _in_order_of_breaking(book, gtin, leaving):
            taken = min(missing, kept.qty + settled.get(kept.rid, 0))
            if taken > 0:
                missing -= taken
                broken.append(settle(book, new_id(), kept.rid, "break", at_ms, taken))
                text = f"{taken} of {gtin} promised to order {kept.order} left the store"
                troubles.append(Trouble("reservation_broken", kept.order, text))
        if missing > 0 and book.leased(gtin):
            troubles.append(Trouble("lease_overdrawn", gtin, f"{missing} of {gtin} held by a lease left the store"))
    return broken, troubles


def negatives(book: StockBook, moves: Iterable[Move]) -> list[Trouble]:
    """Find physical balances that ``moves`` push below zero."""
    changes: dict[tuple[str, str], int] = {}
    for move in moves:
        for place, sign in ((move.src, -1), (move.dst, 1)):
            if place.location in PHYSICAL:
                key = (move.gtin, at(place).text)
                changes[key] = changes.get(key, 0) + sign * move.qty
    found = []
    for (gtin, place_text), change in changes.items():
        row = book.balances.get(gtin, {})
        before = next((qty for key, qty in row.items() if key.text == place_text), 0)
        if change < 0 and before + change < 0:
            found.append(Trouble("negative_balance", gtin, f"{before + change} of {gtin} at {place_text}"))
    return found


def _sellable_changes(moves: Iterable[Move]) -> dict[str, int]:
    changes: dict[str, int] = {}
    for move in moves:
        change = move.qty * (is_sellable(at(move.dst)) - is_sellable(at(move.src)))
        changes[move.gtin] = changes.get(move.gtin, 0) + change
    return changes


def _in_order_of_breaking(book: StockBook, gtin: str, leaving: set[str]) -> list[Reservation]:
    picked = {order for unit, (order, _) in book.bound.items() if unit in book.held.get(gtin, ())}
    kept = [kept for kept in book.reservations.values() if kept.gtin == gtin]
    return sorted(kept, key=lambda one: (one.order not in leaving, one.order in picked, -one.at, one.rid))

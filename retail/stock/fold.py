"""Folding facts into the book: the only code that changes it. The same fact twice changes nothing."""

from functools import singledispatch

from retail.errors import Impossible
from retail.facts.base import Fact
from retail.facts.store import (
    CountApproved,
    LeaseGranted,
    LeaseReturned,
    Move,
    OrderRestocked,
    OrderUnitBound,
    OrderUnitUnbound,
    StockMoved,
    UnitResolved,
)
from retail.stock.book import Change, Lease, OpenSale, StockBook, UnitRow, bump
from retail.stock.places import PHYSICAL, At, at


def movement_key(moved: StockMoved) -> str:
    """What makes a movement the same: its cause and part, or its own id when nothing caused it.

    A long movement is written in parts (``move~2``), each of which is folded once.
    """
    _, _, part = moved.move.partition("~")
    if moved.cause is None:
        return moved.move
    device, seq = moved.cause
    return f"{device}:{seq}:{part or 1}"


def fold(book: StockBook, fact: Fact, occurred_at: int = 0) -> bool:
    """Fold one fact; return whether it changed anything. Facts that don't concern stock change nothing.

    ``occurred_at`` is the record's time in ms UTC: it starts the time in which a gate may resolve a sale.
    """
    return _fold(fact, book, occurred_at)


@singledispatch
def _fold(fact: Fact, book: StockBook, occurred_at: int) -> bool:
    return False


@_fold.register
def _(fact: StockMoved, book: StockBook, occurred_at: int) -> bool:
    key = movement_key(fact)
    if key in book.folded:
        return False
    book.folded.add(key)
    book.changed.add(Change("folded", key))
    for move in fact.moves:
        _move(book, move, fact)
    for gtin, change in fact.unresolved:
        _unresolve(book, fact, gtin, change, occurred_at)
    return True


@_fold.register
def _(fact: UnitResolved, book: StockBook, occurred_at: int) -> bool:
    key = f"{fact.sale[0]}:{fact.sale[1]}:{fact.unit}"
    if key in book.resolved:
        return False
    book.resolved.add(key)
    book.changed.add(Change("resolved", key))
    waiting = book.open_sales.get(fact.gtin, [])
    for sale in waiting:
        if sale.cause == tuple(fact.sale):
            sale.places.pop(0)
            break
    still = [sale for sale in waiting if sale.places]
    if still:
        book.open_sales[fact.gtin] = still
    else:
        book.open_sales.pop(fact.gtin, None)
    book.changed.add(Change("unresolved", fact.gtin))
    return True


@_fold.register
def _(fact: CountApproved, book: StockBook, occurred_at: int) -> bool:
    key = f"count:{fact.count}"
    if key in book.folded:
        return False
    book.folded.add(key)
    book.changed.add(Change("folded", key))
    for unit in fact.suspect:
        book.suspects[unit] = book.suspects.get(unit, 0) + 1
        book.changed.add(Change("suspect", unit))
    for unit in (*fact.moved, *fact.found, *fact.shrunk):
        _clear_suspicion(book, unit)
    return True


@_fold.register
def _(fact: OrderUnitBound, book: StockBook, occurred_at: int) -> bool:
    if fact.unit is None:
        return False
    book.bound[fact.unit] = (fact.order, fact.line)
    book.changed.add(Change("bound", fact.unit))
    return True


@_fold.register
def _(fact: OrderUnitUnbound, book: StockBook, occurred_at: int) -> bool:
    return fact.unit is not None and book.bound.get(fact.unit, ("", ""))[0] == fact.order and _unbind(book, fact.unit)


@_fold.register
def _(fact: OrderRestocked, book: StockBook, occurred_at: int) -> bool:
    units = [unit for unit, (order, _) in book.bound.items() if order == fact.order]
    for unit in units:
        _unbind(book, unit)
    return bool(units)


@_fold.register
def _(fact: LeaseGranted, book: StockBook, occurred_at: int) -> bool:
    known = book.leases.get(fact.lease)
    set_lease(book, fact.lease, Lease(fact.lease, fact.gtin, fact.qty, fact.until, known.used if known else 0))
    return True


@_fold.register
def _(fact: LeaseReturned, book: StockBook, occurred_at: int) -> bool:
    known = fact.lease in book.leases
    set_lease(book, fact.lease, None)
    return known


def set_lease(book: StockBook, name: str, lease: Lease | None) -> None:
    """Put a lease's new state in the book, None to end it, and keep the sum of its article."""
    before = book.leases.pop(name, None)
    for state, sign in ((before, -1), (lease, 1)):
        if state is not None:
            bump(book.leased_by, state.gtin, sign * state.outstanding)
    if lease is not None:
        book.leases[name] = lease
    book.changed.add(Change("lease", name))


def _move(book: StockBook, move: Move, fact: StockMoved) -> None:
    src, dst = at(move.src), at(move.dst)
    if move.qty <= 0 or (move.unit is not None and move.qty != 1):
        raise Impossible(f"movement {fact.move} moves {move.qty} of {move.unit or move.gtin}")
    _add(book, move.gtin, src, -move.qty)
    _add(book, move.gtin, dst, move.qty)
    if move.unit is None:
        return
    book.units[move.unit] = UnitRow(move.gtin, dst, fact.reason, fact.move)
    held = book.held.setdefault(move.gtin, set())
    if dst.location in PHYSICAL:
        held.add(move.unit)
    else:
        held.discard(move.unit)
        _unbind(book, move.unit)
    book.changed.add(Change("unit", move.unit))
    _clear_suspicion(book, move.unit)


def _add(book: StockBook, gtin: str, key: At, change: int) -> None:
    bump(book.balances.setdefault(gtin, {}), key, change)
    book.changed.add(Change("balance", gtin))


def _unresolve(book: StockBook, fact: StockMoved, gtin: str, change: int, occurred_at: int) -> None:
    bump(book.unresolved, gtin, change)
    book.changed.add(Change("unresolved", gtin))
    if change > 0 and fact.cause is not None:
        taken = [at(move.src) for move in fact.moves if move.gtin == gtin and not move.unit for _ in range(move.qty)]
        sale = OpenSale(fact.cause, gtin, taken[-change:], occurred_at)
        book.open_sales.setdefault(gtin, []).append(sale)


def _unbind(book: StockBook, unit: str) -> bool:
    if book.bound.pop(unit, None) is None:
        return False
    book.changed.add(Change("bound", unit))
    return True


def _clear_suspicion(book: StockBook, unit: str) -> None:
    if book.suspects.pop(unit, None) is not None:
        book.changed.add(Change("suspect", unit))

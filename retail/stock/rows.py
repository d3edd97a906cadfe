"""The book as rows: what the agent keeps in its database, and how a book is read back from it.

A row is (table, key, body); a body of None says that the row is gone. Reading all rows of a book and folding all its
facts give the same book.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from retail.stock.book import Lease, OpenSale, Reservation, StockBook, UnitRow, bump
from retail.stock.fold import set_lease
from retail.stock.places import PHYSICAL, At

Body = dict[str, Any]
"""plain JSON values"""


class Row(NamedTuple):
    """One row; ``key`` is unique in its ``table``."""

    table: str
    key: str
    body: Body | None


def take_changes(book: StockBook) -> list[Row]:
    """Return the rows that changed since the last call, in a fixed order, and forget that they did."""
    changes, book.changed = sorted(book.changed), set()
    return [Row(table, key, _BODIES[table](book, key)) for table, key in changes]


def dump(book: StockBook) -> Iterator[Row]:
    """Return every row of the book."""
    keys: dict[str, Iterable[str]] = {
        "balance": book.balances, "unit": book.units, "folded": book.folded, "resolved": book.resolved,
        "unresolved": book.unresolved.keys() | book.open_sales.keys(),
        "bound": book.bound, "reservation": book.reservations, "entry": book.entries, "lease": book.leases,
        "suspect": book.suspects,
    }  # fmt: skip
    for table, names in keys.items():
        for key in sorted(names):
            yield Row(table, key, _BODIES[table](book, key))


def load(rows: Iterable[tuple[str, str, Body | None]]) -> StockBook:
    """Build a book from its rows; nothing in it counts as changed."""
    book = StockBook()
    for table, key, body in rows:
        if body is not None:
            _LOADERS[table](book, key, body)
    book.changed.clear()
    return book


def load_units(book: StockBook, rows: Iterable[tuple[str, str, str, str, str]]) -> None:
    """Load the rows of ``unit``, (key, gtin, at, reason, move): most of a book. Equal texts become one object."""
    places: dict[str, tuple[At, bool]] = {}
    same: dict[str, str] = {}
    share, make = same.setdefault, UnitRow._make
    units, all_held = book.units, book.held
    for unit, gtin, text, reason, move in rows:
        place = places.get(text)
        if place is None:
            at = At.parse(text)
            place = places[text] = at, at.location in PHYSICAL
        gtin = share(gtin, gtin)
        units[unit] = make((gtin, place[0], share(reason, reason), share(move, move)))
        held = all_held.get(gtin)
        if held is None:
            held = all_held[gtin] = set()
        if place[1]:
            held.add(unit)


def _balance(book: StockBook, gtin: str) -> Body | None:
    row = book.balances.get(gtin)
    return {key.text: row[key] for key in sorted(row)} if row is not None else None


def _unit(book: StockBook, unit: str) -> Body | None:
    row = book.units.get(unit)
    return {"gtin": row.gtin, "at": row.at.text, "reason": row.reason, "move": row.move} if row else None


def _unresolved(book: StockBook, gtin: str) -> Body | None:
    qty, sales = book.unresolved.get(gtin, 0), book.open_sales.get(gtin, [])
    if not qty and not sales:
        return None
    return {
        "qty": qty,
        "sales": [{"cause": list(s.cause), "places": [place.text for place in s.places], "at": s.at} for s in sales],
    }


def _bound(book: StockBook, unit: str) -> Body | None:
    found = book.bound.get(unit)
    return {"order": found[0], "line": found[1]} if found else None


def _reservation(book: StockBook, rid: str) -> Body | None:
    kept = book.reservations.get(rid)
    if kept is None:
        return None
    return {
        "gtin": kept.gtin, "order": kept.order, "placed": kept.placed, "qty": kept.qty, "at": kept.at,
        "lease": kept.lease,
    }  # fmt: skip


def _lease(book: StockBook, name: str) -> Body | None:
    lease = book.leases.get(name)
    return {"gtin": lease.gtin, "qty": lease.qty, "until": lease.until, "used": lease.used} if lease else None


def _suspect(book: StockBook, unit: str) -> Body | None:
    return {"misses": book.suspects[unit]} if unit in book.suspects else None


def _present(book: StockBook, key: str) -> Body | None:
    return {}


_BODIES: dict[str, Callable[[StockBook, str], Body | None]] = {
    "balance": _balance,
    "unit": _unit,
    "folded": _present,
    "resolved": _present,
    "unresolved": _unresolved,
    "bound": _bound,
    "reservation": _reservation,
    "entry": _present,
    "lease": _lease,
    "suspect": _suspect,
}


def _load_balance(book: StockBook, gtin: str, body: Body) -> None:
    book.balances[gtin] = {At.parse(text): int(qty) for text, qty in body.items()}


def _load_unit(book: StockBook, unit: str, body: Body) -> None:
    load_units(book, [(unit, body["gtin"], body["at"], body["reason"], body["move"])])


def _load_unresolved(book: StockBook, gtin: str, body: Body) -> None:
    if body["qty"]:
        book.unresolved[gtin] = body["qty"]
    for sale in body["sales"]:
        device, seq = sale["cause"]
        places = [At.parse(text) for text in sale["places"]]
        book.open_sales.setdefault(gtin, []).append(OpenSale((device, seq), gtin, places, sale["at"]))


def _load_bound(book: StockBook, unit: str, body: Body) -> None:
    book.bound[unit] = (body["order"], body["line"])


def _load_reservation(book: StockBook, rid: str, body: Body) -> None:
    book.reservations[rid] = kept = Reservation(rid=rid, **body)
    bump(book.committed_by, kept.gtin, kept.qty)


def _load_lease(book: StockBook, name: str, body: Body) -> None:
    set_lease(book, name, Lease(lease=name, **body))


_LOADERS: dict[str, Callable[[StockBook, str, Body], None]] = {
    "balance": _load_balance,
    "unit": _load_unit,
    "folded": lambda book, key, body: book.folded.add(key),
    "resolved": lambda book, key, body: book.resolved.add(key),
    "unresolved": _load_unresolved,
    "bound": _load_bound,
    "reservation": _load_reservation,
    "entry": lambda book, key, body: book.entries.add(key),
    "lease": _load_lease,
    "suspect": lambda book, key, body: book.suspects.__setitem__(key, body["misses"]),
}

"""What is promised to orders: append-only signed entries that sum to what is still open, and to zero in the end."""

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from typing import Literal, NamedTuple

from retail.errors import Refused
from retail.stock.book import Change, Reservation, StockBook, bump
from retail.stock.fold import set_lease

EntryKind = Literal["place", "release", "expire", "consume", "break"]


class ReservationReason(StrEnum):
    """Why a reservation can't be written."""

    PLACED_BEFORE = "placed_before"
    NOT_OPEN = "not_open"
    TOO_MUCH = "too_much"
    WRONG_LEASE = "wrong_lease"


class Entry(NamedTuple):
    """One signed change of one reservation: ``qty`` > 0 places, < 0 takes away. ``at`` is ms UTC."""

    entry: str
    rid: str
    gtin: str
    qty: int
    kind: EntryKind
    order: str
    at: int
    lease: str | None = None


def place(
    book: StockBook, entry: str, rid: str, gtin: str, qty: int, order: str, at: int, lease: str | None = None
) -> Entry:
    """Promise ``qty`` of an article to an order, out of a lease if it was sold inside one.

    Refused when the reservation exists or the lease is of another article. More than the lease holds is allowed:
    the ledger has sold it, and hiding that would not bring goods back; the shortfall raises an exception.
    """
    if rid in book.reservations or entry in book.entries:
        raise Refused(ReservationReason.PLACED_BEFORE, f"reservation {rid} was placed before", rid=rid)
    if qty <= 0:
        raise Refused(ReservationReason.TOO_MUCH, f"a reservation is of one or more, not {qty}", rid=rid)
    if lease is not None and lease in book.leases and book.leases[lease].gtin != gtin:
        raise Refused(ReservationReason.WRONG_LEASE, f"lease {lease} isn't of article {gtin}", lease=lease)
    return Entry(entry, rid, gtin, qty, "place", order, at, lease)


def settle(book: StockBook, entry: str, rid: str, kind: EntryKind, at: int, qty: int | None = None) -> Entry:
    """Take ``qty`` (all that is left by default) off a reservation. Refused when less than that is open."""
    kept = book.reservations.get(rid)
    if kept is None or kept.qty == 0:
        raise Refused(ReservationReason.NOT_OPEN, f"reservation {rid} isn't open", rid=rid)
    taken = kept.qty if qty is None else qty
    if not 0 < taken <= kept.qty:
        raise Refused(ReservationReason.TOO_MUCH, f"{taken} of {kept.qty} can't be taken off", rid=rid)
    return Entry(entry, rid, kept.gtin, -taken, kind, kept.order, at, kept.lease)


def fold_entry(book: StockBook, entry: Entry) -> bool:
    """Fold one entry; return whether it changed anything. The same entry twice changes nothing."""
    if entry.entry in book.entries:
        return False
    book.entries.add(entry.entry)
    book.changed.update((Change("entry", entry.entry), Change("reservation", entry.rid)))
    if entry.kind == "place":
        _open(book, entry)
    else:
        _take(book, entry)
    bump(book.committed_by, entry.gtin, entry.qty)
    return True


def open_of_order(book: StockBook, order: str) -> list[Reservation]:
    """Return what is still promised to one order."""
    return [kept for kept in book.reservations.values() if kept.order == order and kept.qty > 0]


def consume(book: StockBook, order: str, taken: dict[str, int], at: int, new_id: Callable[[], str]) -> list[Entry]:
    """Return the entries that end an order's promises as its goods leave: ``taken`` is gtin -> quantity."""
    entries = []
    for kept in open_of_order(book, order):
        used = min(kept.qty, taken.get(kept.gtin, 0))
        if used:
            taken = {**taken, kept.gtin: taken[kept.gtin] - used}
            entries.append(settle(book, new_id(), kept.rid, "consume", at, used))
    return entries


def _open(book: StockBook, entry: Entry) -> None:
    book.reservations[entry.rid] = Reservation(
        entry.rid, entry.gtin, entry.order, entry.qty, entry.qty, entry.at, entry.lease
    )
    lease = book.leases.get(entry.lease or "")
    if lease is not None:
        set_lease(book, lease.lease, replace(lease, used=lease.used + entry.qty))


def _take(book: StockBook, entry: Entry) -> None:
    kept = book.reservations[entry.rid]
    kept.qty += entry.qty
    if kept.qty == 0:
        del book.reservations[entry.rid]

"""From moves to everything that goes with them: the movement, the promises it breaks, the exceptions it raises."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal

from retail.facts.store import Cause, Move, StockMoved, UnitResolved
from retail.stock.book import StockBook
from retail.stock.exceptions import Effects, NewId, Trouble, negatives, raised, shortfalls
from retail.stock.reservations import Entry, place

Reason = Literal[
    "opening", "received", "sold", "returned", "graded", "handed_over", "shipped", "presence", "staged",
    "restocked", "count", "found", "resolved", "corrected",
]  # fmt: skip


def effects(
    book: StockBook,
    reason: Reason,
    moves: Sequence[Move],
    *,
    cause: Cause | None,
    at: int,
    new_id: NewId,
    unresolved: Iterable[tuple[str, int]] = (),
    entries: Sequence[Entry] = (),
    resolved: tuple[UnitResolved, ...] = (),
    troubles: Iterable[Trouble] = (),
) -> Effects:
    """Return the movement of these moves with all its consequences; nothing is folded yet.

    ``at`` is ms UTC. Without moves there is no movement, but troubles and entries still count.
    """
    broken, short = shortfalls(book, moves, entries, at, new_id)
    found = [*troubles, *short, *negatives(book, moves)]
    moved = None
    if moves:
        changes = tuple(unresolved)
        moved = StockMoved(move=new_id(), reason=reason, moves=tuple(moves), cause=cause, unresolved=changes)
    return Effects(moved, raised(found, cause, new_id), (*entries, *broken), resolved)


def promise(
    book: StockBook, rid: str, gtin: str, qty: int, order: str, *, at: int, new_id: NewId, lease: str | None = None
) -> Effects:
    """Promise goods to an order; when more is promised and leased than is there, say so in the same step."""
    entry = place(book, new_id(), rid, gtin, qty, order, at, lease)
    known = book.leases.get(lease or "")
    from_lease = min(qty, known.outstanding) if known is not None else 0
    over = book.committed(gtin) + book.leased(gtin) + qty - from_lease - book.sellable(gtin)
    troubles = []
    if over > 0:
        troubles.append(Trouble("lease_overdrawn", gtin, f"{over} of {gtin} promised to order {order} aren't there"))
    return Effects(exceptions=raised(troubles, None, new_id), entries=(entry,))


def caused_by(made: Effects, cause: Cause) -> Effects:
    """Name the cause afterwards, when it is a fact that got its number only now."""
    return made._replace(
        moved=replace(made.moved, cause=cause) if made.moved is not None else None,
        exceptions=tuple(replace(one, cause=cause) for one in made.exceptions),
    )

"""Leases: the share of a store's stock that the online channel may sell without asking.

The store grants, renews and reclaims; the ledger only says what it used. A leased unit counts as gone until an order
that used it is known here (then the order's reservation holds it) or the lease has come back. Time alone frees
nothing: what was sold just before a lease ended may not have arrived yet.
"""

from enum import StrEnum

from retail.errors import Refused
from retail.facts.store import LeaseGranted, LeaseReturned
from retail.stock.availability import atp
from retail.stock.book import Lease, StockBook


class LeaseReason(StrEnum):
    """Why a lease can't be given or changed."""

    NOTHING_FREE = "nothing_free"
    UNKNOWN = "unknown"
    WRONG_ARTICLE = "wrong_article"


def grant(book: StockBook, lease: str, gtin: str, wanted: int, until: int, safety: int = 0) -> LeaseGranted:
    """Grant or renew a lease of up to ``wanted`` until ``until`` (ms UTC), never more than is free.

    A renewal never takes anything away: what is leased may be sold already. Refused when nothing is free.
    """
    known = book.leases.get(lease)
    if known is not None and known.gtin != gtin:
        raise Refused(LeaseReason.WRONG_ARTICLE, f"lease {lease} is of article {known.gtin}", lease=lease)
    held, used = (known.outstanding, known.used) if known else (0, 0)
    free = atp(book.sellable(gtin), book.committed(gtin), book.leased(gtin) - held, safety)
    qty = used + max(held, min(max(0, wanted - used), free))
    if qty <= 0:
        raise Refused(LeaseReason.NOTHING_FREE, f"nothing of {gtin} is free to lease", gtin=gtin)
    return LeaseGranted(lease=lease, gtin=gtin, qty=qty, until=until)


def give_back(book: StockBook, lease: str) -> LeaseReturned:
    """End a lease, once the ledger has said that it sells from it no more and all its orders are known here."""
    known = book.leases.get(lease)
    if known is None:
        raise Refused(LeaseReason.UNKNOWN, f"lease {lease} isn't open", lease=lease)
    return LeaseReturned(lease=lease, gtin=known.gtin, used=known.used)


def ended(book: StockBook, now: int) -> list[Lease]:
    """Return the leases whose time is over: to be asked back from the ledger."""
    return [lease for lease in book.leases.values() if lease.until <= now]

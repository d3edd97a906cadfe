"""Giving online payments back: a till asks, the provider pays, the ledger writes that it is settled.

A request beyond what was paid is a conflict and waits for a person: the first claim of a returned item wins.
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import NamedTuple, Protocol

import structlog
from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from retail.facts import RefundRequested, RefundSettled
from sync.ledger.assign import bump
from sync.ledger.tables import orders, refunds
from sync.storage.book import Book

log = structlog.get_logger(__name__)

REQUESTED, SETTLED, CONFLICT = "requested", "settled", "conflict"


class ProviderDown(Exception):
    """The provider didn't answer; the same refund may be asked for again."""


class Payout(NamedTuple):
    """What a provider is asked: ``key`` makes a repetition harmless, ``ref`` is its own reference of the payment."""

    key: str
    minor: int
    currency: str
    tender: str
    ref: str


class Provider(Protocol):
    """Whoever took an online payment. ``refund`` returns its reference; the same key gives the money back once."""

    name: str

    def refund(self, payout: Payout) -> str:
        """Raises :class:`ProviderDown`."""
        ...


class SimulatedProvider:
    """Pays everything at once; keeps what it paid by key, and can be down."""

    name = "simulated"

    def __init__(self) -> None:
        self.down = False
        self.paid: dict[str, Payout] = {}

    def refund(self, payout: Payout) -> str:
        if self.down:
            raise ProviderDown("the simulated provider is down")
        self.paid.setdefault(payout.key, payout)
        return "SIMR-" + sha256(payout.key.encode()).hexdigest()[:12].upper()


def requested(conn: Connection, fact: RefundRequested) -> None:
    """Enter a till's request; the same once more, from a log that adopted it, changes nothing.

    Raises LookupError for an unknown order."""
    if conn.execute(select(refunds.c.refund).where(*_same(fact))).first() is not None:
        return
    order = conn.execute(select(orders.c.paid_minor, orders.c.currency).where(orders.c.id == fact.order)).first()
    if order is None:
        raise LookupError(f"there is no order {fact.order}")
    taken = conn.execute(
        select(func.coalesce(func.sum(refunds.c.minor), 0)).where(
            refunds.c.order_id == fact.order, refunds.c.state != CONFLICT
        )
    ).scalar_one()
    claimed = conn.execute(
        select(refunds.c.refund).where(refunds.c.returned == fact.returned, refunds.c.state != CONFLICT)
    ).first()
    reason = ""
    if fact.minor <= 0 or taken + fact.minor > order.paid_minor or fact.currency != order.currency:
        reason = (
            f"{fact.minor} {fact.currency} asked, {order.paid_minor - taken} {order.currency} left of what was paid"
        )
    elif claimed is not None:
        reason = f"the same return was refunded by {claimed.refund}"
    conn.execute(
        insert(refunds).values(
            refund=fact.refund,
            order_id=fact.order,
            returned=fact.returned,
            minor=fact.minor,
            currency=fact.currency,
            tender=fact.tender,
            ref=fact.ref,
            state=CONFLICT if reason else REQUESTED,
            reason=reason,
        )
    )
    if reason:
        log.warning("refund_in_conflict", refund=fact.refund, order=fact.order, reason=reason)
    bump(conn, fact.order)


def _same(fact: RefundRequested) -> Iterator[ColumnElement[bool]]:
    yield refunds.c.refund == fact.refund
    yield refunds.c.order_id == fact.order
    yield refunds.c.returned == fact.returned
    yield refunds.c.minor == fact.minor
    yield refunds.c.currency == fact.currency


def settle_all(book: Book, provider: Provider) -> int:
    """Pay what is requested, each in a commit of its own; returns how many. Stops when the provider is down."""
    with book.read() as conn:
        waiting = conn.execute(select(refunds).where(refunds.c.state == REQUESTED).order_by(refunds.c.refund)).all()
    for done, row in enumerate(waiting):
        try:
            paid = provider.refund(Payout(row.refund, row.minor, row.currency, row.tender, row.ref))
        except ProviderDown as error:
            log.warning("refund_waits", refund=row.refund, provider=provider.name, text=str(error))
            return done
        with book.unit() as unit:
            done_now = unit.conn.execute(
                update(refunds)
                .where(refunds.c.refund == row.refund, refunds.c.state == REQUESTED)
                .values(state=SETTLED, provider_ref=paid)
            )
            if done_now.rowcount:
                unit.record(
                    RefundSettled(
                        refund=row.refund,
                        order=row.order_id,
                        minor=row.minor,
                        currency=row.currency,
                        provider=provider.name,
                        ref=paid,
                    )
                )
                bump(unit.conn, row.order_id)
    return len(waiting)

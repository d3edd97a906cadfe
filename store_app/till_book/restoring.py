"""Rebuilding the till's rows from records of its own log that came back from a receiver."""

from sqlalchemy import select

from retail.facts import (
    CashMoved,
    Fact,
    FiscalEventRecorded,
    FiscalStamp,
    OrderHandedOver,
    PeriodClosed,
    ReturnReceived,
    SaleCompleted,
    ShiftClosed,
    ShiftOpened,
)
from retail.fiscal import Amounts, FiscalState, Head
from retail.fiscal.closings import count_ticket
from store_app.till_book import fiscal, orders, sales, shifts
from store_app.till_book.tables import fiscal_documents
from sync.journal.encoding import decode
from sync.journal.record import Record
from sync.storage.book import UnitOfWork


def restore(unit: UnitOfWork, records: list[Record]) -> None:
    """Write the rows of these records in their order; tickets, documents and shifts that are there stay as they are."""
    for record in records:
        fact = decode(record.kind, record.v, record.body)
        if isinstance(fact, Fact):
            _restore(unit, fact, record)


def _restore(unit: UnitOfWork, fact: Fact, record: Record) -> None:
    conn, at = unit.conn, record.occurred_at
    match fact:
        case SaleCompleted():
            if sales.by_id(conn, fact.sale) is None:
                _keep(unit, fact.stamp, at, fact)
                sales.keep(conn, fact, record.seq, at)
        case PeriodClosed():
            if not _known(unit, fact.stamp):
                _keep(unit, fact.stamp, at, fact)
                fiscal.keep_closing(conn, fact, at)
        case FiscalEventRecorded():
            if not _known(unit, fact.stamp):
                _keep(unit, fact.stamp, at, fact)
        case ShiftOpened():
            shifts.keep_opening(conn, fact, at)
        case CashMoved():
            shifts.keep_cash(conn, fact, record.seq, at)
        case ShiftClosed():
            shifts.keep_closing(conn, fact, at)
        case ReturnReceived():
            sales.keep_return(conn, fact)
        case OrderHandedOver():
            if orders.handed_over_at(conn, fact.order) is None:
                orders.keep_handover(conn, fact, at)


def _known(unit: UnitOfWork, stamp: FiscalStamp) -> bool:
    query = select(fiscal_documents.c.number).where(
        fiscal_documents.c.chain == stamp.chain, fiscal_documents.c.number == stamp.number
    )
    return unit.conn.execute(query).first() is not None


def _keep(unit: UnitOfWork, stamp: FiscalStamp, at: int, fact: Fact) -> None:
    """The document, and the state after it."""
    fiscal.keep_document(unit.conn, stamp, at)
    state = fiscal.load_state(unit.conn).with_head(stamp.chain, Head(stamp.number, stamp.signature))
    if isinstance(fact, SaleCompleted) and not fact.training:
        state = _count(state, fact)
    if isinstance(fact, PeriodClosed):
        state = fiscal.closed_state(state, fact)
    fiscal.save_state(unit.conn, state)


def _count(state: FiscalState, sale: SaleCompleted) -> FiscalState:
    entries = [
        (line.rate, Amounts(line.net_minor, line.tax_minor, line.net_minor + line.tax_minor)) for line in sale.lines
    ]
    return count_ticket(state, sale.business_date, sale.stamp.number, entries, year_starts=1)

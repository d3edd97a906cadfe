"""The fiscal record in till.db: the state that the next document depends on, documents, totals of closings."""

import json
from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import Connection, delete, desc, insert, select

from retail.facts import FiscalEventRecorded, FiscalStamp, PeriodClosed
from retail.fiscal import FiscalState, Moment, state_from_plain, state_to_plain
from retail.sale.shift import business_date as calendar_day
from store_app.till_book.tables import fiscal_documents, fiscal_state, fiscal_totals
from sync.storage.book import UnitOfWork

_ROW = 1


def load_state(conn: Connection) -> FiscalState:
    """The state after the last document; empty on a till's first day."""
    body = conn.execute(select(fiscal_state.c.body).where(fiscal_state.c.id == _ROW)).scalar()
    return FiscalState() if body is None else state_from_plain(json.loads(body))


def save_state(conn: Connection, state: FiscalState) -> None:
    """Keep the state; in the same transaction as the documents that led to it."""
    conn.execute(delete(fiscal_state).where(fiscal_state.c.id == _ROW))
    conn.execute(insert(fiscal_state).values(id=_ROW, body=json.dumps(state_to_plain(state))))


def keep_document(conn: Connection, stamp: FiscalStamp, at: int) -> None:
    """Keep a signed document exactly as it was signed."""
    conn.execute(
        insert(fiscal_documents).values(
            chain=stamp.chain,
            number=stamp.number,
            at=at,
            payload=stamp.payload,
            signature=stamp.signature,
            key=stamp.key,
        )
    )


def record_closings(unit: UnitOfWork, closings: Iterable[PeriodClosed]) -> None:
    """Closed periods: facts, documents, and their totals for the list of Zs."""
    for closing in closings:
        unit.record(closing)
        keep_document(unit.conn, closing.stamp, unit.now)
        keep_closing(unit.conn, closing, unit.now)


def keep_closing(conn: Connection, closing: PeriodClosed, at: int) -> None:
    """The totals of a closed period, as its document has them."""
    totals = json.loads(closing.stamp.payload)
    conn.execute(
        insert(fiscal_totals).values(
            period=closing.period,
            key=closing.key,
            number=closing.stamp.number,
            at=at,
            total_minor=totals["total_minor"],
            perpetual_minor=totals["perpetual_minor"],
            documents=totals["documents"],
        )
    )


def closed_state(state: FiscalState, closing: PeriodClosed) -> FiscalState:
    """The state with a period closed."""
    left = {name: one for name, one in state.open.items() if name != closing.period}
    return replace(state, open=left, closed={**state.closed, closing.period: closing.key})


def record_events(unit: UnitOfWork, events: Iterable[FiscalEventRecorded]) -> None:
    """Entries of the event journal: facts and documents."""
    for event in events:
        unit.record(event)
        keep_document(unit.conn, event.stamp, unit.now)


def documents(conn: Connection, chain: str, first: int = 1) -> list[FiscalStamp]:
    """The documents of a chain from a number on."""
    rows = conn.execute(
        select(fiscal_documents)
        .where(fiscal_documents.c.chain == chain, fiscal_documents.c.number >= first)
        .order_by(fiscal_documents.c.number)
    )
    return [
        FiscalStamp(chain=row.chain, number=row.number, payload=row.payload, signature=row.signature, key=row.key)
        for row in rows
    ]


def closed_days(conn: Connection, limit: int = 14) -> list[tuple[str, int, int]]:
    """The last closed days, the newest first: (business date, total, number of tickets)."""
    query = (
        select(fiscal_totals.c.key, fiscal_totals.c.total_minor, fiscal_totals.c.documents)
        .where(fiscal_totals.c.period == "day")
        .order_by(desc(fiscal_totals.c.key))
        .limit(limit)
    )
    return [(row.key, row.total_minor, row.documents) for row in conn.execute(query)]


def business_date(state: FiscalState, at: Moment, latest: str) -> str:
    """The date that a sale belongs to: the calendar's, never before the latest one, never in a closed day."""
    return calendar_day(at, closed_day=state.closed.get("day", ""), current=latest)

"""The drawer: opened with a float, cash in and out, counted blind, closed."""

from dataclasses import dataclass

from sqlalchemy import Connection, desc, func, insert, select, update

from retail.errors import Refused
from retail.facts import CashMoved, ShiftClosed, ShiftOpened
from store_app.till_book.tables import cash, shifts, tickets
from sync.journal.encoding import encode
from sync.storage.book import UnitOfWork


@dataclass(frozen=True, slots=True)
class OpenShift:
    """The drawer that is open for business."""

    shift: str
    business_date: str
    currency: str
    opened_by: str
    opened_at: int
    float_minor: int


@dataclass(frozen=True, slots=True)
class ClosedShift:
    """A drawer that was counted."""

    shift: str
    business_date: str
    opened_at: int
    closed_at: int
    counted_minor: int
    difference_minor: int


def open_shift(conn: Connection) -> OpenShift | None:
    """The shift that isn't closed yet."""
    columns = (
        shifts.c.shift,
        shifts.c.business_date,
        shifts.c.currency,
        shifts.c.opened_by,
        shifts.c.opened_at,
        shifts.c.float_minor,
    )
    row = conn.execute(select(*columns).where(shifts.c.closed_at.is_(None)).order_by(desc(shifts.c.opened_at))).first()
    return None if row is None else OpenShift(*row)


def must_be_open(conn: Connection) -> OpenShift:
    """The open shift. Refused: ``no_shift``."""
    shift = open_shift(conn)
    if shift is None:
        raise Refused("no_shift", "open the drawer first")
    return shift


def last_business_date(conn: Connection) -> str:
    """The latest business date that this till has worked on; empty on its first day. It never goes back."""
    return conn.execute(select(func.max(shifts.c.business_date))).scalar_one() or ""


def record_opening(unit: UnitOfWork, fact: ShiftOpened) -> None:
    """The drawer is opened."""
    unit.record(fact)
    keep_opening(unit.conn, fact, unit.now)


def keep_opening(conn: Connection, fact: ShiftOpened, at: int) -> None:
    """The row of an opened drawer; one that is there stays."""
    if conn.execute(select(shifts.c.shift).where(shifts.c.shift == fact.shift)).first() is not None:
        return
    conn.execute(
        insert(shifts).values(
            shift=fact.shift,
            business_date=fact.business_date,
            currency=fact.currency,
            opened_by=fact.by,
            opened_at=at,
            float_minor=fact.float_minor,
        )
    )


def record_cash(unit: UnitOfWork, fact: CashMoved) -> None:
    """Cash went in or out outside a sale."""
    _, seq = unit.record(fact)
    keep_cash(unit.conn, fact, seq, unit.now)


def keep_cash(conn: Connection, fact: CashMoved, seq: int, at: int) -> None:
    """The row of a movement; one that is there stays."""
    if conn.execute(select(cash.c.seq).where(cash.c.seq == seq)).first() is not None:
        return
    conn.execute(
        insert(cash).values(
            seq=seq,
            shift=fact.shift,
            kind=fact.kind,
            minor=fact.minor,
            reason=fact.reason,
            staff=fact.by,
            at=at,
        )
    )


def record_closing(unit: UnitOfWork, fact: ShiftClosed) -> None:
    """The drawer was counted and is closed."""
    unit.record(fact)
    keep_closing(unit.conn, fact, unit.now)


def keep_closing(conn: Connection, fact: ShiftClosed, at: int) -> None:
    """The end of a drawer's row."""
    conn.execute(
        update(shifts)
        .where(shifts.c.shift == fact.shift)
        .values(
            closed_at=at,
            counted_minor=fact.counted_minor,
            difference_minor=fact.difference_minor,
            body=encode(fact),
        )
    )


def cash_moves(conn: Connection, shift: str) -> list[CashMoved]:
    """Cash in and out of a shift, as the facts said."""
    rows = conn.execute(select(cash).where(cash.c.shift == shift).order_by(cash.c.seq))
    return [CashMoved(shift=row.shift, kind=row.kind, minor=row.minor, reason=row.reason, by=row.staff) for row in rows]


def sale_bodies(conn: Connection, shift: str) -> list[str]:
    """The texts of all sales of a shift, in their order."""
    return list(conn.execute(select(tickets.c.body).where(tickets.c.shift == shift).order_by(tickets.c.seq)).scalars())


def closed_shifts(conn: Connection, limit: int = 14) -> list[ClosedShift]:
    """The last closed shifts, the newest first."""
    columns = (
        shifts.c.shift,
        shifts.c.business_date,
        shifts.c.opened_at,
        shifts.c.closed_at,
        shifts.c.counted_minor,
        shifts.c.difference_minor,
    )
    query = select(*columns).where(shifts.c.closed_at.is_not(None)).order_by(desc(shifts.c.closed_at)).limit(limit)
    return [ClosedShift(*row) for row in conn.execute(query)]

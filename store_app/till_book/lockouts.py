"""Wrong PINs: counted per person on the disk, so that a restart forgives nothing."""

from sqlalchemy import Connection, delete, insert, select

from retail.facts import StaffLockedOut
from retail.staff import TRIES, Tries
from store_app.till_book.tables import lockouts
from sync.storage.book import UnitOfWork


def tries_of(conn: Connection, staff: str) -> Tries:
    """How a person stands."""
    row = conn.execute(select(lockouts.c.tries, lockouts.c.until).where(lockouts.c.staff == staff)).one_or_none()
    return Tries() if row is None else Tries(row.tries, row.until)


def count_wrong(unit: UnitOfWork, staff: str) -> Tries:
    """One more wrong PIN; at the fifth the person is locked out, which is a fact."""
    before = tries_of(unit.conn, staff)
    after = before.after_wrong(unit.now)
    if after.locked_until > before.locked_until:
        unit.record(StaffLockedOut(staff=staff, tries=TRIES, until=after.locked_until))
    unit.conn.execute(delete(lockouts).where(lockouts.c.staff == staff))
    unit.conn.execute(insert(lockouts).values(staff=staff, tries=after.wrong, until=after.locked_until))
    return after


def clear(conn: Connection, staff: str) -> None:
    """The right PIN was given."""
    conn.execute(delete(lockouts).where(lockouts.c.staff == staff))

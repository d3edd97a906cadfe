"""Records that a projector couldn't digest: set aside with the reason, listed, retried, waived.

Nothing behind such a record waits. Retrying and waiving are facts themselves, in the journal of whoever does it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import structlog
from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from retail.facts import Fact, QuarantineRetried, QuarantineWaived
from sync.journal.encoding import Unknown, decode, is_known
from sync.journal.record import Record
from sync.journal.rows import from_row
from sync.storage.book import BookBusy, UnitOfWork
from sync.storage.tables import quarantine, records
from sync.storage.transactions import StorageFull, is_sqlite

log = structlog.get_logger(__name__)

_UNKNOWN = "isn't known to this release"
WAITING, DIGESTED, WAIVED = "waiting", "digested", "waived"


@dataclass(frozen=True, slots=True)
class Source:
    """Which log a record is from, and the record."""

    store: str
    device: str
    record: Record


Projector = Callable[[UnitOfWork, Source, Fact], None]


@dataclass(frozen=True, slots=True)
class Quarantined:
    """One record set aside; ``state`` is waiting, digested or waived, ``first_seen`` ms UTC."""

    store: str
    device: str
    seq: int
    kind: str
    v: int
    reason: str
    first_seen: int
    attempts: int
    state: str


def digest(work: UnitOfWork, store: str, device: str, fresh: Iterable[Record], projector: Projector) -> int:
    """Hand each record's fact to the projector, set aside what it can't digest; returns how many were digested."""
    done = 0
    for record in fresh:
        reason = _try(work, Source(store, device, record), projector)
        if reason is None:
            done += 1
        else:
            put(work.conn, Source(store, device, record), reason, work.now)
    return done


def put(conn: Connection, source: Source, reason: str, now: int) -> None:
    """Set a record aside; once more counts an attempt."""
    r = source.record
    upsert = (sqlite if is_sqlite(conn) else postgresql).insert(quarantine)
    conn.execute(
        upsert.values(
            store=source.store, device=source.device, seq=r.seq, kind=r.kind, v=r.v, reason=reason, first_seen=now,
            attempts=1, state=WAITING,
        ).on_conflict_do_update(
            index_elements=["store", "device", "seq"],
            set_={"reason": reason, "attempts": quarantine.c.attempts + 1},
        )
    )  # fmt: skip
    log.warning("record_quarantined", device=source.device, seq=r.seq, kind=r.kind, v=r.v, reason=reason)


def listed(conn: Connection, state: str | None = WAITING) -> list[Quarantined]:
    """What was set aside, oldest first; ``None`` lists every state."""
    query = select(quarantine).order_by(quarantine.c.first_seen, quarantine.c.device, quarantine.c.seq)
    found = conn.execute(query if state is None else query.where(quarantine.c.state == state))
    return [Quarantined(*row) for row in found]


def known_now(conn: Connection) -> list[Quarantined]:
    """What was set aside because an earlier release didn't know its kind or version, and this one does."""
    return [one for one in listed(conn) if one.reason.endswith(_UNKNOWN) and is_known(one.kind, one.v)]


def retry(work: UnitOfWork, store: str, device: str, seq: int, by: str, projector: Projector) -> bool:
    """Try a record again; True if it was digested. Raises LookupError when it isn't waiting."""
    _waiting(work.conn, store, device, seq)
    row = work.conn.execute(
        select(records).where(records.c.store == store, records.c.device == device, records.c.seq == seq)
    ).one()
    source = Source(store, device, from_row(row))
    reason = _try(work, source, projector)
    if reason is None:
        _set_state(work.conn, store, device, seq, DIGESTED)
    else:
        put(work.conn, source, reason, work.now)
    work.record(QuarantineRetried(store=store, device=device, seq=seq, digested=reason is None, by=by))
    return reason is None


def waive(work: UnitOfWork, store: str, device: str, seq: int, reason: str, by: str) -> None:
    """Leave a record aside for good. Raises LookupError when it isn't waiting."""
    _waiting(work.conn, store, device, seq)
    _set_state(work.conn, store, device, seq, WAIVED)
    work.record(QuarantineWaived(store=store, device=device, seq=seq, reason=reason, by=by))


def _try(work: UnitOfWork, source: Source, projector: Projector) -> str | None:
    """Project one record, or undo whatever it began and say why."""
    r = source.record
    try:
        with work.savepoint():
            fact = decode(r.kind, r.v, r.body)
            if isinstance(fact, Unknown):
                return f"kind {r.kind} version {r.v} {_UNKNOWN}"
            projector(work, source, fact)
    except Exception as error:  # whatever one record breaks must not stop those behind it
        reason = reason_of(error)
        if reason is None:
            raise
        return reason
    return None


def reason_of(error: Exception) -> str | None:
    """Why a record can't be digested; None for an error of the database, which says nothing about the record."""
    if isinstance(error, IntegrityError | DataError):
        return f"{type(error).__name__}: {error.orig}"
    if isinstance(error, StorageFull | BookBusy | DBAPIError):
        return None
    return f"{type(error).__name__}: {error}"


def _waiting(conn: Connection, store: str, device: str, seq: int) -> None:
    query = select(quarantine.c.state).where(
        quarantine.c.store == store, quarantine.c.device == device, quarantine.c.seq == seq
    )
    if conn.execute(query).scalar() != WAITING:
        raise LookupError(f"record {seq} of {device} isn't in quarantine")


def _set_state(conn: Connection, store: str, device: str, seq: int, state: str) -> None:
    where = (quarantine.c.store == store, quarantine.c.device == device, quarantine.c.seq == seq)
    conn.execute(update(quarantine).where(*where).values(state=state))

"""The journal is the outbox: the next batch for a receiver, own or relayed, cut where the device signed.

A relay changes nothing: it sends the records and signatures that it got, from any record on, up to a signed one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Row

from sync.identity.enrolment import public_of
from sync.identity.keys import verify
from sync.journal import attachments
from sync.journal.chain import genesis
from sync.journal.record import MAX_BATCH_BYTES, MAX_BATCH_RECORDS, Record
from sync.journal.rows import from_row, hash_at
from sync.storage.tables import blocked, cursors, heads, records
from sync.storage.transactions import is_sqlite
from sync.wire.messages import Batch, pack


class NoCut(Exception):
    """Within the limits of a batch no record is signed by its device: the log was damaged here."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A log, where it stands here, and how far a receiver is known to have it."""

    store: str
    device: str
    head: int
    acked: int
    blocked: str | None


def next_batch(
    conn: Connection, store: str, device: str, after: int, *, limit: int = MAX_BATCH_RECORDS
) -> Batch | None:
    """The records above ``after``, up to the last signed one that fits; None when there are none.

    Raises :class:`NoCut`, and LookupError when the device or record ``after`` isn't known here.
    """
    query = (
        select(records)
        .where(records.c.store == store, records.c.device == device, records.c.seq > after)
        .order_by(records.c.seq)
        .limit(min(limit, MAX_BATCH_RECORDS))
    )
    rows = conn.execute(query).all()
    if not rows:
        return None
    public = public_of(conn, device)
    if public is None:
        raise LookupError(f"{device} isn't enrolled here")
    prev = genesis(store, device, public) if after == 0 else hash_at(conn, store, device, after)
    if prev is None:
        raise LookupError(f"{device}: record {after} isn't here")
    found, last_hash = _cut(rows, public)
    texts = attachments.read(conn, store, device, found[0].seq, found[-1].seq)
    return pack(store, prev, last_hash, found, texts)


def _cut(rows: Sequence[Row[tuple[Any, ...]]], public: bytes) -> tuple[list[Record], bytes]:
    """The longest stretch within the limits whose last record carries its device's signature."""
    fitting: list[Record] = []
    size = 0
    for row in rows:
        r = from_row(row)
        size += r.weight
        if size > MAX_BATCH_BYTES:
            break
        fitting.append(r)
    for n in range(len(fitting) - 1, -1, -1):
        sig = fitting[n].sig
        last_hash = bytes.fromhex(rows[n].hash)
        if sig is not None and verify(public, last_hash, sig):
            return fitting[: n + 1], last_hash
    raise NoCut(f"no signed record in {len(fitting)} from {rows[0].seq} on")


def waiting(conn: Connection, receiver: str) -> list[Waiting]:
    """Every log that is here, with what the receiver is known to have of it."""
    same = and_(cursors.c.receiver == receiver, cursors.c.store == heads.c.store, cursors.c.device == heads.c.device)
    stopped = and_(blocked.c.receiver == receiver, blocked.c.store == heads.c.store, blocked.c.device == heads.c.device)
    query = (
        select(heads.c.store, heads.c.device, heads.c.seq, func.coalesce(cursors.c.acked, 0), blocked.c.problem)
        .select_from(heads.outerjoin(cursors, same).outerjoin(blocked, stopped))
        .order_by(heads.c.store, heads.c.device)
    )
    return [Waiting(*row) for row in conn.execute(query)]


def acked(conn: Connection, receiver: str, store: str, device: str) -> int:
    """How far a receiver is known to have a log; 0 if nothing is known."""
    query = select(cursors.c.acked).where(
        cursors.c.receiver == receiver, cursors.c.store == store, cursors.c.device == device
    )
    return conn.execute(query).scalar() or 0


def set_acked(conn: Connection, receiver: str, store: str, device: str, seq: int) -> None:
    """Move a cursor, either way: the receiver's head is the truth."""
    upsert = (sqlite if is_sqlite(conn) else postgresql).insert(cursors)
    conn.execute(
        upsert.values(receiver=receiver, store=store, device=device, acked=seq).on_conflict_do_update(
            index_elements=["receiver", "store", "device"], set_={"acked": seq}
        )
    )


def block(conn: Connection, receiver: str, store: str, device: str, problem: str, evidence: str, at: int) -> None:
    """Stop sending a log to a receiver that refuses it for good, and keep the evidence."""
    upsert = (sqlite if is_sqlite(conn) else postgresql).insert(blocked)
    row = {
        "receiver": receiver, "store": store, "device": device, "problem": problem, "evidence": evidence, "since": at,
    }  # fmt: skip
    conn.execute(upsert.values(**row).on_conflict_do_nothing())


def unblock(conn: Connection, store: str, device: str) -> int:
    """Allow a log to be sent again, after somebody looked at it; returns for how many receivers it was blocked."""
    return conn.execute(delete(blocked).where(blocked.c.store == store, blocked.c.device == device)).rowcount

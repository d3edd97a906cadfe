"""Records as rows of ``journal_records``, and back."""

import base64
from collections.abc import Iterator

from sqlalchemy import Connection, select
from sqlalchemy.engine import Row

from sync.journal.record import Record
from sync.storage.tables import heads, records


def to_row(store: str, device: str, r: Record, hash: bytes, received_at: int) -> dict[str, object]:
    """The row of a record; ``hash`` is the chain's hash after it (32 bytes)."""
    return {
        "store": store,
        "device": device,
        "seq": r.seq,
        "kind": r.kind,
        "v": r.v,
        "occurred_at": r.occurred_at,
        "utc_offset": r.utc_offset,
        "mono": r.mono,
        "boot": r.boot.hex(),
        "body": r.body,
        "hash": hash.hex(),
        "sig": None if r.sig is None else base64.b64encode(r.sig).decode(),
        "received_at": received_at,
    }


def from_row(row: Row[tuple[object, ...]]) -> Record:
    """The record of a row. Raises ValueError when the row was tampered with beyond reading."""
    sig = None if row.sig is None else base64.b64decode(row.sig, validate=True)
    boot = bytes.fromhex(row.boot)
    return Record(row.seq, row.kind, row.v, row.occurred_at, row.utc_offset, row.mono, boot, row.body, sig)


def read_log(
    conn: Connection, store: str, device: str, *, after: int = 0, limit: int | None = None
) -> Iterator[Record]:
    """Records of one log above ``after`` in order."""
    query = (
        select(records)
        .where(records.c.store == store, records.c.device == device, records.c.seq > after)
        .order_by(records.c.seq)
    )
    for row in conn.execute(query if limit is None else query.limit(limit)):
        yield from_row(row)


def hash_at(conn: Connection, store: str, device: str, seq: int) -> bytes | None:
    """The chain's hash after record ``seq``; None if it isn't here. ``seq`` 0 isn't a record."""
    query = select(records.c.hash).where(records.c.store == store, records.c.device == device, records.c.seq == seq)
    found = conn.execute(query).scalar()
    return None if found is None else bytes.fromhex(found)


def head_of(conn: Connection, store: str, device: str) -> tuple[int, bytes] | None:
    """Where a log stands, or None if it isn't known here."""
    row = conn.execute(
        select(heads.c.seq, heads.c.hash).where(heads.c.store == store, heads.c.device == device)
    ).first()
    return None if row is None else (row.seq, bytes.fromhex(row.hash))


def logs(conn: Connection) -> list[tuple[str, str]]:
    """Every log that is known here, as ``(store, device)`` in order."""
    return [
        (row.store, row.device)
        for row in conn.execute(select(heads.c.store, heads.c.device).order_by(*heads.primary_key))
    ]

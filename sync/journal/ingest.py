"""Taking in a batch of another device's log: envelope and chain are checked, never what the facts mean.

Accepted isn't projected: whatever chains and is signed by its enrolled device is kept. The head row is locked first,
so one log is extended by one receiver at a time; a replay changes nothing and gets the same answer.
"""

from dataclasses import dataclass
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, select, text, update

from sync.identity.enrolment import Peer, public_of
from sync.identity.keys import verify
from sync.journal import erasure
from sync.journal.attachments import MAX_TEXT_BYTES, Attachment, store_all
from sync.journal.chain import Unchainable, genesis, link
from sync.journal.record import MAX_BATCH_BYTES, MAX_BATCH_RECORDS, MAX_BODY_BYTES, Record
from sync.journal.rows import hash_at, to_row
from sync.storage.tables import devices, heads
from sync.storage.transactions import is_sqlite
from sync.wire.messages import Batch, Stretch, unpack
from sync.wire.problems import Problem

_COLUMNS = (
    ("store", "text"), ("device", "text"), ("seq", "bigint"), ("kind", "text"), ("v", "int"),
    ("occurred_at", "bigint"), ("utc_offset", "int"), ("mono", "bigint"), ("boot", "text"), ("body", "text"),
    ("hash", "text"), ("sig", "text"), ("received_at", "bigint"),
)  # fmt: skip
_NAMES = ", ".join(name for name, _ in _COLUMNS)
_INTO = f"INSERT INTO journal_records ({_NAMES}) "
_SQLITE = text(
    _INTO
    + "SELECT "
    + ", ".join(f"json_extract(value, '$.{name}')" for name, _ in _COLUMNS)
    + " FROM json_each(:rows) WHERE true ON CONFLICT DO NOTHING"
)
_POSTGRES = text(
    _INTO
    + f"SELECT {_NAMES} FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS x("
    + ", ".join(f"{name} {type}" for name, type in _COLUMNS)
    + ") ON CONFLICT DO NOTHING"
)
_MAX_I64 = 2**63 - 1


class _Head(NamedTuple):
    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Received:
    """The log's head after the commit that must follow (``head_hash`` hexadecimal), and the records that were new."""

    ack: int
    head_hash: str
    fresh: list[Record]


def receive(conn: Connection, peer_or_device: Peer | str, batch: Batch, *, at: int = 0) -> Received:
    """Check a batch and keep what is new of it; ``at`` is the time of receipt, ms UTC. Commit before acknowledging.

    Raises :class:`Problem`: ``not-enrolled``, ``revoked``, ``malformed``, ``batch-too-large``, ``sequence-gap`` with
    ``expected``, ``chain-broken``, ``bad-signature``, ``fork`` with ``seq``.
    """
    device = peer_or_device.device if isinstance(peer_or_device, Peer) else peer_or_device
    public = _enrolled(conn, batch.store, device)
    stretch = _read(batch)
    head = _lock_head(conn, batch.store, device)
    if batch.first > head.seq + 1:
        raise Problem("sequence-gap", expected=head.seq + 1)
    hashes = _chain(stretch)
    if not verify(public, stretch.last_hash, stretch.records[-1].sig or b""):
        raise Problem("bad-signature", seq=stretch.records[-1].seq)
    _refuse_fork(conn, batch, device, public, head, stretch, hashes)
    fresh = [(r, h) for r, h in zip(stretch.records, hashes, strict=True) if r.seq > head.seq]
    if not fresh:
        return Received(head.seq, head.hash, [])
    _keep(conn, batch.store, device, fresh, at)
    _keep_texts(conn, batch.store, device, fresh[0][0].seq, stretch)
    return Received(fresh[-1][0].seq, fresh[-1][1].hex(), [r for r, _ in fresh])


def _enrolled(conn: Connection, store: str, device: str) -> bytes:
    row = conn.execute(select(devices.c.store, devices.c.revoked_at).where(devices.c.device == device)).first()
    if row is None or row.store != store:
        raise Problem("not-enrolled", device=device)
    if row.revoked_at is not None:
        raise Problem("revoked", device=device)
    public = public_of(conn, device)
    assert public is not None
    return public


def _read(batch: Batch) -> Stretch:
    """The batch's contents, within the limits of the protocol and numbered without a gap."""
    if not 0 < len(batch.events) <= MAX_BATCH_RECORDS:
        raise Problem("batch-too-large" if batch.events else "malformed", max=MAX_BATCH_RECORDS)
    try:
        stretch = unpack(batch)
    except ValueError as error:
        raise Problem("malformed", detail=str(error)) from None
    size = 0
    for expected, r in enumerate(stretch.records, start=batch.first):
        if r.seq != expected or not 0 < r.seq <= _MAX_I64:
            raise Problem("chain-broken", seq=r.seq, detail=f"record {expected} was expected")
        if not 0 <= r.mono <= _MAX_I64 or "\0" in r.body or "\0" in r.kind:
            raise Problem("malformed", seq=r.seq, detail="a field is out of range")
        size += r.weight
        if r.weight > MAX_BODY_BYTES + 1024:
            raise Problem("batch-too-large", seq=r.seq, max=MAX_BODY_BYTES)
    if size > MAX_BATCH_BYTES:
        raise Problem("batch-too-large", max=MAX_BATCH_BYTES)
    return stretch


def _chain(stretch: Stretch) -> list[bytes]:
    """The hash after each record. Raises ``chain-broken`` when they don't lead to the batch's last hash."""
    hashes: list[bytes] = []
    head = stretch.prev
    try:
        for r in stretch.records:
            head = link(head, r)
            hashes.append(head)
    except Unchainable as error:
        raise Problem("chain-broken", detail=str(error)) from None
    if head != stretch.last_hash:
        raise Problem("chain-broken", seq=stretch.records[-1].seq, detail="the last hash isn't what the records give")
    return hashes


def _lock_head(conn: Connection, store: str, device: str) -> _Head:
    query = select(heads.c.seq, heads.c.hash).where(heads.c.store == store, heads.c.device == device)
    return _Head(*conn.execute(query.with_for_update()).one())


def _refuse_fork(
    conn: Connection,
    batch: Batch,
    device: str,
    public: bytes,
    head: _Head,
    stretch: Stretch,
    hashes: list[bytes],
) -> None:
    """Two hashes for one number are two logs: compare where the batch begins, and where it overlaps."""
    before = batch.first - 1
    last = min(head.seq, stretch.records[-1].seq)
    for seq, claimed in ((before, stretch.prev), (last, hashes[last - batch.first] if last >= batch.first else None)):
        if claimed is None:
            continue
        known = bytes.fromhex(head.hash) if seq == head.seq else None
        if known is None:
            known = genesis(batch.store, device, public) if seq == 0 else hash_at(conn, batch.store, device, seq)
        if known is not None and known != claimed:
            raise Problem("fork", seq=seq, known=known.hex(), claimed=claimed.hex())


def _keep(conn: Connection, store: str, device: str, fresh: list[tuple[Record, bytes]], at: int) -> None:
    """One statement with one JSON parameter, and the head."""
    rows = msgspec.json.encode([to_row(store, device, r, h, at) for r, h in fresh]).decode()
    conn.execute(_SQLITE if is_sqlite(conn) else _POSTGRES, {"rows": rows})
    last, last_hash = fresh[-1]
    where = (heads.c.store == store, heads.c.device == device)
    conn.execute(update(heads).where(*where).values(seq=last.seq, hash=last_hash.hex()))


def _keep_texts(conn: Connection, store: str, device: str, first: int, stretch: Stretch) -> None:
    """Texts of new records whose salted hash stands in the record; others aren't what the device signed."""
    bodies = {r.seq: r.body for r in stretch.records if r.seq >= first}
    store_all(conn, store, device, [a for a in stretch.attachments if _belongs(a, bodies.get(a.seq))])
    if stretch.attachments:
        about = {erasure.client_of(r.kind, r.body) for r in stretch.records if r.seq >= first}
        erasure.forget(conn, erasure.erased(conn, {client for client in about if client is not None}))


def _belongs(a: Attachment, body: str | None) -> bool:
    if body is None or len(a.sealed.text) > MAX_TEXT_BYTES or "\0" in a.name + a.sealed.text:
        return False  # a NUL no PostgreSQL keeps: better without this text than without the log behind it
    try:
        return a.sealed.sha256 in body
    except ValueError:
        return False

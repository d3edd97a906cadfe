"""Messages of protocol 1, as they stand in JSON, and their meaning in records."""

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from sync.journal.attachments import Attachment, Sealed
from sync.journal.record import Record

PROTOCOL = 1
BATCH_TYPE = "application/vnd.comptoir.batch+json"
NDJSON_TYPE = "application/x-ndjson"
SNAPSHOT_TYPE = "application/vnd.sqlite3+zstd"


class Event(msgspec.Struct, array_like=True, frozen=True):
    """A record on the wire; ``boot`` hexadecimal, ``sig`` base64."""

    seq: int
    kind: str
    v: int
    occurred_at: int
    utc_offset: int
    mono: int
    boot: str
    body: str
    sig: str | None


class AttachedText(msgspec.Struct, array_like=True, frozen=True):
    """Personal text beside a record; outside the chain."""

    seq: int
    name: str
    salt: str
    text: str


class Batch(msgspec.Struct, frozen=True):
    """A stretch of one log that ends at a signed record; ``prev`` and ``last_hash`` are hexadecimal."""

    store: str
    first: int
    prev: str
    last_hash: str
    events: list[Event]
    attachments: list[AttachedText] = msgspec.field(default_factory=list)


class Ack(msgspec.Struct, frozen=True):
    """What the receiver holds durably, and what it knows the ledger to hold."""

    ack: int
    head_hash: str
    ledger_ack: int


class LogHead(msgspec.Struct, frozen=True):
    """Where a log stands at the receiver."""

    seq: int
    hash: str
    ledger_ack: int = 0


class SnapshotInfo(msgspec.Struct, frozen=True):
    """A snapshot that can be fetched; ``size`` and ``sha256`` are of the compressed file, ``sig`` covers all fields."""

    version: int
    epoch: str
    url: str
    size: int
    raw_size: int
    sha256: str
    signed_by: str
    sig: str


class FeedInfo(msgspec.Struct, frozen=True):
    """Where a feed stands; deltas reach back to ``min_delta``. ``building``: a snapshot will be ready soon."""

    version: int
    min_delta: int
    epoch: str
    rows: int = 0
    snapshot: SnapshotInfo | None = None
    building: bool = False


class FeedEnd(msgspec.Struct, frozen=True):
    """The last line of deltas."""

    cursor: int
    more: bool
    epoch: str = ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A batch's contents, read."""

    prev: bytes
    last_hash: bytes
    records: list[Record]
    attachments: list[Attachment]


def pack(
    store: str,
    prev: bytes,
    last_hash: bytes,
    records: list[Record],
    attachments: Iterable[Attachment] = (),
) -> Batch:
    """The message of a stretch of a log (at least one record)."""
    return Batch(
        store=store,
        first=records[0].seq,
        prev=prev.hex(),
        last_hash=last_hash.hex(),
        events=[_event(r) for r in records],
        attachments=[AttachedText(a.seq, a.name, a.sealed.salt, a.sealed.text) for a in attachments],
    )


def unpack(batch: Batch) -> Stretch:
    """What a batch says. Raises ValueError when its encodings are wrong."""
    return Stretch(
        prev=bytes.fromhex(batch.prev),
        last_hash=bytes.fromhex(batch.last_hash),
        records=[_record(e) for e in batch.events],
        attachments=[Attachment(a.seq, a.name, Sealed(a.text, a.salt)) for a in batch.attachments],
    )


def _event(r: Record) -> Event:
    sig = None if r.sig is None else base64.b64encode(r.sig).decode()
    return Event(r.seq, r.kind, r.v, r.occurred_at, r.utc_offset, r.mono, r.boot.hex(), r.body, sig)


def _record(e: Event) -> Record:
    try:
        sig = None if e.sig is None else base64.b64decode(e.sig, validate=True)
        boot = bytes.fromhex(e.boot)
    except binascii.Error as error:
        raise ValueError(str(error)) from None
    return Record(e.seq, e.kind, e.v, e.occurred_at, e.utc_offset, e.mono, boot, e.body, sig)

"""Every log of a database: numbered without a gap, chained, signed by its device, and as long as its head says."""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, and_, select

from sync.identity.enrolment import public_of
from sync.identity.keys import verify
from sync.journal.anchor import HeadAnchor
from sync.journal.attachments import Sealed
from sync.journal.chain import Unchainable, genesis, link
from sync.journal.rows import from_row, hash_at, head_of
from sync.storage.tables import attachments as texts
from sync.storage.tables import devices, heads, records
from sync.verify.violation import Violation


def verify_journals(conn: Connection) -> list[Violation]:
    """Check every log that the database holds. A log is followed up to its first break."""
    found: list[Violation] = []
    for store, device in _logs(conn):
        found.extend(_verify_log(conn, store, device))
    return found


def verify_anchor(conn: Connection, store: str, device: str, folder: Path) -> list[Violation]:
    """Check a device's own log against the head anchor beside its database."""
    anchored = HeadAnchor(folder).read()
    head = head_of(conn, store, device)
    if anchored is None or head is None:
        return []
    known = hash_at(conn, store, device, anchored.seq)
    if anchored.seq > head[0] or (known is not None and known != anchored.hash):
        return [
            Violation("log-truncated", device, f"the anchor knows record {anchored.seq}, the log ends at {head[0]}")
        ]
    return []


def verify_attachments(conn: Connection) -> list[Violation]:
    """Check that each text beside a fact that wasn't erased is the one whose salted hash stands in the fact."""
    same = (texts.c.store == records.c.store, texts.c.device == records.c.device, texts.c.seq == records.c.seq)
    query = (
        select(texts.c.device, texts.c.seq, texts.c.name, texts.c.salt, texts.c.text, records.c.body)
        .select_from(texts.outerjoin(records, and_(*same)))
        .where(texts.c.text.is_not(None))
    )
    return [
        Violation("attachment-differs", f"{row.device}/{row.seq}", f"the text {row.name!r} isn't the fact's")
        for row in conn.execute(query)
        if not _is_sealed(row.text, row.salt, row.body)
    ]


def _is_sealed(text: str, salt: str | None, body: str | None) -> bool:
    try:
        return Sealed(text, salt or "").sha256 in (body or "")
    except ValueError:
        return False


def _logs(conn: Connection) -> list[tuple[str, str]]:
    found = {(row.store, row.device) for row in conn.execute(select(heads.c.store, heads.c.device))}
    found |= {(row.store, row.device) for row in conn.execute(select(records.c.store, records.c.device).distinct())}
    found |= {(row.store, row.device) for row in conn.execute(select(devices.c.store, devices.c.device))}
    return sorted(found)


def _verify_log(conn: Connection, store: str, device: str) -> Iterator[Violation]:
    public = public_of(conn, device)
    if public is None:
        yield Violation("unknown-device", device, "records of a device that isn't enrolled")
        return
    hash_now = genesis(store, device, public)
    seq, signed = 0, True
    query = (
        select(records)
        .where(records.c.store == store, records.c.device == device)
        .order_by(records.c.seq)
        .execution_options(yield_per=2000)
    )
    for row in conn.execute(query):
        where = f"{device}/{row.seq}"
        if row.seq != seq + 1:
            yield Violation("record-missing", f"{device}/{seq + 1}", f"record {row.seq} follows record {seq}")
            return
        try:
            record = from_row(row)
            hash_now = link(hash_now, record)
        except (ValueError, Unchainable) as error:
            yield Violation("record-damaged", where, str(error))
            return
        if hash_now.hex() != row.hash:
            yield Violation("chain-broken", where, f"{row.kind}: the record isn't the one that was hashed")
            return
        if record.sig is not None and not verify(public, hash_now, record.sig):
            yield Violation("bad-signature", where, "the signature isn't the device's")
            return
        seq, signed = row.seq, record.sig is not None
    if not signed:
        yield Violation("unsigned-end", f"{device}/{seq}", "the last record isn't signed")
    head = head_of(conn, store, device)
    if head is None or head != (seq, hash_now):
        said = 0 if head is None else head[0]
        yield Violation("head-differs", device, f"the log ends at record {seq}, its head says {said}")

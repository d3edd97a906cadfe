"""Personal text beside a fact: the fact holds its salted SHA-256, the text itself can be erased.

The hash stands in the fact's body, which the chain covers; text and salt travel and lie apart, so erasing them leaves
every chain valid, and what remains says nothing about what was written.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Connection, and_, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from sync.storage.tables import attachments as table
from sync.storage.transactions import is_sqlite

MAX_TEXT_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Sealed:
    """A text with its salt (hexadecimal)."""

    text: str
    salt: str

    @property
    def sha256(self) -> str:
        """What the fact says of this text, hexadecimal."""
        return sha256(bytes.fromhex(self.salt) + self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Attachment:
    """A sealed text and the fact it belongs to."""

    seq: int
    name: str
    sealed: Sealed


def seal(text: str) -> Sealed:
    """Give ``text`` a fresh salt. Raises ValueError above 64 KiB."""
    if len(text.encode()) > MAX_TEXT_BYTES:
        raise ValueError(f"an attachment holds at most {MAX_TEXT_BYTES} bytes")
    return Sealed(text, secrets.token_hex(16))


def store_all(conn: Connection, store: str, device: str, found: Iterable[Attachment]) -> None:
    """Keep attachments; one that is there already, erased or not, stays as it is."""
    rows = [
        {"store": store, "device": device, "seq": a.seq, "name": a.name, "salt": a.sealed.salt, "text": a.sealed.text}
        for a in found
    ]
    if rows:
        conn.execute((sqlite if is_sqlite(conn) else postgresql).insert(table).on_conflict_do_nothing(), rows)


def read(conn: Connection, store: str, device: str, first: int, last: int) -> list[Attachment]:
    """Attachments of a stretch of a log that haven't been erased."""
    query = select(table.c.seq, table.c.name, table.c.salt, table.c.text).where(
        table.c.store == store,
        table.c.device == device,
        table.c.seq.between(first, last),
        table.c.text.is_not(None),
    )
    return [Attachment(row.seq, row.name, Sealed(row.text, row.salt)) for row in conn.execute(query)]


def text_of(conn: Connection, store: str, device: str, seq: int, name: str) -> str | None:
    """One attachment's text; None if it was erased or hasn't come."""
    query = select(table.c.text).where(
        table.c.store == store, table.c.device == device, table.c.seq == seq, table.c.name == name
    )
    found = conn.execute(query).scalar()
    return None if found is None else str(found)


def erase(conn: Connection, facts: Sequence[tuple[str, str, int]]) -> int:
    """Forget the texts of these facts ``(store, device, seq)`` for good; returns how many there were."""
    if not facts:
        return 0
    wanted = or_(*(and_(table.c.store == s, table.c.device == d, table.c.seq == n) for s, d, n in facts))
    return conn.execute(update(table).where(wanted, table.c.text.is_not(None)).values(text=None, salt=None)).rowcount

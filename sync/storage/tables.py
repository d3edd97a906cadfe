"""Tables of the book, the same in every program's database; ``store`` comes first wherever a store owns the rows.

Hashes and boots are hexadecimal text, signatures and keys base64, so that they read in any SQL shell and travel in
JSON parameters; bodies are the exact text that was hashed.
"""

from typing import cast

from sqlalchemy import BigInteger, Index, Table, Text
from sqlmodel import Field, SQLModel


class JournalRecord(SQLModel, table=True):
    """One record of one device's log, own or received."""

    __tablename__ = "journal_records"

    store: str = Field(primary_key=True)
    device: str = Field(primary_key=True)
    seq: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    kind: str = Field(index=True)
    v: int
    occurred_at: int = Field(sa_type=BigInteger)
    utc_offset: int
    mono: int = Field(sa_type=BigInteger)
    boot: str
    body: str = Field(sa_type=Text)
    hash: str
    sig: str | None = None
    received_at: int = Field(sa_type=BigInteger)


class JournalHead(SQLModel, table=True):
    """Where each log stands; the row is locked first by whoever extends the log."""

    __tablename__ = "journal_heads"

    store: str = Field(primary_key=True)
    device: str = Field(primary_key=True)
    seq: int = Field(sa_type=BigInteger)
    hash: str


class Device(SQLModel, table=True):
    """An enrolled device and its public key; revoked ones stay, their logs are still theirs."""

    __tablename__ = "devices"

    device: str = Field(primary_key=True)
    store: str = Field(index=True)
    kind: str
    public: str
    enrolled_at: int = Field(sa_type=BigInteger)
    revoked_at: int | None = Field(default=None, sa_type=BigInteger)
    replaces: str | None = None


class Cursor(SQLModel, table=True):
    """How far a receiver is known to have a log; only a cache of the receiver's head."""

    __tablename__ = "cursors"

    receiver: str = Field(primary_key=True)
    store: str = Field(primary_key=True)
    device: str = Field(primary_key=True)
    acked: int = Field(sa_type=BigInteger)


class Blocked(SQLModel, table=True):
    """A log that a receiver refuses for good (fork, broken chain), with the evidence."""

    __tablename__ = "blocked_logs"

    receiver: str = Field(primary_key=True)
    store: str = Field(primary_key=True)
    device: str = Field(primary_key=True)
    problem: str
    evidence: str = Field(sa_type=Text)
    since: int = Field(sa_type=BigInteger)


class Quarantine(SQLModel, table=True):
    """A record that a projector couldn't digest; it blocks nothing behind it."""

    __tablename__ = "quarantine"

    store: str = Field(primary_key=True)
    device: str = Field(primary_key=True)
    seq: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    kind: str
    v: int
    reason: str = Field(sa_type=Text)
    first_seen: int = Field(sa_type=BigInteger)
    attempts: int
    state: str


class FeedHead(SQLModel, table=True):
    """A feed's newest version, its oldest usable cursor, and the epoch that a new publisher changes."""

    __tablename__ = "feed_heads"

    feed: str = Field(primary_key=True)
    scope: str = Field(primary_key=True)
    version: int = Field(sa_type=BigInteger)
    horizon: int = Field(default=0, sa_type=BigInteger)
    epoch: str = ""


class FeedRowTable(SQLModel, table=True):
    """The newest version of each row; an absent body is a deletion."""

    __tablename__ = "feed_rows"
    __table_args__ = (Index("feed_rows_by_version", "feed", "scope", "version"),)

    feed: str = Field(primary_key=True)
    scope: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    version: int = Field(sa_type=BigInteger)
    v: int
    body: str | None = Field(default=None, sa_type=Text)


class FeedCursor(SQLModel, table=True):
    """How far this database has a feed that somebody else publishes."""

    __tablename__ = "feed_cursors"

    feed: str = Field(primary_key=True)
    scope: str = Field(primary_key=True)
    cursor: int = Field(sa_type=BigInteger)
    epoch: str = ""


class AttachmentRow(SQLModel, table=True):
    """Personal text beside a fact; erased, the salted hash in the fact stays valid and says nothing."""

    __tablename__ = "attachments"

    store: str = Field(primary_key=True)
    device: str = Field(primary_key=True)
    seq: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    name: str = Field(primary_key=True)
    salt: str | None = None
    text: str | None = Field(default=None, sa_type=Text)


class Meta(SQLModel, table=True):
    """Small values by name."""

    __tablename__ = "meta"

    key: str = Field(primary_key=True)
    value: str = Field(sa_type=Text)


def core(model: type[SQLModel]) -> Table:
    """The Core table of a model, for hot paths."""
    return cast(Table, model.__table__)  # type: ignore[attr-defined]


records = core(JournalRecord)
heads = core(JournalHead)
devices = core(Device)
cursors = core(Cursor)
blocked = core(Blocked)
quarantine = core(Quarantine)
feed_heads = core(FeedHead)
feed_rows = core(FeedRowTable)
feed_cursors = core(FeedCursor)
attachments = core(AttachmentRow)
meta = core(Meta)

ALL = [
    records, heads, devices, cursors, blocked, quarantine, feed_heads, feed_rows, feed_cursors, attachments, meta,
]  # fmt: skip

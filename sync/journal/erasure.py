"""Erased clients: what was written about them goes from every book that holds it; their facts and chains stay.

Who is erased says the feed ``customers``: a row without a body. The texts of notes lie beside their facts, in the till
that wrote them, in the agent that passed them on, and in the ledger.
"""

from collections.abc import Collection

import msgspec
from sqlalchemy import Connection, and_, select

from retail.facts import ClientNoted
from sync.journal import attachments
from sync.storage.tables import attachments as texts
from sync.storage.tables import feed_rows, records

CUSTOMERS = "customers"


class _About(msgspec.Struct):
    client: str


def client_of(kind: str, body: str) -> str | None:
    """Whom a record's texts are about, if it is a note about a client."""
    if kind != ClientNoted.KIND:
        return None
    try:
        client = msgspec.json.decode(body, type=_About).client
    except (msgspec.DecodeError, RecursionError):
        return None
    return None if "\0" in client else client  # no database has a client with a NUL in its id


def erased(conn: Connection, clients: Collection[str]) -> set[str]:
    """Which of these clients this book's feed says are erased."""
    query = select(feed_rows.c.key).where(
        feed_rows.c.feed == CUSTOMERS, feed_rows.c.key.in_(clients), feed_rows.c.body.is_(None)
    )
    return set(conn.execute(query).scalars()) if clients else set()


def forget(conn: Connection, clients: Collection[str]) -> int:
    """Erase the texts of all notes about these clients; returns how many there were."""
    if not clients:
        return 0
    same = and_(texts.c.store == records.c.store, texts.c.device == records.c.device, texts.c.seq == records.c.seq)
    query = (
        select(records.c.store, records.c.device, records.c.seq, records.c.body)
        .select_from(texts.join(records, same))
        .where(records.c.kind == ClientNoted.KIND, texts.c.text.is_not(None))
    )
    rows = conn.execute(query).all()
    found = [(one.store, one.device, one.seq) for one in rows if client_of(ClientNoted.KIND, one.body) in clients]
    return attachments.erase(conn, found)

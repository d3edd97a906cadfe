"""Small statements that SQLite and PostgreSQL both understand."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

from sync.storage.transactions import is_sqlite

T = TypeVar("T")
CHUNK = 500


def upsert(conn: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *, add: str | None = None) -> None:
    """Insert rows or replace them by primary key; the column ``add`` is added to what is there instead."""
    if not rows:
        return
    make = (sqlite if is_sqlite(conn) else postgresql).insert(table)
    keys = [column.name for column in table.primary_key]
    changed = {name: make.excluded[name] for name in rows[0] if name not in keys}
    if add is not None:
        changed[add] = table.c[add] + make.excluded[add]
    conn.execute(make.on_conflict_do_update(index_elements=keys, set_=changed), list(rows))


def insert_new(conn: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert a row unless its key is there; returns whether it was new."""
    make = (sqlite if is_sqlite(conn) else postgresql).insert(table).on_conflict_do_nothing()
    made = make.values(**row).returning(*table.primary_key.columns)
    return conn.execute(made).first() is not None


def chunks(items: Sequence[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    """Stretches of at most ``size``."""
    for start in range(0, len(items), size):
        yield items[start : start + size]

"""Carries a turn's writes into ``edge.db``: neighbours of one table go in one statement, feed rows once per key."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, and_, delete

from edge_agent.effects import Drop, Publish, Put, Write
from edge_agent.messages import Json
from edge_agent.projections.tables import BY_NAME
from sync.feeds.publish import put_many


def write(conn: Connection, writes: Sequence[Write]) -> dict[str, int]:
    """Apply the writes in order; returns the new version of every feed that was published to."""
    rows = [change for change in writes if not isinstance(change, Publish)]
    for (kind, table), group in groupby(rows, key=lambda change: (type(change), change.table)):
        if kind is Put:
            _put(conn, table, [change.row for change in group if isinstance(change, Put)])
        else:
            _drop(conn, table, [change.key for change in group if isinstance(change, Drop)])
    return _publish(conn, [change for change in writes if isinstance(change, Publish)])


def _put(conn: Connection, table: str, rows: list[Json]) -> None:
    """The plain statement: thousands of rows may come at once, of a store that is filled or counted."""
    statement, values = _insert(table)
    conn.exec_driver_sql(statement, [values(row) for row in rows])


@cache
def _insert(table: str) -> tuple[str, Callable[[Json], tuple[Any, ...]]]:
    columns = BY_NAME[table].c.keys()
    names = ", ".join(f'"{column}"' for column in columns)
    marks = ", ".join("?" * len(columns))
    return f'INSERT OR REPLACE INTO "{table}" ({names}) VALUES ({marks})', itemgetter(*columns)


def _drop(conn: Connection, table: str, keys: Iterable[Json]) -> None:
    columns = BY_NAME[table].c
    for key in keys:
        conn.execute(delete(BY_NAME[table]).where(and_(*(columns[name] == value for name, value in key.items()))))


def _publish(conn: Connection, rows: list[Publish]) -> dict[str, int]:
    latest: dict[str, list[tuple[str, Json | None]]] = {}
    for row in rows:
        latest.setdefault(row.feed, []).append((row.key, row.body))
    return {feed: put_many(conn, feed, bodies) for feed, bodies in latest.items()}

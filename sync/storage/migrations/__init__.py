"""Numbered steps that bring a database of any age to today's tables; each runs once, in its own transaction.

Every package numbers its own steps. Steps only add: the previous release must still open the file.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, Connection, Engine, Integer, MetaData, String, Table, insert, select

from sync.storage import tables
from sync.storage.transactions import retrying, writing

_METADATA = MetaData()
_STEPS = Table(
    "schema_steps",
    _METADATA,
    Column("package", String, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("applied_at", BigInteger, nullable=False),
)


@dataclass(frozen=True)
class Step:
    """One change of the schema: its place in its package's order, a name for people, and what it does."""

    package: str
    number: int
    name: str
    apply: Callable[[Connection], None]


def create_tables(wanted: Sequence[Table]) -> Callable[[Connection], None]:
    """What a step does that creates these tables where they don't exist."""

    def apply(conn: Connection) -> None:
        for table in wanted:
            table.create(conn, checkfirst=True)

    return apply


SYNC_STEPS: tuple[Step, ...] = (Step("sync", 1, "the book's tables", create_tables(tables.ALL)),)


def migrate(engine: Engine, steps: Sequence[Step] = ()) -> list[Step]:
    """Apply the steps of ``sync`` and those given that the database hasn't seen; returns what was applied."""

    def begin() -> set[tuple[str, int]]:
        with writing(engine) as conn:
            _METADATA.create_all(conn)
            return {(row.package, row.number) for row in conn.execute(select(_STEPS.c.package, _STEPS.c.number))}

    done = retrying(begin)
    fresh = [step for step in (*SYNC_STEPS, *sorted(steps, key=_order)) if (step.package, step.number) not in done]
    for step in fresh:
        retrying(lambda step=step: _apply(engine, step))  # type: ignore[misc]
    return fresh


def _apply(engine: Engine, step: Step) -> None:
    with writing(engine) as conn:
        step.apply(conn)
        conn.execute(
            insert(_STEPS).values(
                package=step.package, number=step.number, name=step.name, applied_at=time.time_ns() // 1_000_000
            )
        )


def _order(step: Step) -> tuple[str, int]:
    return step.package, step.number

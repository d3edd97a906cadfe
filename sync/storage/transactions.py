"""Transactions: writers and readers, what may be repeated, and what a full disk looks like."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

T = TypeVar("T")

WRITER_OPTION = "comptoir_writer"
_REPEATABLE = {"40001", "40P01"}
"""SQLSTATE of serialisation failure and deadlock"""


class StorageFull(Exception):
    """The disk is full: nothing of the transaction was written."""


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One writing transaction; on SQLite the lock is taken at once."""
    with engine.connect() as connection:
        conn = as_writer(connection)
        with conn.begin():
            yield conn


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One snapshot to read from, however many statements ask; nothing is kept of what is written."""
    with engine.connect() as conn:
        yield conn if is_sqlite(conn) else conn.execution_options(isolation_level="REPEATABLE READ")


def as_writer(conn: Connection) -> Connection:
    """The same connection, whose next transaction takes the write lock when it begins."""
    return conn.execution_options(**{WRITER_OPTION: True})


def retrying(work: Callable[[], T], attempts: int = 5) -> T:
    """Run ``work`` (a whole transaction) again after a serialisation failure, a deadlock or a lost connection."""
    for attempt in Retrying(
        retry=retry_if_exception(is_repeatable),
        stop=stop_after_attempt(attempts),
        wait=wait_random_exponential(multiplier=0.05, max=1.0),
        reraise=True,
    ):
        with attempt:
            return work()
    raise AssertionError("Retrying ends by returning or raising")


def is_repeatable(error: BaseException) -> bool:
    """True if the transaction that failed with ``error`` may be run again as it was."""
    if not isinstance(error, DBAPIError):
        return False
    return error.connection_invalidated or getattr(error.orig, "sqlstate", None) in _REPEATABLE


def is_full(error: BaseException) -> bool:
    """True if ``error`` says that the disk has no room."""
    if not isinstance(error, DBAPIError):
        return False
    code = getattr(error.orig, "sqlite_errorcode", None)
    return code == sqlite3.SQLITE_FULL or getattr(error.orig, "sqlstate", None) == "53100"


def is_sqlite(conn: Connection) -> bool:
    """True on SQLite, False on PostgreSQL and its relatives."""
    return conn.dialect.name == "sqlite"

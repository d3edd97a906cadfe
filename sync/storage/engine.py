"""Opening databases: SQLite by path, PostgreSQL by URL, the same code above both.

SQLite runs in WAL mode with ``synchronous=FULL``; a writer says ``BEGIN IMMEDIATE`` so that it never finds itself
unable to finish, a reader sees one snapshot (see :mod:`sync.storage.transactions`). Errors of either say which
statement failed and why, never with which values: rows hold clients' names and notes, and errors reach logs.
"""

from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.pool import ConnectionPoolEntry

from sync.storage.migrations import Step, create_tables, migrate
from sync.storage.transactions import WRITER_OPTION, StorageFull, is_sqlite, reading, retrying, writing

__all__ = [
    "Step",
    "StorageFull",
    "create_tables",
    "is_sqlite",
    "migrate",
    "open_engine",
    "reading",
    "retrying",
    "writing",
]

BUSY_TIMEOUT_MS = 5000
CONNECT_TIMEOUT_S = 10
_GONE_WITHOUT_A_WORD = {
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
}
"""a server whose cable was pulled is given up after half a minute, not after hours: writers wait for one another"""


def open_engine(path_or_url: Path | str, *, durable: bool = True) -> Engine:
    """A pool of connections to a SQLite file or to PostgreSQL (``postgresql+psycopg://``).

    ``durable=False`` lets SQLite sync at checkpoints only (``NORMAL``): for what can be fetched again.
    """
    text = str(path_or_url)
    if text.startswith("postgres"):
        return _open_postgres(text)
    return _open_sqlite(text.removeprefix("sqlite:///"), durable)


def _open_sqlite(path: str, durable: bool) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000, "isolation_level": None},
        hide_parameters=True,
        pool_size=8,
        max_overflow=24,
        pool_timeout=CONNECT_TIMEOUT_S,
    )

    @event.listens_for(engine, "connect")
    def on_connect(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "journal_mode=WAL",
            f"synchronous={'FULL' if durable else 'NORMAL'}",
            "foreign_keys=ON",
            "wal_autocheckpoint=1000",
            f"journal_size_limit={64 * 1024 * 1024}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(conn: Connection) -> None:
        immediate = conn.get_execution_options().get(WRITER_OPTION, False)
        conn.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def _open_postgres(url: str) -> Engine:
    engine = create_engine(
        "postgresql+psycopg://" + url.split("://", 1)[1],
        hide_parameters=True,
        pool_pre_ping=True,
        pool_timeout=CONNECT_TIMEOUT_S,
        connect_args={
            "connect_timeout": CONNECT_TIMEOUT_S,
            "options": "-c lock_timeout=10s -c synchronous_commit=on",
            **_GONE_WITHOUT_A_WORD,
        },
    )
    event.listen(engine, "handle_error", _without_detail)
    return engine


def _without_detail(context: ExceptionContext) -> None:
    """Keep the first line of what PostgreSQL says: its DETAIL quotes the row that a constraint refused."""
    said = str(context.original_exception)
    first = said.partition("\n")[0]
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None:
            error.args = tuple(arg.replace(said, first) if isinstance(arg, str) else arg for arg in error.args)

"""A till's tables compared with its own log: its facts are written anew into an empty database, row by row.

What the till keeps besides is left out: copies it printed, baskets, card attempts, lockouts, documents that stand in
no fact, and units that came back to another till.
"""

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, inspect, select

from retail.fiscal import state_to_plain
from store_app.till_book import fiscal, tables
from store_app.till_book.restoring import restore
from sync.clock import SystemClock
from sync.identity.keys import Identity
from sync.journal.rows import logs, read_log
from sync.storage.book import Book, UnitOfWork
from sync.storage.engine import migrate, open_engine
from sync.verify import Violation

Rows = dict[str, dict[str, Any]]

_COMPARED: Mapping[Table, tuple[str, ...]] = {
    tables.tickets: ("copies",),
    tables.ticket_lines: (),
    tables.order_returns: (),
    tables.sold_units: ("returned",),
    tables.handovers: (),
    tables.fiscal_totals: (),
    tables.shifts: (),
    tables.cash: (),
}
"""table -> columns that facts alone don't give"""
IN_FACTS = ("ticket", "closing", "event")
"""chains of which every document stands in a fact"""


def verify_rows(conn: Connection) -> list[Violation]:
    """Rows of a till's database that its log doesn't give. Only a sound log tells; one that continues another doesn't.

    Nothing is found in a database that isn't a till's.
    """
    known = logs(conn)
    if tables.tickets.name not in inspect(conn).get_table_names() or len(known) != 1:
        return []
    store, device = known[0]
    with _scratch() as work:
        try:
            restore(work, list(read_log(conn, store, device)))
        except Exception as error:  # noqa: BLE001  whatever the log holds, the checker says so and goes on
            return [Violation("till-rows-differ", device, f"the log can't be written anew: {error}")]
        return list(_differences(conn, work.conn))


@contextmanager
def _scratch() -> Iterator[UnitOfWork]:
    """An empty till's database that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="comptoir-verify-") as name:
        engine = open_engine(Path(name) / "scratch.db", durable=False)
        try:
            migrate(engine, tables.STEPS)
            book = Book(engine, Identity.create(Path(name), "-", "-"), SystemClock())
            with book.unit() as work:
                yield work
        finally:
            engine.dispose()


def _differences(conn: Connection, anew: Connection) -> Iterator[Violation]:
    for table, besides in _COMPARED.items():
        kept, told = _rows(conn, table, besides), _rows(anew, table, besides)
        for key in sorted(kept.keys() | told.keys()):
            if kept.get(key) != told.get(key):
                text = f"{table.name}: {_short(kept.get(key))} is kept, the log gives {_short(told.get(key))}"
                yield Violation("till-rows-differ", key, text)
    kept_state, told_state = _state(conn), _state(anew)
    for name in sorted(kept_state.keys() | told_state.keys()):
        if kept_state.get(name) != told_state.get(name):
            text = f"{_short(kept_state.get(name))} is kept, the log gives {_short(told_state.get(name))}"
            yield Violation("fiscal-state-differs", name, text)


def _rows(conn: Connection, table: Table, besides: tuple[str, ...]) -> Rows:
    columns = [column for column in table.c if column.name not in besides]
    keys = [column.name for column in table.primary_key]
    found = (row._asdict() for row in conn.execute(select(*columns)))
    return {"/".join(str(row[key]) for key in keys): row for row in found}


def _state(conn: Connection) -> dict[str, Any]:
    """What the next document depends on, but for chains that stand in no fact."""
    plain: dict[str, Any] = json.loads(json.dumps(state_to_plain(fiscal.load_state(conn))))
    plain["heads"] = {name: head for name, head in plain.get("heads", {}).items() if name in IN_FACTS}
    return plain


def _short(value: object) -> str:
    text = "nothing" if value is None else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 160 else text[:157] + "..."

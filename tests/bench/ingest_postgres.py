"""Ingest into PostgreSQL, beside COPY of the same rows."""

from contextlib import ExitStack

import psycopg

from tests.bench.ingest import rows_for
from tests.bench.row import Row
from tests.bench.run import Run
from tests.support.postgres import fresh_database, running_postgres

TYPES = {"seq": "bigint", "v": "int", "occurred_at": "bigint", "utc_offset": "int", "mono": "bigint"}


def measure(run: Run) -> list[Row]:
    """See ``ingest``; a server of its own in a folder of its own."""
    with ExitStack() as stack:
        server = stack.enter_context(running_postgres())

        def database() -> str:
            return stack.enter_context(fresh_database(server)).replace("postgresql://", "postgresql+psycopg://")

        return rows_for(run, "PostgreSQL", database, lambda batches: _copy(server, batches), "COPY")


def _copy(server: str, batches: list[list[dict[str, object]]]) -> int:
    names = list(batches[0][0])
    columns = ", ".join(f"{name} {TYPES.get(name, 'text')}" for name in names)
    with psycopg.connect(server, connect_timeout=10) as conn:
        conn.execute(f"CREATE TABLE raw ({columns}, PRIMARY KEY (store, device, seq))")
        conn.commit()
        for rows in batches:
            with conn.cursor().copy("COPY raw FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(list(row.values()))
            conn.commit()
        conn.execute("DROP TABLE raw")
    return sum(map(len, batches))

"""A connection that is lost inside a transaction: the whole is done again, once."""

from pathlib import Path

import pytest
from sqlalchemy import text

from retail.facts import StaffSignedIn
from sync.identity.keys import Identity
from sync.storage.book import Book, UnitOfWork
from sync.storage.engine import open_engine
from sync.verify import verify_journals
from tests.support.clocks import ManualClock


@pytest.mark.postgres
def test_a_lost_connection_is_survived_by_repeating_the_unit(postgres_url: str, tmp_path: Path) -> None:
    engine, other = open_engine(postgres_url), open_engine(postgres_url)
    try:
        book = Book(engine, Identity.create(tmp_path, "HQ", "HQ-L"), ManualClock(), kind="ledger")
        tries: list[int] = []

        def work(unit: UnitOfWork) -> int:
            tries.append(1)
            if len(tries) == 1:
                backend = unit.conn.execute(text("SELECT pg_backend_pid()")).scalar_one()
                with other.begin() as conn:
                    conn.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": backend})
            return unit.record(StaffSignedIn(staff="s"))[1]

        assert book.run(work) == 1
        assert len(tries) == 2
        with book.read() as conn:
            assert verify_journals(conn) == []
        assert book.head.seq == 1
    finally:
        engine.dispose()
        other.dispose()

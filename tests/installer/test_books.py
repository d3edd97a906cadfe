"""``comptoir verify`` beside a shop that goes on, and on files that are no books."""

from pathlib import Path

import pytest
from sqlalchemy import Connection

from installer import books
from retail.facts import StaffSignedIn
from sync.journal.ingest import receive
from sync.journal.outbox import next_batch
from sync.storage.book import Book
from tests.support.books import introduce, open_book

Out = pytest.CaptureFixture[str]


def relay(till: Book, ledger: Book) -> None:
    with till.read() as conn, ledger.unit() as work:
        batch = next_batch(conn, "LYO1", "LYO1-T1", ledger_has(ledger))
        assert batch is not None
        receive(work.conn, "LYO1-T1", batch)


def ledger_has(ledger: Book) -> int:
    with ledger.read() as conn:
        return int(conn.exec_driver_sql("SELECT seq FROM journal_heads WHERE device = 'LYO1-T1'").scalar_one())


def sign_in(till: Book) -> None:
    with till.unit() as work:
        work.record(StaffSignedIn(staff="s1"))


def test_records_that_are_written_and_sent_during_the_look_are_nobodys_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_book(tmp_path / "keys-of-till", "LYO1-T1") as till, open_book(tmp_path / "ledger", "HQ-L") as ledger:
        introduce(ledger, till)
        name = tmp_path / "keys-of-till" / "keys" / "LYO1-T1" / "device.json"
        (tmp_path / "keys-of-till" / "device.json").write_bytes(name.read_bytes())
        sign_in(till)

        class Opened(books._opened):
            def __init__(self, path: str) -> None:
                super().__init__(path)
                self._is_ledger = "ledger" in path

            def __enter__(self) -> Connection:
                if self._is_ledger:
                    sign_in(till)
                    relay(till, ledger)
                return super().__enter__()

        files = {"tills": [str(tmp_path / "keys-of-till" / "book.db")], "ledger": str(tmp_path / "ledger" / "book.db")}
        monkeypatch.setattr(books, "_opened", Opened)
        assert books.check_books(**files) == []  # type: ignore[arg-type]
        monkeypatch.undo()
        with till.unit() as work:
            work.conn.exec_driver_sql("DELETE FROM journal_records WHERE seq > 1")
            work.conn.exec_driver_sql(
                "UPDATE journal_heads SET seq = 1, hash = (SELECT hash FROM journal_records WHERE device = 'LYO1-T1')"
                " WHERE device = 'LYO1-T1'"
            )
        assert {one.kind for one in books.check_books(**files)} == {"log-shorter-than-copy"}  # type: ignore[arg-type]


@pytest.mark.parametrize("content", [b"", b"this is no database, whatever its name says" * 100])
def test_a_file_that_is_no_book_is_said_in_one_line(tmp_path: Path, capsys: Out, content: bytes) -> None:
    path = tmp_path / "till.db"
    path.write_bytes(content)
    assert books.verify_books(tills=[str(path)], agents=[], ledger=None) == 2
    assert capsys.readouterr().out.startswith("a database can't be read: ")

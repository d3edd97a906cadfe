"""A till's database in which a new log continues the old one: what was adopted counts once."""

from pathlib import Path

from retail.facts import CashMoved, ShiftClosed, ShiftOpened
from sync.identity.keys import Identity
from sync.journal.ingest import receive
from sync.journal.outbox import next_batch
from sync.journal.recovery import Outcome, Recovery, continue_as
from sync.storage.book import Book
from sync.verify import verify_database
from tests.support.books import introduce, open_book
from tests.support.clocks import ManualClock

OUT = CashMoved(shift="z1", kind="pay_out", minor=-500, reason="errand", by="s")


def test_cash_that_was_moved_before_a_fork_and_adopted_counts_once_and_equal_moves_each(tmp_path: Path) -> None:
    with open_book(tmp_path / "till") as old:
        with old.unit() as work:
            work.record(ShiftOpened(shift="z1", business_date="2026-11-18", by="s", float_minor=10_000, currency="EUR"))
            work.record(OUT)
        with old.unit() as work:
            work.record(OUT)
            work.record(OUT)
        identity = Identity.create(tmp_path / "new", "LYO1", "LYO1-T0")
        clock = ManualClock()
        clock.forward(60_000)
        book = Book(old.engine, identity, clock, kind="till")
        continue_as(book, old.identity, Recovery(Outcome.CONTINUE, forked_at=3))
        clock.forward(60_000)
        with book.unit() as work:
            work.record(OUT)
            work.record(
                ShiftClosed(shift="z1", business_date="2026-11-18", by="s", expected_minor=8_000, counted_minor=8_000,
                            difference_minor=0)
            )  # fmt: skip
        with book.read() as conn:
            assert verify_database(conn) == []
        with open_book(tmp_path / "ledger", "HQ-L") as ledger:
            introduce(ledger, old, book)
            for log, last in ((old, 2), (book, None)):
                with log.read() as conn, ledger.unit() as work:
                    batch = next_batch(conn, "LYO1", log.identity.device, 0, limit=last or 500)
                    assert batch is not None
                    receive(work.conn, log.identity.device, batch)
            with ledger.read() as conn:
                assert verify_database(conn) == []

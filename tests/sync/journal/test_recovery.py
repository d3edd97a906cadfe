"""A database that lost its tail, or that was cloned: noticed, pulled back, or continued under a new id."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from retail.facts import DeviceContinues, SaleCompleted, StaffSignedIn
from sync.host import BookHost
from sync.identity.enrolment import Peer
from sync.identity.keys import Identity
from sync.journal.encoding import decode
from sync.journal.outbox import next_batch
from sync.journal.record import Record
from sync.journal.recovery import Outcome, continue_as, recover
from sync.journal.rows import read_log
from sync.storage.book import Book, LogTruncated, UnitOfWork
from sync.verify import find_duplicates, verify_anchor, verify_journals
from sync.wire.messages import Batch, LogHead
from tests.support.books import introduce, kind_of, open_book
from tests.support.clocks import ManualClock


class Copy:
    """A receiver of the till's log, asked without HTTP."""

    def __init__(self, host: BookHost, peer: Peer) -> None:
        self._host = host
        self._peer = peer

    def head(self, device: str) -> LogHead:
        return self._host.head(self._peer, device)

    def events(self, device: str, start: int) -> Batch | None:
        return self._host.events(self._peer, device, start)

    def take(self, book: Book, up_to: int = 500) -> None:
        with book.read() as conn:
            batch = next_batch(conn, "LYO1", book.identity.device, self.head(book.identity.device).seq, limit=up_to)
        assert batch is not None
        self._host.receive(self._peer, "LYO1", book.identity.device, batch)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Book]:
    with open_book(tmp_path / "ledger", "HQ-L") as book:
        yield book


def copy_of(ledger: Book, till: Book) -> Copy:
    introduce(ledger, till)
    peer = Peer("LYO1", till.identity.device, "till", till.identity.public)
    return Copy(BookHost(ledger, is_ledger=True), peer)


def sign_in(book: Book, times: int, staff: str = "s") -> None:
    for _ in range(times):
        with book.unit() as work:
            work.record(StaffSignedIn(staff=staff))


def save(folder: Path, book: Book) -> Path:
    """A copy of the database as it is, for putting it back later."""
    book.engine.dispose()
    kept = folder / "book.kept"
    shutil.copy(folder / "book.db", kept)
    return kept


def put_back(folder: Path, kept: Path) -> None:
    for path in folder.glob("book.db*"):
        path.unlink()
    shutil.copy(kept, folder / "book.db")


def test_a_damaged_wal_loses_its_tail_silently_and_the_anchor_says_so(tmp_path: Path) -> None:
    with open_book(tmp_path) as book:
        sign_in(book, 12)
        wal = tmp_path / "book.db-wal"
        data = bytearray(wal.read_bytes())
    data[len(data) * 3 // 4] ^= 1
    (tmp_path / "book.db-wal").write_bytes(data)
    for path in tmp_path.glob("book.db-shm"):
        path.unlink()
    with open_book(tmp_path) as book:
        assert book.head.seq < 12
        with pytest.raises(LogTruncated, match="12 was written"):
            book.recover()
        with book.read() as conn:
            assert verify_journals(conn) == []
            (found,) = verify_anchor(conn, "LYO1", "LYO1-T1", tmp_path / "anchor")
        assert found.kind == "log-truncated"


def test_acknowledged_records_are_pulled_back_with_their_projections(tmp_path: Path, ledger: Book) -> None:
    folder = tmp_path / "till"
    with open_book(folder) as book:
        sign_in(book, 3)
        kept = save(folder, book)
        for _ in range(7):
            with book.unit() as work:
                for n in range(100):
                    work.record(StaffSignedIn(staff=f"s{n}"))
        copy = copy_of(ledger, book)
        for _ in range(2):
            copy.take(book)
        head = book.head
    put_back(folder, kept)
    projected: list[int] = []

    def restored(work: UnitOfWork, records: list[Record]) -> None:
        projected.extend(r.seq for r in records)

    with open_book(folder) as book:
        found = recover(book, copy, restored)
        assert (found.outcome, found.restored) == (Outcome.RESTORED, 700)
        assert book.head == head
        assert projected == list(range(4, 704))
        assert recover(book, copy).outcome is Outcome.INTACT
        sign_in(book, 1)
        copy.take(book)


def test_what_nobody_has_any_more_means_a_new_id(tmp_path: Path, ledger: Book) -> None:
    folder = tmp_path / "till"
    with open_book(folder) as book:
        sign_in(book, 3)
        kept = save(folder, book)
        sign_in(book, 4)
        copy = copy_of(ledger, book)
        copy.take(book, up_to=5)
    put_back(folder, kept)
    with open_book(folder) as old:
        found = recover(old, copy)
        assert (found.outcome, found.restored, found.missing) == (Outcome.CONTINUE, 2, 2)
        identity = Identity.create(folder / "keys" / "LYO1-T11", "LYO1", "LYO1-T11")
        book = Book(old.engine, identity, ManualClock(), kind=kind_of("LYO1-T11"))
        assert continue_as(book, old.identity, found) == ()
        with book.read() as conn:
            (first,) = read_log(conn, "LYO1", "LYO1-T11")
            fact = decode(first.kind, first.v, first.body)
            assert isinstance(fact, DeviceContinues)
            assert (fact.old, fact.missing, fact.old_head) == ("LYO1-T1", 2, old.head.hash.hex())
            assert verify_journals(conn) == []
        with pytest.raises(ValueError, match="already"):
            continue_as(book, old.identity, found)


def test_without_any_receiver_the_anchor_alone_decides(tmp_path: Path) -> None:
    with open_book(tmp_path) as book:
        sign_in(book, 2)
        kept = save(tmp_path, book)
        assert recover(book, None).outcome is Outcome.INTACT
        sign_in(book, 1)
    put_back(tmp_path, kept)
    with open_book(tmp_path) as book:
        found = recover(book, None)
        assert (found.outcome, found.missing) == (Outcome.CONTINUE, 1)


def test_a_clone_finds_where_it_forked_and_its_sales_are_adopted_once(tmp_path: Path, ledger: Book) -> None:
    folder = tmp_path / "till"
    with open_book(folder) as book:
        sign_in(book, 5)
        kept = save(folder, book)
        copy = copy_of(ledger, book)
        sign_in(book, 6, "the original")
        copy.take(book)
    put_back(folder, kept)
    shutil.rmtree(folder / "anchor")
    with open_book(folder) as old:
        sign_in(old, 1, "the clone")
        with old.unit() as work:
            work.record_text("sale.completed", 1, '{"number":"LYO1-T1-000007","sale":"x"}')
        found = recover(old, copy)
        assert (found.outcome, found.forked_at) == (Outcome.CONTINUE, 6)
        identity = Identity.create(folder / "keys" / "LYO1-T12", "LYO1", "LYO1-T12")
        book = Book(old.engine, identity, ManualClock(), kind="till")
        assert continue_as(book, old.identity, found) == ("LYO1-T1-000007",)
        with book.read() as conn:
            kinds = [r.kind for r in read_log(conn, "LYO1", "LYO1-T12")]
            assert find_duplicates(conn) == []
        assert kinds == ["device.continues", "staff.signed_in", SaleCompleted.KIND]
        copy_of(ledger, book).take(book)

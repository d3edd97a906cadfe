"""The book: facts and rows in one commit, signed ends, the head anchor, and a full disk."""

import base64
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from retail.facts import CashMoved, ClientNoted, StaffSignedIn
from sync.identity.keys import Identity, verify
from sync.journal.anchor import HeadAnchor
from sync.journal.attachments import seal, text_of
from sync.journal.chain import genesis, link
from sync.journal.record import FactTooLong
from sync.journal.rows import from_row, read_log
from sync.storage.book import Book
from sync.storage.tables import meta, records
from tests.support.books import open_book
from tests.support.clocks import ManualClock


def test_rows_and_facts_are_one_commit(till: Book) -> None:
    with till.unit() as work:
        assert work.record(StaffSignedIn(staff="s1")) == ("LYO1-T1", 1)
        assert work.record(StaffSignedIn(staff="s2")) == ("LYO1-T1", 2)
        work.conn.execute(meta.insert().values(key="k", value="v"))
    with suppress(ZeroDivisionError), till.unit() as work:
        work.record(StaffSignedIn(staff="s3"))
        work.conn.execute(meta.insert().values(key="k2", value=str(1 / 0)))
    with till.read() as conn:
        assert conn.execute(select(meta.c.key)).scalars().all() == ["k"]
        assert [r.seq for r in read_log(conn, "LYO1", "LYO1-T1")] == [1, 2]
    assert till.head.seq == 2


def test_the_last_hash_of_a_commit_is_signed_and_the_chain_holds(till: Book) -> None:
    for count in (1, 3):
        with till.unit() as work:
            for n in range(count):
                work.record(StaffSignedIn(staff=f"s{n}"))
    with till.read() as conn:
        rows = conn.execute(select(records).order_by(records.c.seq)).all()
    head = genesis("LYO1", "LYO1-T1", till.identity.public)
    for row in rows:
        head = link(head, from_row(row))
        assert row.hash == head.hex()
        if row.sig is not None:
            assert verify(till.identity.public, head, base64.b64decode(row.sig))
    assert [row.seq for row in rows if row.sig] == [1, 4]
    assert till.head.hash == head


def test_the_same_book_on_both_databases(engine: Engine, tmp_path: Path) -> None:
    book = Book(engine, Identity.create(tmp_path / "key", "HQ", "HQ-L"), ManualClock(), kind="ledger")

    def move(n: int) -> tuple[str, int]:
        return book.run(lambda work: work.record(CashMoved(shift="x", kind="pay_in", minor=n, reason="", by="s")))

    threads = [threading.Thread(target=move, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert book.head.seq == 8
    again = Book(engine, book.identity, ManualClock(), kind="ledger")
    assert again.head == book.head


def test_a_savepoint_undoes_its_facts_and_rows_only(till: Book) -> None:
    with till.unit() as work:
        work.record(StaffSignedIn(staff="before"))
        with suppress(ZeroDivisionError), work.savepoint():
            work.record(StaffSignedIn(staff="inside"))
            work.conn.execute(meta.insert().values(key="inside", value=""))
            _ = 1 / 0
        assert work.record(StaffSignedIn(staff="after"))[1] == 2
    with till.read() as conn:
        assert [r.body for r in read_log(conn, "LYO1", "LYO1-T1")] == ['{"staff":"before"}', '{"staff":"after"}']
        assert conn.execute(select(meta)).all() == []


def test_a_fact_that_is_too_long_is_refused_and_nothing_is_written(till: Book) -> None:
    with pytest.raises(FactTooLong, match="smaller facts"), till.unit() as work:
        work.record(StaffSignedIn(staff="x" * 300_000))
    assert till.head.seq == 0


def test_a_texts_hash_must_stand_in_its_fact(till: Book) -> None:
    sealed = seal("préfère le matin")
    with till.unit() as work:
        note = ClientNoted(client="c", note="n", sha256=sealed.sha256, by="s")
        work.record(note, attachments={"text": sealed})
        with pytest.raises(ValueError, match="isn't in the fact"):
            work.record(ClientNoted(client="c", note="n", sha256="0" * 64, by="s"), attachments={"text": "x"})
    with till.read() as conn:
        assert text_of(conn, "LYO1", "LYO1-T1", 1, "text") == "préfère le matin"


def test_listeners_hear_of_commits_with_facts_only(till: Book) -> None:
    heard: list[int] = []
    till.on_commit(lambda head: heard.append(head.seq))
    with till.unit() as work:
        work.conn.execute(meta.insert().values(key="k", value="v"))
    with till.unit() as work:
        work.record(StaffSignedIn(staff="s"))
    assert heard == [1]


def test_a_clock_that_goes_back_never_stops_a_commit(tmp_path: Path) -> None:
    clock = ManualClock()
    with open_book(tmp_path, clock=clock) as book:
        for now in (1_763_712_000_000, 1_000, 4_000_000_000_000):
            clock.set_wall(now)
            with book.unit() as work:
                work.record(StaffSignedIn(staff="s"))
        assert book.head.seq == 3


def test_the_anchor_follows_the_head_and_survives_a_torn_write(tmp_path: Path) -> None:
    with open_book(tmp_path) as book:
        for _ in range(3):
            with book.unit() as work:
                work.record(StaffSignedIn(staff="s"))
        head = book.head
    anchor = HeadAnchor(tmp_path / "anchor")
    assert anchor.read() == head
    newest = max((tmp_path / "anchor").iterdir(), key=lambda path: path.read_bytes()[8:16])
    newest.write_bytes(newest.read_bytes()[:20])
    found = HeadAnchor(tmp_path / "anchor").read()
    assert found is not None
    assert found.seq == 2


@given(heads=st.lists(st.integers(1, 2**40), min_size=1, max_size=6))
@settings(max_examples=15, deadline=None)
def test_the_newest_anchor_wins(heads: list[int], tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("anchor")
    for n, seq in enumerate(heads):
        HeadAnchor(folder).write(seq, bytes([n]) * 32)
    assert HeadAnchor(folder).read() == (heads[-1], bytes([len(heads) - 1]) * 32)

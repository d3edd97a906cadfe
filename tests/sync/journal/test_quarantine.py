"""Records that can't be digested: set aside, listed, retried, waived; those behind them go on."""

from pathlib import Path

import pytest
from sqlalchemy import select

from retail.errors import Refused
from retail.facts import Fact, StaffSignedIn
from sync.journal import quarantine
from sync.journal.quarantine import DIGESTED, WAIVED, Source
from sync.journal.record import Record
from sync.journal.rows import read_log
from sync.storage.book import Book, UnitOfWork
from sync.storage.tables import meta
from tests.support.books import open_book


def project(work: UnitOfWork, source: Source, fact: Fact) -> None:
    assert isinstance(fact, StaffSignedIn)
    work.conn.execute(meta.insert().values(key=fact.staff, value=""))
    if fact.staff == "poison":
        raise Refused("no_such_person")


def bodies(book: Book) -> list[Record]:
    with book.unit() as work:
        for kind, body in (
            ("staff.signed_in", '{"staff":"a"}'),
            ("staff.signed_in", '{"staff":"poison"}'),
            ("staff.signed_in", '{"staff":"a"}'),
            ("staff.signed_in", "[1,2]"),
            ("weather.changed", "{}"),
            ("staff.signed_in", '{"staff":"b"}'),
        ):
            work.record_text(kind, 1, body)
    with book.read() as conn:
        return list(read_log(conn, "LYO1", "LYO1-T1"))


def test_poison_blocks_nothing(till: Book) -> None:
    found = bodies(till)
    with till.unit() as work:
        assert quarantine.digest(work, "LYO1", "LYO1-T1", found, project) == 2
    with till.read() as conn:
        assert conn.execute(select(meta.c.key).order_by(meta.c.key)).scalars().all() == ["a", "b"]
        listed = quarantine.listed(conn)
    assert [(q.seq, q.attempts, q.state) for q in listed] == [(n, 1, "waiting") for n in (2, 3, 4, 5)]
    assert "no_such_person" in listed[0].reason
    assert "IntegrityError" in listed[1].reason
    assert "isn't known" in listed[3].reason


def test_retrying_and_waiving_are_facts(till: Book) -> None:
    found = bodies(till)
    with till.unit() as work:
        quarantine.digest(work, "LYO1", "LYO1-T1", found, project)
        assert not quarantine.retry(work, "LYO1", "LYO1-T1", 2, "ops", project)
        assert quarantine.retry(work, "LYO1", "LYO1-T1", 2, "ops", lambda *_: None)
        quarantine.waive(work, "LYO1", "LYO1-T1", 3, "known", "ops")
        with pytest.raises(LookupError):
            quarantine.waive(work, "LYO1", "LYO1-T1", 3, "again", "ops")
    with till.read() as conn:
        states = {q.seq: (q.state, q.attempts) for q in quarantine.listed(conn, None)}
        kinds = [r.kind for r in read_log(conn, "LYO1", "LYO1-T1", after=6)]
    assert states[2] == (DIGESTED, 2)
    assert states[3][0] == WAIVED
    assert kinds == ["quarantine.retried", "quarantine.retried", "quarantine.waived"]


def test_facts_of_a_failed_projection_are_not_recorded(tmp_path: Path) -> None:
    with open_book(tmp_path) as book:
        found = bodies(book)

        def records_then_fails(work: UnitOfWork, source: Source, fact: Fact) -> None:
            work.record(StaffSignedIn(staff="from the projector"))
            raise Refused("no")

        with book.unit() as work:
            quarantine.digest(work, "LYO1", "LYO1-T1", found, records_then_fails)
        assert book.head.seq == 6

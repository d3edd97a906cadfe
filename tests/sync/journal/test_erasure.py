"""Erased clients: the texts about them go from every book, whichever comes first, and the chains stay valid."""

from pathlib import Path

from retail.facts import ClientNoted
from sync.feeds.apply import apply
from sync.feeds.reference import Reference
from sync.feeds.row import FeedRow
from sync.feeds.sinks import ReferenceSink
from sync.journal import attachments
from sync.journal.ingest import receive
from sync.journal.outbox import next_batch
from sync.storage.book import Book
from sync.verify import verify_journals
from tests.support.books import introduce, open_book

GONE, KEPT = "c-gone", "c-kept"
TOMBSTONE = FeedRow(7, GONE, 1, None)


def note(till: Book, client: str) -> int:
    """A note about a client; the number of its fact."""
    sealed = attachments.seal(f"about {client}")
    with till.unit() as work:
        fact = ClientNoted(client=client, note=f"n-{client}", sha256=sealed.sha256, by="lea")
        return work.record(fact, attachments={"text": sealed})[1]


def texts(book: Book) -> list[str]:
    """The texts that a book still holds of the till's log."""
    with book.read() as conn:
        assert verify_journals(conn) == []
        return [one.sealed.text for one in attachments.read(conn, "LYO1", "LYO1-T1", 1, 99)]


def send(till: Book, agent: Book) -> None:
    """The agent takes the till's log in."""
    with till.read() as conn:
        batch = next_batch(conn, "LYO1", "LYO1-T1", 0)
    assert batch is not None
    with agent.unit() as work:
        receive(work.conn, "LYO1-T1", batch, at=work.now)


def test_the_row_of_an_erased_client_takes_the_notes_that_were_passed_on(tmp_path: Path) -> None:
    with open_book(tmp_path / "till") as till, open_book(tmp_path / "agent", "LYO1-A") as agent:
        introduce(agent, till)
        note(till, GONE)
        note(till, KEPT)
        send(till, agent)
        assert texts(agent) == [f"about {GONE}", f"about {KEPT}"]
        with agent.unit() as work:
            apply(work.conn, "customers", "", [TOMBSTONE], 7)
        assert texts(agent) == [f"about {KEPT}"]


def test_a_note_that_comes_after_the_erasure_isnt_kept(tmp_path: Path) -> None:
    with open_book(tmp_path / "till") as till, open_book(tmp_path / "agent", "LYO1-A") as agent:
        introduce(agent, till)
        with agent.unit() as work:
            apply(work.conn, "customers", "", [TOMBSTONE], 7)
        note(till, GONE)
        note(till, KEPT)
        send(till, agent)
        assert texts(agent) == [f"about {KEPT}"]


def test_the_till_that_wrote_the_note_forgets_it_too(tmp_path: Path) -> None:
    with open_book(tmp_path / "till") as till:
        reference = Reference(tmp_path / "reference", till)
        try:
            note(till, GONE)
            note(till, KEPT)
            ReferenceSink(reference, "LYO1", book=till).apply("customers", [TOMBSTONE], 7, "e")
            assert texts(till) == [f"about {KEPT}"]
        finally:
            reference.close()

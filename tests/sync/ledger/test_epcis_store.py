"""The event store by itself: long journals, long movements, a question that comes too soon."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from retail.epcis import Site, event_id
from retail.facts import Move, Place, StockMoved
from sync.epcis.query import PageOfEvents, page, understood
from sync.epcis.store import EventStore, open_store
from sync.storage.book import Book
from sync.storage.engine import open_engine
from sync.wire.problems import Problem
from tests.support.books import open_book
from tests.support.clocks import ManualClock
from tests.support.ledgers import G1, received
from tests.support.waiting import wait_until


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def book(tmp_path: Path, clock: ManualClock) -> Iterator[Book]:
    with open_book(tmp_path, "LYO1-A", clock=clock) as made:
        yield made


@pytest.fixture
def store(tmp_path: Path, book: Book) -> Iterator[EventStore]:
    made = open_store(book, open_engine(tmp_path / "epcis.db"), Site)
    yield made
    made.stop()
    made.engine.dispose()


def write(book: Book, clock: ManualClock, count: int) -> None:
    with book.unit() as unit:
        for n in range(count):
            unit.record(received(f"m{unit.next_seq}", (G1, n + 1)))
    clock.forward(1000)


def asked(store: EventStore, **params: str) -> PageOfEvents:
    return page(store, understood(list(params.items())))


def everything(store: EventStore) -> list[str]:
    found, token = [], ""
    while token is not None:
        answer = asked(store, perPage="1000", **({"nextPageToken": token} if token else {}))
        found += [event["eventID"] for event in answer.events]
        token = answer.token  # type: ignore[assignment]
    return found


def test_a_long_journal_is_followed_as_it_grows(book: Book, store: EventStore, clock: ManualClock) -> None:
    write(book, clock, 1050)
    assert len(set(everything(store))) == 1050
    write(book, clock, 3)
    assert len(everything(store)) == 1053
    (last,) = asked(store, perPage="1", orderBy="eventTime").events
    assert last["eventID"] == everything(store)[-1] == event_id(last)


def test_who_asks_too_soon_is_told_to_wait(book: Book, store: EventStore, clock: ManualClock) -> None:
    write(book, clock, 400)
    with pytest.raises(Problem) as busy:
        store.fresh(wait_s=0)
    assert (busy.value.type, busy.value.status) == ("busy", 503)

    def ready() -> bool:
        try:
            store.fresh(wait_s=0.05)
        except Problem:
            return False
        return True

    wait_until(ready)
    assert len(everything(store)) == 400


def test_a_long_movement_is_one_event(book: Book, store: EventStore) -> None:
    src, dst = Place(location="supplier"), Place(location="stockroom")
    moves = tuple(Move(gtin=G1, qty=1, src=src, dst=dst, unit=f"{G1}.{n}") for n in range(1000))
    with book.unit() as unit:
        unit.record(StockMoved(move="m1", reason="received", moves=moves))
    (event,) = asked(store).events
    assert len(event["epcList"]) == 1000
    for n in (0, 999):
        assert len(asked(store, MATCH_epc=f"https://id.gs1.org/01/{G1}/21/{n}").events) == 1
    assert len(asked(store, MATCH_anyEPC=f"urn:epc:idpat:sgtin:{G1[1:8]}.{G1[0]}{G1[8:13]}.*").events) == 1


def test_a_stopped_store_answers_nobody(book: Book, store: EventStore) -> None:
    store.stop()
    with pytest.raises(Problem, match="busy"):
        store.fresh(wait_s=0)

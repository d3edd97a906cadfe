"""A device's log is read the same from its file and over the protocol; sales and what follows from them are found."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from retail.facts import Move, Place, StaffSignedIn, StockMoved
from sync.journal.ingest import receive
from sync.journal.outbox import next_batch
from tests.support import journals
from tests.support.books import SmallShop, served, small_shop
from tests.support.shop import Shop
from tests.support.stock_builders import COAT, sale_of, sold_line

TILL, AGENT = "LYO1-T1", "LYO1-A"
FLOOR, GONE = Place(location="salesfloor"), Place(location="customer")
SALE = sale_of(sold_line(COAT), sale="s1")


@pytest.fixture
def small(tmp_path: Path) -> Iterator[SmallShop]:
    """A till that has signed somebody in and sold a coat."""
    with small_shop(tmp_path) as shop:
        for fact in (StaffSignedIn(staff="camille"), SALE):
            with shop.till.unit() as unit:
                unit.record(fact)
        yield shop


def file_of(tmp_path: Path, name: str) -> Path:
    """A book's database."""
    return tmp_path / name / "book.db"


def sent(small: SmallShop) -> None:
    """The agent takes the till's log."""
    with small.till.read() as conn:
        batch = next_batch(conn, "LYO1", TILL, 0)
    assert batch is not None
    with small.agent.unit() as unit:
        receive(unit.conn, TILL, batch)


def test_a_file_gives_its_devices_facts_in_order(small: SmallShop, tmp_path: Path) -> None:
    kept = journals.in_file(file_of(tmp_path, "till"), TILL)
    assert [(one.device, one.seq) for one in kept] == [(TILL, seq + 1) for seq in range(len(kept))]
    assert [one.fact for one in kept][-2:] == [StaffSignedIn(staff="camille"), SALE]
    assert journals.in_file(file_of(tmp_path, "till"), AGENT) == []


def test_sales_are_picked_out(small: SmallShop, tmp_path: Path) -> None:
    assert journals.sales(journals.in_file(file_of(tmp_path, "till"), TILL)) == [SALE]
    assert journals.sales([]) == []


def test_moves_that_follow_from_a_fact_are_picked_out(small: SmallShop, tmp_path: Path) -> None:
    sold = journals.in_file(file_of(tmp_path, "till"), TILL)[-1]
    moves = (Move(gtin=COAT, qty=1, src=FLOOR, dst=GONE),)
    for move, cause in (("m1", (TILL, sold.seq)), ("m2", (TILL, sold.seq + 1)), ("m3", None)):
        with small.agent.unit() as unit:
            unit.record(StockMoved(move=move, reason="sold", moves=moves, cause=cause))
    own = journals.in_file(file_of(tmp_path, "agent"), AGENT)
    (found,) = journals.moves_for(own, sold)
    assert isinstance(found.fact, StockMoved)
    assert found.fact.move == "m1"


def test_a_receiver_gives_back_over_the_protocol_what_the_file_holds(small: SmallShop, tmp_path: Path) -> None:
    sent(small)
    with served(small.agent_host) as server:
        premises = SimpleNamespace(
            agent_url=f"http://127.0.0.1:{server.port}",
            till_devices=[TILL],
            till_folder=lambda _number: tmp_path / "till" / "keys" / TILL,
        )
        asked = journals.at_agent(cast(Shop, SimpleNamespace(premises=premises)), TILL)
    assert asked == journals.in_file(file_of(tmp_path, "till"), TILL)
    assert asked

"""Reservations, leases and what is free: nobody oversells silently."""

import pytest

from retail.errors import Refused
from retail.facts.store import LeaseGranted
from retail.stock import (
    BACK,
    FLOOR,
    STAGING,
    Received,
    StockBook,
    apply,
    atp,
    broken_invariants,
    effects,
    effects_of,
    ended,
    fold,
    fold_entry,
    give_back,
    grant,
    levels,
    open_of_order,
    place,
    promise,
    relocate,
    safety,
    settle,
)
from retail.stock.availability import DAY_MS
from retail.stock.places import At
from tests.support.stock_builders import COAT, MUG, SHIRT, Ids, sale_of, sold_line, stocked, tagged, unit_of


@pytest.fixture
def ids() -> Ids:
    return Ids()


@pytest.fixture
def book(ids: Ids) -> StockBook:
    return stocked(ids, tagged(COAT, 5), Received(MUG, 2, (), BACK))


def test_a_promise_takes_from_what_is_free_and_gives_it_back(book: StockBook) -> None:
    fold_entry(book, place(book, "e1", "r1", COAT, 2, "o1", at=1))
    assert (levels(book, COAT).committed, levels(book, COAT).atp) == (2, 3)
    assert [kept.qty for kept in open_of_order(book, "o1")] == [2]
    fold_entry(book, settle(book, "e2", "r1", "release", 2, 1))
    fold_entry(book, settle(book, "e3", "r1", "expire", 3))
    assert (book.reservations, levels(book, COAT).atp, broken_invariants(book)) == ({}, 5, [])


def test_an_entry_twice_changes_nothing(book: StockBook) -> None:
    entry = place(book, "e1", "r1", COAT, 2, "o1", at=1)
    assert fold_entry(book, entry)
    assert not fold_entry(book, entry)
    assert book.committed(COAT) == 2


def test_promises_that_can_not_be_are_refused(book: StockBook) -> None:
    fold_entry(book, place(book, "e1", "r1", COAT, 2, "o1", at=1))
    with pytest.raises(Refused, match="placed_before"):
        place(book, "e2", "r1", COAT, 2, "o1", at=1)
    with pytest.raises(Refused, match="too_much"):
        place(book, "e2", "r2", COAT, 0, "o1", at=1)
    with pytest.raises(Refused, match="too_much"):
        settle(book, "e2", "r1", "release", 1, 3)
    with pytest.raises(Refused, match="not_open"):
        settle(book, "e2", "r9", "release", 1)


def test_a_lease_holds_back_and_its_use_becomes_a_promise(book: StockBook, ids: Ids) -> None:
    fold(book, grant(book, "l1", COAT, 3, until=100))
    assert (levels(book, COAT).leased, levels(book, COAT).atp) == (3, 2)
    apply(book, promise(book, "r1", COAT, 2, "o1", at=1, new_id=ids, lease="l1"), 1)
    assert levels(book, COAT)[5:7] == (2, 1)
    assert levels(book, COAT).atp == 2
    returned = give_back(book, "l1")
    assert returned.used == 2
    fold(book, returned)
    assert (levels(book, COAT).leased, levels(book, COAT).atp, broken_invariants(book)) == (0, 3, [])


def test_an_unacknowledged_use_is_never_leased_twice(book: StockBook) -> None:
    """The ledger may have sold all of it; until the store knows the orders, all of it counts as gone."""
    fold(book, grant(book, "l1", COAT, 5, until=100))
    with pytest.raises(Refused, match="nothing_free"):
        grant(book, "l2", COAT, 1, until=100)
    assert [lease.lease for lease in ended(book, 100)] == ["l1"]
    assert levels(book, COAT).atp == 0


def test_a_renewed_lease_keeps_what_was_used(book: StockBook, ids: Ids) -> None:
    fold(book, grant(book, "l1", COAT, 2, until=100))
    apply(book, promise(book, "r1", COAT, 2, "o1", at=1, new_id=ids, lease="l1"), 1)
    renewed = grant(book, "l1", COAT, 9, until=200)
    assert renewed == LeaseGranted(lease="l1", gtin=COAT, qty=5, until=200)
    fold(book, renewed)
    assert (book.leased(COAT), levels(book, COAT).atp, ended(book, 150)) == (3, 0, [])


def test_leases_that_can_not_be_are_refused(book: StockBook) -> None:
    fold(book, grant(book, "l1", COAT, 2, until=100))
    with pytest.raises(Refused, match="wrong_article"):
        grant(book, "l1", MUG, 2, until=100)
    with pytest.raises(Refused, match="unknown"):
        give_back(book, "l9")
    with pytest.raises(Refused, match="wrong_lease"):
        place(book, "e", "r", MUG, 1, "o", at=1, lease="l1")


def test_a_walk_in_may_overdraw_a_lease_and_it_is_said(book: StockBook, ids: Ids) -> None:
    fold(book, grant(book, "l1", COAT, 5, until=100))
    made = effects_of(book, sale_of(sold_line(COAT, 1, [unit_of(COAT, 0)])), ("T", 1), 5, ids)
    assert [one.kind for one in made.exceptions] == ["lease_overdrawn"]


def test_an_order_beyond_what_is_there_is_taken_and_said(book: StockBook, ids: Ids) -> None:
    made = promise(book, "r1", MUG, 3, "o1", at=1, new_id=ids)
    assert [one.kind for one in made.exceptions] == ["lease_overdrawn"]
    assert promise(book, "r2", SHIRT, 1, "o1", at=1, new_id=ids).exceptions[0].subject == SHIRT
    assert promise(book, "r3", MUG, 2, "o1", at=1, new_id=ids).exceptions == ()


def test_damaged_goods_break_promises_too(book: StockBook, ids: Ids) -> None:
    apply(book, promise(book, "r1", COAT, 5, "o1", at=1, new_id=ids), 1)
    moves = relocate(book, [unit_of(COAT, 0)], At("quarantine", "damaged"))
    made = effects(book, "graded", moves, cause=None, at=2, new_id=ids)
    assert [(one.kind, one.subject) for one in made.exceptions] == [("reservation_broken", "o1")]


def test_staging_breaks_nothing(book: StockBook, ids: Ids) -> None:
    apply(book, promise(book, "r1", COAT, 5, "o1", at=1, new_id=ids), 1)
    made = effects(book, "staged", relocate(book, [unit_of(COAT, 0)], STAGING), cause=None, at=2, new_id=ids)
    assert made.exceptions == ()


def test_safety_stock_is_for_what_was_not_seen_lately() -> None:
    assert safety(0, DAY_MS) == 0
    assert safety(0, DAY_MS + 1) == 1
    assert safety(None, 0, unsure=2) == 2


def test_nothing_free_is_never_less_than_nothing() -> None:
    assert atp(3, 1, 1, 0) == 1
    assert atp(1, 5, 0, 0) == 0


def test_levels_say_what_is_where(book: StockBook, ids: Ids) -> None:
    apply(book, effects(book, "staged", relocate(book, [unit_of(COAT, 0)], STAGING), cause=None, at=2, new_id=ids), 2)
    found = levels(book, COAT, kept_back=1)
    assert (found.floor, found.back, found.other, found.sellable, found.atp) == (4, 0, 1, 5, 4)
    assert levels(book, MUG).back == 2
    assert book.balance(COAT, FLOOR) == 4

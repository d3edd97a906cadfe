"""Counts: live classes, suspect before written off, nothing sold comes back, barcode sales are settled."""

import pytest

from retail.errors import Refused
from retail.stock import (
    BACK,
    FLOOR,
    Count,
    StockBook,
    apply,
    approved,
    broken_invariants,
    count_effects,
    effects,
    effects_of,
    expected_units,
    finish,
    fold,
    levels,
    open_count,
    proposals,
    state_of,
)
from retail.stock.counts import Decision, believed, cancel, class_of, follow, hear, result
from retail.stock.moves import move
from retail.stock.places import SHRINK
from tests.support.stock_builders import COAT, SHIRT, Ids, sale_of, sold_line, stocked, tagged, unit_of, units_of

COATS = units_of(COAT, 4)


class Shop:
    def __init__(self) -> None:
        self.ids = Ids()
        self.book = stocked(self.ids, tagged(COAT, 4), tagged(SHIRT, 2, BACK))
        self.opened = 0

    def count(self, *read: str) -> Count:
        self.opened += 1
        expected = expected_units(self.book, "floor", "salesfloor", lambda unit: None)
        count, _ = open_count(f"k{self.opened}", "floor", "m", expected, 0, 0)
        if read:
            hear(count, read, 10)
        return count

    def settle(self, count: Count, decisions: dict[str, Decision] | None = None) -> list[str]:
        finish(count, self.book)
        fact = approved(count, self.book, decisions or {}, "m")
        made = count_effects(self.book, fact, "salesfloor", cause=("LYO1-A", self.opened), at=20, new_id=self.ids)
        fold(self.book, fact)
        apply(self.book, made, 20)
        assert broken_invariants(self.book) == []
        return [one.kind for one in made.exceptions]


@pytest.fixture
def shop() -> Shop:
    return Shop()


def test_reads_sort_into_classes_while_they_stream_in(shop: Shop) -> None:
    count = shop.count()
    assert result(count, shop.book).missing == tuple(COATS)
    hear(count, [COATS[0], unit_of(SHIRT, 0)], 5)
    hear(count, [COATS[0], COATS[1], "99999999999999.1"], 6)
    assert count.curve == [(5, 1), (6, 2)]
    found = result(count, shop.book)
    assert (found.matched, found.misplaced) == (tuple(COATS[:2]), (unit_of(SHIRT, 0),))
    assert (found.foreign, found.missing, found.accuracy_bp) == (("99999999999999.1",), tuple(COATS[2:]), 5000)


def test_a_count_that_closes_reports_and_moves_nothing(shop: Shop) -> None:
    count = shop.count(*COATS[:3], unit_of(SHIRT, 0))
    closed = finish(count, shop.book)
    assert (closed.matched, closed.misplaced, closed.missing) == (3, (unit_of(SHIRT, 0),), (COATS[3],))
    assert closed.accuracy_bp == 7500
    assert hear(count, [COATS[3]], 30) == 0
    assert levels(shop.book, COAT).floor == 4


def test_a_missing_unit_is_suspect_first_and_written_off_at_the_second_miss(shop: Shop) -> None:
    assert shop.settle(shop.count(*COATS[:3])) == []
    assert (shop.book.suspects, state_of(shop.book, COATS[3])) == ({COATS[3]: 1}, "in_stock")
    shop.settle(shop.count(*COATS[:3]))
    assert (shop.book.suspects, state_of(shop.book, COATS[3])) == ({}, "shrunk")
    assert shop.book.balance(COAT, SHRINK) == 1


def test_a_suspect_that_is_read_again_is_found(shop: Shop) -> None:
    shop.settle(shop.count(*COATS[:3]))
    again = shop.count(*COATS)
    assert proposals(again, shop.book) == {COATS[3]: "found"}
    shop.settle(again)
    assert (shop.book.suspects, levels(shop.book, COAT).floor) == ({}, 4)


def test_a_manager_writes_off_at_once(shop: Shop) -> None:
    shop.settle(shop.count(*COATS[:3]), {COATS[3]: "shrink"})
    assert state_of(shop.book, COATS[3]) == "shrunk"


def test_a_written_off_unit_that_is_read_comes_back(shop: Shop) -> None:
    shop.settle(shop.count(*COATS[:3]), {COATS[3]: "shrink"})
    shop.settle(shop.count(*COATS))
    assert (state_of(shop.book, COATS[3]), levels(shop.book, COAT).floor) == ("in_stock", 4)


def test_a_misplaced_unit_moves_to_where_it_is(shop: Shop) -> None:
    shop.settle(shop.count(*COATS, unit_of(SHIRT, 0)))
    assert (levels(shop.book, SHIRT).floor, levels(shop.book, SHIRT).back) == (1, 1)


def test_a_sold_unit_never_comes_back_by_a_read(shop: Shop) -> None:
    apply(shop.book, effects_of(shop.book, sale_of(sold_line(COAT, 1, [COATS[0]])), ("T", 1), 5, shop.ids), 5)
    count = shop.count(*COATS)
    assert class_of(count, shop.book, COATS[0]) == "unexpected"
    finish(count, shop.book)
    with pytest.raises(Refused, match="bad_decision"):
        approved(count, shop.book, {COATS[0]: "found"}, "m")
    assert approved(count, shop.book, {}, "m").found == ()
    assert state_of(shop.book, COATS[0]) == "sold"


def test_missing_units_settle_sales_by_barcode_before_anything_is_lost(shop: Shop) -> None:
    apply(shop.book, effects_of(shop.book, sale_of(sold_line(COAT, 1)), ("T", 1), 5, shop.ids), 5)
    shop.settle(shop.count(*COATS[:2]), dict.fromkeys(COATS[2:], "shrink"))
    assert (shop.book.unresolved, shop.book.open_sales) == ({}, {})
    assert sorted(state_of(shop.book, unit) for unit in COATS[2:]) == ["shrunk", "sold"]
    assert (levels(shop.book, COAT).floor, shop.book.balance(COAT, SHRINK)) == (2, 1)


def test_what_is_sold_during_a_count_is_not_missing(shop: Shop) -> None:
    count = shop.count(*COATS)
    made = effects_of(shop.book, sale_of(sold_line(COAT, 1, [COATS[0]])), ("T", 1), 5, shop.ids)
    apply(shop.book, made, 5)
    follow(count, shop.book, [COATS[0]])
    found = result(count, shop.book)
    assert (found.matched, found.unexpected, found.accuracy_bp) == (tuple(COATS[1:]), (), 10_000)
    assert count.matched == 3


def test_an_approval_twice_suspects_once(shop: Shop) -> None:
    count = shop.count(*COATS[:3])
    finish(count, shop.book)
    fact = approved(count, shop.book, {}, "m")
    assert fold(shop.book, fact)
    assert not fold(shop.book, fact)
    assert shop.book.suspects == {COATS[3]: 1}


def test_staged_goods_stay_where_a_person_put_them(shop: Shop) -> None:
    staged = [move(SHIRT, BACK, BACK._replace(location="staging"), unit=unit_of(SHIRT, 0))]
    apply(shop.book, effects(shop.book, "staged", staged, cause=None, at=1, new_id=shop.ids), 1)
    shop.settle(shop.count(*COATS, unit_of(SHIRT, 0)))
    assert shop.book.units[unit_of(SHIRT, 0)].at.location == "staging"


def test_decisions_that_can_not_be_are_refused(shop: Shop) -> None:
    count = shop.count(*COATS[:3], unit_of(SHIRT, 0))
    with pytest.raises(Refused, match="not_allowed"):
        approved(count, shop.book, {}, "m")
    finish(count, shop.book)
    wrong: dict[str, Decision] = {COATS[0]: "shrink", COATS[3]: "move", unit_of(SHIRT, 0): "suspect"}
    for unit, decision in wrong.items():
        with pytest.raises(Refused, match="bad_decision"):
            approved(count, shop.book, {unit: decision}, "m")
    with pytest.raises(Refused, match="not_of_count"):
        approved(count, shop.book, {unit_of(SHIRT, 1): "move"}, "m")


def test_one_count_at_a_time_in_a_zone(shop: Shop) -> None:
    count = shop.count()
    with pytest.raises(Refused, match="zone_busy"):
        open_count("k9", "floor", "m", (), 0, 0, [count])
    cancel(count)
    assert open_count("k9", "floor", "m", (), 0, 0, [count])[1].expected == 0


def test_units_are_expected_where_they_were_seen_last(shop: Shop) -> None:
    seen = {COATS[0]: "back", unit_of(SHIRT, 0): "floor"}
    assert expected_units(shop.book, "floor", "salesfloor", seen.get) == {*COATS[1:], unit_of(SHIRT, 0)}


def test_an_empty_zone_is_counted_right() -> None:
    count, _ = open_count("k", "z", "m", (), 0, 0)
    assert finish(count, StockBook()).accuracy_bp == 10_000
    assert FLOOR.location == "salesfloor"


def test_an_epc_that_no_book_knows_counts_from_its_second_read_on() -> None:
    once: set[str] = set()
    assert believed({"ours": 1, "garbled": 1, "guest": 2}, {"ours"}, once) == {"ours", "guest"}
    assert believed({"garbled": 1, "another": 1}, {"ours"}, once) == {"garbled"}
    assert once == {"another"}

"""What a till's facts do to stock: sales by tag and by barcode, handovers, returns, and what a person must look at."""

import pytest

from retail.facts.base import Fact
from retail.facts.till import ShiftOpened
from retail.stock import (
    BACK,
    FLOOR,
    At,
    Effects,
    Received,
    StockBook,
    apply,
    broken_invariants,
    effects_of,
    fold,
    levels,
    state_of,
    status,
)
from retail.stock.effects import promise
from tests.support.stock_builders import (
    COAT,
    MUG,
    SHIRT,
    Ids,
    came_back,
    handed_over,
    sale_of,
    sold_line,
    stocked,
    tagged,
    unit_of,
    units_of,
)


class Shop:
    """A book and a till that numbers its facts."""

    def __init__(self) -> None:
        self.ids = Ids()
        self.book = stocked(self.ids, tagged(COAT, 3), tagged(SHIRT, 2, BACK), Received(MUG, 5, (), FLOOR))
        self.seq = 0

    def do(self, fact: Fact, at: int = 1000) -> Effects:
        self.seq += 1
        made = effects_of(self.book, fact, ("LYO1-T1", self.seq), at, self.ids)
        apply(self.book, made, at)
        assert broken_invariants(self.book) == []
        return made


@pytest.fixture
def shop() -> Shop:
    return Shop()


def kinds(made: Effects) -> list[str]:
    return [one.kind for one in made.exceptions]


def test_a_unit_sold_by_its_tag_leaves(shop: Shop) -> None:
    made = shop.do(sale_of(sold_line(COAT, 1, [unit_of(COAT, 0)])))
    assert made.moved is not None
    assert (made.moved.reason, made.moved.cause, made.exceptions) == ("sold", ("LYO1-T1", 1), ())
    assert state_of(shop.book, unit_of(COAT, 0)) == "sold"
    assert levels(shop.book, COAT).atp == 2


def test_the_same_sale_twice_moves_once(shop: Shop) -> None:
    sale = sale_of(sold_line(COAT, 1, [unit_of(COAT, 0)]))
    first = effects_of(shop.book, sale, ("LYO1-T1", 1), 1000, shop.ids)
    apply(shop.book, first, 1000)
    assert effects_of(shop.book, sale, ("LYO1-T1", 1), 1000, shop.ids) == Effects()
    assert first.moved is not None
    assert not fold(shop.book, first.moved)
    assert levels(shop.book, COAT).sellable == 2


def test_a_tagged_article_sold_by_barcode_leaves_an_unresolved_unit(shop: Shop) -> None:
    made = shop.do(sale_of(sold_line(COAT, 2, [unit_of(COAT, 0)])))
    assert made.moved is not None
    assert made.moved.unresolved == ((COAT, 1),)
    assert levels(shop.book, COAT)[1:] == (1, 0, 0, 1, 0, 0, 1, 1)
    assert shop.book.held[COAT] == {unit_of(COAT, 1), unit_of(COAT, 2)}
    assert [sale.cause for sale in shop.book.open_sales[COAT]] == [("LYO1-T1", 1)]


def test_goods_without_tags_leave_nothing_unresolved(shop: Shop) -> None:
    shop.do(sale_of(sold_line(MUG, 2, tagged=False)))
    assert (shop.book.balance(MUG, FLOOR), shop.book.unresolved) == (3, {})


def test_untagged_pieces_of_a_tagged_article_are_taken_first(shop: Shop) -> None:
    stocked(shop.ids, Received(COAT, 1, (), FLOOR), book=shop.book)
    shop.do(sale_of(sold_line(COAT, 2)))
    assert shop.book.unresolved == {COAT: 1}


def test_two_lines_of_one_article_share_what_is_there(shop: Shop) -> None:
    made = shop.do(sale_of(sold_line(MUG, 3, tagged=False), sold_line(MUG, 2, tagged=False)))
    assert made.exceptions == ()
    assert shop.book.balance(MUG, FLOOR) == 0


def test_the_salesfloor_is_emptied_before_the_stockroom(shop: Shop) -> None:
    stocked(shop.ids, Received(MUG, 2, (), BACK), book=shop.book)
    shop.do(sale_of(sold_line(MUG, 6, tagged=False)))
    assert (shop.book.balance(MUG, FLOOR), shop.book.balance(MUG, BACK)) == (0, 1)


def test_selling_more_than_there_is_goes_below_zero_and_is_said(shop: Shop) -> None:
    made = shop.do(sale_of(sold_line(MUG, 7, tagged=False)))
    assert kinds(made) == ["negative_balance"]
    assert (shop.book.balance(MUG, FLOOR), levels(shop.book, MUG).atp) == (-2, 0)


def test_services_training_and_goods_taken_back_move_nothing(shop: Shop) -> None:
    assert shop.do(sale_of(sold_line(MUG, 1, stocked=False))) == Effects()
    assert shop.do(sale_of(sold_line(MUG, 1, tagged=False), training=True)) == Effects()
    assert shop.do(sale_of(sold_line(COAT, -1, [unit_of(COAT, 0)]))) == Effects()
    assert shop.do(ShiftOpened(shift="s", business_date="d", by="b", float_minor=0, currency="EUR")) == Effects()


def test_a_unit_sold_at_two_tills_is_one_exception_and_one_movement(shop: Shop) -> None:
    shop.do(sale_of(sold_line(COAT, 1, [unit_of(COAT, 0)])))
    made = shop.do(sale_of(sold_line(COAT, 1, [unit_of(COAT, 0)])))
    assert (kinds(made), made.moved) == (["double_sold"], None)
    assert made.exceptions[0].cause == ("LYO1-T1", 2)
    twice = shop.do(sale_of(sold_line(COAT, 2, [unit_of(COAT, 1), unit_of(COAT, 1)])))
    assert kinds(twice) == ["double_sold"]
    assert levels(shop.book, COAT).sellable == 1


def test_an_unknown_unit_that_is_sold_is_looked_at(shop: Shop) -> None:
    made = shop.do(sale_of(sold_line(COAT, 1, [unit_of(COAT, 77)])))
    assert kinds(made) == ["not_in_stock"]
    assert levels(shop.book, COAT).sellable == 3
    assert state_of(shop.book, unit_of(COAT, 77)) == "sold"


def test_an_unknown_unit_of_goods_received_without_tags_was_one_of_those(shop: Shop) -> None:
    made = shop.do(sale_of(sold_line(MUG, 1, [unit_of(MUG, 1)])))
    assert (made.exceptions, shop.book.balance(MUG, FLOOR)) == ((), 4)


def test_a_handover_takes_the_picked_units_and_ends_the_promise(shop: Shop) -> None:
    apply(shop.book, promise(shop.book, "r1", COAT, 2, "o1", at=1, new_id=shop.ids), 1)
    assert levels(shop.book, COAT).atp == 1
    shop.book.bound[unit_of(COAT, 0)] = ("o1", "1")
    made = shop.do(handed_over("o1", [unit_of(COAT, 0), unit_of(COAT, 1)], ("1", COAT, 2)))
    assert made.exceptions == ()
    assert [(entry.kind, entry.qty) for entry in made.entries] == [("consume", -2)]
    assert (shop.book.committed(COAT), shop.book.bound, levels(shop.book, COAT).atp) == (0, {}, 1)
    assert state_of(shop.book, unit_of(COAT, 0)) == "handed_over"


def test_a_piece_picked_by_its_barcode_leaves_unresolved_only_if_the_article_has_tags(shop: Shop) -> None:
    shop.do(handed_over("o1", [], ("1", COAT, 1), ("2", MUG, 1)))
    assert shop.book.unresolved == {COAT: 1}


def test_a_walk_in_wins_over_a_soft_promise_and_the_break_is_recorded(shop: Shop) -> None:
    apply(shop.book, promise(shop.book, "old", COAT, 1, "o1", at=1, new_id=shop.ids), 1)
    apply(shop.book, promise(shop.book, "new", COAT, 2, "o2", at=2, new_id=shop.ids), 2)
    made = shop.do(sale_of(sold_line(COAT, 1, [unit_of(COAT, 0)])))
    assert [(one.kind, one.subject) for one in made.exceptions] == [("reservation_broken", "o2")]
    assert [(entry.rid, entry.kind, entry.qty) for entry in made.entries] == [("new", "break", -1)]
    assert levels(shop.book, COAT).committed == 2 == levels(shop.book, COAT).sellable


def test_selling_a_picked_unit_breaks_its_own_order_first(shop: Shop) -> None:
    apply(shop.book, promise(shop.book, "old", COAT, 1, "o1", at=1, new_id=shop.ids), 1)
    apply(shop.book, promise(shop.book, "new", COAT, 2, "o2", at=2, new_id=shop.ids), 2)
    shop.book.bound[unit_of(COAT, 0)] = ("o1", "1")
    made = shop.do(sale_of(sold_line(COAT, 1, [unit_of(COAT, 0)])))
    assert {one.subject for one in made.exceptions} == {"o1"}
    assert [entry.rid for entry in made.entries] == ["old"]
    assert shop.book.bound == {}


@pytest.mark.parametrize(
    ("grade", "at", "sellable"),
    [
        ("A", At("stockroom"), 3),
        ("B", At("returns", "b_grade"), 2),
        ("C", At("quarantine", "damaged"), 2),
        ("D", At("staging", "unchecked"), 2),
    ],
)
def test_a_returned_unit_goes_where_its_grade_says(shop: Shop, grade: str, at: At, sellable: int) -> None:
    shop.do(sale_of(sold_line(COAT, 1, [unit_of(COAT, 0)])))
    made = shop.do(came_back(COAT, unit_of(COAT, 0), grade=grade))  # type: ignore[arg-type]
    assert made.exceptions == ()
    found = status(shop.book, unit_of(COAT, 0))
    assert (found.state, found.location, found.condition) == ("in_stock", *at)
    assert levels(shop.book, COAT).sellable == sellable


def test_a_unit_returned_after_a_sale_by_barcode_resolves_that_sale(shop: Shop) -> None:
    shop.do(sale_of(sold_line(COAT, 1)))
    made = shop.do(came_back(COAT, unit_of(COAT, 2)))
    assert (made.exceptions, [one.by for one in made.resolved]) == ((), ["pad"])
    assert (shop.book.unresolved, shop.book.open_sales) == ({}, {})
    assert levels(shop.book, COAT)[1:5] == (2, 1, 0, 3)


def test_a_unit_that_never_left_can_not_come_back(shop: Shop) -> None:
    made = shop.do(came_back(COAT, unit_of(COAT, 0)))
    assert (kinds(made), made.moved) == (["return_conflict"], None)
    shop.do(sale_of(sold_line(SHIRT, 1, [unit_of(SHIRT, 0)])))
    shop.do(came_back(SHIRT, unit_of(SHIRT, 0)))
    assert kinds(shop.do(came_back(SHIRT, unit_of(SHIRT, 0)))) == ["return_conflict"]


def test_a_unit_of_another_store_is_taken_in(shop: Shop) -> None:
    assert shop.do(came_back(COAT, unit_of(COAT, 500))).exceptions == ()
    assert state_of(shop.book, unit_of(COAT, 500)) == "in_stock"


def test_a_wrong_tag_is_looked_at(shop: Shop) -> None:
    shop.do(sale_of(sold_line(COAT, 1, [unit_of(COAT, 0)])))
    assert kinds(shop.do(came_back(SHIRT, unit_of(COAT, 0)))) == ["tag_swap"]
    assert kinds(shop.do(sale_of(sold_line(SHIRT, 1, [unit_of(COAT, 1)])))) == ["tag_swap"]


def test_goods_without_tags_come_back_by_quantity(shop: Shop) -> None:
    shop.do(sale_of(sold_line(MUG, 3, tagged=False)))
    shop.do(came_back(MUG, qty=2))
    assert (shop.book.balance(MUG, FLOOR), shop.book.balance(MUG, BACK)) == (2, 2)


def test_units_of_two_articles_keep_apart(shop: Shop) -> None:
    shop.do(sale_of(sold_line(COAT, 3, units_of(COAT, 3)), sold_line(SHIRT, 1, [unit_of(SHIRT, 1)])))
    assert (levels(shop.book, COAT).sellable, levels(shop.book, SHIRT).sellable) == (0, 1)
    assert status(StockBook(), unit_of(COAT, 0)).state == "unknown"

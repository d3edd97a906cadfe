"""The basket: what can be put on it, changed and taken off."""

import json
from collections.abc import Callable

import pytest

from retail.errors import Refused
from retail.facts import LineDiscount, ReturnOf
from retail.sale.basket import (
    Basket,
    BasketClient,
    ManualDiscount,
    TakenBack,
    add_article,
    add_coupon,
    attach_client,
    basket_from_plain,
    basket_to_plain,
    confirm_age,
    discount_basket,
    discount_line,
    remove,
    remove_unit,
    set_qty,
    take_back,
)
from tests.support.retail_builders import article, gtin

EMPTY = Basket("b")
UNIT = f"{gtin(1)}.7"
TAKEN = TakenBack(
    source=ReturnOf(kind="sale", id="s", line="1"), label="Article 1", unit_minor=1000, total_minor=900, net_minor=750,
    tax_minor=150, rate="20", tax_code="N", discounts=(LineDiscount(kind="manual", id="d", label="d", minor=100),),
)  # fmt: skip


def refused(operation: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        operation()
    return caught.value.reason


def test_a_second_scan_counts_on_the_same_line() -> None:
    basket = add_article(add_article(EMPTY, article(), line_id="1"), article(), line_id="2", qty=3)
    assert [(line.id, line.qty) for line in basket.lines] == [("1", 4)]


def test_a_discounted_priced_or_weighed_line_stays_alone() -> None:
    basket = discount_line(add_article(EMPTY, article(), line_id="1"), "1", ManualDiscount("percent", 500, "stain"))
    basket = add_article(basket, article(), line_id="2")
    basket = add_article(basket, article(2, kind="weighed"), line_id="3", weight_g=400)
    basket = add_article(basket, article(2, kind="weighed"), line_id="4", weight_g=500)
    basket = add_article(basket, article(3), line_id="5", price_minor=123)
    assert [line.id for line in basket.lines] == ["1", "2", "3", "4", "5"]


def test_a_unit_lies_on_one_basket_only_once() -> None:
    tagged = article(tagged=True)
    basket = add_article(EMPTY, tagged, line_id="1", unit=UNIT)
    assert basket.lines[0].units == (UNIT,)
    assert refused(lambda: add_article(basket, tagged, line_id="2", unit=UNIT)) == "unit_on_basket"
    assert refused(lambda: add_article(EMPTY, tagged, line_id="1", unit=UNIT, gone={UNIT})) == "unit_gone"
    assert refused(lambda: add_article(EMPTY, article(2), line_id="1", unit=UNIT)) == "foreign_unit"


def test_the_pad_fills_a_line_that_was_scanned_by_barcode() -> None:
    tagged = article(tagged=True)
    basket = add_article(EMPTY, tagged, line_id="1", qty=2)
    basket = add_article(basket, tagged, line_id="2", unit=UNIT)
    basket = add_article(basket, tagged, line_id="3", unit=f"{gtin(1)}.8")
    assert [(line.qty, len(line.units)) for line in basket.lines] == [(2, 2)]
    basket = add_article(basket, tagged, line_id="4", unit=f"{gtin(1)}.9")
    assert [(line.qty, len(line.units)) for line in basket.lines] == [(3, 3)]


def test_quantities() -> None:
    basket = add_article(EMPTY, article(tagged=True), line_id="1", unit=UNIT)
    assert set_qty(basket, "1", 5).lines[0].qty == 5
    assert set_qty(basket, "1", 0).empty
    two = add_article(basket, article(tagged=True), line_id="1", unit=f"{gtin(1)}.8")
    assert refused(lambda: set_qty(two, "1", 1)) == "units_on_line"
    assert refused(lambda: set_qty(two, "9", 1)) == "no_such_line"
    assert refused(lambda: set_qty(two, "1", -1)) == "bad_quantity"
    assert refused(lambda: set_qty(two, "1", 10_000)) == "bad_quantity"
    assert refused(lambda: add_article(EMPTY, article(), line_id="1", qty=0)) == "bad_quantity"
    weighed = add_article(EMPTY, article(kind="weighed"), line_id="1", weight_g=5)
    assert refused(lambda: set_qty(weighed, "1", 2)) == "weighed_line"
    assert [line.qty for line in remove_unit(two, UNIT).lines] == [1]
    assert remove_unit(basket, UNIT).empty
    assert refused(lambda: remove_unit(basket, "x")) == "no_such_unit"
    assert remove(two, "1").empty


def test_what_may_not_be_added() -> None:
    assert refused(lambda: add_article(EMPTY, None, line_id="1")) == "unknown_article"
    assert refused(lambda: add_article(EMPTY, article(recalled=True), line_id="1")) == "recalled"
    assert refused(lambda: add_article(EMPTY, article(kind="weighed"), line_id="1")) == "needs_weight"
    assert refused(lambda: add_article(EMPTY, article(), line_id="1", weight_g=5)) == "no_weight"
    assert refused(lambda: add_article(EMPTY, article(), line_id="1", price_minor=-5)) == "bad_price"


def test_discounts_need_a_reason_and_a_size() -> None:
    basket = add_article(EMPTY, article(), line_id="1")
    assert refused(lambda: discount_line(basket, "1", ManualDiscount("percent", 500, " "))) == "needs_reason"
    assert refused(lambda: discount_basket(basket, ManualDiscount("percent", 10_001, "x"))) == "bad_discount"
    assert refused(lambda: discount_basket(basket, ManualDiscount("amount", 0, "x"))) == "bad_discount"
    given = discount_line(basket, "1", ManualDiscount("amount", 100, "stain"))
    assert discount_line(given, "1", None) == basket


def test_goods_brought_back() -> None:
    basket = take_back(EMPTY, "1", gtin(1), 1, TAKEN, (UNIT,))
    assert basket.lines[0].qty == -1
    assert refused(lambda: take_back(basket, "2", gtin(1), 1, TAKEN, (UNIT,))) == "unit_on_basket"
    assert refused(lambda: take_back(basket, "2", gtin(1), 0, TAKEN)) == "bad_quantity"
    assert refused(lambda: set_qty(basket, "1", 2)) == "returned_line"
    assert refused(lambda: discount_line(basket, "1", ManualDiscount("amount", 1, "x"))) == "returned_line"
    assert remove_unit(basket, UNIT).empty
    sold = add_article(basket, article(), line_id="2")
    assert [line.qty for line in sold.lines] == [-1, 1]


def test_a_basket_outlives_its_process() -> None:
    basket = add_article(EMPTY, article(tagged=True), line_id="1", unit=UNIT)
    basket = take_back(basket, "2", gtin(2), 1, TAKEN)
    basket = discount_basket(basket, ManualDiscount("percent", 500, "friend", by="c", approved_by="m"))
    basket = attach_client(add_coupon(confirm_age(basket, 18), "SUMMER"), BasketClient("k", "gold"))
    again = basket_from_plain(json.loads(json.dumps(basket_to_plain(basket))))
    assert again == basket
    assert again.units == {UNIT}
    assert refused(lambda: basket_from_plain({"id": 5})) == "bad_plain"
    assert refused(lambda: add_coupon(basket, "SUMMER")) == "coupon_there"

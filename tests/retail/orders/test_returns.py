"""Returns: the unit that was sold, once, in time."""

import pytest

from retail.errors import Refused
from retail.facts.till import ReturnOf
from retail.orders import Claims, SoldItem, claim
from retail.orders.returns import WINDOW_MS, find_by_tag, sellable_again
from tests.support.stock_builders import COAT, SHIRT, unit_of

SOURCE = ReturnOf(kind="order", id="o1", line="1")
ITEM = SoldItem(SOURCE, COAT, 2, 4990, 1000, (unit_of(COAT, 1), unit_of(COAT, 2)))
BY_BARCODE = SoldItem(SOURCE, COAT, 2, 4990, 1000)


def refused(item: SoldItem | None, claims: Claims | None = None, **asked: object) -> str:
    fields: dict[str, object] = {"gtin": COAT, "qty": 1, "unit": unit_of(COAT, 1), "now": 2000} | asked
    with pytest.raises(Refused) as caught:
        claim(item, claims or Claims(), **fields)  # type: ignore[arg-type]
    return caught.value.reason


def test_the_tag_itself_finds_the_line() -> None:
    assert find_by_tag(unit_of(COAT, 1), {unit_of(COAT, 1): ITEM}) is ITEM
    assert find_by_tag(unit_of(COAT, 9), {unit_of(COAT, 1): ITEM}) is None


def test_the_sold_unit_comes_back_for_what_was_paid() -> None:
    found = claim(ITEM, Claims(), gtin=COAT, qty=1, unit=unit_of(COAT, 1), now=2000)
    assert (found.minor, found.unit) == (4990, unit_of(COAT, 1))


def test_goods_sold_by_barcode_come_back_with_any_tag_of_the_article() -> None:
    assert claim(BY_BARCODE, Claims(), gtin=COAT, qty=1, unit=unit_of(COAT, 7), now=2000).qty == 1
    assert claim(BY_BARCODE, Claims(), gtin=COAT, qty=2, unit=None, now=2000).minor == 9980


def test_nothing_comes_back_twice() -> None:
    claims = Claims()
    claims.add("r1", SOURCE, 1, unit_of(COAT, 1))
    assert refused(ITEM, claims) == "claimed"
    assert claim(ITEM, claims, gtin=COAT, qty=1, unit=unit_of(COAT, 2), now=2000).qty == 1
    claims.add("r2", SOURCE, 1, unit_of(COAT, 2))
    assert refused(ITEM, claims, unit=None) == "claimed"


def test_a_unit_that_is_sold_again_may_come_back_again() -> None:
    claims = Claims()
    claims.add("r1", SOURCE, 1, unit_of(COAT, 1))
    claims.sold_again(unit_of(COAT, 1))
    next_sale = ITEM._replace(source=ReturnOf(kind="sale", id="s2", line="1"))
    assert claim(next_sale, claims, gtin=COAT, qty=1, unit=unit_of(COAT, 1), now=2000).qty == 1


def test_what_is_wrong_is_said() -> None:
    assert refused(None) == "not_sold"
    assert refused(ITEM, gtin=SHIRT) == "wrong_article"
    assert refused(ITEM, unit=unit_of(COAT, 5)) == "tag_swap"
    assert refused(BY_BARCODE, unit=unit_of(SHIRT, 5)) == "tag_swap"
    assert refused(ITEM, qty=2) == "bad_quantity"
    assert refused(ITEM, unit=None, qty=3) == "bad_quantity"
    assert refused(ITEM, now=1001 + WINDOW_MS) == "too_late"


def test_a_manager_lifts_the_time_limit_only() -> None:
    late = 1001 + WINDOW_MS
    assert claim(ITEM, Claims(), gtin=COAT, qty=1, unit=None, now=late, override=True).qty == 1
    assert refused(ITEM, unit=unit_of(COAT, 5), now=late, override=True) == "tag_swap"


def test_only_grade_a_goes_back_to_the_shelf() -> None:
    assert [grade for grade in "ABCD" if sellable_again(grade)] == ["A"]  # type: ignore[arg-type]

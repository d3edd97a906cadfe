"""What comes back: to the cent, and never twice."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retail.errors import Refused
from retail.facts import LineDiscount, SaleCompleted, SoldLine
from retail.sale.basket import Basket, remove, take_back
from retail.sale.refunds import GivenBack, given_back, take_back_ordered, take_back_sold
from retail.tax import split
from tests.support.retail_builders import basket_of, gtin, settle, shop, sold_line


def refused(operation: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        operation()
    return caught.value.reason


@settings(max_examples=150)
@given(st.integers(1, 12), st.integers(0, 12_000), st.lists(st.integers(1, 4), max_size=12))
def test_all_parts_together_are_what_was_paid(qty: int, total: int, parts: list[int]) -> None:
    total = min(total, qty * 1000)
    parts_of_tax = split(total, Decimal(20), inclusive=True)
    sold = sold_line(qty, total, net=parts_of_tax.net)
    discount = LineDiscount(kind="promotion", id="p", label="p", minor=qty * 1000 - total)
    sold = SoldLine(**{**{name: getattr(sold, name) for name in sold.__dataclass_fields__}, "discounts": (discount,)})
    before, amounts = GivenBack(), [0, 0, 0]
    for part in [*parts, qty]:
        part = min(part, qty - before.qty)
        if not part:
            break
        taken = take_back_sold("s", sold, part, before)
        assert taken.total_minor == taken.net_minor + taken.tax_minor
        assert taken.unit_minor * part - sum(one.minor for one in taken.discounts) == taken.total_minor
        amounts = [amounts[0] + taken.total_minor, amounts[1] + taken.net_minor, amounts[2] + taken.tax_minor]
        before = GivenBack(before.qty + part)
    assert amounts == [total, sold.net_minor, sold.tax_minor]
    assert refused(lambda: take_back_sold("s", sold, 1, before)) == "more_than_sold"


def _return(sale: SaleCompleted, qty: int, later: list[SaleCompleted], number: int) -> SaleCompleted:
    before = given_back(sale.sale, "1", later)
    taken = take_back_sold(sale.sale, sale.lines[0], qty, before)
    _, view = shop(333)
    return settle(take_back(Basket("r"), "1", gtin(1), qty, taken), view, sale=f"r{number}").sale


def test_later_tickets_tell_what_came_back() -> None:
    articles, view = shop(333)
    sale = settle(basket_of(articles, [3]), view).sale
    first = _return(sale, 1, [], 1)
    second = _return(sale, 2, [first], 2)
    assert first.total_minor + second.total_minor == -sale.total_minor
    assert given_back("s1", "1", [first, second]) == GivenBack(3)
    assert refused(lambda: _return(sale, 1, [first, second], 3)) == "more_than_sold"


def test_tagged_units_come_back_once() -> None:
    a, b, c = (f"{gtin(1)}.{n}" for n in (1, 2, 3))
    sold = sold_line(2, 2000, units=(a, b))
    assert take_back_sold("s", sold, 1, unit=a).total_minor == 1000
    assert refused(lambda: take_back_sold("s", sold, 1, unit=c)) == "unit_not_sold"
    assert refused(lambda: take_back_sold("s", sold, 1, GivenBack(1, frozenset({a})), unit=a)) == "unit_given_back"
    by_barcode = sold_line(2, 2000, units=(a,))
    assert take_back_sold("s", by_barcode, 1, unit=c).total_minor == 1000
    assert refused(lambda: take_back_sold("s", by_barcode, 1, unit=f"{gtin(2)}.1")) == "unit_not_sold"


def test_what_may_not_come_back() -> None:
    assert refused(lambda: take_back_sold("s", sold_line(-1, -1000), 1)) == "not_returnable"
    assert refused(lambda: take_back_sold("s", sold_line(1, 1000), 0)) == "bad_quantity"


def test_an_online_order_gives_back_its_price() -> None:
    line = {"id": "l1", "gtin": gtin(1), "qty": 2, "unit_minor": 1999, "rate": "20"}
    taken = take_back_ordered("o1", line, 1)
    assert (taken.total_minor, taken.net_minor, taken.tax_minor, taken.source.kind) == (1999, 1666, 333, "order")
    assert refused(lambda: take_back_ordered("o1", line, 2, GivenBack(1))) == "more_than_sold"
    assert refused(lambda: take_back_ordered("o1", {**line, "rate": "x"}, 1)) == "bad_row"


@given(st.integers(1, 6), st.integers(0, 3000), st.data())
def test_whichever_piece_is_taken_off_again_all_add_up_to_what_was_paid(
    qty: int, total: int, data: st.DataObject
) -> None:
    sold = sold_line(qty, min(total, qty * 1000))
    basket = Basket("b")
    for n in range(qty):
        basket = take_back(basket, str(n), gtin(1), 1, take_back_sold("s", sold, 1, GivenBack(n)))
    for _ in range(data.draw(st.integers(0, qty))):
        basket = remove(basket, data.draw(st.sampled_from([line.id for line in basket.lines])))
    now = sum(line.taken_back.total_minor for line in basket.lines if line.taken_back is not None)
    back = len(basket.lines)
    later = take_back_sold("s", sold, qty - back, GivenBack(back)).total_minor if back < qty else 0
    assert now + later == sold.total_minor

"""Pricing: one pure function of basket, catalogue and time."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retail.catalogue import Article, Catalogue, PriceList, Promotion, SaleSettings
from retail.errors import Refused
from retail.sale.basket import Basket, BasketClient, ManualDiscount, add_article, attach_client, discount_basket
from retail.sale.basket import discount_line as discount
from retail.sale.pricing import PricedBasket, price
from retail.tax import Rounding
from tests.support.retail_builders import NOW, TAXES, article, basket_of, gtin, shop

THREE_FOR_TWO = Promotion.from_row({"id": "3for2", "label": {"fr": "3 pour 2"}, "kind": "n_for_m", "qty": 3, "pay": 2})


def test_a_plain_basket() -> None:
    articles, view = shop(1999, 550)
    priced = price(basket_of(articles, [2, 1]), view, NOW)
    assert (priced.total_minor, priced.count, priced.discount_minor) == (4548, 3, 0)
    assert [(t.rate, t.net_minor, t.tax_minor, t.gross_minor) for t in priced.taxes] == [("20", 3790, 758, 4548)]


def test_promotion_then_line_discount_then_basket_discount() -> None:
    articles, view = shop(1000, 500, promotions=[THREE_FOR_TWO])
    basket = basket_of(articles, [3, 1])
    basket = discount(basket, "1", ManualDiscount("percent", 1000, "stain"))
    basket = discount_basket(basket, ManualDiscount("amount", 230, "friend"))
    priced = price(basket, view, NOW)
    assert [one.minor for one in priced.line("1").discounts] == [1000, 200, 180]
    assert [one.minor for one in priced.line("2").discounts] == [50]
    assert priced.total_minor == 3500 - 1000 - 200 - 230


def test_hints_say_what_is_missing() -> None:
    articles, view = shop(1000, promotions=[THREE_FOR_TWO])
    (hint,) = price(basket_of(articles, [2]), view, NOW).hints
    assert (hint.rule.id, hint.missing_qty) == ("3for2", 1)


def test_a_tier_opens_its_promotions() -> None:
    gold = Promotion.from_row({"id": "g", "label": {}, "kind": "percent", "value_bp": 1000, "tiers": ["gold"]})
    articles, view = shop(1000, promotions=[gold])
    basket = basket_of(articles, [1])
    assert price(basket, view, NOW).total_minor == 1000
    assert price(attach_client(basket, BasketClient("k", "gold")), view, NOW).total_minor == 900


def test_weight_price_code_and_open_price() -> None:
    fruit, other = article(1, kind="weighed", tax="R"), article(2)
    lists = [PriceList.from_row({"gtin": fruit.gtin, "currency": "EUR", "prices": [{"minor": 320}]})]
    view = Catalogue.of([fruit, other], lists, TAXES)
    basket = add_article(Basket("b"), fruit, line_id="1", weight_g=455)
    basket = add_article(basket, other, line_id="2", price_minor=999, tax_code="S")
    priced = price(basket, view, NOW)
    assert [(line.unit_minor, line.rate) for line in priced.lines] == [(146, Decimal("5.5")), (999, Decimal("2.1"))]


def test_prices_without_tax() -> None:
    articles, view = shop(1000)
    without = replace(view, settings=SaleSettings(prices_include_tax=False))
    priced = price(basket_of(articles, [3]), without, NOW)
    assert (priced.lines[0].total_minor, priced.total_minor) == (3000, 3600)


def test_the_same_basket_always_has_the_same_total() -> None:
    articles, view = shop(1999, 550, promotions=[THREE_FOR_TWO])
    basket = basket_of(articles, [2, 2])
    assert price(basket, view, NOW) == price(basket, view, NOW)


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ({"articles": {}}, "unknown_article"),
        ({"price_lists": {}}, "no_price"),
        ({"taxes": {}}, "unknown_tax"),
        ({"articles": {gtin(1): article(recalled=True)}}, "recalled"),
        ({"settings": SaleSettings(currency="CHF")}, "wrong_currency"),
    ],
)
def test_what_has_no_price(broken: dict[str, object], reason: str) -> None:
    articles, view = shop(1000)
    with pytest.raises(Refused) as refused:
        price(basket_of(articles, [1]), replace(view, **broken), NOW)  # type: ignore[arg-type]
    assert refused.value.reason == reason
    assert refused.value.details["line"] == "1"


def _check_sums(priced: PricedBasket) -> None:
    for line in priced.lines:
        assert line.gross_minor == line.qty * line.unit_minor
        assert line.total_minor == line.gross_minor - line.discount_minor
        if priced.prices_include_tax:
            assert line.total_minor == line.net_minor + line.tax_minor
    assert priced.total_minor == sum(tax.gross_minor for tax in priced.taxes)
    assert sum(tax.net_minor for tax in priced.taxes) == sum(line.net_minor for line in priced.lines)


percent = st.builds(lambda v: ManualDiscount("percent", v, "r"), st.integers(1, 10_000))
amount = st.builds(lambda v: ManualDiscount("amount", v, "r"), st.integers(1, 10_000))


@settings(max_examples=120, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 9999), st.integers(1, 9), st.none() | percent | amount), min_size=1, max_size=6),
    st.none() | percent | amount,
    st.booleans(),
    st.sampled_from(["line", "document"]),
)
def test_every_sum_holds(
    lines: list[tuple[int, int, ManualDiscount | None]],
    whole: ManualDiscount | None,
    inclusive: bool,
    rounding: Rounding,
) -> None:
    articles, view = shop(*(minor for minor, _, _ in lines), promotions=[THREE_FOR_TWO])
    basket = basket_of(articles, [qty for _, qty, _ in lines])
    for i, (_, _, one) in enumerate(lines):
        basket = discount(basket, str(i + 1), one)
    basket = discount_basket(basket, whole)
    chosen = SaleSettings(prices_include_tax=inclusive, tax_rounding=rounding)
    priced = price(basket, replace(view, settings=chosen), NOW)
    _check_sums(priced)
    assert all(line.total_minor >= 0 for line in priced.lines)


def test_two_hundred_lines_and_five_hundred_promotions() -> None:
    """No measurement, only that such a basket is priced; the benchmark holds the time."""
    articles: list[Article] = [article(i, category=f"c{i % 50}") for i in range(1, 201)]
    promotions = [
        Promotion.from_row(
            {
                "id": f"p{i}",
                "label": {},
                "kind": "percent",
                "value_bp": 100 + i,
                "scope": {"categories": [f"c{i % 50}"]},
            }
        )
        for i in range(500)
    ]
    lists = [PriceList.from_row({"gtin": one.gtin, "currency": "EUR", "prices": [{"minor": 1000}]}) for one in articles]
    view = Catalogue.of(articles, lists, TAXES, promotions)
    priced = price(basket_of(articles, [1] * 200), view, NOW)
    assert all(len(line.discounts) == 1 for line in priced.lines)

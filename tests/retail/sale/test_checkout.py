"""The end of a sale: what is checked, what is recorded, in which order."""

from collections.abc import Callable

import pytest

from retail.errors import Refused
from retail.facts import FiscalEventRecorded, PeriodClosed, ReturnOf, SaleCompleted
from retail.fiscal import FiscalState
from retail.fiscal.chain import read_payload
from retail.sale.basket import Basket, TakenBack, add_article, confirm_age, take_back
from retail.sale.checkout import checkout
from retail.sale.pricing import price
from retail.sale.tenders import Payment, add_cash
from tests.support.retail_builders import AT, NOW, article, basket_of, catalogue, counter, france, gtin, settle, shop


def refused(operation: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        operation()
    return caught.value.reason


def test_a_sale_becomes_one_signed_fact() -> None:
    articles, view = shop(1999, 550)
    settled = settle(basket_of(articles, [2, 1]), view)
    sale = settled.sale
    assert (sale.number, sale.total_minor, sale.stamp.number) == ("LYO1-T1-000001", 4548, 1)
    assert sum(one.minor for one in sale.tenders) == sale.total_minor + sale.rounding_minor
    document = read_payload(sale.stamp)
    assert document is not None
    assert (document["total_minor"], document["sale"], document["first"]) == (4548, "s1", True)
    assert [line["net_minor"] for line in document["lines"]] == [line.net_minor for line in sale.lines]
    assert settled.facts == (sale,)


def test_a_returned_line_is_an_event_of_its_own() -> None:
    taken = TakenBack(
        source=ReturnOf(kind="sale", id="s0", line="1"), label="Article 1", unit_minor=1000, total_minor=1000,
        net_minor=833, tax_minor=167, rate="20", tax_code="N",
    )  # fmt: skip
    articles, view = shop(1500)
    basket = take_back(basket_of(articles, [1]), "9", gtin(1), 1, taken)
    settled = settle(basket, view)
    assert settled.sale.total_minor == 500
    assert settled.sale.lines[1].return_of == taken.source
    assert [type(one) for one in settled.facts] == [SaleCompleted, FiscalEventRecorded]
    assert settled.events[0].code == "190"
    alone = settle(take_back(Basket("b"), "1", gtin(1), 1, taken), view)
    assert (alone.sale.total_minor, alone.sale.tenders[0].minor) == (-1000, -1000)


def test_an_overdue_day_closes_itself_first() -> None:
    articles, view = shop(1000)
    first = settle(basket_of(articles, [1]), view, day="2026-11-30")
    second = settle(basket_of(articles, [1]), view, sale="s2", day="2026-12-01", state=first.state)
    assert [type(one) for one in second.facts] == [PeriodClosed, PeriodClosed, SaleCompleted]
    assert [(one.period, one.key) for one in second.closings] == [("day", "2026-11-30"), ("month", "2026-11")]
    assert second.sale.number == "LYO1-T1-000002"
    assert (
        refused(lambda: settle(basket_of(articles, [1]), view, day="2026-11-30", state=second.state)) == "period_closed"
    )


def test_training_has_its_own_chain_and_counts_nowhere() -> None:
    articles, view = shop(1000)
    basket = add_article(Basket("b", training=True), articles[0], line_id="1")
    settled = settle(basket, view)
    assert (settled.sale.number, settled.sale.training, settled.sale.stamp.chain) == (
        "LYO1-T1-X000001",
        True,
        "training",
    )
    assert settled.state.perpetual.gross == 0
    assert settled.state.head("ticket").number == 0


def test_what_stops_a_sale() -> None:
    adult = article(1, min_age=18)
    view = catalogue([adult], [1000])
    basket = add_article(Basket("b"), adult, line_id="1")
    priced = price(basket, view, NOW)

    def end(payment: Payment, of: Basket = basket) -> Callable[[], object]:
        return lambda: checkout(
            price(of, view, NOW), payment, counter(), AT, sale="s", fiscal=france(), state=FiscalState()
        )

    paid = add_cash(Payment(priced.total_minor, "EUR"), "1")
    assert refused(end(Payment(1000, "EUR"))) == "not_settled"
    assert refused(end(add_cash(Payment(900, "EUR"), "1"))) == "other_total"
    assert refused(end(paid)) == "age_not_checked"
    assert refused(end(Payment(0, "EUR"), Basket("b"))) == "empty_basket"
    end(paid, confirm_age(basket, 18))()

"""Returns at the presenters: found by ticket, by order, by the tag; graded; refunded by the purchase's tender."""

from pathlib import Path

import msgspec
import pytest

from retail.facts import RefundRequested, ReturnReceived
from store_app.presenters.intents import (
    CompleteReturn,
    ExchangeInstead,
    FindDocument,
    GradeReturn,
    NextSale,
    OpenReturn,
    OpenShift,
    Pay,
    Resume,
    Show,
    Suspend,
    TakeTender,
    TextChanged,
    ToggleReturn,
)
from store_app.presenters.names import ScreenName
from store_app.presenters.views import ReturnView, SuspendedView
from sync.journal.encoding import decode
from sync.storage.tables import records
from tests.support.fake_agent import FakeAgent
from tests.support.tills import CANDLE, JUMPER, TillUnderTest, till_under_test

UNIT = f"{JUMPER}.9"


@pytest.fixture
def agent() -> FakeAgent:
    return FakeAgent()


@pytest.fixture
def shop(tmp_path: Path, agent: FakeAgent):
    with till_under_test(tmp_path, agent=agent.transport) as made:
        made.sign_in()
        made.till.ask(OpenShift())
        yield made


def facts(shop: TillUnderTest, kind: str) -> list[object]:
    with shop.till.services.till.read() as conn:
        rows = conn.execute(records.select().where(records.c.kind == kind).order_by(records.c.seq))
        return [decode(row.kind, row.v, row.body) for row in rows]


def sell(shop: TillUnderTest, method: str) -> str:
    shop.lay(UNIT)
    shop.scan(CANDLE[1:])
    shop.till.ask(Pay("card")) if method == "card" else shop.till.ask(Pay("cash"), TakeTender("cash"))
    sale = shop.till.desk.last_sale
    assert sale is not None
    shop.lay()
    shop.till.ask(NextSale())
    return sale.fact.number


def view(shop: TillUnderTest) -> ReturnView:
    found = shop.till.view
    assert isinstance(found, ReturnView)
    return found


def test_the_tag_finds_its_sale_and_the_card_is_refunded(shop: TillUnderTest) -> None:
    sell(shop, "card")
    shop.till.ask(OpenReturn())
    shop.lay(UNIT)
    assert [line.selected for line in view(shop).lines] == [True, False]
    assert view(shop).refund == "59,90\xa0€"
    shop.till.ask(GradeReturn(view(shop).lines[0].id, "damaged"), CompleteReturn())
    assert shop.till.shell.screen is ScreenName.DONE
    assert [minor for _attempt, minor in shop.terminal.refunded] == [5990]
    received = facts(shop, "return.received")
    assert isinstance(received[0], ReturnReceived)
    assert (received[0].unit, received[0].grade) == (UNIT, "C")


def test_a_ticket_paid_in_cash_gives_cash_back_once(shop: TillUnderTest) -> None:
    number = sell(shop, "cash")
    shop.till.ask(OpenReturn(), TextChanged("document", number), FindDocument())
    candle = view(shop).lines[1]
    shop.till.ask(ToggleReturn(candle.id), CompleteReturn())
    assert shop.till.shell.screen is ScreenName.DONE
    sale = shop.till.desk.last_sale
    assert sale is not None
    assert sale.fact.total_minor == -2400
    shop.till.ask(NextSale(), OpenReturn(), TextChanged("document", number), FindDocument())
    assert view(shop).lines[1].blocked


def test_an_exchange_is_one_ticket_with_one_settlement(shop: TillUnderTest) -> None:
    number = sell(shop, "cash")
    shop.scan(f"CT1*{number}*x")
    shop.till.ask(ToggleReturn(view(shop).lines[0].id), ExchangeInstead())
    shop.scan(CANDLE[1:])
    assert shop.till.desk.sale.total_minor == 2400 - 5990
    shop.till.ask(Pay(), TakeTender("cash"))
    sale = shop.till.desk.last_sale
    assert sale is not None
    assert sale.fact.tenders[0].minor == -3590


def test_an_online_orders_unit_is_refunded_by_request(shop: TillUnderTest, agent: FakeAgent) -> None:
    agent.units[UNIT] = {
        "unit": UNIT, "gtin": JUMPER, "state": "handed_over",
        "order": {"id": "o1", "number": "CC-1", "line": "1", "unit_minor": 5990, "paid": {"tender": "card"}},
    }  # fmt: skip
    agent.orders["o1"] = {
        "id": "o1", "number": "CC-1", "work": "handed_over", "paid": {"tender": "card", "minor": 5990, "ref": "pay-1"},
        "lines": [{"id": "1", "gtin": JUMPER, "qty": 1, "found": 1, "short": 0, "units": [UNIT], "unit_minor": 5990,
                   "rate": "20"}],
    }  # fmt: skip
    shop.till.ask(OpenReturn())
    shop.lay(UNIT)
    assert view(shop).title == "Order CC-1"
    shop.till.ask(CompleteReturn())
    refunds = facts(shop, "refund.requested")
    assert isinstance(refunds[0], RefundRequested)
    assert (refunds[0].minor, refunds[0].ref, refunds[0].order) == (5990, "pay-1", "o1")
    assert "sale.completed" not in shop.kinds()


def test_another_tills_ticket_comes_from_the_agent(shop: TillUnderTest, agent: FakeAgent) -> None:
    sell(shop, "cash")
    sale = shop.till.desk.last_sale
    assert sale is not None
    body = msgspec.to_builtins(sale.fact)
    body.update(sale="other", number="LYO1-T2-000007")
    agent.sales["LYO1-T2-000007"] = {**body, "device": "LYO1-T2"}
    shop.scan("LYO1-T2-000007")
    assert view(shop).title == "Ticket LYO1-T2-000007"


def test_what_came_back_at_another_till_doesnt_come_back_here(shop: TillUnderTest, agent: FakeAgent) -> None:
    number = sell(shop, "cash")
    sale = shop.till.desk.last_sale
    assert sale is not None
    lines = {line.line: 1 for line in sale.fact.lines}
    agent.returns[sale.fact.sale] = {"lines": lines, "units": [UNIT]}
    shop.till.ask(OpenReturn(), TextChanged("document", number), FindDocument())
    assert all(line.blocked for line in view(shop).lines)


def test_goods_that_never_left_are_refused_in_words(shop: TillUnderTest, agent: FakeAgent) -> None:
    agent.units[UNIT] = {"unit": UNIT, "gtin": JUMPER, "state": "in_stock"}
    shop.till.ask(OpenReturn())
    shop.lay(UNIT)
    assert "in stock here" in shop.last_notice.text


def test_an_order_that_wasnt_handed_over_cant_come_back(shop: TillUnderTest, agent: FakeAgent) -> None:
    line = {"id": "1", "gtin": JUMPER, "qty": 1, "units": [UNIT], "unit_minor": 5990, "rate": "20"}
    agent.orders["CC-1"] = {"id": "o1", "number": "CC-1", "work": "ready", "lines": [line]}
    shop.till.ask(OpenReturn(), TextChanged("document", "CC-1"), FindDocument())
    assert view(shop).lines[0].blocked


def test_what_nobody_knows_is_told(shop: TillUnderTest) -> None:
    shop.till.ask(OpenReturn(), TextChanged("document", "LYO1-T9-000001"), FindDocument())
    assert shop.last_notice.title == "Nothing found"


def test_a_basket_goes_through_the_agent_and_is_given_out_once(shop: TillUnderTest, agent: FakeAgent) -> None:
    shop.scan(CANDLE[1:])
    shop.till.ask(Suspend(), Show(ScreenName.SUSPENDED))
    found = shop.till.view
    assert isinstance(found, SuspendedView)
    basket = found.rows[0].id
    assert basket in agent.baskets
    shop.till.ask(Resume(basket))
    assert shop.till.desk.sale.total_minor == 2400
    assert agent.baskets == {}

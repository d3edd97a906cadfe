"""Nothing comes back twice, nothing honest is refused, money goes back the way it came; nor is anything sold twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from retail.facts import SaleCompleted
from store_app.presenters.intents import (
    AttachClient,
    CompleteReturn,
    Confirm,
    ExchangeInstead,
    HandOver,
    NextSale,
    OpenReturn,
    OpenShift,
    Pay,
    RemoveLine,
    Show,
    Suspend,
    TakeTender,
    TextChanged,
    ToggleReturn,
)
from store_app.presenters.names import ScreenName
from store_app.presenters.views import ReturnView, SuspendedView, TillView
from store_app.till_book import TillBook, baskets
from sync.storage.engine import StorageFull
from tests.store_app.presenters.test_orders import UNIT as PICKED
from tests.store_app.presenters.test_orders import order
from tests.support.fake_agent import FakeAgent
from tests.support.tills import CANDLE, JUMPER, NOW, TillUnderTest, till_under_test

UNIT = f"{JUMPER}.9"
ELSEWHERE = "LYO1-T2-000007"


@pytest.fixture
def agent() -> FakeAgent:
    return FakeAgent()


@contextmanager
def opened(folder: Path, agent: FakeAgent, **more: Any) -> Iterator[TillUnderTest]:
    with till_under_test(folder, agent=agent.transport, **more) as made:
        made.sign_in("nadia", "3333")
        made.type("10000")
        made.till.ask(OpenShift())
        yield made


@pytest.fixture
def shop(tmp_path: Path, agent: FakeAgent) -> Iterator[TillUnderTest]:
    with opened(tmp_path, agent) as made:
        yield made


def last(shop: TillUnderTest) -> SaleCompleted:
    sale = shop.till.desk.last_sale
    assert sale is not None
    return sale.fact


def sell_candle(shop: TillUnderTest, *intents: object) -> SaleCompleted:
    """Sell one; the next customer comes."""
    shop.scan(CANDLE[1:])
    shop.till.ask(*(intents or (Pay("cash"), TakeTender("cash"))))
    sale = last(shop)
    shop.till.ask(NextSale())
    return sale


def at_another_till(agent: FakeAgent, sale: SaleCompleted, name: str = "elsewhere") -> None:
    """The agent knows a sale like this one from another till."""
    agent.sales[ELSEWHERE] = {**msgspec.to_builtins(sale), "number": ELSEWHERE, "sale": name}


def view(shop: TillUnderTest) -> ReturnView:
    found = shop.till.view
    assert isinstance(found, ReturnView)
    return found


def exchange_first(shop: TillUnderTest, ticket: str) -> None:
    shop.scan(ticket)
    shop.till.ask(ToggleReturn(view(shop).lines[0].id), ExchangeInstead())


def given_back(shop: TillUnderTest) -> list[tuple[str, int, str]]:
    return [(tender.kind, tender.minor, tender.ref) for tender in last(shop).tenders]


def test_one_ticket_comes_back_once_on_one_basket(shop: TillUnderTest) -> None:
    ticket = sell_candle(shop, Pay("card")).number
    exchange_first(shop, ticket)
    exchange_first(shop, ticket)
    assert "came back already" in shop.last_notice.text
    assert len(shop.till.desk.sale.basket.lines) == 1
    assert shop.terminal.refunded == []


def test_a_line_taken_off_again_may_come_back_after_all(shop: TillUnderTest) -> None:
    ticket = sell_candle(shop).number
    exchange_first(shop, ticket)
    shop.till.ask(RemoveLine())
    exchange_first(shop, ticket)
    assert [line.qty for line in shop.till.desk.sale.basket.lines] == [-1]


def test_another_tills_ticket_is_remembered_though_the_agent_doesnt_know_yet(tmp_path: Path, agent: FakeAgent) -> None:
    with opened(tmp_path, agent) as shop:
        at_another_till(agent, sell_candle(shop))
        exchange_first(shop, ELSEWHERE)
        exchange_first(shop, ELSEWHERE)
        assert len(shop.till.desk.sale.basket.lines) == 1
        shop.till.ask(Show(ScreenName.TILL), Pay(""), TakeTender("cash"), NextSale())
        assert last(shop).total_minor == -2400
    with till_under_test(tmp_path, agent=agent.transport, fill=False, ids="z") as shop:
        shop.sign_in()
        shop.scan(ELSEWHERE)
        assert [bool(line.blocked) for line in view(shop).lines] == [True]


def test_a_unit_comes_back_again_after_it_was_sold_again_elsewhere(shop: TillUnderTest, agent: FakeAgent) -> None:
    shop.lay(UNIT)
    shop.till.ask(Pay("cash"), TakeTender("cash"))
    first = last(shop)
    shop.lay()
    shop.till.ask(NextSale(), OpenReturn())
    shop.lay(UNIT)
    shop.till.ask(CompleteReturn())
    shop.lay()
    shop.till.ask(NextSale())
    at_another_till(agent, first)
    sold = {"sale": "elsewhere", "number": ELSEWHERE, "line": first.lines[0].line, "unit_minor": 5990,
            "total_minor": 5990, "rate": "20"}  # fmt: skip
    agent.units[UNIT] = {"unit": UNIT, "gtin": JUMPER, "state": "sold", "sold": sold}
    for _ in range(2):
        shop.till.ask(OpenReturn())
        shop.lay(UNIT)
        shop.till.ask(CompleteReturn())
        shop.lay()
        shop.till.ask(NextSale())
    returned = [fact for fact in shop.kinds() if fact == "return.received"]
    assert len(returned) == 2, "the second sale's once, however often it is laid down"


def test_a_split_purchase_is_given_back_as_it_was_paid(shop: TillUnderTest) -> None:
    shop.scan(CANDLE[1:])
    shop.till.ask(Pay(""))
    shop.type("1000")
    shop.till.ask(TakeTender("card"), TakeTender("cash"))
    ticket = last(shop).number
    shop.till.ask(NextSale())
    shop.scan(ticket)
    shop.till.ask(ToggleReturn(view(shop).lines[0].id))
    method = view(shop).methods[0]
    assert (method.id, method.selected, method.subtitle) == ("paid", True, "Card 10,00\xa0€ · Cash 14,00\xa0€")
    shop.till.ask(CompleteReturn())
    assert [minor for _attempt, minor in shop.terminal.refunded] == [1000]
    assert [(kind, minor) for kind, minor, _ref in given_back(shop)] == [("card", -1000), ("cash", -1400)]


def test_a_gift_card_gets_back_what_it_paid(shop: TillUnderTest) -> None:
    ticket = sell_candle(
        shop, Pay(""), TakeTender("gift_card", 500), TextChanged("text", "GC-1"), Confirm(), TakeTender("cash")
    ).number
    shop.scan(ticket)
    shop.till.ask(ToggleReturn(view(shop).lines[0].id), CompleteReturn())
    assert given_back(shop) == [("gift_card", -500, "GC-1"), ("cash", -1900, "")]


def test_a_declined_refund_is_somebodys_choice(shop: TillUnderTest) -> None:
    from drivers.readings import PaymentStatus

    shop.scan(CANDLE[1:])
    shop.till.ask(Pay(""))
    shop.type("1000")
    shop.till.ask(TakeTender("card"), TakeTender("cash"))
    ticket = last(shop).number
    shop.till.ask(NextSale())
    shop.terminal.answers = [PaymentStatus.DECLINED]
    shop.scan(ticket)
    shop.till.ask(ToggleReturn(view(shop).lines[0].id), CompleteReturn())
    assert shop.till.shell.screen is ScreenName.TENDER
    shop.till.ask(TakeTender("cash"))
    assert given_back(shop) == [("cash", -2400, "")]


def test_a_full_disk_keeps_the_basket_that_should_be_suspended(
    shop: TillUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> None:
        raise StorageFull("no room")

    shop.scan(CANDLE[1:])
    with monkeypatch.context() as disk:
        disk.setattr(TillBook, "hold_basket", full)
        shop.till.ask(Suspend())
    assert [line.gtin for line in shop.till.desk.sale.basket.lines] == [CANDLE]
    assert "Ticket suspended" not in shop.titles
    shop.till.ask(Pay("cash"), TakeTender("cash"))
    assert last(shop).total_minor == 2400


def test_a_suspended_basket_holds_no_name_and_shows_it_while_the_client_is_known(
    shop: TillUnderTest, agent: FakeAgent
) -> None:
    agent.gone = True
    shop.scan(CANDLE[1:])
    shop.till.ask(Show(ScreenName.CUSTOMERS, "c1"), AttachClient("c1"), Suspend())
    assert "Inès Martin" in next(one.text for one in shop.till.notices if one.title == "Ticket suspended")
    with shop.till.services.till.read() as conn:
        held = baskets.held(conn)[0]
    assert "Martin" not in f"{held.label}{held.body}"
    shop.till.ask(Show(ScreenName.SUSPENDED))
    assert rows(shop) == ["Inès Martin"]
    shop.rows("customers", [("c1", None)])
    assert rows(shop) == ["1 article"]


def rows(shop: TillUnderTest) -> list[str]:
    waiting = shop.till.view
    assert isinstance(waiting, SuspendedView)
    return [row.title for row in waiting.rows]


def test_a_unit_that_was_handed_over_isnt_sold_again_before_it_came_back(shop: TillUnderTest, agent: FakeAgent) -> None:
    shop.rows("work", [order("ready", units=(PICKED,), candles=1, bin="01")])
    shop.till.ask(Show(ScreenName.HANDOVER, "o1"))
    shop.lay(PICKED)
    shop.till.ask(HandOver())
    shop.rows("work", [("o1", None)])
    shop.lay()
    shop.lay(PICKED)
    assert isinstance(shop.till.view, TillView)
    assert shop.till.desk.sale.empty
    assert "sold already" in shop.last_notice.text
    shop.lay()
    agent.units[PICKED] = {"unit": PICKED, "gtin": PICKED[:14], "state": "in_stock"}
    shop.lay(PICKED)
    assert shop.till.desk.sale.empty, "the agent may not know of the handover yet"
    shop.lay()
    agent.orders["o1"] = {"id": "o1", "work": "handed_over", "at": NOW}
    shop.lay(PICKED)
    assert shop.till.desk.sale.basket.units == {PICKED}


def test_the_ticket_that_was_asked_for_last_is_shown_whatever_answer_comes_last(shop: TillUnderTest) -> None:
    first, second = sell_candle(shop).number, sell_candle(shop).number
    shop.till.holds = tuple(f"find-{n}" for n in range(9))
    shop.till.ask(OpenReturn())
    shop.scan(second)
    shop.scan(first)
    shop.till.release(backwards=True)
    assert view(shop).title == f"Ticket {first}"

"""Journey of the gate's screen: who stands in it and who passed appear as they happen, with why."""

from collections.abc import Callable

import pytest

from installer.demo.devices import epc_of
from store_app.presenters.names import ScreenName
from store_app.presenters.views import GateView
from tests.support.counter import at_work, sell
from tests.support.exits import IN, Exit
from tests.support.hands import Hands
from tests.support.shop import Shop
from tests.support.web_orders import name

AtTill = Callable[..., Hands]


@pytest.fixture
def manager(at_till: AtTill) -> Hands:
    """Nadia at till 1, before the gate's screen."""
    hands = at_work(at_till(1, locale="en"), "Nadia K.", "3333")
    show_gate(hands)
    return hands


def show_gate(hands: Hands) -> None:
    hands.press("Stock")
    hands.press("Gate and exceptions")
    hands.on(ScreenName.GATE)


def gate(hands: Hands) -> GateView:
    view = hands.view
    assert isinstance(view, GateView)
    return view


def ways(hands: Hands) -> list[str]:
    """The directions of the passages that are listed, the newest first."""
    return [row.right_chip.text for row in gate(hands).passed if row.right_chip is not None]


def test_who_stands_in_the_gate_and_who_came_in_is_shown_with_why(shop: Shop, manager: Hands) -> None:
    unit = shop.zones["femme"][0]
    what = name(shop, unit[:14])
    door = Exit(shop, manager)
    manager.reads("Nobody has passed yet")

    door.gate.pass_by([epc_of(unit)], IN, 2.5)
    manager.reads("in the gate", what)
    manager.until(lambda: ways(manager) == ["in"], what="waiting for the passage")
    manager.tap(what)
    manager.reads("came in", "in stock", "Order of hearing", "outside → inside", "Strength", "inside, ")
    story = {fact.label: fact.value for fact in gate(manager).story}
    assert story["Strength"].startswith("best outside")


def test_a_sold_article_goes_out_in_peace_and_the_ticket_is_named(shop: Shop, manager: Hands) -> None:
    unit = shop.zones["homme"][0]
    what = name(shop, unit[:14])
    manager.press("Till")
    manager.lay(unit)
    sell(manager, what)
    manager.until(lambda: shop.unit(unit)["state"] == "sold", what="waiting for the sale to be known")
    show_gate(manager)
    door = Exit(shop, manager)
    door.carry(unit)
    manager.until(lambda: "out" in ways(manager), what="waiting for the passage")
    manager.tap(what)
    manager.reads("went out", "sold", "inside → outside")
    assert gate(manager).alarms == ()


def test_an_alarm_is_looked_into_and_called_false(shop: Shop, manager: Hands) -> None:
    unit = shop.zones["maison"][0]
    what = name(shop, unit[:14])
    door = Exit(shop, manager)
    door.steal(unit)
    manager.reads("Alarm at the exit", "unsold at the exit")
    manager.tap("unsold at the exit")
    manager.reads(what, "sounded", "Why", "inside → outside")
    assert manager.offers("Alarm was right")
    manager.press("False alarm")
    manager.until(lambda: gate(manager).alarms[0].right_chip.text == "false", what="waiting for it to be settled")
    manager.press("Find it")
    manager.on(ScreenName.LOCATE)
    manager.reads(what, f"Unit {unit.partition('.')[2]}")


def test_the_notice_of_a_silent_till_stays_while_it_is_silent(shop: Shop, manager: Hands, at_till: AtTill) -> None:
    other = at_work(at_till(2, locale="en"), "Camille D.", "1111")
    manager.until(lambda: gate(manager).notice is None, what="waiting for both tills to be heard")
    other.app.stop()
    manager.reads("Till 2 isn't heard: the siren stays off.")
    assert gate(manager).notice is not None


def test_the_day_is_there_when_the_screen_is_opened_again(shop: Shop, manager: Hands) -> None:
    manager.until(lambda: len(ways(manager)) >= 3, what="waiting for today's passages")
    bars = gate(manager).passages
    assert bars is not None
    assert sum(bar.value for bar in bars.bars) == len(ways(manager))


def test_the_books_are_right_afterwards(shop: Shop) -> None:
    assert shop.close_books() == []

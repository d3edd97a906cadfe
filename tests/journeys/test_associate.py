"""Journey of the associate: an order of the web shop is picked, checked by its tags, put away and handed over."""

from collections.abc import Callable

import pytest

from installer.demo.goods import gtin
from store_app.presenters.names import ScreenName
from tests.support.hands import Hands
from tests.support.processes import wait_until
from tests.support.shelves import Shelves
from tests.support.shop import Shop
from tests.support.web_orders import (
    Associate,
    await_axes,
    name,
    order_at_ledger,
    place_order,
)

AtTill = Callable[..., Hands]
CANDLE = gtin(9 + 18)


@pytest.fixture(scope="module")
def shelves(shop: Shop) -> Shelves:
    return Shelves(shop)


def sellable(shop: Shop, *gtins: str) -> list[int]:
    """What the agent could sell of these articles, promised or not."""
    return [shop.stock(one)["sellable"] for one in gtins]


def test_an_order_goes_from_the_web_shop_to_its_customer(shop: Shop, shelves: Shelves, at_till: AtTill) -> None:
    jeans, jumper = shelves.take("homme"), shelves.take("femme")
    gtins = [jeans[:14], jumper[:14], CANDLE]
    before = sellable(shop, *gtins)
    hands = at_till(locale="en")
    lea = Associate(shop, hands).sign_in()

    order = place_order(shop, "W-1001", [(jeans[:14], 1), (jumper[:14], 1), (CANDLE, 1)])
    hands.press("Orders")
    hands.reads("W-1001", "Ada Quent", timeout_ms=5_000)
    await_axes(shop, order, work="accepted", stock="reserved", money="paid", carrier="none")

    lea.begin(order)
    rows = hands.view.lines  # type: ignore[attr-defined]
    assert [row.middle for row in rows][:2] == ["Women", "Men"], "the pick list follows the walk"
    assert [row.title for row in rows] == [name(shop, one) for one in (jumper[:14], jeans[:14], CANDLE)]
    assert all("seen" in row.middle_sub for row in rows[:2])

    lea.bind_by_tag(jumper)
    hands.reads("1 of 3")
    lea.bind_by_scan(jeans[:14])
    hands.reads("2 of 3")
    lea.bind_by_scan(CANDLE)
    lea.await_check(order)
    await_axes(shop, order, work="picked", stock="bound")

    hands.reads("A tag isn't read yet")
    lea.bind_by_tag(jumper, jeans)
    hands.reads("Count the untagged articles")
    lea.bind_by_scan(CANDLE)
    hands.reads("Exactly what was picked")
    hands.confirm("Tote is right")
    lea.put_away(order, "07")
    await_axes(shop, order, work="ready", stock="bound", money="paid")
    assert sorted(shop.ask(f"/v1/orders/{order.id}").json()["lines"][0]["units"]) == [jumper]
    assert shop.unit(jeans)["bound"] == order.id, "the pad named the unit that was picked by its barcode"
    shelves.gone(jeans, jumper)
    assert sellable(shop, CANDLE) == before[2:], "nothing has left yet"

    actions = hands.actions
    hands.scan(order.code)
    hands.on(ScreenName.HANDOVER)
    hands.reads("W-1001", "Ada Quent", "07", "Code checked", "nothing, paid online", "3 articles")
    assert order_at_ledger(shop, order)["axes"]["stock"] == "bound"
    hands.confirm("Hand over")
    assert hands.actions - actions == 2
    hands.on(ScreenName.TILL)
    hands.reads("W-1001 is the customer's now.")

    wait_until(lambda: shop.unit(jumper)["state"] == "handed_over", 5, "the goods to leave")
    assert shop.unit(jeans)["state"] == "handed_over"
    assert sellable(shop, *gtins) == [count - 1 for count in before]
    await_axes(shop, order, work="handed_over", stock="left", money="paid", carrier="none")

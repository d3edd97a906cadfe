"""Journey of the associate: an order of the web shop is picked, checked by its tags, put away and handed over."""

from collections.abc import Callable

import pytest

from installer.books import check_books
from installer.demo.goods import gtin
from retail.orders import make_code
from store_app.presenters.names import ScreenName
from sync.identity.keys import Identity
from tests.support.hands import Hands
from tests.support.processes import wait_until
from tests.support.shelves import Shelves
from tests.support.shop import Shop
from tests.support.web_orders import (
    Associate,
    await_at_store,
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


def all_sent(hands: Hands) -> None:
    """Wait until the ledger has everything of this till."""
    hands.until(lambda: hands.app.shell.desk.pending == 0, what="waiting for everything to be sent")


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
    all_sent(hands)


def test_a_neighbours_tag_and_a_missing_one_are_refused_by_name(shop: Shop, shelves: Shelves, at_till: AtTill) -> None:
    coat, shirt = shelves.take("femme"), shelves.take("homme")
    neighbour, stray = shelves.take("accessoires"), shelves.take("maison")
    mine = place_order(shop, "W-1002", [(coat[:14], 1), (shirt[:14], 1)])
    other = place_order(shop, "W-1003", [(neighbour[:14], 1)], customer="Bo Lind")
    hands = at_till(locale="en")
    lea = Associate(shop, hands).sign_in()
    lea.begin(other)
    lea.bind_by_tag(neighbour)
    lea.await_check(other)
    hands.lay()
    lea.begin(mine)
    lea.bind_by_tag(coat, shirt)
    lea.await_check(mine)

    lea.bind_by_tag(coat, shirt, neighbour)
    hands.reads("A tag of another order", "Doesn't belong here", neighbour, "W-1003")
    hands.confirm("Tote is right")
    hands.reads("The tote isn't right", "A tag of another order lies in the tote.")

    lea.bind_by_tag(coat)
    hands.reads("1 missing")
    rows = {row.title: row for row in hands.view.lines}  # type: ignore[attr-defined]
    assert (rows[name(shop, coat[:14])].right, rows[name(shop, shirt[:14])].right) == ("1 / 1", "0 / 1")
    assert rows[name(shop, shirt[:14])].right_chip.text == "1 missing"
    hands.confirm("Tote is right")
    hands.reads("A picked unit isn't in the tote.")

    lea.bind_by_tag(coat, shirt, stray)
    hands.reads("A tag too many", stray)
    hands.confirm("Tote is right")
    hands.reads("A tag too many lies in the tote.")
    assert shop.ask(f"/v1/orders/{mine.id}").json()["work"] == "picked"

    lea.bind_by_tag(coat, shirt)
    hands.reads("Exactly what was picked")
    hands.confirm("Tote is right")
    lea.put_away(mine, "11")
    await_axes(shop, mine, work="ready")
    await_axes(shop, other, work="picked")
    all_sent(hands)


def test_a_code_works_once_and_only_if_it_is_ours(shop: Shop, shelves: Shelves, at_till: AtTill) -> None:
    skirt = shelves.take("femme")
    before = shop.stock(skirt[:14])["sellable"]
    order = place_order(shop, "W-1004", [(skirt[:14], 1)])
    hands = at_till(locale="en")
    lea = Associate(shop, hands).sign_in()
    lea.make_ready(order, [skirt], "12")
    shelves.gone(skirt)

    till = Identity.load(shop.premises.till_folder(1))
    hands.press("Clients")
    hands.on(ScreenName.CUSTOMERS)
    hands.scan(make_code(order.id, order.number, till.sign))
    hands.reads("This pickup code wasn't made by us. Don't hand anything over.")
    hands.scan(order.code[:-4])
    hands.reads("This isn't a pickup code, or it is damaged.")
    assert hands.screen is ScreenName.CUSTOMERS
    assert shop.unit(skirt)["bound"] == order.id

    hands.scan(order.code)
    hands.on(ScreenName.HANDOVER)
    hands.reads("Code checked", "Bin", "12")
    hands.confirm("Hand over")
    hands.on(ScreenName.TILL)
    wait_until(lambda: shop.unit(skirt)["state"] == "handed_over", 5, "the skirt to leave")

    hands.scan(order.code)
    hands.on(ScreenName.HANDOVER)
    hands.reads("Handed over before", "The goods of W-1004 have left. Give nothing out again.")
    assert not hands.offers("Hand over")
    all_sent(hands)

    second = at_till(2, locale="en")
    second.sign_in("Nadia K.", "3333")
    second.scan(order.code)
    second.on(ScreenName.HANDOVER)
    second.reads("The goods of W-1004 have left. Give nothing out again.")
    assert not second.offers("Hand over")
    assert shop.stock(skirt[:14])["sellable"] == before - 1
    assert shop.ask("/v1/exceptions/all").json()["open"] == []
    all_sent(second)


def test_what_cant_be_found_goes_back_while_its_sibling_goes_on(shop: Shop, shelves: Shelves, at_till: AtTill) -> None:
    boots, scarf = shelves.take("accessoires"), shelves.take("maison")
    order = place_order(shop, "W-1005", [(boots[:14], 1), (scarf[:14], 1)])
    await_at_store(shop, order)
    promised = shop.stock(boots[:14])
    hands = at_till(locale="en")
    lea = Associate(shop, hands).sign_in()
    lea.begin(order)
    hands.tap(name(shop, boots[:14]))
    hands.press("Not found")
    hands.press("Nowhere to be found")
    hands.reads("Line given back", "1 short")
    lea.bind_by_tag(scarf)
    lea.await_check(order)

    lines = {line["gtin"]: line for line in order_at_ledger(shop, order)["lines"]}
    wait_until(lambda: order_at_ledger(shop, order)["lines"][0]["unrouted"] == 1, 10, "the line to come back")
    assert lines[scarf[:14]]["unrouted"] == 0
    assert order_at_ledger(shop, order)["lines"][0]["parts"] == [
        {"store": shop.store, "qty": 0, "short": 1, "handed_over": 0}
    ]
    assert shop.stock(boots[:14])["committed"] == promised["committed"] - 1

    hands.reads("Exactly what was picked")
    hands.confirm("Tote is right")
    lea.put_away(order, "13")
    hands.scan(order.code)
    hands.on(ScreenName.HANDOVER)
    hands.reads("1 short")
    hands.confirm("Hand over")
    hands.on(ScreenName.TILL)
    wait_until(lambda: shop.unit(scarf)["state"] == "handed_over", 5, "the scarf to leave")
    assert shop.unit(boots)["state"] == "in_stock"
    await_axes(shop, order, work="unrouted", stock="left", money="paid")
    all_sent(hands)


def test_a_handover_without_the_agent_is_the_tills_own_and_counts_once(
    shop: Shop, shelves: Shelves, at_till: AtTill
) -> None:
    belt = shelves.take("accessoires")
    before = shop.stock(belt[:14])["sellable"]
    order = place_order(shop, "W-1006", [(belt[:14], 1)])
    hands = at_till(locale="en")
    Associate(shop, hands).sign_in().make_ready(order, [belt], "14")
    shelves.gone(belt)

    shop.agent.kill()
    hands.scan(order.code)
    hands.on(ScreenName.HANDOVER)
    hands.reads("W-1006", "Code checked", "14")
    hands.confirm("Hand over")
    hands.on(ScreenName.TILL)
    hands.reads("W-1006 is the customer's now.")
    hands.scan(order.code)
    hands.reads("Handed over before")
    assert not hands.offers("Hand over")

    shop.agent.start()
    hands.until(lambda: shop.unit(belt)["state"] == "handed_over", 20_000, "the agent to take the handover in")
    assert shop.stock(belt[:14])["sellable"] == before - 1
    await_axes(shop, order, work="handed_over", stock="left")
    assert shop.ask("/v1/exceptions/all").json()["open"] == []
    all_sent(hands)


def test_the_books_of_the_day_are_in_order(shop: Shop) -> None:
    shop.agent.stop()
    shop.ledger.stop()
    folder = shop.premises.folder
    found = check_books(
        tills=[str(folder / f"till-{number}" / "till.db") for number in (1, 2)],
        agents=[str(folder / "agent" / "edge.db")],
        ledger=shop.premises.ledger_database,
        complete=True,
    )
    assert found == []

"""Journey of the return: goods come back by their tag or ticket, are graded, and the money goes the way it came."""

from collections.abc import Callable

import pytest

from installer.books import check_books
from installer.demo.goods import gtin
from retail.facts import SaleCompleted
from store_app.presenters.names import ScreenName
from tests.support.hands import Hands
from tests.support.processes import wait_until
from tests.support.shelves import Shelves
from tests.support.shop import Json, Shop
from tests.support.web_orders import await_axes, barcode, make_ready, name, order_at_ledger, place_order, price

AtTill = Callable[..., Hands]
BAG, COAT, CANDLE, VASE = gtin(0), gtin(9 + 5), gtin(9 + 18), gtin(9 + 21)
BACK_ALREADY = "came back already"


@pytest.fixture(scope="module")
def shelves(shop: Shop) -> Shelves:
    return Shelves(shop)


def begin(hands: Hands, who: str = "Camille D.", pin: str = "1111") -> Hands:
    """Somebody has signed in and stands before an empty basket."""
    hands.sign_in(who, pin)
    if hands.screen is ScreenName.SHIFT:
        hands.open_shift()
        hands.press("Till")
    hands.on(ScreenName.TILL)
    hands.until(lambda: hands.stocked, what="waiting for articles, prices and stock")
    return hands


def end(hands: Hands) -> None:
    """Nothing lies on the pad, and the ledger has everything of this till."""
    hands.lay()
    hands.until(lambda: hands.app.shell.desk.pending == 0, what="waiting for everything to be sent")


def euros(minor: int) -> str:
    """An amount as it is read."""
    return f"{minor // 100},{minor % 100:02d} €"


def sell(hands: Hands, *, units: tuple[str, ...] = (), codes: tuple[str, ...] = (), by: str = "Cash") -> SaleCompleted:
    """Sell tagged units and scanned articles by one tender."""
    hands.lay(*units)
    for code in codes:
        hands.scan(barcode(code), "]E0")
    count = len(units) + len(codes)
    hands.reads("1 line" if count == 1 else f"{count} lines")
    hands.press(by)
    if by == "Cash":
        hands.on(ScreenName.TENDER)
        hands.confirm("Cash")
    hands.on(ScreenName.DONE)
    hands.lay()
    hands.press("Next customer")
    hands.on(ScreenName.TILL)
    last = hands.app.shell.desk.last_sale
    assert last is not None
    return last.fact


def last_ticket(shop: Shop, till: int = 1) -> str:
    """What the printer printed last, with plain spaces."""
    text: str = shop.tills[till - 1].printer.tickets[-1].text
    return text.replace("\u202f", " ").replace("\xa0", " ")


def places(shop: Shop, unit: str) -> tuple[str, str, str]:
    """State, location and condition of a unit at the agent."""
    known: Json = shop.unit(unit)
    return known["state"], known["location"], known["condition"]


def test_an_online_item_comes_back_by_its_tag_and_its_payment_is_given_back_once(
    shop: Shop, shelves: Shelves, at_till: AtTill
) -> None:
    unit = shelves.take("femme")
    before = shop.stock(unit[:14])["sellable"]
    order = place_order(shop, "W-2001", [(unit[:14], 1)])
    make_ready(shop, order, [unit], "03")
    shelves.gone(unit)
    hands = begin(at_till(locale="en"))
    hands.press("Return")
    hands.scan(order.code)
    hands.reads("Order W-2001", "haven't been handed over yet")
    hands.press("Cancel")
    hands.press("Cancel")
    hands.scan(order.code)
    hands.on(ScreenName.HANDOVER)
    hands.confirm("Hand over")
    hands.on(ScreenName.TILL)
    wait_until(lambda: shop.unit(unit)["state"] == "handed_over", 5, "the item to leave")

    actions = hands.actions
    hands.press("Return")
    hands.on(ScreenName.RETURNS)
    hands.lay(unit)
    hands.reads("Order W-2001", "found by its tag", name(shop, unit[:14]), "Paid online", euros(order.minor))
    hands.press("As new")
    hands.confirm("Refund")
    hands.reads("Return received")
    assert hands.actions - actions <= 4
    hands.on(ScreenName.TILL)

    wait_until(lambda: places(shop, unit) == ("in_stock", "stockroom", "sellable"), 5, "the item on the shelf again")
    wait_until(lambda: shop.stock(unit[:14])["sellable"] == before, 5, "the stock to rise")
    await_axes(shop, order, work="handed_over", stock="left", money="refunded")
    (refund,) = order_at_ledger(shop, order)["refunds"]
    assert (refund["minor"], refund["state"], refund["ref"][:5]) == (order.minor, "settled", "SIMR-")

    for number in (1, 2):
        till = hands if number == 1 else begin(at_till(2, locale="en"), "Hugo P.", "4444")
        till.lay()
        till.press("Return")
        till.on(ScreenName.RETURNS)
        till.lay(unit)
        till.reads("it wasn't sold, or it came back already")
        till.scan(order.code)
        till.reads("Order W-2001", BACK_ALREADY)
        assert not till.offers("Refund 0,00")
        end(till)
    assert len(order_at_ledger(shop, order)["refunds"]) == 1
    assert shop.ask("/v1/exceptions/all").json()["open"] == []


def test_what_was_paid_in_cash_is_given_back_in_cash_by_its_ticket(shop: Shop, at_till: AtTill) -> None:
    hands = begin(at_till(locale="en"))
    before = shop.stock(VASE)["sellable"]
    sale = sell(hands, codes=(VASE, CANDLE))
    number, paid = sale.number, next(line.total_minor for line in sale.lines if line.gtin == VASE)
    assert paid < price(shop, VASE), "a promotion made it cheaper: what was paid comes back, not the price"
    wait_until(lambda: shop.stock(VASE)["sellable"] == before - 1, 5, "the vase to leave")
    kicks = len(shop.tills[0].printer.kicks)

    hands.scan(number)
    hands.on(ScreenName.RETURNS)
    hands.reads(f"Ticket {number}", name(shop, VASE), name(shop, CANDLE))
    hands.touch(name(shop, VASE))
    hands.reads("As new")
    hands.confirm(f"Refund {euros(paid)}")
    hands.on(ScreenName.DONE)
    hands.reads("Goods taken back", "Given back", euros(paid), "Cash")
    shop.tills[0].printer.wait_kicks(kicks + 1)
    back = hands.app.shell.desk.last_sale
    assert back is not None
    wait_until(lambda: back.fact.number in last_ticket(shop), 5, "its receipt")
    assert euros(paid)[:-2] in last_ticket(shop)
    assert "Espèces" in last_ticket(shop)
    wait_until(lambda: shop.stock(VASE)["sellable"] == before, 5, "the vase to be back")

    hands.press("Next customer")
    hands.scan(number)
    hands.on(ScreenName.RETURNS)
    hands.reads(BACK_ALREADY)
    hands.touch(name(shop, VASE))
    assert not hands.offers(f"Refund {euros(paid)}")
    end(hands)


def test_what_was_paid_by_card_goes_back_to_the_card_and_a_damaged_piece_isnt_sold_again(
    shop: Shop, shelves: Shelves, at_till: AtTill
) -> None:
    unit = shelves.take("homme")
    shelves.gone(unit)
    before = shop.stock(unit[:14])["sellable"]
    hands = begin(at_till(locale="en"))
    sell(hands, units=(unit,), by="Card")
    wait_until(lambda: shop.unit(unit)["state"] == "sold", 5, "the unit to leave")
    paid = list(shop.tills[0].terminal.charged.values())[-1]

    hands.press("Return")
    hands.lay(unit)
    hands.reads("found by its tag", name(shop, unit[:14]), "Card of the purchase")
    hands.press("Damaged")
    hands.confirm("Refund")
    hands.on(ScreenName.DONE)
    hands.reads("Goods taken back", "Card", euros(paid))
    assert list(shop.tills[0].terminal.charged.values())[-2:] == [paid, -paid]

    wait_until(lambda: shop.unit(unit)["condition"] == "damaged", 5, "the damaged piece to be kept apart")
    assert shop.stock(unit[:14])["sellable"] == before - 1
    hands.lay()
    hands.press("Next customer")
    hands.lay(unit)
    end(hands)


def test_a_tag_that_was_never_sold_is_refused_in_words(shop: Shop, shelves: Shelves, at_till: AtTill) -> None:
    unit = shelves.take("accessoires")
    hands = begin(at_till(locale="en"))
    hands.press("Return")
    hands.lay(unit)
    hands.reads("This article is in stock here: it wasn't sold, or it came back already.")
    hands.lay(f"{unit[:14]}.999999")
    hands.reads("Nothing found", "Neither this till nor the agent knows it.")
    assert hands.screen is ScreenName.RETURNS
    assert places(shop, unit)[0] == "in_stock"
    end(hands)


def test_an_exchange_is_one_ticket_with_one_settlement(shop: Shop, shelves: Shelves, at_till: AtTill) -> None:
    old, new = shelves.take("homme"), shelves.take("femme", COAT)
    shelves.gone(old, new)
    hands = begin(at_till(locale="en"))
    number = sell(hands, units=(old,)).number
    wait_until(lambda: shop.unit(old)["state"] == "sold", 5, "the old one to leave")
    hands.scan(number)
    hands.on(ScreenName.RETURNS)
    hands.touch(name(shop, old[:14]))
    hands.press("Exchange")
    hands.on(ScreenName.TILL)
    hands.reads("Return", name(shop, old[:14]))
    hands.lay(new)
    hands.reads(name(shop, new[:14]), "2 lines")
    due = hands.app.shell.desk.sale.total_minor
    hands.press("Cash")
    hands.on(ScreenName.TENDER)
    assert due > 0, "the coat costs more"
    hands.reads("To pay", euros(due))
    hands.confirm("Cash")
    hands.on(ScreenName.DONE)

    last = hands.app.shell.desk.last_sale
    assert last is not None
    assert [line.qty for line in last.fact.lines] == [-1, 1]
    assert [tender.minor for tender in last.fact.tenders] == [due]
    wait_until(lambda: shop.unit(new)["state"] == "sold", 5, "the new one to leave")
    wait_until(lambda: places(shop, old) == ("in_stock", "stockroom", "sellable"), 5, "the old one to be back")
    end(hands)


def test_what_came_back_at_one_till_cant_come_back_at_another(shop: Shop, shelves: Shelves, at_till: AtTill) -> None:
    unit = shelves.take("maison")
    shelves.gone(unit)
    first = begin(at_till(locale="en"))
    number = sell(first, units=(unit,), codes=(BAG,)).number
    wait_until(lambda: shop.unit(unit)["state"] == "sold", 5, "the unit to leave")

    second = begin(at_till(2, locale="en"), "Hugo P.", "4444")
    second.press("Return")
    second.lay(unit)
    second.reads(f"Ticket {number}", "found by its tag", "Cash")
    second.confirm("Refund")
    second.on(ScreenName.DONE)
    second.lay()
    wait_until(lambda: shop.unit(unit)["state"] == "in_stock", 5, "the unit to be back")

    first.press("Return")
    first.lay(unit)
    first.reads(f"Ticket {number}", BACK_ALREADY)
    assert not first.offers("Refund 0,00")
    end(second)
    end(first)


def test_the_books_of_the_day_are_in_order(shop: Shop) -> None:
    assert shop.ask("/v1/exceptions/all").json()["open"] == []
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

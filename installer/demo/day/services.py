"""What else customers come to the till for: an order to collect, goods to bring back."""

from collections.abc import Callable

from installer.demo.day.cashier import Cashier
from installer.demo.truth import OrderTruth, Truth
from store_app.presenters.intents import (
    CompleteReturn,
    FindDocument,
    HandOver,
    NextSale,
    OpenReturn,
    TextChanged,
    ToggleReturn,
)
from store_app.presenters.names import ScreenName
from store_app.presenters.views import HandoverView, ReturnView

Look = Callable[[str], None]


def _nothing(_name: str) -> None:
    """No picture."""


def hand_over(cashier: Cashier, order: OrderTruth, truth: Truth, now: Callable[[], int], look: Look = _nothing) -> None:
    """Scan the customer's code, hand the goods over. Raises ``DemoTrouble``."""
    hands = cashier.hands
    hands.devices.scanner.scan(order.code, "]Q1")

    def possible() -> bool:
        view = hands.shell.view
        return isinstance(view, HandoverView) and view.primary is not None and view.primary.enabled

    hands.wait(possible, f"order {order.number} to be on the handover screen")
    look("handover")
    hands.ask(HandOver())
    hands.wait(lambda: hands.screen is ScreenName.TILL, f"order {order.number} to be handed over")
    with truth.lock:
        order.handed_at = now()
    truth.scene("order handed over by its code", order.number)


def return_by_ticket(cashier: Cashier, number: str, truth: Truth, look: Look = _nothing) -> str | None:
    """Bring one article of a ticket back; the key of its unit, None if it has none. Raises ``DemoTrouble``."""
    hands = cashier.hands
    hands.ask(OpenReturn(), TextChanged("number", number), FindDocument())
    hands.wait(lambda: _lines(hands.shell.view), f"ticket {number} to be found")
    view = hands.shell.view
    assert isinstance(view, ReturnView)
    line = next(row for row in view.lines if not row.blocked)
    if not line.selected:
        hands.ask(ToggleReturn(line.id))
    look("return")
    unit = line.id.partition(":")[2]
    _give_back(cashier)
    truth.scene("return by ticket", number)
    return unit if "." in unit else None


def return_by_tag(cashier: Cashier, unit: str, truth: Truth) -> None:
    """Lay a tagged article down; its tag tells when and how it was sold. Raises ``DemoTrouble``."""
    _find_by_tag(cashier, unit)
    _give_back(cashier)
    cashier.hands.clear_pad()
    truth.scene("return by tag", unit)


def return_of_order(cashier: Cashier, unit: str, truth: Truth) -> None:
    """The same for an article of an online order: its payment is given back by whoever took it."""
    hands = cashier.hands
    _find_by_tag(cashier, unit)
    hands.ask(CompleteReturn())
    hands.wait(lambda: hands.screen is ScreenName.TILL, "the order's return to be received")
    hands.clear_pad()
    truth.scene("order returned by its tag", unit)


def _find_by_tag(cashier: Cashier, unit: str) -> None:
    hands = cashier.hands
    hands.clear_pad()
    hands.ask(OpenReturn())
    hands.lay_until([unit], lambda: _chosen(hands.shell.view), f"{unit} to be found by its tag")


def _give_back(cashier: Cashier) -> None:
    hands = cashier.hands
    hands.desk.last_sale = None
    hands.ask(CompleteReturn())
    hands.wait(lambda: hands.desk.last_sale is not None, "the refund")
    sale = hands.desk.last_sale
    assert sale is not None
    cashier.note_return(sale)
    hands.ask(NextSale())
    hands.wait(lambda: hands.screen is ScreenName.TILL, "the next customer's turn")


def _lines(view: object) -> bool:
    return isinstance(view, ReturnView) and any(not row.blocked for row in view.lines)


def _chosen(view: object) -> bool:
    return isinstance(view, ReturnView) and any(row.selected for row in view.lines)

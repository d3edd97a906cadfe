"""Work at a till's counter that many stories need: begin, sell for cash, cash up."""

from PySide6.QtCore import Qt

from store_app.presenters.names import ScreenName
from tests.support.hands import Hands


def at_work(hands: Hands, person: str, pin: str) -> Hands:
    """Signed in, the drawer open, everything known."""
    hands.sign_in(person, pin)
    if hands.screen is ScreenName.SHIFT:
        hands.open_shift("0")
        hands.press("Till")
    hands.on(ScreenName.TILL)
    hands.until(lambda: hands.stocked, what="waiting for articles, prices and stock")
    return hands


def sell(hands: Hands, words: str) -> None:
    """What lies in the basket is paid in cash; the next customer may come."""
    hands.reads(words)
    hands.press("Cash")
    hands.on(ScreenName.TENDER)
    hands.key(Qt.Key.Key_F12)
    hands.on(ScreenName.DONE)
    hands.lay()
    hands.press("Next customer")


def cash_up(hands: Hands) -> None:
    """The drawer is counted and the shift closed."""
    hands.press("Manage")
    hands.on(ScreenName.SHIFT)
    hands.press("Count and close")
    hands.press("Close the day (Z)")
    hands.until(lambda: hands.app.shell.desk.shift is None, what="waiting for the shift to be closed")

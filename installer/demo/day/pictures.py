"""Pictures of the real window: each once, the first time that there is something to see."""

from collections.abc import Callable

from installer.demo.day.hands import Hands
from store_app.presenters.intents import Show
from store_app.presenters.names import ScreenName
from store_app.presenters.rows import CountRow

WANTED = (
    "sign_in", "till", "tender", "orders", "pick", "handover", "count", "differences", "gate", "customers", "shift",
    "closing", "closed",
)  # fmt: skip


class Album:
    """Belongs to the window's thread."""

    def __init__(self, hands: Hands) -> None:
        self._hands = hands
        self.taken: set[str] = set()

    def look(self, name: str) -> None:
        """Take a picture of what is there, once for each name."""
        if name in WANTED and name not in self.taken:
            self.taken.add(name)
            self._hands.picture(name)

    def wants(self, name: str) -> bool:
        return name not in self.taken

    def order(self, order: str) -> None:
        """The board with an order that is being picked, and its list."""
        self._visit("orders", ScreenName.ORDERS, order, lambda: self._has_order(order))
        self._visit("pick", ScreenName.PICK, order, lambda: self._has_order(order))

    def count(self, zone: str) -> None:
        """The live count."""
        self._visit("count", ScreenName.COUNT, zone, lambda: any(one.state == "open" for one in self._counts()))

    def differences(self, count: str) -> None:
        """What a finished count found."""

        def finished() -> bool:
            return any(one.id == count and one.state == "closed" for one in self._counts())

        self._visit("differences", ScreenName.DIFFERENCES, count, finished)

    def gate(self, unit: str) -> None:
        """The alarm that is open."""
        alarms = self._hands.desk.shelves.alarms
        self._visit("gate", ScreenName.GATE, None, lambda: any(one.unit == unit for one in alarms()))

    def plain(self, name: str, screen: ScreenName, argument: object = None) -> None:
        """A screen that needs nothing to wait for."""
        self._visit(name, screen, argument, lambda: True)

    def _visit(self, name: str, screen: ScreenName, argument: object, ready: Callable[[], object]) -> None:
        if not self.wants(name):
            return
        hands = self._hands
        hands.wait(ready, f"something to see on {screen}")
        hands.ask(Show(screen, argument))
        hands.wait(lambda: hands.screen is screen, f"the screen {screen}")
        hands.rest(0.15)
        self.look(name)
        hands.ask(Show(ScreenName.TILL))

    def _has_order(self, order: str) -> bool:
        return any(one.id == order for one in self._hands.desk.shelves.work())

    def _counts(self) -> list[CountRow]:
        return list(self._hands.desk.shelves.counts())

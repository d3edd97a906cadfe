"""What goes on by itself in the demo's shop: the second till sells, buyers leave, the web shop sells now and then."""

import random
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from installer.demo.day.cashier import Cashier
from installer.demo.day.exits import Exits
from installer.demo.day.hands import HeadlessHands
from installer.demo.day.shoppers import Crowd
from installer.demo.offers import OrderMaker
from installer.demo.processes import DemoTrouble
from installer.demo.shop import DemoShop
from installer.demo.truth import Truth
from store_app.presenters.texts import _
from store_app.services import TillServices
from store_app.settings import load_settings

PAUSE_S = (12.0, 30.0)
"""between two shoppers at the second till"""
ORDER_S = 75.0
PROMISE_MS = 2 * 3_600_000


class Background:
    """``start`` and ``stop``; everything that happens is told by ``say``, which may be set until then."""

    def __init__(self, shop: DemoShop, seed: int) -> None:
        self._shop = shop
        self.say: Callable[[str], None] = lambda _text: None
        self.dice = random.Random(seed + time.time_ns())
        self.truth = Truth()
        self.exits = Exits(shop.readers.gate, self.truth, shop.clock)
        plenty = [gtin for gtin in shop.floor.articles(2) if shop.premises.goods.for_sale(gtin)]
        self.dice.shuffle(plenty)
        self.loot = plenty[:8]
        clients = shop.premises.size.clients
        start = int(shop.clock.now_ms() // 1000 % 40_000)
        self._orders = OrderMaker(seed, shop.premises.goods, clients, sorted(plenty[8:60]), first=start)
        self._crowd = Crowd(shop.floor, shop.premises.goods, seed + start, clients, set(plenty[:60]))
        self._ending = threading.Event()
        self._threads = [
            threading.Thread(target=self._second_till, name="till-2", daemon=True),
            threading.Thread(target=self._web_shop, name="web-shop", daemon=True),
        ]

    def start(self) -> None:
        """Let it go on."""
        self.exits.start()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End it; a sale that is being rung up is left in its basket."""
        self._ending.set()
        self.exits.end()
        for thread in self._threads:
            thread.join(5)

    def order(self) -> str:
        """An online order now; its number. Raises :class:`DemoTrouble`."""
        promised = datetime.fromtimestamp((self._shop.clock.now_ms() + PROMISE_MS) / 1000, UTC).isoformat()
        taken = self._shop.post_order(self._orders.make(promised))
        return str(taken["number"])

    def pickup_code(self) -> tuple[str, str] | None:
        """(number, code) of an order that waits in its bin, if there is one."""
        for row in reversed(self._shop.ready_orders()):
            return str(row["number"]), str(self._shop.ledger_order(str(row["id"]))["code"])
        return None

    def _web_shop(self) -> None:
        while not self._ending.wait(ORDER_S):
            try:
                self.say(_("online order {number} has come in", number=self.order()))
            except DemoTrouble as trouble:
                self.say(str(trouble))

    def _second_till(self) -> None:
        services = TillServices(load_settings(self._shop.premises.till_toml(2)), self._shop.clock)
        hands = HeadlessHands(2, self._shop.tills[1], services)
        cashier = Cashier(hands, "hugo", self.truth, self.dice, lambda: 0.0)
        hands.start()
        try:
            cashier.sign_in()
            if hands.desk.shift is None:
                cashier.open_shift()
            self._sell(cashier)
        except DemoTrouble as trouble:
            if not self._ending.is_set():
                self.say(str(trouble))
        finally:
            hands.stop()

    def _sell(self, cashier: Cashier) -> None:
        while not self._ending.is_set():
            self._pause(cashier)
            if self._ending.is_set():
                return
            shopper = self._crowd.next()
            sale = cashier.serve(shopper)
            self.exits.leave(shopper.units, after_s=4.0)
            self.say(_("till 2 sold {number}; the customer walks out", number=sale.fact.number))

    def _pause(self, cashier: Cashier) -> None:
        ends = time.monotonic() + self.dice.uniform(*PAUSE_S)
        while time.monotonic() < ends and not self._ending.is_set():
            cashier.hands.breathe()

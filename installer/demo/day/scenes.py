"""The scenes of the day: what goes wrong, one after the other, and beside it customers who bring something back."""

import queue
import threading
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from installer.demo.day.cashier import Cashier
from installer.demo.day.counting import count_zone
from installer.demo.day.exits import WALK_S
from installer.demo.day.services import return_by_tag, return_by_ticket, return_of_order
from installer.demo.day.troubles import cut_the_line, kill_agent, settle_alarm, steal
from installer.demo.devices import epc_of
from installer.demo.floor import SALES_ZONES
from installer.demo.processes import DemoTrouble, wait_until
from installer.demo.truth import OrderTruth, SoldTruth, Truth

if TYPE_CHECKING:
    from installer.demo.day.director import Day, Served

Play = dict[str, Callable[[], None]]
COUNTED = 4_000
"""tags that a person walks past with the handheld while a short day lasts; where all zones hold more, the least full"""
AWAY_S = 5.0
"""real seconds after which somebody who went out is far enough from the door to come back"""
PATIENCE_S = 60.0
"""how long a scene waits for what it needs"""


class Scenes:
    """``troubles`` and ``returns`` each belong to a thread of their own."""

    def __init__(self, day: "Day") -> None:
        self._day = day
        self._shop, self._truth, self._dice = day.shop, day.truth, day.dice
        self._going_on: list[threading.Thread] = []
        self._agent_wanted = threading.Lock()
        """held while the agent is dead, and while a customer waits for what it knows"""

    def troubles(self, table: Iterable[tuple[float, str]]) -> None:
        """A cut line, a dead agent, a count, a thief."""
        real_s = self._day.real_s
        self._play(table, {
            "line": lambda: cut_the_line(self._shop, self._truth, real_s * 0.09),
            "agent": lambda: self._with_agent(lambda: kill_agent(self._shop, self._truth, real_s * 0.05)),
            "count": lambda: self._beside("count", self._count),
            "theft": self._theft,
        })  # fmt: skip
        for one in self._going_on:
            one.join()

    def returns(self, table: Iterable[tuple[float, str]]) -> None:
        """Goods that come back: by their tag, by the ticket, out of an online order."""
        self._play(table, {
            "return by tag": self._return_by_tag,
            "return by ticket": self._return_by_ticket,
            "return of an order": self._return_of_order,
        })  # fmt: skip

    def _play(self, table: Iterable[tuple[float, str]], play: Play) -> None:
        for minute, name in table:
            self._try(name, partial(self._begin, minute, name, play[name]))

    def _begin(self, minute: float, name: str, act: Callable[[], None]) -> None:
        self._day.until(minute)
        self._day.tell(name)
        act()

    def _try(self, name: str, act: Callable[[], None]) -> None:
        try:
            act()
        except DemoTrouble as trouble:
            self._truth.trouble(f"{name}: {trouble}")

    def _beside(self, name: str, act: Callable[[], None]) -> None:
        """The manager counts and decides while the day goes on."""
        one = threading.Thread(target=self._try, args=(name, act), name=name, daemon=True)
        self._going_on.append(one)
        one.start()

    def _with_agent(self, act: Callable[[], None]) -> None:
        with self._agent_wanted:
            act()

    # what goes wrong

    def _count(self) -> None:
        floor = self._shop.floor
        tags = {zone: found for zone in SALES_ZONES if (found := len(floor.readable(zone)))}
        walked = [zone for zone, found in tags.items() if found <= COUNTED] or [min(tags, key=tags.__getitem__)]
        count_zone(self._shop, floor, self._truth, self._dice.choice(walked), self._day.show)

    def _theft(self) -> None:
        unit = next(filter(None, (self._shop.floor.take(self._dice, gtin=gtin) for gtin in self._day.loot)), None)
        if unit is None:
            raise DemoTrouble("nothing worth stealing is on the shelves")
        steal(self._shop, self._day.exits, self._truth, unit)
        self._day.show("gate", unit)
        settle_alarm(self._shop, unit)

    # what comes back

    def _long_gone(self, means: str) -> "Served":
        """A customer who has left with a tagged article, rung up that way."""
        found: list[Served] = []

        def there() -> bool:
            out = self._long_out()
            with self._truth.lock:
                found[:] = [one for one in self._day.served if _has_left(one, means, out)]
            return bool(found)

        wait_until(there, PATIENCE_S, f"a customer who bought one tagged article by {means}")
        self._day.served.remove(found[0])
        return found[0]

    def _long_out(self) -> set[str]:
        """Units whose customers are far from the door by now."""
        wanted = self._shop.wanted
        before = self._shop.clock.now_ms() - AWAY_S * 1000 * wanted.speed * wanted.slowness
        return {one.unit for one in list(self._truth.exits) if one.at < before}

    def _return_by_tag(self) -> None:
        served = self._long_gone("pad")
        self._bring_back(served.shopper.units[0], 3 - served.sale.till, return_by_tag)

    def _return_by_ticket(self) -> None:
        served = self._long_gone("pad")
        self._day.do(served.sale.till, lambda cashier: self._by_ticket(cashier, served.sale))

    def _by_ticket(self, cashier: Cashier, sale: SoldTruth) -> None:
        unit = return_by_ticket(cashier, sale.number, self._truth)
        if unit is not None:
            self._shelve(unit)

    def _return_of_order(self) -> None:
        order = self._collected_one()
        wait_until(
            lambda: order.units[0] in self._long_out(), PATIENCE_S, f"whoever collected {order.number} to be out"
        )
        self._bring_back(order.units[0], self._dice.choice((1, 2)), return_of_order)
        with self._truth.lock:
            order.returned = True

    def _collected_one(self) -> OrderTruth:
        """An order with a tagged article that its customer has collected."""
        while True:
            try:
                order = self._day.collected.get(timeout=PATIENCE_S)
            except queue.Empty:
                raise DemoTrouble("no order with a tagged article was collected") from None
            if order.units:
                return order

    def _bring_back(self, unit: str, till: int, how: Callable[[Cashier, str, Truth], None]) -> None:
        """The customer comes in with it, gives it back, and it stands on the shelf again."""
        with self._agent_wanted:
            self._shop.readers.gate.pass_by([epc_of(unit)], (2, 1), WALK_S)
            time.sleep(WALK_S)
            self._day.do(till, lambda cashier: how(cashier, unit, self._truth))
        self._shelve(unit)

    def _shelve(self, unit: str) -> None:
        self._shop.floor.put(unit, self._shop.premises.goods.zone(int(unit[7:13])))


def _has_left(one: "Served", means: str, out: set[str]) -> bool:
    tagged = [piece for piece in one.shopper.pieces if piece.unit]
    return len(tagged) == 1 and tagged[0].means == means and tagged[0].unit in out

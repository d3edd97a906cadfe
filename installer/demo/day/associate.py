"""The associate: picks online orders from the shelves, checks the tote by its tags, puts it into a bin."""

import queue
import random
import threading
from collections import Counter
from collections.abc import Callable

from installer.demo.floor import Floor
from installer.demo.processes import DemoTrouble, wait_until
from installer.demo.shop import DemoShop, Json, Refusal
from installer.demo.truth import OrderTruth, Truth

ASSOCIATE = "lea"


class Associate(threading.Thread):
    """Works through the orders in the order of their arrival; ``ready`` is told when one can be collected."""

    def __init__(
        self,
        shop: DemoShop,
        floor: Floor,
        truth: Truth,
        dice: random.Random,
        ready: Callable[[OrderTruth], None],
        show: Callable[[str, str], None],
    ) -> None:
        super().__init__(name="associate", daemon=True)
        self._shop = shop
        self._floor = floor
        self._truth = truth
        self._dice = dice
        self._ready = ready
        self._show = show
        self._orders: queue.SimpleQueue[OrderTruth | None] = queue.SimpleQueue()
        self._bins = 0

    def take_on(self, order: OrderTruth) -> None:
        """An order was posted; it appears on the board when it has come through."""
        self._orders.put(order)

    def end(self, timeout: float) -> None:
        """Finish what is in hand."""
        self._orders.put(None)
        self.join(timeout)

    def run(self) -> None:
        while (order := self._orders.get()) is not None:
            try:
                self._fulfil(order)
            except DemoTrouble as trouble:
                self._truth.trouble(f"order {order.number}: {trouble}")

    def _fulfil(self, order: OrderTruth) -> None:
        shop = self._shop
        wait_until(
            lambda: shop.ask_agent(f"/v1/orders/{order.id}"), 90, f"order {order.number} at the store", pause=0.1
        )
        shop.command("order.pick", order.id, by=ASSOCIATE)
        work = self._list(order)
        self._show("pick", order.id)
        units, counted = self._pick(order, work)
        if not units and not counted:
            order.lost = True
            return
        shop.command("order.verify", order.id, {"units": units, "counted": dict(counted)}, by=ASSOCIATE)
        self._bins = self._bins % 24 + 1
        shop.command("order.stage", order.id, {"bin": f"{self._bins:02d}"}, by=ASSOCIATE)
        shop.command("order.ready", order.id, by=ASSOCIATE)
        with self._truth.lock:
            order.ready_at = shop.clock.now_ms()
            order.units = tuple(units)
        self._truth.scene("order picked, checked and put into a bin", order.number)
        self._ready(order)

    def _list(self, order: OrderTruth) -> Json:
        """What is to be picked, as soon as the agent answers."""
        found: list[Json] = []

        def answered() -> bool:
            work = self._shop.ask_agent(f"/v1/orders/{order.id}")
            found.extend([work] if work is not None else [])
            return bool(found)

        wait_until(answered, 90, f"the list of order {order.number}", pause=0.1)
        return found[0]

    def _pick(self, order: OrderTruth, work: Json) -> tuple[list[str], Counter[str]]:
        units: list[str] = []
        counted: Counter[str] = Counter()
        for line in work["lines"]:
            for _ in range(line["qty"]):
                if self._is_tagged(line["gtin"]):
                    self._pick_tagged(order, line, units)
                else:
                    args = {"line": line["id"], "gtin": line["gtin"], "unit": None, "means": "scan"}
                    self._shop.command("order.bind", order.id, args, by=ASSOCIATE)
                    counted[line["gtin"]] += 1
        return units, counted

    def _pick_tagged(self, order: OrderTruth, line: Json, units: list[str]) -> None:
        """By its tag, or now and then by its barcode: then the check of the tote names the unit."""
        unit = self._floor.take(self._dice, gtin=line["gtin"], anywhere=True)
        if unit is None:
            args: Json = {"line": line["id"], "qty": 1, "reason": "not_found"}
            self._shop.command("order.short", order.id, args, by=ASSOCIATE)
            return
        by_tag = self._dice.random() < 0.75
        args = {"line": line["id"], "gtin": line["gtin"], "unit": unit if by_tag else None}
        try:
            self._shop.command("order.bind", order.id, args | {"means": "tag" if by_tag else "scan"}, by=ASSOCIATE)
        except Refusal as refusal:
            raise DemoTrouble(f"{unit} can't be bound: {refusal}") from refusal
        units.append(unit)

    def _is_tagged(self, gtin: str) -> bool:
        return bool(self._shop.premises.goods.article(int(gtin[7:13]))["tagged"])

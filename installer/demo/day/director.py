"""The director: gives every actor a thread, lets the scenes happen when they are due, ends the day.

The window lives in the main thread, and so does its cashier. Everybody else asks a till to do something by a task
in its queue.
"""

import queue
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from installer.demo.day.associate import Associate
from installer.demo.day.cashier import FEEDS_S, Cashier
from installer.demo.day.exits import TO_THE_DOOR_S, Exits
from installer.demo.day.hands import HeadlessHands
from installer.demo.day.line import Line
from installer.demo.day.pictures import Album
from installer.demo.day.scenes import Scenes
from installer.demo.day.services import hand_over
from installer.demo.day.shoppers import Crowd, Shopper
from installer.demo.day.timetable import timetable
from installer.demo.day.window_hands import WindowHands
from installer.demo.floorplan import untagged_stock
from installer.demo.offers import OrderMaker
from installer.demo.processes import INTERRUPTION, DemoTrouble, wait_until
from installer.demo.shop import DemoShop
from installer.demo.truth import OrderTruth, SoldTruth, Truth
from store_app.presenters.names import ScreenName
from store_app.services import TillServices
from store_app.settings import load_settings

Task = Callable[[Cashier], None]
CASHIERS = ("camille", "hugo")
PROMISE_MS = 2 * 3_600_000
TASK_S = 120.0


@dataclass(frozen=True)
class Served:
    """A sale and what the customer carries away."""

    sale: SoldTruth
    shopper: Shopper


class Day:
    """One scripted day in an open shop: ``run`` in the main thread, once."""

    def __init__(self, shop: DemoShop, minutes: int, seed: int, say: Callable[[str], None]) -> None:
        self.shop = shop
        self.truth = Truth()
        self._minutes = minutes
        self._say = say
        self.dice = random.Random(seed + 1)
        self._table = timetable(seed, minutes)
        self._started_ms = 0
        self.lasted = float(minutes)
        """minutes until the doors closed: not before the last scene is over"""
        way = TO_THE_DOOR_S * shop.wanted.slowness
        self.exits = Exits(shop.readers.gate, self.truth, shop.clock, to_the_door_s=way)
        self._tasks: list[queue.SimpleQueue[Task | None]] = [queue.SimpleQueue() for _ in CASHIERS]
        self.served: list[Served] = []
        self.collected: queue.SimpleQueue[OrderTruth] = queue.SimpleQueue()
        self._split_goods(seed)
        self.cashiers: list[Cashier] = []
        self._album: Album
        self.real_s = minutes * 60 / shop.wanted.speed

    def _split_goods(self, seed: int) -> None:
        """Some articles are kept for the web shop and for thieves, so that every scene finds its goods."""
        shop, premises = self.shop, self.shop.premises
        plenty = [gtin for gtin in shop.floor.articles(2) if premises.goods.for_sale(gtin)]
        self.dice.shuffle(plenty)
        self.loot, web = plenty[:4], plenty[4:40]
        untagged = [
            gtin for gtin, qty in untagged_stock(seed, premises.goods) if qty > 30 and premises.goods.for_sale(gtin)
        ][:6]
        clients = premises.size.clients
        self._orders = OrderMaker(seed, premises.goods, clients, sorted(web) + untagged)
        keep = {*self.loot, *web}
        crowd = Crowd(shop.floor, premises.goods, seed, clients, keep)
        self._line = Line(crowd, self.minute, self.dice)

    def minute(self) -> float:
        """The shop's minute since the doors opened."""
        return (self.shop.clock.now_ms() - self._started_ms) / 60_000 if self._started_ms else 0.0

    # the day

    def run(self, pictures: Path) -> None:
        """Play it; what an actor couldn't do stands in ``truth.troubles``."""
        window = self._window(pictures)
        second = self._second()
        self.cashiers = [window, second]
        self._album = Album(window.hands)
        actors: list[threading.Thread] = []
        try:
            self._open(window, second)
            self._started_ms = self.shop.clock.now_ms()
            actors = self._actors(second)
            for actor in (self.exits, *actors):
                actor.start()
            self._work(window, self._tasks[0])
            for actor in actors:
                actor.join(TASK_S)
            window.hands.wait(lambda: self.exits.all_out, "the last shopper to leave")
            self.tell("waiting for everything to arrive")
            self._quiet(window)
        finally:
            self.exits.end()
            for cashier in self.cashiers:
                cashier.hands.stop()

    def _window(self, pictures: Path) -> Cashier:
        shop = self.shop
        settings = load_settings(shop.premises.till_toml(1))
        hands = WindowHands(1, shop.tills[0], settings, shop.clock, pictures)
        return Cashier(hands, CASHIERS[0], self.truth, self.dice, self.minute)

    def _second(self) -> Cashier:
        shop = self.shop
        services = TillServices(load_settings(shop.premises.till_toml(2)), shop.clock)
        hands = HeadlessHands(2, shop.tills[1], services)
        return Cashier(hands, CASHIERS[1], self.truth, random.Random(self.dice.random()), self.minute)

    def _open(self, window: Cashier, second: Cashier) -> None:
        """Both cashiers at once: the first feeds take a moment to arrive."""
        errors: list[DemoTrouble] = []

        def open_second() -> None:
            try:
                second.hands.start()
                second.sign_in()
                second.open_shift()
            except DemoTrouble as error:
                errors.append(error)

        other = threading.Thread(target=open_second, name="till-2-opens", daemon=True)
        other.start()
        window.hands.start()
        window.hands.wait(lambda: window.hands.desk.shelves.people(), "the staff's names", FEEDS_S)
        window.hands.rest(0.2)
        self._album.look("sign_in")
        window.sign_in()
        window.open_shift()
        window.hands.wait(lambda: not other.is_alive(), "till 2 to open", FEEDS_S)
        if errors:
            raise errors[0]
        for cashier in (window, second):
            shelves = cashier.hands.desk.shelves
            cashier.hands.wait(shelves.tiles, "the tiles", FEEDS_S)
            cashier.hands.wait(partial(shelves.version, "prices"), "the prices", FEEDS_S)
        self.truth.scene("two drawers opened with a float")

    def _actors(self, second: Cashier) -> list[threading.Thread]:
        associate = Associate(
            self.shop, self.shop.floor, self.truth, random.Random(self.dice.random()), self._ready, self.show
        )
        self._associate = associate
        return [
            associate,
            threading.Thread(target=self._work, args=(second, self._tasks[1]), name="till-2", daemon=True),
            threading.Thread(target=self._web_shop, name="web-shop", daemon=True),
            threading.Thread(target=self._scenes, name="scenes", daemon=True),
        ]

    # tills

    def _work(self, cashier: Cashier, tasks: "queue.SimpleQueue[Task | None]") -> None:
        """Serve until the day is over; then close."""
        failed = False
        while True:
            try:
                task = tasks.get_nowait()
            except queue.Empty:
                task = None if failed else self._next_customer()
                if task is None:
                    cashier.hands.breathe()
                    continue
            else:
                if task is None:
                    break
            failed |= not self._try(cashier, task)
        self._try(cashier, self._close)

    def _try(self, cashier: Cashier, task: Task) -> bool:
        try:
            task(cashier)
        except DemoTrouble as trouble:
            notices = getattr(getattr(cashier.hands, "_till", None), "notices", [])[-2:]
            self.truth.trouble(f"{cashier.person}: {trouble} {notices}")
            return False
        return True

    def _next_customer(self) -> Task | None:
        shopper = self._line.next()
        return None if shopper is None else lambda cashier: self._sell(cashier, shopper)

    def _sell(self, cashier: Cashier, shopper: Shopper) -> None:
        sale = cashier.serve(shopper, self._look(cashier))
        self.served.append(Served(self.truth.sale(sale.fact.number), shopper))
        self.exits.leave(shopper.units)

    def _look(self, cashier: Cashier) -> Callable[[str], None]:
        return self._album.look if cashier.hands.number == 1 else lambda _name: None

    def _close(self, cashier: Cashier) -> None:
        first = cashier.hands.number == 1
        if first:
            self._album.plain("customers", ScreenName.CUSTOMERS)
            self._album.plain("shift", ScreenName.SHIFT)
        cashier.close_shift((lambda: self._album.look("closing")) if first else (lambda: None))
        if first:
            cashier.hands.rest(0.3)
            self._album.look("closed")
        self.truth.scene(f"till {cashier.hands.number} counted and closed")

    def do(self, till: int, task: Task, *, wait: bool = True) -> None:
        """Let a till do something; returns when it is done, or after a while."""
        done = threading.Event()

        def noted(cashier: Cashier) -> None:
            try:
                task(cashier)
            finally:
                done.set()

        self._tasks[till - 1].put(noted)
        try:
            if wait:
                wait_until(done.is_set, TASK_S, f"till {till} to come to a task", pause=0.01)
        except DemoTrouble as trouble:
            self.truth.trouble(str(trouble))

    # orders

    def _web_shop(self) -> None:
        for minute in self._table.orders:
            self.until(minute)
            try:
                self._order()
            except DemoTrouble as trouble:
                self.truth.trouble(str(trouble))

    def _order(self) -> None:
        now = self.shop.clock.now_ms()
        promised = datetime.fromtimestamp((now + PROMISE_MS) / 1000, UTC).isoformat()
        taken = self.shop.post_order(self._orders.make(promised))
        order = OrderTruth(taken["id"], taken["number"], taken["code"] or "", now, len(taken["lines"]))
        with self.truth.lock:
            self.truth.orders[order.id] = order
        self._associate.take_on(order)

    def _ready(self, order: OrderTruth) -> None:
        """Its customer comes to collect it, at either till."""
        till = 1 if self._album.wants("handover") else self.dice.choice((1, 2))
        self.do(till, lambda cashier: self._collect(cashier, order), wait=False)

    def _collect(self, cashier: Cashier, order: OrderTruth) -> None:
        hand_over(cashier, order, self.truth, self.shop.clock.now_ms, self._look(cashier))
        self.exits.leave(order.units)
        self.collected.put(order)

    def show(self, what: str, subject: str) -> None:
        """Somebody works on something that is worth a picture."""
        if not self._album.wants(what):
            return
        visit = {"pick": self._album.order, "count": self._album.count, "differences": self._album.differences,
                 "gate": self._album.gate}[what]  # fmt: skip
        self.do(1, lambda _cashier: visit(subject))

    # scenes

    def _scenes(self) -> None:
        scenes = Scenes(self)
        beside = threading.Thread(target=scenes.returns, args=(self._table.returns,), name="returns", daemon=True)
        beside.start()
        scenes.troubles(self._table.troubles)
        beside.join()
        self.until(self._minutes)
        self.lasted = self.minute()
        self._line.close()
        self.tell("the doors close")
        self._associate.end(TASK_S)
        for tasks in self._tasks:
            tasks.put(None)

    def tell(self, name: str) -> None:
        """Say what happens now."""
        self._say(f"  minute {self.minute():4.1f}: {name} ({len(self.truth.sales)} sales)")

    def until(self, minute: float) -> None:
        """Wait for a minute of the day. Raises :class:`DemoTrouble` when the demo is asked to end."""
        while self.minute() < minute:
            INTERRUPTION.look()
            time.sleep(0.02)

    # the evening

    def _quiet(self, window: Cashier) -> None:
        """Wait until everything has arrived where it belongs."""
        shop = self.shop

        def arrived() -> bool:
            tills = [cashier.hands.services.post.status for cashier in self.cashiers]
            if any(status.pending for status in tills):
                return False
            ledger, agent = shop.ledger_health(), shop.agent_health()
            ups = agent.get("upstreams", ())
            return bool(
                ups and not any(up["pending"] for up in ups) and not ledger["backlog"] and not ledger["refunds_waiting"]
            )

        window.hands.wait(arrived, "everything to arrive at the ledger", 120)
        shop.readers.stop()
        window.hands.rest(0.2)
        window.hands.wait(arrived, "everything to arrive at the ledger", 60)

"""What really happened in the simulated shop, written down by the simulator and never shown to a program."""

import threading
from collections import Counter
from dataclasses import dataclass, field


@dataclass
class SoldTruth:
    """A ticket that a customer holds in hand. Negative amounts were given back."""

    number: str
    till: int
    minor: int
    cash_minor: int
    card_minor: int
    pieces: int
    at_minute: float


@dataclass
class OrderTruth:
    """An online order as its customer lived it; times in ms of the shop's clock, 0 for not yet."""

    id: str
    number: str
    code: str
    posted_at: int
    lines: int
    ready_at: int = 0
    handed_at: int = 0
    returned: bool = False
    units: tuple[str, ...] = ()
    lost: bool = False
    """nothing of it could be found"""


@dataclass
class ExitTruth:
    """One unit that was carried out through the gate."""

    unit: str
    at: int
    paid: bool


@dataclass
class CountTruth:
    """A count as the simulator saw it: units that stood in the zone, with working tags, all the time."""

    zone: str
    id: str = ""
    stood: set[str] = field(default_factory=set)
    never_there: set[str] = field(default_factory=set)
    """units in the books that aren't in the shop"""


@dataclass
class Truth:
    """Everything; many threads write, each under the lock."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    sales: list[SoldTruth] = field(default_factory=list)
    returns: list[SoldTruth] = field(default_factory=list)
    orders: dict[str, OrderTruth] = field(default_factory=dict)
    exits: list[ExitTruth] = field(default_factory=list)
    count: CountTruth | None = None
    blind: list[tuple[int, int]] = field(default_factory=list)
    """whose passages nobody saw whole: begun from, until, in ms of the shop's clock"""
    floats: dict[int, int] = field(default_factory=dict)
    scenes: dict[str, str] = field(default_factory=dict)
    """scene -> what happened"""
    troubles: list[str] = field(default_factory=list)
    """what an actor could not do, with its reason"""
    sold_by_barcode: Counter[str] = field(default_factory=Counter)

    def sold(self, sale: SoldTruth) -> None:
        with self.lock:
            (self.sales if sale.minor >= 0 else self.returns).append(sale)

    def sale(self, number: str) -> SoldTruth:
        """The sale of a ticket; several tills sell at once. Raises KeyError."""
        with self.lock:
            for one in reversed(self.sales):
                if one.number == number:
                    return one
        raise KeyError(number)

    def left(self, unit: str, at: int, *, paid: bool) -> None:
        with self.lock:
            self.exits.append(ExitTruth(unit, at, paid))

    def judged(self, at: int) -> bool:
        """Whether somebody saw a passage that began at that time to its end."""
        return not any(begin <= at <= end for begin, end in self.blind)

    def scene(self, name: str, text: str = "") -> None:
        """A scene happened."""
        with self.lock:
            self.scenes.setdefault(name, text)

    def trouble(self, text: str) -> None:
        with self.lock:
            self.troubles.append(text)

    def drawer(self, till: int) -> int:
        """What really lies in a till's drawer, minor units."""
        with self.lock:
            took = sum(sale.cash_minor for sale in (*self.sales, *self.returns) if sale.till == till)
            return self.floats.get(till, 0) + took

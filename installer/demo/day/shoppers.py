"""Shoppers: what each one takes off the shelves, how it is rung up and how it is paid; all from one seed."""

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from installer.demo.floor import Floor
from installer.demo.floorplan import untagged_stock
from installer.demo.goods import Goods

Means = Literal["pad", "scan", "tile"]
Special = Literal["", "declined", "no_paper", "discount", "approval", "client", "split"]


@dataclass(frozen=True)
class Piece:
    """One article in a shopper's hands; ``unit`` is its tag's key, if it has a tag."""

    gtin: str
    unit: str | None
    means: Means


@dataclass
class Shopper:
    """Somebody at the till."""

    pieces: list[Piece]
    pay: Literal["cash", "card"]
    special: Special = ""
    client: str = ""
    generous: int = 0
    """how the cash is given: rounded up to a multiple of this"""
    units: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.units = [piece.unit for piece in self.pieces if piece.unit is not None]


class Crowd:
    """Makes shoppers; called from several threads. ``keep`` are articles that nobody buys."""

    def __init__(self, floor: Floor, goods: Goods, seed: int, clients: int, keep: set[str]) -> None:
        self._floor = floor
        self._dice = random.Random(seed + 71)
        self._lock = threading.Lock()
        self._goods = goods
        self._untagged = [gtin for gtin, _ in untagged_stock(seed, goods) if goods.for_sale(gtin)]
        self._clients = clients
        self._keep = keep
        self._number = 0

    def next(self, special: Special = "") -> Shopper:
        """The next shopper, with everything in hand."""
        with self._lock:
            self._number += 1
            dice = self._dice
            pieces = self._pieces(dice)
            return Shopper(
                pieces,
                pay="card" if special in ("declined", "split") or dice.random() < 0.6 else "cash",
                special=special,
                client=f"c{dice.randrange(self._clients):06d}" if special == "client" or dice.random() < 0.1 else "",
                generous=dice.choice((1, 500, 1000, 2000)),
            )

    def _pieces(self, dice: random.Random) -> list[Piece]:
        tagged = dice.choice((0, 1, 1, 1, 2))
        units = [unit for unit in (self._unit(dice) for _ in range(tagged)) if unit is not None]
        by_pad = dice.random() < 0.5
        pieces = [Piece(unit[:14], unit, "pad" if by_pad else "scan") for unit in units]
        for _ in range(dice.choice((0, 1)) if pieces else 1):
            pieces.append(Piece(dice.choice(self._untagged), None, dice.choice(("scan", "scan", "tile"))))
        return pieces

    def _unit(self, dice: random.Random) -> str | None:
        for _ in range(10):
            unit = self._floor.take(dice)
            if unit is None or (unit[:14] not in self._keep and self._goods.for_sale(unit[:14])):
                return unit
            self._floor.put(unit, self._floor.stood(unit))
        return None


Serve = Callable[[Shopper], None]

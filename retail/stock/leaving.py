"""Goods on their way to a customer: one cause's moves, collected line by line."""

from collections import Counter
from functools import partial

from retail.facts.store import Move
from retail.stock.book import StockBook
from retail.stock.exceptions import Trouble
from retail.stock.moves import move, take_from
from retail.stock.places import BACK, CUSTOMER, FLOOR, SUPPLIER, At


class Leaving:
    """Collects moves to the customer without changing the book; later lines see what earlier lines took.

    ``order`` is whose picked units may leave, empty at the till.
    """

    def __init__(self, book: StockBook, order: str = "") -> None:
        self.moves: list[Move] = []
        self.troubles: list[Trouble] = []
        self.unresolved: Counter[str] = Counter()
        self._book = book
        self._order = order
        self._gone: set[str] = set()
        self._taken: Counter[tuple[str, At]] = Counter()
        self._anonymous_taken: Counter[str] = Counter()

    def unit(self, gtin: str, unit: str) -> None:
        """A tagged unit leaves. One that had left already doesn't leave twice: both papers stand, a person looks."""
        row = self._book.units.get(unit)
        if unit in self._gone or (row is not None and row.at.location == "customer"):
            self.troubles.append(Trouble("double_sold", unit, f"{unit} had left the store already"))
            return
        self._gone.add(unit)
        order = self._book.bound.get(unit, (self._order, ""))[0]
        if order != self._order:
            self.troubles.append(Trouble("reservation_broken", order, f"{unit}, picked for order {order}, was sold"))
        if gtin != unit[:14]:
            self.troubles.append(Trouble("tag_swap", unit, f"{unit} left as {gtin}"))
        src = row.at if row is not None else self._origin_of_unknown(unit)
        self._leave(move(unit[:14], src, CUSTOMER, unit=unit))

    def plain(self, gtin: str, qty: int) -> None:
        """Goods without a tag leave."""
        for src, taken in take_from(partial(self._left, gtin), qty):
            self._leave(move(gtin, src, CUSTOMER, taken))
        self._anonymous_taken[gtin] += qty

    def by_barcode(self, gtin: str, qty: int) -> None:
        """Tagged goods leave without their tag being read: some unit has left, nobody knows which one."""
        untagged = self._anonymous(gtin)
        self.plain(gtin, qty)
        unknown = max(0, qty - max(0, untagged))
        if unknown:
            self.unresolved[gtin] += unknown
            self._anonymous_taken[gtin] -= unknown

    def _origin_of_unknown(self, unit: str) -> At:
        """Where a unit that the book doesn't know was: among goods without tags, else nowhere of ours."""
        gtin = unit[:14]
        for key in (FLOOR, BACK):
            if self._anonymous(gtin) > 0 and self._left(gtin, key) > 0:
                self._anonymous_taken[gtin] += 1
                return key
        self.troubles.append(Trouble("not_in_stock", unit, f"{unit} wasn't in stock when it left"))
        return SUPPLIER

    def _leave(self, one: Move) -> None:
        self.moves.append(one)
        self._taken[one.gtin, At(one.src.location, one.src.condition)] += one.qty

    def _left(self, gtin: str, key: At) -> int:
        return self._book.balance(gtin, key) - self._taken[gtin, key]

    def _anonymous(self, gtin: str) -> int:
        return self._book.anonymous(gtin) - self._anonymous_taken[gtin]

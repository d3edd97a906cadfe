"""The state of a store's stock, as folded from facts: flat dictionaries, rebuilt by replay at any time.

Balances count every article at every place; tagged units stand in one place each. An article that carries tags but
was sold by its barcode leaves an *unresolved* unit: the balance went down, no unit did. So, for every article,

    units held + goods without a tag - unresolved  =  sum of its physical balances
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from retail.facts.store import Cause
from retail.stock.places import PHYSICAL, At, is_sellable

K = TypeVar("K")


class UnitRow(NamedTuple):
    """Where one tagged unit is and by which kind of move it came there (``StockMoved.reason``)."""

    gtin: str
    at: At
    reason: str
    move: str

    @property
    def held(self) -> bool:
        """In the store, in whatever condition."""
        return self.at.location in PHYSICAL


@dataclass(slots=True)
class OpenSale:
    """A sale by barcode of a tagged article whose units aren't known yet.

    ``places`` has one entry per unknown unit: the place whose balance went down. ``at`` is when, ms UTC.
    """

    cause: Cause
    gtin: str
    places: list[At]
    at: int


@dataclass(slots=True)
class Reservation:
    """What is still promised to an order: ``qty`` left of ``placed``. ``lease`` is whose stock it used, if any."""

    rid: str
    gtin: str
    order: str
    placed: int
    qty: int
    at: int
    lease: str | None = None


@dataclass(slots=True)
class Lease:
    """What the online channel may sell without asking: counts as gone but for what orders already used."""

    lease: str
    gtin: str
    qty: int
    until: int
    used: int = 0

    @property
    def outstanding(self) -> int:
        """Units that count as gone."""
        return max(0, self.qty - self.used)


def bump(sums: dict[K, int], key: K, change: int) -> None:
    """Add to one sum; a sum of zero isn't kept."""
    after = sums.get(key, 0) + change
    if after:
        sums[key] = after
    else:
        sums.pop(key, None)


class Change(NamedTuple):
    """One row of the agent's projections that a fold touched; ``key`` is unique in its ``table``."""

    table: str
    key: str


@dataclass(slots=True)
class StockBook:
    """Everything that a store knows about its goods. Changed by the folds of ``retail.stock`` only."""

    balances: dict[str, dict[At, int]] = field(default_factory=dict)
    """gtin -> place -> quantity; places with nothing are absent"""
    units: dict[str, UnitRow] = field(default_factory=dict)
    held: dict[str, set[str]] = field(default_factory=dict)
    """gtin -> keys of its units that are in the store; present, if empty, for every article that ever had tags"""
    unresolved: dict[str, int] = field(default_factory=dict)
    open_sales: dict[str, list[OpenSale]] = field(default_factory=dict)
    """gtin -> sales by barcode whose unit is still unknown, oldest first"""
    folded: set[str] = field(default_factory=set)
    """keys of the stock movements already folded"""
    resolved: set[str] = field(default_factory=set)
    bound: dict[str, tuple[str, str]] = field(default_factory=dict)
    """unit -> (order, line) that it is picked for"""
    reservations: dict[str, Reservation] = field(default_factory=dict)
    entries: set[str] = field(default_factory=set)
    """ids of the reservation entries already folded"""
    committed_by: dict[str, int] = field(default_factory=dict)
    """gtin -> quantity promised to orders"""
    leases: dict[str, Lease] = field(default_factory=dict)
    leased_by: dict[str, int] = field(default_factory=dict)
    """gtin -> quantity that leases hold back"""
    suspects: dict[str, int] = field(default_factory=dict)
    """unit -> counts in a row that missed it"""
    changed: set[Change] = field(default_factory=set)
    """rows to save; see ``rows.take_changes``"""

    def balance(self, gtin: str, key: At) -> int:
        """Quantity of an article at a place."""
        return self.balances.get(gtin, {}).get(key, 0)

    def physical(self, gtin: str) -> int:
        """Quantity in the store, in whatever condition."""
        return sum(qty for key, qty in self.balances.get(gtin, {}).items() if key.location in PHYSICAL)

    def sellable(self, gtin: str) -> int:
        """Quantity that may be sold: physical, before promises and leases."""
        return sum(qty for key, qty in self.balances.get(gtin, {}).items() if is_sellable(key))

    def committed(self, gtin: str) -> int:
        """Quantity promised to orders, whether they used a lease or not."""
        return self.committed_by.get(gtin, 0)

    def leased(self, gtin: str) -> int:
        """Quantity that the online channel may still sell by itself."""
        return self.leased_by.get(gtin, 0)

    def anonymous(self, gtin: str) -> int:
        """Goods in the store that no unit stands for."""
        return self.physical(gtin) - len(self.held.get(gtin, ())) + self.unresolved.get(gtin, 0)

    def gtins(self) -> Iterator[str]:
        """Every article that was ever moved."""
        return iter(self.balances)

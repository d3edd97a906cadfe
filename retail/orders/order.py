"""The state of one order in the store, folded from its facts through the transition tables."""

from dataclasses import dataclass, field
from functools import singledispatch

from retail.errors import Refused
from retail.facts.base import Fact
from retail.facts.ledger import RefundSettled
from retail.facts.store import (
    OrderAccepted,
    OrderLineShort,
    OrderPicked,
    OrderPickStarted,
    OrderReady,
    OrderRejected,
    OrderRestocked,
    OrderStaged,
    OrderUnitBound,
    OrderUnitUnbound,
    OrderVerified,
)
from retail.facts.till import OrderHandedOver, RefundRequested
from retail.orders.delivery import DELIVERY
from retail.orders.fulfilment import CANCEL, CARRIER, MONEY, STOCK
from retail.orders.pickup import PICKUP
from retail.orders.shipping import SHIP
from retail.transitions import Table, TransitionRefused

WORK: dict[str, Table] = {"pickup": PICKUP, "ship": SHIP, "delivery": DELIVERY}
"""the work table of each method"""


@dataclass(slots=True)
class OrderLine:
    """One line: ``qty = found + short + todo``. ``units`` are the tagged ones among those found."""

    id: str
    gtin: str
    qty: int
    unit_minor: int = 0
    found: int = 0
    short: int = 0
    units: list[str] = field(default_factory=list)

    @property
    def todo(self) -> int:
        """What is still to be looked for."""
        return self.qty - self.found - self.short

    @property
    def plain(self) -> int:
        """Found pieces without a tag."""
        return self.found - len(self.units)

    @property
    def state(self) -> str:
        """``todo``, ``found`` or ``short``."""
        if self.todo:
            return "todo"
        return "short" if self.short else "found"


@dataclass(slots=True)
class Order:
    """An order that this store works on. Changed by :func:`fold_order` only."""

    id: str
    number: str
    method: str
    lines: dict[str, OrderLine]
    promised_at: int = 0
    work: str = "assigned"
    stock: str = "reserved"
    money: str = "paid"
    carrier: str = "none"
    cancel: str = "none"
    by: str = ""
    bin: str = ""
    hold_until: int = 0
    refund_asked_minor: int = 0
    refunded_minor: int = 0

    @property
    def table(self) -> Table:
        """The work table of this order's method."""
        return WORK[self.method]

    @property
    def units(self) -> list[str]:
        """Every tagged unit that was picked."""
        return [unit for line in self.lines.values() for unit in line.units]

    @property
    def plain(self) -> dict[str, int]:
        """Picked pieces without a tag, by GTIN."""
        sums: dict[str, int] = {}
        for line in self.lines.values():
            if line.plain:
                sums[line.gtin] = sums.get(line.gtin, 0) + line.plain
        return sums

    @property
    def closed(self) -> bool:
        """Nothing more can happen to it."""
        return self.work in self.table.terminal


def fold_order(order: Order, fact: Fact) -> bool:
    """Fold one fact of this order; return whether it concerned it.

    :class:`TransitionRefused` when the tables don't allow it: a journal never holds such a fact.
    """
    if getattr(fact, "order", None) != order.id:
        return False
    return _fold(fact, order)


def step(order: Order, event: str) -> None:
    """Move the work on by one event of its table."""
    order.work = order.table.next(order.work, event)


def line_of(order: Order, line: str) -> OrderLine:
    """Return a line of the order, or refuse."""
    found = order.lines.get(line)
    if found is None:
        raise Refused("unknown_line", f"order {order.number} has no line {line}", order=order.id, line=line)
    return found


def answer_cancel(order: Order, event: str) -> None:
    """Take a request to cancel in, or answer it; accepting sends the goods back to the shelf."""
    after = CANCEL.next(order.cancel, event)
    if event == "cancel_accept":
        step(order, "cancel")
        order.stock = STOCK.next(order.stock, "release")
    order.cancel = after


def track(order: Order, event: str) -> None:
    """Move the carrier's axis on."""
    order.carrier = CARRIER.next(order.carrier, event)


@singledispatch
def _fold(fact: Fact, order: Order) -> bool:
    return False


@_fold.register
def _(fact: OrderAccepted, order: Order) -> bool:
    step(order, "accept")
    return True


@_fold.register
def _(fact: OrderRejected, order: Order) -> bool:
    step(order, "all_short" if order.work == "picking" else "reject")
    order.stock = STOCK.next(order.stock, "release")
    return True


@_fold.register
def _(fact: OrderPickStarted, order: Order) -> bool:
    step(order, "start_pick")
    order.by = fact.by
    return True


@_fold.register
def _(fact: OrderUnitBound, order: Order) -> bool:
    _only_while_picking(order, "found")
    line = line_of(order, fact.line)
    line.found += 1
    if fact.unit is not None:
        line.units.append(fact.unit)
    order.stock = STOCK.next(order.stock, "bind")
    return True


@_fold.register
def _(fact: OrderUnitUnbound, order: Order) -> bool:
    step(order, "unpick")
    line = line_of(order, fact.line)
    line.found -= 1
    if fact.unit is not None:
        line.units.remove(fact.unit)
    if not any(one.found for one in order.lines.values()):
        order.stock = STOCK.next(order.stock, "unbind")
    return True


@_fold.register
def _(fact: OrderLineShort, order: Order) -> bool:
    _only_while_picking(order, "short")
    line_of(order, fact.line).short += fact.qty
    return True


@_fold.register
def _(fact: OrderPicked, order: Order) -> bool:
    step(order, "finish_pick")
    return True


@_fold.register
def _(fact: OrderVerified, order: Order) -> bool:
    step(order, "verify")
    return True


@_fold.register
def _(fact: OrderStaged, order: Order) -> bool:
    step(order, "stage")
    if order.stock != "staged":
        order.stock = STOCK.next(order.stock, "stage")
    order.bin = fact.bin
    return True


@_fold.register
def _(fact: OrderReady, order: Order) -> bool:
    step(order, "extend" if order.work == "ready" else "ready")
    order.hold_until = fact.hold_until
    return True


@_fold.register
def _(fact: OrderRestocked, order: Order) -> bool:
    step(order, "restock")
    if order.stock != "released":
        order.stock = STOCK.next(order.stock, "release")
    order.bin = ""
    return True


@_fold.register
def _(fact: OrderHandedOver, order: Order) -> bool:
    if order.table.allows(order.work, "handover"):
        step(order, "handover")
    else:
        step(order, "handed_over_alone")
    order.stock = "gone" if order.stock == "released" else STOCK.next(order.stock, "leave")
    order.bin = ""
    return True


@_fold.register
def _(fact: RefundRequested, order: Order) -> bool:
    order.money = MONEY.next(order.money, "ask_more" if order.money == "refund_asked" else "ask_refund")
    order.refund_asked_minor += fact.minor
    return True


@_fold.register
def _(fact: RefundSettled, order: Order) -> bool:
    order.refunded_minor += fact.minor
    done = order.refunded_minor >= order.refund_asked_minor
    worth = sum(line.qty * line.unit_minor for line in order.lines.values())
    if done:
        order.money = MONEY.next(order.money, "refund" if order.refunded_minor >= worth else "refund_part")
    return True


def _only_while_picking(order: Order, event: str) -> None:
    if order.work != "picking":
        raise TransitionRefused(order.table.name, order.work, event, order.table.allowed(order.work))

"""Orders in hand: the rules' state of each, and what the store keeps beside it to show and to remind."""

from dataclasses import dataclass, field

from edge_agent.messages import Json
from retail.orders.order import WORK, Order, OrderLine

FINISHED = frozenset({"handed_over", "closed", "rejected", "rerouted"})
"""work states in which the store has nothing left to do"""


@dataclass(slots=True)
class InHand:
    """An order of this store. ``customer`` (id, name) is empty once the client was erased; times are ms UTC."""

    order: Order
    customer: dict[str, str] = field(default_factory=dict)
    rates: dict[str, str] = field(default_factory=dict)
    """line -> tax rate"""
    assigned_at: int = 0

    @property
    def finished(self) -> bool:
        """Nothing is left to do in the store."""
        return self.order.work in FINISHED


def from_row(row: Json, at: int) -> InHand:
    """An order as the ledger assigned it (a checked row of the ``orders`` feed)."""
    order = Order(
        id=row["id"],
        number=row["number"],
        method=row["method"],
        lines={},
        promised_at=row["promised_at"],
        money="paid" if (row.get("paid") or {}).get("minor") else "unpaid",
    )
    held = InHand(order, assigned_at=at)
    take_row(held, row)
    return held


def take_row(held: InHand, row: Json) -> None:
    """Take over what may change after the assignment: the customer's name, and lines that were added."""
    customer = row.get("customer") or {}
    held.customer = {name: str(customer.get(name) or "") for name in ("id", "name")}
    for line in row["lines"]:
        held.rates[line["id"]] = str(line.get("rate", ""))
        known = held.order.lines.get(line["id"])
        if known is None:
            made = OrderLine(line["id"], line["gtin"], line["qty"], int(line.get("unit_minor", 0)))
            held.order.lines[line["id"]] = made
        else:
            known.qty = max(known.qty, line["qty"])


def methods() -> tuple[str, ...]:
    """What a store can do with an order."""
    return tuple(WORK)

"""What time does to the store: orders not accepted, holds that end, leases to renew."""

from collections.abc import Callable

from edge_agent.effects import Draft
from edge_agent.handlers import leases
from edge_agent.messages import TimeCame
from edge_agent.shop import Shop
from retail.facts import OrderRejected


def came(message: TimeCame, shop: Shop, draft: Draft) -> None:
    """A moment has come; each wish is granted once."""
    what, _, subject = message.key.partition(":")
    draft.drop("timers", key=message.key)
    handler = _TABLE.get(what)
    if handler is not None:
        handler(subject, shop, draft)


def _not_accepted(order: str, shop: Shop, draft: Draft) -> None:
    """The clock for accepting has run out: the ledger offers the order to another store."""
    held = shop.orders.get(order)
    if held is not None and held.order.work == "assigned":
        draft.record(OrderRejected(order=order, reason="capacity", by=draft.device))


def _expired(order: str, shop: Shop, draft: Draft) -> None:
    """Nobody came for it: an associate puts the goods back. A hold that was extended meanwhile goes on."""
    held = shop.orders.get(order)
    if held is not None and held.order.work == "ready" and held.order.hold_until <= draft.now:
        draft.expired.append(order)


_TABLE: dict[str, Callable[[str, Shop, Draft], None]] = {
    "accept": _not_accepted,
    "expire": _expired,
    leases.KEY: leases.go_through,
}

"""Orders in hand: folds of what happened to them, and the ``work`` rows that tills show, lines in walk order."""

import msgspec
import structlog

from edge_agent.effects import Draft
from edge_agent.messages import Json
from edge_agent.orders import InHand, from_row
from edge_agent.orders import take_row as update
from edge_agent.shop import Shop
from retail.facts import Fact
from retail.orders.order import Order, OrderLine, answer_cancel, fold_order, step
from retail.orders.waves import METHOD_MINUTES
from retail.stock.places import is_sellable
from retail.transitions import TransitionRefused

log = structlog.get_logger(__name__)


def take_row(shop: Shop, key: str, row: Json | None, at: int) -> None:
    """Fold one row of the ``orders`` feed: a new order, new lines of a known one, a request to cancel."""
    shop.touched.orders.add(key)
    known = shop.orders.get(key)
    if known is None:
        if row is not None and key not in shop.finished and row["state"] == "assigned":
            shop.orders[key] = from_row(row, at)
        return
    if row is not None:
        update(known, row)
    if (row is None or row["state"] != "assigned") and not known.finished:
        _ask_cancel(known.order)


def _ask_cancel(order: Order) -> None:
    """Nothing of it has left: the store accepts at once, and puts back what was picked."""
    if order.cancel == "none":
        answer_cancel(order, "cancel_request")
    if order.cancel == "requested" and order.table.allows(order.work, "cancel"):
        answer_cancel(order, "cancel_accept")


def fold(shop: Shop, fact: Fact) -> None:
    """Fold a fact about an order; others change nothing."""
    held = shop.orders.get(getattr(fact, "order", ""))
    if held is None:
        return
    shop.touched.orders.add(held.order.id)
    try:
        fold_order(held.order, fact)
    except TransitionRefused as no:
        log.warning("a fact came too late for its order", order=held.order.id, kind=fact.KIND, state=no.state)


def expire(shop: Shop, key: str) -> None:
    """The hold of a ready order has ended."""
    step(shop.orders[key].order, "expire")
    shop.touched.orders.add(key)


def save(shop: Shop, draft: Draft, key: str) -> None:
    """Keep an order and show it; what is finished leaves the tills' board."""
    held = shop.orders.get(key)
    if held is None:
        return
    draft.put("work_orders", key=key, body=msgspec.json.encode(held).decode(), number=held.order.number)
    draft.publish("work", key, None if held.finished else row_of(shop, held))


def row_of(shop: Shop, held: InHand) -> Json:
    """An order's row of the ``work`` feed."""
    order = held.order
    lines = [_line_row(shop, held, line) for line in order.lines.values()]
    lines.sort(key=lambda line: (shop.plan.walk_of(line["zone"] or ""), -(line["seen_at"] or 0), line["id"]))
    return {
        "id": order.id,
        "number": order.number,
        "method": order.method,
        "customer": held.customer,
        "promised_at": order.promised_at,
        "work": order.work,
        "stock": order.stock,
        "money": order.money,
        "carrier": order.carrier,
        "cancel": order.cancel,
        "bin": order.bin or None,
        "by": order.by or None,
        "picked": sum(line.found for line in order.lines.values()),
        "total": sum(line.qty for line in order.lines.values()),
        "late_at": order.promised_at - METHOD_MINUTES.get(order.method, 60) * 60_000,
        "hold_until": order.hold_until or None,
        "lines": lines,
    }


def _line_row(shop: Shop, held: InHand, line: OrderLine) -> Json:
    unit = line.units[0] if line.units else best_unit(shop, line.gtin)
    seen = shop.where(unit) if unit else None
    row = shop.stock.units.get(unit) if unit else None
    return {
        "id": line.id,
        "gtin": line.gtin,
        "qty": line.qty,
        "found": line.found,
        "short": line.short,
        "units": list(line.units),
        "state": line.state,
        "zone": seen.zone if seen else None,
        "location": row.at.location if row else None,
        "seen_at": seen.at if seen else None,
        "unit_minor": line.unit_minor,
        "rate": held.rates.get(line.id, ""),
    }


def best_unit(shop: Shop, gtin: str) -> str | None:
    """Where to look first: a free unit on the picker's way, the one that was seen last."""
    free = [
        unit
        for unit in shop.stock.held.get(gtin, ())
        if unit not in shop.stock.bound and unit not in shop.stock.suspects and is_sellable(shop.stock.units[unit].at)
    ]
    return min(free, key=lambda unit: _preference(shop, unit), default=None)


def _preference(shop: Shop, unit: str) -> tuple[bool, int, int, str]:
    seen = shop.where(unit)
    if seen is None:
        return True, shop.plan.walk_of(""), 0, unit
    return False, shop.plan.walk_of(seen.zone), -seen.at, unit

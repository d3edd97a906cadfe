"""What follows from the ledger's feeds: promises for new orders, acceptance, goods of cancelled orders back."""

from edge_agent.effects import Draft
from edge_agent.handlers.leases import lease_of, returned
from edge_agent.handlers.orders import release
from edge_agent.messages import FeedChanged, Json
from edge_agent.orders import InHand
from edge_agent.shop import Shop
from retail.facts import OrderAccepted, OrderRestocked
from retail.stock import place

MINUTE_MS = 60_000


def changed(message: FeedChanged, shop: Shop, draft: Draft) -> None:
    """Draft what the new rows of a feed lead to; the rows themselves are folded by ``evolve``."""
    if message.feed == "leases":
        for row in message.rows.values():
            returned(row or {}, shop, draft)
    if message.feed != "orders":
        return
    for key, row in message.rows.items():
        if key in shop.finished:
            continue
        known = shop.orders.get(key)
        if row is not None and row["state"] == "assigned":
            _assigned(shop, draft, row, known)
        elif known is not None and not known.finished:
            _cancelled(shop, draft, known)


def _assigned(shop: Shop, draft: Draft, row: Json, known: InHand | None) -> None:
    """Promise the goods, out of the online channel's lease; accept, if the store's settings say so."""
    order = row["id"]
    for line in row["lines"]:
        if known is not None and line["id"] in known.order.lines:
            continue
        rid = f"{order}/{line['id']}"
        lease = lease_of(line["gtin"])
        if rid not in shop.stock.reservations:
            inside = lease if lease in shop.stock.leases else None
            entry = place(shop.stock, f"{rid}/place", rid, line["gtin"], line["qty"], order, draft.now, inside)
            draft.entries.append(entry)
    if known is None:
        if shop.settings.orders.auto_accept:
            draft.record(OrderAccepted(order=order, by=draft.device))
        else:
            draft.wake(f"accept:{order}", draft.now + shop.settings.orders.accept_minutes * MINUTE_MS)


def _cancelled(shop: Shop, draft: Draft, known: InHand) -> None:
    """Nothing was picked: it is closed at once. Else an associate puts the goods back first."""
    order = known.order
    if any(line.found for line in order.lines.values()) or not order.table.allows(order.work, "cancel"):
        return
    draft.record(OrderRestocked(order=order.id, by=draft.device))
    release(shop, draft, order.id)

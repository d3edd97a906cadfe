"""Facts of tills: what they do to stock and orders, each exactly once; conflicts wait for a person."""

from edge_agent.effects import Draft
from edge_agent.messages import FactArrived, LogRefused
from edge_agent.shop import Shop
from retail.facts import ExceptionRaised, OrderHandedOver
from retail.stock import effects_of


def arrived(message: FactArrived, shop: Shop, draft: Draft) -> None:
    """A till's fact is a cause: the movements and exceptions that it leads to are the agent's own facts."""
    cause = (message.device, message.seq)
    draft.stock(effects_of(shop.stock, message.fact, cause, message.at, draft.new_id))
    if isinstance(message.fact, OrderHandedOver):
        conflict = handover_conflict(shop, message.fact)
        if conflict:
            draft.record(
                ExceptionRaised(
                    exception=draft.new_id(),
                    kind="reservation_broken",
                    subject=message.fact.order,
                    cause=cause,
                    text=conflict,
                )
            )


def refused(message: LogRefused, shop: Shop, draft: Draft) -> None:
    """A till's log was refused: said once, as long as nobody has dealt with it."""
    if any(row["kind"] == "fork" and row.get("subject") == message.device for row in shop.alarms.values()):
        return
    text = f"the log of {message.device} is refused ({message.problem}): {message.text}"
    draft.record(ExceptionRaised(exception=draft.new_id(), kind="fork", subject=message.device, text=text))


def handover_conflict(shop: Shop, fact: OrderHandedOver) -> str:
    """Why a handover doesn't fit what is on file here; empty if it does. The goods are gone either way."""
    held = shop.orders.get(fact.order)
    if held is None:
        known = "was finished before" if fact.order in shop.finished else "isn't known here"
        return f"order {fact.number} was handed over, but it {known}"
    order = held.order
    if order.cancel != "none":
        return f"order {fact.number} was handed over after its cancellation"
    if not (order.table.allows(order.work, "handover") or order.table.allows(order.work, "handed_over_alone")):
        return f"order {fact.number} was handed over while {order.work}"
    wanted, given = set(order.units), set(fact.units)
    if wanted != given:
        return f"order {fact.number}: picked and handed over differ by {', '.join(sorted(wanted ^ given))}"
    return ""

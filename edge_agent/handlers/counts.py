"""Cycle counts: a zone's expected units against what readers and handhelds hear; a manager decides the difference."""

from typing import cast, get_args

from edge_agent import counting
from edge_agent.effects import Draft
from edge_agent.messages import CommandArrived, Json
from edge_agent.shop import Shop
from retail.errors import Refused
from retail.stock import counts
from retail.stock.count_moves import count_effects
from retail.stock.count_parts import count_parts
from retail.stock.counts import Count, Decision


def open_(message: CommandArrived, shop: Shop, draft: Draft) -> Json:
    """``count.open {zone}``: what is expected is what the book and the readers have there at this moment."""
    zone = str(message.args["zone"])
    location = shop.plan.location_of(zone)
    if location is None:
        raise Refused("unknown_zone", f"the store's plan has no zone {zone!r}", allowed=tuple(shop.plan.zones))
    expected = counts.expected_units(shop.stock, zone, location, lambda unit: _zone(shop, unit))
    opened, fact = counts.open_count(
        draft.new_id(), zone, message.by, expected, draft.now, draft.head, shop.counts.values()
    )
    draft.record(fact)
    shop.counts[opened.id] = opened
    shop.touched.counts.add(opened.id)
    shop.listen()
    return {"count": opened.id, "expected": len(expected)}


def finish(message: CommandArrived, shop: Shop, draft: Draft) -> Json:
    """``count.finish``: reading ends; what wasn't read is missing now."""
    count = _count(message, shop)
    if count.state == "open":
        draft.heard = shop.live.presence.take_heard()
        counting.hear(shop, draft)
    closed = counts.finish(count, shop.stock)
    for part in count_parts(closed):
        draft.record(part)
    shop.touched.counts.add(count.id)
    shop.listen()
    return {"accuracy_bp": closed.accuracy_bp, "missing": len(closed.missing)}


def cancel(message: CommandArrived, shop: Shop, draft: Draft) -> None:
    """``count.cancel``: given up, nothing is moved."""
    count = _count(message, shop)
    counts.cancel(count)
    shop.touched.counts.add(count.id)
    shop.listen()


def approve(message: CommandArrived, shop: Shop, draft: Draft) -> Json:
    """``count.approve {decisions}``: a manager decides unit by unit; what isn't said is as proposed.

    However many facts it takes, all of them and their moves are one commit.
    """
    count = _count(message, shop)
    decisions = message.args.get("decisions") or {}
    wrong = [decision for decision in decisions.values() if decision not in get_args(Decision)]
    if wrong:
        raise Refused("malformed", f"not a decision: {wrong[0]!r}", allowed=get_args(Decision))
    location = shop.plan.location_of(count.zone) or "salesfloor"
    fact = counts.approved(count, shop.stock, cast(dict[str, Decision], decisions), message.by)
    cause, *_ = [draft.record(part) for part in count_parts(fact)]
    made = count_effects(
        shop.stock,
        fact,
        "stockroom" if location == "stockroom" else "salesfloor",
        cause=cause,
        at=draft.now,
        new_id=draft.new_id,
    )
    draft.stock(made)
    count.state = counts.COUNT.next(count.state, "approve")
    shop.touched.counts.add(count.id)
    return {"moves": len(made.moved.moves) if made.moved else 0}


def _count(message: CommandArrived, shop: Shop) -> Count:
    count = shop.counts.get(message.subject)
    if count is None:
        raise Refused("unknown_count", f"there is no open count {message.subject}")
    return count


def _zone(shop: Shop, unit: str) -> str | None:
    seen = shop.where(unit)
    return seen.zone if seen else None

"""What associates do with orders: ``retail.orders`` decides, stock and promises follow in the same commit."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from edge_agent.effects import Draft
from edge_agent.messages import CommandArrived
from edge_agent.shop import Shop
from retail.errors import Refused
from retail.facts import Fact, OrderPicked, OrderUnitBound, OrderUnitUnbound
from retail.orders import steps
from retail.orders.order import Order, fold_order
from retail.stock import BACK, STAGING, At, open_of_order, relocate, settle
from retail.stock.effects import Reason, effects
from retail.stock.reservations import EntryKind

HOUR_MS = 3_600_000


def find(shop: Shop, key: str) -> Order:
    """The order of that id. Refused when this store has none."""
    held = shop.orders.get(key)
    if held is None:
        raise Refused("unknown_order", f"this store has no order {key}")
    return held.order


def accept(message: CommandArrived, shop: Shop, draft: Draft) -> None:
    """``order.accept``"""
    _record(draft, steps.accept(find(shop, message.subject), message.by))


def reject(message: CommandArrived, shop: Shop, draft: Draft) -> None:
    """``order.reject {reason}``: nothing stays promised here; the ledger routes it elsewhere."""
    order = find(shop, message.subject)
    _record(draft, steps.reject(order, _text(message, "reason"), message.by))
    release(shop, draft, order.id)


def pick(message: CommandArrived, shop: Shop, draft: Draft) -> None:
    """``order.pick``: begin, or take over; an order that nobody accepted yet is accepted by it."""
    order = find(shop, message.subject)
    accepted = steps.accept(order, message.by) if order.work == "assigned" else []
    _record(draft, [*accepted, *steps.start_pick(_after(order, accepted), message.by)])


def bind(message: CommandArrived, shop: Shop, draft: Draft) -> None:
    """``order.bind {line, gtin, unit|null, means}``"""
    order, args = find(shop, message.subject), message.args
    unit = args.get("unit")
    means = args.get("means", "tag" if unit else "scan")
    if means not in ("scan", "tag"):
        raise Refused("malformed", "means is scan or tag")
    _record(
        draft, steps.bind(order, shop.stock, _text(message, "line"), _text(message, "gtin"), unit, means, message.by)
    )


def unbind(message: CommandArrived, shop: Shop, draft: Draft) -> None:
    """``order.unbind {line, unit|null}``"""
    order = find(shop, message.subject)
    _record(draft, steps.unbind(order, _text(message, "line"), message.args.get("unit"), message.by))


def short(message: CommandArrived, shop: Shop, draft: Draft) -> None:
    """``order.short {line, qty, reason}``: that quantity isn't promised here any more."""
    order, args = find(shop, message.subject), message.args
    line, qty = _text(message, "line"), int(args["qty"])
    facts = steps.short(order, line, qty, args["reason"], message.by)
    _record(draft, facts)
    release(shop, draft, order.id, {line: qty} if not any(fact.KIND == "order.rejected" for fact in facts) else None)


def verify(message: CommandArrived, shop: Shop, draft: Draft) -> None:
    """``order.verify {units, counted}``: what lies in the tote is what was picked, by set equality.

    A tagged article that was picked by its barcode gets its unit now: the one that lies in the tote.
    """
    order = find(shop, message.subject)
    units = [str(unit) for unit in message.args.get("units") or ()]
    counted = {str(gtin): int(qty) for gtin, qty in (message.args.get("counted") or {}).items()}
    named = _name_pieces(order, shop, units, message.by)
    after = _after(order, named)
    _record(draft, [*named, *steps.verify(after, units, counted, shop.stock.bound, message.by)])


def stage(message: CommandArrived, shop: Shop, draft: Draft) -> None:
    """``order.stage {bin}``: the tagged goods move to staging; goods without tags are counted where they were."""
    order = find(shop, message.subject)
    _record(draft, steps.stage(order, _text(message, "bin"), message.by))
    _move(shop, draft, order.units, STAGING, "staged")


def ready(message: CommandArrived, shop: Shop, draft: Draft) -> None:
    """``order.ready``: the hold begins, or is extended; reminder and expiry are set."""
    order = find(shop, message.subject)
    until = draft.now + shop.settings.orders.hold_hours * HOUR_MS
    _record(draft, steps.ready(order, until))
    draft.wake(f"expire:{order.id}", until)


def restock(message: CommandArrived, shop: Shop, draft: Draft) -> None:
    """``order.restock``: a cancelled or expired order's goods are back on the shelf."""
    order = find(shop, message.subject)
    put_back(shop, draft, order, steps.restock(order, message.by))


def put_back(shop: Shop, draft: Draft, order: Order, facts: Sequence[Fact]) -> None:
    """Record that an order's goods are back, move them and free what was promised."""
    _record(draft, facts)
    staged = [unit for unit in order.units if shop.stock.units[unit].at == STAGING]
    _move(shop, draft, staged, BACK, "restocked")
    release(shop, draft, order.id)


def release(
    shop: Shop, draft: Draft, order: str, lines: dict[str, int] | None = None, kind: EntryKind = "release"
) -> None:
    """Take promises back: of the lines named with their quantity, or of the whole order."""
    for kept in open_of_order(shop.stock, order):
        qty = kept.qty if lines is None else min(kept.qty, lines.get(kept.rid.partition("/")[2], 0))
        if qty:
            draft.entries.append(settle(shop.stock, draft.new_id(), kept.rid, kind, draft.now, qty))


def _name_pieces(order: Order, shop: Shop, units: Sequence[str], by: str) -> list[Fact]:
    """Bind units that were read to pieces that were picked by barcode, as far as they are free."""
    picked = set(order.units)
    free: dict[str, list[str]] = {}
    for unit in units:
        row = shop.stock.units.get(unit)
        if unit not in picked and unit not in shop.stock.bound and row is not None and row.held:
            free.setdefault(row.gtin, []).append(unit)
    facts: list[Fact] = []
    for line in order.lines.values():
        for _ in range(min(line.plain, len(free.get(line.gtin, ())))):
            unit = free[line.gtin].pop(0)
            common: dict[str, Any] = {"order": order.id, "line": line.id, "gtin": line.gtin, "by": by}
            facts += [OrderUnitUnbound(unit=None, **common), OrderUnitBound(unit=unit, means="tag", **common)]
            facts.append(OrderPicked(order=order.id))
    return facts


def _after(order: Order, facts: Sequence[Fact]) -> Order:
    """The order as it will be once these facts are folded; the one in hand stays as it is."""
    if not facts:
        return order
    ahead = deepcopy(order)
    for fact in facts:
        fold_order(ahead, fact)
    return ahead


def _move(shop: Shop, draft: Draft, units: Sequence[str], to: At, reason: Reason) -> None:
    moves = relocate(shop.stock, units, to)
    draft.stock(effects(shop.stock, reason, moves, cause=None, at=draft.now, new_id=draft.new_id))


def _record(draft: Draft, facts: Sequence[Fact]) -> None:
    for fact in facts:
        draft.record(fact)


def _text(message: CommandArrived, name: str) -> str:
    value = message.args[name]
    if not isinstance(value, str) or not value:
        raise Refused("malformed", f"{name} must be a text")
    return value

"""Folding: facts change the state in memory and say which rows follow. The only code that changes the shop's state.

The same folds run when a fact is new and when the state is rebuilt from the journals, so both come to the same.
"""

from functools import singledispatch

from edge_agent import coming_back, counting, feed_state, work
from edge_agent.effects import Draft, Keep
from edge_agent.live import Seen
from edge_agent.messages import FactArrived, FeedChanged, Message
from edge_agent.projections import rows
from edge_agent.shop import Gone, Shop
from retail.facts import (
    AlarmRaised,
    AlarmSettled,
    BulkRaised,
    ExceptionRaised,
    ExceptionSettled,
    Fact,
    LeaseGranted,
    LeaseReturned,
    OrderHandedOver,
    ReturnReceived,
    SaleCompleted,
    ShiftClosed,
    ShiftOpened,
    SirenFailed,
    UnitResolved,
)
from retail.facts.store import Cause
from retail.stock import fold as fold_stock
from retail.stock import fold_entry


def evolve(shop: Shop, draft: Draft, message: Message) -> None:
    """Fold what a message brought and what was drafted for it; adds the rows and feed rows that follow to the draft."""
    if isinstance(message, FeedChanged):
        feed_state.take(shop, message, draft.now)
    if isinstance(message, FactArrived):
        fold(shop, message.fact, (message.device, message.seq), message.at, draft)
    for place, fact in enumerate(tuple(draft.facts), 1):
        fold(shop, fact, (draft.device, draft.head + place), draft.now, draft)
    booked_ms = min(message.at, draft.now) if isinstance(message, FactArrived) else draft.now
    coming_back.follow(shop, draft.facts, booked_ms)
    for entry in draft.entries:
        fold_entry(shop.stock, entry)
    if draft.heard:
        counting.hear(shop, draft)
    for unit, zone, at in draft.sightings:
        known = shop.seen.get(unit)
        if known is not None and at < known.at <= draft.now:
            continue  # written late; what seems to come from the future is a clock that was put back
        shop.seen[unit] = Seen(zone, at)
        draft.put("units_seen", unit=unit, zone=zone, at=at)
    for order in draft.expired:
        work.expire(shop, order)
    for kept in draft.kept:
        keep(shop, draft, kept)
    rows.follow(shop, draft)


def fold(shop: Shop, fact: Fact, cause: Cause, at: int, draft: Draft) -> None:
    """Fold one fact: stock first, then whatever else of the shop it concerns."""
    fold_stock(shop.stock, fact, at)
    work.fold(shop, fact)
    _fold(fact, shop, cause, at, draft)


@singledispatch
def _fold(fact: Fact, shop: Shop, cause: Cause, at: int, draft: Draft) -> None:
    """Facts that concern nothing but stock and orders."""


@_fold.register
def _(fact: SaleCompleted, shop: Shop, cause: Cause, at: int, draft: Draft) -> None:
    if fact.training:
        return
    draft.put("sales", number=fact.number, store=shop.settings.store, device=cause[0], seq=cause[1])
    for line in fact.lines:
        for unit in line.units if line.qty > 0 else ():
            _left(shop, draft, unit, Gone("sale", fact.sale, fact.number, line.line, *cause, at))


@_fold.register
def _(fact: OrderHandedOver, shop: Shop, cause: Cause, at: int, draft: Draft) -> None:
    for unit in fact.units:
        line = next((line for line, gtin, _ in fact.lines if gtin == unit[:14]), "")
        _left(shop, draft, unit, Gone("order", fact.order, fact.number, line, *cause, at))


@_fold.register
def _(fact: UnitResolved, shop: Shop, cause: Cause, at: int, draft: Draft) -> None:
    _left(shop, draft, fact.unit, Gone("sale", "", "", "", *fact.sale, at))


@_fold.register
def _(fact: ReturnReceived, shop: Shop, cause: Cause, at: int, draft: Draft) -> None:
    body = {
        "returned": fact.returned,
        "gtin": fact.gtin,
        "qty": fact.qty,
        "unit": fact.unit,
        "grade": fact.grade,
        "source": [fact.source.kind, fact.source.id, fact.source.line],
        "at": at,
    }
    keep(shop, draft, Keep("returns", fact.returned, body))
    if fact.unit is not None and shop.gone.pop(fact.unit, None) is not None:
        draft.drop("sold_units", key=fact.unit)


@_fold.register
def _(fact: AlarmRaised, shop: Shop, cause: Cause, at: int, draft: Draft) -> None:
    shop.alarms[fact.alarm] = {
        "id": fact.alarm,
        "at": at,
        "kind": "exit" if fact.siren or fact.quiet not in ("", "till_silent") else "till_silent",
        "gate": fact.gate,
        "unit": fact.unit,
        "gtin": fact.gtin,
        "state": "open",
        "siren": fact.siren,
        **({"quiet": fact.quiet} if fact.quiet else {}),
    }
    shop.touched.alarms.add(fact.alarm)


@_fold.register
def _(fact: BulkRaised, shop: Shop, cause: Cause, at: int, draft: Draft) -> None:
    known = shop.alarms.get(fact.alarm, {"at": at, "units": [], "alarms": [], "siren": False})
    units, alarms = [*known["units"], *fact.units], [*known["alarms"], *fact.alarms]
    shop.alarms[fact.alarm] = {
        "id": fact.alarm,
        "at": known["at"],
        "kind": "bulk",
        "gate": fact.gate,
        "unit": units[0],
        "gtin": units[0][:14],
        "units": units,
        "alarms": alarms,
        "state": "open",
        "siren": known["siren"] or any(shop.alarms[one]["siren"] for one in fact.alarms if one in shop.alarms),
    }
    for alarm in fact.alarms:
        if alarm in shop.alarms:
            shop.alarms[alarm] = {**shop.alarms[alarm], "state": "joined"}
    shop.touched.alarms.update((fact.alarm, *(alarm for alarm in fact.alarms if alarm in shop.alarms)))


@_fold.register
def _(fact: SirenFailed, shop: Shop, cause: Cause, at: int, draft: Draft) -> None:
    silent = set(fact.alarms)
    for alarm, known in shop.alarms.items():
        joined = known.get("alarms")
        if alarm in silent or (joined and silent.issuperset(joined)):
            shop.alarms[alarm] = {**known, "siren": False, "quiet": "failed"}
            shop.touched.alarms.add(alarm)


@_fold.register
def _(fact: AlarmSettled, shop: Shop, cause: Cause, at: int, draft: Draft) -> None:
    known = shop.alarms.get(fact.alarm)
    if known is not None:
        shop.alarms[fact.alarm] = {**known, "state": fact.verdict}
        shop.touched.alarms.add(fact.alarm)


@_fold.register
def _(fact: ExceptionRaised, shop: Shop, cause: Cause, at: int, draft: Draft) -> None:
    shop.alarms[fact.exception] = {
        "id": fact.exception,
        "at": at,
        "kind": fact.kind,
        "subject": fact.subject,
        "text": fact.text,
        "cause": list(fact.cause) if fact.cause else None,
        "state": "open",
    }
    shop.touched.alarms.add(fact.exception)


@_fold.register
def _(fact: ExceptionSettled, shop: Shop, cause: Cause, at: int, draft: Draft) -> None:
    known = shop.alarms.get(fact.exception)
    if known is not None:
        shop.alarms[fact.exception] = {**known, "state": "settled", "outcome": fact.outcome}
        shop.touched.alarms.add(fact.exception)


@_fold.register(LeaseGranted)
@_fold.register(LeaseReturned)
def _(fact: LeaseGranted | LeaseReturned, shop: Shop, cause: Cause, at: int, draft: Draft) -> None:
    shop.touched.gtins.add(fact.gtin)


@_fold.register
def _(fact: ShiftOpened, shop: Shop, cause: Cause, at: int, draft: Draft) -> None:
    shop.on_duty.add(cause[0])
    draft.document("tills_on_duty", cause[0], {"shift": fact.shift})


@_fold.register
def _(fact: ShiftClosed, shop: Shop, cause: Cause, at: int, draft: Draft) -> None:
    shop.on_duty.discard(cause[0])
    draft.drop("tills_on_duty", key=cause[0])


def keep(shop: Shop, draft: Draft, kept: Keep) -> None:
    """Keep, change or forget something that is no fact."""
    where = {"returns": shop.returns, "suspended_baskets": shop.baskets}[kept.table]
    if kept.body is None:
        where.pop(kept.key, None)
        draft.drop(kept.table, key=kept.key)
    else:
        where[kept.key] = kept.body
        draft.document(kept.table, kept.key, kept.body)


def _left(shop: Shop, draft: Draft, unit: str, gone: Gone) -> None:
    """It is a customer's now: where it was is nobody's business any more."""
    shop.gone[unit] = gone
    if shop.settings.privacy.deactivate_at_sale:
        if shop.seen.pop(unit, None) is not None:
            draft.drop("units_seen", unit=unit)
        shop.live.presence.forget(unit)
        shop.live.walls.forget(unit)
    draft.document("sold_units", unit, gone._asdict())

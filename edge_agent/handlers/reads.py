"""Reads of tags: where units are, which leave through a gate, what a count hears. Only changes lead to facts."""

from collections.abc import Iterable
from itertools import islice

from edge_agent.effects import Draft
from edge_agent.handlers import gate
from edge_agent.messages import ReadsArrived, Tick
from edge_agent.shop import Shop
from retail.presence import Appeared, Event, Leaving, Moved, Passed
from retail.presence.plan import FloorOrBack
from retail.stock import follow_reads
from retail.stock.effects import effects

AT_ONCE = 300
"""units that one tick writes the places of: a gate's reads wait no longer than that takes, about 20 ms"""


def arrived(message: ReadsArrived, shop: Shop, draft: Draft) -> None:
    """Take in a batch of one reader. What leaves is judged now; where units are is written by the next tick."""
    batch = message.batch
    shop.live.late_ms = draft.now - batch.received_us // 1000
    events = shop.live.presence.take(batch.reads, batch.reader, batch.received_us)
    if events:
        _follow(events, shop, draft, batch.received_us)


def ticked(message: Tick, shop: Shop, draft: Draft) -> None:
    """Let time pass: passages end, units vanish, what was heard since the last tick is written and shown."""
    gate.decide_late(shop, draft, message.now_us)
    events = shop.live.presence.tick(message.now_us, message.heard_us)
    if events:
        _follow(events, shop, draft, message.now_us)
    if shop.live.placed:
        _place(_some(shop.live.placed, AT_ONCE), shop, draft)
    if shop.live.listening:
        draft.heard = shop.live.presence.take_heard()
    shop.touched.counts.update(
        count.id
        for count in shop.counts.values()
        if count.id in shop.live.fresh_reads or (count.state == "open" and count.zone in draft.heard)
    )
    gate.watch_tills(shop, draft)


def _some(placed: dict[str, str], most: int) -> list[tuple[str, str]]:
    """Take the units that have waited longest."""
    some = list(islice(placed.items(), most))
    for unit, _zone in some:
        del placed[unit]
    return some


def _follow(events: Iterable[Event], shop: Shop, draft: Draft, now_us: int) -> None:
    leaving: list[Leaving] = []
    passed: list[Passed] = []
    for event in events:
        match event:
            case Appeared():
                shop.live.placed[event.unit] = event.zone
            case Moved():
                shop.live.placed[event.unit] = event.dst
            case Leaving():
                leaving.append(event)
            case Passed():
                passed.append(event)
    if leaving:
        gate.leaving(leaving, shop, draft, now_us)
    if passed:
        gate.passed(passed, shop, draft)


def _place(placed: Iterable[tuple[str, str]], shop: Shop, draft: Draft) -> None:
    """Remember where units of this store are, and move the book's goods between floor and back after them.

    Where a count is open nothing moves by itself: its approval does it.
    """
    counted = {count.zone for count in shop.counts.values() if count.state == "open"}
    moved: list[tuple[str, FloorOrBack]] = []
    for unit, zone in placed:
        row = shop.stock.units.get(unit)
        if row is None or not row.held:
            continue
        draft.sightings.append((unit, zone))
        location = shop.live.presence.plan.location(zone)
        if location is not None and zone not in counted:
            moved.append((unit, location))
    moves = follow_reads(shop.stock, moved)
    if moves:
        draft.stock(effects(shop.stock, "presence", moves, cause=None, at=draft.now, new_id=draft.new_id))

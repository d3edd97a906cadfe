"""Reads of tags: where units are, which leave through a gate, what a count hears. Only changes lead to facts."""

from collections.abc import Iterable, Mapping
from itertools import islice

from edge_agent import coming_back
from edge_agent.effects import Draft
from edge_agent.handlers import gate, gate_senses, sirens
from edge_agent.live import Heard
from edge_agent.messages import ReadsArrived, Tick
from edge_agent.shop import Shop
from retail.presence import Appeared, Event, Leaving, Moved, Passed, Vanished
from retail.presence.plan import FloorOrBack
from retail.stock import follow_reads
from retail.stock.effects import effects

AT_ONCE = 300
"""units that one tick writes the places of: a gate's reads wait no longer than that takes, about 20 ms"""


def arrived(message: ReadsArrived, shop: Shop, draft: Draft) -> None:
    """Take in a batch of one reader. What leaves is judged now; where units are is written by the next tick."""
    batch, live = message.batch, shop.live
    if not live.now[0]:
        live.now = (batch.received_us, draft.now)
    events = live.presence.take(batch.reads, batch.reader, batch.received_us)
    gate_senses.phases(batch, shop)
    if batch.reader in live.walls.readers:
        offset_us = live.presence.clock_offset_us(batch.reader)
        live.walls.take(batch.reads, batch.reader, live.presence.followed_unit_of, batch.received_us, offset_us)
    if events:
        _follow(events, shop, draft, batch.received_us)


def ticked(message: Tick, shop: Shop, draft: Draft) -> None:
    """Let time pass: passages end, units vanish, what was heard since the last tick is written and shown."""
    live = shop.live
    live.now = (message.now_us, draft.now)
    gate.decide_late(shop, draft, message.now_us)
    coming_back.forget(shop, message.now_us)
    events = [*live.concluded, *live.presence.tick(message.now_us, message.heard_us)]
    live.concluded = []
    if events:
        _follow(events, shop, draft, message.now_us)
    for crossed in live.walls.tick(message.now_us, lambda unit: _believed(shop, unit)):
        live.placed[crossed.unit] = Heard(crossed.zone, message.now_us, crossed=True)
    live.writing = _some(live.placed, AT_ONCE)
    if live.writing:
        _place(live.writing, shop, draft)
    if live.listening:
        draft.heard = live.presence.take_heard()
    shop.touched.counts.update(
        count.id
        for count in shop.counts.values()
        if count.id in live.fresh_reads or (count.state == "open" and count.zone in draft.heard)
    )
    gate.watch_tills(shop, draft)
    sirens.watch(shop, draft)


def _believed(shop: Shop, unit: str) -> FloorOrBack | None:
    """On which side of a wall the book has a unit; None where that isn't the question."""
    sighting = shop.live.presence.where(unit)
    if sighting is not None and not shop.live.walls.beside(sighting.zone):
        return None
    return shop.side_of(unit)


def _some(placed: dict[str, Heard], most: int) -> dict[str, Heard]:
    """Take the units that have waited longest."""
    some = dict(islice(placed.items(), most))
    for unit in some:
        del placed[unit]
    return some


def _follow(events: Iterable[Event], shop: Shop, draft: Draft, now_us: int) -> None:
    leaving: list[Leaving] = []
    passed: list[Passed] = []
    for event in events:
        match event:
            case Appeared():
                shop.live.placed[event.unit] = Heard(event.zone, event.at_us)
            case Moved():
                shop.live.placed[event.unit] = Heard(event.dst, event.at_us)
            case Vanished():
                shop.live.walls.forget(event.unit)
            case Leaving():
                leaving.append(event)
            case Passed():
                passed.append(event)
    if leaving:
        gate.leaving(leaving, shop, draft, now_us)
    if passed:
        gate.passed(passed, shop, draft)


def _place(placed: Mapping[str, Heard], shop: Shop, draft: Draft) -> None:
    """Remember where units of this store were heard, and move the book's goods between floor and back after them.

    Beside a wall they go where all its antennas say (`retail.presence.walls`). Where a count is open nothing moves by
    itself: its approval does it.
    """
    counted = {count.zone for count in shop.counts.values() if count.state == "open"}
    moved: list[tuple[str, FloorOrBack]] = []
    for unit, heard in placed.items():
        row = shop.stock.units.get(unit)
        if row is None or not row.held:
            continue
        zone, location = shop.live.walls.standing(unit, heard.zone, shop.side_of(unit))
        if heard.crossed:
            zone, location = heard.zone, shop.live.presence.plan.location(heard.zone)
        draft.sightings.append((unit, zone, shop.live.moment(heard.at_us)))
        if location is not None and zone not in counted:
            moved.append((unit, location))
    moves = follow_reads(shop.stock, moved)
    if moves:
        draft.stock(effects(shop.stock, "presence", moves, cause=None, at=draft.now, new_id=draft.new_id))

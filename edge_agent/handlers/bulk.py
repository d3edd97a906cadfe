"""Theft in bulk: several unsold units that leave by one gate within seconds are one alarm of a stronger kind."""

from collections.abc import Iterable
from typing import NamedTuple

from edge_agent.effects import Draft
from edge_agent.live import Bulk
from edge_agent.settings import BulkSettings
from edge_agent.shop import Shop
from retail.facts import BulkRaised


class Taken(NamedTuple):
    """An unsold unit that left; it has an alarm of its own already."""

    unit: str
    gate: str
    reader: str
    at_us: int
    alarm: str


def taken(units: Iterable[Taken], shop: Shop, draft: Draft) -> None:
    """Put together what left one after another; what is enough for a theft in bulk is said, and what follows it."""
    rule = shop.settings.gate.bulk
    for gate, reader in dict.fromkeys((one.gate, one.reader) for one in units) if rule.units else ():
        bulk = shop.live.bulks.setdefault(gate, Bulk())
        for one in units:
            if one.gate == gate:
                _add(bulk, one, rule)
        if len(bulk.left) < rule.units:
            continue
        bulk.alarm = bulk.alarm or draft.new_id()
        fresh = [(unit, alarm) for _, unit, alarm in bulk.left if alarm not in bulk.told]
        bulk.told.update(alarm for _, alarm in fresh)
        draft.record(
            BulkRaised(
                alarm=bulk.alarm,
                gate=gate,
                reader=reader,
                units=tuple(unit for unit, _ in fresh),
                alarms=tuple(alarm for _, alarm in fresh),
            )
        )


def _add(bulk: Bulk, one: Taken, rule: BulkSettings) -> None:
    """What left longer ago doesn't belong to it; after a pause another begins."""
    since_us = one.at_us - round(rule.seconds * 1_000_000)
    bulk.left = [known for known in bulk.left if known[0] >= since_us]
    if not bulk.left:
        bulk.alarm, bulk.told = "", set()
    bulk.left.append((one.at_us, one.unit, one.alarm))

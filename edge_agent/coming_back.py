"""Units that came into stock: what a gate had heard of them before is no theft, whenever it is concluded.

A customer who brings something back is heard on the way in; the return may be booked before the gate has made up its
mind. Only what was sold, or comes from a supplier, comes into stock in this sense: what was written off, and what a
book is opened with, was here all the time, and who carries it out is stopped whatever is booked meanwhile. And only
what was heard before the booking is excused, by the till's time or by the agent's, whichever is earlier: who takes it
from the counter again is a thief.
"""

from collections.abc import Iterable

from edge_agent.shop import Shop
from retail.facts import Fact, StockMoved
from retail.stock.places import PHYSICAL

KEPT = 20_000
"""units that are remembered at most"""
FORGET_US = 120_000_000
"""a gate makes up its mind within ten seconds; after a start it waits half a minute for the tills"""
_OUTSIDE = frozenset({"customer", "supplier", "transit"})


def follow(shop: Shop, facts: Iterable[Fact], booked_ms: int) -> None:
    """Take note of what came back; what a gate has heard of it until now is concluded, and what follows is new."""
    live = shop.live
    for fact in facts if facts and shop.gates else ():
        if isinstance(fact, StockMoved) and fact.reason != "opening":
            for move in fact.moves:
                if move.unit and move.src.location in _OUTSIDE and move.dst.location in PHYSICAL:
                    live.came_back.pop(move.unit, None)
                    live.came_back[move.unit] = live.machine_us(booked_ms)
                    live.concluded += live.presence.passages.end(move.unit)
    while len(live.came_back) > KEPT:
        del live.came_back[next(iter(live.came_back))]


def heard_before(shop: Shop, unit: str, at_us: int) -> bool:
    """Whether a gate heard a unit before it came into stock."""
    came_us = shop.live.came_back.get(unit)
    return came_us is not None and at_us <= came_us


def forget(shop: Shop, now_us: int) -> None:
    """Time passes."""
    came_back = shop.live.came_back
    for unit in [unit for unit, at_us in came_back.items() if now_us - at_us > FORGET_US]:
        del came_back[unit]

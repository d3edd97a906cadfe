"""Waves: orders picked together, and the list that leads a person through the store once."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from retail.transitions import Table, Transition

WAVE = Table(
    "wave",
    "draft",
    (
        Transition("release", ("draft",), "released", "associate"),
        Transition("start", ("released",), "picking", "associate"),
        Transition("take_over", ("picking",), "picking", "associate"),
        Transition("finish", ("picking",), "done", "system"),
        Transition("abandon", ("draft", "released", "picking"), "abandoned", "associate"),
    ),
)

METHOD_MINUTES: dict[str, int] = {"delivery": 45, "pickup": 30, "ship": 60}
"""how long before its promise an order of a method becomes urgent"""
ZONE_BONUS_MINUTES = 10
"""how much later an order may be due and still come along, for each zone that is walked anyway"""


class Waiting(NamedTuple):
    """An order waiting to be picked. ``promised_at`` is ms UTC, ``zones`` are where its goods were last seen."""

    order: str
    method: str
    promised_at: int
    zones: frozenset[str]


class Wanted(NamedTuple):
    """One line of an order on a pick list. ``zone`` is None where nothing was seen."""

    order: str
    line: str
    gtin: str
    qty: int
    zone: str | None
    fixture: str = ""


class Stop(NamedTuple):
    """One stop on the way: an article, and how many of it go into which order's tote."""

    zone: str | None
    fixture: str
    gtin: str
    qty: int
    totes: tuple[tuple[str, str, int], ...]
    """(order, line, quantity)"""


def build_wave(waiting: Sequence[Waiting], most: int) -> list[Waiting]:
    """Choose up to ``most`` orders: the most urgent one first, then those that are due soon and lie on the way."""
    left = sorted(waiting, key=lambda one: (_due(one), one.order))
    chosen: list[Waiting] = []
    walked: set[str] = set()
    while left and len(chosen) < most:
        best = min(left, key=lambda one: (_due(one) - _bonus(one, walked), one.order))
        left.remove(best)
        chosen.append(best)
        walked |= best.zones
    return chosen


def walk_order(lines: Iterable[Wanted], walk: Mapping[str, int]) -> list[Stop]:
    """Sort wanted lines into stops along the walk path; ``walk`` is zone -> place on the way.

    The same article at the same stop is one row, split by tote. What was seen nowhere comes last.
    """
    stops: dict[tuple[str | None, str, str], list[Wanted]] = {}
    for line in lines:
        stops.setdefault((line.zone, line.fixture, line.gtin), []).append(line)
    made = [
        Stop(zone, fixture, gtin, sum(one.qty for one in group), tuple((one.order, one.line, one.qty) for one in group))
        for (zone, fixture, gtin), group in stops.items()
    ]
    last = max(walk.values(), default=0) + 1
    return sorted(
        made, key=lambda stop: (stop.zone is None, walk.get(stop.zone or "", last), stop.zone or "", *stop[1:3])
    )


def _due(one: Waiting) -> int:
    return one.promised_at - METHOD_MINUTES.get(one.method, 60) * 60_000


def _bonus(one: Waiting, walked: set[str]) -> int:
    return ZONE_BONUS_MINUTES * 60_000 * len(one.zones & walked)

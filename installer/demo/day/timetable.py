"""When what happens: the scenes in an order of the seed's, spread over the day."""

import random
from dataclasses import dataclass

TROUBLES = ("line", "agent", "count", "theft")
_SLOTS = (0.13, 0.33, 0.53, 0.70)
_JITTER = 0.03


@dataclass(frozen=True)
class Timetable:
    """Minutes of the day. ``scenes`` is in the order of time; ``orders`` are when the web shop sells."""

    scenes: tuple[tuple[float, str], ...]
    orders: tuple[float, ...]


def timetable(seed: int, minutes: int) -> Timetable:
    """The day of a seed: no two troubles overlap, orders come early enough to be collected."""
    dice = random.Random(seed + 101)
    troubles = list(TROUBLES)
    dice.shuffle(troubles)
    scenes = [
        (minutes * (slot + dice.uniform(-_JITTER, _JITTER)), name) for slot, name in zip(_SLOTS, troubles, strict=True)
    ]
    scenes += [
        (minutes * 0.44, "return by tag"),
        (minutes * 0.63, "return by ticket"),
        (minutes * 0.86, "return of an order"),
    ]
    count = max(5, minutes // 4)
    orders = sorted(minutes * dice.uniform(0.02, 0.6) for _ in range(count - 1))
    return Timetable(tuple(sorted(scenes)), (minutes * 0.01, *orders))

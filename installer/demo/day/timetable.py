"""When what happens: the scenes in an order of the seed's, spread over the day."""

import random
from dataclasses import dataclass

TROUBLES = ("line", "agent", "count", "theft")
_SLOTS = (0.11, 0.29, 0.47, 0.65)
_JITTER = 0.03
RETURNS = ((0.34, "return by tag"), (0.46, "return by ticket"), (0.58, "return of an order"))


@dataclass(frozen=True)
class Timetable:
    """Minutes of the day. ``troubles`` and ``returns`` go on beside each other, each in the order of time.

    ``orders`` are when the web shop sells.
    """

    troubles: tuple[tuple[float, str], ...]
    returns: tuple[tuple[float, str], ...]
    orders: tuple[float, ...]


def timetable(seed: int, minutes: int) -> Timetable:
    """The day of a seed: no two troubles overlap, all begin early enough to be over when the doors close."""
    dice = random.Random(seed + 101)
    names = list(TROUBLES)
    dice.shuffle(names)
    troubles = [
        (minutes * (slot + dice.uniform(-_JITTER, _JITTER)), name) for slot, name in zip(_SLOTS, names, strict=True)
    ]
    count = max(5, minutes // 4)
    orders = sorted(minutes * dice.uniform(0.02, 0.6) for _ in range(count - 1))
    returns = tuple((minutes * share, name) for share, name in RETURNS)
    return Timetable(tuple(troubles), returns, (minutes * 0.01, *orders))

"""What the presence engine concludes from reads. Units are unit keys, times µs UTC."""

from typing import Literal, NamedTuple

Direction = Literal["in", "out", "unknown"]


class Appeared(NamedTuple):
    """A unit is heard in a zone for the first time, or again after it was gone."""

    unit: str
    zone: str
    at_us: int


class Moved(NamedTuple):
    """A unit is now better heard in another zone."""

    unit: str
    src: str
    dst: str
    at_us: int


class Vanished(NamedTuple):
    """A unit hasn't been heard in its zone for as long as its own read rate makes believable."""

    unit: str
    zone: str
    last_us: int


class Leaving(NamedTuple):
    """A unit is on its way out through a gate right now; said once in a passage, before it is complete."""

    unit: str
    gate: str
    at_us: int
    score: float


class Passed(NamedTuple):
    """A passage is complete. ``score`` > 0 speaks for out, < 0 for in; unknown moves nothing by itself."""

    unit: str
    gate: str
    direction: Direction
    score: float
    first_us: int
    last_us: int
    reads: int


Event = Appeared | Moved | Vanished | Leaving | Passed

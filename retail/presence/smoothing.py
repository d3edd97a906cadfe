"""Deciding whether a tag is still there although it isn't read every time (adaptive smoothing after SMURF).

Time is cut into epochs. In how many epochs of a window a tag was read is a binomial sample of its read rate p; a window
of ln(1/delta)/p epochs misses a present tag with probability delta. The window grows by two epochs for each epoch with
a read while it is too short, and halves when clearly fewer epochs had a read than p lets expect: the tag is leaving.
(Jeffery, Garofalakis, Franklin: Adaptive cleaning for RFID data streams, VLDB 2006.)

A read costs a comparison and a few additions. The window is looked at once in its own length, when the tag's bucket of
the engine's wheel comes up: :func:`review` replays then what the paper does in every epoch.
"""

from math import ceil, log, sqrt
from typing import NamedTuple


class Smoothing(NamedTuple):
    """Settings. ``delta`` is the accepted chance to call a present tag gone; windows are in epochs."""

    epoch_us: int = 1_000_000
    delta: float = 0.001
    shortest: int = 30
    longest: int = 600
    stale_us: int = 10_000_000
    """after such a silence the signal of before says nothing"""
    share: float = 0.25
    """what the newest read weighs in the mean signal: a moving mean over about seven reads"""


class Spotted:
    """One tag in one zone: in how many epochs it was read, its window, its smoothed signal. Slots, no dict.

    ``home`` is None where the unit is placed; in a zone that only hears it too, it is the one where it is placed.
    """

    __slots__ = (
        "before", "before_len", "epc", "hits", "home", "last_us", "mean_cdbm", "next_us", "reads", "since", "unit",
        "wheeled", "window", "zone",
    )  # fmt: skip

    def __init__(self, unit: str, zone: str, shortest: int) -> None:
        self.unit = unit
        self.zone = zone
        self.epc = b""
        self.home: Spotted | None = None
        self.last_us = 0
        self.next_us = 0
        """a read from here on is the first of another epoch"""
        self.mean_cdbm = 0.0
        self.reads = 0
        """reads that speak for a move here since it was last silent; counted only where it isn't at home"""
        self.window = shortest
        """0 once it is forgotten"""
        self.hits = 0
        """epochs with a read since epoch ``since``"""
        self.since = 0
        self.before = 0
        """the same of the ``before_len`` epochs before"""
        self.before_len = 0
        self.wheeled = False


def hear(spotted: Spotted, at_us: int, rssi_cdbm: float, count: int, settings: Smoothing) -> None:
    """Take in one read, or several with their mean signal. What is no newer than the newest read changes nothing.

    The engine's loop over reads of known tags says the same, written out.
    """
    if at_us <= spotted.last_us:
        return
    if at_us >= spotted.next_us:
        new_epoch(spotted, at_us, settings)
    spotted.reads += count
    weight = max(settings.share, 1.0 / spotted.reads) if spotted.reads > count else 1.0
    spotted.mean_cdbm += weight * (rssi_cdbm - spotted.mean_cdbm)
    spotted.last_us = at_us


def new_epoch(spotted: Spotted, at_us: int, settings: Smoothing) -> None:
    """The first read of an epoch. After a long silence the signal begins anew."""
    spotted.next_us = at_us - at_us % settings.epoch_us + settings.epoch_us
    spotted.hits += 1
    if spotted.hits == 1 and not spotted.before_len:
        spotted.since = at_us // settings.epoch_us
    if at_us - spotted.last_us > settings.stale_us:
        spotted.reads = 0


def is_gone(spotted: Spotted, epoch: int, settings: Smoothing) -> bool:
    """Say whether, at ``epoch``, a whole window has passed without a read."""
    return epoch - spotted.last_us // settings.epoch_us > spotted.window


def review(spotted: Spotted, epoch: int, settings: Smoothing) -> None:
    """Fit the window to the epochs since the last review, and begin a new sample."""
    length = max(1, epoch - spotted.since)
    rate = min(1.0, max(spotted.hits + spotted.before, 1) / (length + spotted.before_len))
    wanted = min(settings.longest, max(settings.shortest, ceil(log(1 / settings.delta) / rate)))
    if wanted > spotted.window:
        spotted.window = min(spotted.window + 2 * spotted.hits, wanted)
    elif spotted.before_len and _fell(spotted.hits, length, min(1.0, spotted.before / spotted.before_len)):
        spotted.window = max(settings.shortest, spotted.window // 2)
    spotted.before, spotted.before_len = spotted.hits, length
    spotted.hits, spotted.since = 0, epoch


def _fell(hits: int, length: int, rate: float) -> bool:
    """Clearly fewer epochs had a read than before: outside two standard deviations of a binomial sample."""
    expected = length * rate
    return expected - hits > 2 * sqrt(expected * (1 - rate))

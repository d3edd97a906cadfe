"""Deciding whether a tag is still there although it isn't read every time (adaptive smoothing after SMURF).

Time is cut into epochs. In how many of the last ``window`` epochs a tag was read is a binomial sample of its read
rate p; a window of ln(1/delta)/p epochs misses a present tag with probability delta. The window grows by two epochs
while it is too short, and halves when clearly fewer epochs had a read than p lets expect: the tag is leaving.
(Jeffery, Garofalakis, Franklin: Adaptive cleaning for RFID data streams, VLDB 2006.)
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


class Spotted:
    """One tag in one zone: its epochs as bits (newest lowest), its window, its smoothed signal. 9 slots, no dict."""

    __slots__ = ("epoch", "last_us", "mask", "mean_cdbm", "reads", "scheduled", "unit", "window", "zone")

    def __init__(self, unit: str, zone: str, epoch: int, shortest: int) -> None:
        self.unit = unit
        self.zone = zone
        self.epoch = epoch
        self.mask = 0
        self.window = shortest
        self.last_us = 0
        self.mean_cdbm = 0.0
        self.reads = 0
        self.scheduled = False


def hear(spotted: Spotted, at_us: int, rssi_cdbm: float, count: int, settings: Smoothing) -> None:
    """Take in ``count`` reads of one batch with their mean signal."""
    epoch = at_us // settings.epoch_us
    if epoch > spotted.epoch:
        _advance(spotted, epoch, settings)
        spotted.mask |= 1
    else:
        behind = spotted.epoch - epoch
        if behind < spotted.window:
            spotted.mask |= 1 << behind
    if at_us - spotted.last_us > settings.stale_us:
        spotted.reads = 0
    spotted.last_us = max(spotted.last_us, at_us)
    share = 0.5 if spotted.reads else 1.0
    spotted.mean_cdbm += share * (rssi_cdbm - spotted.mean_cdbm)
    spotted.reads += count


def is_gone(spotted: Spotted, epoch: int) -> bool:
    """Say whether, at ``epoch``, a whole window has passed without a read."""
    newest = (spotted.mask & -spotted.mask).bit_length() - 1 if spotted.mask else 0
    return epoch - spotted.epoch + newest >= spotted.window


def _advance(spotted: Spotted, epoch: int, settings: Smoothing) -> None:
    passed = min(epoch - spotted.epoch, settings.longest)
    spotted.mask = (spotted.mask << passed) & ((1 << settings.longest) - 1)
    spotted.epoch = epoch
    seen = (spotted.mask & ((1 << spotted.window) - 1)).bit_count()
    rate = max(seen, 1) / spotted.window
    wanted = min(settings.longest, max(settings.shortest, ceil(log(1 / settings.delta) / rate)))
    if wanted > spotted.window:
        spotted.window = min(spotted.window + 2, wanted)
        return
    half = spotted.window // 2
    recent = (spotted.mask & ((1 << half) - 1)).bit_count()
    expected = half * rate
    if expected - recent > 2 * sqrt(expected * (1 - rate)):
        spotted.window = max(settings.shortest, half)

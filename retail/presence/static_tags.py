"""Tags that stay near a gate: learned from their own history, silent until they move.

What lingers at a gate without passing it, or comes up again and again without passing, is masked: goods on a shelf, a
hard tag in a drawer. A masked tag costs a few additions a read and raises nothing. Its usual strength at each side is
followed slowly; strength far above that for some reads in a row, or from a side that never hears it, is evidence that
it moves: it is unmasked and its passage begins. After an hour of silence the past counts no more.
"""

from typing import Final, NamedTuple

from retail.presence.direction import Trace
from retail.presence.plan import Side

_BEFORE_US: Final = 500_000


class StaticSettings(NamedTuple):
    """A tag is masked when it stays for ``linger_us``, or has come up ``visits`` times without passing."""

    linger_us: int = 30_000_000
    visits: int = 3
    rise_cdb: float = 900.0
    """so much stronger than usual is evidence of movement"""
    evidence: int = 4
    """reads in a row, of less than a second, that must agree on it"""
    forget_us: int = 3_600_000_000


class Level:
    """Usual strength at one side, in centi-dBm."""

    __slots__ = ("mean", "reads", "spread")

    def __init__(self) -> None:
        self.reads = 0
        self.mean = 0.0
        self.spread = 300.0

    def learn(self, rssi_cdbm: int) -> None:
        """Follow slowly: over the first 50 reads as a mean, then as one that forgets."""
        self.reads += 1
        if self.reads == 1:
            self.mean = float(rssi_cdbm)
            return
        share = 1.0 / min(self.reads, 50)
        off = rssi_cdbm - self.mean
        self.mean += share * off
        self.spread += 0.05 * (abs(off) - self.spread)

    def rises(self, rssi_cdbm: int, rule: StaticSettings) -> bool:
        """Whether a read is far above what is usual here; where nothing was usual, any read is."""
        if self.reads < 5:
            return True
        return rssi_cdbm > self.mean + max(rule.rise_cdb, 3.0 * self.spread)


class Past:
    """What is known of a tag near a gate that doesn't pass it."""

    __slots__ = ("inside", "last_us", "masked", "outside", "risen", "risen_us", "since_us", "visits")

    def __init__(self, at_us: int) -> None:
        self.inside = Level()
        self.outside = Level()
        self.visits = 0
        self.masked = False
        self.last_us = at_us
        self.since_us = at_us
        self.risen = 0
        self.risen_us = at_us

    def learn(self, side: Side, rssi_cdbm: int, at_us: int) -> None:
        """A read of something that seems to stay."""
        (self.outside if side == "outside" else self.inside).learn(rssi_cdbm)
        self.last_us = max(self.last_us, at_us)

    def remind(self, trace: Trace, at_us: int) -> None:
        """Let a passage begin where the unit was all the time: on the side that heard it more."""
        side: Side = "outside" if self.outside.reads > self.inside.reads else "inside"
        usual = self.outside if side == "outside" else self.inside
        if usual.reads:
            trace.add(side, at_us - _BEFORE_US, round(usual.mean), 3)

    def moves(self, side: Side, rssi_cdbm: int, at_us: int, rule: StaticSettings) -> bool:
        """Take in a read of a masked tag; True when it must be on the move, and is masked no more."""
        level = self.outside if side == "outside" else self.inside
        if level.rises(rssi_cdbm, rule):
            if at_us - self.risen_us > 1_000_000:
                self.risen = 0
            self.risen += 1
            self.risen_us = at_us
            if self.risen >= rule.evidence:
                self.masked = False
                self.risen = 0
                self.since_us = at_us
                self.last_us = max(self.last_us, at_us)
                return True
        else:
            self.risen = 0
        self.learn(side, rssi_cdbm, at_us)
        return False

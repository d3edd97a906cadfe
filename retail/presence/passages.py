"""Passages at gates: from the reads of two groups of antennas to a direction, or to an honest "unknown".

A passage is one unit at one gate until nothing is read of it for ``gap_us``. Its direction is the sum of three
votes: how much later the power-weighted middle of the reads outside is than of those inside, which group was heard
first, and which last. A unit heard by one group only, or for longer than ``static_us``, has no direction.
"""

from typing import NamedTuple

from retail.presence.events import Direction, Leaving, Passed
from retail.presence.plan import Side

_REMEMBERED = 64


class PassageSettings(NamedTuple):
    """``decided`` is the score from which a direction is believed; ``lag_us`` the lag that counts as one vote."""

    gap_us: int = 2_000_000
    static_us: int = 30_000_000
    horizon_us: int = 10_000_000
    lag_us: int = 300_000
    decided: float = 1.3
    fewest_reads: int = 3


class _Group:
    """The reads of one side: times relative to the passage's start, weighted by received power."""

    __slots__ = ("first", "last", "power", "power_time", "reads")

    def __init__(self) -> None:
        self.reads = 0
        self.power = 0.0
        self.power_time = 0.0
        self.first = 0
        self.last = 0

    def add(self, at: int, rssi_cdbm: int, count: int) -> None:
        power = 10.0 ** (rssi_cdbm / 1000.0) * count
        self.power += power
        self.power_time += power * at
        self.first = min(self.first, at) if self.reads else at
        self.last = max(self.last, at) if self.reads else at
        self.reads += count


class Passage:
    """One unit at one gate."""

    __slots__ = ("first_us", "gate", "inside", "last_us", "outside", "recent", "said", "unit")

    def __init__(self, unit: str, gate: str, at_us: int) -> None:
        self.unit = unit
        self.gate = gate
        self.first_us = at_us
        self.last_us = at_us
        self.inside = _Group()
        self.outside = _Group()
        self.recent: set[tuple[int, int]] = set()
        self.said = False

    def add(self, side: Side, antenna: int, at_us: int, rssi_cdbm: int, count: int) -> None:
        """Take in a read; the same antenna at the same time is the same read, repeated."""
        if (antenna, at_us) in self.recent:
            return
        if len(self.recent) >= _REMEMBERED:
            self.recent.clear()
        self.recent.add((antenna, at_us))
        self.last_us = max(self.last_us, at_us)
        group = self.outside if side == "outside" else self.inside
        group.add(at_us - self.first_us, rssi_cdbm, count)

    @property
    def reads(self) -> int:
        """All reads of the passage."""
        return self.inside.reads + self.outside.reads

    def score(self, settings: PassageSettings) -> float:
        """Return the sum of votes: > 0 for out, < 0 for in, 0 when one side was never heard."""
        inside, outside = self.inside, self.outside
        if not inside.reads or not outside.reads:
            return 0.0
        lag = outside.power_time / outside.power - inside.power_time / inside.power
        votes = max(-2.0, min(2.0, lag / settings.lag_us))
        votes += 0.5 * ((outside.first > inside.first) - (outside.first < inside.first))
        votes += 0.5 * ((outside.last > inside.last) - (outside.last < inside.last))
        return votes

    def direction(self, settings: PassageSettings) -> Direction:
        """Return the direction of the passage as it stands."""
        if self.reads < settings.fewest_reads or self.last_us - self.first_us > settings.static_us:
            return "unknown"
        score = self.score(settings)
        if abs(score) < settings.decided:
            return "unknown"
        return "out" if score > 0 else "in"


class Passages:
    """The open passages of all gates."""

    def __init__(self, settings: PassageSettings) -> None:
        self._settings = settings
        self._open: dict[tuple[str, str], Passage] = {}
        self.late = 0
        """reads that were too old to say anything about now"""

    def add(
        self, unit: str, gate: str, side: Side, antenna: int, rssi_cdbm: int, at_us: int, count: int, now_us: int
    ) -> Leaving | None:
        """Take in a read; say so when the unit is on its way out, once in a passage."""
        if now_us - at_us > self._settings.horizon_us:
            self.late += 1
            return None
        key = (unit, gate)
        passage = self._open.get(key)
        if passage is None:
            passage = self._open[key] = Passage(unit, gate, at_us)
        passage.add(side, antenna, at_us, rssi_cdbm, count)
        if passage.said or side != "outside" or passage.direction(self._settings) != "out":
            return None
        passage.said = True
        return Leaving(unit, gate, at_us, passage.score(self._settings))

    def close(self, now_us: int) -> list[Passed]:
        """Return the passages that ended, in the order of their beginning. Only open ones are looked at."""
        ended = [key for key, passage in self._open.items() if now_us - passage.last_us > self._settings.gap_us]
        return [self._passed(self._open.pop(key)) for key in ended]

    def next_us(self) -> int | None:
        """Return when the next passage may end, None while the gates are free."""
        if not self._open:
            return None
        return min(passage.last_us for passage in self._open.values()) + self._settings.gap_us + 1

    def _passed(self, passage: Passage) -> Passed:
        settings = self._settings
        return Passed(
            passage.unit, passage.gate, passage.direction(settings), passage.score(settings),
            passage.first_us, passage.last_us, passage.reads,
        )  # fmt: skip

"""Front or back: on which side of the wall a unit is, from all antennas that could hear it.

The strongest read alone is a trap: a reflection lifts one antenna for one tag. Each side's antennas are averaged
instead, those that heard nothing counting as very weak: a tag is where *most* antennas hear it well. The difference of
the two averages is a score in dB; too small a one decides nothing, and the unit stays where it was believed to be.
"""

from typing import NamedTuple

from retail.presence.plan import FloorOrBack

_UNHEARD_CDBM = -8000.0


class FrontBackSettings(NamedTuple):
    """``clear_db`` is how much better one side must hear a unit; ``fewest`` reads are needed in all."""

    clear_db: float = 0.6
    fewest: int = 5


class _Levels:
    """One unit: per antenna (its place in the list of antennas) reads, mean and best strength in centi-dBm."""

    __slots__ = ("best", "mean", "reads")

    def __init__(self, antennas: int) -> None:
        self.reads = [0] * antennas
        self.mean = [_UNHEARD_CDBM] * antennas
        self.best = [_UNHEARD_CDBM] * antennas


class FrontBack:
    """Evidence of a store's antennas, each known by (reader, port) and looking at one side. Forget it by `start`."""

    def __init__(
        self,
        sides: dict[tuple[str, int], FloorOrBack],
        settings: FrontBackSettings = FrontBackSettings(),  # noqa: B008
    ) -> None:
        self._settings = settings
        self._places = {antenna: place for place, antenna in enumerate(sides)}
        self._front = [place for place, side in enumerate(sides.values()) if side == "salesfloor"]
        self._back = [place for place, side in enumerate(sides.values()) if side == "stockroom"]
        self._units: dict[str, _Levels] = {}

    def start(self, unit: str) -> None:
        """Forget what was heard of a unit: it has been moved."""
        self._units.pop(unit, None)

    def hear(self, unit: str, reader: str, antenna: int, rssi_cdbm: int) -> None:
        """Take in a read; antennas that look at no side are passed over."""
        place = self._places.get((reader, antenna))
        if place is None:
            return
        levels = self._units.get(unit)
        if levels is None:
            levels = self._units[unit] = _Levels(len(self._places))
        levels.reads[place] += 1
        if levels.reads[place] == 1:
            levels.mean[place] = levels.best[place] = float(rssi_cdbm)
            return
        levels.mean[place] += (rssi_cdbm - levels.mean[place]) / min(levels.reads[place], 100)
        levels.best[place] = max(levels.best[place], float(rssi_cdbm))

    def score_db(self, unit: str) -> float:
        """How much better the front hears a unit than the back; 0 for one that nobody heard."""
        levels = self._units.get(unit)
        if levels is None or not self._front or not self._back:
            return 0.0
        front = sum(levels.mean[place] + levels.best[place] for place in self._front) / len(self._front)
        back = sum(levels.mean[place] + levels.best[place] for place in self._back) / len(self._back)
        return (front - back) / 200.0

    def best(self, unit: str, side: FloorOrBack) -> tuple[str, int] | None:
        """The antenna of one side that hears a unit best on average; None when none does."""
        levels = self._units.get(unit)
        there = self._front if side == "salesfloor" else self._back
        heard = [place for place in there if levels is not None and levels.reads[place]]
        if levels is None or not heard:
            return None
        strongest = max(heard, key=lambda place: levels.mean[place])
        return next(antenna for antenna, place in self._places.items() if place == strongest)

    def side(self, unit: str, believed: FloorOrBack | None = None) -> FloorOrBack | None:
        """Where a unit is; ``believed`` where that isn't clear."""
        levels, score = self._units.get(unit), self.score_db(unit)
        if levels is None or sum(levels.reads) < self._settings.fewest or abs(score) < self._settings.clear_db:
            return believed
        return "salesfloor" if score > 0 else "stockroom"

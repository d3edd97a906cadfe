"""Front and back while reads stream in: whether a unit is before or behind a wall, for readers that hear both sides.

Where the antennas of one reader, or of several that are named together, look at the salesfloor and at the stockroom,
a unit is on the side that :class:`~retail.presence.front_back.FrontBack` says, not where its strongest read was. Each
unit's evidence is gathered in rounds, since a unit may be carried through the door; a round begins with a read and is
judged, beside those before it, when it is due. A read costs a look-up and some arithmetic, of readers that hear one
side only nothing; a tick judges so many rounds at most.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from retail.presence.clocks import Read
from retail.presence.front_back import FrontBack, FrontBackSettings
from retail.presence.plan import FloorOrBack, Plan

_EPOCH_US = 1_000_000
_ENOUGH = FrontBackSettings(clear_db=0.0)


class WallSettings(NamedTuple):
    """Evidence is gathered for ``round_us``; a round counts by its ``share`` beside those before it.

    ``clear_db`` is how much better the other side must hear a unit before it is believed to have changed sides.
    """

    round_us: int = 15_000_000
    share: float = 0.5
    clear_db: float = 1.0
    per_tick: int = 500
    """rounds judged in one tick at most: about 5 ms"""


class Crossed(NamedTuple):
    """A unit is on the other side than was believed; ``zone`` is that side's which hears it best."""

    unit: str
    zone: str


class Standing(NamedTuple):
    """The zone in which a unit is shown, and the location that the book should have; None: as it has it."""

    zone: str
    location: FloorOrBack | None


@dataclass(slots=True)
class _Wall:
    judge: FrontBack
    zones: dict[tuple[str, int], str]
    open: set[str] = field(default_factory=set)
    """units whose round goes on"""


@dataclass(slots=True)
class _Verdict:
    side: FloorOrBack
    zone: str
    score_db: float
    """how much better the floor heard it, over its rounds"""


class Walls:
    """The walls of a store. ``names`` is reader -> the wall it listens to together with others of the same name."""

    def __init__(
        self,
        plan: Plan,
        names: Mapping[str, str],
        settings: WallSettings = WallSettings(),  # noqa: B008  settings are immutable
    ) -> None:
        self.behind = False
        """rounds are due that the last tick had no time for"""
        self._plan = plan
        self._settings = settings
        self._walls: dict[str, _Wall] = {}
        self._due: dict[int, list[tuple[_Wall, str]]] = {}
        self._verdicts: dict[str, _Verdict] = {}
        together: dict[str, dict[tuple[str, int], str]] = {}
        for (reader, antenna), spot in plan.spots.items():
            if spot.zone is not None and plan.location(spot.zone) is not None:
                together.setdefault(names.get(reader) or reader, {})[reader, antenna] = spot.zone
        for zones in together.values():
            sides = {antenna: self._side(zone) for antenna, zone in zones.items()}
            if len(set(sides.values())) > 1:
                wall = _Wall(FrontBack(sides, _ENOUGH), zones)
                self._walls |= dict.fromkeys((reader for reader, _ in zones), wall)
        self.readers = frozenset(self._walls)
        """those that hear both sides of a wall"""
        self._zones = frozenset(zone for wall in self._walls.values() for zone in wall.zones.values())

    def take(
        self,
        reads: Iterable[Read],
        reader: str,
        unit_of: Callable[[bytes], str | None],
        now_us: int,
        offset_us: int = 0,
    ) -> None:
        """Take in a batch; ``offset_us`` puts its reader's clock right. What is told late says nothing about now."""
        wall = self._walls.get(reader)
        if wall is None:
            return
        oldest_us = now_us - offset_us - self._settings.round_us
        begun, hear, known = wall.open, wall.judge.hear, wall.zones
        for epc, antenna, rssi, at_us, _count in reads:
            unit = unit_of(epc) if at_us > oldest_us else None
            if unit is None:
                continue
            if unit not in begun:
                begun.add(unit)
                due = (now_us + self._settings.round_us) // _EPOCH_US
                self._due.setdefault(due, []).append((wall, unit))
            hear(unit, reader, antenna if (reader, antenna) in known else 0, rssi)

    def tick(self, now_us: int, believed: Callable[[str], FloorOrBack | None]) -> list[Crossed]:
        """Judge rounds that are due; ``believed`` says where the book has a unit, None for what it doesn't follow."""
        found: list[Crossed] = []
        left = self._settings.per_tick
        self.behind = False
        for due in sorted(due for due in self._due if due <= now_us // _EPOCH_US):
            bucket = self._due[due]
            while bucket and left:
                left -= 1
                wall, unit = bucket.pop()
                crossed = self._conclude(wall, unit, believed(unit))
                if crossed is not None:
                    found.append(crossed)
            if bucket:
                self.behind = True
                return found
            del self._due[due]
        return found

    def forget(self, unit: str) -> None:
        """Nobody hears a unit any more, or somebody far from any wall does: what was heard of it says nothing now."""
        self._verdicts.pop(unit, None)
        for wall in self._walls.values():
            if unit in wall.open:
                wall.judge.start(unit)

    def beside(self, zone: str) -> bool:
        """Whether a zone lies beside a wall."""
        return zone in self._zones

    def standing(self, unit: str, zone: str, believed: FloorOrBack | None) -> Standing:
        """Where a unit is that ``zone`` hears best: beside a wall the rounds say so, elsewhere the zone."""
        here = self._plan.location(zone)
        if not self._walls:
            return Standing(zone, here)
        verdict = self._verdicts.get(unit)
        if zone not in self._zones:
            self.forget(unit)
            return Standing(zone, here)
        if verdict is None:
            weighed = any(unit in wall.open for wall in self._walls.values())
            return Standing(zone, None if weighed else here)
        on_its_side = here == verdict.side or believed != verdict.side
        return Standing(zone if on_its_side else verdict.zone, None)

    def _side(self, zone: str) -> FloorOrBack:
        return "stockroom" if self._plan.location(zone) == "stockroom" else "salesfloor"

    def _conclude(self, wall: _Wall, unit: str, believed: FloorOrBack | None) -> Crossed | None:
        """The end of a unit's round; the next read begins another."""
        wall.open.discard(unit)
        judge, verdict = wall.judge, self._verdicts.get(unit)
        if judge.side(unit) is None or believed is None:  # too few reads
            judge.start(unit)
            return None
        score = judge.score_db(unit)
        if verdict is not None and verdict.side == believed:
            score = verdict.score_db + self._settings.share * (score - verdict.score_db)
        side = believed
        if abs(score) >= self._settings.clear_db:
            side = "salesfloor" if score > 0 else "stockroom"
        best = judge.best(unit, side)
        judge.start(unit)
        if best is None:
            return None
        self._verdicts[unit] = _Verdict(side, wall.zones[best], score)
        return None if side == believed else Crossed(unit, wall.zones[best])

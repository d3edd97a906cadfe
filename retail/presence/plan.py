"""Which antenna looks at what: a zone of the store, or one side of a gate."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Side = Literal["inside", "outside"]
FloorOrBack = Literal["salesfloor", "stockroom"]


class Zone(NamedTuple):
    """A part of the store."""

    id: str
    location: FloorOrBack


class Spot(NamedTuple):
    """What one antenna looks at: either a zone, or a side of a gate."""

    zone: str | None = None
    gate: str | None = None
    side: Side = "inside"


@dataclass(slots=True)
class Plan:
    """The store as readers see it. An antenna of 0 stands for all antennas of its reader."""

    zones: dict[str, Zone] = field(default_factory=dict)
    spots: dict[tuple[str, int], Spot] = field(default_factory=dict)

    def spot(self, reader: str, antenna: int) -> Spot | None:
        """Return what an antenna looks at; None for one that isn't in the plan."""
        return self.spots.get((reader, antenna)) or self.spots.get((reader, 0))

    def location(self, zone: str) -> FloorOrBack | None:
        """Return whether a zone is on the salesfloor or in the stockroom."""
        known = self.zones.get(zone)
        return known.location if known else None

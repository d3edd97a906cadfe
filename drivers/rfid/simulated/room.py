"""What stands in the simulated room: antennas, tagged goods that may move, people who cast shadows, a wall."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]
Point = tuple[float, float, float]


class Antenna(NamedTuple):
    """Metres; ``facing`` needn't have length 1. ``group`` is a gate's side or a zone's name."""

    port: int
    at: Point
    facing: Point
    group: str


class Wall(NamedTuple):
    """A wall across the room at ``x`` with a doorway from ``door_from`` to ``door_to`` along y."""

    x: float
    door_from: float = 0.0
    door_to: float = 0.0


@dataclass(slots=True)
class Goods:
    """Tags: where they are, ``[steps, tags, 3]`` (or ``[1, tags, 3]`` at rest), and how their dipoles point.

    ``extra_loss_db`` ``[tags]`` is what the packing costs.
    """

    at: Floats
    axis: Floats
    extra_loss_db: Floats

    @property
    def count(self) -> int:
        """How many tags."""
        return int(self.at.shape[1])


@dataclass(slots=True)
class Room:
    """One scene: ``people`` are places in plan, each ``[steps, 2]``."""

    antennas: tuple[Antenna, ...]
    times: Floats
    goods: list[Goods]
    people: list[Floats] = field(default_factory=list)
    walls: tuple[Wall, ...] = ()


class Reads(NamedTuple):
    """Reads in order of time; all arrays are as long as there are reads. Times in s, ``tag`` counts through goods."""

    at_s: Floats
    tag: NDArray[np.intp]
    antenna: NDArray[np.intp]
    rssi_cdbm: NDArray[np.intp]
    phase_mrad: NDArray[np.intp]
    channel_khz: NDArray[np.intp]


Way = Literal["in", "out", "stayed"]
"""what really happened to a tag at a gate"""

"""Scenes away from the gate: a store's front and back under ceiling antennas, a handheld's walk, a pad at the till."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from drivers.rfid.simulated.inventory import read_room, steps
from drivers.rfid.simulated.parameters import DEFAULT, Radio
from drivers.rfid.simulated.room import Antenna, Floats, Goods, Reads, Room, Wall
from drivers.rfid.simulated.walking import path, resting, walk

Place = Literal["salesfloor", "stockroom"]

CEILING: Final[tuple[Antenna, ...]] = (
    Antenna(1, (2.0, -1.8, 3.0), (0.0, 0.0, -1.0), "salesfloor"),
    Antenna(2, (-1.8, 1.8, 3.0), (0.0, 0.0, -1.0), "stockroom"),
    Antenna(3, (2.0, 1.8, 3.0), (0.0, 0.0, -1.0), "salesfloor"),
    Antenna(4, (-1.8, -1.8, 3.0), (0.0, 0.0, -1.0), "stockroom"),
    Antenna(5, (5.5, 0.0, 3.0), (0.0, 0.0, -1.0), "salesfloor"),
    Antenna(6, (-5.0, 0.0, 3.0), (0.0, 0.0, -1.0), "stockroom"),
)
"""three on each side of the wall at x = 0, whose door stands open"""
WALL: Final = Wall(0.0, -0.6, 0.6)
_CEILING_RADIO: Final = DEFAULT._replace(
    power_dbm=30.0,
    beam_deg=70.0,
    back_db=18.0,
    dwell_s=0.1,
    scatter_near_db=8.0,
    scatter_least_db=2.0,
    wall_db=4.0,
)
"""antennas that look at the whole floor meet more reflections than those aimed at a door"""


@dataclass(slots=True)
class ZoneScene:
    """Reads and where each tag really is."""

    reads: Reads
    places: list[Place]
    at: Floats
    antennas: tuple[Antenna, ...]
    seconds: float


def front_back_scene(random: np.random.Generator, tags: int = 120, seconds: float = 30.0) -> ZoneScene:
    """Racks on both sides of a wall, most of them near it; three people walk about."""
    radio = _CEILING_RADIO
    front = random.random(tags) < 0.6
    near = random.random(tags) < 0.85
    depth = np.where(near, random.uniform(0.25, 1.4, tags), random.uniform(1.4, 6.5, tags))
    at = np.column_stack(
        [np.where(front, depth, -depth), random.uniform(-3.2, 3.2, tags), random.uniform(0.3, 1.9, tags)]
    )
    goods = resting(at, random)
    goods.extra_loss_db[:] = random.choice([0.0, 1.5, 3.0], tags)
    times = steps(seconds, radio)
    people = [_stroller(times, side, random) for side in (1.0, 1.0, -1.0)]
    room = Room(CEILING, times, [goods], people, (WALL,))
    places: list[Place] = ["salesfloor" if one else "stockroom" for one in front.tolist()]
    return ZoneScene(read_room(room, random, radio), places, at, CEILING, seconds)


def _stroller(times: Floats, side: float, random: np.random.Generator) -> Floats:
    legs = [
        (side * float(random.uniform(0.5, 6.0)), float(random.uniform(-3, 3)), float(random.uniform(0.4, 1.2)))
        for _ in range(8)
    ]
    return path(times, walk((side * 2.0, 0.0), *legs), random)


def handheld_scene(random: np.random.Generator, tags: int = 400, seconds: float = 60.0) -> ZoneScene:
    """Somebody walks through the salesfloor and points a handheld at the racks; the stockroom is behind the wall."""
    radio = DEFAULT._replace(
        power_dbm=29.0, antenna_gain_db=4.0, beam_deg=80.0, back_db=15.0, dwell_s=0.2, scatter_near_db=12.0,
        scatter_least_db=4.0,
    )  # fmt: skip
    front = random.random(tags) < 0.75
    x = np.where(front, random.uniform(0.4, 7.0, tags), -random.uniform(0.4, 4.0, tags))
    at = np.column_stack([x, random.uniform(-3.0, 3.0, tags), random.uniform(0.3, 1.8, tags)])
    goods = resting(at, random)
    times = steps(seconds, radio)
    lanes = walk((1.0, -2.5), (1.0, 2.5, 0.5), (3.0, 2.5, 0.5), (3.0, -2.5, 0.5), (5.0, -2.5, 0.5), (5.0, 2.5, 0.5),
                 (6.5, 2.5, 0.5), (6.5, -2.5, 0.5))  # fmt: skip
    place = path(times, lanes, random)
    reads = _walked(place, times, goods, random, radio)
    places: list[Place] = ["salesfloor" if one else "stockroom" for one in front.tolist()]
    return ZoneScene(reads, places, at, (Antenna(1, (0, 0, 1.2), (1, 0, 0), "salesfloor"),), seconds)


def _walked(place: Floats, times: Floats, goods: Goods, random: np.random.Generator, radio: Radio) -> Reads:
    """A moving reader is a reader at rest among goods that move the other way; it sweeps from side to side."""
    sweep = 0.9 * np.sin(2 * np.pi * times / 4.0)
    heading = np.cumsum(np.full(len(times), 2 * np.pi / 23.0 * radio.dwell_s)) + sweep
    around = goods.at[0][None, :, :2] - place[:, None, :]
    turned = np.stack(
        [
            around[:, :, 0] * np.cos(heading)[:, None] + around[:, :, 1] * np.sin(heading)[:, None],
            -around[:, :, 0] * np.sin(heading)[:, None] + around[:, :, 1] * np.cos(heading)[:, None],
            np.broadcast_to(goods.at[0][None, :, 2], around.shape[:2]),
        ],
        axis=2,
    )
    moved = Goods(turned, goods.axis, goods.extra_loss_db + np.where(goods.at[0][:, 0] < 0, radio.wall_db, 0.0))
    return read_room(Room((Antenna(1, (0, 0, 1.2), (1, 0, 0), "salesfloor"),), times, [moved]), random, radio)


def pad_scene(random: np.random.Generator, seconds: float = 3.0) -> ZoneScene:
    """Goods on a shielded pad at the till, and those that the next customers hold, 0.6 to 2 m away."""
    radio = DEFAULT._replace(power_dbm=18.0, dwell_s=0.1, scatter_least_db=12.0, scatter_near_db=18.0)
    pad = Antenna(1, (0.0, 0.0, 0.9), (0.0, 0.0, 1.0), "pad")
    count, others = int(random.integers(1, 9)), int(random.integers(0, 7))
    on = np.column_stack(
        [random.normal(0, 0.12, count), random.normal(0, 0.12, count), random.uniform(0.95, 1.1, count)]
    )
    far, angle = random.uniform(0.6, 2.0, others), random.uniform(0, 2 * np.pi, others)
    off = np.column_stack([far * np.cos(angle), far * np.sin(angle), random.uniform(0.7, 1.3, others)])
    at = np.concatenate([on, off])
    reads = read_room(Room((pad,), steps(seconds, radio), [resting(at, random)]), random, radio)
    on_it: Place = "salesfloor"
    beside: Place = "stockroom"
    places = [on_it] * count + [beside] * others
    return ZoneScene(reads, places, at, (pad,), seconds)

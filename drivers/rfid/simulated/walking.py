"""How people move: waypoints with times, a slight sway, and where they carry things."""

from typing import NamedTuple

import numpy as np

from drivers.rfid.simulated.room import Floats, Goods

Carrying = str
"""``bag``, ``arms``, ``back``, ``pocket``, ``trolley`` or ``box``"""


class Hold(NamedTuple):
    """Where goods are, seen from the body: forward, to the left, height; and over how much they spread (m)."""

    forward: float
    left: float
    height: float
    spread: tuple[float, float, float]
    loss_db: float = 0.0


HOLDS: dict[Carrying, Hold] = {
    "bag": Hold(0.0, 0.32, 0.6, (0.12, 0.05, 0.12)),
    "arms": Hold(0.32, 0.0, 1.15, (0.08, 0.15, 0.08)),
    "back": Hold(-0.25, 0.0, 1.2, (0.06, 0.12, 0.12)),
    "pocket": Hold(0.1, 0.2, 0.95, (0.02, 0.02, 0.05), 2.0),
    "trolley": Hold(0.85, 0.0, 0.7, (0.3, 0.2, 0.25), 1.0),
    "box": Hold(0.45, 0.0, 1.0, (0.15, 0.18, 0.12), 3.0),
}


def path(times: Floats, waypoints: list[tuple[float, float, float]], random: np.random.Generator) -> Floats:
    """Places in plan ``[steps, 2]`` of somebody who is at (x, y) at each waypoint's time, swaying a little."""
    at = np.asarray(waypoints, dtype=float)
    phase, sway = random.uniform(0, 2 * np.pi), random.uniform(0.01, 0.04)
    side = sway * np.sin(2 * np.pi * 0.9 * times + phase)
    return np.column_stack([np.interp(times, at[:, 0], at[:, 1]), np.interp(times, at[:, 0], at[:, 2]) + side])


def walk(
    start: tuple[float, float], *legs: tuple[float, float, float], begin_s: float = 0.0
) -> list[tuple[float, float, float]]:
    """Waypoints (time, x, y) from a start and legs (x, y, m/s); a leg to where one is already is a pause in s."""
    points = [(begin_s, *start)]
    for x, y, speed in legs:
        at, old_x, old_y = points[-1]
        length = float(np.hypot(x - old_x, y - old_y))
        points.append((at + (length / speed if length > 1e-9 else speed), x, y))
    return points


def carried(person: Floats, how: Carrying, count: int, random: np.random.Generator) -> Goods:
    """``count`` tags carried by somebody; what is held in front comes first whichever way they go."""
    hold = HOLDS[how]
    heading = _heading(person)
    side = random.choice([-1.0, 1.0])
    offsets = random.normal(0.0, 1.0, (count, 3)) * hold.spread + (hold.forward, side * hold.left, hold.height)
    forward, left = heading, np.column_stack([-heading[:, 1], heading[:, 0]])
    flat = (
        person[:, None, :]
        + offsets[None, :, 0, None] * forward[:, None, :]
        + offsets[None, :, 1, None] * left[:, None, :]
    )
    height = np.broadcast_to(np.clip(offsets[:, 2], 0.1, 1.9), flat.shape[:2])
    at = np.concatenate([flat, height[:, :, None]], axis=2)
    return Goods(at, axes(count, random), np.full(count, hold.loss_db))


def resting(points: Floats, random: np.random.Generator) -> Goods:
    """Tags that stay where they are, ``[tags, 3]``."""
    return Goods(points[None, :, :], axes(len(points), random), np.zeros(len(points)))


def axes(count: int, random: np.random.Generator) -> Floats:
    """How dipoles point: anyhow, a little more often level than upright."""
    found = random.normal(size=(count, 3)) * (1.0, 1.0, 0.7)
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True))


def _heading(person: Floats) -> Floats:
    """Where somebody looks, turned over about half a second: where they went last, when they stand."""
    step = np.diff(person[:, :2], axis=0, prepend=person[:1] - (person[1:2] - person[:1]))
    moving = np.hypot(step[:, 0], step[:, 1]) > 0.008
    index = np.maximum.accumulate(np.where(moving, np.arange(len(step)), -1))
    first = int(np.argmax(moving)) if moving.any() else 0
    step = step[np.where(index < 0, first, index)]
    angle = np.unwrap(np.arctan2(step[:, 1], step[:, 0]))
    kernel = np.ones(min(21, len(angle))) / min(21, len(angle))
    smooth = np.convolve(np.pad(angle, len(kernel) // 2, mode="edge"), kernel, mode="valid")[: len(angle)]
    return np.column_stack([np.cos(smooth), np.sin(smooth)])

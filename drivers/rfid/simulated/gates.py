"""Scenes at a gate or portal, each tag labelled with what it really did.

x runs along the way through, negative inside; the two groups of antennas look at the two sides.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeVar

import numpy as np

from drivers.rfid.simulated.inventory import read_room, steps
from drivers.rfid.simulated.parameters import DEFAULT, Radio
from drivers.rfid.simulated.room import Antenna, Floats, Goods, Reads, Room, Way
from drivers.rfid.simulated.walking import carried, path, resting, walk

_T = TypeVar("_T")
Layout = Literal["portal", "gate", "ceiling"]
Kind = Literal[
    "walk", "run", "stop", "turn", "trolley", "box", "meet", "pass_by", "restock", "browse", "strays"
]  # fmt: skip

LAYOUTS: Final[dict[Layout, tuple[Antenna, ...]]] = {
    "portal": (
        Antenna(1, (-0.55, -1.0, 1.3), (-0.6, 0.8, 0.0), "inside"),
        Antenna(2, (0.55, 1.0, 1.3), (0.6, -0.8, 0.0), "outside"),
        Antenna(3, (-0.55, 1.0, 0.8), (-0.6, -0.8, 0.0), "inside"),
        Antenna(4, (0.55, -1.0, 0.8), (0.6, 0.8, 0.0), "outside"),
    ),
    "gate": (
        Antenna(1, (-0.4, -0.9, 1.1), (-0.75, 0.65, 0.0), "inside"),
        Antenna(2, (0.4, 0.9, 1.1), (0.75, -0.65, 0.0), "outside"),
        Antenna(3, (-0.4, 0.9, 0.6), (-0.75, -0.65, 0.0), "inside"),
        Antenna(4, (0.4, -0.9, 0.6), (0.75, 0.65, 0.0), "outside"),
    ),
    "ceiling": (
        Antenna(1, (-0.6, 0.0, 2.7), (-0.55, 0.0, -0.85), "inside"),
        Antenna(2, (0.6, 0.0, 2.7), (0.55, 0.0, -0.85), "outside"),
    ),
}
"""a transition portal, a pair of pedestals, two antennas above a door"""

LAYOUT_SHARES: Final[dict[Layout, float]] = {"portal": 0.4, "gate": 0.3, "ceiling": 0.3}

TRAFFIC: Final[dict[Kind, float]] = {
    "walk": 0.56, "run": 0.07, "stop": 0.09, "turn": 0.08, "trolley": 0.07, "box": 0.06, "meet": 0.07,
}  # fmt: skip
"""how often each kind of passage happens"""


@dataclass(slots=True)
class GateScene:
    """Reads and truth: ``ways[tag]``; ``crossed_s`` when each tag crossed x = 0 last (nan if it never did).

    The first ``carried`` tags are somebody's, the others lie about.
    ``beams`` are interruptions of two light beams, (s, side), in order of time.
    """

    kind: Kind
    layout: Layout
    reads: Reads
    ways: list[Way]
    crossed_s: Floats
    beams: list[tuple[float, Literal["inside", "outside"]]]
    seconds: float
    carried: int

    @property
    def group(self) -> dict[int, str]:
        """The side that each port looks at."""
        return {antenna.port: antenna.group for antenna in LAYOUTS[self.layout]}


@dataclass(slots=True)
class _Cast:
    """Who walks and what lies about."""

    times: Floats
    random: np.random.Generator
    people: list[Floats]
    goods: list[Goods]
    ways: list[Way]

    def person(self, waypoints: list[tuple[float, float, float]]) -> Floats:
        self.people.append(path(self.times, waypoints, self.random))
        return self.people[-1]

    def gives(self, goods: Goods, way: Way) -> None:
        self.goods.append(goods)
        self.ways += [way] * goods.count


def gate_scene(
    random: np.random.Generator, kind: Kind | None = None, *, layout: Layout | None = None, radio: Radio = DEFAULT
) -> GateScene:
    """One scene; kind and layout are drawn if they aren't given."""
    played = _draw(random, TRAFFIC) if kind is None else kind
    seen_by = _draw(random, LAYOUT_SHARES) if layout is None else layout
    radio = radio._replace(power_dbm=float(random.uniform(-1.0, 1.0)) + radio.power_dbm)
    cast = _Cast(np.zeros(0), random, [], [], [])
    _PLAYS[played](cast)
    carried_tags = len(cast.ways)
    _strays(cast, int(random.integers(0, 7)) if played != "strays" else 12)
    room = Room(LAYOUTS[seen_by], cast.times, cast.goods, cast.people)
    reads = read_room(room, random, radio)
    return GateScene(
        played, seen_by, reads, cast.ways, _crossings(cast), _beams(cast), float(cast.times[-1]), carried_tags
    )


def _walk(cast: _Cast, slow: float = 0.8, fast: float = 1.6) -> None:
    random = cast.random
    speed = float(np.clip(random.normal(1.25, 0.2), slow, fast))
    count = int(random.integers(1, 5))
    _through(cast, speed, str(random.choice(["bag", "arms", "back", "pocket", "bag"])), count)


def _run(cast: _Cast) -> None:
    how = str(cast.random.choice(["bag", "arms", "back"]))
    _through(cast, float(cast.random.uniform(1.8, 3.2)), how, int(cast.random.integers(1, 4)))


def _trolley(cast: _Cast) -> None:
    _through(cast, float(cast.random.uniform(0.5, 1.0)), "trolley", int(cast.random.integers(8, 31)))


def _box(cast: _Cast) -> None:
    _through(cast, float(cast.random.uniform(0.8, 1.2)), "box", int(cast.random.integers(10, 31)))


def _through(cast: _Cast, speed: float, how: str, count: int) -> None:
    """From 4 m before to 4 m behind, at a right angle or turning off beyond the door."""
    side = _side(cast)
    legs = [(-0.8 * side, _lane(cast), speed), (0.8 * side, _lane(cast), speed), (4.0 * side, _bend(cast), speed)]
    waypoints = walk((-4.0 * side, _bend(cast)), *legs)
    cast.times = steps(waypoints[-1][0])
    cast.gives(carried(cast.person(waypoints), how, count, cast.random), "out" if side > 0 else "in")


def _stop(cast: _Cast) -> None:
    """Somebody stops for some seconds within a metre and a half of the door's middle, then goes on."""
    random, side = cast.random, _side(cast)
    speed, y = float(random.uniform(0.8, 1.4)), _lane(cast)
    x = float(random.uniform(-1.5, 1.5))
    pause = float(random.uniform(1.0, 8.0))
    waypoints = walk((-4.0 * side, _bend(cast)), (x, y, speed), (x, y, pause), (4.0 * side, _bend(cast), speed))
    cast.times = steps(waypoints[-1][0])
    how = str(random.choice(["bag", "arms", "back"]))
    goods = carried(cast.person(waypoints), how, int(random.integers(1, 4)), random)
    cast.gives(goods, "out" if side > 0 else "in")


def _turn(cast: _Cast) -> None:
    """Somebody comes up to the door, as far as half a metre behind it, and goes back."""
    random, side = cast.random, _side(cast)
    speed, y = float(random.uniform(0.8, 1.5)), _lane(cast)
    x = float(random.uniform(-1.0, 0.5)) * side
    pause = float(random.uniform(0.1, 3.0))
    waypoints = walk((-4.0 * side, _bend(cast)), (x, y, speed), (x, y, pause), (-4.0 * side, _bend(cast), speed))
    cast.times = steps(waypoints[-1][0])
    how = str(random.choice(["bag", "arms", "back"]))
    cast.gives(carried(cast.person(waypoints), how, int(random.integers(1, 4)), random), "stayed")


def _meet(cast: _Cast) -> None:
    """Two people meet in the door."""
    random = cast.random
    one, other = (float(random.uniform(0.8, 1.4)) for _ in range(2))
    late = float(random.uniform(0.0, 1.5))
    first = walk((-4.0, -0.3), (0.0, -0.35, one), (4.0, -0.3, one))
    second = walk((4.0, 0.3), (0.0, 0.35, other), (-4.0, 0.3, other), begin_s=late)
    cast.times = steps(max(first[-1][0], second[-1][0]))
    for waypoints, way in ((first, "out"), (second, "in")):
        how = str(random.choice(["bag", "arms", "back"]))
        goods = carried(cast.person(waypoints), how, int(random.integers(1, 4)), random)
        cast.gives(goods, "out" if way == "out" else "in")


def _pass_by(cast: _Cast) -> None:
    """Somebody inside goes along the front with goods, 1 to 2.5 m from the door."""
    random = cast.random
    x, end = -float(random.uniform(1.0, 2.5)), float(random.choice([-1.0, 1.0]))
    speed = float(random.uniform(0.7, 1.4))
    waypoints = walk((x - 0.3, -4.0 * end), (x, 0.0, speed), (x - 0.3, 4.0 * end, speed))
    cast.times = steps(waypoints[-1][0])
    how = str(random.choice(["bag", "arms", "trolley"]))
    cast.gives(carried(cast.person(waypoints), how, int(random.integers(1, 6)), random), "stayed")


def _browse(cast: _Cast) -> None:
    """Somebody looks at things near the door with goods on the arm: a few steps, a pause, again."""
    random = cast.random
    legs: list[tuple[float, float, float]] = []
    for _ in range(int(random.integers(2, 5))):
        x, y = -float(random.uniform(0.9, 3.0)), float(random.uniform(-2.0, 2.0))
        legs += [(x, y, float(random.uniform(0.4, 1.2))), (x, y, float(random.uniform(1.0, 8.0)))]
    waypoints = walk((-4.0, 0.0), *legs, (-4.0, float(random.uniform(-3, 3)), 1.2))
    cast.times = steps(waypoints[-1][0])
    how = str(random.choice(["bag", "arms"]))
    cast.gives(carried(cast.person(waypoints), how, int(random.integers(1, 4)), random), "stayed")


def _restock(cast: _Cast) -> None:
    """Staff fill a shelf 1 to 3 m from the gate out of a trolley, going to and fro with armfuls."""
    random = cast.random
    x, y = -float(random.uniform(1.4, 2.6)), float(random.choice([-1.0, 1.0])) * float(random.uniform(0.9, 2.0))
    arrive = walk((-4.0, y), (x - 0.8, y, 0.8))
    legs: list[tuple[float, float, float]] = []
    for _ in range(4):
        legs += [(-float(random.uniform(1.0, 3.0)), y * 0.8, 0.9), (x - 0.8, y, 0.9), (x - 0.8, y, 2.0)]
    waypoints = walk((-4.0, y), (x - 0.8, y, 0.8), (x - 0.8, y, 2.0), *legs)
    cast.times = steps(waypoints[-1][0])
    pusher = path(cast.times, arrive, random)
    cast.gives(carried(pusher, "trolley", int(random.integers(12, 30)), random), "stayed")
    armful = carried(cast.person(waypoints), "arms", int(random.integers(1, 4)), random)
    cast.gives(armful, "stayed")


def _nobody(cast: _Cast) -> None:
    """Tags on the shelves, and a customer without goods who walks out between them."""
    cast.times = steps(20.0)
    speed = float(cast.random.uniform(0.8, 1.4))
    cast.person(walk((-4.0, 0.5), (4.0, 0.0, speed), begin_s=float(cast.random.uniform(2.0, 8.0))))


def _strays(cast: _Cast, count: int) -> None:
    """Goods on display 1 to 3 m from the door, mostly inside."""
    if not count:
        return
    random = cast.random
    x = -random.uniform(1.0, 3.0, count) * np.where(random.random(count) < 0.9, 1.0, -1.0)
    y = np.where(random.random(count) < 0.5, 1.0, -1.0) * random.uniform(0.8, 2.2, count)
    cast.gives(resting(np.column_stack([x, y, random.uniform(0.4, 1.7, count)]), random), "stayed")


def _crossings(cast: _Cast) -> Floats:
    found: list[Floats] = []
    for goods in cast.goods:
        x = goods.at[:, :, 0]
        if len(x) == 1:
            found.append(np.full(goods.count, np.nan))
            continue
        changes = np.sign(x[1:]) != np.sign(x[:-1])
        last = len(changes) - 1 - np.argmax(changes[::-1], axis=0)
        found.append(np.where(changes.any(axis=0), cast.times[last + 1], np.nan))
    return np.concatenate(found)


def _beams(cast: _Cast) -> list[tuple[float, Literal["inside", "outside"]]]:
    """Two light beams 0.3 m before and behind the middle: each body breaks them when it goes through."""
    found: list[tuple[float, Literal["inside", "outside"]]] = []
    for person in cast.people:
        near = np.abs(person[:, 1]) < 0.9
        for x, side in ((-0.3, "inside"), (0.3, "outside")):
            within = near & (np.abs(person[:, 0] - x) < 0.15)
            begins = np.flatnonzero(within[1:] & ~within[:-1]) + 1
            found += [(float(cast.times[at]), "inside" if side == "inside" else "outside") for at in begins]
    return sorted(found)


def _side(cast: _Cast) -> float:
    return float(cast.random.choice([-1.0, 1.0]))


def _lane(cast: _Cast) -> float:
    return float(cast.random.uniform(-0.45, 0.45))


def _bend(cast: _Cast) -> float:
    return float(cast.random.normal(0.0, 0.8))


def _draw(random: np.random.Generator, shares: Mapping[_T, float]) -> _T:
    names = list(shares)
    weights = np.asarray([shares[name] for name in names])
    return names[int(random.choice(len(names), p=weights / weights.sum()))]


_PLAYS: Final[dict[Kind, Callable[[_Cast], None]]] = {
    "walk": _walk, "run": _run, "stop": _stop, "turn": _turn, "trolley": _trolley, "box": _box, "meet": _meet,
    "pass_by": _pass_by, "browse": _browse, "restock": _restock, "strays": _nobody,
}  # fmt: skip

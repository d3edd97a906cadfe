"""Rounds of evidence beside a wall: what counts, what is left for the next tick, what is forgotten."""

import pytest

from retail.presence.plan import FloorOrBack, Plan, Spot, Zone
from retail.presence.walls import Crossed, Standing, Walls, WallSettings

ZONES = {"front": Zone("front", "salesfloor"), "back": Zone("back", "stockroom"), "far": Zone("far", "salesfloor")}
SPOTS = {
    ("ceiling", 1): Spot(zone="front"),
    ("ceiling", 2): Spot(zone="back"),
    ("other", 1): Spot(zone="far"),
    ("gate", 1): Spot(gate="exit"),
}
SECOND_US = 1_000_000


def made(**settings: int) -> Walls:
    return Walls(Plan(dict(ZONES), dict(SPOTS)), {}, WallSettings(**settings))


def hear(walls: Walls, antenna: int, units: int = 1, *, at_us: int = SECOND_US, now_us: int = SECOND_US) -> None:
    reads = [(b"%d" % unit, antenna, -5000, at_us, 1) for unit in range(units) for _ in range(6)]
    walls.take(reads, "ceiling", bytes.decode, now_us)


def believed(unit: str) -> FloorOrBack | None:
    return "stockroom"


def test_a_reader_of_one_side_weighs_nothing() -> None:
    assert made().readers == {"ceiling"}
    assert Walls(Plan(dict(ZONES), {("other", 1): SPOTS["other", 1]}), {}).readers == frozenset()


def test_a_round_is_judged_when_it_is_due() -> None:
    walls = made()
    hear(walls, 1)
    assert walls.standing("0", "front", "stockroom") == Standing("front", None), "not by one strong read"
    assert walls.tick(15 * SECOND_US, believed) == []
    assert walls.tick(16 * SECOND_US, believed) == [Crossed("0", "front")]
    assert walls.tick(60 * SECOND_US, believed) == []


def test_a_round_that_says_the_same_moves_nothing_and_shows_the_side_it_is_on() -> None:
    walls = made()
    hear(walls, 2)
    assert walls.tick(16 * SECOND_US, believed) == []
    assert walls.standing("0", "front", "stockroom") == Standing("back", None)
    assert walls.standing("0", "front", "salesfloor") == Standing("front", None), "somebody moved it by hand"


def test_what_is_told_late_or_too_rarely_says_nothing() -> None:
    walls = made()
    hear(walls, 1, at_us=SECOND_US, now_us=20 * SECOND_US)
    assert walls.standing("0", "front", "stockroom") == Standing("front", "salesfloor"), "no round has begun"
    walls.take([(b"0", 1, -5000, 20 * SECOND_US, 1)], "ceiling", bytes.decode, 20 * SECOND_US)
    assert walls.tick(60 * SECOND_US, believed) == []


def test_a_clock_that_is_wrong_is_put_right() -> None:
    walls = made()
    reads = [(b"0", 1, -5000, SECOND_US, 1)] * 6
    walls.take(reads, "ceiling", bytes.decode, 3600 * SECOND_US, offset_us=3599 * SECOND_US)
    assert walls.tick(3615 * SECOND_US, believed) == [Crossed("0", "front")]


def test_a_tick_judges_so_many_and_says_that_it_is_behind() -> None:
    walls = made(per_tick=4)
    hear(walls, 1, units=10)
    found = []
    for behind in (True, True, False):
        found += walls.tick(16 * SECOND_US, believed)
        assert walls.behind is behind
    assert len(found) == 10


@pytest.mark.parametrize("by_silence", [True, False])
def test_what_was_heard_before_it_went_elsewhere_is_forgotten(by_silence: bool) -> None:
    walls = made()
    hear(walls, 1)
    if by_silence:
        walls.forget("0")
    else:
        assert walls.standing("0", "far", "salesfloor") == Standing("far", "salesfloor")
    assert walls.tick(16 * SECOND_US, believed) == []

"""Passages: direction from two groups of antennas, said early when a unit leaves, unknown when it can't be told."""

import random

import pytest

from retail.epc import Unit, encode_sgtin96
from retail.presence import Event, Leaving, Passed, Plan, Presence, Spot
from tests.support.stock_builders import COAT

S = 1_000_000
T0 = 1_790_000_000 * S
IN, OUT = 1, 2


def epc(number: int) -> bytes:
    return encode_sgtin96(Unit(COAT, str(number)), 7)


class Door:
    """A gate with antenna 1 inside and antenna 2 outside."""

    def __init__(self) -> None:
        spots = {("gate", IN): Spot(gate="exit"), ("gate", OUT): Spot(gate="exit", side="outside")}
        self.presence = Presence(Plan({}, spots))
        self.now = T0

    def read(self, antenna: int, rssi: int = -5500, after_ms: int = 100, number: int = 1) -> list[Event]:
        self.now += after_ms * 1000
        return self.presence.take([(epc(number), antenna, rssi, self.now, 1)], "gate", self.now)

    def walk(self, *antennas: int) -> list[Event]:
        return [event for antenna in antennas for event in self.read(antenna)]

    def close(self) -> list[Passed]:
        self.now += 3 * S
        return [event for event in self.presence.tick(self.now) if isinstance(event, Passed)]


@pytest.fixture
def door() -> Door:
    return Door()


def test_walking_out_is_said_at_once_and_once(door: Door) -> None:
    events = door.walk(IN, IN, IN, OUT, OUT, OUT)
    assert [type(event) for event in events] == [Leaving]
    passed = door.close()
    assert [(one.direction, one.reads, one.gate) for one in passed] == [("out", 6, "exit")]


def test_walking_in_raises_nothing(door: Door) -> None:
    assert door.walk(OUT, OUT, OUT, IN, IN, IN) == []
    assert [one.direction for one in door.close()] == ["in"]


def test_a_turn_in_the_doorway_is_not_a_way_out(door: Door) -> None:
    door.walk(IN, IN, IN, OUT, IN, IN, IN, IN)
    assert [one.direction for one in door.close()] != ["out"]


@pytest.mark.parametrize("antennas", [(IN,) * 8, (OUT,) * 8, (OUT, IN), (IN, OUT)])
def test_what_can_not_be_told_is_unknown(door: Door, antennas: tuple[int, ...]) -> None:
    assert door.walk(*antennas) == []
    assert [one.direction for one in door.close()] == ["unknown"]


def test_a_tag_that_stays_at_the_gate_has_no_direction(door: Door) -> None:
    for _ in range(200):
        door.read(IN, after_ms=100)
        door.read(IN, after_ms=100)
    assert [type(event) for event in door.walk(OUT, OUT, OUT)] == []
    assert [one.direction for one in door.close()] == ["unknown"]


def test_a_passage_ends_after_a_gap_and_the_next_one_begins_anew(door: Door) -> None:
    door.walk(IN, IN, OUT, OUT)
    assert door.presence.next_us() == door.now + 2 * S + 1
    assert [one.direction for one in door.close()] == ["out"]
    assert door.presence.next_us() is None
    assert [type(event) for event in door.walk(IN, IN, OUT, OUT)] == [Leaving]


def test_late_reads_never_alarm(door: Door) -> None:
    late = T0 - 60 * S
    reads = [(epc(1), antenna, -5500, late + place * 100_000, 1) for place, antenna in enumerate((IN, IN, OUT, OUT))]
    assert door.presence.take(reads, "gate", T0) == []
    assert door.presence.passages.late == 4
    assert door.close() == []


def test_repeated_reads_count_once(door: Door) -> None:
    read = (epc(1), IN, -5500, T0, 1)
    door.presence.take([read] * 10, "gate", T0)
    door.presence.take([read] * 10, "gate", T0 + 1000)
    assert [one.reads for one in door.close()] == [1]


def test_the_stronger_reads_decide(door: Door) -> None:
    """Stray reads of the far antenna during the approach don't hide the direction."""
    source = random.Random(3)
    for step in range(30):
        near_inside = -4500 - abs(step - 8) * 150
        near_outside = -4500 - abs(step - 22) * 150
        door.read(IN, near_inside + source.randrange(-200, 200), after_ms=40)
        door.read(OUT, near_outside + source.randrange(-200, 200), after_ms=10)
    assert [one.direction for one in door.close()] == ["out"]


def test_units_pass_side_by_side(door: Door) -> None:
    for antenna in (IN, IN, OUT, OUT):
        for number in range(5):
            door.read(antenna, number=number, after_ms=30)
    assert [one.direction for one in door.close()] == ["out"] * 5

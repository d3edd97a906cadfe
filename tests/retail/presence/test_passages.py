"""Passages: direction from two groups of antennas, said early when a unit leaves, unknown when it can't be told."""

import random
from math import pi

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.rfid.physics import RadioModel
from retail.epc import Unit, encode_sgtin96
from retail.presence import Event, Leaving, Passed, Plan, Presence, Spot
from retail.presence.chances import odds
from retail.presence.direction import Trace
from retail.presence.gate_weights import WAY
from retail.presence.passages import PassageSettings
from retail.presence.plan import Side
from tests.support.stock_builders import COAT

S = 1_000_000
T0 = 1_790_000_000 * S
IN, OUT = 1, 2
OUTWARDS = (IN,) * 6 + (OUT,) * 6


def epc(number: int) -> bytes:
    return encode_sgtin96(Unit(COAT, str(number)), 7)


class Door:
    """A gate with antenna 1 inside and antenna 2 outside."""

    def __init__(self) -> None:
        spots = {("gate", IN): Spot(gate="exit"), ("gate", OUT): Spot(gate="exit", side="outside")}
        self.presence = Presence(Plan({}, spots))
        self.now = T0

    def read(self, antenna: int, rssi: int = -5500, after_ms: int = 150, number: int = 1) -> list[Event]:
        self.now += after_ms * 1000
        return self.presence.take([(epc(number), antenna, rssi, self.now, 1)], "gate", self.now)

    def walk(self, *antennas: int) -> list[Event]:
        return [event for antenna in antennas for event in self.read(antenna)]

    def close(self, after_s: int = 9) -> list[Passed]:
        self.now += after_s * S
        return [event for event in self.presence.tick(self.now) if isinstance(event, Passed)]


@pytest.fixture
def door() -> Door:
    return Door()


def test_walking_out_is_said_once_and_before_the_passage_is(door: Door) -> None:
    events = door.walk(*OUTWARDS)
    door.now += 3 * S
    events += door.presence.tick(door.now)
    assert [type(event) for event in events] == [Leaving, Passed]
    passed = [event for event in events if isinstance(event, Passed)]
    assert [(one.direction, one.reads, one.gate) for one in passed] == [("out", 12, "exit")]


def test_a_way_out_with_too_few_reads_to_be_said_at_once_is_said_at_its_end(door: Door) -> None:
    assert door.walk(IN, IN, OUT, OUT) == []
    door.now += 3 * S
    assert [type(event) for event in door.presence.tick(door.now)] == [Leaving, Passed]


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
    assert [one.direction for one in door.close(after_s=3)] == ["out"]
    assert door.presence.next_us() is None
    door.walk(*OUTWARDS)
    assert [one.direction for one in door.close(after_s=3)] == ["out"]


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


def test_somebody_who_runs_is_decided_like_somebody_who_walks(door: Door) -> None:
    for antenna in (IN,) * 8 + (OUT,) * 8:
        door.read(antenna, after_ms=40)
    assert [one.direction for one in door.close(after_s=3)] == ["out"]


def test_what_is_unclear_waits_and_goes_on_when_it_is_heard_again(door: Door) -> None:
    door.walk(*(IN,) * 8)
    assert door.close(after_s=4) == []
    door.walk(*(OUT,) * 8)
    assert [(one.direction, one.reads) for one in door.close()] == [("out", 16)]


def test_what_lies_about_does_not_go_with_what_passes(door: Door) -> None:
    """A unit on a shelf beside the door is heard all the time; somebody with another one walks out meanwhile."""
    for step, antenna in enumerate(OUTWARDS):
        door.read(antenna, number=1, after_ms=100)
        door.read(IN, -6400 - step % 3 * 50, number=2, after_ms=25)
        door.read(OUT, -7000 + step % 2 * 50, number=2, after_ms=25)
    assert sorted(one.direction for one in door.close()) == ["out", "unknown"]


def test_what_is_carried_along_settles_what_is_unclear_alone(door: Door) -> None:
    """Two units in one bag: the second was hardly heard on its way, and goes where the first goes."""
    for step, antenna in enumerate((IN,) * 8 + (OUT,) * 8):
        door.read(antenna, number=1, after_ms=50)
        if step in (3, 4, 11):
            door.read(antenna, number=2, after_ms=1)
    assert {one.direction for one in door.close()} == {"out"}


@pytest.mark.parametrize("speed", [-1.2, 1.2])
def test_phases_tell_who_comes_nearer(speed: float) -> None:
    """A tag that only the inside hears: the phase turns by 4 pi / wavelength for each metre of its way."""
    trace = Trace()
    for step in range(100):
        at_us = step * 5_000
        phase = 4 * pi * speed * at_us / 1e6 * 866.9e6 / 299_792_458.0
        trace.add("inside", at_us, -5500, 1)
        trace.add_phase("inside", 1, at_us, phase % (2 * pi), 866.9e6)
    way, seconds = trace.speeds[:2]
    assert way / seconds == pytest.approx(speed, rel=0.01)


def test_light_beams_tell_the_order() -> None:
    chances = []
    for sides in (("inside", "outside"), ("outside", "inside")):
        trace = Trace()
        for step in range(40):
            trace.add("inside" if step % 2 else "outside", step * 50_000, -5500, 1)
        trace.beams = 1 if sides[0] == "inside" else -1
        chances.append(odds(trace, WAY).chances())
    assert chances[0].out > chances[1].out
    assert chances[0].into < chances[1].into


SIDED_READS = st.tuples(st.sampled_from(["inside", "outside"]), st.integers(0, 20_000_000), st.integers(-8500, -2500))


@given(st.lists(SIDED_READS, min_size=1, max_size=60))
@settings(deadline=None, max_examples=50)
def test_seen_from_the_other_side_out_is_in(reads: list[tuple[Side, int, int]]) -> None:
    one, other = Trace(), Trace()
    for side, at_us, rssi in sorted(reads, key=lambda read: read[1]):
        one.add(side, at_us, rssi, 1)
        other.add("inside" if side == "outside" else "outside", at_us, rssi, 1)
    mine, its = odds(one, WAY), odds(other, WAY)
    assert mine.out == pytest.approx(its.into, abs=1e-6)
    assert mine.stayed == pytest.approx(its.stayed, abs=1e-6)
    assert sum(mine.chances()) == pytest.approx(1.0)


@pytest.mark.parametrize("seed", range(40))
def test_who_comes_in_while_others_go_out_isnt_talked_out_of_it(door: Door, seed: int) -> None:
    """They meet in the door: each side hears them at the same times, and some of them alike."""
    radio, dice = RadioModel(seed=seed), random.Random(seed)
    walks = [(at + 3.0, seen) for at, seen in radio.walk([epc(1)], (OUT, IN), 2.2)]
    for first in (10, 20):
        carried = [epc(first + place) for place in range(dice.choice((1, 2, 3)))]
        after_s = dice.uniform(0.5, 5.5)
        walks += [(at + after_s, seen) for at, seen in radio.walk(carried, (IN, OUT), 2.2)]
    events: list[Event] = []
    for at_s, seen in sorted(walks):
        at_us = T0 + round(at_s * S)
        events += door.presence.take([(seen.epc, seen.antenna, seen.rssi_cdbm, at_us, 1)], "gate", at_us)
    door.now = T0 + 9 * S
    events += door.close()
    mine = [event for event in events if event.unit == f"{COAT}.1"]
    assert [type(event) for event in mine] == [Passed]
    assert [event.direction for event in mine if isinstance(event, Passed)] == ["in"]


def said_after(settings: PassageSettings, *, pause_ms: int = 100) -> float | None:
    """When a unit that is carried out is said to leave, in seconds after its first read outside."""
    spots = {("gate", IN): Spot(gate="exit"), ("gate", OUT): Spot(gate="exit", side="outside")}
    presence, now = Presence(Plan({}, spots), passages=settings), T0
    for step in range(30):
        antenna = IN if step < 8 else OUT
        now += (pause_ms if step > 12 else 100) * 1000
        for event in presence.take([(epc(1), antenna, -5500, now, 1)], "gate", now):
            if isinstance(event, Leaving):
                return (now - T0 - 900_000) / S
    return None


NEVER_SURE = PassageSettings(alarm=1.1)


def test_what_stays_likely_for_a_second_is_said_without_waiting_for_certainty() -> None:
    found = said_after(NEVER_SURE)
    assert found is not None
    assert 1.0 <= found <= 1.5
    assert said_after(NEVER_SURE._replace(likely_us=10 * S)) is None
    assert said_after(NEVER_SURE._replace(likely=1.1)) is None


def test_a_pause_in_which_nothing_is_heard_outside_begins_it_anew() -> None:
    assert said_after(NEVER_SURE, pause_ms=1000) is None

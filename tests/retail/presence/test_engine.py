"""Presence: units appear, move between zones with evidence, vanish at their own pace; foreign tags are counted."""

import random

import pytest

from retail.epc import Unit, encode_sgtin96, encode_sgtin_plus
from retail.presence import Appeared, Event, Moved, Plan, Presence, Smoothing, Spot, Vanished, Zone
from tests.support.stock_builders import COAT

S = 1_000_000
T0 = 1_790_000_000 * S
READER = "ceiling"


def plan() -> Plan:
    return Plan(
        {"floor": Zone("floor", "salesfloor"), "back": Zone("back", "stockroom")},
        {(READER, 1): Spot(zone="floor"), (READER, 2): Spot(zone="back"), ("door", 0): Spot(zone="back")},
    )


def epc(number: int) -> bytes:
    return encode_sgtin96(Unit(COAT, str(number)), 7)


def key(number: int) -> str:
    return Unit(COAT, str(number)).key


class Store:
    """An engine and its clock."""

    def __init__(self, smoothing: Smoothing | None = None) -> None:
        self.presence = Presence(plan(), smoothing=smoothing or Smoothing())
        self.now = T0

    def read(self, antenna: int, *numbers: int, rssi: int = -5500, after_ms: int = 200) -> list[Event]:
        self.now += after_ms * 1000
        reads = [(epc(number), antenna, rssi, self.now, 1) for number in numbers]
        return self.presence.take(reads, READER, self.now)

    def wait(self, seconds: float) -> list[Event]:
        events: list[Event] = []
        until = self.now + int(seconds * S)
        while self.now < until:
            self.now = min(until, self.now + S)
            events += self.presence.tick(self.now)
        return events


@pytest.fixture
def store() -> Store:
    return Store()


def test_a_unit_appears_once(store: Store) -> None:
    assert store.read(1, 1, 1, 1) == [Appeared(key(1), "floor", store.now)]
    assert store.read(1, 1) == []
    seen = store.presence.where(key(1))
    assert seen is not None
    assert (seen.zone, seen.at_us) == ("floor", store.now)
    assert store.presence.where(key(2)) is None


def test_one_item_in_two_encodings_is_one_unit(store: Store) -> None:
    store.read(1, 1)
    again = (encode_sgtin_plus(Unit(COAT, "1")), 1, -5500, store.now, 1)
    assert store.presence.take([again], READER, store.now) == []


def test_a_move_needs_more_than_one_read_and_a_better_signal(store: Store) -> None:
    store.read(1, 1, rssi=-5500)
    store.read(1, 1, rssi=-5500, after_ms=10)
    assert store.read(2, 1, rssi=-4000, after_ms=10) == []
    assert store.read(2, 1, rssi=-4000, after_ms=10) == [Moved(key(1), "floor", "back", store.now)]


def test_a_neighbour_that_hears_it_a_little_better_does_not_move_it(store: Store) -> None:
    for _ in range(20):
        store.read(1, 1, rssi=-5500, after_ms=50)
        assert store.read(2, 1, rssi=-5200, after_ms=50) == []


def test_silence_of_the_old_zone_lets_it_move_at_the_same_signal(store: Store) -> None:
    store.read(1, 1)
    events = [event for _ in range(10) for event in store.read(2, 1)]
    assert [type(event) for event in events] == [Moved]


def test_a_unit_between_two_zones_does_not_flutter(store: Store) -> None:
    source = random.Random(5)
    moves = 0
    for _ in range(400):
        antenna = source.choice((1, 2))
        moves += sum(
            isinstance(event, Moved) for event in store.read(antenna, 1, rssi=-5500 + source.randrange(-250, 250))
        )
    assert moves <= 8


def test_a_unit_vanishes_after_its_window_and_appears_again(store: Store) -> None:
    for _ in range(40):
        store.read(1, 1, after_ms=1000)
        store.presence.tick(store.now)
    last = store.now
    assert store.wait(20) == []
    assert store.wait(120) == [Vanished(key(1), "floor", last)]
    assert store.presence.where(key(1)) is None
    assert [type(event) for event in store.read(1, 1)] == [Appeared]


def test_a_tag_that_is_read_badly_is_given_more_time() -> None:
    """A present tag that answers in one epoch of four is hardly ever called gone."""
    source = random.Random(11)
    store = Store(Smoothing(shortest=8))
    gone = 0
    for _ in range(3000):
        store.now += S
        if source.random() < 0.25:
            store.presence.take([(epc(1), 1, -6500, store.now, 1)], READER, store.now)
        gone += sum(isinstance(event, Vanished) for event in store.presence.tick(store.now))
    assert gone <= 6


def test_late_reads_do_not_bring_the_past_back(store: Store) -> None:
    store.read(1, 1)
    old = [(epc(1), 1, -5500, T0 - 3600 * S, 1)] * 50
    assert store.presence.take(old, READER, store.now) == []
    seen = store.presence.where(key(1))
    assert seen is not None
    assert seen.at_us == store.now


def test_a_clock_that_runs_ahead_is_held_back(store: Store) -> None:
    store.presence.take([(epc(1), 1, -5500, store.now + 3600 * S, 1)], READER, store.now)
    seen = store.presence.where(key(1))
    assert seen is not None
    assert seen.at_us == store.now


def test_tags_that_are_not_ours_are_counted_by_reason(store: Store) -> None:
    pallet = bytes.fromhex("31D286944C1E08F1C4000000")
    reads = [(b"", 1, -50, T0, 1), (b"\x00" * 12, 1, -50, T0, 1), (b"\xe2\x80", 1, -50, T0, 1), (pallet, 1, -50, T0, 1)]
    assert store.presence.take(reads, READER, T0) == []
    assert store.presence.take(reads, READER, T0) == []
    assert store.presence.refused == {"empty": 2, "unknown_header": 1, "not_an_item": 1}


def test_an_antenna_that_is_not_on_the_plan_is_counted(store: Store) -> None:
    store.presence.take([(epc(1), 9, -5500, T0, 3)], "nobody", T0)
    assert store.presence.unplanned == {("nobody", 9): 1}


def test_a_reader_may_stand_in_one_zone_with_all_its_antennas(store: Store) -> None:
    events = store.presence.take([(epc(1), 4, -5500, T0, 1)], "door", T0)
    assert events == [Appeared(key(1), "back", T0)]


def test_a_handheld_reads_where_it_is_carried(store: Store) -> None:
    store.presence.carry("hand", "floor")
    assert store.presence.take([(epc(1), 1, -5500, T0, 1)], "hand", T0) == [Appeared(key(1), "floor", T0)]
    store.presence.carry("hand", None)
    store.presence.take([(epc(2), 1, -5500, T0, 1)], "hand", T0)
    assert store.presence.where(key(2)) is None


def test_a_count_hears_every_unit_of_its_zone(store: Store) -> None:
    store.read(1, 1)
    store.presence.listen("floor")
    store.read(1, 1, 2)
    store.read(2, 3)
    assert store.presence.take_heard() == {"floor": {key(1): 1, key(2): 1}}
    assert store.presence.take_heard() == {}
    store.presence.listen("floor", on=False)
    store.read(1, 4)
    assert store.presence.take_heard() == {}


def test_a_count_takes_no_read_that_was_made_before_it_began(store: Store) -> None:
    store.read(1, 1)
    store.presence.listen("floor")
    late = store.now - S
    store.now += S
    store.presence.take([(epc(2), 1, -5500, late, 1), (epc(3), 1, -5500, store.now, 1)], READER, store.now)
    assert store.presence.take_heard() == {"floor": {key(3): 1}}


def test_units_are_put_back_where_they_were_at_start(store: Store) -> None:
    store.presence.place(key(1), "floor", T0 - S)
    assert store.read(1, 1) == []
    assert store.read(2, 1, rssi=-3000, after_ms=5000) == []
    assert [type(event) for event in store.read(2, 1, rssi=-3000)] == [Moved]


def test_the_plan_says_where_a_zone_is() -> None:
    assert plan().location("back") == "stockroom"
    assert plan().location("moon") is None


def test_memory_for_epcs_is_bounded() -> None:
    presence = Presence(plan(), remembered_epcs=10)
    for number in range(100):
        presence.take([(epc(number), 1, -5500, T0, 1)], READER, T0)
    assert len(presence._units) <= 10
    assert all(presence.where(key(number)) for number in range(100))


def test_a_unit_that_vanishes_takes_what_other_zones_heard_of_it_with_it(store: Store) -> None:
    store.read(1, 1, rssi=-5000)
    store.read(2, 1, rssi=-6500)
    assert [type(event) for event in store.wait(200)] == [Vanished]
    assert store.wait(200) == []
    assert store.read(2, 1) == [Appeared(key(1), "back", store.now)]


def test_what_another_zone_hears_falls_silent_without_a_word(store: Store) -> None:
    store.read(2, 1, rssi=-6500)
    store.read(1, 1, rssi=-6600)
    for _ in range(300):
        assert store.read(2, 1, after_ms=1000) == []
        assert store.wait(0) == []
        store.presence.tick(store.now)
    assert store.read(1, 1, rssi=-4000) == [], "one read isn't enough, however long ago the others were"
    assert [type(event) for event in store.read(1, 1, rssi=-4000)] == [Moved]


def test_a_repeated_read_says_nothing_new(store: Store) -> None:
    store.read(2, 1, rssi=-6500)
    read = (epc(1), 1, -4000, store.now, 1)
    assert [store.presence.take([read], READER, store.now) for _ in range(5)] == [[]] * 5


def test_one_tick_looks_at_a_bounded_number_of_tags(store: Store) -> None:
    numbers = range(5000)
    store.presence.take([(epc(number), 1, -5500, store.now, 1) for number in numbers], READER, store.now)
    store.now += 60 * S
    gone = 0
    ticks = 0
    while not ticks or store.presence.behind:
        events = store.presence.tick(store.now)
        assert len(events) <= 2000
        gone += len(events)
        ticks += 1
    assert (gone, ticks) == (5000, 3)
    assert store.presence.placed == 0


def test_a_flood_of_made_up_items_is_bounded_and_counted() -> None:
    presence = Presence(plan(), most_units=10)
    presence.take([(epc(number), 1, -5500, T0, 1) for number in range(30)], READER, T0)
    assert presence.placed == 10
    assert presence.refused == {"too_many": 20}


def test_filler_bits_make_no_new_tags(store: Store) -> None:
    for filler in range(50):
        store.now += S // 10
        store.presence.take([(epc(1) + bytes([filler]), 1, -5500, store.now, 1)], READER, store.now)
    assert store.presence.placed == 1
    seen = store.presence.where(key(1))
    assert seen is not None
    assert seen.at_us == store.now


def test_a_reader_whose_antennas_look_at_different_things(store: Store) -> None:
    spots = {("mixed", 1): Spot(zone="floor"), ("mixed", 2): Spot(zone="back"), ("mixed", 3): Spot(gate="g")}
    store.presence.plan = Plan(plan().zones, spots)
    reads = [(epc(antenna), antenna, -5500, store.now, 1) for antenna in (1, 2, 3, 4)]
    events = store.presence.take(reads, "mixed", store.now)
    assert events == [Appeared(key(1), "floor", store.now), Appeared(key(2), "back", store.now)]
    assert store.presence.unplanned == {("mixed", 4): 1}

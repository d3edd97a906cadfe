"""Waves and pick lists: urgent first, what lies on the way comes along, one walk through the store."""

from retail.orders import Waiting, Wanted, build_wave, walk_order
from tests.support.stock_builders import COAT, MUG, SHIRT

MINUTE = 60_000
WALK = {"floor-a": 1, "floor-b": 2, "back": 3}


def waiting(order: str, minutes: int, *zones: str, method: str = "pickup") -> Waiting:
    return Waiting(order, method, minutes * MINUTE, frozenset(zones))


def test_the_most_urgent_order_leads_and_neighbours_come_along() -> None:
    wave = build_wave(
        [waiting("far", 100, "back"), waiting("first", 95, "floor-a"), waiting("near", 105, "floor-a")], 2
    )
    assert [one.order for one in wave] == ["first", "near"]


def test_a_delivery_is_urgent_earlier_than_a_pickup_of_the_same_time() -> None:
    wave = build_wave([waiting("pickup", 100), waiting("courier", 100, method="delivery")], 1)
    assert [one.order for one in wave] == ["courier"]


def test_a_wave_takes_no_more_than_it_may() -> None:
    assert len(build_wave([waiting(str(number), 100) for number in range(9)], 4)) == 4
    assert build_wave([], 4) == []


def test_a_list_follows_the_walk_and_splits_by_tote() -> None:
    stops = walk_order(
        [
            Wanted("o1", "1", SHIRT, 1, "back"),
            Wanted("o1", "2", COAT, 1, "floor-a", "rail 2"),
            Wanted("o2", "1", COAT, 2, "floor-a", "rail 2"),
            Wanted("o2", "2", MUG, 1, None),
            Wanted("o3", "1", SHIRT, 1, "floor-a", "rail 1"),
        ],
        WALK,
    )
    assert [(stop.zone, stop.fixture, stop.gtin, stop.qty) for stop in stops] == [
        ("floor-a", "rail 1", SHIRT, 1),
        ("floor-a", "rail 2", COAT, 3),
        ("back", "", SHIRT, 1),
        (None, "", MUG, 1),
    ]
    assert stops[1].totes == (("o1", "2", 1), ("o2", "1", 2))


def test_a_zone_that_is_not_on_the_plan_comes_after_those_that_are() -> None:
    stops = walk_order([Wanted("o1", "1", COAT, 1, "new"), Wanted("o1", "2", SHIRT, 1, "back")], WALK)
    assert [stop.zone for stop in stops] == ["back", "new"]

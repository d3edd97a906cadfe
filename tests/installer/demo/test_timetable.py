"""The day's timetable: every scene, in an order of the seed's, each with room around it."""

import itertools

import pytest

from installer.demo.day.timetable import RETURNS, TROUBLES, timetable
from installer.demo.headless import FASTEST, REAL_S, SLOWEST, opening_ms, slowness, speed_for


@pytest.mark.parametrize("seed", range(12))
def test_every_trouble_happens_once_and_none_at_the_same_time(seed: int) -> None:
    table = timetable(seed, 30)
    assert sorted(name for _, name in table.troubles) == sorted(TROUBLES)
    moments = [minute for minute, _ in table.troubles]
    assert all(later - sooner > 3 for sooner, later in itertools.pairwise(moments))
    assert max(table.orders) < 0.65 * 30


@pytest.mark.parametrize("seed", range(12))
def test_all_begin_early_enough_to_be_over_when_the_doors_close(seed: int) -> None:
    table = timetable(seed, 30)
    assert max(minute for minute, _ in (*table.troubles, *table.returns)) < 0.7 * 30
    assert [name for _, name in table.returns] == [name for _, name in RETURNS]


def test_another_seed_is_another_order_of_scenes() -> None:
    assert len({tuple(name for _, name in timetable(seed, 30).troubles) for seed in range(20)}) > 5


def test_the_same_seed_is_the_same_day() -> None:
    assert timetable(5, 30) == timetable(5, 30)
    assert opening_ms(5) == opening_ms(5)


def test_thirty_minutes_are_played_in_the_time_set_for_a_day_and_short_days_take_as_long() -> None:
    assert 30 * 60 / speed_for(30) == pytest.approx(REAL_S)
    assert 5 * 60 / speed_for(5) == pytest.approx(REAL_S)
    assert speed_for(600) == FASTEST


def test_a_busy_machine_gets_more_time() -> None:
    assert speed_for(30, 2.0) == pytest.approx(speed_for(30) / 2)
    assert 1.0 <= slowness() <= SLOWEST

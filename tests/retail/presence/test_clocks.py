"""Readers' clocks: wrong by hours is put right, late is left alone, nothing comes from the future."""

import random
from collections.abc import Sequence

import pytest

from retail.presence import Plan, Presence, Spot
from retail.presence.clocks import BEHIND_US, STEADY_US, Read, ReaderClock
from retail.presence.events import Leaving
from tests.retail.presence.test_engine import T0, S, epc

HOUR = 3600 * S


def batch(*at_us: int) -> list[Read]:
    return [(epc(1), 1, -5500, at, 1) for at in at_us]


def times(reads: Sequence[Read]) -> list[int]:
    return [read[3] for read in reads]


def test_a_clock_that_is_right_is_left_alone() -> None:
    reads = batch(T0 - S, T0)
    assert ReaderClock().correct(reads, T0) is reads


def test_a_clock_that_runs_ahead_keeps_the_order_of_its_reads() -> None:
    clock = ReaderClock()
    assert times(clock.correct(batch(T0 + HOUR - S, T0 + HOUR), T0)) == [T0 - S, T0]
    assert times(clock.correct(batch(T0 + HOUR + S), T0 + S)) == [T0 + S]
    assert clock.offset_us == -HOUR


def test_a_read_a_moment_ahead_counts_as_of_now() -> None:
    assert times(ReaderClock().correct(batch(T0 + S // 2), T0)) == [T0]


def test_a_clock_that_stays_behind_by_the_same_is_wrong() -> None:
    clock = ReaderClock()
    for ago in range(0, STEADY_US, S):
        assert times(clock.correct(batch(T0 + ago - HOUR), T0 + ago)) == [T0 + ago - HOUR]
    at = T0 + STEADY_US
    assert times(clock.correct(batch(at - HOUR - S, at - HOUR), at)) == [at - S, at]


@pytest.mark.parametrize("behind_us", [4 * S, 6 * S, 9 * S, 12 * S, HOUR])
def test_a_clock_that_is_seconds_or_hours_behind_is_put_right_within_five_seconds(behind_us: int) -> None:
    clock, dice = ReaderClock(), random.Random(behind_us)
    for tenth in range(100):
        now = T0 + tenth * S // 10
        (at,) = times(clock.correct(batch(now - dice.randrange(100_000) - behind_us), now))
        if tenth > 50:
            assert now - at < S // 2


@pytest.mark.parametrize("ahead_us", [0, 4 * S, 6 * S, 9 * S, 12 * S, HOUR])
def test_a_clock_that_is_ahead_is_put_right_at_once(ahead_us: int) -> None:
    clock = ReaderClock()
    for tenth in range(100):
        now = T0 + tenth * S // 10
        assert times(clock.correct(batch(now + ahead_us), now)) == [now]


def test_a_burst_of_late_batches_is_left_alone() -> None:
    clock = ReaderClock()
    for place in range(1000):
        now, told = T0 + place * 5_000, T0 - HOUR + place * 3 * S
        assert times(clock.correct(batch(told), now)) == [told]
    assert clock.offset_us == 0


@pytest.mark.parametrize("speed", [2, 5, 60])
def test_a_reader_that_tells_what_it_held_back_is_only_late(speed: int) -> None:
    clock = ReaderClock()
    told = T0 - HOUR
    for second in range(3 * STEADY_US // S):
        now = T0 + second * S
        told = min(told + speed * S, now)
        assert times(clock.correct(batch(told), now)) == [told]
    assert clock.offset_us == 0


def test_a_clock_that_is_set_right_again_is_believed() -> None:
    clock = ReaderClock()
    clock.correct(batch(T0 + HOUR), T0)
    behind = BEHIND_US + S
    for ago in range(0, STEADY_US + S, S):
        clock.correct(batch(T0 + behind + ago), T0 + behind + ago)
    assert clock.offset_us == 0


def test_a_gate_whose_clock_is_an_hour_ahead_still_sees_who_leaves() -> None:
    sides = {("gate", 1): Spot(gate="exit", side="inside"), ("gate", 2): Spot(gate="exit", side="outside")}
    presence = Presence(Plan(spots=sides))
    said = []
    for step in range(20):
        now = T0 + step * 100_000
        read = (epc(1), 1 if step < 10 else 2, -5000, now + HOUR, 1)
        said += presence.take([read], "gate", now)
    assert [type(event) for event in said] == [Leaving]
    assert presence.clock_offset_us("gate") == -HOUR

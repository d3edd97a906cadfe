"""A clock that stands still until it is moved."""

from sync.clock import Clock
from tests.support.clocks import ManualClock


def reading(clock: Clock) -> tuple[int, int, int]:
    """Wall time, monotonic time and offset."""
    return clock.now_ms(), clock.mono_ms(), clock.utc_offset_min()


def test_it_stands_still_by_itself() -> None:
    clock = ManualClock()
    assert reading(clock) == reading(clock)


def test_forward_moves_wall_and_monotonic_time_alike() -> None:
    clock = ManualClock(now_ms=5_000, utc_offset_min=-120)
    wall, mono, offset = reading(clock)
    clock.forward(1_500)
    assert reading(clock) == (wall + 1_500, mono + 1_500, offset)


def test_monotonic_time_does_not_notice_a_changed_wall_clock() -> None:
    clock = ManualClock(now_ms=5_000)
    mono = clock.mono_ms()
    clock.set_wall(1_000)
    assert (clock.now_ms(), clock.mono_ms()) == (1_000, mono)
    clock.forward(1)
    assert (clock.now_ms(), clock.mono_ms()) == (1_001, mono + 1)

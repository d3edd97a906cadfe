"""A reader's clock: hours wrong, jumping ahead and back, a backlog that isn't a slow clock."""

import time

import pytest

from drivers.readings import Read
from drivers.rfid.llrp.clock import ClockWatch
from drivers.rfid.llrp.reports import ReportReader
from drivers.rfid.llrp.twin import LlrpTwin
from tests.support.llrp_rigs import TAG, reading, running
from tests.support.reader_rigs import await_read

HOUR = 3_600_000_000
SECOND = 1_000_000


def now() -> int:
    return time.time_ns() // 1000


def read_at(at_us: int) -> list[Read]:
    return [(bytes(12), 1, -5000, at_us, 1)]


@pytest.mark.parametrize("error_us", [-2 * HOUR, HOUR])
def test_a_clock_that_is_hours_wrong_is_corrected(error_us: int) -> None:
    with running(LlrpTwin(clock_error_us=error_us)) as twin, reading(twin) as reader:
        assert abs(reader.clock_offset_us + error_us) < SECOND
        twin.present([TAG])
        at_us = await_read(reader, lambda read: True)[3]
        assert abs(at_us - now()) < 2 * SECOND


def test_a_clock_that_jumps_ahead_never_reads_in_the_future() -> None:
    with running(LlrpTwin()) as twin, reading(twin) as reader:
        twin.present([TAG])
        await_read(reader, lambda read: True)
        twin.clock_error_us = HOUR
        for _ in range(5):
            assert await_read(reader, lambda read: True)[3] < now() + 1_100_000
        assert reader.counters.clock_jumps == 1


def test_a_clock_that_is_set_back_is_noticed_in_seconds() -> None:
    with running(LlrpTwin()) as twin, reading(twin) as reader:
        twin.present([TAG])
        await_read(reader, lambda read: True)
        twin.clock_error_us = -HOUR
        await_read(reader, lambda read: read[3] < now() - HOUR // 2)
        await_read(reader, lambda read: abs(read[3] - now()) < SECOND, 15.0)
        assert reader.counters.clock_jumps == 1


def test_a_backlog_that_catches_up_is_no_slow_clock() -> None:
    reports = ReportReader()
    watch = ClockWatch("gate", reports)
    start = now()
    for step in range(600):  # an hour of reports within a minute
        arrived = start + step * 100_000
        watch.check(read_at(start - HOUR + step * 6 * SECOND), arrived)
    assert (watch.jumps, reports.utc_offset_us) == (0, 0)


def test_a_clock_that_drifts_is_put_right_each_time_it_is_seconds_off() -> None:
    reports = ReportReader()
    watch = ClockWatch("gate", reports)
    start, worst = now(), 0
    for step in range(40_000):  # an hour; the reader's clock loses one second in a hundred
        arrived = start + step * 90_000
        at = start + step * 89_100 + reports.utc_offset_us
        watch.check(read_at(at), arrived)
        worst = max(worst, arrived - at)
    assert worst < 2 * SECOND + 4 * SECOND
    assert watch.jumps > 5


def test_only_what_was_read_after_the_jump_is_moved() -> None:
    reports = ReportReader()
    watch = ClockWatch("gate", reports)
    before = read_at(start := now())
    reads = [*before, *read_at(start + HOUR)]
    watch.check(reads, start)
    assert [read[3] for read in reads] == [start, start]
    assert reports.utc_offset_us == -HOUR


def test_a_live_event_tells_of_a_jump_and_a_held_one_does_not() -> None:
    reports = ReportReader()
    watch = ClockWatch("gate", reports)
    assert watch.event_us(now() - HOUR, True, now(), live=False) < now() - HOUR // 2
    assert (watch.jumps, reports.utc_offset_us) == (0, 0)
    assert watch.event_us(now() - HOUR, True, now(), live=True) > now() - SECOND
    assert watch.jumps == 1
    assert abs(reports.utc_offset_us - HOUR) < SECOND
    assert watch.event_us(7, False, start := now(), live=True) == start  # uptime has an offset of its own
    assert reports.uptime_offset_us == start - 7

"""Clocks of readers that tell their times in JSON: wrong ones are put right in seconds, a backlog is left alone."""

import json
import random
from collections.abc import Callable, Iterable

import pytest

from drivers.readings import ReaderEvent, ReaderEventKind, TagReads
from drivers.rfid.gathered import Dialect, Gatherer
from drivers.rfid.handheld import HandheldDialect
from drivers.rfid.impinj_events import ImpinjDialect
from drivers.rfid.neutral_messages import NeutralDialect
from drivers.rfid.zebra_events import ZebraDialect

S = 1_000_000
HOUR = 3_600 * S
T0 = 1_900_000_000 * S
EPC = "8A450224"


def iso(at_us: int) -> str:
    seconds, micro = divmod(at_us - T0, S)
    # T0 is 2030-03-17T17:46:40Z
    whole = 17 * 3600 + 46 * 60 + 40 + seconds
    day, rest = divmod(whole, 86_400)
    return f"2030-03-{17 + day:02d}T{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}.{micro:06d}Z"


def impinj(at_us: int) -> dict[str, object]:
    return {"tagInventoryEvent": {"epcHex": EPC, "antennaPort": 1, "lastSeenTime": iso(at_us)}}


def zebra(at_us: int) -> dict[str, object]:
    return {"type": "SIMPLE", "timestamp": iso(at_us), "data": {"idHex": EPC, "antenna": 1}}


def zebra_ms(at_us: int) -> dict[str, object]:
    return {"type": "SIMPLE", "timestamp": at_us // 1000, "data": {"idHex": EPC, "antenna": 1}}


def handheld(at_us: int) -> dict[str, object]:
    return {"type": "INVENTORY", "timestamp": iso(at_us), "data": {"tagData": [{"EPCid": EPC}]}}


def neutral(at_us: int) -> dict[str, object]:
    return {"v": 1, "t": at_us, "reads": [{"epc": EPC}]}


SAYS: dict[str, tuple[type[Dialect], Callable[[int], dict[str, object]]]] = {
    "impinj": (ImpinjDialect, impinj),
    "zebra": (ZebraDialect, zebra),
    "zebra-ms": (ZebraDialect, zebra_ms),
    "handheld": (HandheldDialect, handheld),
    "neutral": (NeutralDialect, neutral),
}
SLOW = [0, 4 * S, 6 * S, 9 * S, 12 * S, HOUR]


class Link:
    """A reader of some make whose clock is behind by ``slow_us``, on a clock of ours."""

    def __init__(self, make: str, slow_us: int = 0) -> None:
        dialect, self.says = SAYS[make]
        self.now_us = T0
        self.slow_us = slow_us
        self.gatherer = Gatherer("r", dialect(), lambda: self.now_us)
        self.gatherer.opened()

    def gulp(self, at_us: int, read_us: Iterable[int]) -> list[int]:
        """Messages that arrive together; how late each read is then believed to be."""
        self.now_us = at_us
        self.gatherer.ready.clear()
        self.gatherer.take([("t", json.dumps(self.says(read - self.slow_us)).encode()) for read in read_us])
        return [at_us - read[3] for said in self.gatherer.ready if isinstance(said, TagReads) for read in said.reads]


@pytest.mark.parametrize("make", sorted(SAYS))
@pytest.mark.parametrize("wrong_us", [*SLOW, *(-wrong for wrong in SLOW[1:])])
def test_a_clock_that_is_wrong_is_put_right_within_four_seconds(make: str, wrong_us: int) -> None:
    link, dice = Link(make, wrong_us), random.Random(make)
    for number in range(200):
        at = T0 + number * S // 10
        late = link.gulp(at, sorted(at - dice.randrange(100_000) for _ in range(3)))
        if wrong_us <= 0 or number >= 40:
            assert all(-S <= lag <= S for lag in late), (number, late)
    assert link.gatherer.clock_offset_us == pytest.approx(wrong_us, abs=S)


@pytest.mark.parametrize("slow_us", SLOW)
def test_a_reader_that_reports_once_a_second_is_put_right_too(slow_us: int) -> None:
    link, dice = Link("zebra", slow_us), random.Random(3)
    for number in range(30):
        at = T0 + number * S
        late = link.gulp(at, sorted(at - dice.randrange(1_000_000) for _ in range(8)))
    assert max(late) < 2 * S


@pytest.mark.parametrize("make", sorted(SAYS))
@pytest.mark.parametrize("outage_us", [6 * S, 60 * S, HOUR])
@pytest.mark.parametrize("lasts_us", [S // 10, 2 * S, 20 * S])
def test_an_outages_backlog_keeps_its_times(make: str, outage_us: int, lasts_us: int) -> None:
    """All of it within some time, in the order in which it was read; then live."""
    link, gulps = Link(make), 400
    for number in range(20):
        link.gulp(T0 - outage_us - 2 * S + number * S // 10, [T0 - outage_us - 2 * S + number * S // 10])
    for number in range(gulps):
        at = T0 + lasts_us * number // gulps
        read = T0 - outage_us + (outage_us + lasts_us) * number // gulps
        for lag in link.gulp(at, [read - 1000, read]):
            assert abs(lag - (at - read)) <= 2000
    assert link.gatherer.clock_offset_us == 0
    assert link.gulp(T0 + lasts_us + S, [T0 + lasts_us + S]) == [0]


def test_fifty_thousand_late_messages_at_once_are_no_slow_clock() -> None:
    link = Link("impinj")
    for number in range(100):
        at = T0 + number * 20_000
        assert min(link.gulp(at, [T0 - HOUR + (number * 500 + each) * 70_000 for each in range(500)])) > S
    assert link.gatherer.clock_offset_us == 0


@pytest.mark.parametrize("speed", [1.2, 2.0, 10.0])
def test_a_backlog_that_is_told_slowly_is_left_alone(speed: float) -> None:
    link = Link("zebra-ms")
    for number in range(600):
        at = T0 + number * S // 10
        link.gulp(at, [min(at, T0 - 600 * S + round(speed * number * S / 10))])
    assert link.gatherer.clock_offset_us == 0


def heartbeat(link: Link, at_us: int, told_us: int) -> int:
    """A sign of life; how late it is believed to be."""
    link.now_us = at_us
    link.gatherer.ready.clear()
    event = {"type": "heartbeat", "timestamp": iso(told_us - link.slow_us), "data": {}}
    link.gatherer.take([("t/events", json.dumps(event).encode())])
    (said,) = [
        one for one in link.gatherer.ready if isinstance(one, ReaderEvent) and one.kind is ReaderEventKind.HEARTBEAT
    ]
    return at_us - said.at_us


@pytest.mark.parametrize("slow_us", SLOW[1:])
def test_a_heartbeat_tells_a_slow_clock_before_the_first_thief_comes(slow_us: int) -> None:
    link = Link("zebra", slow_us)
    assert heartbeat(link, T0 + 10 * S, T0 + 10 * S) == 0
    assert link.gulp(T0 + 11 * S, [T0 + 11 * S]) == [0]


def test_the_second_heartbeat_is_believed_where_the_first_came_with_the_link() -> None:
    link = Link("zebra", HOUR)
    assert heartbeat(link, T0 + S, T0 + S) == HOUR
    assert heartbeat(link, T0 + 31 * S, T0 + 31 * S) == 0


def test_heartbeats_of_a_backlog_set_no_clock() -> None:
    link = Link("zebra")
    for number in range(10):
        assert heartbeat(link, T0 + number * 10 * S, T0 + number * 10 * S) == 0
    for number in range(60):
        heartbeat(link, T0 + HOUR + number * 50_000, T0 + 100 * S + number * 10 * S)
    assert link.gulp(T0 + HOUR + 4 * S, [T0 + 700 * S]) == [HOUR - 696 * S]
    assert heartbeat(link, T0 + HOUR + 20 * S, T0 + HOUR + 20 * S) == 0
    assert link.gatherer.clock_offset_us == 0


def test_the_first_news_of_a_reader_whose_reads_are_on_time_set_no_clock() -> None:
    link = Link("zebra")
    assert link.gulp(T0 + 10 * S, [T0 + 10 * S]) == [0]
    assert heartbeat(link, T0 + HOUR, T0 + 20 * S) == HOUR - 20 * S
    assert link.gatherer.clock_offset_us == 0


def test_an_impinj_readers_status_tells_its_clock() -> None:
    link = Link("impinj", 9 * S)
    link.now_us = T0 + 6 * S
    event = {"timestamp": iso(T0 - 3 * S), "inventoryStatusEvent": {"inventoryStatus": "running"}}
    link.gatherer.take([("t", json.dumps(event).encode())])
    assert link.gatherer.clock_offset_us in (None, 9 * S)
    assert link.gulp(T0 + 7 * S, [T0 + 7 * S]) == [0]


def test_a_reader_that_tells_no_time_has_no_clock() -> None:
    link = Link("neutral")
    link.gatherer.take([("t", b'{"v":1,"reads":[{"epc":"8A450224"}]}')])
    assert link.gatherer.clock_offset_us is None

"""A reader behind a broker that stops telling that it lives is missed once, and so is nobody who is only quiet."""

from collections.abc import Iterator

import pytest

from drivers.broker import EmbeddedBroker
from drivers.readings import ReaderEventKind
from drivers.registry import open_reader
from drivers.rfid import silence
from drivers.rfid.silence import Silence
from drivers.rfid.twins.zebra import ZebraTwin
from tests.support.reader_rigs import await_event, read_batches


def test_who_is_late_three_times_over_is_missed_once() -> None:
    reader = Silence()
    reader.begin(0)
    for now in (0, 60, 125):
        reader.beat(now)
        reader.heard(now)
    assert reader.is_new(125 + 194) is None
    assert reader.is_new(125 + 196) == 196
    assert reader.is_new(500) is None
    assert reader.heard(501)
    assert not reader.heard(502)
    assert reader.is_new(502 + 196) == 196


def test_who_never_said_that_it_lives_is_never_missed() -> None:
    reader = Silence()
    reader.begin(0)
    reader.heard(1)
    reader.beat(2)
    assert reader.is_new(1e6) is None


def test_a_link_made_anew_gives_it_time_again() -> None:
    reader = Silence()
    reader.begin(0)
    reader.beat(0)
    reader.beat(10)
    reader.begin(1000)
    assert reader.is_new(1029) is None
    assert reader.is_new(1031) == 31


@pytest.fixture
def broker() -> Iterator[EmbeddedBroker]:
    made = EmbeddedBroker()
    made.start()
    yield made
    made.stop()


def test_a_zebra_reader_that_dies_behind_its_broker_is_told_and_heard_again(
    broker: EmbeddedBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(silence, "LEAST_S", 0.3)
    twin = ZebraTwin(broker, "fx")
    reader = open_reader("zebra-mqtt", twin.name, twin.url)
    reader.open()
    twin.start()
    try:
        for _ in range(3):
            twin.heartbeat()
            await_event(reader, ReaderEventKind.HEARTBEAT)
            list(read_batches(reader, 0.05))
        assert "nothing heard" in await_event(reader, ReaderEventKind.OTHER).text
        twin.heartbeat()
        assert await_event(reader, ReaderEventKind.OTHER).text == "it is heard again"
    finally:
        twin.stop()
        reader.close()

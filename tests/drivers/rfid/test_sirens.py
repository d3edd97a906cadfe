"""A siren falls silent when it should, whatever reader drives it: not before, not never."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from drivers.broker import EmbeddedBroker
from drivers.contracts import Reader, SetGpo
from drivers.errors import DeviceError
from drivers.registry import open_reader
from drivers.rfid.llrp.twin import LlrpTwin
from drivers.rfid.readings import SeenTag
from drivers.rfid.twins.r2000 import R2000Twin
from drivers.rfid.twins.thingmagic import ThingMagicTwin
from drivers.rfid.twins.zebra import ZebraTwin
from tests.support.waiting import wait_until

TWINS: dict[str, type[Any]] = {"r2000": R2000Twin, "thingmagic": ThingMagicTwin, "llrp": LlrpTwin}
KINDS = [*TWINS, "zebra-mqtt"]
Pair = tuple[Reader, Any]


@pytest.fixture
def made() -> Iterator[Callable[[str], Pair]]:
    """A reader on a started twin that reads a tag all the time; both end with the test."""
    with ExitStack() as stack:

        def make(kind: str) -> Pair:
            if kind == "zebra-mqtt":
                broker = EmbeddedBroker()
                broker.start()
                stack.callback(broker.stop)
                twin: Any = ZebraTwin(broker, f"fx-{time.monotonic_ns()}")
            else:
                twin = TWINS[kind]()
            twin.start()
            stack.callback(twin.stop)
            twin.present([SeenTag(bytes(12), 1)])
            reader = open_reader(kind, "gate", twin.url)
            stack.callback(reader.close)
            reader.open()
            return reader, twin

        yield make


def listen(reader: Reader, until: Callable[[], bool], seconds: float = 5.0) -> None:
    """Let the reader work until something is so."""
    deadline = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < deadline, "in vain"
        work(reader)


def listen_for(reader: Reader, seconds: float) -> None:
    """Let the reader work for a while."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        work(reader)


def work(reader: Reader) -> None:
    """As the worker does."""
    try:
        reader.read(0.02)
    except DeviceError:
        reconnect(reader)


def levels(twin: Any) -> list[bool]:
    return [on for _, on, _ in twin.gpo]


@pytest.mark.parametrize("kind", KINDS)
def test_two_alarms_one_after_the_other_are_one_siren_that_ends_after_the_second(
    kind: str, made: Callable[[str], Pair]
) -> None:
    reader, twin = made(kind)
    reader.command(SetGpo(1, True, 600))
    listen_for(reader, 0.35)
    reader.command(SetGpo(1, True, 600))
    listen(reader, lambda: False in levels(twin))
    listen_for(reader, 0.3)
    assert levels(twin) == [True, True, False]
    assert twin.gpo[2][2] - twin.gpo[0][2] >= 900_000


@pytest.mark.parametrize("kind", KINDS)
def test_a_reader_that_is_closed_in_mid_alarm_falls_silent(kind: str, made: Callable[[str], Pair]) -> None:
    reader, twin = made(kind)
    reader.command(SetGpo(1, True, 60_000))
    listen(reader, lambda: True in levels(twin))
    started = time.monotonic()
    reader.close()
    assert time.monotonic() - started < 1.5
    wait_until(lambda: levels(twin)[-1] is False)


@pytest.mark.parametrize("kind", KINDS)
def test_a_siren_whose_link_was_cut_falls_silent_in_time(kind: str, made: Callable[[str], Pair]) -> None:
    reader, twin = made(kind)
    reader.command(SetGpo(1, True, 800))
    listen(reader, lambda: True in levels(twin))
    began = time.monotonic()
    twin.drop_link()
    reconnect(reader)
    listen(reader, lambda: levels(twin)[-1] is False)
    assert time.monotonic() - began >= 0.6, "not before its time"
    listen_for(reader, 0.2)
    assert levels(twin)[-1] is False


@pytest.mark.parametrize("kind", KINDS)
def test_a_siren_that_ends_while_the_link_is_cut_falls_silent_when_it_stands_again(
    kind: str, made: Callable[[str], Pair]
) -> None:
    reader, twin = made(kind)
    reader.command(SetGpo(1, True, 300))
    listen(reader, lambda: True in levels(twin))
    twin.drop_link()
    reader.close()
    time.sleep(0.5)
    reconnect(reader)
    listen(reader, lambda: levels(twin)[-1] is False)


def reconnect(reader: Reader) -> None:
    """Close and open until it works."""
    for _ in range(50):
        try:
            reader.close()
            reader.open()
            return
        except DeviceError:
            time.sleep(0.05)
    raise AssertionError("no link any more")

"""Stopping the device workers ends in time, whatever a driver does."""

import threading
import time
from collections.abc import Iterator

import pytest

from drivers.contracts import ReaderCommand
from edge_agent import supervisor
from edge_agent.settings import ReaderSettings
from edge_agent.supervisor import Supervisor


class Stuck:
    """A reader whose driver hangs in ``read`` until it is let go."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.reading, self.let_go, self.closed = threading.Event(), threading.Event(), threading.Event()

    def open(self) -> None:
        self.closed.clear()

    def read(self, timeout: float) -> None:
        self.reading.set()
        self.let_go.wait(30)

    def command(self, command: ReaderCommand) -> None:
        """It does nothing."""

    def close(self) -> None:
        self.closed.set()


@pytest.fixture
def stuck(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Stuck]]:
    readers: list[Stuck] = []

    def opened(_kind: str, name: str, _url: str) -> Stuck:
        readers.append(Stuck(name))
        return readers[-1]

    monkeypatch.setattr(supervisor, "open_reader", opened)
    yield readers
    for reader in readers:
        reader.let_go.set()
        assert reader.closed.wait(10)


def test_a_driver_that_hangs_does_not_hold_up_the_stop(stuck: list[Stuck]) -> None:
    wanted = [ReaderSettings(name=name, kind="stuck", url="stuck://") for name in ("gate", "shelf")]
    watched = Supervisor(wanted, lambda _message: None)
    watched.start()
    assert all(reader.reading.wait(10) for reader in stuck)
    started = time.monotonic()
    watched.stop(timeout=0.3)
    assert time.monotonic() - started < 5
    assert not any(reader.closed.is_set() for reader in stuck)


@pytest.mark.parametrize(
    ("kind", "options", "given"),
    [
        ("llrp", {}, {"planned": [1, 3], "report_every_n": 250, "report_every_ms": 400, "rest_ms": 250}),
        ("llrp", {"rest_ms": 0}, {"planned": [1, 3], "report_every_n": 250, "report_every_ms": 400, "rest_ms": 0}),
        ("zebra-mqtt", {}, {"planned": [1, 3]}),
        ("r2000", {"power_dbm": 20}, {"antennas": [1, 3], "power_dbm": 20}),
        ("thingmagic", {"antennas": "1"}, {"antennas": "1"}),
        ("neutral-mqtt", {}, {}),
    ],
)
def test_a_reader_is_told_the_antennas_that_the_plan_has_for_it(
    monkeypatch: pytest.MonkeyPatch, kind: str, options: dict[str, str | int | float | bool], given: dict[str, object]
) -> None:
    seen: list[dict[str, object]] = []

    def opened(_kind: str, name: str, _url: str, **told: object) -> Clocked:
        seen.append(told)
        return Clocked(name)

    monkeypatch.setattr(supervisor, "open_reader", opened)
    antennas = [{"port": 3, "zone": "homme"}, {"port": 1, "zone": "femme"}]
    wanted = {"name": "plafond", "kind": kind, "url": "x://h", "options": options, "antennas": antennas}
    watched = Supervisor([ReaderSettings.model_validate(wanted)], lambda _message: None)
    watched.start()
    assert seen == [given]
    assert watched.clock_offset_us("plafond") == -7
    assert watched.clock_offset_us("nobody") is None
    watched.stop()


class Clocked:
    """A reader that has nothing to say, but whose clock is known."""

    clock_offset_us = -7

    def __init__(self, name: str) -> None:
        self.name = name

    def open(self) -> None:
        """It is there."""

    def read(self, timeout: float) -> None:
        time.sleep(min(timeout, 0.01))

    def command(self, command: ReaderCommand) -> None:
        """It does nothing."""

    def close(self) -> None:
        """It is there."""

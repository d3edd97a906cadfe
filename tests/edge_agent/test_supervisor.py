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

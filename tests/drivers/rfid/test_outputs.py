"""Outputs and their pulses: a second alarm within the siren's time makes it longer."""

import threading
import time

import pytest

from drivers.contracts import SetGpo
from drivers.errors import Disconnected
from drivers.rfid.llrp.twin import LlrpTwin
from drivers.rfid.outputs import Outputs
from tests.support.llrp_rigs import reading, running


class Bench:
    """Outputs on a clock of their own."""

    def __init__(self) -> None:
        self.now = 100.0
        self.broken = False
        self.written: list[tuple[float, int, bool]] = []
        self.outputs = Outputs(self._write, mono=lambda: self.now)

    def _write(self, port: int, on: bool) -> None:
        if self.broken:
            raise Disconnected("gone")
        self.written.append((self.now, port, on))

    def at(self, now: float) -> None:
        self.now = now
        self.outputs.fall(now)


def test_a_pulse_ends_by_itself() -> None:
    bench = Bench()
    bench.outputs.set(SetGpo(1, True, 3000))
    assert bench.outputs.next_due == 103.0
    for now in (101.0, 102.9, 103.0, 104.0):
        bench.at(now)
    assert bench.written == [(100.0, 1, True), (103.0, 1, False)]


def test_a_second_pulse_makes_the_first_longer_and_a_shorter_one_does_not_cut_it() -> None:
    bench = Bench()
    bench.outputs.set(SetGpo(1, True, 3000))
    bench.at(102.0)
    bench.outputs.set(SetGpo(1, True, 3000))
    bench.outputs.set(SetGpo(1, True, 100))
    for now in (103.0, 104.9, 105.0, 106.0):
        bench.at(now)
    assert [w for w in bench.written if not w[2]] == [(105.0, 1, False)]


def test_switching_off_ends_the_pulse_and_other_outputs_go_on() -> None:
    bench = Bench()
    bench.outputs.set(SetGpo(1, True, 1000))
    bench.outputs.set(SetGpo(2, True, 1000))
    bench.outputs.set(SetGpo(1, False))
    bench.at(102.0)
    assert bench.written[2:] == [(100.0, 1, False), (102.0, 2, False)]


def test_an_output_that_cannot_be_written_falls_back_when_the_link_is_there_again() -> None:
    bench = Bench()
    bench.outputs.set(SetGpo(1, True, 1000))
    bench.broken = True
    with pytest.raises(Disconnected):
        bench.at(102.0)
    bench.broken = False
    bench.at(103.0)
    assert bench.written[-1] == (103.0, 1, False)


def test_two_alarms_on_the_wire_are_one_long_siren() -> None:
    with running(LlrpTwin()) as twin, reading(twin) as reader:
        for _ in range(2):
            threading.Thread(target=reader.command, args=(SetGpo(1, True, 500),)).start()
            until = time.monotonic() + 0.3
            while time.monotonic() < until:
                reader.read(0.05)
        deadline = time.monotonic() + 5.0
        while len(twin.gpo) < 3 and time.monotonic() < deadline:
            reader.read(0.05)
        assert [(port, on) for port, on, _ in twin.gpo] == [(1, True), (1, True), (1, False)]
        assert twin.gpo[2][2] - twin.gpo[1][2] >= 450_000

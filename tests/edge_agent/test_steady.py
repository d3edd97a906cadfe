"""Somebody sets the agent machine's wall clock while readers read: gates go on seeing, nothing vanishes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from drivers.contracts import SetGpo
from drivers.readings import ReaderEvent, ReaderEventKind
from edge_agent.effects import Act
from edge_agent.messages import ReaderSpoke, ReadsArrived
from edge_agent.steady import SteadyTime
from edge_agent.wiring import Agent
from tests.support.agents import GATE, PLAN, agent_settings, built_agent, command, epc_of, feed, reads
from tests.support.clocks import ManualClock
from tests.support.stock_builders import COAT, unit_of

CEILING: dict[str, Any] = {
    "name": "plafond",
    "kind": "llrp",
    "url": "tcp://127.0.0.1:1",
    "antennas": [{"port": 1, "zone": "femme"}, {"port": 2, "zone": "homme"}],
}
COATS = [unit_of(COAT, number) for number in range(6)]
HOUR_MS = 3_600_000
STEPS = pytest.mark.parametrize("step_ms", [-30_000, -HOUR_MS, HOUR_MS, -800])
FOLLOWS = pytest.mark.parametrize("follows", [True, False], ids=["driver follows", "reader keeps its time"])


class Machine:
    """An agent's machine, and readers whose times follow its wall clock or, after a step, don't."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.follows = True
        self.stepped_us = 0
        self.acts: list[Act] = []

    @property
    def wall_us(self) -> int:
        return self.clock.now_ms() * 1000

    def mono_us(self) -> int:
        return self.clock.mono_ms() * 1000

    def steady(self) -> SteadyTime:
        return SteadyTime(lambda: self.wall_us, self.mono_us)

    def step(self, ms: int) -> None:
        self.clock.set_wall(self.clock.now_ms() + ms)
        self.stepped_us += ms * 1000

    def read(self, agent: Agent, reader: str, antenna: int, *units: str, after_ms: int = 150, late_ms: int = 0) -> None:
        """A batch arrives, and the heart has a turn."""
        self.clock.forward(after_ms)
        at_us = self.wall_us - late_ms * 1000 - (0 if self.follows else self.stepped_us)
        seen = [(epc_of(unit), antenna, -5000, at_us, 1) for unit in units]
        agent.heard(ReadsArrived(reads(reader, self.wall_us, *seen)))
        agent.heart.turn(agent.heart.drain())

    def sirens(self) -> int:
        return sum(isinstance(act.command, SetGpo) for act in self.acts)

    def walk_out(self, agent: Agent, unit: str, step_ms: int = 0) -> None:
        """Inside, then outside; the wall clock is set as soon as the unit stands in the gate."""
        for _ in range(6):
            self.read(agent, "portique", 1, unit)
        self.step(step_ms)
        for _ in range(6):
            self.read(agent, "portique", 2, unit)


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def agent(tmp_path: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Agent]:
    with built_agent(agent_settings(tmp_path, readers=[GATE, CEILING]), machine.clock, machine.steady()) as agent:
        monkeypatch.setattr(agent.heart.outside, "act", machine.acts.append)
        lines = [{"gtin": COAT, "qty": len(COATS), "units": COATS, "location": "salesfloor"}]
        assert command(agent, "stock.receive", lines=lines, reason="opening").status == 200
        feed(agent, "settings", {"plan": PLAN, "store": {"store": "LYO1"}})
        yield agent


@FOLLOWS
@STEPS
def test_a_thief_in_the_gate_while_the_clock_is_set_is_heard(
    agent: Agent, machine: Machine, step_ms: int, follows: bool
) -> None:
    machine.walk_out(agent, COATS[0])
    machine.follows = follows
    machine.walk_out(agent, COATS[1], step_ms)
    assert machine.sirens() == 2


@FOLLOWS
@STEPS
def test_after_the_clock_was_set_every_thief_is_heard_at_once(
    agent: Agent, machine: Machine, step_ms: int, follows: bool
) -> None:
    machine.read(agent, "portique", 1, COATS[5])
    machine.follows = follows
    machine.step(step_ms)
    for number in range(4):
        machine.walk_out(agent, COATS[number])
        assert machine.sirens() == number + 1


@FOLLOWS
@STEPS
def test_no_unit_vanishes_and_none_is_frozen_where_it_was(
    agent: Agent, machine: Machine, step_ms: int, follows: bool
) -> None:
    for _ in range(10):
        machine.read(agent, "plafond", 1, *COATS, after_ms=1000)
    machine.follows = follows
    machine.step(step_ms)
    for _ in range(10):
        machine.read(agent, "plafond", 1, *COATS, after_ms=1000)
        assert agent.heart.shop.live.presence.placed == len(COATS)
    for _ in range(10):
        machine.read(agent, "plafond", 2, COATS[0], after_ms=1000)
    seen = agent.heart.shop.where(COATS[0])
    assert seen is not None
    assert (seen.zone, abs(seen.at - machine.clock.now_ms()) < 2000) == ("homme", True)


@pytest.mark.parametrize("step_ms", [30_000, -30_000])
def test_what_a_reader_had_held_back_is_old_after_a_step_too(agent: Agent, machine: Machine, step_ms: int) -> None:
    machine.read(agent, "portique", 1, COATS[5])
    machine.step(step_ms)
    machine.read(agent, "portique", 1, COATS[5])
    for antenna in (1, 2):
        for place in range(6):
            machine.read(agent, "portique", antenna, COATS[1], after_ms=20, late_ms=31_000 - 150 * place)
    assert machine.sirens() == 0


def test_a_driver_that_follows_a_step_later_tells_the_same_times(machine: Machine) -> None:
    """As LLRP's does: it takes three seconds to find out that its reader's clock isn't wrong."""
    steady = machine.steady()
    told: list[int] = []
    for second in range(10):
        if second == 3:
            machine.step(HOUR_MS)
        lag_us = HOUR_MS * 1000 if 3 <= second < 6 else 0
        batch = reads("portique", machine.wall_us, (b"tag", 1, -5000, machine.wall_us - lag_us, 1))
        message = steady.message(ReadsArrived(batch))
        assert isinstance(message, ReadsArrived)
        assert message.batch.received_us == steady.now_us()
        told.append(steady.now_us() - message.batch.reads[0][3])
        machine.clock.forward(1000)
    assert told == [0] * 10


def test_a_light_beam_is_broken_when_it_is(machine: Machine) -> None:
    steady = machine.steady()
    for step_ms in (0, -HOUR_MS, 2 * HOUR_MS):
        machine.step(step_ms)
        event = ReaderEvent("portique", ReaderEventKind.GPI, machine.wall_us, 1, 1)
        message = steady.message(ReaderSpoke(event))
        assert isinstance(message, ReaderSpoke)
        assert message.event.at_us == steady.now_us()


def test_a_batch_stamped_just_before_the_step_arrived_now(machine: Machine) -> None:
    steady = machine.steady()
    for step_ms in (-HOUR_MS, HOUR_MS):
        stamped_us = machine.wall_us
        machine.step(step_ms)
        message = steady.message(ReadsArrived(reads("portique", stamped_us, (b"tag", 1, -5000, stamped_us, 1))))
        assert isinstance(message, ReadsArrived)
        assert (message.batch.received_us, message.batch.reads[0][3]) == (steady.now_us(), steady.now_us())


def test_nothing_is_touched_while_nobody_sets_the_clock(machine: Machine) -> None:
    steady = machine.steady()
    message = ReadsArrived(reads("portique", machine.wall_us, (b"tag", 1, -5000, machine.wall_us - 40_000_000, 1)))
    assert steady.message(message) is message

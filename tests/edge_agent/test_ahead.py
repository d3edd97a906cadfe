"""A commit that is under way holds no siren up: what leaves meanwhile is judged at once and written by the next one."""

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, select
from sqlalchemy.exc import OperationalError

from edge_agent.effects import Act
from edge_agent.messages import ReadsArrived
from edge_agent.wiring import Agent
from retail.facts import AlarmRaised
from sync.storage.tables import records
from tests.support.agents import GATE, PLAN, agent_settings, built_agent, command, epc_of, feed, reads
from tests.support.passing import carried_out
from tests.support.stock_builders import COAT, unit_of

WAIT_S = 10.0
COATS = [unit_of(COAT, 1), unit_of(COAT, 2)]


class SlowDisk:
    """A disk whose next commit waits until it is let go; it may break meanwhile."""

    def __init__(self, agent: Agent) -> None:
        self.reached, self.go = threading.Event(), threading.Event()
        self.breaks = False
        event.listen(agent.book.engine, "commit", self._on_commit)

    def _on_commit(self, _conn: Connection) -> None:
        if self.reached.is_set():
            return
        self.reached.set()
        assert self.go.wait(WAIT_S)
        if self.breaks:
            raise OperationalError("COMMIT", {}, sqlite3.OperationalError("disk I/O error"))


class Outside:
    """The world of a heart: what it was told to do."""

    def __init__(self) -> None:
        self.acts: list[Act] = []
        self.acted = threading.Event()

    def act(self, act: Act) -> None:
        self.acts.append(act)
        self.acted.set()

    def hint(self, feed: str, version: int) -> None:
        """Nobody listens."""

    def relay(self) -> None:
        """Nothing to send."""


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Agent]:
    """A store with two coats and a gate; its heart stands still."""
    with built_agent(agent_settings(tmp_path, readers=[GATE])) as made:
        lines = [{"gtin": COAT, "qty": 2, "units": COATS, "location": "salesfloor"}]
        command(made, "stock.receive", lines=lines, reason="opening")
        feed(made, "settings", {"plan": PLAN})
        yield made


def leaving(agent: Agent, unit: str) -> ReadsArrived:
    """A unit is carried out: first heard inside, then outside."""
    now = agent.book.clock.now_ms() * 1000
    return ReadsArrived(reads("portique", now, *carried_out(epc_of(unit), now)))


def alarmed(agent: Agent) -> list[str]:
    """The units of alarms, as the journal has them."""
    query = select(records.c.body).where(records.c.kind == AlarmRaised.KIND).order_by(records.c.seq)
    with agent.book.read() as conn:
        bodies = conn.execute(query).scalars().all()
    return [unit for body in bodies for unit in COATS if unit in body]


def while_committing(agent: Agent, disk: SlowDisk, outside: Outside) -> None:
    """A command's commit stands while a coat leaves and the siren sounds; then the commit ends."""
    with ThreadPoolExecutor(1) as heart:
        turned = heart.submit(command, agent, "stock.receive", lines=[{"gtin": COAT, "qty": 1}])
        assert disk.reached.wait(WAIT_S)
        agent.heart.post(leaving(agent, COATS[0]))
        assert outside.acted.wait(WAIT_S)
        assert not turned.done()
        disk.go.set()
        turned.result(WAIT_S)


def test_the_siren_sounds_while_the_disk_still_writes_and_the_alarm_is_written_next(agent: Agent) -> None:
    outside = watched(agent)
    while_committing(agent, SlowDisk(agent), outside)
    assert [act.device for act in outside.acts] == ["portique"]
    assert alarmed(agent) == []
    agent.heart.turn(())
    assert alarmed(agent) == [COATS[0]]
    agent.heart.turn([leaving(agent, COATS[1])])
    assert alarmed(agent) == COATS


def test_when_the_commit_fails_what_was_decided_meanwhile_is_forgotten_with_it(agent: Agent) -> None:
    outside, disk = watched(agent), SlowDisk(agent)
    disk.breaks = True
    while_committing(agent, disk, outside)
    assert "disk I/O" in agent.heart.troubles.storage
    assert agent.heart.shop.stock.sellable(COAT) == 2
    agent.heart.turn(())
    assert alarmed(agent) == []
    agent.heart.turn([leaving(agent, COATS[1])])
    assert alarmed(agent) == [COATS[1]]
    assert agent.heart.troubles.storage == ""


def test_what_was_decided_while_the_last_commit_went_on_is_written_before_the_heart_stops(agent: Agent) -> None:
    outside, disk = watched(agent), SlowDisk(agent)
    agent.heart.start()
    agent.heart.post(leaving(agent, COATS[0]))
    assert disk.reached.wait(WAIT_S)
    agent.heart.post(leaving(agent, COATS[1]))
    with ThreadPoolExecutor(1) as hand:
        stopped = hand.submit(agent.heart.stop, WAIT_S)
        disk.go.set()
        stopped.result(WAIT_S)
    assert len(outside.acts) == 2
    assert alarmed(agent) == COATS


def watched(agent: Agent) -> Outside:
    """Put a world in that remembers."""
    outside = agent.heart.outside = Outside()
    return outside

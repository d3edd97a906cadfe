"""Where units were heard: the moment of hearing is kept whenever it is written; what a commit lost is written again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge_agent.live import Seen
from edge_agent.messages import ReadsArrived, Tick
from edge_agent.wiring import Agent
from tests.support.agents import GATE, PLAN, agent_settings, built_agent, command, epc_of, feed, reads, turn
from tests.support.clocks import ManualClock
from tests.support.stock_builders import COAT, unit_of

UNIT = unit_of(COAT, 1)
CEILING = {"name": "sol", "kind": "llrp", "url": "tcp://127.0.0.1:1", "antennas": [{"port": 1, "zone": "homme"}]}
SPEED = 30
"""of the shop's clock"""


class Store:
    """One coat on the floor; the shop's clock runs at speed."""

    def __init__(self, agent: Agent, clock: ManualClock) -> None:
        self.agent, self.clock = agent, clock
        self.now_us = 1_700_000_000_000_000
        feed(agent, "settings", {"plan": PLAN})
        lines = [{"gtin": COAT, "qty": 1, "units": [UNIT], "location": "salesfloor"}]
        assert command(agent, "stock.receive", lines=lines, reason="opening").status == 200
        turn(agent, Tick(self.now_us))

    def wait(self, ms: int) -> None:
        """On the machine's clock."""
        self.now_us += ms * 1000
        self.clock.forward(ms * SPEED)

    def heard(self, reader: str = "sol", antenna: int = 1, at_us: int = 0) -> ReadsArrived:
        seen = at_us or self.now_us
        return ReadsArrived(reads(reader, seen, (epc_of(UNIT), antenna, -5000, seen, 1)))

    @property
    def kept(self) -> tuple[str, int] | None:
        """The row in the database."""
        with self.agent.book.read() as conn:
            row = conn.exec_driver_sql("SELECT zone, at FROM units_seen WHERE unit = ?", (UNIT,)).first()
        return None if row is None else (row[0], row[1])


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    clock = ManualClock()
    settings = agent_settings(tmp_path, readers=[GATE, CEILING], clock={"speed": SPEED})
    with built_agent(settings, clock) as agent:
        yield Store(agent, clock)


def test_the_moment_of_hearing_stays_the_same_however_long_ago_it_is(store: Store) -> None:
    moment = store.clock.now_ms()
    turn(store.agent, store.heard(), Tick(store.now_us))
    assert store.kept == ("homme", moment)
    store.wait(2000)
    turn(store.agent, Tick(store.now_us))
    assert store.agent.heart.shop.where(UNIT) == Seen("homme", moment)


def test_what_was_heard_before_a_theft_is_written_after_it_with_its_own_time(store: Store) -> None:
    """The shelf's reads have waited behind the gate's; the coat was last seen there before it left, not after."""
    on_the_shelf_us, moment = store.now_us, store.clock.now_ms()
    for antenna in (1, 2):
        for _ in range(6):
            store.wait(150)
            turn(store.agent, store.heard("portique", antenna))
    store.wait(3000)
    turn(store.agent, store.heard(at_us=on_the_shelf_us), Tick(store.now_us))
    (alarm,) = store.agent.heart.shop.alarms.values()
    seen = store.agent.heart.shop.where(UNIT)
    assert seen == Seen("homme", moment)
    assert store.kept == ("homme", moment)
    assert moment < alarm["at"]


def test_what_a_failed_commit_would_have_kept_is_kept_by_the_next(store: Store) -> None:
    with store.agent.book.engine.begin() as conn:
        conn.exec_driver_sql("CREATE TRIGGER full BEFORE INSERT ON units_seen BEGIN SELECT RAISE(FAIL, 'no room'); END")
    moment = store.clock.now_ms()
    turn(store.agent, store.heard(), Tick(store.now_us))
    assert "no room" in store.agent.heart.troubles.storage
    assert store.kept is None
    with store.agent.book.engine.begin() as conn:
        conn.exec_driver_sql("DROP TRIGGER full")
    store.wait(100)
    turn(store.agent, Tick(store.now_us))
    assert store.kept == ("homme", moment)
    assert store.agent.heart.shop.seen[UNIT] == Seen("homme", moment)


def test_a_clock_that_is_put_back_hides_no_place(store: Store) -> None:
    turn(store.agent, store.heard(), Tick(store.now_us))
    store.clock.set_wall(store.clock.now_ms() - 3_600_000)
    store.now_us += 1_000_000
    turn(store.agent, Tick(store.now_us))
    moment = store.clock.now_ms()
    assert command(store.agent, "unit.place", UNIT, zone="femme").status == 200
    assert store.kept == ("femme", moment)


def test_a_place_that_is_written_late_doesnt_replace_what_a_person_said_since(store: Store) -> None:
    before_us = store.now_us
    store.wait(1000)
    assert command(store.agent, "unit.place", UNIT, zone="femme").status == 200
    said = store.clock.now_ms()
    turn(store.agent, store.heard(at_us=before_us), Tick(store.now_us))
    assert store.kept == ("femme", said)

"""What comes back into stock is no theft by what a gate had heard of it before; what is taken afterwards is one."""

import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from edge_agent.effects import Act
from edge_agent.messages import FactArrived, ReadsArrived, Tick
from edge_agent.wiring import Agent
from tests.support.agents import GATE, PLAN, TILL, agent_settings, built_agent, command, epc_of, feed, reads, turn
from tests.support.clocks import ManualClock
from tests.support.stock_builders import COAT, came_back, sale_of, sold_line, unit_of

UNIT = unit_of(COAT, 1)
IN, OUT = 1, 2


class Door:
    """A gate whose reads are too few to be sure of at once: one inside, two outside, concluded when it is quiet."""

    def __init__(self, agent: Agent, clock: ManualClock) -> None:
        self.agent, self.clock, self.now_us, self.seq = agent, clock, time.time_ns() // 1000, 0
        feed(agent, "settings", {"plan": PLAN, "store": {"store": "LYO1"}})
        lines = [{"gtin": COAT, "qty": 1, "units": [UNIT], "location": "salesfloor"}]
        assert command(agent, "stock.receive", lines=lines, reason="opening").status == 200
        self.wait(200_000)

    def wait(self, ms: int) -> None:
        self.now_us += ms * 1000
        self.clock.forward(ms)
        turn(self.agent, Tick(self.now_us))

    def read(self, *antennas: int) -> None:
        for antenna in antennas:
            self.now_us += 150_000
            self.clock.forward(150)
            turn(
                self.agent, ReadsArrived(reads("portique", self.now_us, (epc_of(UNIT), antenna, -5000, self.now_us, 1)))
            )

    def sell(self) -> None:
        self.tell(sale_of(sold_line(COAT, units=[UNIT])))

    def take_back(self, ago_ms: int = 0) -> None:
        self.tell(came_back(COAT, UNIT), ago_ms)

    def tell(self, fact: object, ago_ms: int = 0) -> None:
        self.seq += 1
        turn(self.agent, FactArrived(TILL, self.seq, self.clock.now_ms() - ago_ms, fact))  # type: ignore[arg-type]

    def facts(self, kind: str) -> list[dict[str, object]]:
        with self.agent.book.read() as conn:
            found = conn.exec_driver_sql("SELECT body FROM journal_records WHERE kind = ? ORDER BY seq", (kind,))
            return [msgspec.json.decode(body) for body in found.scalars()]

    @property
    def alarms(self) -> int:
        return len(self.facts("gate.alarm_raised"))


@pytest.fixture
def door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    clock = ManualClock()
    with built_agent(agent_settings(tmp_path, readers=[GATE]), clock) as agent:
        acts: list[Act] = []
        monkeypatch.setattr(agent.heart.outside, "act", acts.append)
        yield Door(agent, clock)


def test_a_return_that_is_booked_before_the_gate_has_made_up_its_mind_is_no_theft(door: Door) -> None:
    door.sell()
    door.read(IN, OUT, OUT)
    door.take_back()
    door.wait(3_000)
    door.wait(9_000)
    assert door.alarms == 0
    assert door.facts("gate.passed") == []
    (row,) = door.agent.heart.shop.alarms.values()
    assert (row["kind"], row["subject"]) == ("unknown_passage", UNIT)
    assert "booked in" in row["text"], "it may never have come back: somebody looks"


def test_who_only_came_in_with_it_troubles_nobody(door: Door) -> None:
    door.sell()
    door.read(OUT, OUT, OUT, OUT, IN, IN, IN, IN)
    door.take_back()
    door.wait(3_000)
    door.wait(9_000)
    assert door.alarms == 0
    assert door.agent.heart.shop.alarms == {}


def test_who_takes_it_from_the_counter_again_is_a_thief(door: Door) -> None:
    door.sell()
    door.read(*(IN,) * 6, *(OUT,) * 6)
    door.take_back()
    door.read(*(IN,) * 6, *(OUT,) * 6)
    assert door.alarms == 1, "though the passage before it was silent"


def test_a_return_that_was_booked_long_ago_but_comes_now_excuses_what_was_heard_before_it_only(door: Door) -> None:
    door.sell()
    door.read(IN, OUT, OUT)
    door.take_back(ago_ms=20_000)
    door.wait(3_000)
    door.wait(9_000)
    assert door.alarms == 1


def test_a_till_whose_clock_is_ahead_excuses_no_theft_to_come(door: Door) -> None:
    door.sell()
    door.take_back(ago_ms=-60_000)
    door.read(IN, OUT, OUT)
    door.wait(3_000)
    assert door.alarms == 1


def test_what_a_count_finds_again_was_ours_all_the_time(door: Door) -> None:
    """It was written off, somebody carries it out, and a person puts it back in the book in the same moment."""
    count = command(door.agent, "count.open", zone="homme").body["count"]
    assert command(door.agent, "count.finish", str(count)).status == 200
    assert command(door.agent, "count.approve", str(count), decisions={UNIT: "shrink"}).status == 200
    assert door.agent.heart.shop.stock.units[UNIT].at.location == "shrink"
    door.read(IN, OUT, OUT)
    assert command(door.agent, "unit.place", UNIT, zone="homme").status == 200
    door.wait(3_000)
    assert door.alarms == 1


def test_a_delivery_that_came_in_by_the_gate_is_received_in_peace(door: Door) -> None:
    delivered = unit_of(COAT, 7)
    for antenna in (IN, OUT, OUT):
        door.now_us += 150_000
        door.clock.forward(150)
        seen = (epc_of(delivered), antenna, -5000, door.now_us, 1)
        turn(door.agent, ReadsArrived(reads("portique", door.now_us, seen)))
    lines = [{"gtin": COAT, "qty": 1, "units": [delivered], "location": "stockroom"}]
    assert command(door.agent, "stock.receive", lines=lines).status == 200
    door.wait(3_000)
    door.wait(9_000)
    assert door.alarms == 0


def test_what_came_back_is_forgotten_after_a_while(door: Door) -> None:
    door.sell()
    door.take_back()
    assert UNIT in door.agent.heart.shop.live.came_back
    door.wait(121_000)
    assert door.agent.heart.shop.live.came_back == {}

"""The list of what the floor needs: a row appears with the sale that leaves too few, and closes itself."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from edge_agent.messages import FactArrived, ReadsArrived, Tick
from edge_agent.settings import ReplenishSettings
from edge_agent.wiring import Agent, build_agent
from sync.feeds.apply import rows as feed_rows
from tests.support.agents import PLAN, TILL, agent_settings, built_agent, command, epc_of, feed, reads, turn
from tests.support.clocks import ManualClock
from tests.support.stock_builders import COAT, MUG, SHIRT, sale_of, sold_line, unit_of

READERS = [
    {"name": "sol", "kind": "llrp", "url": "tcp://127.0.0.1:1", "antennas": [{"port": 1, "zone": "homme"}]},
    {"name": "fond", "kind": "llrp", "url": "tcp://127.0.0.1:1", "antennas": [{"port": 1, "zone": "reserve"}]},
]
FLOOR = [unit_of(COAT, n) for n in range(3)]
BACK = [unit_of(COAT, n) for n in range(10, 14)]


class Floor:
    """Three coats on the floor, four in the stockroom; one shirt on the floor, none behind; mugs without tags."""

    def __init__(self, agent: Agent, clock: ManualClock) -> None:
        self.agent, self.clock, self._seq = agent, clock, 0
        self.now_us = clock.now_ms() * 1000
        feed(agent, "settings", {"plan": PLAN})
        lines = [
            {"gtin": COAT, "qty": 3, "units": FLOOR, "location": "salesfloor"},
            {"gtin": COAT, "qty": 4, "units": BACK, "location": "stockroom"},
            {"gtin": SHIRT, "qty": 1, "units": [unit_of(SHIRT, 1)], "location": "salesfloor"},
            {"gtin": MUG, "qty": 5, "location": "stockroom"},
        ]
        assert command(agent, "stock.receive", lines=lines, reason="opening").status == 200
        self.hear("fond", *BACK)

    def hear(self, reader: str, *units: str, rssi: int = -5000) -> None:
        """Long enough for a move."""
        for _ in range(3):
            self.now_us += 1_000_000
            self.clock.forward(1000)
            seen = [(epc_of(unit), 1, rssi, self.now_us, 1) for unit in units]
            turn(self.agent, ReadsArrived(reads(reader, self.now_us, *seen)), Tick(self.now_us))

    def sell(self, *units: str) -> None:
        """At a till, by their tags."""
        for unit in units:
            self._seq += 1
            sale = sale_of(sold_line(unit[:14], units=[unit]))
            turn(self.agent, FactArrived(TILL, self._seq, self.clock.now_ms(), sale))

    @property
    def needs(self) -> dict[str, dict[str, Any]]:
        """As tills are told."""
        with self.agent.book.read() as conn:
            return dict(feed_rows(conn, "replenish"))


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[Floor]:
    clock = ManualClock()
    with built_agent(agent_settings(tmp_path, readers=READERS), clock) as agent:
        yield Floor(agent, clock)


def test_a_row_appears_with_the_sale_that_leaves_too_few_and_closes_itself(floor: Floor) -> None:
    floor.sell(FLOOR[0])
    assert floor.needs == {}
    floor.sell(FLOOR[1])
    row = floor.needs[COAT]
    assert (row["floor"], row["back"], row["minimum"], row["wanted"]) == (1, 4, 1, 1)
    assert (row["zone"], row["unit"] in BACK) == ("reserve", True)
    since = row["since"]
    floor.clock.forward(60_000)
    floor.sell(FLOOR[2])
    assert (floor.needs[COAT]["wanted"], floor.needs[COAT]["since"]) == (2, since)
    floor.hear("sol", BACK[0], rssi=-4000)
    assert floor.needs[COAT]["wanted"] == 1
    floor.hear("sol", BACK[1], rssi=-4000)
    assert floor.needs == {}


def test_nothing_is_asked_for_that_the_stockroom_hasnt(floor: Floor) -> None:
    floor.sell(unit_of(SHIRT, 1))
    assert floor.needs == {}, "neither a shirt, nor mugs, whose coming nobody would hear"


def test_the_plan_says_otherwise_article_by_article(floor: Floor) -> None:
    feed(floor.agent, "settings", {"plan": {**PLAN, "minimum": {COAT: 4}}}, first=2)
    turn(floor.agent, Tick(floor.now_us))
    assert floor.needs[COAT]["wanted"] == 2
    feed(floor.agent, "settings", {"plan": {**PLAN, "minimum": {COAT: 0}}}, first=3)
    turn(floor.agent, Tick(floor.now_us))
    assert floor.needs == {}


def test_a_plan_with_a_wrong_minimum_is_kept_aside(floor: Floor) -> None:
    feed(floor.agent, "settings", {"plan": {**PLAN, "minimum": {COAT: "many"}}}, first=2)
    (notice,) = [one for one in floor.agent.inspector.health().notices if one.code == "feed_row"]
    assert f"plan.minimum: {COAT} must be a whole number" in notice.text


def test_another_setting_counts_from_the_next_start(floor: Floor) -> None:
    settings = floor.agent.settings
    again = build_agent(settings.model_copy(update={"replenish": ReplenishSettings(minimum=3)}), floor.clock)
    try:
        floor.agent = again
        turn(again, Tick(floor.now_us))
        assert floor.needs[COAT]["wanted"] == 1
    finally:
        again.stop()

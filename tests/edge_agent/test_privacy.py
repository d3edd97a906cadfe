"""What belongs to customers, or to somebody else, is nobody's business: its reads leave no trace."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from edge_agent.health_page import page
from edge_agent.messages import Asked, FactArrived, ReadsArrived, Tick
from edge_agent.telemetry import NAME, kept
from edge_agent.watching import Watch
from edge_agent.wiring import Agent
from tests.support.agents import GATE, PLAN, TILL, agent_settings, built_agent, command, epc_of, feed, reads, turn
from tests.support.clocks import ManualClock
from tests.support.stock_builders import COAT, came_back, gtin_of, sale_of, sold_line, unit_of

OURS, SOLD = unit_of(COAT, 1), unit_of(COAT, 2)
FOREIGN = unit_of(gtin_of(99), 77)
CEILING = {"name": "sol", "kind": "llrp", "url": "tcp://127.0.0.1:1", "antennas": [{"port": 1, "zone": "homme"}]}
HAND = {"name": "portable", "kind": "zebra-handheld", "url": "mqtt://127.0.0.1:1/hand"}
SECOND = 1_000_000


class Store:
    """Two coats on the floor, a ceiling reader, a gate and a handheld."""

    def __init__(self, agent: Agent, clock: ManualClock) -> None:
        self.agent, self.clock = agent, clock
        self.now_us = clock.now_ms() * 1000
        self.seq = 0

    def opened(self) -> "Store":
        feed(self.agent, "settings", {"plan": PLAN, "store": {"store": "LYO1"}})
        lines = [{"gtin": COAT, "qty": 2, "units": [OURS, SOLD], "location": "salesfloor"}]
        assert command(self.agent, "stock.receive", lines=lines, reason="opening").status == 200
        return self

    def hear(self, *units: str, reader: str = "sol", antenna: int = 1, times: int = 3) -> None:
        for _ in range(times):
            self.now_us += SECOND // 5
            self.clock.forward(200)
            seen = [(epc_of(unit), antenna, -5000, self.now_us, 1) for unit in units]
            turn(self.agent, ReadsArrived(reads(reader, self.now_us, *seen)), Tick(self.now_us))

    def wait(self, seconds: float) -> None:
        self.now_us += round(seconds * SECOND)
        self.clock.forward(round(seconds * 1000))
        turn(self.agent, Tick(self.now_us))

    def sell(self, unit: str) -> None:
        self.seq += 1
        sale = sale_of(sold_line(COAT, units=[unit]))
        turn(self.agent, FactArrived(TILL, self.seq, self.clock.now_ms(), sale))

    def take_back(self, unit: str) -> None:
        self.seq += 1
        turn(self.agent, FactArrived(TILL, self.seq, self.clock.now_ms(), came_back(COAT, unit)))

    def where(self, unit: str) -> str | None:
        """What a till is told."""
        from concurrent.futures import Future

        asked = Asked("units", unit, Future())
        turn(self.agent, asked)
        zone = asked.reply.result(0).body["zone"]
        return None if zone is None else str(zone)

    def kept(self) -> set[str]:
        """Units of which the database says where they were."""
        with self.agent.book.read() as conn:
            return set(conn.exec_driver_sql("SELECT unit FROM units_seen").scalars())

    def passages(self) -> list[str]:
        with self.agent.book.read() as conn:
            bodies = conn.exec_driver_sql("SELECT body FROM journal_records WHERE kind = 'gate.passed'").scalars()
            return [msgspec.json.decode(body)["direction"] for body in bodies]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    clock = ManualClock()
    with built_agent(agent_settings(tmp_path, readers=[CEILING, GATE, HAND]), clock) as agent:
        yield Store(agent, clock).opened()


def test_where_a_unit_was_is_forgotten_when_it_is_sold(store: Store) -> None:
    store.hear(OURS, SOLD)
    assert store.kept() == {OURS, SOLD}
    store.sell(SOLD)
    assert store.where(SOLD) is None
    assert store.where(OURS) == "homme"
    assert store.kept() == {OURS}
    store.hear(OURS, SOLD)
    assert store.where(SOLD) is None
    assert store.kept() == {OURS}
    assert store.agent.heart.shop.live.presence.where(SOLD) is None
    assert store.agent.heart.shop.live.presence.not_followed > 0


def test_what_was_brought_back_is_followed_again(store: Store) -> None:
    store.sell(SOLD)
    store.hear(SOLD)
    store.take_back(SOLD)
    store.hear(SOLD)
    assert store.where(SOLD) == "homme"
    assert SOLD in store.kept()


def test_foreign_tags_are_heard_for_a_count_and_forgotten_with_it(store: Store) -> None:
    store.hear(OURS, FOREIGN)
    presence = store.agent.heart.shop.live.presence
    assert presence.where(FOREIGN) is None
    count = str(command(store.agent, "count.open", zone="homme").body["count"])
    store.hear(OURS, FOREIGN)
    assert FOREIGN in store.agent.heart.shop.counts[count].read
    assert store.where(FOREIGN) is None
    assert command(store.agent, "count.finish", count).status == 200
    for _ in range(40):
        store.hear(OURS, FOREIGN, times=1)
        store.wait(1)
    assert presence.where(FOREIGN) is None
    assert presence.where(OURS) is not None


def test_a_store_whose_customers_agreed_still_follows_what_it_sold(tmp_path: Path) -> None:
    clock = ManualClock()
    settings = agent_settings(tmp_path, readers=[CEILING], privacy={"deactivate_at_sale": False})
    with built_agent(settings, clock) as agent:
        store = Store(agent, clock).opened()
        store.sell(SOLD)
        store.hear(SOLD, FOREIGN)
        assert store.where(SOLD) == "homme"
        assert agent.heart.shop.live.presence.where(FOREIGN) is None, "tags of others are never followed"
        assert "accord des clients" in page(agent.inspector.health(), "fr")


def test_what_an_older_release_kept_of_sold_units_goes_at_the_next_start(tmp_path: Path) -> None:
    clock = ManualClock()
    still = agent_settings(tmp_path, readers=[CEILING], privacy={"deactivate_at_sale": False})
    with built_agent(still, clock) as agent:
        store = Store(agent, clock).opened()
        store.hear(OURS, SOLD)
        store.sell(SOLD)
        store.wait(1)
        assert store.kept() == {OURS, SOLD}
    with built_agent(agent_settings(tmp_path, readers=[CEILING]), clock) as again:
        assert Store(again, clock).kept() == {OURS}
        assert "ne sont plus suivis" in page(again.inspector.health(), "fr")


def test_a_handheld_finds_no_customers_coat(store: Store) -> None:
    store.sell(SOLD)
    watch: Watch = store.agent.watch
    with watch.seeking.looking_for(COAT) as article, watch.seeking.looking_for(SOLD) as unit:
        watch.heard(ReadsArrived(reads("portable", store.now_us, (epc_of(SOLD), 1, -3000, store.now_us, 1))))
        assert watch.seeking.look(article, watch.mono_ms()) is None
        assert watch.seeking.look(unit, watch.mono_ms()) is None
        watch.heard(ReadsArrived(reads("portable", store.now_us, (epc_of(OURS), 1, -6000, store.now_us, 1))))
        found = watch.seeking.look(article, watch.mono_ms())
        assert found is not None
        assert found.unit == OURS


def test_a_customer_who_comes_back_with_his_coat_is_not_recorded(store: Store) -> None:
    store.sell(SOLD)
    for antenna in (1, 2):
        store.hear(SOLD, reader="portique", antenna=antenna, times=6)
    store.wait(5)
    assert store.passages() == ["out"], "it left as it should"
    for antenna in (2, 1):
        store.hear(SOLD, reader="portique", antenna=antenna, times=6)
    store.wait(5)
    assert store.passages() == ["out"]


def test_the_ring_of_raw_reads_keeps_ours_only(tmp_path: Path) -> None:
    clock = ManualClock()
    settings = agent_settings(tmp_path, readers=[CEILING], telemetry={"on": True})
    with built_agent(settings, clock) as agent:
        store = Store(agent, clock).opened()
        store.sell(SOLD)
        agent.telemetry.start()
        rows = [(epc, 1, -5000, store.now_us, 1) for epc in (*map(epc_of, (OURS, SOLD, FOREIGN)), b"\x00" * 12)]
        agent.heard(ReadsArrived(reads("sol", store.now_us, *rows)))
        agent.telemetry.stop()
        ((_, _, found),) = kept(settings.data / NAME)
    assert [read[0] for read in found] == [epc_of(OURS)]

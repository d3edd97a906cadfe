"""Cycle counts: reads of fixed readers and of the handheld against what is expected; nothing is counted otherwise."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from edge_agent.messages import ReadsArrived, Tick
from edge_agent.wiring import Agent, build_agent
from tests.support.agents import PLAN, agent_settings, built_agent, command, epc_of, feed, reads, turn
from tests.support.clocks import ManualClock
from tests.support.stock_builders import COAT, SHIRT, unit_of

READERS = [
    {"name": "plafond", "kind": "llrp", "url": "tcp://127.0.0.1:1", "antennas": [
        {"port": 1, "zone": "homme"}, {"port": 2, "zone": "femme"}, {"port": 3, "zone": "reserve"}]},
    {"name": "portable", "kind": "zebra-handheld", "url": "mqtt://127.0.0.1:1/hand"},
]  # fmt: skip
FULL = "BEGIN SELECT RAISE(FAIL, 'no room'); END"
COATS = [unit_of(COAT, n) for n in range(4)]
SHIRTS = [unit_of(SHIRT, n) for n in range(2)]


class Zones:
    """An agent with ceiling readers and a handheld; coats hang in ``homme``, shirts lie in ``reserve``."""

    def __init__(self, agent: Agent, clock: ManualClock) -> None:
        self.agent = agent
        self.clock = clock
        self.now_us = clock.now_ms() * 1000
        feed(agent, "settings", {"plan": PLAN})
        lines = [
            {"gtin": COAT, "qty": 4, "units": COATS, "location": "salesfloor"},
            {"gtin": SHIRT, "qty": 2, "units": SHIRTS, "location": "stockroom"},
        ]
        assert command(agent, "stock.receive", lines=lines, reason="opening").status == 200
        self.read("plafond", 1, *COATS)
        self.read("plafond", 3, *SHIRTS)

    def read(self, reader: str, antenna: int, *units: str, rssi: int = -5000) -> None:
        self.now_us += 1_000_000
        self.clock.forward(1000)
        seen = [(epc_of(unit), antenna, rssi, self.now_us, 3) for unit in units]
        turn(self.agent, ReadsArrived(reads(reader, self.now_us, *seen)), Tick(self.now_us))

    def open(self, zone: str = "homme") -> str:
        answer = command(self.agent, "count.open", zone=zone)
        assert answer.status == 200, answer.body
        return str(answer.body["count"])

    def row(self, count: str) -> dict[str, Any]:
        from sync.feeds.apply import row

        with self.agent.book.read() as conn:
            found = row(conn, "counts", "", count)
        assert found is not None
        return found


@pytest.fixture
def zones(tmp_path: Path) -> Iterator[Zones]:
    clock = ManualClock()
    with built_agent(agent_settings(tmp_path, readers=READERS), clock) as agent:
        yield Zones(agent, clock)


def test_reads_are_sorted_while_they_stream_in(zones: Zones) -> None:
    count = zones.open()
    assert zones.row(count)["expected"] == 4
    zones.read("plafond", 1, COATS[0], COATS[1])
    zones.read("portable", 1, COATS[2], SHIRTS[0])
    row = zones.row(count)
    assert (row["matched"], row["misplaced"], row["unexpected"], row["missing"]) == (3, 1, 0, 0)
    assert [line["unit"] for line in row["lines"]] == [SHIRTS[0]]
    assert [point[1] for point in row["curve"]] == [2, 3]


def test_a_tag_that_no_book_knows_is_unexpected_from_its_second_read_on(zones: Zones) -> None:
    count = zones.open()
    guest = unit_of(SHIRT, 99)
    zones.read("plafond", 1, COATS[0], guest)
    assert zones.row(count)["unexpected"] == 0
    zones.read("plafond", 1, guest)
    assert zones.row(count)["unexpected"] == 1


def test_what_no_reader_heard_is_missing_only_at_the_end(zones: Zones) -> None:
    count = zones.open()
    zones.read("plafond", 1, *COATS[:3])
    closed = command(zones.agent, "count.finish", count)
    assert closed.body["accuracy_bp"] == 7500
    row = zones.row(count)
    assert (row["state"], row["missing"], row["accuracy_bp"]) == ("closed", 1, 7500)
    assert row["lines"][-1]["cls"] == "missing"


def test_approval_moves_what_lay_elsewhere_and_suspects_what_is_missing(zones: Zones) -> None:
    count = zones.open()
    zones.read("portable", 1, *COATS[:3], SHIRTS[0])
    command(zones.agent, "count.finish", count)
    approved = command(zones.agent, "count.approve", count)
    assert approved.status == 200, approved.body
    assert approved.body["moves"] == 1
    stock = zones.agent.heart.shop.stock
    assert stock.units[SHIRTS[0]].at.location == "salesfloor"
    assert stock.suspects == {COATS[3]: 1}
    assert zones.row(count)["state"] == "approved"
    assert zones.agent.heart.shop.counts == {}


def test_a_second_miss_proposes_to_write_off(zones: Zones) -> None:
    for _ in range(2):
        count = zones.open()
        zones.read("plafond", 1, *COATS[:3])
        command(zones.agent, "count.finish", count)
        command(zones.agent, "count.approve", count)
    assert zones.agent.heart.shop.stock.units[COATS[3]].at.location == "shrink"


def test_a_zone_that_isnt_on_the_plan_is_refused(zones: Zones) -> None:
    assert command(zones.agent, "count.open", zone="cave").body["reason"] == "unknown_zone"


def test_a_zone_is_counted_once_at_a_time(zones: Zones) -> None:
    zones.open()
    assert command(zones.agent, "count.open", zone="homme").body["reason"] == "zone_busy"


def test_an_open_count_goes_on_after_a_restart(zones: Zones, tmp_path: Path) -> None:
    count = zones.open()
    zones.read("plafond", 1, *COATS[:2])
    again = build_agent(zones.agent.settings, zones.clock)
    try:
        assert again.heart.shop.counts[count].matched == 2
        zones.agent = again
        zones.read("plafond", 1, COATS[2])
        assert again.heart.shop.counts[count].matched == 3
    finally:
        again.stop()


def test_goods_follow_the_readers_between_floor_and_back(zones: Zones) -> None:
    """The ceiling hears both sides of the wall: rounds of evidence decide, not one strong read."""
    zones.read("plafond", 1, SHIRTS[1], rssi=-4000)
    assert zones.agent.heart.shop.stock.units[SHIRTS[1]].at.location == "stockroom"
    for _ in range(52):
        zones.read("plafond", 1, SHIRTS[1], rssi=-4000)
    assert zones.agent.heart.shop.stock.units[SHIRTS[1]].at.location == "salesfloor"
    seen = zones.agent.heart.shop.where(SHIRTS[1])
    assert seen is not None
    assert seen.zone == "homme"


def test_a_first_count_with_twelve_thousand_differences_is_approved_in_one_commit(zones: Zones) -> None:
    """Half of them lie in another room than the book says, half are missing."""
    here, there = ([f"{COAT}.{start + number}" for number in range(6000)] for start in (10_000, 20_000))
    for units, location in ((here, "stockroom"), (there, "salesfloor")):
        lines = [{"gtin": COAT, "qty": len(units), "units": units, "location": location}]
        assert command(zones.agent, "stock.receive", lines=lines, reason="opening").status == 200
    count = zones.open()
    zones.read("portable", 1, *here)
    closed = command(zones.agent, "count.finish", count)
    assert closed.status == 200, closed.body
    assert zones.row(count)["missing"] == 6004
    head = zones.agent.book.head.seq
    with zones.agent.book.engine.begin() as conn:
        conn.exec_driver_sql(f"CREATE TRIGGER full BEFORE INSERT ON stock_suspect WHEN NEW.key = '{there[-1]}' {FULL}")
    assert command(zones.agent, "count.approve", count).status == 503
    assert zones.agent.book.head.seq == head, "all of it or nothing"
    with zones.agent.book.engine.begin() as conn:
        conn.exec_driver_sql("DROP TRIGGER full")
    approved = command(zones.agent, "count.approve", count)
    assert approved.body["moves"] == 6000
    stock = zones.agent.heart.shop.stock
    assert all(stock.units[unit].at.location == "salesfloor" for unit in here)
    assert stock.suspects.keys() >= set(there)
    with zones.agent.book.read() as conn:
        query = "SELECT kind, body FROM journal_records WHERE seq > ? AND kind != 'exception.raised' ORDER BY seq"
        written = conn.exec_driver_sql(query, (head,)).all()
    assert [kind for kind, _ in written] == ["count.approved"] * 2 + ["stock.moved"] * 6
    assert max(len(body) for _, body in written) < 256 * 1024

"""The exit, decided by a heart that stands still: alarm, silence, doubt, resolution."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from drivers.contracts import SetGpo
from edge_agent.effects import Act
from edge_agent.messages import FactArrived, ReadsArrived, Tick
from edge_agent.projections.rebuild import verify_projections
from edge_agent.wiring import Agent
from retail.facts import ShiftOpened
from sync.feeds.apply import rows as feed_rows
from sync.verify.violation import Violation
from tests.support.agents import GATE, PLAN, TILL, agent_settings, built_agent, command, epc_of, feed, reads, turn
from tests.support.clocks import ManualClock
from tests.support.stock_builders import COAT, gtin_of, sale_of, sold_line, unit_of


class Door:
    """An agent with a gate, and people who walk through it."""

    def __init__(self, agent: Agent, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> None:
        self.agent = agent
        self.clock = clock
        self.now_us = time.time_ns() // 1000
        self.acts: list[Act] = []
        monkeypatch.setattr(agent.heart.outside, "act", self.acts.append)
        lines = [{"gtin": COAT, "qty": 6, "units": [unit_of(COAT, n) for n in range(6)], "location": "salesfloor"}]
        assert command(agent, "stock.receive", lines=lines, reason="opening").status == 200
        feed(agent, "settings", {"plan": PLAN, "store": {"store": "LYO1"}})

    def walk_out(self, *units: str, reader: str = "portique", pause_ms: int = 5000) -> None:
        """Inside, then outside, then gone for long enough that the passage is over."""
        self._read(units, reader, 1, 6)
        self._read(units, reader, 2, 6)
        self.now_us += pause_ms * 1000
        self.clock.forward(pause_ms)
        turn(self.agent, Tick(self.now_us))

    def _read(self, units: tuple[str, ...], reader: str, antenna: int, times: int) -> None:
        for _ in range(times):
            self.now_us += 150_000
            self.clock.forward(150)
            seen = [(epc_of(unit), antenna, -5000, self.now_us, 1) for unit in units]
            turn(self.agent, ReadsArrived(reads(reader, self.now_us, *seen)))

    def alarms(self) -> dict[str, Any]:
        """Those that are open, by kind."""
        return {row["kind"]: row for row in self.agent.heart.shop.alarms.values()}

    def facts(self) -> list[str]:
        """Kinds in the agent's journal."""
        with self.agent.book.read() as conn:
            return list(conn.exec_driver_sql("SELECT kind FROM journal_records ORDER BY seq").scalars())

    def gate_sirens(self) -> list[SetGpo]:
        return [act.command for act in self.acts if isinstance(act.command, SetGpo)]


@pytest.fixture
def door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    clock = ManualClock()
    with built_agent(agent_settings(tmp_path, readers=[GATE]), clock) as agent:
        yield Door(agent, clock, monkeypatch)


def test_an_unsold_unit_sounds_the_siren_of_its_gate_once(door: Door) -> None:
    door.walk_out(unit_of(COAT, 1))
    assert door.gate_sirens() == [SetGpo(2, True, 500)]
    assert door.facts().count("gate.alarm_raised") == 1
    (alarm,) = door.agent.heart.shop.alarms.values()
    assert (alarm["kind"], alarm["unit"], alarm["siren"]) == ("exit", unit_of(COAT, 1), True)


def test_a_thief_who_lingers_raises_one_alarm(door: Door) -> None:
    door.walk_out(unit_of(COAT, 1))
    door.walk_out(unit_of(COAT, 1))
    assert door.facts().count("gate.alarm_raised") == 1


def test_a_sold_unit_leaves_in_silence(door: Door) -> None:
    unit = unit_of(COAT, 1)
    turn(door.agent, FactArrived(TILL, 1, door.clock.now_ms(), sale_of(sold_line(COAT, units=[unit]))))
    door.walk_out(unit)
    assert door.gate_sirens() == []
    assert "gate.passed" in door.facts()


def test_a_unit_sold_by_its_barcode_is_recognised_at_the_gate_once(door: Door) -> None:
    turn(door.agent, FactArrived(TILL, 1, door.clock.now_ms(), sale_of(sold_line(COAT))))
    assert door.agent.heart.shop.stock.unresolved == {COAT: 1}
    door.walk_out(unit_of(COAT, 1))
    assert door.gate_sirens() == []
    assert door.agent.heart.shop.stock.unresolved == {}
    door.walk_out(unit_of(COAT, 2))
    assert len(door.gate_sirens()) == 1


def test_a_sale_by_barcode_excuses_nobody_after_a_quarter_of_an_hour(door: Door) -> None:
    turn(door.agent, FactArrived(TILL, 1, door.clock.now_ms(), sale_of(sold_line(COAT))))
    door.clock.forward(16 * 60_000)
    door.walk_out(unit_of(COAT, 1))
    assert len(door.gate_sirens()) == 1


def test_while_a_till_is_silent_the_siren_stays_off_and_a_notice_says_so(door: Door) -> None:
    opened = ShiftOpened(shift="s", business_date="2026-11-21", by="anna", float_minor=0, currency="EUR")
    turn(door.agent, FactArrived(TILL, 1, door.clock.now_ms(), opened))
    door.clock.forward(31_000)
    door.walk_out(unit_of(COAT, 1))
    assert door.gate_sirens() == []
    kinds = {row["kind"] for row in door.agent.heart.shop.alarms.values()}
    assert kinds == {"till_silent"}
    assert door.agent.heart.shop.live.silent == {TILL}

    door.agent.tills.heard(TILL, door.clock.mono_ms())
    turn(door.agent, Tick(door.now_us))
    assert door.agent.heart.shop.live.silent == set()


def test_just_after_a_start_the_gate_waits_for_what_the_tills_sold_meanwhile(door: Door) -> None:
    sold, stolen = unit_of(COAT, 1), unit_of(COAT, 2)
    door.agent.heart.shop.on_duty.add(TILL)
    door.walk_out(sold)
    assert door.facts().count("gate.alarm_raised") == 0
    turn(door.agent, FactArrived(TILL, 1, door.clock.now_ms(), sale_of(sold_line(COAT, units=[sold]))))
    door.agent.tills.heard(TILL, door.clock.mono_ms())
    door.agent.tills.told_all(TILL)
    turn(door.agent, Tick(door.now_us))
    assert door.facts().count("gate.alarm_raised") == 0
    door.walk_out(stolen)
    assert len(door.gate_sirens()) == 1


def test_a_unit_that_is_heard_twice_meanwhile_leaves_once_and_takes_one_sale(door: Door) -> None:
    door.agent.heart.shop.on_duty.add(TILL)
    door.walk_out(unit_of(COAT, 1))
    door.walk_out(unit_of(COAT, 1))
    for seq in (1, 2):
        turn(door.agent, FactArrived(TILL, seq, door.clock.now_ms(), sale_of(sold_line(COAT))))
    door.agent.tills.told_all(TILL)
    turn(door.agent, Tick(door.now_us))
    assert door.gate_sirens() == []
    assert door.agent.heart.shop.stock.unresolved == {COAT: 1}
    assert door.facts().count("unit.resolved") == 1


def test_tills_that_tell_nothing_after_a_start_are_waited_for_half_a_minute(door: Door) -> None:
    door.agent.heart.shop.on_duty.add(TILL)
    door.walk_out(unit_of(COAT, 1))
    assert door.facts().count("gate.alarm_raised") == 0
    door.clock.forward(25_000)
    door.now_us += 25_000_000
    turn(door.agent, Tick(door.now_us))
    assert door.facts().count("gate.alarm_raised") == 1
    assert door.gate_sirens() == []


def test_the_siren_comes_before_the_commit(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    commits_before = door.agent.book.head.seq
    seen: list[int] = []
    monkeypatch.setattr(door.agent.heart.outside, "act", lambda act: seen.append(door.agent.book.head.seq))
    door.walk_out(unit_of(COAT, 1))
    assert seen == [commits_before]
    assert door.agent.book.head.seq > commits_before


def test_a_manager_settles_an_alarm(door: Door) -> None:
    door.walk_out(unit_of(COAT, 1))
    (alarm,) = door.agent.heart.shop.alarms
    assert command(door.agent, "alarm.settle", alarm, verdict="right").status == 200
    assert door.agent.heart.shop.alarms == {}
    assert command(door.agent, "alarm.settle", alarm, verdict="right").body["reason"] == "not_open"


def test_tags_that_arent_ours_leave_no_trace(door: Door) -> None:
    before = door.facts()
    door.walk_out(unit_of(gtin_of(99), 77))
    assert door.facts() == before


COATS = [unit_of(COAT, n) for n in range(6)]


def test_three_unsold_units_at_once_are_one_alarm_of_a_stronger_kind(door: Door) -> None:
    door.walk_out(*COATS[:3])
    assert door.facts().count("gate.alarm_raised") == 3
    assert door.facts().count("gate.bulk_raised") == 1
    assert list(door.alarms()) == ["bulk"]
    bulk = door.alarms()["bulk"]
    assert (sorted(bulk["units"]), bulk["gate"], bulk["siren"]) == (COATS[:3], "entree", True)
    with door.agent.book.read() as conn:
        shown = {key: row["kind"] for key, row in feed_rows(conn, "alarms")}
    assert shown == {bulk["id"]: "bulk"}


def test_thieves_who_run_one_after_another_are_the_same_alarm(door: Door) -> None:
    door.walk_out(*COATS[:2], pause_ms=200)
    assert list(door.alarms()) == ["exit"]
    door.walk_out(COATS[2], pause_ms=200)
    door.walk_out(COATS[3], pause_ms=200)
    assert door.facts().count("gate.bulk_raised") == 2
    bulk = door.alarms()["bulk"]
    assert (list(door.alarms()), sorted(bulk["units"])) == (["bulk"], COATS[:4])
    verify_again = rebuild_of(door)
    assert verify_again == []


def test_after_a_pause_another_alarm_begins(door: Door) -> None:
    door.walk_out(*COATS[:3], pause_ms=8000)
    door.walk_out(COATS[3])
    assert sorted(door.alarms()) == ["bulk", "exit"]


def test_a_bulk_is_settled_for_all_that_it_stands_for(door: Door) -> None:
    door.walk_out(*COATS[:3])
    bulk = door.alarms()["bulk"]["id"]
    assert command(door.agent, "alarm.settle", bulk, verdict="right").status == 200
    assert door.facts().count("gate.alarm_settled") == 4
    assert door.agent.heart.shop.alarms == {}
    assert rebuild_of(door) == []


def test_what_a_silent_till_may_have_sold_is_no_theft_in_bulk(door: Door) -> None:
    opened = ShiftOpened(shift="s", business_date="2026-11-21", by="anna", float_minor=0, currency="EUR")
    turn(door.agent, FactArrived(TILL, 1, door.clock.now_ms(), opened))
    door.clock.forward(31_000)
    door.walk_out(*COATS[:4])
    assert list(door.alarms()) == ["till_silent"]


def test_how_many_make_a_bulk_is_a_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = ManualClock()
    for units, kinds in ((0, ["exit"]), (2, ["bulk"])):
        settings = agent_settings(tmp_path / str(units), readers=[GATE], gate={"bulk": {"units": units}})
        with built_agent(settings, clock) as agent:
            door = Door(agent, clock, monkeypatch)
            door.walk_out(*COATS[:2])
            assert list(door.alarms()) == kinds


def rebuild_of(door: Door) -> list[Violation]:
    """What the projections say against the journals."""
    with door.agent.book.read() as conn:
        return verify_projections(conn)

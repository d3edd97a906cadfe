"""The heart asked directly: what follows from a message, in which order, and what memory holds against the disk."""

from concurrent.futures import Future
from pathlib import Path

import pytest

from drivers.readings import TagReads
from edge_agent.alarm_clock import AlarmClock
from edge_agent.effects import Act, Commit, Hint, Publish, Put, Reply, Wake
from edge_agent.inbox import INBOX
from edge_agent.messages import Asked, FactArrived, ReadsArrived, TimeCame
from edge_agent.tills import FORGET_MS, Tills
from retail.facts import AlarmRaised, StockMoved
from tests.support.agents import (
    GATE,
    PLAN,
    TILL,
    agent_settings,
    built_agent,
    command,
    command_message,
    epc_of,
    feed,
    reads,
    turn,
)
from tests.support.clocks import ManualClock
from tests.support.passing import carried_out
from tests.support.stock_builders import COAT, sale_of, sold_line, unit_of

LINES = [{"gtin": COAT, "qty": 2, "units": [unit_of(COAT, 1), unit_of(COAT, 2)], "location": "salesfloor"}]


def test_a_sale_leads_to_one_commit_and_a_hint(tmp_path: Path) -> None:
    with built_agent(agent_settings(tmp_path)) as agent:
        command(agent, "stock.receive", lines=LINES)
        sale = sale_of(sold_line(COAT, units=[unit_of(COAT, 1)]))
        effects = agent.heart.handle(FactArrived(TILL, 1, 0, sale), 0)
        (commit,) = [effect for effect in effects if isinstance(effect, Commit)]
        (moved,) = commit.facts
        assert isinstance(moved, StockMoved)
        assert (moved.reason, moved.cause) == ("sold", (TILL, 1))
        tables = {write.table for write in commit.writes if isinstance(write, Put)}
        assert {"stock_balance", "stock_unit", "stock_folded", "sold_units", "sales"} <= tables
        assert [write.key for write in commit.writes if isinstance(write, Publish)] == [COAT]
        assert effects[-1] == Hint("stock")


def test_the_same_cause_twice_changes_nothing(tmp_path: Path) -> None:
    with built_agent(agent_settings(tmp_path)) as agent:
        command(agent, "stock.receive", lines=LINES)
        sale = FactArrived(TILL, 1, 0, sale_of(sold_line(COAT, units=[unit_of(COAT, 1)])))
        agent.heart.handle(sale, 0)
        again = agent.heart.handle(sale, 0)
        assert [effect.facts for effect in again if isinstance(effect, Commit)] == [()]


def test_an_alarm_puts_the_siren_before_the_commit(tmp_path: Path) -> None:
    clock = ManualClock()
    with built_agent(agent_settings(tmp_path, readers=[GATE]), clock) as agent:
        command(agent, "stock.receive", lines=LINES, reason="opening")
        feed(agent, "settings", {"plan": PLAN})
        now_us = clock.now_ms() * 1000
        seen = carried_out(epc_of(unit_of(COAT, 1)), now_us)
        effects = agent.heart.handle(ReadsArrived(reads("portique", now_us, *seen)), clock.now_ms())
        assert isinstance(effects[0], Act)
        assert effects[0].urgent
        assert isinstance(effects[1], Commit)
        assert isinstance(effects[1].facts[0], AlarmRaised)


def test_a_refused_command_is_an_answer_and_nothing_else(tmp_path: Path) -> None:
    with built_agent(agent_settings(tmp_path)) as agent:
        message = command_message("order.pick", "nothing")
        (reply,) = agent.heart.handle(message, 0)
        assert isinstance(reply, Reply)
        assert (reply.status, reply.body["reason"]) == (409, "unknown_order")


def test_an_order_that_nobody_accepts_asks_to_be_woken_and_is_given_back(tmp_path: Path) -> None:
    from tests.support.desk import order_row

    clock = ManualClock()
    with built_agent(agent_settings(tmp_path, orders={"auto_accept": False, "accept_minutes": 5}), clock) as agent:
        feed(agent, "orders", {"o1": order_row()})
        assert agent.heart.shop.orders["o1"].order.work == "assigned"
        clock.forward(5 * 60_000)
        assert agent.heart.wakes.due(clock.now_ms()) == ["leases:", "accept:o1"]
        effects = agent.heart.handle(TimeCame("accept:o1"), clock.now_ms())
        assert agent.heart.shop.orders["o1"].finished
        assert not any(isinstance(effect, Wake) for effect in effects)


def test_timers_survive_a_restart(tmp_path: Path) -> None:
    from tests.support.desk import order_row

    clock = ManualClock()
    settings = agent_settings(tmp_path, orders={"auto_accept": False})
    with built_agent(settings, clock) as agent:
        feed(agent, "orders", {"o1": order_row()})
    with built_agent(settings, clock) as agent:
        clock.forward(31 * 60_000)
        assert "accept:o1" in agent.heart.wakes.due(clock.now_ms())


def test_reads_beyond_the_inbox_are_dropped_and_counted(tmp_path: Path) -> None:
    with built_agent(agent_settings(tmp_path)) as agent:
        batch = ReadsArrived(TagReads("r", "b", 1, 1, [(b"\x30" * 12, 1, -5000, 1, 1)]))
        for _ in range(INBOX + 3):
            agent.heart.post(batch)
        assert agent.heart.troubles.dropped_reads == 3


def test_a_question_is_answered_in_the_order_of_what_came_before(tmp_path: Path) -> None:
    with built_agent(agent_settings(tmp_path)) as agent:
        question = Asked("stock", COAT, Future())
        turn(agent, command_message("stock.receive", lines=LINES), question)
        assert question.reply.result(0).body["floor"] == 2


def test_a_later_wish_replaces_an_earlier_one() -> None:
    clock = AlarmClock()
    clock.set("a", 10)
    clock.set("a", 20)
    clock.set("b", 15)
    clock.unset("c")
    assert clock.due(12) == []
    assert clock.due(30) == ["b", "a"]


@pytest.mark.parametrize(
    ("heard", "on_duty", "mono", "silent"),
    [
        ({}, [], 100_000, []),
        ({"T1": 99_000}, ["T1"], 100_000, []),
        ({"T1": 94_000}, ["T1"], 100_000, ["T1"]),
        ({"T1": 94_000}, [], 100_000, []),
        ({}, ["T1"], 100_000, ["T1"]),
        ({"T1": 0}, ["T1"], FORGET_MS + 1, []),
    ],
)
def test_which_tills_may_be_selling_unheard(
    heard: dict[str, int], on_duty: list[str], mono: int, silent: list[str]
) -> None:
    tills = Tills()
    for device, at in heard.items():
        tills.heard(device, at)
    assert tills.silent(mono, 5000, on_duty) == silent

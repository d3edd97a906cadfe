"""The projections are what the journals give; a row that somebody edited is found."""

from pathlib import Path

import pytest
from sqlalchemy import text

from edge_agent.messages import FactArrived
from edge_agent.projections.rebuild import verify_projections
from tests.support.agents import TILL, TillSide, agent_settings, built_agent, command, running_agent, turn
from tests.support.clocks import ManualClock
from tests.support.desk import COATS, Desk, order_row
from tests.support.stock_builders import COAT, MUG, came_back, handed_over, sale_of, sold_line


@pytest.fixture
def busy(tmp_path: Path, till: TillSide) -> Path:
    """The folder of an agent behind whom a morning lies: sales, an order, a return, a tag swap."""
    with running_agent(agent_settings(tmp_path)) as agent:
        till.connect(agent)
        lines = [
            {"gtin": COAT, "qty": 3, "units": COATS, "location": "salesfloor"},
            {"gtin": MUG, "qty": 5, "location": "salesfloor"},
        ]
        till.command("stock.receive", lines=lines, reason="opening")
        till.send(sale_of(sold_line(COAT, units=[COATS[0]]), sold_line(MUG, 2, tagged=False)))
        till.send(sale_of(sold_line(COAT), sale="s2"))
        till.send(came_back(COAT, COATS[0]))
        till.send(sale_of(sold_line(COAT, units=[COATS[1]]), sale="s3"))
        till.send(sale_of(sold_line(COAT, units=[COATS[1]]), sale="s4"))
    return tmp_path / "agent"


def test_a_busy_morning_can_be_folded_anew(tmp_path: Path, busy: Path) -> None:
    with built_agent(agent_settings(tmp_path)) as agent, agent.book.read() as conn:
        assert verify_projections(conn) == []


@pytest.mark.parametrize(
    "edit",
    [
        """UPDATE stock_balance SET body = '{"salesfloor/sellable": 99}'""",
        "DELETE FROM stock_unit WHERE key = (SELECT min(key) FROM stock_unit)",
        "DELETE FROM stock_folded WHERE key = (SELECT max(key) FROM stock_folded)",
        "DELETE FROM sold_units",
        "UPDATE alarms SET state = 'settled'",
    ],
)
def test_an_edited_row_is_found(tmp_path: Path, busy: Path, edit: str) -> None:
    with built_agent(agent_settings(tmp_path)) as agent:
        with agent.book.unit() as unit:
            unit.conn.execute(text(edit))
        with agent.book.read() as conn:
            assert verify_projections(conn)


def test_the_state_in_memory_is_the_state_after_a_restart(tmp_path: Path) -> None:
    clock = ManualClock()
    settings = agent_settings(tmp_path)
    with built_agent(settings, clock) as agent:
        desk = Desk(agent, clock)
        desk.assign(order_row())
        desk.make_ready()
        desk.assign(order_row("o2", ("1", COAT, 1)))
        command(agent, "basket.suspend", "b1", basket={"id": "b1"})
        fact = handed_over("o1", [COATS[0]], ("1", COAT, 1), ("2", MUG, 2))
        turn(agent, FactArrived(TILL, 1, clock.now_ms(), fact), FactArrived(TILL, 2, clock.now_ms(), came_back(MUG)))
        before = agent.heart.shop
    with built_agent(settings, clock) as agent:
        after = agent.heart.shop
        assert after.stock == before.stock
        assert (after.gone, after.returns, after.baskets) == (before.gone, before.returns, before.baskets)
        assert after.orders == {key: held for key, held in before.orders.items() if not held.finished}
        assert after.finished == {"o1"}

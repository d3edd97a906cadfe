"""A sale at a till becomes a movement at the agent, and every till sees the stock fall."""

from pathlib import Path

from tests.support.agents import TillSide, agent_settings, running_agent
from tests.support.stock_builders import COAT, MUG, sale_of, sold_line, unit_of
from tests.support.waiting import wait_until


def test_a_sale_lowers_the_stock_that_tills_see(tmp_path: Path, till: TillSide) -> None:
    with running_agent(agent_settings(tmp_path)) as agent:
        till.connect(agent)
        lines = [
            {"gtin": COAT, "qty": 2, "units": [unit_of(COAT, 1), unit_of(COAT, 2)], "location": "salesfloor"},
            {"gtin": MUG, "qty": 5, "location": "salesfloor"},
        ]
        opened = till.command("stock.receive", lines=lines, reason="opening")
        assert opened.status_code == 200, opened.text
        assert till.rows("stock")[COAT]["sellable"] == 2

        ack = till.send(sale_of(sold_line(COAT, units=[unit_of(COAT, 1)]), sold_line(MUG, 2, tagged=False)))

        assert ack.ack == till.book.head.seq
        rows = till.rows("stock")
        assert (rows[COAT]["floor"], rows[MUG]["atp"]) == (1, 3)
        unit = till.ask(f"/v1/units/{unit_of(COAT, 1)}").json()
        assert (unit["state"], unit["sold"]["number"]) == ("sold", "T1-1")
        wait_until(lambda: agent.heart.waiting == 0)

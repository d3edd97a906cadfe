"""Leases for the online channel: granted from what is free, used by orders, freed only when they come back."""

from pathlib import Path

from edge_agent.messages import TimeCame
from tests.support.agents import agent_settings, built_agent, feed, turn
from tests.support.clocks import ManualClock
from tests.support.desk import Desk, order_row
from tests.support.stock_builders import MUG


def test_a_share_is_leased_used_and_returned(tmp_path: Path) -> None:
    clock = ManualClock()
    settings = agent_settings(tmp_path, leases={"share": 0.5, "keep": 1, "ttl_minutes": 120})
    with built_agent(settings, clock) as agent:
        desk = Desk(agent, clock)
        turn(agent, TimeCame("leases:"))
        assert (desk.stock(MUG)["leased"], desk.stock(MUG)["atp"]) == (2, 3)

        desk.assign(order_row("o1", ("1", MUG, 1)))
        mug = desk.stock(MUG)
        assert (mug["leased"], mug["committed"], mug["atp"]) == (1, 1, 3)

        clock.forward(121 * 60_000)
        assert desk.stock(MUG)["leased"] == 1, "time alone frees nothing"
        feed(agent, "leases", {f"online-{MUG}": {"id": f"online-{MUG}", "gtin": MUG, "state": "returned"}})
        mug = desk.stock(MUG)
        assert (mug["leased"], mug["committed"], mug["atp"]) == (0, 1, 4)


def test_a_lease_is_renewed_before_it_ends(tmp_path: Path) -> None:
    clock = ManualClock()
    with built_agent(agent_settings(tmp_path, leases={"share": 0.5, "keep": 1}), clock) as agent:
        Desk(agent, clock)
        turn(agent, TimeCame("leases:"))
        before = agent.heart.shop.stock.leases[f"online-{MUG}"].until
        clock.forward(90 * 60_000)
        turn(agent, TimeCame("leases:"))
        assert agent.heart.shop.stock.leases[f"online-{MUG}"].until == before + 90 * 60_000

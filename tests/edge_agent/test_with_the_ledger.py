"""Agent and ledger as they ship, a till between them: an order from the web shop to the customer's hand."""

import base64
from pathlib import Path
from typing import Any

from sync.ledger.wiring import enrol
from tests.support.agents import AGENT, STORE, TILL, TillSide, agent_settings, prepared, running_agent
from tests.support.ledgers import WEB, call, ledger_settings, order_body, post_order, running_ledger
from tests.support.stock_builders import COAT, MUG, handed_over, sale_of, sold_line, unit_of
from tests.support.waiting import wait_until

UNITS = [unit_of(COAT, n) for n in range(2)]


def test_an_order_goes_from_the_web_shop_to_the_customers_hand(tmp_path: Path, till: TillSide) -> None:
    above = ledger_settings(tmp_path / "ledger")
    with running_ledger(above) as ledger:
        own = prepared(agent_settings(tmp_path, ledger={"url": ledger.url, "patience_s": 0.3}))
        key = enrol(above, STORE, TILL, "till", till.identity.public)
        settings = own.model_copy(
            update={"ledger": own.ledger.model_copy(update={"public_key": base64.b64encode(key).decode()})}
        )
        with running_agent(settings) as agent:
            enrol(above, STORE, AGENT, "agent", agent.identity.public)
            till.dial(f"http://127.0.0.1:{agent.ports.http}")
            wait_until(lambda: till.ask("/v1/stock/x").status_code == 404, 15)
            lines = [
                {"gtin": COAT, "qty": 2, "units": UNITS, "location": "salesfloor"},
                {"gtin": MUG, "qty": 3, "location": "salesfloor"},
            ]
            assert till.command("stock.receive", lines=lines, reason="opening").status_code == 200
            till.send(sale_of(sold_line(COAT, units=[UNITS[1]])))
            wait_until(lambda: available(ledger, COAT) == 1)

            posted = post_order(ledger, order_body("W-1", (COAT, 1), (MUG, 2)))
            assert posted.status_code == 201, posted.text
            order = posted.json()["id"]
            wait_until(lambda: till.rows("work").get(order))
            work = till.rows("work")[order]
            assert (work["work"], work["total"]) == ("accepted", 3)
            by_gtin = {line["gtin"]: line["id"] for line in work["lines"]}

            assert till.command("order.pick", order).status_code == 200
            till.command("order.bind", order, line=by_gtin[COAT], gtin=COAT, unit=UNITS[0], means="tag")
            for _ in range(2):
                till.command("order.bind", order, line=by_gtin[MUG], gtin=MUG, unit=None, means="scan")
            for kind, args in (
                ("order.verify", {"units": [UNITS[0]], "counted": {MUG: 2}}),
                ("order.stage", {"bin": "A1"}),
                ("order.ready", {}),
            ):
                assert till.command(kind, order, **args).status_code == 200
            wait_until(lambda: axes(ledger, order)["work"] == "ready")

            till.send(handed_over(order, [UNITS[0]], (by_gtin[COAT], COAT, 1), (by_gtin[MUG], MUG, 2)))
            wait_until(lambda: axes(ledger, order)["work"] == "handed_over")
            assert till.rows("work")[order] is None
            wait_until(lambda: available(ledger, MUG) == 1)
            assert till.rows("alarms") == {}
            assert agent.inspector.health().notices == ()


def available(ledger: Any, gtin: str) -> int:
    answer = call(ledger, "GET", f"/v1/availability?gtin={gtin}", WEB)
    assert answer.status_code == 200, answer.text
    return sum(store["atp"] for store in answer.json()["stores"])


def axes(ledger: Any, order: str) -> dict[str, str]:
    found: dict[str, str] = call(ledger, "GET", f"/v1/orders/{order}", WEB).json()["axes"]
    return found

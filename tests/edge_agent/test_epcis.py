"""EPCIS 2.0 on a real agent over a real socket: a day's goods as events, from the same facts that move stock."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from edge_agent.wiring import Agent
from retail.epcis import canonical, document, event_id, unit_uri
from tests.support.agents import TillSide, agent_settings, feed_message, running_agent
from tests.support.desk import order_row
from tests.support.epcis import schema_errors, shipping_event
from tests.support.stock_builders import COAT, came_back, handed_over, sale_of, sold_line, unit_of
from tests.support.waiting import wait_until

GLN = "3012345000017"
FIRST, SECOND = unit_of(COAT, 1), unit_of(COAT, 2)


@pytest.fixture
def agent(tmp_path: Path, till: TillSide) -> Iterator[Agent]:
    with running_agent(agent_settings(tmp_path, epcis={"gln": GLN})) as made:
        till.connect(made)
        lines = [{"gtin": COAT, "qty": 3, "units": [FIRST, SECOND], "location": "salesfloor"}]
        assert till.command("stock.receive", lines=lines).status_code == 200
        yield made


def events(till: TillSide, query: str = "") -> list[dict[str, Any]]:
    answer = till.ask(f"/v1/epcis/events{query}")
    assert answer.status_code == 200, answer.text
    assert schema_errors(answer.json()) == []
    found: list[dict[str, Any]] = answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    assert all(event["eventID"] == event_id(event) for event in found if event["bizStep"] != "shipping")
    return found


def told(till: TillSide, query: str = "") -> list[tuple[str, str]]:
    return [(event["bizStep"], event["disposition"]) for event in events(till, query)]


def stock(till: TillSide) -> dict[str, Any]:
    levels: dict[str, Any] = till.ask(f"/v1/stock/{COAT}").json()
    return {name: value for name, value in levels.items() if name != "as_of"}


def test_the_life_of_a_unit(agent: Agent, till: TillSide) -> None:
    agent.heart.post(feed_message("orders", {"o1": order_row("o1", ("1", COAT, 1))}))
    wait_until(lambda: till.ask("/v1/orders/W-o1").status_code == 200)
    for kind, args in (
        ("order.pick", {}),
        ("order.bind", {"line": "1", "gtin": COAT, "unit": FIRST, "means": "tag"}),
        ("order.verify", {"units": [FIRST]}),
        ("order.stage", {"bin": "A1"}),
        ("order.ready", {}),
    ):
        assert till.command(kind, "o1", **args).status_code == 200
    till.send(handed_over("o1", [FIRST], ("1", COAT, 1)))
    till.send(sale_of(sold_line(COAT, units=[SECOND])))
    till.send(came_back(COAT, SECOND, grade="C"))
    link = quote(unit_uri(FIRST), safe="")
    assert told(till, f"?MATCH_epc={link}") == [
        ("receiving", "in_progress"), ("picking", "in_progress"), ("staging_outbound", "reserved"),
        ("retail_selling", "retail_sold"),
    ]  # fmt: skip
    assert told(till, f"?MATCH_epc={quote(unit_uri(SECOND), safe='')}") == [
        ("receiving", "in_progress"), ("retail_selling", "retail_sold"), ("receiving", "returned"),
        ("inspecting", "damaged"),
    ]  # fmt: skip
    (first, *_, last) = events(till)
    assert first["quantityList"] == [{"epcClass": f"https://id.gs1.org/01/{COAT}", "quantity": 1}]
    assert last["bizLocation"] == {"id": f"https://id.gs1.org/414/{GLN}/254/quarantine"}
    alone = till.ask(f"/v1/epcis/events/{quote(first['eventID'], safe='')}")
    assert (alone.status_code, alone.json()["epcList"]) == (200, first["epcList"])
    assert schema_errors(alone.json()) == []
    assert alone.headers["GS1-EPCIS-Version"] == "2.0.0"
    assert not {"anna", "o1", "W-o1", "T1-1", "s1"} & set(str(events(till)).replace("'", " ").split())


def test_linked_data_is_named_so_when_it_is_asked_for(agent: Agent, till: TillSide) -> None:
    answer = till.http.get("/v1/epcis/events", headers={"Accept": "application/ld+json"})
    assert answer.headers["content-type"] == "application/ld+json"
    assert till.ask("/v1/epcis/events").headers["content-type"] == "application/json"


def test_a_shipment_announced_by_a_warehouse_stays_an_announcement(agent: Agent, till: TillSide) -> None:
    before = (stock(till), agent.book.head)
    unit = unit_of(COAT, 5)
    announced = {**shipping_event(1), "epcList": [unit_uri(unit)]}
    for _ in range(2):
        taken = till.http.post("/v1/epcis/capture", json=document([announced], 0))
        assert taken.status_code == 202, taken.text
    assert till.ask(taken.headers["Location"]).json()["success"] is True
    assert (stock(till), agent.book.head) == before
    assert till.ask(f"/v1/units/{unit}").json()["state"] == "unknown"
    assert told(till, f"?MATCH_epc={quote(canonical(unit_uri(unit)), safe='')}") == [("shipping", "in_transit")]
    refused = till.http.post("/v1/epcis/capture", json=document([{**announced, "action": "LOOK"}], 0))
    assert (refused.status_code, refused.json()["type"]) == (400, "/problems/invalid-document")


def test_only_devices_of_the_store_may_ask(agent: Agent) -> None:
    url = f"http://127.0.0.1:{agent.ports.http}/v1/epcis"
    assert httpx.get(f"{url}/events", timeout=10).status_code == 403
    assert httpx.post(f"{url}/capture", json=document([], 0), timeout=10).status_code == 403
    assert httpx.options(url, timeout=10).headers["GS1-EPCIS-Min"] == "2.0.0"


def test_a_lost_index_is_made_again_from_the_journal(tmp_path: Path, till: TillSide) -> None:
    settings = agent_settings(tmp_path, epcis={"gln": GLN})
    with running_agent(settings) as agent:
        till.connect(agent)
        assert till.command("stock.receive", lines=[{"gtin": COAT, "qty": 2, "units": [FIRST]}]).status_code == 200
        before = events(till)
        assert len(before) == 1
    for file in settings.data.glob("epcis.db*"):
        file.unlink()
    with running_agent(settings) as agent:
        till.dial(f"http://127.0.0.1:{agent.ports.http}")
        assert events(till) == before


def test_a_record_that_cant_be_read_is_left_out(agent: Agent, till: TillSide) -> None:
    with agent.book.unit() as unit:
        unit.record_text("stock.moved", 1, '{"moves": 7}')
        unit.record_text("stock.moved", 99, "{}")
    assert told(till) == [("receiving", "in_progress")]

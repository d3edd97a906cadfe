"""What tills ask of the agent: commands, questions, hints, and the status page for people."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from edge_agent.health_page import language
from edge_agent.wiring import Agent
from sync.identity.enrolment import SignedAuth
from tests.support.agents import PLAN, TillSide, agent_settings, feed_message, running_agent
from tests.support.desk import order_row
from tests.support.stock_builders import COAT, came_back, handed_over, sale_of, sold_line, unit_of
from tests.support.waiting import wait_until

UNIT = unit_of(COAT, 1)


@pytest.fixture
def agent(tmp_path: Path, till: TillSide) -> Iterator[Agent]:
    with running_agent(agent_settings(tmp_path)) as made:
        till.connect(made)
        lines = [{"gtin": COAT, "qty": 2, "units": [UNIT, unit_of(COAT, 2)], "location": "salesfloor"}]
        assert till.command("stock.receive", lines=lines).status_code == 200
        yield made


def test_a_unit_tells_its_whole_life(agent: Agent, till: TillSide) -> None:
    assert till.ask(f"/v1/units/{UNIT}").json()["state"] == "in_stock"
    assert till.ask(f"/v1/units/{unit_of(COAT, 9)}").json()["state"] == "unknown"
    till.send(sale_of(sold_line(COAT, units=[UNIT])))
    sold = till.ask(f"/v1/units/{UNIT}").json()
    assert (sold["state"], sold["sold"]["unit_minor"], sold["sold"]["line"]) == ("sold", 1000, COAT[-4:])
    till.send(came_back(COAT, UNIT, grade="B"))
    back = till.ask(f"/v1/units/{UNIT}").json()
    assert (back["state"], back["location"], back["condition"], back["sold"]) == (
        "returned",
        "returns",
        "b_grade",
        None,
    )
    assert till.command("return.grade", "r", grade="A").status_code == 200
    assert till.ask(f"/v1/units/{UNIT}").json()["state"] == "in_stock"


def test_a_ticket_is_found_by_its_number(agent: Agent, till: TillSide) -> None:
    till.send(sale_of(sold_line(COAT)))
    assert till.ask("/v1/sales/T1-1").json()["sale"] == "s1"
    assert till.ask("/v1/sales/T1-2").status_code == 404


def test_an_order_is_found_by_id_and_number_even_when_it_is_done(agent: Agent, till: TillSide) -> None:
    agent.heart.post(feed_message("orders", {"o1": order_row("o1", ("1", COAT, 1))}))
    wait_until(lambda: till.ask("/v1/orders/W-o1").status_code == 200)
    till.command("order.pick", "o1")
    till.command("order.bind", "o1", line="1", gtin=COAT, unit=UNIT, means="tag")
    assert till.ask(f"/v1/units/{UNIT}").json()["bound"] == "o1"
    for kind, args in (("order.verify", {"units": [UNIT]}), ("order.stage", {"bin": "A1"}), ("order.ready", {})):
        assert till.command(kind, "o1", **args).status_code == 200
    till.send(handed_over("o1", [UNIT], ("1", COAT, 1)))
    assert till.ask("/v1/orders/o1").json()["work"] == "handed_over"
    unit = till.ask(f"/v1/units/{UNIT}").json()
    assert (unit["state"], unit["order"]["id"], unit["order"]["paid"]["ref"]) == ("handed_over", "o1", "p1")


def test_stock_of_one_article(agent: Agent, till: TillSide) -> None:
    assert till.ask(f"/v1/stock/{COAT}").json()["floor"] == 2
    assert till.ask("/v1/stock/00000000000000").status_code == 404


def test_a_suspended_basket_is_handed_out_once(agent: Agent, till: TillSide) -> None:
    assert till.command("basket.suspend", "b1", basket={"lines": []}).status_code == 200
    assert [held["device"] for held in till.ask("/v1/baskets/all").json()["baskets"]] == ["LYO1-T1"]
    assert till.command("basket.resume", "b1").json()["basket"] == {"lines": []}
    assert till.command("basket.resume", "b1").json()["reason"] == "not_suspended"


def test_a_hint_reaches_a_listening_till_at_once(agent: Agent, till: TillSide) -> None:
    url = f"http://127.0.0.1:{agent.ports.http}/v1/stream"
    seen: list[tuple[float, str]] = []
    listening = threading.Event()

    def listen() -> None:
        with (
            httpx.Client(auth=SignedAuth(till.identity), timeout=10, trust_env=False) as client,
            client.stream("GET", url) as response,
        ):
            for line in response.iter_lines():
                listening.set()
                if '"stock"' in line:
                    seen.append((time.monotonic(), line))
                    return

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    assert listening.wait(5)
    till.send(sale_of(sold_line(COAT)))
    answered = time.monotonic()
    thread.join(5)
    assert seen
    assert seen[0][0] - answered < 1.0


def test_health_for_machines_and_for_people(agent: Agent, till: TillSide) -> None:
    till.ask("/v1/stock/x")
    health = till.ask("/v1/health").json()
    assert (health["state"], health["device"], health["tills"][0]["device"]) == ("ok", "LYO1-A", "LYO1-T1")
    french = till.http.get("/", headers={"Accept-Language": "fr-FR,fr;q=0.9"}).text
    assert '<html lang="fr">' in french
    assert "Tout va bien" in french
    english = till.http.get("/?lang=en").text
    assert "All is well" in english
    assert 'scope="col"' in english


@pytest.mark.parametrize(
    ("accepted", "asked", "expected"),
    [("de,en;q=0.5", "", "en"), ("", "", "fr"), ("en", "fr", "fr"), ("en", "xx", "en")],
)
def test_the_page_speaks_french_unless_asked_for_english(accepted: str, asked: str, expected: str) -> None:
    assert language(accepted, asked) == expected


def test_what_a_feed_says_is_escaped_on_the_page(agent: Agent, till: TillSide) -> None:
    agent.heart.post(feed_message("settings", {"plan": {"zones": [{"id": "<b>", "location": "<script>"}]}, "x": PLAN}))
    wait_until(lambda: till.ask("/v1/health").json()["notices"])
    assert "<script>" not in till.http.get("/").text

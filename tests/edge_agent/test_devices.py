"""Devices at the agent: who may switch an output, and what the health page counts of readers and of tills' scanners."""

import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest

from drivers.contracts import SetGpo
from drivers.rfid.gathered import Counters
from edge_agent.effects import Act
from edge_agent.health_page import page
from edge_agent.supervisor import ReaderHealth
from edge_agent.wiring import Agent
from tests.support.agents import GATE, TillSide, agent_settings, built_agent, command, feed, running_agent

STAFF = {
    who: {"id": who, "name": who.title(), "role": role, "pin": "", "badge": None, "active": active}
    for who, role, active in (
        ("carl", "cashier", True), ("anna", "associate", True), ("nadia", "manager", True), ("marc", "manager", False),
    )
}  # fmt: skip


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Agent]:
    with built_agent(agent_settings(tmp_path, readers=[GATE])) as made:
        feed(made, "staff", STAFF)
        yield made


@pytest.fixture
def acts(agent: Agent, monkeypatch: pytest.MonkeyPatch) -> list[Act]:
    done: list[Act] = []
    monkeypatch.setattr(agent.heart.outside, "act", done.append)
    return done


def switch(agent: Agent, by: str, **args: str) -> tuple[int, str]:
    answer = command(agent, "device.gpo", by=by, device="portique", port=2, on=True, pulse_ms=1000, **args)
    return answer.status, str(answer.body.get("reason", ""))


@pytest.mark.parametrize(
    ("by", "approved_by", "reason"),
    [
        ("carl", "", "not_permitted"),
        ("carl", "nadia", "not_permitted"),
        ("anna", "", "needs_approval"),
        ("anna", "anna", "needs_approval"),
        ("anna", "marc", "needs_approval"),
        ("marc", "", "not_permitted"),
        ("nobody", "nadia", "not_permitted"),
    ],
)
def test_an_output_isnt_switched_by_who_may_not(
    agent: Agent, acts: list[Act], by: str, approved_by: str, reason: str
) -> None:
    assert switch(agent, by, approved_by=approved_by) == (409, reason)
    assert acts == []


@pytest.mark.parametrize(("by", "approved_by"), [("nadia", ""), ("anna", "nadia")])
def test_a_manager_switches_it_or_allows_it(agent: Agent, acts: list[Act], by: str, approved_by: str) -> None:
    assert switch(agent, by, approved_by=approved_by)[0] == 200
    assert [act.command for act in acts] == [SetGpo(2, True, 1000)]


def test_who_left_may_no_longer_and_people_are_known_after_a_start(agent: Agent, acts: list[Act]) -> None:
    with agent.book.read() as conn:
        agent.heart.reload(conn)
    assert switch(agent, "nadia")[0] == 200
    feed(agent, "staff", {"nadia": None}, first=9)
    assert switch(agent, "nadia") == (409, "not_permitted")


def test_the_page_counts_what_drivers_passed_over(agent: Agent) -> None:
    health = ReaderHealth("portable", "zebra-handheld", "mqtt://h/t")
    counters = Counters(garbled=3, overflowed=40, repeated=71)
    driver = SimpleNamespace(dropped=3, counters=counters, line=threading.Lock())
    health.counted_by(driver)
    told = health.as_json()
    assert (told["dropped"], told["overflowed"], told["repeated"]) == (3, 40, 71)
    agent.supervisor.health["portable"] = health
    found = agent.inspector.health()
    assert found.as_json()["readers"][-1]["repeated"] == 71
    shown = page(found, "en")
    assert "Repeated messages" in shown
    assert '<td class="n">71</td>' in shown


def test_tills_tell_what_their_scanners_couldnt_read(tmp_path: Path, till: TillSide) -> None:
    with running_agent(agent_settings(tmp_path)) as agent:
        till.connect(agent)
        answer = till.http.post("/v1/health", json={"unreadable": {"scanner": 4}})
        assert (answer.status_code, answer.json()["store"]) == (200, "LYO1")
        url = f"http://127.0.0.1:{agent.ports.http}"
        (row,) = httpx.get(f"{url}/v1/health", timeout=5, trust_env=False).json()["tills"]
        assert row["unreadable"] == {"scanner": 4}
        shown = httpx.get(f"{url}/?lang=fr", timeout=5, trust_env=False).text
        assert "Scans illisibles" in shown
        assert httpx.post(f"{url}/v1/health", json={}, timeout=5, trust_env=False).status_code in (401, 403)
        for wrong in ({"unreadable": {"scanner": -1}}, {"unreadable": {str(n): n for n in range(30)}}):
            assert till.http.post("/v1/health", json=wrong).status_code == 400

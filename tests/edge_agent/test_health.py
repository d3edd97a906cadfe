"""The health page while drivers are at work."""

import socket
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from drivers.readings import ReaderEvent, ReaderEventKind
from edge_agent.health import Health
from edge_agent.health_page import page
from edge_agent.health_words import WORDS
from edge_agent.messages import ReaderSpoke, ReadsArrived, Tick
from edge_agent.supervisor import ReaderHealth
from edge_agent.wiring import Agent
from retail.epc.refused import EpcReason
from tests.support.agents import GATE, PLAN, agent_settings, built_agent, command, epc_of, feed, reads, turn
from tests.support.stock_builders import COAT, unit_of


def test_a_reader_whose_driver_holds_a_socket_can_be_shown() -> None:
    with socket.socket() as line:
        reader = ReaderHealth("portique", "llrp", "tcp://10.0.0.9:5084")
        reader.counted_by(SimpleNamespace(dropped=3, line=line))  # type: ignore[arg-type]
        health = Health(
            store="LYO1", device="LYO1-A", program="1", at_ms=1, head=0, inbox=0,
            dropped_reads=0, failed_messages=0, storage="", broker="", feeds={}, readers=(reader,),
        )  # fmt: skip
        (shown,) = health.as_json()["readers"]
    assert (shown["name"], shown["dropped"]) == ("portique", 3)


CEILING = {"name": "sol", "kind": "llrp", "url": "tcp://127.0.0.1:1", "antennas": [{"port": 1, "zone": "homme"}]}
HAND = {"name": "portable", "kind": "zebra-handheld", "url": "mqtt://127.0.0.1:1/hand"}
UNIT = unit_of(COAT, 1)


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Agent]:
    with built_agent(agent_settings(tmp_path, readers=[CEILING, GATE, HAND], telemetry={"on": True})) as made:
        feed(made, "settings", {"plan": PLAN})
        yield made


def test_reads_that_came_to_nothing_are_counted_with_their_reason(
    agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = agent.watch.now_us()
    lines = [{"gtin": COAT, "qty": 1, "units": [UNIT], "location": "salesfloor"}]
    assert command(agent, "stock.receive", lines=lines, reason="opening").status == 200
    ours, foreign, nonsense = epc_of(UNIT), epc_of(unit_of(COAT, 9)), bytes(12)
    turn(
        agent,
        ReadsArrived(reads("sol", now, *((epc, 1, -5000, now, 1) for epc in (ours, foreign, nonsense)))),
        ReadsArrived(reads("sol", now, (ours, 4, -5000, now, 1), (ours, 4, -5000, now, 1))),
        ReadsArrived(reads("portable", now, (ours, 1, -5000, now, 1))),
        ReadsArrived(reads("portique", now, (ours, 1, -5000, now - 60_000_000, 1))),
        Tick(now),
    )
    monkeypatch.setattr("edge_agent.telemetry.WAITING_READS", -1)
    agent.heard(ReadsArrived(reads("sol", now, (ours, 1, -5000, now, 1))))
    health = agent.inspector.health()
    found = health.as_json()["passed_over"]
    assert found == {
        "unplanned": {"sol": {"4": 2}}, "refused": {"empty": 1}, "not_followed": 1, "late": 1, "masked": 0,
        "telemetry_dropped": 1,
    }  # fmt: skip
    assert [(one.subject, one.text) for one in health.notices if one.code == "unplanned_antenna"] == [("sol 4", "2")]
    french, english = page(health, "fr"), page(health, "en")
    for words in ("Antenne absente du plan", "Lectures trop anciennes au portique", "Étiquettes refusées (vide)"):
        assert words in french
    for words in ("Raw reads that weren&#x27;t kept", "Tags that were refused (empty)"):
        assert words in english


def test_what_a_reader_says_beside_everything_else_stands_on_the_page(agent: Agent) -> None:
    now = agent.watch.now_us()
    text = "two readers under the name sol: a and b <c>"
    agent.supervisor.health["sol"].heard(ReaderEvent("sol", ReaderEventKind.OTHER, now, text=text))
    agent.heard(ReaderSpoke(ReaderEvent("sol", ReaderEventKind.OTHER, now, text=text)))
    health = agent.inspector.health()
    row = next(one for one in health.as_json()["readers"] if one["name"] == "sol")
    assert (row["remarks"], row["said"]) == (1, text)
    assert row["said_ago_ms"] < 60_000
    shown = page(health, "fr")
    assert "Dernier message" in shown
    assert "a and b &lt;c&gt;" in shown


def test_every_word_of_the_page_has_both_languages() -> None:
    assert all(french and english for french, english in WORDS.values())
    assert {reason.value for reason in EpcReason} <= WORDS.keys()

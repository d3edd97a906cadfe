"""Readers that post to the agent: only with their token, only what can be read, taken before it is answered."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from drivers.rfid.readings import SeenTag
from drivers.rfid.twins.impinj_http import ImpinjWebhookTwin
from drivers.rfid.twins.impinj_rest import tag_event
from edge_agent import reader_webhook
from edge_agent.wiring import Agent
from tests.support.agents import PLAN, TillSide, agent_settings, epc_of, feed_message, running_agent
from tests.support.stock_builders import COAT, unit_of
from tests.support.waiting import wait_until

COATS = [unit_of(COAT, n) for n in range(3)]
READERS = [
    {
        "name": "plafond", "kind": "impinj-webhook", "url": "webhook:",
        "options": {"token": "s3cret", "silence_s": 2.0}, "antennas": [{"port": 1, "zone": "homme"}],
    },
    {
        "name": "second", "kind": "impinj-webhook", "url": "webhook:",
        "options": {"hook_user": "r700", "hook_password": "pw", "silence_s": 0},
    },
    {"name": "open", "kind": "impinj-webhook", "url": "webhook:"},
]  # fmt: skip
TOKEN = {"Authorization": "Bearer s3cret"}


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Agent]:
    with running_agent(agent_settings(tmp_path, readers=READERS)) as made:
        yield made


@pytest.fixture
def http(agent: Agent) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"http://127.0.0.1:{agent.ports.http}", timeout=20, trust_env=False) as client:
        yield client


def body(unit: str, at_us: int = 0) -> bytes:
    return b"[" + tag_event(SeenTag(epc_of(unit)), at_us, "r700").replace(b'"timestamp"', b'"_"') + b"]"


def post(http: httpx.Client, name: str, content: bytes, headers: dict[str, str] | None = None) -> httpx.Response:
    return http.post(f"/v1/readers/{name}/events", content=content, headers=headers or TOKEN)


def test_reads_reach_the_store_and_a_silent_reader_is_lost_and_found(
    agent: Agent, http: httpx.Client, till: TillSide
) -> None:
    till.connect(agent)
    agent.heart.post(feed_message("settings", {"plan": PLAN}))
    lines = [{"gtin": COAT, "qty": 3, "units": COATS, "location": "salesfloor"}]
    till.command("stock.receive", lines=lines, reason="opening")
    twin = ImpinjWebhookTwin(f"{http.base_url}/v1/readers/plafond/events", "r700", token="s3cret")
    twin.start()
    health = agent.supervisor.health["plafond"]
    try:
        twin.present([SeenTag(epc_of(unit)) for unit in COATS])
        wait_until(lambda: all(agent.heart.shop.where(unit) is not None for unit in COATS), timeout=30)
        twin.overflow(5)
        wait_until(lambda: health.overflows)
        losses = health.losses
        twin.drop_link()
        wait_until(lambda: health.losses == losses + 1, timeout=15)
        twin.mend_link()
        wait_until(lambda: health.well, timeout=30)
    finally:
        twin.stop()


def test_who_may_not_post_is_refused(http: httpx.Client, agent: Agent) -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic !"}, {"Authorization": "Digest x"}):
        answer = post(http, "plafond", b"[]", headers or {"X": "y"})
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/not-allowed")
    assert post(http, "nobody", b"[]").status_code == 404
    assert post(http, "open", b"[]").status_code == 404
    assert "token" in agent.supervisor.health["open"].reason
    assert http.post("/v1/readers/second/events", content=b"[]", auth=("r700", "no")).status_code == 403
    wait_until(lambda: http.post("/v1/readers/second/events", content=b"[]", auth=("r700", "pw")).status_code == 204)


def test_bodies_that_cannot_be_read_are_refused_for_good_and_counted(agent: Agent, http: httpx.Client) -> None:
    wait_until(lambda: post(http, "plafond", b"[]").status_code == 204, timeout=30)
    for content in (b"{", b"[1]", b'[{"tagInventoryEvent":{"epc":7}}]', b"\xff"):
        answer = post(http, "plafond", content)
        assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed")
    large = post(http, "plafond", b" " * (reader_webhook.BODY_BYTES + 1))
    assert (large.status_code, large.json()["type"]) == (413, "/problems/batch-too-large")
    assert post(http, "plafond", body(COATS[0])).status_code == 204
    health = agent.supervisor.health["plafond"]
    assert health.garbled == 1, "told once"
    assert health.dropped == 4


def test_a_busy_agent_says_so_and_nothing_is_answered_that_was_not_taken(
    agent: Agent, http: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait_until(lambda: post(http, "plafond", b"[]").status_code == 204, timeout=30)
    monkeypatch.setattr("edge_agent.wiring.INBOX", 0)
    answer = post(http, "plafond", body(COATS[0]))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    monkeypatch.undo()
    before = agent.supervisor.health["plafond"].reads
    assert post(http, "plafond", body(COATS[0])).status_code == 204
    assert agent.supervisor.health["plafond"].reads == before + 1, "delivered before it was answered"
    monkeypatch.setattr(reader_webhook, "TAKE_S", 0.3)
    agent.supervisor._workers["plafond"].stop()
    assert post(http, "plafond", body(COATS[0])).status_code == 503


def test_a_body_nested_beyond_reason_is_refused_once_and_the_next_is_taken(agent: Agent, http: httpx.Client) -> None:
    wait_until(lambda: post(http, "plafond", body(COATS[0])).status_code == 204)
    assert post(http, "plafond", b'{"a":' * 3_600).status_code == 400
    assert post(http, "plafond", body(COATS[0])).status_code == 204
    assert agent.supervisor.health["plafond"].state in ("connected", "reading")
    assert agent.supervisor.health["plafond"].losses == 0

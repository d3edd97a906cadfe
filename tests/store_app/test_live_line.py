"""The live line at a real agent: what is followed is heard, what isn't any more is not; a cut line comes back."""

import queue
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.readings import Read
from edge_agent.messages import ReadsArrived
from edge_agent.wiring import Agent
from store_app.live_line import LiveLine
from store_app.presenters.messages import LiveCut, LiveTold
from sync.identity.enrolment import SignedAuth
from tests.support.agents import TillSide, agent_settings, command, epc_of, reads, running_agent
from tests.support.stock_builders import COAT, unit_of
from tests.support.waiting import wait_until

UNIT = unit_of(COAT, 1)
CARRIED = {"name": "portable", "kind": "llrp", "url": "tcp://127.0.0.1:1"}


@pytest.fixture
def till(tmp_path: Path) -> Iterator[TillSide]:
    made = TillSide(tmp_path)
    yield made
    made.close()


@pytest.fixture
def agent(tmp_path: Path, till: TillSide) -> Iterator[Agent]:
    with running_agent(agent_settings(tmp_path, readers=[CARRIED])) as made:
        lines = [{"gtin": COAT, "qty": 1, "units": [UNIT], "location": "salesfloor"}]
        assert command(made, "stock.receive", lines=lines, reason="opening").status == 200
        till.connect(made)
        yield made


def line_to(agent: Agent, till: TillSide, news: "queue.SimpleQueue[object]") -> LiveLine:
    return LiveLine(f"http://127.0.0.1:{agent.ports.http}", SignedAuth(till.identity), news.put)


def read_by_handheld(agent: Agent, rssi: int) -> None:
    now = agent.watch.now_us()
    seen: Read = (epc_of(UNIT), 1, rssi, now, 1)
    agent.watch.heard(ReadsArrived(reads("portable", now, seen)))


def next_told(news: "queue.SimpleQueue[object]", topic: str) -> LiveTold:
    """The next word about a topic, within five seconds."""
    while True:
        found = news.get(timeout=5)
        if isinstance(found, LiveTold) and found.topic == topic:
            return found


def test_one_topic_at_a_time_is_heard(agent: Agent, till: TillSide) -> None:
    news: queue.SimpleQueue[object] = queue.SimpleQueue()
    line = line_to(agent, till, news)
    line.follow("devices")
    assert next_told(news, "devices").body["slot_ms"] == 500
    line.follow(f"locate/{UNIT}")
    wait_until(lambda: agent.watch.seeking._trails)
    read_by_handheld(agent, -4100)
    assert next_told(news, f"locate/{UNIT}").body["rssi_cdbm"] == -4100
    line.leave()
    wait_until(lambda: not agent.watch.seeking._trails)
    line.stop()
    line.stop()


def test_a_line_to_nobody_says_once_that_it_is_cut_and_ends_at_once(till: TillSide) -> None:
    news: queue.SimpleQueue[object] = queue.SimpleQueue()
    line = LiveLine("http://127.0.0.1:9", SignedAuth(till.identity), news.put)
    line.follow("gate")
    assert news.get(timeout=5) == LiveCut("gate")
    line.stop()
    assert news.empty()


def test_a_till_without_an_agent_follows_nothing() -> None:
    news: queue.SimpleQueue[object] = queue.SimpleQueue()
    line = LiveLine("", None, news.put)
    line.follow("gate")
    line.leave()
    line.stop()
    assert news.empty()

"""A large feed's snapshot at the agent: beside the heart, each row checked, and on to the tills as it came."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from edge_agent.feed_sink import HeartSink
from edge_agent.projections.tables import ASIDE
from edge_agent.wiring import Agent
from sync.feeds.apply import cursor
from sync.feeds.publish import put_many
from sync.feeds.sinks import Fetched
from sync.feeds.snapshot import SnapshotStore, unpack
from sync.storage.book import Book
from tests.support.agents import agent_settings, running_agent
from tests.support.books import open_book

GOOD = [(f"{n:014d}", {"gtin": f"{n:014d}", "tagged": True, "label": {"fr": f"Robe {n}"}}) for n in range(1, 41)]
BAD = (f"{99:014d}", {"gtin": "other", "tagged": True})


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Agent]:
    with running_agent(agent_settings(tmp_path)) as made:
        yield made


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Book]:
    with open_book(tmp_path / "ledger", "HQ-L") as made:
        yield made


def fetched(ledger: Book, folder: Path, rows: list[tuple[str, dict[str, object]]]) -> Fetched:
    """The catalogue's snapshot as it lies in the agent's folder when it was fetched and verified."""
    with ledger.unit() as work:
        put_many(work.conn, "catalogue", rows)
    store = SnapshotStore(folder / "built", ledger.engine, ledger.identity)
    info = store.build("catalogue", "")
    assert info is not None
    packed = store.file("catalogue", "", info.version)
    assert packed is not None
    raw = folder / "catalogue.snapshot.db"
    unpack(packed, raw, "catalogue", "", info, ledger.identity.public)
    return Fetched(raw, packed, info)


def sink(agent: Agent, folder: Path) -> HeartSink:
    return HeartSink(agent.book, folder / "pulled", agent.heart.post, agent.snapshots)


def test_a_whole_one_is_served_on_under_the_agents_own_signature(agent: Agent, ledger: Book, tmp_path: Path) -> None:
    came = fetched(ledger, tmp_path, GOOD)
    sink(agent, tmp_path).install("catalogue", came)
    with agent.book.read() as conn:
        assert cursor(conn, "catalogue", "") == len(GOOD)
    offered = agent.snapshots.latest("catalogue", "")
    assert offered is not None
    assert (offered.version, offered.sha256, offered.signed_by) == (len(GOOD), came.info.sha256, "LYO1-A")
    packed = agent.snapshots.file("catalogue", "", offered.version)
    assert packed is not None
    unpack(packed, tmp_path / "at-the-till.db", "catalogue", "", offered, agent.identity.public)
    assert not came.raw.exists()


def test_one_with_a_row_that_breaks_a_rule_is_taken_without_it_and_not_served_on(
    agent: Agent, ledger: Book, tmp_path: Path
) -> None:
    sink(agent, tmp_path).install("catalogue", fetched(ledger, tmp_path, [*GOOD, BAD]))
    with agent.book.read() as conn:
        assert cursor(conn, "catalogue", "") == len(GOOD) + 1
        aside = conn.execute(select(ASIDE.c.feed, ASIDE.c.key)).all()
    assert [tuple(row) for row in aside] == [("catalogue", BAD[0])]
    assert agent.snapshots.latest("catalogue", "") is None


def test_nobody_is_shown_a_feed_of_which_only_a_part_is_here(
    agent: Agent, ledger: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    halfway = sink(agent, tmp_path)
    monkeypatch.setattr(halfway, "_hand_over", lambda *_args: None)
    halfway.install("catalogue", fetched(ledger, tmp_path, GOOD))
    from sync.feeds.publish import deltas

    with agent.book.read() as conn:
        assert deltas(conn, "catalogue", 0, 10).rows == []
        assert cursor(conn, "catalogue", "") == 0

"""Between tills and the ledger: logs go up unchanged, feeds come down under the versions of their publisher."""

import base64
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from edge_agent.errors import WontStart
from edge_agent.wiring import Agent, build_agent
from sync.clock import SystemClock
from sync.feeds.publish import put
from sync.host import BookHost
from sync.journal.rows import head_of
from sync.storage.book import Book
from tests.support.agents import AGENT, PLAN, STORE, TillSide, agent_settings, built_agent, command, running_agent
from tests.support.books import introduce, open_book, served
from tests.support.stock_builders import COAT, sale_of, sold_line, unit_of
from tests.support.waiting import wait_until


@dataclass
class Chain:
    """A ledger that serves the protocol, an agent below it, a till that is enrolled at the ledger."""

    ledger: Book
    agent: Agent
    till: TillSide
    url: str

    def at_ledger(self, device: str) -> int:
        with self.ledger.read() as conn:
            found = head_of(conn, STORE, device)
        return found[0] if found else 0


@pytest.fixture
def chain(tmp_path: Path, till: TillSide) -> Iterator[Chain]:
    with open_book(tmp_path / "ledger", "HQ-L") as ledger, served(BookHost(ledger, is_ledger=True)) as server:
        introduce(ledger, till.book)
        url = f"http://127.0.0.1:{server.port}"
        key = base64.b64encode(ledger.identity.public).decode()
        settings = agent_settings(tmp_path, ledger={"url": url, "public_key": key, "patience_s": 0.3})
        devices = [
            {
                "device": till.identity.device,
                "kind": "till",
                "public": base64.b64encode(till.identity.public).decode(),
            }
        ]
        with ledger.unit() as unit:
            put(unit.conn, "settings", "plan", PLAN, scope=STORE)
            put(unit.conn, "settings", "devices", {"devices": devices}, scope=STORE)
        with running_agent(settings) as agent:
            with ledger.unit() as unit:
                from sync.identity.enrolment import enrol

                enrol(unit.conn, STORE, AGENT, "agent", agent.identity.public)
            wait_until(lambda: agent.heart.shop.plan.zones, 15)
            till.dial(f"http://127.0.0.1:{agent.ports.http}")
            yield Chain(ledger, agent, till, url)


def test_the_tills_log_reaches_the_ledger_byte_by_byte_and_the_till_learns_of_it(chain: Chain) -> None:
    ack = chain.till.send(sale_of(sold_line(COAT)))
    wait_until(lambda: chain.at_ledger("LYO1-T1") == ack.ack)
    wait_until(lambda: chain.till.channel.head("LYO1-T1").ledger_ack == ack.ack)
    wait_until(lambda: chain.at_ledger(AGENT) == chain.agent.book.head.seq)
    with chain.ledger.read() as up, chain.till.book.read() as own:
        assert head_of(up, STORE, "LYO1-T1") == head_of(own, STORE, "LYO1-T1")


def test_a_till_has_told_all_when_what_it_says_it_has_is_here_and_not_because_it_asks_for_feeds(chain: Chain) -> None:
    tills, till = chain.agent.tills, chain.till

    def waited_for() -> bool:
        return tills.untold(tills.started, [till.identity.device])

    till.record(sale_of(sold_line(COAT)))
    till.channel.feeds()
    till.channel.head(till.identity.device)
    till.channel.head(till.identity.device, mine=till.book.head.seq)
    assert waited_for(), "its sale isn't here yet"
    till.channel.send(till.identity.device, till.batch())
    assert waited_for(), "there may be more"
    till.channel.head(till.identity.device, mine=till.book.head.seq)
    assert not waited_for()


def test_feeds_come_down_under_the_ledgers_versions(chain: Chain) -> None:
    article = {"gtin": COAT, "tagged": True, "label": {"fr": "Manteau"}}
    with chain.ledger.unit() as unit:
        for version in range(3):
            put(unit.conn, "catalogue", COAT, article | {"sku": f"v{version}"})
    wait_until(lambda: "catalogue" in chain.till.channel.feeds())
    wait_until(lambda: chain.till.channel.feeds()["catalogue"].version == 3)
    page = chain.till.channel.deltas("catalogue", 0, 10)
    assert [(row.version, row.key) for row in page.rows] == [(3, COAT)]
    with chain.ledger.read() as conn:
        from sync.feeds.publish import deltas

        assert deltas(conn, "catalogue", 0).epoch == page.epoch


def test_a_till_that_the_ledger_no_longer_names_is_refused(chain: Chain) -> None:
    with chain.ledger.unit() as unit:
        put(unit.conn, "settings", "devices", {"devices": []}, scope=STORE)
    wait_until(lambda: chain.till.ask("/v1/stock/x").status_code == 403)


def test_what_was_sold_while_the_ledger_was_away_arrives_later(tmp_path: Path, till: TillSide) -> None:
    from tests.support.processes import free_port

    port = free_port()
    ledger_url = {"url": f"http://127.0.0.1:{port}", "patience_s": 0.3}
    with running_agent(agent_settings(tmp_path, ledger=ledger_url)) as agent:
        till.connect(agent)
        ack = till.send(sale_of(sold_line(COAT)))
        assert ack.ledger_ack == 0
        assert agent.inspector.health().upstreams[0].connected is False
        with open_book(tmp_path / "ledger", "HQ-L") as ledger:
            introduce(ledger, till.book, agent.book)
            with served(BookHost(ledger, is_ledger=True), port):
                wait_until(lambda: till.channel.head("LYO1-T1").ledger_ack == ack.ack, 15)


def test_a_database_that_lost_its_tail_gets_it_back_from_the_ledger(chain: Chain, tmp_path: Path) -> None:
    data = chain.agent.settings.data
    lines = [{"gtin": COAT, "qty": 2, "units": [unit_of(COAT, 1), unit_of(COAT, 2)], "location": "salesfloor"}]
    chain.till.command("stock.receive", lines=lines)
    copy_database(data, tmp_path / "old.db")
    chain.till.send(sale_of(sold_line(COAT, units=[unit_of(COAT, 1)])))
    head = chain.agent.book.head.seq
    wait_until(lambda: chain.at_ledger(AGENT) == head)
    chain.agent.stop()
    for left in data.glob("edge.db*"):
        left.unlink()
    shutil.copy(tmp_path / "old.db", data / "edge.db")

    again = build_agent(chain.agent.settings, SystemClock())
    try:
        assert again.book.head.seq == head
        assert again.heart.shop.stock.units[unit_of(COAT, 1)].at.location == "customer"
    finally:
        again.stop()


def test_a_tail_that_nobody_has_keeps_the_agent_from_reusing_numbers(tmp_path: Path) -> None:
    settings = agent_settings(tmp_path)
    with built_agent(settings) as agent:
        copy_database(settings.data, tmp_path / "old.db")
        lines = [{"gtin": COAT, "qty": 1, "location": "salesfloor"}]
        command(agent, "stock.receive", lines=lines)
    for left in settings.data.glob("edge.db*"):
        left.unlink()
    shutil.copy(tmp_path / "old.db", settings.data / "edge.db")
    with pytest.raises(WontStart, match="no ledger"):
        build_agent(settings, SystemClock())


def copy_database(data: Path, into: Path) -> None:
    """A consistent copy, as a backup makes it."""
    with closing(sqlite3.connect(data / "edge.db")) as live, closing(sqlite3.connect(into)) as copy:
        live.backup(copy)

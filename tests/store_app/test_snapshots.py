"""A till of a large shop: it starts from a signed snapshot, follows deltas, and gets over a cursor that is too old."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from edge_agent.wiring import Agent
from store_app.services import TillServices
from store_app.settings import TillSettings
from sync.feeds.apply import cursor
from sync.feeds.publish import forget_deletions, put, put_many
from sync.feeds.snapshot import SnapshotStore
from sync.host import BookHost
from sync.identity.enrolment import enrol
from sync.identity.keys import Identity
from sync.storage.book import Book
from tests.support.agents import AGENT, PLAN, STORE, TILL, TillSide, agent_settings, running_agent
from tests.support.books import introduce, open_book, served
from tests.support.tills import price
from tests.support.waiting import wait_until

ROWS = 20_000
FIRST, LAST = f"{1:014d}", f"{ROWS:014d}"
PATIENCE_S = 60.0
"""for machines that have other things to do"""


def base64_of(key: bytes) -> str:
    return base64.b64encode(key).decode()


@dataclass
class LargeShop:
    """A ledger with 20,000 prices, an agent that has them, and a neighbour till that asked for them before."""

    folder: Path
    ledger: Book
    ledger_url: str
    agent: Agent
    neighbour: TillSide

    @contextmanager
    def till(self, *upstreams: str) -> Iterator[TillServices]:
        """The till at work with these of ``agent`` and ``ledger``."""
        where = {
            "agent": (f"http://127.0.0.1:{self.agent.ports.http}", self.agent.identity.public),
            "ledger": (self.ledger_url, self.ledger.identity.public),
        }
        tables = {name: {"url": where[name][0], "public_key": base64_of(where[name][1])} for name in upstreams}
        own = {"store": STORE, "device": TILL, "folder": self.folder / "till", "ballast_mib": 0}
        services = TillServices(TillSettings.model_validate({"till": own, **tables}))
        services.start()
        try:
            yield services
        finally:
            services.stop()

    def publish(self, key: str, minor: int | None) -> int:
        """Head office changes a price, or takes it back; the feed's version."""
        with self.ledger.unit() as unit:
            return put(unit.conn, "prices", key, None if minor is None else price(key, minor))


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[LargeShop]:
    till = Identity.load_or_create(tmp_path / "till", STORE, TILL)
    neighbour = TillSide(tmp_path, f"{STORE}-T2")
    with open_book(tmp_path / "ledger", "HQ-L") as ledger:
        store = SnapshotStore(tmp_path / "snapshots", ledger.engine, ledger.identity)
        with served(BookHost(ledger, is_ledger=True, snapshots=store)) as server:
            url = f"http://127.0.0.1:{server.port}"
            upstream = {"url": url, "public_key": base64_of(ledger.identity.public), "patience_s": 0.3}
            introduce(ledger, neighbour.book)
            tills = [
                {"device": one.device, "kind": "till", "public": base64_of(one.public)}
                for one in (till, neighbour.identity)
            ]
            with ledger.unit() as unit:
                enrol(unit.conn, STORE, TILL, "till", till.public)
                put(unit.conn, "settings", "plan", PLAN, scope=STORE)
                put(unit.conn, "settings", "devices", {"devices": tills}, scope=STORE)
                put_many(unit.conn, "prices", ((f"{n:014d}", price(f"{n:014d}", n)) for n in range(1, ROWS + 1)))
            with running_agent(agent_settings(tmp_path, ledger=upstream)) as agent:
                with ledger.unit() as unit:
                    enrol(unit.conn, STORE, AGENT, "agent", agent.identity.public)
                wait_until(lambda: at(agent) == ROWS, PATIENCE_S)
                neighbour.dial(f"http://127.0.0.1:{agent.ports.http}")
                wait_until(lambda: neighbour.channel.feeds()["prices"].snapshot is not None, PATIENCE_S)
                yield LargeShop(tmp_path, ledger, url, agent, neighbour)
        store.wait()
    neighbour.close()


def at(agent: Agent) -> int:
    """Up to which version the agent has the prices."""
    with agent.book.read() as conn:
        return cursor(conn, "prices", "")


def cents(till: TillServices, key: str) -> object:
    row = till.reference.row("prices", key)
    return None if row is None else row["prices"][0]["minor"]  # type: ignore[index]


def test_it_starts_from_the_agents_snapshot_follows_deltas_and_recovers_by_one_from_the_ledger(shop: LargeShop) -> None:
    with shop.till("agent") as till:
        wait_until(lambda: till.reference.cursor("prices") == ROWS, PATIENCE_S)
        assert till.reference.path.name == "ref-2.db"  # a snapshot was installed; deltas stay in the first file
        assert till.reference.count("prices") == ROWS
        wait_until(lambda: till.reference.setting("plan") == PLAN)
        changed = shop.publish(LAST, 4990)
        wait_until(lambda: till.reference.cursor("prices") == changed, PATIENCE_S)
        assert cents(till, LAST) == 4990
        assert till.reference.path.name == "ref-2.db"

    gone = shop.publish(FIRST, None)
    with shop.ledger.unit() as unit:
        assert forget_deletions(unit.conn, "prices", gone) == 1
    newest = shop.publish(LAST, 3990)

    with shop.till("ledger") as till:
        assert cents(till, FIRST) == 1
        wait_until(lambda: till.reference.cursor("prices") == newest, PATIENCE_S)
        assert till.reference.path.name == "ref-3.db"
        assert (cents(till, FIRST), cents(till, LAST)) == (None, 3990)
        assert till.reference.count("prices") == ROWS - 1
        assert till.reference.setting("plan") == PLAN

"""Pulling from a publisher and from a relay: what is here stays until something better has come whole."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from sync.feeds import publish
from sync.feeds.apply import apply
from sync.feeds.publish import deltas, put, put_many
from sync.feeds.reference import Reference
from sync.feeds.row import Page
from sync.feeds.sinks import BookSink, ReferenceSink
from sync.feeds.snapshot import SnapshotStore
from sync.host import BookHost
from sync.post.puller import PATIENCE_S, SETTLED_S, Puller
from sync.storage.book import Book
from sync.storage.tables import feed_heads
from sync.wire.channel import Channel, Unreachable
from tests.support.books import SmallShop, served, small_shop

FEED = "taxes"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[SmallShop]:
    with small_shop(tmp_path) as made:
        yield made


class Till:
    """A till that pulls one feed from the agent, on a clock of its own."""

    def __init__(self, shop: SmallShop, url: str, folder: Path, upstream: str = "agent", feeds: tuple[str, ...] = ()):
        self.reference = Reference(folder / "reference", shop.till)
        self.channel = Channel(shop.till.identity, url)
        self.now = 0.0
        sink = ReferenceSink(self.reference, "LYO1", feeds or (FEED,))
        public = {"agent": shop.agent, "ledger": shop.ledger}[upstream].identity.public
        self.puller = Puller(sink, self.channel, public, threading.Event(), upstream, now=lambda: self.now)

    def pull(self, after: float = 0.0) -> list[str]:
        """Pull once, ``after`` seconds; the keys that are here then."""
        self.now += after
        self.puller.pull()
        return sorted(self.reference.keys(FEED))

    def close(self) -> None:
        self.channel.close()
        self.reference.close()


@pytest.fixture
def till(shop: SmallShop, tmp_path: Path) -> Iterator[Till]:
    with served(shop.agent_host) as server:
        made = Till(shop, f"http://127.0.0.1:{server.port}", tmp_path)
        yield made
        made.close()


def published(book: Book, *keys: str) -> None:
    with book.unit() as work:
        put_many(work.conn, FEED, [(key, {"code": key}) for key in keys])


def relay(shop: SmallShop, limit: int = 1000) -> None:
    """The agent takes so many rows of the ledger's feed."""
    with shop.ledger.read() as above, shop.agent.unit() as work:
        page = deltas(above, FEED, 0, limit)
        apply(work.conn, FEED, "", page.rows, page.cursor, epoch=page.epoch)


def another_epoch(book: Book, version: int) -> None:
    with book.unit() as work:
        work.conn.execute(update(feed_heads).where(feed_heads.c.feed == FEED).values(epoch="new", version=version))


def test_a_relay_that_lags_behind_takes_nothing_from_a_till_that_was_served_elsewhere(
    shop: SmallShop, till: Till
) -> None:
    published(shop.ledger, "A", "B", "C")
    relay(shop, limit=2)
    with shop.ledger.read() as above:
        page = deltas(above, FEED, 0)
    till.reference.apply(FEED, page.rows, page.cursor, epoch=page.epoch)
    assert till.pull() == till.pull(SETTLED_S / 2) == ["A", "B", "C"]
    relay(shop)
    published(shop.ledger, "D")
    relay(shop)
    assert till.pull() == ["A", "B", "C", "D"]
    assert till.reference.cursor(FEED) == 4


def test_a_relay_that_stays_behind_is_believed_in_the_end(shop: SmallShop, till: Till) -> None:
    published(shop.ledger, "A", "B")
    relay(shop)
    assert till.pull() == ["A", "B"]
    another_epoch(shop.agent, 2)
    assert till.pull() == till.pull(SETTLED_S - 1) == ["A", "B"]
    till.pull(2)
    assert till.reference.position(FEED) == (2, "new")


def test_a_relay_that_never_stands_still_is_believed_in_the_end(shop: SmallShop, till: Till) -> None:
    published(shop.ledger, "A")
    relay(shop)
    till.pull()
    for n in range(int(PATIENCE_S / 5) + 1):
        assert till.reference.position(FEED)[1] != "new"
        another_epoch(shop.agent, 5 + n)
        till.pull(5)
    assert till.reference.position(FEED)[1] == "new"


def test_rows_that_a_new_epoch_does_not_know_go_when_all_of_it_has_come(
    shop: SmallShop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.post.puller.PAGE", 2)
    published(shop.ledger, "A", "B", "C")
    with served(shop.ledger_host) as server:
        till = Till(shop, f"http://127.0.0.1:{server.port}", tmp_path, "ledger")
        try:
            assert till.pull() == ["A", "B", "C"]
            with shop.ledger.unit() as work:
                publish.forget_deletions(work.conn, FEED, 0)
                for table in (publish.feed_rows, feed_heads):
                    work.conn.execute(table.delete().where(table.c.feed == FEED))
            published(shop.ledger, "B", "D", "E", "F")
            whole = Channel.deltas

            def lost(channel: Channel, feed: str, since: int, limit: int, epoch: str = "") -> Page:
                if since:
                    raise Unreachable("cable")
                return whole(channel, feed, since, limit, epoch)

            with monkeypatch.context() as patch:
                patch.setattr(Channel, "deltas", lost)
                with pytest.raises(Unreachable):
                    till.pull()
            assert sorted(till.reference.keys(FEED)) == ["A", "B", "C"], "half of it is worse than what was here"
            assert till.pull() == ["B", "D", "E", "F"]
        finally:
            till.close()


def test_a_relay_takes_a_new_epoch_over_at_once(shop: SmallShop, tmp_path: Path) -> None:
    published(shop.ledger, "A", "B")
    sink = BookSink(shop.agent, tmp_path / "fetched", [FEED])
    with served(shop.ledger_host) as server, Channel(shop.agent.identity, f"http://127.0.0.1:{server.port}") as channel:
        puller = Puller(sink, channel, None, threading.Event())
        puller.pull()
        another_epoch(shop.ledger, 2)
        with shop.ledger.unit() as work:
            put(work.conn, FEED, "A", None)
        puller.pull()
    with shop.agent.read() as conn:
        assert {row.key: row.body is None for row in deltas(conn, FEED, 0).rows} == {"A": True, "B": False}


def test_rows_with_long_histories_come_in_pages_that_an_answer_can_hold(
    shop: SmallShop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(shop.ledger, *(f"k{n:02d}" for n in range(30)))
    with shop.ledger.unit() as work:
        put_many(work.conn, FEED, [(f"k{n:02d}", {"notes": f"{n}" * 700_000}) for n in range(30)])
    with served(shop.ledger_host) as server:
        till = Till(shop, f"http://127.0.0.1:{server.port}", tmp_path, "ledger")
        try:
            assert len(till.pull()) == 30
            page = till.channel.deltas(FEED, 0, 5000)
            assert (page.more, sum(len(str(row.body)) for row in page.rows) < publish.MAX_PAGE_BYTES) == (True, True)
        finally:
            till.close()
    monkeypatch.setattr(publish, "MAX_PAGE_BYTES", 10)
    with shop.ledger.read() as conn:
        assert [len(deltas(conn, FEED, since).rows) for since in (30, 59, 60)] == [1, 1, 0]


def test_a_snapshot_of_another_release_is_refused_and_every_feed_comes_row_by_row(
    shop: SmallShop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.host.SNAPSHOT_ROWS", 2)
    monkeypatch.setattr("sync.post.puller.SNAPSHOT_ROWS", 2)
    with shop.ledger.unit() as work:
        put_many(work.conn, "prices", [(f"{n:014d}", {"gtin": f"{n:014d}"}) for n in range(3)])
        put_many(work.conn, "catalogue", [(f"{n:014d}", {"gtin": f"{n:014d}"}) for n in range(3)])
    store = SnapshotStore(tmp_path / "served", shop.ledger.engine, shop.ledger.identity)
    with monkeypatch.context() as patch:
        patch.setattr("sync.feeds.refschema.SCHEMA_VERSION", 99)
        assert store.build("prices", "") is not None
    with served(BookHost(shop.ledger, is_ledger=True, snapshots=store)) as server:
        url = f"http://127.0.0.1:{server.port}"
        till = Till(shop, url, tmp_path, "ledger", ("prices", "catalogue"))
        folder = till.reference.path.parent
        (folder / "prices.snapshot.zst.0123456789abcdef.part").write_bytes(b"of one that was never finished")
        try:
            till.pull()
            assert {feed: till.reference.count(feed) for feed in ("prices", "catalogue")} == dict.fromkeys(
                ("prices", "catalogue"), 3
            )
            assert not list(folder.glob("*.part")) + list(folder.glob("*.zst"))
        finally:
            till.close()

"""Snapshots: built, fetched in parts, verified, installed as a new file beside the open one."""

import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from sync.client import Post, Upstream
from sync.feeds import refschema
from sync.feeds.apply import clear
from sync.feeds.publish import forget_deletions, put, put_many
from sync.feeds.reference import Reference
from sync.feeds.row import FeedRow
from sync.feeds.sinks import BookSink, ReferenceSink
from sync.feeds.snapshot import SnapshotRefused, SnapshotStore, unpack
from sync.host import BookHost
from sync.wire.channel import Channel
from sync.wire.messages import SnapshotInfo
from tests.support.books import SmallShop, served, small_shop
from tests.support.waiting import wait_until


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[SmallShop]:
    with small_shop(tmp_path) as made:
        store = SnapshotStore(tmp_path / "served", made.ledger.engine, made.ledger.identity)
        made.ledger_host = BookHost(made.ledger, is_ledger=True, snapshots=store)
        with made.ledger.unit() as work:
            rows = [(f"{n:014d}", {"sku": f"S{n}", "label": {"fr": f"Robe {n}"}}) for n in range(1, 301)]
            put_many(work.conn, "catalogue", rows)
            put(work.conn, "catalogue", f"{7:014d}", None)
            forget_deletions(work.conn, "catalogue", 301)
        store.build("catalogue", "")
        yield made


def url(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def test_a_cursor_that_is_too_old_leads_to_a_snapshot_and_the_other_feeds_stay(shop: SmallShop, tmp_path: Path) -> None:
    reference = Reference(tmp_path / "reference", shop.till)
    reference.apply("stock", [FeedRow(4, "g", 1, {"floor": 2})], 4)
    reference.apply("catalogue", [FeedRow(2, f"{7:014d}", 1, {"sku": "gone"})], 2)
    try:
        with served(shop.ledger_host) as server:
            up = Upstream("ledger", url(server.port), shop.ledger.identity.public)
            post = Post(
                shop.till.identity, shop.till, [up], ReferenceSink(reference, "LYO1", ["catalogue"]), poll_s=0.1
            )
            post.start()
            try:
                wait_until(lambda: reference.cursor("catalogue") == 301)
            finally:
                post.stop()
        assert reference.count("catalogue") == 299
        assert reference.article(f"{7:014d}") is None
        assert len(reference.search("robe", 500)) == 200
        assert reference.row("stock", "g") == {"floor": 2}
        assert reference.cursor("stock") == 4
        assert reference.path.name == "ref-2.db"
    finally:
        reference.close()
    again = Reference(tmp_path / "reference", shop.till)
    assert again.path.name == "ref-2.db"
    again.close()


def test_a_snapshot_that_is_the_smaller_part_goes_into_todays_database(shop: SmallShop, tmp_path: Path) -> None:
    reference = Reference(tmp_path / "reference", shop.till)
    reference.apply("stock", [FeedRow(n, f"{n}", 1, {"floor": n}) for n in range(1, 401)], 400)
    reference.apply("catalogue", [FeedRow(2, f"{n:014d}", 1, {"sku": "gone"}) for n in (7, 999)], 2)
    try:
        with served(shop.ledger_host) as server:
            up = Upstream("ledger", url(server.port), shop.ledger.identity.public)
            sink = ReferenceSink(reference, "LYO1", ["catalogue"])
            post = Post(shop.till.identity, shop.till, [up], sink, poll_s=0.1)
            post.start()
            try:
                wait_until(lambda: reference.cursor("catalogue") == 301)
            finally:
                post.stop()
        assert reference.path.name == "ref-1.db"
        assert not list((tmp_path / "reference").glob("*.snapshot*"))
        assert (reference.count("catalogue"), reference.count("stock")) == (299, 400)
        assert reference.article(f"{7:014d}") is None
        assert reference.search("gone") == []
        assert len(reference.search("robe", 500)) == 200
    finally:
        reference.close()


def test_texts_about_clients_that_a_snapshot_does_not_know_any_more_are_erased(tmp_path: Path) -> None:
    today, snapshot = tmp_path / "today.db", tmp_path / "snapshot.db"
    for path, rows in (
        (today, [FeedRow(1, "kept", 1, {"name": "a"}), FeedRow(2, "lost", 1, {"name": "b"})]),
        (snapshot, [FeedRow(1, "kept", 1, {"name": "a"}), FeedRow(9, "deleted", 1, None)]),
    ):
        made = refschema.create(path)
        refschema.apply(made, "customers", rows, 9, "e")
        made.close()
    assert refschema.gone(snapshot, today, "customers") == {"lost", "deleted"}


def test_a_snapshot_of_an_earlier_epoch_is_not_offered(shop: SmallShop) -> None:
    with shop.ledger.unit() as work:
        clear(work.conn, "catalogue", "")
        put(work.conn, "catalogue", f"{1:014d}", {"sku": "S1"})
    with served(shop.ledger_host) as server, Channel(shop.till.identity, url(server.port)) as channel:
        assert channel.feeds()["catalogue"].snapshot is None


def test_a_relay_takes_the_snapshot_into_its_tables_and_serves_it_on(shop: SmallShop, tmp_path: Path) -> None:
    sink = BookSink(shop.agent, tmp_path / "fetched", ["catalogue"])
    with served(shop.ledger_host) as server:
        up = Upstream("ledger", url(server.port), shop.ledger.identity.public)
        post = Post(shop.agent.identity, shop.agent, [up], sink, poll_s=0.1)
        post.start()
        try:
            wait_until(lambda: sink.position("catalogue")[0] == 301)
        finally:
            post.stop()
    with served(shop.agent_host) as server, Channel(shop.till.identity, url(server.port)) as channel:
        assert channel.feeds()["catalogue"].version == 301
        assert len(channel.deltas("catalogue", 0, 1000).rows) == 299


def test_an_interrupted_download_goes_on_and_damage_is_refused(shop: SmallShop, tmp_path: Path) -> None:
    public = shop.ledger.identity.public
    with served(shop.ledger_host) as server, Channel(shop.till.identity, url(server.port)) as channel:
        info = channel.feeds()["catalogue"].snapshot
        assert isinstance(info, SnapshotInfo)
        packed = tmp_path / "packed"
        channel.fetch_snapshot(info, packed)
        whole = packed.read_bytes()
        (tmp_path / f"again.{info.sha256[:16]}.part").write_bytes(whole[:1000])
        channel.fetch_snapshot(info, tmp_path / "again")
        assert (tmp_path / "again").read_bytes() == whole
    unpack(packed, tmp_path / "good.db", "catalogue", "", info, public)
    assert (tmp_path / "good.db").stat().st_size == info.raw_size
    with pytest.raises(SnapshotRefused, match="isn't signed"):
        unpack(packed, tmp_path / "bad.db", "catalogue", "", info, shop.till.identity.public)
    with pytest.raises(SnapshotRefused, match="isn't signed"):
        unpack(packed, tmp_path / "bad.db", "catalogue", "", msgspec.structs.replace(info, version=9), public)
    packed.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(SnapshotRefused, match="isn't the one"):
        unpack(packed, tmp_path / "bad.db", "catalogue", "", info, public)
    assert not (tmp_path / "bad.db").exists()


def test_a_snapshot_of_nobody_trusted_is_not_taken(shop: SmallShop, tmp_path: Path) -> None:
    reference = Reference(tmp_path / "reference")
    try:
        with served(shop.ledger_host) as server:
            up = Upstream("ledger", url(server.port), shop.agent.identity.public)
            post = Post(shop.till.identity, shop.till, [up], ReferenceSink(reference, "LYO1"), poll_s=0.05)
            post.start()
            try:
                wait_until(lambda: post.status.connected)
            finally:
                post.stop()
        assert reference.cursor("catalogue") == 0
    finally:
        reference.close()


class HeldStore(SnapshotStore):
    """Builds when it is told to; ``breaks`` makes a build fail."""

    breaks = False

    def __init__(self, folder: Path, shop: SmallShop) -> None:
        super().__init__(folder, shop.ledger.engine, shop.ledger.identity)
        self.asked, self.go = threading.Event(), threading.Event()

    def build(self, feed: str, scope: str) -> SnapshotInfo | None:
        self.asked.set()
        assert self.go.wait(30)
        if self.breaks:
            raise OSError(28, "No space left on device")
        return super().build(feed, scope)


@pytest.fixture
def held(shop: SmallShop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[HeldStore, Reference]]:
    """A till that pulls a large new feed of which a snapshot has just been begun."""
    monkeypatch.setattr("sync.host.SNAPSHOT_ROWS", 100)
    monkeypatch.setattr("sync.post.puller.SNAPSHOT_ROWS", 100)
    monkeypatch.setattr("sync.post.puller.WORTH_WAITING_ROWS", 200)
    store = HeldStore(tmp_path / "held", shop)
    with shop.ledger.unit() as work:
        put_many(work.conn, "prices", [(f"{n:014d}", {"gtin": f"{n:014d}"}) for n in range(300)])
    reference = Reference(tmp_path / "reference", shop.till)
    with served(BookHost(shop.ledger, is_ledger=True, snapshots=store)) as server:
        up = Upstream("ledger", url(server.port), shop.ledger.identity.public)
        post = Post(shop.till.identity, shop.till, [up], ReferenceSink(reference, "LYO1", ["prices"]), poll_s=0.1)
        post.start()
        try:
            yield store, reference
        finally:
            store.go.set()
            post.stop()
            store.wait()
            reference.close()


def test_an_empty_till_waits_for_a_snapshot_that_is_being_made(held: tuple[HeldStore, Reference]) -> None:
    store, reference = held
    assert store.asked.wait(20)
    assert reference.cursor("prices") == 0
    store.go.set()
    wait_until(lambda: reference.count("prices") == 300)
    assert reference.path.name == "ref-2.db"


def test_a_snapshot_that_can_not_be_made_is_not_waited_for(held: tuple[HeldStore, Reference]) -> None:
    store, reference = held
    store.breaks = True
    store.go.set()
    wait_until(lambda: reference.count("prices") == 300)
    assert reference.path.name == "ref-1.db"

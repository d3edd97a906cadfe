"""The post between till, agent and ledger, over real HTTP."""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from retail.facts import ClientNoted, StaffSignedIn
from sync.client import Post, Upstream
from sync.feeds.publish import put, put_many
from sync.feeds.reference import Reference
from sync.feeds.row import FeedRow
from sync.feeds.sinks import BookSink, ReferenceSink
from sync.identity.enrolment import revoke
from sync.identity.keys import Identity
from sync.journal.attachments import text_of
from sync.journal.outbox import acked, next_batch, set_acked
from sync.journal.rows import head_of, logs
from sync.post.sender import Sender
from sync.storage.book import Book
from sync.storage.tables import blocked, heads, records
from sync.wire.channel import Channel
from sync.wire.messages import Ack, Batch
from sync.wire.problems import Problem
from tests.support.books import SmallShop, introduce, open_book, served, small_shop
from tests.support.waiting import wait_until


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[SmallShop]:
    with small_shop(tmp_path) as made:
        yield made


def sign_in(book: Book, times: int = 1) -> None:
    for _ in range(times):
        with book.unit() as work:
            work.record(StaffSignedIn(staff="s1"))


def all_rows(book: Book, device: str) -> list[tuple[object, ...]]:
    columns = [column for column in records.c if column.name != "received_at"]
    with book.read() as conn:
        found = conn.execute(select(*columns).where(records.c.device == device).order_by(records.c.seq))
        return [tuple(row) for row in found]


def url(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def relayed(book: Book) -> list[tuple[str, str]]:
    with book.read() as conn:
        return logs(conn)


def test_a_fact_reaches_the_ledger_through_the_agent_unchanged_and_the_till_learns_it(shop: SmallShop) -> None:
    sign_in(shop.till, 3)
    with served(shop.ledger_host) as ledger, served(shop.agent_host) as agent:
        up = Post(
            shop.agent.identity, shop.agent, [Upstream("ledger", url(ledger.port))],
            journals=lambda: relayed(shop.agent), poll_s=0.1,
        )  # fmt: skip
        post = Post(shop.till.identity, shop.till, [Upstream("agent", url(agent.port))], poll_s=0.1)
        up.start()
        post.start()
        try:
            sign_in(shop.till, 2)
            wait_until(lambda: post.status.pending == 0 and post.status.connected)
        finally:
            post.stop()
            up.stop()
    assert all_rows(shop.till, "LYO1-T1") == all_rows(shop.agent, "LYO1-T1") == all_rows(shop.ledger, "LYO1-T1")
    assert len(all_rows(shop.ledger, "LYO1-T1")) == 5


def test_the_next_upstream_is_used_when_the_first_is_gone_and_both_paths_end_in_one_log(shop: SmallShop) -> None:
    with served(shop.ledger_host) as ledger:
        ups = [Upstream("agent", url(1)), Upstream("ledger", url(ledger.port))]
        post = Post(shop.till.identity, shop.till, ups, poll_s=0.05, fallback_s=0.0)
        post.start()
        try:
            sign_in(shop.till, 4)
            wait_until(lambda: post.status.using == "ledger" and post.status.pending == 0)
        finally:
            post.stop()
        with served(shop.agent_host) as agent:
            again = Post(shop.till.identity, shop.till, [Upstream("agent", url(agent.port))], poll_s=0.05)
            again.start()
            try:
                wait_until(lambda: len(all_rows(shop.agent, "LYO1-T1")) == 4)
            finally:
                again.stop()
    assert all_rows(shop.agent, "LYO1-T1") == all_rows(shop.ledger, "LYO1-T1")


def test_what_is_recorded_while_a_program_ends_is_still_sent_where_somebody_answers(shop: SmallShop) -> None:
    with served(shop.ledger_host) as ledger:
        post = Post(shop.till.identity, shop.till, [Upstream("ledger", url(ledger.port))], poll_s=0.05)
        post.start()
        wait_until(lambda: post.status.connected)
        post.stop()
        sign_in(shop.till, 2)
        post.send_rest()
        assert len(all_rows(shop.ledger, "LYO1-T1")) == 2
        sign_in(shop.till)
    post.send_rest(0.2)  # nobody is there any more: it stays for the next start
    assert len(all_rows(shop.ledger, "LYO1-T1")) == 2


def test_a_receiver_that_lost_records_moves_the_senders_cursor_back(shop: SmallShop, tmp_path: Path) -> None:
    sign_in(shop.till, 5)
    with served(shop.ledger_host) as ledger:
        with shop.till.unit() as work:
            set_acked(work.conn, "ledger", "LYO1", "LYO1-T1", 4)
        post = Post(shop.till.identity, shop.till, [Upstream("ledger", url(ledger.port))], poll_s=0.05)
        post.start()
        try:
            wait_until(lambda: len(all_rows(shop.ledger, "LYO1-T1")) == 5)
        finally:
            post.stop()


def test_a_cloned_till_is_stopped_with_evidence_and_goes_on_selling(shop: SmallShop, tmp_path: Path) -> None:
    sign_in(shop.till, 2)
    keys = tmp_path / "till" / "keys" / "LYO1-T1"
    clone_keys = tmp_path / "clone" / "keys" / "LYO1-T1"
    clone_keys.parent.mkdir(parents=True)
    keys.rename(clone_keys)
    with open_book(tmp_path / "clone", "LYO1-T1") as clone, served(shop.ledger_host) as ledger:
        with clone.unit() as work:
            work.record(StaffSignedIn(staff="somebody else"))
        for book in (shop.till, clone):
            introduce(book, shop.ledger)
        first = Post(shop.till.identity, shop.till, [Upstream("ledger", url(ledger.port))], poll_s=0.05)
        first.start()
        try:
            wait_until(lambda: first.status.connected and first.status.pending == 0)
        finally:
            first.stop()
        sign_in(clone, 3)
        second = Post(clone.identity, clone, [Upstream("ledger", url(ledger.port))], poll_s=0.05)
        second.start()
        try:
            wait_until(lambda: second.status.blocked == "fork")
            sign_in(clone)
        finally:
            second.stop()
        with clone.read() as conn:
            kept = conn.execute(select(blocked)).one()
        assert kept.problem == "fork"
        assert clone.head.seq == 5
    assert len(all_rows(shop.ledger, "LYO1-T1")) == 2


def test_a_damaged_log_is_stopped_and_the_others_go_on(shop: SmallShop, tmp_path: Path) -> None:
    sign_in(shop.till, 2)
    sign_in(shop.agent, 2)
    with shop.till.engine.begin() as conn:
        conn.execute(update(records).where(records.c.seq == 2).values(body='{"staff":"s2"}'))
    with served(shop.ledger_host) as ledger:
        post = Post(shop.till.identity, shop.till, [Upstream("ledger", url(ledger.port))], poll_s=0.05)
        post.start()
        try:
            wait_until(lambda: post.status.blocked == "chain-broken")
        finally:
            post.stop()
    assert all_rows(shop.ledger, "LYO1-T1") == []


def test_a_ledger_from_a_backup_gets_again_what_it_once_acknowledged(shop: SmallShop) -> None:
    sign_in(shop.till, 5)
    with served(shop.agent_host) as agent, Channel(shop.till.identity, url(agent.port)) as channel:
        Sender(shop.till, "agent", channel, threading.Event()).send([("LYO1", "LYO1-T1")])

    def relay() -> None:
        with served(shop.ledger_host) as ledger:
            up = [Upstream("ledger", url(ledger.port))]
            post = Post(shop.agent.identity, shop.agent, up, journals=lambda: relayed(shop.agent), poll_s=0.05)
            post.start()
            try:
                wait_until(lambda: post.status.connected and post.status.pending == 0)
            finally:
                post.stop()

    relay()
    before = all_rows(shop.ledger, "LYO1-T1")
    assert len(before) == 5
    with shop.ledger.unit() as work:
        work.conn.execute(delete(records).where(records.c.device == "LYO1-T1", records.c.seq > 2))
        second = select(records.c.hash).where(records.c.device == "LYO1-T1", records.c.seq == 2)
        work.conn.execute(update(heads).where(heads.c.device == "LYO1-T1").values(seq=2, hash=second.scalar_subquery()))
    relay()
    assert all_rows(shop.ledger, "LYO1-T1") == before


@pytest.mark.parametrize("problem", ["malformed", "not-allowed", "not-enrolled"])
def test_a_relayed_log_that_is_not_taken_holds_up_no_other(
    shop: SmallShop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, problem: str
) -> None:
    taken = Channel.send

    def refused(channel: Channel, device: str, batch: Batch) -> Ack:
        if device == "LYO1-T1":
            raise Problem(problem)
        return taken(channel, device, batch)

    monkeypatch.setattr(Channel, "send", refused)
    with open_book(tmp_path / "t2", "LYO1-T2") as other, served(shop.agent_host) as agent:
        introduce(shop.agent, other)
        introduce(shop.ledger, other)
        sign_in(other)
        sign_in(shop.till)
        for book in (other, shop.till):
            with Channel(book.identity, url(agent.port)) as channel, book.read() as conn:
                batch = next_batch(conn, "LYO1", book.identity.device, 0)
                assert batch is not None
                taken(channel, book.identity.device, batch)
    with served(shop.ledger_host) as ledger, Channel(shop.agent.identity, url(ledger.port)) as channel:
        sender = Sender(shop.agent, "ledger", channel, threading.Event())
        for _ in range(3):
            sender.send(relayed(shop.agent))
    assert (len(all_rows(shop.ledger, "LYO1-T1")), len(all_rows(shop.ledger, "LYO1-T2"))) == (0, 1)


def test_an_unknown_device_and_a_revoked_one_are_refused(shop: SmallShop, tmp_path: Path) -> None:
    with served(shop.ledger_host) as ledger, open_book(tmp_path / "new", "LYO1-T9") as stranger:
        sign_in(stranger)
        post = Post(stranger.identity, stranger, [Upstream("ledger", url(ledger.port))], poll_s=0.05)
        post.start()
        try:
            wait_until(lambda: post.status.upstreams[0].trouble == "not-enrolled")
        finally:
            post.stop()
        with shop.ledger.unit() as work:
            revoke(work.conn, "LYO1-T1", at=work.now)
        sign_in(shop.till)
        revoked = Post(shop.till.identity, shop.till, [Upstream("ledger", url(ledger.port))], poll_s=0.05)
        revoked.start()
        try:
            wait_until(lambda: revoked.status.upstreams[0].trouble == "not-enrolled")
        finally:
            revoked.stop()
    with shop.ledger.read() as conn:
        assert head_of(conn, "LYO1", "LYO1-T9") is None


def test_feeds_come_down_through_the_agent_with_the_ledgers_versions(shop: SmallShop, tmp_path: Path) -> None:
    with shop.ledger.unit() as work:
        put_many(work.conn, "taxes", [("A", {"code": "A", "rate": "20"}), ("B", {"code": "B", "rate": "5.5"})])
        put(work.conn, "staff", "s1", {"id": "s1"}, scope="LYO1")
        put(work.conn, "staff", "s2", {"id": "s2"}, scope="PAR1")
    reference = Reference(tmp_path / "reference", shop.till)
    try:
        with served(shop.ledger_host) as ledger, served(shop.agent_host) as agent:
            sink = BookSink(shop.agent, tmp_path / "snapshots", applied=shop.agent_host.hints.publish)
            up = Post(shop.agent.identity, shop.agent, [Upstream("ledger", url(ledger.port))], sink, poll_s=0.2)
            down = Post(
                shop.till.identity, shop.till, [Upstream("agent", url(agent.port))],
                ReferenceSink(reference, "LYO1"), poll_s=30.0,
            )  # fmt: skip
            up.start()
            wait_until(lambda: sink.position("staff")[0] == 1)
            down.start()
            try:
                wait_until(lambda: reference.cursor("taxes") == 2 and reference.cursor("staff") == 1)
                assert [row["id"] for row in reference.staff()] == ["s1"]
                with shop.ledger.unit() as work:
                    put(work.conn, "taxes", "B", None)
                shop.ledger_host.hints.publish("taxes", 3)
                wait_until(lambda: len(reference.taxes()) == 1)
                assert reference.cursor("taxes") == 3
            finally:
                down.stop()
                up.stop()
    finally:
        reference.close()


class HeldSink(ReferenceSink):
    """A sink that takes as long over a page as it is held."""

    def __init__(self, reference: Reference, store: str) -> None:
        super().__init__(reference, store, ("catalogue",))
        self.begun, self.released = threading.Event(), threading.Event()

    def apply(self, feed: str, rows: Sequence[FeedRow], cursor: int, epoch: str) -> None:
        self.begun.set()
        assert self.released.wait(20)
        super().apply(feed, rows, cursor, epoch)


def test_what_is_sold_while_a_long_pull_is_under_way_is_sent_at_once(shop: SmallShop, tmp_path: Path) -> None:
    with shop.ledger.unit() as work:
        put_many(work.conn, "catalogue", [(f"{n:014d}", {"gtin": f"{n:014d}"}) for n in range(3)])
    sink = HeldSink(Reference(tmp_path / "reference", shop.till), "LYO1")
    with served(shop.ledger_host) as ledger:
        post = Post(shop.till.identity, shop.till, [Upstream("ledger", url(ledger.port))], sink, poll_s=0.05)
        post.start()
        try:
            assert sink.begun.wait(10)
            sign_in(shop.till, 2)
            wait_until(lambda: len(all_rows(shop.ledger, "LYO1-T1")) == 2)
            assert sink.position("catalogue")[0] == 0, "the pull isn't over yet"
            sink.released.set()
            wait_until(lambda: sink.position("catalogue")[0] == 3)
        finally:
            sink.released.set()
            post.stop()


def test_personal_text_travels_beside_its_fact(shop: SmallShop) -> None:
    with shop.till.unit() as work:
        _, seq = work.record(
            ClientNoted(client="c1", note="n1", sha256="", by="s1"), attachments={"text": "aime le bleu"}
        )
    with served(shop.ledger_host) as ledger:
        post = Post(shop.till.identity, shop.till, [Upstream("ledger", url(ledger.port))], poll_s=0.05)
        post.start()
        try:
            wait_until(lambda: post.status.connected and post.status.pending == 0)
        finally:
            post.stop()
    with shop.ledger.read() as conn:
        assert text_of(conn, "LYO1", "LYO1-T1", seq, "text") == "aime le bleu"
        assert acked(conn, "ledger", "LYO1", "LYO1-T1") == 0


def test_an_identity_is_made_once(tmp_path: Path) -> None:
    made = Identity.create(tmp_path, "LYO1", "LYO1-T1")
    assert Identity.load(tmp_path).public == made.public

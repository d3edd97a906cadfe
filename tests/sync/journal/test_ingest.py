"""Taking in other devices' logs: what is kept, what is refused, and that a replay changes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import Connection, Engine, func, select

from retail.facts import ClientNoted, StaffSignedIn
from sync.identity.enrolment import enrol, revoke
from sync.journal import attachments
from sync.journal.ingest import Received, receive
from sync.journal.outbox import next_batch
from sync.journal.record import MAX_BATCH_RECORDS
from sync.journal.rows import head_of
from sync.storage.book import Book
from sync.storage.engine import migrate, open_engine, writing
from sync.storage.tables import records
from sync.verify import verify_journals
from sync.wire.messages import Batch
from sync.wire.problems import Problem
from tests.support.books import open_book


def batch_of(book: Book, after: int = 0, limit: int = MAX_BATCH_RECORDS) -> Batch:
    with book.read() as conn:
        found = next_batch(conn, book.identity.store, book.identity.device, after, limit=limit)
    assert found is not None
    return found


def sign_in(book: Book, commits: int, facts: int = 1) -> None:
    for n in range(commits):
        with book.unit() as work:
            for m in range(facts):
                work.record(StaffSignedIn(staff=f"s{n}-{m} “œ”\n\\u0000"))


def introduce(conn: Connection, book: Book) -> None:
    enrol(conn, book.identity.store, book.identity.device, "till", book.identity.public, at=1)


@dataclass
class Receiver:
    engine: Engine
    device: str

    def take(self, batch: Batch) -> Received:
        with writing(self.engine) as conn:
            return receive(conn, self.device, batch, at=5)

    def refusal(self, batch: Batch) -> Problem:
        with pytest.raises(Problem) as caught:
            self.take(batch)
        return caught.value


@pytest.fixture
def receiver(engine: Engine, till: Book) -> Iterator[Receiver]:
    with writing(engine) as conn:
        introduce(conn, till)
    yield Receiver(engine, till.identity.device)
    with engine.connect() as conn:
        assert verify_journals(conn) == []


def test_a_batch_is_kept_byte_for_byte_and_a_replay_gets_the_same_answer(receiver: Receiver, till: Book) -> None:
    sign_in(till, 3, facts=4)
    batch = batch_of(till)
    first = receiver.take(batch)
    again = receiver.take(batch)
    assert (first.ack, first.head_hash) == (12, till.head.hash.hex()) == (again.ack, again.head_hash)
    assert len(first.fresh) == 12
    assert again.fresh == []
    assert batch_of(till) == batch
    columns = [column for column in records.c if column.name != "received_at"]
    with till.read() as here, receiver.engine.connect() as there:
        query = select(*columns).order_by(records.c.seq)
        assert here.execute(query).all() == there.execute(query).all()


def test_an_overlap_is_accepted_for_what_is_new_of_it(receiver: Receiver, till: Book) -> None:
    sign_in(till, 2)
    receiver.take(batch_of(till))
    sign_in(till, 2)
    received = receiver.take(batch_of(till, after=1))
    assert [r.seq for r in received.fresh] == [3, 4]


def test_a_gap_names_the_record_that_is_expected(receiver: Receiver, till: Book) -> None:
    sign_in(till, 4)
    receiver.take(batch_of(till, limit=2))
    problem = receiver.refusal(batch_of(till, after=3))
    assert (problem.type, problem.status, problem.fields["expected"]) == ("sequence-gap", 409, 3)


def test_a_flipped_bit_is_refused_wherever_it_is(receiver: Receiver, till: Book) -> None:
    sign_in(till, 2)
    batch = batch_of(till)
    event = batch.events[0]
    for changed in (
        msgspec.structs.replace(event, body=event.body.replace("s0", "s8")),
        msgspec.structs.replace(event, occurred_at=event.occurred_at + 1),
        msgspec.structs.replace(event, boot="00" * 16),
        msgspec.structs.replace(event, kind="staff.signed_out"),
    ):
        assert receiver.refusal(_with(batch, events=[changed, batch.events[1]])).type == "chain-broken"
    assert receiver.refusal(_with(batch, prev="00" * 32)).type == "chain-broken"
    last = batch.events[1]
    assert last.sig is not None
    wrong = msgspec.structs.replace(last, sig=("A" if last.sig[0] != "A" else "B") + last.sig[1:])
    assert receiver.refusal(_with(batch, events=[event, wrong])).type == "bad-signature"
    unsigned = msgspec.structs.replace(last, sig=None)
    assert receiver.refusal(_with(batch, events=[event, unsigned])).type == "bad-signature"


def test_a_missing_record_inside_a_batch_is_refused(receiver: Receiver, till: Book) -> None:
    sign_in(till, 3)
    batch = batch_of(till)
    assert receiver.refusal(_with(batch, events=[batch.events[0], batch.events[2]])).type == "chain-broken"


def test_nonsense_is_malformed(receiver: Receiver, till: Book) -> None:
    sign_in(till, 1)
    batch = batch_of(till)
    assert receiver.refusal(_with(batch, prev="not hexadecimal")).type == "malformed"
    assert receiver.refusal(_with(batch, events=[])).type == "malformed"
    nul = msgspec.structs.replace(batch.events[0], body="\0")
    assert receiver.refusal(_with(batch, events=[nul])).type == "malformed"


def test_two_devices_with_one_id_are_a_fork(receiver: Receiver, till: Book, tmp_path: Path) -> None:
    with open_book(tmp_path / "clone-folder", clock=None) as other:
        other.identity = till.identity  # the same key on another disk
        with writing(other.engine) as conn:
            conn.exec_driver_sql("DELETE FROM journal_heads")
            conn.exec_driver_sql("DELETE FROM devices")
            introduce(conn, till)
        other.reread()
        sign_in(till, 3)
        with other.unit() as work:
            work.record(StaffSignedIn(staff="the other"))
        sign_in(other, 4)
        receiver.take(batch_of(till))
        assert receiver.refusal(batch_of(other)).type == "fork"
        assert receiver.refusal(batch_of(other, after=3)).type == "fork"
        assert receiver.refusal(batch_of(other, after=1, limit=1)).type == "fork"


def test_unknown_and_revoked_devices_are_refused(receiver: Receiver, till: Book) -> None:
    sign_in(till, 1)
    batch = batch_of(till)
    with writing(receiver.engine) as conn, pytest.raises(Problem, match="not-enrolled"):
        receive(conn, "LYO1-T9", batch)
    assert receiver.refusal(_with(batch, store="PAR1")).type == "not-enrolled"
    with writing(receiver.engine) as conn:
        revoke(conn, till.identity.device, at=9)
    assert receiver.refusal(batch).type == "revoked"


def test_unknown_kinds_are_kept(receiver: Receiver, till: Book) -> None:
    with till.unit() as work:
        work.record_text("weather.changed", 3, '{"rain":true}')
    assert receiver.take(batch_of(till)).ack == 1


def test_texts_come_beside_and_only_those_that_the_fact_names(receiver: Receiver, till: Book) -> None:
    with till.unit() as work:
        work.record(ClientNoted(client="c", note="n", sha256="", by="s"), attachments={"text": "aime la soie"})
    batch = batch_of(till)
    forged = msgspec.structs.replace(batch.attachments[0], name="other", text="n'aime pas la soie")
    receiver.take(_with(batch, attachments=[*batch.attachments, forged]))
    with writing(receiver.engine) as conn:
        assert attachments.text_of(conn, "LYO1", receiver.device, 1, "text") == "aime la soie"
        assert attachments.text_of(conn, "LYO1", receiver.device, 1, "other") is None
        assert attachments.erase(conn, [("LYO1", receiver.device, 1)]) == 1
        assert attachments.text_of(conn, "LYO1", receiver.device, 1, "text") is None
    receiver.take(batch)
    with receiver.engine.connect() as conn:
        assert attachments.text_of(conn, "LYO1", receiver.device, 1, "text") is None


def test_a_commit_of_many_facts_can_be_cut(receiver: Receiver, till: Book) -> None:
    sign_in(till, 1, facts=1203)
    after = 0
    while after < 1203:
        batch = batch_of(till, after)
        assert batch.events[-1].sig is not None
        after = receiver.take(batch).ack
    with till.unit() as work:
        for _ in range(9):
            work.record(StaffSignedIn(staff="x" * 200_000))
    while after < 1212:
        after = receiver.take(batch_of(till, after)).ack


def _with(batch: Batch, **changes: object) -> Batch:
    return msgspec.structs.replace(batch, **changes)


class IngestMachine(RuleBasedStateMachine):
    """Any order of commits, cuts, replays and relays ends in the sender's log, or a prefix of it."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = TemporaryDirectory()
        self._opened = open_book(Path(self._folder.name) / "till")
        self.till = self._opened.__enter__()
        self.engine = open_engine(Path(self._folder.name) / "agent.db")
        migrate(self.engine)
        with writing(self.engine) as conn:
            introduce(conn, self.till)

    def teardown(self) -> None:
        self.engine.dispose()
        self._opened.__exit__(None, None, None)
        self._folder.cleanup()

    @rule(facts=st.integers(1, 4))
    def commit(self, facts: int) -> None:
        sign_in(self.till, 1, facts)

    @rule(data=st.data(), limit=st.integers(4, 9))
    def send(self, data: st.DataObject, limit: int) -> None:
        head = self.till.head.seq
        after = data.draw(st.integers(0, head))
        with self.till.read() as conn:
            batch = next_batch(conn, "LYO1", "LYO1-T1", after, limit=limit)
        if batch is None:
            assert after == head
            return
        with writing(self.engine) as conn:
            known = head_of(conn, "LYO1", "LYO1-T1")
            assert known is not None
            if batch.first > known[0] + 1:
                with pytest.raises(Problem, match=f"expected: {known[0] + 1}"):
                    receive(conn, "LYO1-T1", batch)
                return
            received = receive(conn, "LYO1-T1", batch)
        assert received.ack == max(known[0], batch.events[-1].seq)
        assert [r.seq for r in received.fresh] == list(range(known[0] + 1, received.ack + 1))

    @invariant()
    def a_prefix_is_there(self) -> None:
        with self.engine.connect() as there, self.till.read() as here:
            known = head_of(there, "LYO1", "LYO1-T1")
            assert known is not None
            count = there.execute(select(func.count()).select_from(records)).scalar_one()
            assert count == known[0] <= self.till.head.seq
            query = select(records.c.seq, records.c.hash, records.c.body).where(records.c.seq <= known[0])
            assert (
                there.execute(query.order_by(records.c.seq)).all() == here.execute(query.order_by(records.c.seq)).all()
            )


IngestMachine.TestCase.settings = settings(
    max_examples=12, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
)
TestIngest = IngestMachine.TestCase

"""What waits for what: a gate's reads pass the rest of the store, a turn is bounded, nothing else changes its order."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from drivers.readings import Extra, ReaderEvent, ReaderEventKind
from edge_agent.effects import Act
from edge_agent.heart import DRAIN, DRAIN_MS, DRAIN_READS, TICK_MS
from edge_agent.inbox import INBOX, INBOX_READS, PORTION, Inbox
from edge_agent.messages import Asked, BatchArrived, Message, ReaderLost, ReaderSpoke, ReadsArrived, Stop, Tick
from edge_agent.wiring import Agent
from sync.identity.enrolment import Peer
from sync.wire.messages import Batch, Event
from tests.support.agents import GATE, PLAN, TILL, agent_settings, built_agent, command, epc_of, feed, reads
from tests.support.clocks import ManualClock
from tests.support.passing import carried_out
from tests.support.stock_builders import COAT, gtin_of, unit_of

CEILING = {"name": "plafond", "kind": "llrp", "url": "tcp://127.0.0.1:1", "antennas": [{"port": 1, "zone": "homme"}]}
COATS = [unit_of(COAT, n) for n in range(3)]


def seen(reader: str, count: int = 1, at_us: int = 1_000_000) -> ReadsArrived:
    return ReadsArrived(reads(reader, at_us, *((b"\x30" * 12, 1, -5000, at_us + n, 1) for n in range(count))))


def said(reader: str) -> ReaderSpoke:
    return ReaderSpoke(ReaderEvent(reader, ReaderEventKind.HEARTBEAT, 1))


def emptied(inbox: Inbox) -> list[Message]:
    return list(iter(inbox.get, None))


def batch(*bodies: str) -> BatchArrived:
    events = [Event(n, "sale.completed", 1, 0, 0, 0, "", body, None) for n, body in enumerate(bodies, 1)]
    return BatchArrived(Peer("LYO1", TILL, "till", b""), "LYO1", TILL, Batch("LYO1", 1, "", "", events), Future())


def test_what_a_gate_hears_passes_tills_and_they_pass_the_rest_each_in_its_own_order() -> None:
    inbox = Inbox(frozenset({"portique"}))
    gate: list[Message] = [seen("portique"), said("portique"), ReaderLost("portique", "gone"), seen("portique")]
    tills: list[Message] = [batch(), batch(), batch(), batch()]
    patient: list[Message] = [seen("plafond"), Asked("stock", COAT, Future()), said("plafond"), Stop()]
    for some in zip(patient, tills, gate, strict=True):
        for message in some:
            inbox.put(message)
    assert len(inbox) == 12
    assert emptied(inbox) == [*gate, *tills, *patient]
    assert len(inbox) == 0


def test_a_sale_that_waits_is_found_by_its_article() -> None:
    inbox = Inbox(frozenset())
    inbox.put(batch("{}", f'{{"lines":[{{"gtin":"{COAT}"}}]}}'))
    assert inbox.mentions(COATS[0])
    assert not inbox.mentions(unit_of(gtin_of(9), 1))
    inbox.get()
    assert not inbox.mentions(COATS[0])


def test_thousands_of_reads_come_in_portions_and_none_is_lost() -> None:
    inbox = Inbox(frozenset())
    whole = seen("plafond", 2 * PORTION + 7)
    inbox.put(whole)
    portions = [message.batch for message in emptied(inbox) if isinstance(message, ReadsArrived)]
    assert [len(batch.reads) for batch in portions] == [PORTION, PORTION, 7]
    assert [read for batch in portions for read in batch.reads] == whole.batch.reads


def test_what_a_reader_adds_to_a_read_stays_with_it_in_its_portion() -> None:
    inbox = Inbox(frozenset())
    whole = seen("portique", 2 * PORTION + 7)
    whole.batch.extras = {place: Extra(phase_mrad=place) for place in (3, PORTION - 1, PORTION, 2 * PORTION + 6)}
    inbox.put(whole)
    extras = [message.batch.extras for message in emptied(inbox) if isinstance(message, ReadsArrived)]
    assert extras == [
        {3: Extra(phase_mrad=3), PORTION - 1: Extra(phase_mrad=PORTION - 1)},
        {0: Extra(phase_mrad=PORTION)},
        {6: Extra(phase_mrad=2 * PORTION + 6)},
    ]


def test_a_flooded_store_drops_no_read_of_its_gate() -> None:
    inbox = Inbox(frozenset({"portique"}))
    flood = seen("plafond")
    assert sum(inbox.put(flood, timeout=0) for _ in range(INBOX + 3)) == 3
    assert inbox.put(seen("portique")) == 0
    first = inbox.get()
    assert isinstance(first, ReadsArrived)
    assert first.batch.reader == "portique"


def test_a_lane_is_bounded_by_its_reads_and_drops_nothing_else() -> None:
    inbox = Inbox(frozenset())
    flood = seen("plafond", PORTION)
    assert sum(inbox.put(flood, timeout=0) for _ in range(INBOX_READS // PORTION + 2)) == 2 * PORTION
    assert inbox.put(said("plafond"), timeout=0) == 0
    assert inbox.put(Asked("stock", COAT, Future()), timeout=0) == 0


def test_a_reader_that_floods_waits_for_room_before_anything_is_dropped() -> None:
    inbox = Inbox(frozenset())
    flood = seen("plafond", PORTION)
    for _ in range(INBOX_READS // PORTION):
        inbox.put(flood)
    emptying = threading.Timer(0.02, inbox.get)
    emptying.start()
    assert inbox.put(flood) == 0
    emptying.join(5)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def agent(tmp_path: Path, clock: ManualClock) -> Iterator[Agent]:
    with built_agent(agent_settings(tmp_path, readers=[GATE, CEILING]), clock) as made:
        lines = [{"gtin": COAT, "qty": 3, "units": COATS, "location": "salesfloor"}]
        assert command(made, "stock.receive", lines=lines, reason="opening").status == 200
        feed(made, "settings", {"plan": PLAN})
        yield made


def test_a_turn_is_bounded_by_reads_by_messages_and_by_time(agent: Agent, clock: ManualClock) -> None:
    heart = agent.heart
    heart.post(seen("plafond", DRAIN_READS * 2))
    for _ in range(DRAIN * 2):
        heart.post(seen("plafond"))
    assert _reads(heart.drain()) == DRAIN_READS
    assert _reads(heart.drain()) == DRAIN_READS
    assert _reads(heart.drain()) == DRAIN
    slow = heart.drain()
    assert isinstance(next(slow), ReadsArrived)
    clock.forward(DRAIN_MS)
    assert _reads(slow) == 0
    assert heart.waiting == DRAIN - 1
    assert _reads(heart.drain()) == DRAIN - 1, "what didn't fit into a turn is there for the next"


def test_time_passes_however_much_waits(agent: Agent, clock: ManualClock) -> None:
    agent.heart.post(seen("plafond", DRAIN_READS * 2, 7_000_000))
    clock.forward(TICK_MS)
    tick = list(agent.heart.drain())[-1]
    assert isinstance(tick, Tick)
    assert tick.heard_us == 7_000_000, "no unit is gone because its reads wait"
    list(agent.heart.drain())
    clock.forward(TICK_MS)
    tick = list(agent.heart.drain())[-1]
    assert isinstance(tick, Tick)
    assert tick.heard_us == tick.now_us


def test_who_leaves_while_a_turn_goes_on_is_judged_next(
    agent: Agent, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A turn is in hand, thousands of reads wait: the siren sounds after the one message that was being handled."""
    heart, done = agent.heart, list[str]()
    monkeypatch.setattr(heart.outside, "act", lambda act: done.append(type(act).__name__))
    at_us = clock.now_ms() * 1000
    heart.post(seen("plafond", DRAIN_READS, at_us))
    before = agent.book.head.seq

    def watched() -> Iterator[Message]:
        for place, message in enumerate(heart.drain()):
            if place == 1:
                heart.post(ReadsArrived(reads("portique", at_us, *carried_out(epc_of(COATS[0]), at_us))))
            yield message
            if isinstance(message, ReadsArrived):
                done.append(message.batch.reader)

    heart.turn(watched())
    assert done[:4] == ["plafond", "plafond", Act.__name__, "portique"]
    assert agent.book.head.seq > before


def _reads(messages: Iterator[Message]) -> int:
    return sum(len(message.batch.reads) for message in messages if isinstance(message, ReadsArrived))

"""An agent under test, in this process, and a small signed till that talks to it as a real one does."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import msgspec

from drivers.readings import Read, TagReads
from edge_agent.messages import Answer, CommandArrived, FeedArrived, Message
from edge_agent.settings import AgentSettings
from edge_agent.steady import SteadyTime
from edge_agent.wiring import Agent, build_agent
from retail.epc import encode_sgtin96
from retail.epc.unit import Unit
from retail.facts import Fact
from sync.clock import Clock, SystemClock
from sync.feeds.names import scope_of
from sync.feeds.row import FeedRow
from sync.identity.enrolment import SignedAuth, enrol
from sync.identity.keys import Identity
from sync.journal import outbox
from sync.storage.book import Book
from sync.storage.engine import open_engine
from sync.wire.channel import Channel
from sync.wire.messages import Ack, Batch

STORE = "LYO1"
AGENT = "LYO1-A"
TILL = "LYO1-T1"

PLAN = {
    "zones": [
        {"id": "homme", "name": {"fr": "Homme", "en": "Men"}, "location": "salesfloor", "walk": 2},
        {"id": "femme", "name": {"fr": "Femme", "en": "Women"}, "location": "salesfloor", "walk": 1},
        {"id": "reserve", "name": {"fr": "Réserve", "en": "Stockroom"}, "location": "stockroom", "walk": 3},
    ],
    "bins": ["A1", "A2"],
}
GATE = {
    "name": "portique",
    "kind": "llrp",
    "url": "tcp://127.0.0.1:1",
    "antennas": [{"port": 1, "gate": "entree", "side": "in"}, {"port": 2, "gate": "entree", "side": "out"}],
    "gpo": {"port": 2, "pulse_ms": 500},
}


def agent_settings(folder: Path, **fields: Any) -> AgentSettings:
    """Settings of an agent that needs nobody else."""
    plain: dict[str, Any] = {
        "store": STORE,
        "device": AGENT,
        "data": folder / "agent",
        "http": {"port": 0},
        "broker": {"kind": "none"},
    }
    return AgentSettings.model_validate(plain | fields)


def prepared(settings: AgentSettings) -> AgentSettings:
    """The agent's key is made, as enrolment does."""
    Identity.load_or_create(settings.data, settings.store, settings.device)
    return settings


@contextmanager
def built_agent(
    settings: AgentSettings, clock: Clock | None = None, steady: SteadyTime | None = None
) -> Iterator[Agent]:
    """An agent with its heart standing still: messages are handed to ``heart.turn`` or ``heart.handle``."""
    agent = build_agent(prepared(settings), clock or SystemClock(), steady)
    try:
        yield agent
    finally:
        agent.stop()


@contextmanager
def running_agent(settings: AgentSettings, clock: Clock | None = None) -> Iterator[Agent]:
    """A whole agent at work."""
    with built_agent(settings, clock) as agent:
        agent.start()
        yield agent


def know(agent: Agent, *tills: "TillSide") -> None:
    """Enrol tills at the agent, and the agent at the tills, as the ledger's settings do."""
    with agent.book.unit() as unit:
        for till in tills:
            enrol(unit.conn, STORE, till.identity.device, "till", till.identity.public)


def feed(agent: Agent, name: str, rows: Mapping[str, Any], *, first: int = 1) -> None:
    """Hand rows of a ledger's feed to the agent's heart, in one turn, as a pull does."""
    agent.heart.turn([feed_message(name, rows, first=first)])


def feed_message(name: str, rows: Mapping[str, Any], *, first: int = 1) -> FeedArrived:
    """The message of a pull."""
    from concurrent.futures import Future

    made = tuple(FeedRow(version, key, 1, body) for version, (key, body) in enumerate(rows.items(), first))
    return FeedArrived(name, scope_of(name, STORE), made, first + len(made) - 1, Future(), "e")


def command(agent: Agent, kind: str, subject: str = "", *, by: str = "anna", id: str = "", **args: Any) -> Answer:
    """Give a command to a heart that stands still, in a turn of its own; its answer."""
    message = command_message(kind, subject, by=by, id=id, **args)
    agent.heart.turn([message])
    return message.reply.result(0)


def command_message(kind: str, subject: str = "", *, by: str = "anna", id: str = "", **args: Any) -> CommandArrived:
    """A command as the API makes it."""
    from concurrent.futures import Future

    return CommandArrived(TILL, id or uuid4().hex, kind, subject, by, args, Future())


def turn(agent: Agent, *messages: Message) -> None:
    """One turn of a heart that stands still."""
    agent.heart.turn(list(messages))


def epc_of(unit: str) -> bytes:
    """The tag of a unit: SGTIN-96."""
    return encode_sgtin96(Unit.parse(unit), 7)


def reads(reader: str, now_us: int, *seen: Read) -> TagReads:
    """A batch as a driver delivers it."""
    return TagReads(reader, "boot", 1, now_us, list(seen))


class TillSide:
    """A till as the agent sees it: its own key, its own journal, signed requests."""

    def __init__(self, folder: Path, device: str = TILL) -> None:
        self.identity = Identity.load_or_create(folder / device, STORE, device)
        self._engine = open_engine(folder / device / "till.db")
        self.book = Book(self._engine, self.identity, SystemClock())
        self._url = ""
        self._channel: Channel | None = None
        self._http: httpx.Client | None = None

    def connect(self, agent: Agent) -> "TillSide":
        """Be known to the agent, and know where it listens."""
        know(agent, self)
        return self.dial(f"http://127.0.0.1:{agent.ports.http}")

    def dial(self, url: str) -> "TillSide":
        """Talk to an agent from now on."""
        self._hang_up()
        self._channel = Channel(self.identity, url)
        self._http = httpx.Client(base_url=url, auth=SignedAuth(self.identity), timeout=10, trust_env=False)
        return self

    def close(self) -> None:
        """End it."""
        self._hang_up()
        self._engine.dispose()

    def record(self, *facts: Fact) -> list[tuple[str, int]]:
        """Facts of one commit in the till's journal."""
        with self.book.unit() as unit:
            return [unit.record(fact) for fact in facts]

    def batch(self, after: int = 0) -> Batch:
        """What the till would send after a record."""
        with self.book.read() as conn:
            found = outbox.next_batch(conn, STORE, self.identity.device, after)
        assert found is not None
        return found

    def send(self, *facts: Fact, after: int | None = None) -> Ack:
        """Record facts and send everything from there on."""
        head = self.book.head.seq if after is None else after
        self.record(*facts)
        return self.channel.send(self.identity.device, self.batch(head))

    def rows(self, name: str) -> dict[str, Any]:
        """A feed as the till would hold it."""
        page = self.channel.deltas(name, 0, 10_000)
        return {row.key: None if row.body is None else msgspec.json.decode(_text(row.body)) for row in page.rows}

    def command(self, kind: str, subject: str = "", *, by: str = "anna", id: str = "", **args: Any) -> httpx.Response:
        """``POST /v1/commands``"""
        body = {"id": id or uuid4().hex, "kind": kind, "subject": subject, "by": by, "args": args}
        return self.http.post("/v1/commands", json=body)

    def ask(self, path: str) -> httpx.Response:
        """``GET`` something of the store."""
        return self.http.get(path)

    @property
    def channel(self) -> Channel:
        assert self._channel is not None
        return self._channel

    @property
    def http(self) -> httpx.Client:
        assert self._http is not None
        return self._http

    def _hang_up(self) -> None:
        for link in (self._channel, self._http):
            if link is not None:
                link.close()


def _text(body: object) -> str:
    assert isinstance(body, str)
    return body

"""Where the agent's parts meet: settings in, a running agent out, and the program that waits for its end."""

import base64
import binascii
import signal
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from drivers.broker import open_broker
from drivers.errors import DeviceError
from edge_agent.broker_keeper import BrokerKeeper
from edge_agent.effects import Act
from edge_agent.epcis_api import open_events
from edge_agent.errors import WontStart
from edge_agent.feed_sink import HeartSink
from edge_agent.heart import Heart
from edge_agent.host import AgentHost
from edge_agent.inbox import INBOX
from edge_agent.inspection import Inspector
from edge_agent.live_api import live_routes
from edge_agent.local_api import build_app
from edge_agent.messages import Message, ReadsArrived
from edge_agent.projections.forgetting import forget_sold
from edge_agent.projections.loading import load
from edge_agent.projections.tables import STEPS
from edge_agent.reader_webhook import reader_routes
from edge_agent.recovering import make_whole
from edge_agent.settings import AgentSettings
from edge_agent.steady import SteadyTime
from edge_agent.supervisor import Supervisor
from edge_agent.telemetry import NAME as TELEMETRY
from edge_agent.telemetry import Telemetry, only
from edge_agent.tills import Tills
from edge_agent.watching import Watch
from sync.client import Post, PostStatus, Upstream
from sync.clock import Clock
from sync.feeds.snapshot import SnapshotStore
from sync.identity.enrolment import peers
from sync.identity.keys import Identity, KeyTrouble
from sync.journal.anchor import HeadAnchor
from sync.listening import Server, serve
from sync.logs import configure
from sync.storage.ballast import Ballast
from sync.storage.book import Book
from sync.storage.engine import open_engine
from sync.storage.migrations import migrate

log = structlog.get_logger(__name__)

DATABASE = "edge.db"
BALLAST_BYTES = 8 * 1024 * 1024
RESERVE_EVERY_S = 60


@dataclass(frozen=True, slots=True)
class AgentPorts:
    """Where the agent listens."""

    http: int
    mqtt: int
    """0 when it runs no broker"""


class _World:
    """What the heart may do outside: device commands and hints."""

    def __init__(self) -> None:
        self.supervisor: Supervisor | None = None
        self.host: AgentHost | None = None
        self.post: Post | None = None

    def act(self, act: Act) -> None:
        """Hand a command to a device's worker."""
        if self.supervisor is not None:
            self.supervisor.command(act.device, act.command)

    def hint(self, feed: str, version: int) -> None:
        """Tell tills' open streams that a feed has moved on."""
        if self.host is not None:
            self.host.hints.publish(feed, version)

    def relay(self) -> None:
        """There are records of tills to send up."""
        if self.post is not None:
            self.post.nudge()


class Agent:
    """A store's agent: built once, started, stopped. ``ports`` is known once it is started."""

    def __init__(self, settings: AgentSettings, clock: Clock, new_id: Callable[[], str], steady: SteadyTime) -> None:
        self.settings = settings
        self.steady = steady
        self._world = _World()
        self.identity = _identity(settings)
        self._engine = open_engine(settings.data / DATABASE)
        self._ballast = Ballast(settings.data / "ballast", BALLAST_BYTES)
        self._ballast.take_on()
        self.book = self._open_book(clock)
        self.tills = Tills(started=clock.mono_ms())
        self.heart = Heart(
            self.book, lambda conn: load(conn, settings), self._world, clock, new_id, self.tills, steady.now_us
        )
        self.watch = self.heart.shop.live.watch = Watch(settings.readers, now_us=steady.now_us, follows=self._follows)
        ring = settings.telemetry
        self.telemetry = Telemetry(settings.data / TELEMETRY, hours=ring.hours, megabytes=ring.megabytes)
        self.supervisor = Supervisor(settings.readers, self.heard)
        self.snapshots = SnapshotStore(settings.data / "snapshots", self._engine, self.identity)
        self.host = AgentHost(self.book, self.snapshots, self.heart.post, self.tills)
        self._world.supervisor, self._world.host = self.supervisor, self.host
        self.post = self._world.post = self._open_post()
        self.local_broker = _broker(settings)
        self._server: Server | None = None
        self.inspector = Inspector(self)
        self.events = open_events(self.book, settings.data, settings.epcis.gln)
        self._app = build_app(self.host, self.heart.post, self.inspector.health, self.events)
        self._app.include_router(live_routes(self.host, self.watch, lambda: self.heart.shop))
        self._app.include_router(reader_routes(self.supervisor.doorway, lambda: self.heart.waiting < INBOX // 2))

    @property
    def ports(self) -> AgentPorts:
        """Where it listens."""
        if self._server is None:
            raise WontStart("the agent isn't started")
        return AgentPorts(self._server.port, self.local_broker.port if self.local_broker is not None else 0)

    @property
    def broker(self) -> str:
        """The broker as the status page names it."""
        broker = self.settings.broker
        if broker.kind == "none":
            return ""
        return f"{broker.kind} {broker.host}:{self.local_broker.port if self.local_broker is not None else broker.port}"

    def start(self) -> None:
        """Heart first, then the doors, then the devices. Raises :class:`WontStart`, OSError, ``DeviceError``."""
        self.tills.started = self.book.clock.mono_ms()
        self.heart.start()
        if self.settings.telemetry.on:
            self.telemetry.start()
        if self.local_broker is not None:
            self.local_broker.start()
        self._server = serve(self._app, self.settings.http.host, self.settings.http.port)
        if self.post is not None:
            self.post.start()
        self.supervisor.start()
        log.info("agent started", store=self.settings.store, device=self.settings.device, port=self.ports.http)

    @property
    def reserve_missing(self) -> bool:
        """The disk was full: the reserve was given up, or there was no room for one."""
        return self._ballast.missing

    def look_after_reserve(self) -> None:
        """Take the reserve on again when the disk has room; the program calls it now and then."""
        self._ballast.take_on_again()

    def stop(self) -> None:
        """Devices, doors, heart: what was accepted is on disk already."""
        steps: list[threading.Thread] = [threading.Thread(target=self.supervisor.stop, name="stop-readers")]
        if self.post is not None:
            steps.append(threading.Thread(target=self.post.stop, name="stop-post"))
        if self._server is not None:
            steps.append(threading.Thread(target=self._server.stop, name="stop-http"))
        for step in steps:
            step.start()
        for step in steps:
            step.join(5)
        self._server = None
        self.heart.stop()
        if self.post is not None:
            self.post.send_rest()
        self.telemetry.stop()
        if self.local_broker is not None:
            self.local_broker.stop()
        self.events.stop()
        self.events.engine.dispose()
        self._engine.dispose()
        log.info("agent stopped", device=self.settings.device)

    def _open_book(self, clock: Clock) -> Book:
        data = self.settings.data
        migrate(self._engine, STEPS)
        book = Book(
            self._engine,
            self.identity,
            clock,
            anchor=HeadAnchor(data / "anchor"),
            ballast=self._ballast,
            kind="agent",
        )
        try:
            make_whole(book, self.settings, self.identity)
        except WontStart:
            self._engine.dispose()
            raise
        if self.settings.privacy.deactivate_at_sale:
            forget_sold(self._engine)
        return book

    def _open_post(self) -> Post | None:
        ledger = self.settings.ledger
        if not ledger.url:
            return None
        sink = HeartSink(self.book, self.settings.data / "pulled", self.heart.post, self.snapshots)
        upstream = Upstream("ledger", ledger.url, _public(ledger.public_key), backoff_cap_s=ledger.patience_s)
        return Post(self.identity, self.book, [upstream], sink, self._journals, self._on_status)

    def heard(self, message: Message) -> None:
        """What readers say of our units is kept as they said it; in steady time who watches and the heart get it."""
        if self.settings.telemetry.on and isinstance(message, ReadsArrived):
            self.telemetry.take(only(message.batch, self._follows))
        steady = self.steady.message(message)
        self.watch.heard(steady)
        self.heart.post(steady)

    def _follows(self, unit: str) -> bool:
        return self.heart.shop.follows(unit)

    def _journals(self) -> list[tuple[str, str]]:
        """The logs that go up: the agent's own, and those of the store's tills, as they came."""
        with self.book.read() as conn:
            return [(peer.store, peer.device) for peer in peers(conn, self.settings.store)]

    def _on_status(self, status: PostStatus) -> None:
        self.host.hints.publish("ledger_ack", 0)


def build_agent(settings: AgentSettings, clock: Clock, steady: SteadyTime | None = None) -> Agent:
    """Put an agent together; nothing listens or runs yet. Raises :class:`WontStart`."""
    settings.data.mkdir(parents=True, exist_ok=True)
    return Agent(settings, clock, lambda: uuid.uuid4().hex, steady or SteadyTime())


def run(settings: AgentSettings) -> int:
    """Run until the system asks to stop; returns the exit code."""
    configure(json=settings.log.json_lines, level=settings.log.level.upper())
    try:
        agent = build_agent(settings, settings.clock.build())
    except WontStart as error:
        log.error("agent can't start", reason=str(error))
        return 2
    ended = threading.Event()
    for name in ("SIGTERM", "SIGINT", "SIGBREAK"):
        number = getattr(signal, name, None)
        if number is not None:
            signal.signal(number, lambda *_: ended.set())
    try:
        agent.start()
        while not ended.wait(RESERVE_EVERY_S):
            agent.look_after_reserve()
    except (OSError, DeviceError) as error:
        log.error("agent can't start", reason=str(error))
        return 2
    finally:
        agent.stop()
    return 0


def _identity(settings: AgentSettings) -> Identity:
    try:
        found = Identity.load(settings.data)
    except KeyTrouble as error:
        raise WontStart(str(error)) from error
    if (found.store, found.device) != (settings.store, settings.device):
        raise WontStart(
            f"{settings.data} holds the key of {found.device} of {found.store}; the settings say {settings.device} of "
            f"{settings.store}: give another data folder or mend the name"
        )
    return found


def _broker(settings: AgentSettings) -> BrokerKeeper | None:
    broker = settings.broker
    if not broker.starts:
        return None
    made = open_broker(broker.kind, host=broker.host, port=broker.port, folder=settings.data / "mosquitto")
    return BrokerKeeper(made)


def _public(text: str) -> bytes | None:
    if not text:
        return None
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise WontStart(f"ledger.public_key isn't base64: {error}") from error

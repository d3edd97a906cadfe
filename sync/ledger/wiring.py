"""Where the ledger's parts meet: the running program, and the enrolment that the command line does beside it."""

import signal
import threading
import uuid
from types import FrameType

import structlog
from sqlalchemy import Engine

from sync import logs
from sync.feeds.names import FROM_LEDGER
from sync.feeds.publish import begin_epoch
from sync.feeds.snapshot import SnapshotStore
from sync.identity.enrolment import EnrolmentError, Kind, peer_of
from sync.identity.enrolment import enrol as enrol_device
from sync.identity.enrolment import revoke as revoke_device
from sync.identity.keys import Identity
from sync.journal.anchor import HeadAnchor
from sync.ledger.app import Api, create_app
from sync.ledger.assign import Routing
from sync.ledger.epcis_api import open_events
from sync.ledger.host import Announcer, LedgerHost
from sync.ledger.projections import Projector
from sync.ledger.publish import publish_devices
from sync.ledger.refunds import Provider, SimulatedProvider
from sync.ledger.routing import RULES
from sync.ledger.settings import LedgerSettings
from sync.ledger.tables import STEPS
from sync.listening import Server, serve
from sync.storage.book import Book, LogTruncated
from sync.storage.engine import migrate, open_engine
from sync.storage.transactions import retrying, writing

log = structlog.get_logger(__name__)


class Ledger:
    """A whole ledger in this process: :meth:`start` serves, :meth:`stop` ends it. Also used by tests as it is."""

    def __init__(self, settings: LedgerSettings, provider: Provider | None = None) -> None:
        self.settings = settings
        self.engine = _open(settings)
        self.identity = _identity(settings)
        clock = settings.clock.build()
        anchor = HeadAnchor(settings.data)
        self.book = Book(self.engine, self.identity, clock, anchor=anchor, kind="ledger")
        self.book.recover()
        self._tell_publisher()
        self.provider = SimulatedProvider() if provider is None else provider
        routing = Routing(RULES[settings.routing.rule], settings.routing.safety)
        snapshots = SnapshotStore(settings.data / "snapshots", self.engine, self.identity)
        self.projector = Projector(
            self.book, routing, self.provider, delay_s=settings.projection.delay_s, done=self._announce
        )
        self.host = LedgerHost(self.book, snapshots, self.projector.nudge)
        self.announcer = Announcer(self.book, self.host.hints)
        self.events = open_events(self.book, self.engine, settings)
        api = Api(settings, self.host, self.projector, self.announcer, routing, lambda: uuid.uuid4().hex, self.events)
        self.app = create_app(api)
        self._server: Server | None = None

    @property
    def url(self) -> str:
        """Where it answers, once started."""
        assert self._server is not None, "not started"
        return f"http://{self.settings.http.host}:{self._server.port}"

    def start(self) -> None:
        """Project what a crash left over, and take requests. Raises OSError when the port can't be had."""
        self._server = serve(self.app, self.settings.http.host, self.settings.http.port)
        self.projector.start()

    def stop(self) -> None:
        """Answer what is being asked, finish the commit at hand, close."""
        if self._server is not None:
            self._server.stop()
        self.projector.stop()
        self.events.stop()
        self.events.engine.dispose()
        self.engine.dispose()

    def _tell_publisher(self) -> None:
        with self.book.unit() as unit:
            if begin_epoch(unit.conn, self.identity.device, FROM_LEDGER):
                log.warning("feeds_begin_anew", publisher=self.identity.device)

    def _announce(self) -> None:
        self.announcer.announce()


def run(settings: LedgerSettings) -> int:
    """Serve until SIGTERM or SIGINT; the exit code."""
    logs.configure(json=settings.log.json_lines, level=settings.log.level)
    stopping = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    try:
        ledger = Ledger(settings)
    except LogTruncated as error:
        log.error("ledger_log_truncated", text=str(error), remedy="restore the database, or give the ledger a new id")
        return 1
    try:
        ledger.start()
    except OSError as error:
        log.error("ledger_not_started", text=str(error))
        ledger.stop()
        return 1
    log.info("ledger_ready", url=ledger.url, database=ledger.engine.dialect.name)
    while not stopping.wait(0.2):
        pass
    ledger.stop()
    log.info("ledger_stopped")
    return 0


def enrol(settings: LedgerSettings, store: str, device: str, kind: Kind, public_key: bytes) -> bytes:
    """Let a device in and tell its store; works beside a running ledger. Returns the ledger's own public key.

    Raises EnrolmentError when the id belongs to another key."""
    engine = _open(settings)
    now = settings.clock.build().now_ms()

    def work() -> None:
        with writing(engine) as conn:
            enrol_device(conn, store, device, kind, public_key, at=now)
            publish_devices(conn, store)

    try:
        retrying(work)
    finally:
        engine.dispose()
    return _identity(settings).public


def revoke(settings: LedgerSettings, device: str) -> str:
    """Let a device in no more and tell its store; works beside a running ledger. Returns the store.

    Its log stays, and so does its id: a device that comes back gets a new one. Raises EnrolmentError."""
    engine = _open(settings)
    now = settings.clock.build().now_ms()

    def work() -> str:
        with writing(engine) as conn:
            peer = peer_of(conn, device)
            if peer is None:
                raise EnrolmentError(f"{device} isn't enrolled, or not any more")
            if peer.kind == "ledger":
                raise EnrolmentError(f"{device} is the ledger itself")
            revoke_device(conn, device, at=now)
            publish_devices(conn, peer.store)
            return peer.store

    try:
        return retrying(work)
    finally:
        engine.dispose()


def _open(settings: LedgerSettings) -> Engine:
    settings.data.mkdir(parents=True, exist_ok=True)
    engine = open_engine(settings.database_url)
    migrate(engine, STEPS)
    return engine


def _identity(settings: LedgerSettings) -> Identity:
    return Identity.load_or_create(settings.data, settings.store, settings.device)

"""Everything of a till but its window: book, reference, post, agent line, devices; started and stopped together."""

import base64
import binascii
import uuid
from collections.abc import Callable
from pathlib import Path

import structlog

from retail.barcode import patterns
from retail.fiscal import FiscalModule, France, Register, Signer, module_hash
from store_app.agent_link import AgentLink
from store_app.devices import TillDevices
from store_app.identity import open_book
from store_app.live_line import LiveLine
from store_app.presenters.messages import FeedsChanged, LinkState, PostChanged
from store_app.presenters.services import Services
from store_app.presenters.shelves import Shelves
from store_app.settings import TillSettings
from store_app.till_book import STEPS, TillBook
from sync.client import Post, PostStatus, Upstream
from sync.clock import Clock
from sync.feeds.reference import Reference
from sync.feeds.sinks import ReferenceSink
from sync.identity.enrolment import SignedAuth
from sync.identity.keys import TicketKey, verify
from sync.identity.pins import load_or_create_pepper, verify_pin
from sync.post.backoff import CAP_S
from sync.storage.ballast import Ballast
from sync.storage.engine import migrate, open_engine

log = structlog.get_logger(__name__)

MIB = 1024 * 1024
AGENT_PATIENCE_S = 4.0
"""longest wait between two tries to reach the agent: it is near, and the gate waits for what was sold meanwhile"""
ROOT = Path(__file__).resolve().parent.parent


class TillServices:
    """A till without a window. ``deliver`` may be set until ``start``; it is called from many threads."""

    def __init__(
        self,
        settings: TillSettings,
        clock: Clock | None = None,
        *,
        new_id: Callable[[], str] = lambda: uuid.uuid4().hex,
        fallback_s: float = 60.0,
    ) -> None:
        self.settings = settings
        self.clock: Clock = clock or settings.clock.build()
        self.deliver: Callable[[object], None] = lambda _message: None
        folder = settings.till.folder
        folder.mkdir(parents=True, exist_ok=True)
        self.engine = open_engine(folder / "till.db")
        migrate(self.engine, STEPS)
        ballast = Ballast(folder / "ballast.bin", settings.till.ballast_mib * MIB)
        if settings.till.ballast_mib:
            ballast.take_on()
        self._new_id = new_id
        self._key = TicketKey.load_or_create(folder)
        self._hash = module_hash(lambda name: (ROOT / name).read_bytes())
        self.book, self.identity = open_book(
            self.engine, folder, settings.till.store, settings.till.device, self.clock, ballast, self._upstream_urls()
        )
        self.reference = Reference(folder / "reference", self.book)
        self.shelves = Shelves(self.reference)
        self.till = TillBook(self.book, self._fiscal, new_id)
        self.agent = AgentLink(settings.agent.url, SignedAuth(self.identity), new_id)
        self.live = LiveLine(settings.agent.url, SignedAuth(self.identity), self._say)
        self.devices = TillDevices(settings.devices, self._say)
        self.post = self._make_post(fallback_s)
        self._pepper = load_or_create_pepper(folder / "pepper.key")
        self._started = False

    # making

    def _upstream_urls(self) -> list[str]:
        return [url for url in (self.settings.agent.url, self.settings.ledger.url) if url]

    def _make_post(self, fallback_s: float) -> Post:
        upstreams = [
            Upstream(name, where.url, where.public, backoff_cap_s=cap)
            for name, where, cap in (
                ("agent", self.settings.agent, AGENT_PATIENCE_S),
                ("ledger", self.settings.ledger, CAP_S),
            )
            if where.url
        ]
        sink = ReferenceSink(self.reference, self.settings.till.store, applied=self._applied, book=self.book)
        return Post(
            self.identity, self.book, upstreams, sink, on_status=self._post_said, fallback_s=fallback_s, poll_s=1.0
        )

    def _fiscal(self) -> FiscalModule:
        store = self.shelves.store()
        register = Register(self.settings.till.store, self.settings.till.device, store.siret, store.name)
        return France(register, Signer(self._key.key_id, self._key.sign), self._hash)

    def for_presenters(self) -> Services:
        """What the presenters get."""
        devices = self.devices
        return Services(
            store=self.settings.till.store,
            device=self.settings.till.device,
            till=self.till,
            shelves=self.shelves,
            agent=self.agent,
            new_id=self._new_id,
            check_pin=lambda hashed, pin: verify_pin(hashed, pin, self._pepper),
            verify_code=self._verify_code,
            live=self.live,
            terminal=devices.terminal,
            printer=devices if devices.has_printer else None,
            display=devices.show,
            addresses=devices.addresses,
            training=self.settings.till.training,
            patterns=patterns(self.settings.till.scale_codes),
            lock_ms=round(self.settings.till.lock_minutes * 60_000 * self.settings.clock.speed),
        )

    def _verify_code(self, data: bytes, signature: bytes) -> bool:
        try:
            public = base64.b64decode(self.shelves.store().ledger_key, validate=True)
        except binascii.Error:
            return False
        return verify(public, data, signature)

    # news

    def _say(self, message: object) -> None:
        self.deliver(message)

    def _applied(self, feed: str, _cursor: int) -> None:
        self._say(FeedsChanged(frozenset((feed,))))

    def _post_said(self, status: PostStatus) -> None:
        self._say(post_message(status))

    # life

    def start(self) -> None:
        """Start the post and the devices; returns at once."""
        self._started = True
        self.devices.start()
        self.post.start()

    def tick(self) -> None:
        """Once a second."""
        self.devices.tick()

    def stop(self) -> None:
        """Stop everything; no thread and no connection is left."""
        if self._started:
            self.devices.stop()
        self.live.stop()
        self.post.stop()
        self.agent.close()
        self.reference.close()
        self.engine.dispose()


def post_message(status: PostStatus) -> PostChanged:
    """The post's state as the presenters take it."""
    links = tuple(
        LinkState(
            one.name,
            one.connected,
            one.pending,
            one.last_contact_ms,
            one.blocked[0][1] if one.blocked else "",
        )
        for one in status.upstreams
    )
    ledger = next((link.connected for link in links if link.name == "ledger"), False)
    through_agent = status.using == "agent" and status.pending == 0
    return PostChanged(links, status.pending, ledger or through_agent)

"""Books, identities and hosts of a small shop: a till, its agent and the ledger, on real databases and real HTTP."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from fastapi import FastAPI
from sqlalchemy import Engine

from sync.clock import Clock
from sync.host import BookHost
from sync.identity.enrolment import Kind, enrol
from sync.identity.keys import Identity
from sync.journal.anchor import HeadAnchor
from sync.listening import Server, serve
from sync.server import build_routes
from sync.storage.book import Book
from sync.storage.engine import open_engine
from tests.support.clocks import ManualClock

KINDS: dict[str, Kind] = {"T": "till", "A": "agent", "L": "ledger"}


def kind_of(device: str) -> Kind:
    """What a device of the demo's naming is: ``LYO1-T1`` is a till."""
    return KINDS[device.split("-")[1][0]]


@contextmanager
def open_book(
    folder: Path, device: str = "LYO1-T1", *, database: Engine | None = None, clock: Clock | None = None
) -> Iterator[Book]:
    """A device's book in ``folder``, with key and anchor; the engine is disposed of at the end."""
    identity = Identity.load_or_create(folder / "keys" / device, device.split("-")[0], device)
    folder.mkdir(parents=True, exist_ok=True)
    engine = database if database is not None else open_engine(folder / "book.db")
    try:
        anchor = HeadAnchor(folder / "anchor")
        yield Book(engine, identity, clock or ManualClock(), anchor=anchor, kind=kind_of(device))
    finally:
        engine.dispose()


def introduce(at: Book, *others: Book) -> None:
    """Enrol the devices of ``others`` in ``at``'s database."""
    with at.unit() as work:
        for other in others:
            me = other.identity
            enrol(work.conn, me.store, me.device, kind_of(me.device), me.public, at=work.now)


@contextmanager
def served(host: BookHost, port: int = 0) -> Iterator[Server]:
    """A host behind real HTTP."""
    app = FastAPI()
    app.include_router(build_routes(host))
    server = serve(app, "127.0.0.1", port)
    try:
        yield server
    finally:
        server.stop()


class SmallShop:
    """A till, an agent and a ledger, introduced to each other; hosts are made, nothing is served yet."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.till = stack.enter_context(open_book(folder / "till", "LYO1-T1"))
        self.agent = stack.enter_context(open_book(folder / "agent", "LYO1-A"))
        self.ledger = stack.enter_context(open_book(folder / "ledger", "HQ-L"))
        introduce(self.ledger, self.agent, self.till)
        introduce(self.agent, self.till, self.ledger)
        introduce(self.till, self.agent, self.ledger)
        self.agent_host = BookHost(self.agent, is_ledger=False)
        self.ledger_host = BookHost(self.ledger, is_ledger=True)


@contextmanager
def small_shop(folder: Path) -> Iterator[SmallShop]:
    """See :class:`SmallShop`."""
    with ExitStack() as stack:
        yield SmallShop(folder, stack)

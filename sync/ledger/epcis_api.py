"""EPCIS 2.0 on the ledger: what the journals of all stores say of goods, for operations and enrolled devices."""

from collections.abc import Callable

from fastapi import APIRouter, Request
from sqlalchemy import Engine

from retail.epcis import Site
from sync.epcis.routes import build_epcis_routes
from sync.epcis.store import EventStore, open_store
from sync.ledger.callers import only
from sync.ledger.settings import LedgerSettings
from sync.server import Host, bounded_body
from sync.storage.book import Book
from sync.storage.engine import open_engine

DATABASE = "epcis.db"


def open_events(book: Book, engine: Engine, settings: LedgerSettings) -> EventStore:
    """The ledger's event store: beside a SQLite ledger in a file of its own, on PostgreSQL in the same database."""
    own = engine if engine.dialect.name != "sqlite" else open_engine(settings.data / DATABASE)
    glns = settings.epcis.glns
    rules = " ".join(f"{store}={gln}" for store, gln in sorted(glns.items()))
    return open_store(book, own, lambda store: Site(store, glns.get(store, "")), rules)


def epcis_routes(host: Host, settings: LedgerSettings, store: EventStore, new_id: Callable[[], str]) -> APIRouter:
    """The routes under ``/v1/epcis``."""
    allowed = only(host, settings, "operations", "device")

    async def admit(request: Request) -> bytes:
        body = await bounded_body(request)
        await allowed(request)
        return body

    return build_epcis_routes(store, admit, new_id)

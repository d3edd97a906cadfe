"""EPCIS 2.0 on the agent: what the store's journal says of goods, for the store's enrolled devices."""

import uuid
from pathlib import Path

from fastapi import APIRouter, Request

from edge_agent.host import AgentHost
from retail.epcis import Site
from sync.epcis.routes import build_epcis_routes
from sync.epcis.store import EventStore, open_store
from sync.server import signed_peer
from sync.storage.book import Book
from sync.storage.engine import open_engine
from sync.wire.problems import Problem

DATABASE = "epcis.db"


def open_events(book: Book, folder: Path, gln: str) -> EventStore:
    """The agent's event store: a file of its own, so that it never makes the heart wait."""
    return open_store(book, open_engine(folder / DATABASE), lambda store: Site(store, gln), gln)


def epcis_routes(host: AgentHost, store: EventStore) -> APIRouter:
    """The routes under ``/v1/epcis``."""

    async def admit(request: Request) -> bytes:
        peer, body = await signed_peer(host, request)
        if peer.store != host.book.identity.store or peer.kind not in ("till", "agent"):
            raise Problem("not-allowed", device=peer.device)
        host.heard(peer)
        return body

    return build_epcis_routes(store, admit, lambda: uuid.uuid4().hex)

"""What head office publishes before the demo's shop opens, through the ledger's own rules, with the ledger not serving.

This and the ledger's parts are loaded when they are needed: the agent is starting meanwhile.
"""

import json
import logging
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

import structlog

from edge_agent.collector import paused
from installer.demo.floorplan import STORE, settings_rows
from installer.demo.goods import TAXES, Row
from installer.demo.offers import promotion_rows
from installer.demo.people import client_rows, staff_rows
from installer.demo.premises import Premises
from sync.feeds.snapshot import SnapshotStore
from sync.identity.keys import Identity
from sync.identity.pins import hash_pin, load_or_create_pepper
from sync.ledger.messages import RowIn
from sync.ledger.publish import publish
from sync.ledger.settings import LedgerSettings, load_settings
from sync.ledger.wiring import Ledger
from sync.storage.engine import open_engine

_CHUNK = 5_000
_LARGE = 100_000
"""articles from which the catalogue's snapshot is made beforehand"""


def publish_all(premises: Premises, settings: LedgerSettings) -> None:
    """All feeds of the ledger, the large ones last. Raises ValueError for a row that breaks a rule."""
    pepper = load_or_create_pepper(premises.folder / "pepper.key")
    for number in range(1, premises.size.tills + 1):
        (premises.till_folder(number) / "pepper.key").write_bytes(pepper)
    staff = [(row["id"], row) for row in staff_rows(lambda pin: hash_pin(pin, pepper))]
    store = settings_rows("", [])
    del store["devices"]  # enrolment publishes them
    goods = premises.goods
    ledger = Ledger(settings)
    try:
        with paused():  # nothing in a million rows is a cycle
            _put(ledger, "taxes", ((row["code"], row) for row in TAXES))
            _put(ledger, "promotions", ((row["id"], row) for row in promotion_rows(goods.now_ms)))
            _put(ledger, "staff", iter(staff), STORE)
            _put(ledger, "settings", iter(store.items()), STORE)
            clients = client_rows(premises.seed, premises.size.clients, goods)
            _put(ledger, "customers", ((row["id"], row) for row in clients))
            _put(ledger, "catalogue", ((row["gtin"], row) for row in goods.articles()))
            with _snapshot_beside(premises.ledger_toml, "catalogue", goods.size):
                _put(ledger, "prices", ((row["gtin"], row) for row in goods.prices()))
    finally:
        ledger.stop()


def _put(ledger: Ledger, feed: str, rows: Iterator[tuple[str, Row]], store: str | None = None) -> None:
    while part := list(islice(rows, _CHUNK)):
        wanted = [RowIn.model_construct(key=key, body=body, store=store) for key, body in part]
        with ledger.book.unit() as unit:
            done = publish(unit, feed, wanted, ledger.identity.public)
        if done.refused:
            raise ValueError(f"the demo's own {feed} break a rule: {json.dumps(done.refused[0].__dict__, default=str)}")


@contextmanager
def _snapshot_beside(ledger_toml: Path, feed: str, rows: int) -> Iterator[None]:
    """Make a large feed's snapshot in a process of its own meanwhile: every store will ask for it."""
    if rows < _LARGE:
        yield
        return
    with ProcessPoolExecutor(1, get_context("spawn")) as beside:
        made = beside.submit(_build_snapshot, ledger_toml, feed)
        yield
        made.result()


def _build_snapshot(ledger_toml: Path, feed: str) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    settings = load_settings(ledger_toml)
    engine = open_engine(settings.database_url)
    try:
        SnapshotStore(settings.data / "snapshots", engine, Identity.load(settings.data)).build(feed, "")
    finally:
        engine.dispose()

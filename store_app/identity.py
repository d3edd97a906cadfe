"""Who this till is: its key, its log compared with anchor and receiver at start, and a new id where the log is lost."""

from collections.abc import Sequence
from pathlib import Path

import httpx
import structlog
from sqlalchemy import Engine

from store_app.till_book.restoring import restore
from sync.clock import Clock
from sync.identity.keys import Identity
from sync.journal.anchor import HeadAnchor
from sync.journal.recovery import Outcome, Recovery, continue_as, recover
from sync.storage.ballast import Ballast
from sync.storage.book import Book
from sync.wire.channel import Channel, Unreachable
from sync.wire.problems import Problem

log = structlog.get_logger(__name__)

START_TIMEOUT = httpx.Timeout(1.0)
"""a till must be ready soon, whoever answers"""
CONTINUED = "continued-{n}"
"""folders of the keys that continue a log which was lost, the highest number is in use"""


def open_book(
    engine: Engine,
    folder: Path,
    store: str,
    device: str,
    clock: Clock,
    ballast: Ballast | None,
    upstreams: Sequence[str],
) -> tuple[Book, Identity]:
    """The till's book, fit to be written. Where the log lost records for good, it goes on under a new id."""
    keys, identity = _identity(folder, store, device)
    book = Book(engine, identity, clock, anchor=HeadAnchor(keys), ballast=ballast)
    outcome = _recover(book, identity, upstreams)
    if outcome is None:
        return book, identity
    number = _number(folder) + 1
    keys = folder / CONTINUED.format(n=number)
    fresh = Identity.create(keys, store, f"{device}.{number}")
    new = Book(engine, fresh, clock, anchor=HeadAnchor(keys), ballast=ballast)
    continue_as(new, identity, outcome)
    return new, fresh


def _recover(book: Book, identity: Identity, upstreams: Sequence[str]) -> Recovery | None:
    """What was lost for good; None if the log is whole (again)."""
    for url in upstreams:
        with Channel(identity, url, timeout=START_TIMEOUT) as channel:
            try:
                found = recover(book, channel, restore)
            except (Unreachable, Problem) as error:
                log.info("the log can't be compared with a receiver now", url=url, reason=str(error))
                continue
        return found if found.outcome is Outcome.CONTINUE else None
    found = recover(book, None, restore)
    return found if found.outcome is Outcome.CONTINUE else None


def _identity(folder: Path, store: str, device: str) -> tuple[Path, Identity]:
    number = _number(folder)
    if number > 1:
        keys = folder / CONTINUED.format(n=number)
        return keys, Identity.load(keys)
    return folder, Identity.load_or_create(folder, store, device)


def _number(folder: Path) -> int:
    """How many ids this till has had."""
    found = [path.name.rpartition("-")[2] for path in folder.glob(CONTINUED.format(n="*"))]
    return max((int(name) for name in found if name.isdigit()), default=1)

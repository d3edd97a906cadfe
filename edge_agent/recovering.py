"""A database that lost its tail: acknowledged records come back from the ledger, and the state follows them."""

from collections.abc import Callable

import structlog

from edge_agent import evolve
from edge_agent.effects import Draft
from edge_agent.errors import WontStart
from edge_agent.projections import rows
from edge_agent.projections.loading import load
from edge_agent.projections.writing import write
from edge_agent.settings import AgentSettings
from sync.identity.keys import Identity
from sync.journal.encoding import Unknown, decode
from sync.journal.record import Record
from sync.journal.recovery import Outcome, recover
from sync.storage.book import Book, LogTruncated, UnitOfWork
from sync.wire.channel import Channel, Unreachable
from sync.wire.problems import Problem

log = structlog.get_logger(__name__)


def make_whole(book: Book, settings: AgentSettings, identity: Identity) -> None:
    """Compare the log with its anchor; pull back what is missing. Raises :class:`WontStart` if that can't be done."""
    try:
        book.recover()
    except LogTruncated as error:
        log.error("the journal lost its tail", local=error.local, known=error.known)
        _pull_back(book, settings, identity, error)


def _pull_back(book: Book, settings: AgentSettings, identity: Identity, error: LogTruncated) -> None:
    if not settings.ledger.url:
        raise WontStart(f"{error}; there is no ledger to pull it back from") from error
    try:
        with Channel(identity, settings.ledger.url) as ledger:
            found = recover(book, ledger, _follow(settings))
    except (Unreachable, Problem) as trouble:
        raise WontStart(f"{error}; the ledger doesn't give it back now: {trouble}") from trouble
    if found.outcome is Outcome.CONTINUE:
        raise WontStart(
            f"{found.missing} records of {identity.device} are lost for good: enrol the agent again under a new id"
        )
    log.warning("the journal is whole again", restored=found.restored)


def _follow(settings: AgentSettings) -> Callable[[UnitOfWork, list[Record]], None]:
    """Fold records that came back into the projections, in the commit that keeps them."""

    def restored(work: UnitOfWork, records: list[Record]) -> None:
        shop = load(work.conn, settings)
        for record in records:
            fact = decode(record.kind, record.v, record.body)
            if isinstance(fact, Unknown):
                continue
            draft = Draft(settings.device, record.seq - 1, record.occurred_at, str)
            evolve.fold(shop, fact, (settings.device, record.seq), record.occurred_at, draft)
            rows.follow(shop, draft)
            write(work.conn, draft.writes)

    return restored

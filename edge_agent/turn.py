"""One commit in the making: messages in order, nothing leaves before the end.

What reads and time lead to is written last, where the gate isn't held up by it: in the thread that commits.
"""

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError

from edge_agent import incoming
from edge_agent.ahead import Ahead
from edge_agent.effects import Act, Commit, Effect, Hint, Reply
from edge_agent.errors import Diverged, HalfDone
from edge_agent.handlers.questions import answer
from edge_agent.messages import (
    Answer,
    Asked,
    BatchArrived,
    CommandArrived,
    FactArrived,
    FeedArrived,
    LogRefused,
    Message,
)
from edge_agent.projections.answers import keep_answer, stored_answer
from edge_agent.projections.writing import write
from retail.errors import Refused
from retail.facts import Fact
from sync.clock import Clock
from sync.journal import outbox
from sync.journal.quarantine import Source, digest
from sync.storage.book import Book, BookBusy, UnitOfWork
from sync.storage.transactions import StorageFull
from sync.wire.messages import Ack
from sync.wire.problems import Problem

if TYPE_CHECKING:
    from edge_agent.heart import Heart

log = structlog.get_logger(__name__)
NOT_WRITTEN = (SQLAlchemyError, OSError, StorageFull, BookBusy, Diverged)
"""What makes a whole turn undone: the database can't write, or a promise of our own is broken."""
T = TypeVar("T")


class Turn:
    """Everything that was drained from the inbox at once. Use as a context: leaving it commits, or undoes all of it."""

    def __init__(self, heart: "Heart", book: Book, clock: Clock) -> None:
        self._heart = heart
        self._book = book
        self._clock = clock
        self._transaction = ExitStack()
        self._unit: UnitOfWork | None = None
        self._head = book.head.seq
        self._stale = False
        """the state in memory may be ahead of the rows in the transaction"""
        self._defers = False
        self._later: list[tuple[Commit, int]] = []
        """decided, but written only when the transaction is needed or ends"""
        self.took_records = False
        self.after: list[Effect] = []
        self.answers: list[Callable[[], None]] = []
        self.versions: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        if error is not None:
            return self._transaction.__exit__(kind, error, trace)
        if self._unit is not None or self._later:
            ahead = self._heart.ahead
            if ahead is None:
                self._finish()
            else:
                ahead.commit(self._finish, self._head)
        return None

    def _finish(self) -> None:
        with self._transaction:
            self._write_deferred()

    @property
    def wrote(self) -> bool:
        """The database was asked to write, and did if the context was left in peace."""
        return self._unit is not None

    def resume(self, ahead: Ahead) -> None:
        """Write what was decided while the commit before was under way."""
        effects, ahead.effects = ahead.effects, []
        self._defers = True
        for effect in effects:
            self._do(effect)
        self._defers = False
        if ahead.stale:
            ahead.stale = False
            self._heart.reload(self.unit.conn)

    def take(self, message: Message) -> None:
        """Handle one message; what fails unforeseen is logged and answered, the others go on."""
        try:
            self._take(message)
        except NOT_WRITTEN:
            raise
        except Exception as error:
            self._heart.troubles.failed_messages += 1
            log.error("message failed", message=type(message).__name__, error=repr(error), exc_info=True)
            self.answers.append(lambda: fail_request(message, 500, "internal_error"))
            if isinstance(error, HalfDone):
                self._heart.reload(self.unit.conn)

    @property
    def unit(self) -> UnitOfWork:
        """The open transaction; what was decided before stands in it."""
        self._write_deferred()
        return self._opened()

    def _opened(self) -> UnitOfWork:
        if self._unit is None:
            self._unit = self._transaction.enter_context(self._book.unit())
        return self._unit

    def _write_deferred(self) -> None:
        later, self._later = self._later, []
        try:
            for commit, head in later:
                self._write(commit, head)
        except NOT_WRITTEN:
            raise
        except Exception as error:
            raise Diverged(f"what was decided can't be written: {error!r}") from error

    def _take(self, message: Message) -> None:
        match message:
            case BatchArrived():
                self._batch(message)
            case FeedArrived():
                self._feed(message)
            case CommandArrived():
                self._command(message)
            case Asked():
                self._question(message)
            case _:
                self._defers = True
                try:
                    self._decide(message)
                finally:
                    self._defers = False

    def _decide(self, message: Message) -> list[Effect]:
        effects = self._heart.handle(message, self._clock.now_ms(), self._head)
        for effect in effects:
            self._do(effect)
        return effects

    def _do(self, effect: Effect) -> None:
        if isinstance(effect, Act) and effect.urgent:
            self._heart.outside.act(effect)
        elif isinstance(effect, Commit):
            self._commit(effect)
        else:
            self.after.append(effect)

    def _commit(self, commit: Commit) -> None:
        head = self._head
        self._head += len(commit.facts)
        if self._defers:
            self._later.append((commit, head))
        else:
            self._write_deferred()
            self._write(commit, head)

    def _write(self, commit: Commit, head: int) -> None:
        unit = self._opened()
        for expected, fact in enumerate(commit.facts, head + 1):
            _device, seq = unit.record(fact)
            if seq != expected:
                raise Diverged(f"{fact.KIND} became {seq}, not {expected}")
        self.versions.update(write(unit.conn, commit.writes))

    def _batch(self, message: BatchArrived) -> None:
        try:
            received = incoming.receive_batch(self.unit.conn, message, self.unit.now)
        except Problem as problem:
            self.answers.append(partial(settle_error, message.reply, problem))
            if problem.type in incoming.FINAL:
                self._decide(LogRefused(message.device, problem.type, str(problem)))
            return
        self.took_records = self.took_records or bool(received.fresh)
        digest(self.unit, message.store, message.device, received.fresh, self._project)
        self._freshen()
        held = outbox.acked(self.unit.conn, "ledger", message.store, message.device)
        ack = Ack(received.ack, received.head_hash, held)
        self.answers.append(lambda: settle(message.reply, ack))

    def _project(self, unit: UnitOfWork, source: Source, fact: Fact) -> None:
        """Fold one record; if it can't be digested, what it began is undone and it is set aside, blocking nothing."""
        self._freshen()
        record = source.record
        head = self._head
        try:
            self._decide(FactArrived(source.device, record.seq, record.occurred_at, fact))
        except Exception:
            self._head = head
            self._stale = True
            raise

    def _freshen(self) -> None:
        """After something half-done was undone in the transaction, the state in memory follows."""
        if self._stale:
            self._heart.reload(self.unit.conn)
            self._stale = False

    def _feed(self, message: FeedArrived) -> None:
        """Apply rows; if something unforeseen fails, row by row, and the one that fails is kept aside."""
        if not self._rows(message):
            for row in message.rows:
                if not self._rows(replace(message, rows=(row,), cursor=row.version)):
                    why = Refused("not_digested", f"{message.feed} {row.key}: this row can't be digested")
                    incoming.keep_aside(self.unit.conn, message.feed, row, why, self.unit.now)
            self._rows(replace(message, rows=()))
        self.after.append(Hint(message.feed, message.cursor))
        self.answers.append(lambda: settle(message.reply, None))

    def _rows(self, message: FeedArrived) -> bool:
        head = self._head
        try:
            with self.unit.savepoint():
                self._decide(incoming.apply_feed(self.unit.conn, message, self.unit.now))
        except NOT_WRITTEN:
            raise
        except Exception as error:  # noqa: BLE001 - a row that breaks our own code must not stop the feed
            log.error("feed rows not digested", feed=message.feed, rows=len(message.rows), error=repr(error))
            self._head = head
            self._stale = True
            self._freshen()
            return False
        return True

    def _question(self, message: Asked) -> None:
        with self._book.read() as conn:
            found = answer(self._heart.shop, conn, message.what, message.key, self._clock.now_ms())
        self.answers.append(lambda: settle(message.reply, found))

    def _command(self, message: CommandArrived) -> None:
        known = stored_answer(self.unit.conn, message.id)
        if known is not None:
            self.answers.append(lambda: settle(message.reply, known))
            return
        effects = self._decide(message)
        reply = next(effect for effect in effects if isinstance(effect, Reply) and effect.to is message.reply)
        self.after.remove(reply)
        body = dict(reply.body)
        if reply.status == 200:
            touched = [effect.feed for effect in effects if isinstance(effect, Hint)]
            body["version"] = max((self.versions.get(feed, 0) for feed in touched), default=0)
        answer = Answer(reply.status, body)
        keep_answer(self.unit.conn, message.id, answer, self.unit.now)
        self.answers.append(lambda: settle(message.reply, answer))


def settle(reply: "Future[T]", value: T) -> None:
    """Answer a request that may have been given up meanwhile."""
    if not reply.done():
        reply.set_result(value)


def settle_error(reply: "Future[Any]", error: Exception) -> None:
    """Answer a request with an error."""
    if not reply.done():
        reply.set_exception(error)


def fail_request(message: Message, status: int, reason: str) -> None:
    """Tell whoever waits for a message that it came to nothing; they may send it again."""
    reply = getattr(message, "reply", None)
    if isinstance(reply, Future):
        if isinstance(message, BatchArrived | FeedArrived):
            settle_error(reply, Problem("busy" if status == 503 else "internal-error", status, detail=reason))
        else:
            settle(reply, Answer(status, {"reason": reason}))

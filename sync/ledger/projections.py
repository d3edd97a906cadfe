"""From journals to what the ledger knows: one step of its own after ingest, by cursor, a record at a time.

Accepted records wait here until they are projected; a crash in between loses nothing, since the cursor of each log
moves in the same commit. What can't be digested goes to quarantine and the next record follows.
"""

import threading
from collections.abc import Callable

import structlog
from sqlalchemy import Connection, select

from retail.facts import (
    ClientNoted,
    ConsentChanged,
    Fact,
    OrderRejected,
    OrderRestocked,
    RefundRequested,
    SaleCompleted,
    StockMoved,
)
from sync.journal import quarantine
from sync.journal.quarantine import Source
from sync.journal.record import Record
from sync.journal.rows import read_log
from sync.ledger import clients, refunds, steps
from sync.ledger.assign import Routing, route_waiting
from sync.ledger.refunds import Provider
from sync.ledger.rows import upsert
from sync.ledger.stock import add_pending, fold_movement, goods_leaving, refresh_levels
from sync.ledger.tables import projected
from sync.storage.book import Book, UnitOfWork
from sync.storage.tables import heads

log = structlog.get_logger(__name__)

_BATCH = 100


class Projection:
    """Digests the facts of one commit and remembers which stock they touched; :meth:`finish` ends it."""

    def __init__(self, routing: Routing) -> None:
        self._routing = routing
        self._touched: set[tuple[str, str]] = set()
        self._clients: set[str] = set()

    def digest(self, unit: UnitOfWork, source: Source, fact: Fact) -> None:
        """Project one fact. Raises when it can't be digested; the caller undoes what it began."""
        conn, store, device, seq = unit.conn, source.store, source.device, source.record.seq
        touched: set[str] = set()
        if isinstance(fact, StockMoved):
            touched = fold_movement(conn, store, fact, source.record.occurred_at)
        elif goods := goods_leaving(fact):
            touched = add_pending(conn, store, device, seq, goods) | set(goods)
        if isinstance(fact, OrderRejected | OrderRestocked):  # what it held there is free for whoever waits
            touched |= steps.promised(conn, store, fact.order)
        self._digest_others(unit, source, fact)
        self._touched |= {(store, gtin) for gtin in touched}

    def finish(self, unit: UnitOfWork) -> None:
        """Refresh and publish what changed, and route what waited for it."""
        for store in {store for store, _ in self._touched}:
            refresh_levels(unit.conn, store, {gtin for s, gtin in self._touched if s == store}, unit.now)
        route_waiting(unit, self._routing, {gtin for _, gtin in self._touched})
        if self._clients:
            clients.publish(unit.conn, *sorted(self._clients))

    def _digest_others(self, unit: UnitOfWork, source: Source, fact: Fact) -> None:
        store, device, record = source.store, source.device, source.record
        match fact:
            case SaleCompleted():
                clients.purchased(unit.conn, store, device, record.seq, record.occurred_at, fact)
                self._clients |= {fact.client} if fact.client is not None else set()
            case ClientNoted():
                clients.noted(unit, store, device, record.seq, record.occurred_at, fact)
                self._clients.add(fact.client)
            case ConsentChanged():
                clients.consent_changed(unit.conn, fact)
            case RefundRequested():
                refunds.requested(unit.conn, fact)
            case _:
                steps.apply(unit, self._routing, store, fact)


class Projector:
    """The thread that projects what has arrived and settles refunds. ``delay_s`` gathers arrivals, ``done`` is told."""

    def __init__(
        self,
        book: Book,
        routing: Routing,
        provider: Provider,
        *,
        delay_s: float = 0.0,
        done: Callable[[], None] = lambda: None,
    ) -> None:
        self._book = book
        self._routing = routing
        self._provider = provider
        self._delay_s = delay_s
        self._done = done
        self._changed = threading.Condition()
        self._due = True
        self._working = False
        self._stopping = False
        self._failed = False
        self._thread = threading.Thread(target=self._run, name="projector", daemon=True)

    @property
    def busy(self) -> bool:
        """Whether it is at work or about to be."""
        with self._changed:
            return self._due or self._working

    def start(self) -> None:
        """Begin with what an earlier release had to set aside and this one knows."""
        with self._book.read() as conn:
            parked = quarantine.known_now(conn)
        for one in parked:
            try:
                done = self.retry(one.store, one.device, one.seq, self._book.identity.device)
            except Exception:  # it stays where it is, and the ledger starts
                log.exception("parked_record_not_retried", device=one.device, seq=one.seq, kind=one.kind)
            else:
                log.info("parked_record_retried", device=one.device, seq=one.seq, kind=one.kind, digested=done)
        self._thread.start()

    def stop(self, timeout: float = 5.0) -> None:
        """Finish the commit at hand and stop."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def nudge(self) -> None:
        """Something has arrived."""
        with self._changed:
            self._due = True
            self._changed.notify_all()

    def run_once(self) -> int:
        """Project everything that is here and settle what is asked; returns the number of records."""
        done = 0
        while not self._stopping and (more := self._project_some()):
            done += more
        if not self._stopping:
            refunds.settle_all(self._book, self._provider)
            self._done()
        return done

    def retry(self, store: str, device: str, seq: int, by: str) -> bool:
        """Try a quarantined record again. Raises LookupError when it isn't waiting."""
        with self._book.unit() as unit:
            projection = Projection(self._routing)
            done = quarantine.retry(unit, store, device, seq, by, projection.digest)
            projection.finish(unit)
        self.nudge()
        return done

    def backlog(self, conn: Connection) -> int:
        """Records that wait to be projected."""
        return sum(head - done for _, _, head, done in self._logs(conn))

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._due or self._stopping, timeout=30.0)
                if not self._stopping and self._delay_s:
                    self._changed.wait_for(lambda: self._stopping, timeout=self._delay_s)
                if self._stopping:
                    return
                self._due, self._working = False, True
            try:
                self.run_once()
            except Exception:  # the database is away or full: nothing is lost, it is tried again
                if not self._failed:
                    log.exception("projection_stopped")
                self._failed = True
                self._wait_to_try_again()
            else:
                if self._failed:
                    log.info("projection_goes_on")
                self._failed = False
            self._working = False

    def _wait_to_try_again(self) -> None:
        with self._changed:
            self._due = True
            self._changed.wait_for(lambda: self._stopping, timeout=1.0)

    def _project_some(self) -> int:
        """One commit for a stretch of one log; 0 when nothing waits."""
        with self._book.read() as conn:
            waiting = [(store, device, done) for store, device, head, done in self._logs(conn) if head > done]
            stretches = [(s, d, done, list(read_log(conn, s, d, after=done, limit=_BATCH))) for s, d, done in waiting]
        count = 0
        for store, device, done, found in stretches:
            if found and not self._stopping:
                count += self._project(store, device, done, found)
        return count

    def _project(self, store: str, device: str, done: int, found: list[Record]) -> int:
        """One stretch in one commit. Where what follows from it fails, each record alone: one is set aside then."""
        try:
            return self._commit(store, device, done, found)
        except Exception as error:
            reason = quarantine.reason_of(error)
            if reason is None:
                raise
            if len(found) == 1:
                return self._set_aside(store, device, done, found[0], reason)
        log.warning("projecting_one_by_one", device=device, first=found[0].seq, last=found[-1].seq, reason=reason)
        return sum(self._project(store, device, record.seq - 1, [record]) for record in found)

    def _commit(self, store: str, device: str, done: int, found: list[Record]) -> int:
        with self._book.unit() as unit:
            if self._cursor(unit.conn, store, device) != done:
                return 0
            projection = Projection(self._routing)
            quarantine.digest(unit, store, device, found, projection.digest)
            projection.finish(unit)
            upsert(unit.conn, projected, [{"store": store, "device": device, "seq": found[-1].seq}])
        return len(found)

    def _set_aside(self, store: str, device: str, done: int, record: Record, reason: str) -> int:
        with self._book.unit() as unit:
            if self._cursor(unit.conn, store, device) != done:
                return 0
            quarantine.put(unit.conn, Source(store, device, record), reason, unit.now)
            upsert(unit.conn, projected, [{"store": store, "device": device, "seq": record.seq}])
        return 1

    def _logs(self, conn: Connection) -> list[tuple[str, str, int, int]]:
        """(store, device, head, projected) of every log but the ledger's own, whose rows are written with its facts."""
        same = (projected.c.store == heads.c.store) & (projected.c.device == heads.c.device)
        query = (
            select(heads.c.store, heads.c.device, heads.c.seq, projected.c.seq)
            .select_from(heads.outerjoin(projected, same))
            .where(heads.c.device != self._book.identity.device)
            .order_by(heads.c.store, heads.c.device)
        )
        return [(store, device, head, done or 0) for store, device, head, done in conn.execute(query)]

    @staticmethod
    def _cursor(conn: Connection, store: str, device: str) -> int:
        query = select(projected.c.seq).where(projected.c.store == store, projected.c.device == device)
        return conn.execute(query).scalar() or 0

"""The event store: follows the journal at its own pace, in a thread of its own that starts when somebody first asks.

Nothing here stands in the way of the book: SQLite keeps the store in a file of its own, and the thread rests as long
as it works. A question waits a moment for the index; while that still reads an old, long journal the answer is
``busy``. What is indexed names its place in the journal, and the journal's fact makes the event whenever it is read.
"""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import structlog
from sqlalchemy import Connection, Engine, delete, func, insert, select, update
from sqlalchemy.engine import Row

from retail.epcis import PHYSICAL_KINDS, Event, Happened, Site, events_of, subject_of, time_text
from sync.epcis.rows import earlier_in, epc_rows, event_row, happened, records_at
from sync.epcis.tables import EPCS, EVENTS, INDEXED, STATE, STEPS, SUBJECTS
from sync.ledger.rows import chunks, upsert
from sync.storage.book import Book
from sync.storage.engine import migrate
from sync.storage.tables import heads, records
from sync.storage.transactions import reading, retrying, writing
from sync.wire.problems import Problem

log = structlog.get_logger(__name__)

RULES = "1"
"""raised when facts make other events than before: the index is then made anew"""
WAIT_S = 3.0
"""how long a question waits for the index"""
_BATCH = 500
_RETRY_S = 1.0
Sites = Callable[[str], Site]
_Place = tuple[str, str, int, int]


class EventStore:
    """Events of one book and those captured beside it. ``sites`` names a store's places; ``rules`` stands for it."""

    def __init__(self, book: Book, engine: Engine, sites: Sites, rules: str = "") -> None:
        self.book = book
        self.engine = engine
        self.sites = sites
        self._rules = f"{RULES} {rules}"
        self.turn = threading.Lock()
        """held by whoever writes: numbers are given in turn"""
        self._changed = threading.Condition()
        self._asked = self._done = 0
        self._stopping = False
        self._failed = False
        self._thread: threading.Thread | None = None

    def fresh(self, wait_s: float = WAIT_S) -> None:
        """Return when everything that is in the journal now is indexed. Raises ``busy``."""
        with self._changed:
            self._asked += 1
            asked = self._asked
            self._begin()
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._done >= asked or self._stopping, timeout=wait_s)
            if self._done < asked:
                raise Problem("busy", detail="the journal is still being indexed")

    def stop(self, timeout: float = 5.0) -> None:
        """Finish the batch at hand and stop."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(timeout)

    def events(self, rows: Sequence[Row[Any]]) -> list[Event]:
        """The events of rows in their order, with ``recordTime``; rows whose record is gone are left out."""
        found = []
        with self.book.read() as journal, reading(self.engine) as index:
            own = self._own(journal, index, [row for row in rows if row.body is None])
            for row in rows:
                event = _captured(row) if row.body is not None else own.get((row.store, row.device, row.seq, row.nth))
                if event is not None:
                    found.append({**event, "recordTime": time_text(row.record_time)})
        return found

    def _own(self, journal: Connection, index: Connection, rows: Sequence[Row[Any]]) -> dict[_Place, Event]:
        """The events of the journal's records that rows lead to."""
        made: dict[_Place, Event] = {}
        for record in records_at(journal, {(row.store, row.device, row.seq) for row in rows}):
            fact = happened(record)
            if fact is not None:
                find = earlier_in(journal, index, record.store, {})
                for nth, event in enumerate(events_of(fact, self.sites(record.store), find)):
                    made[record.store, record.device, record.seq, nth] = event
        return made

    # the thread

    def _begin(self) -> None:
        if self._thread is None and not self._stopping:
            self._thread = threading.Thread(target=self._run, name="epcis-index", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._asked > self._done or self._stopping)
                if self._stopping:
                    return
                asked = self._asked
            try:
                self._catch_up()
            except Exception as error:  # noqa: BLE001  # the database is away or full: it is tried again
                self._trouble(error)
                continue
            with self._changed:
                self._failed = False
                if not self._stopping:
                    self._done = asked
                self._changed.notify_all()

    def _trouble(self, error: Exception) -> None:
        if not self._failed:
            log.error("epcis_index_stopped", error=str(error))
        self._failed = True
        with self._changed:
            self._changed.wait_for(lambda: self._stopping, timeout=_RETRY_S)

    def _catch_up(self) -> None:
        self._same_rules()
        while not self._stopping:
            began = time.thread_time()
            if not self._advance():
                return
            with self._changed:
                self._changed.wait_for(lambda: self._stopping, timeout=time.thread_time() - began)

    def _same_rules(self) -> None:
        """Forget the index when it was made by other rules or under other names."""
        with reading(self.engine) as conn:
            known = conn.execute(select(STATE.c.value).where(STATE.c.key == "rules")).scalar()
        if known == self._rules:
            return
        with self.turn, writing(self.engine) as conn:
            own = select(EVENTS.c.n).where(EVENTS.c.body.is_(None))
            conn.execute(delete(EPCS).where(EPCS.c.n.in_(own)))
            conn.execute(delete(EVENTS).where(EVENTS.c.body.is_(None)))
            conn.execute(delete(SUBJECTS))
            conn.execute(delete(INDEXED))
            upsert(conn, STATE, [{"key": "rules", "value": self._rules}])

    def _advance(self) -> bool:
        """Index a stretch of each log that has more; False when none had."""
        with reading(self.engine) as conn:
            done = {(row.store, row.device): row.seq for row in conn.execute(select(INDEXED))}
        with self.book.read() as journal:
            logs = journal.execute(select(heads.c.store, heads.c.device, heads.c.seq)).all()
            behind = [(s, d, done.get((s, d), 0), head) for s, d, head in logs if head > done.get((s, d), 0)]
            for store, device, after, head in behind:
                if self._stopping:
                    return False
                self._index(journal, store, device, after, head)
        return bool(behind)

    def _index(self, journal: Connection, store: str, device: str, after: int, head: int) -> None:
        where = (records.c.store == store, records.c.device == device, records.c.seq > after, records.c.seq <= head)
        query = select(records).where(*where, records.c.kind.in_(PHYSICAL_KINDS)).order_by(records.c.seq)
        found = journal.execute(query.limit(_BATCH)).all()
        reached = found[-1].seq if len(found) == _BATCH else head

        def work() -> None:
            with self.turn, writing(self.engine) as conn:
                self._write(journal, conn, store, found)
                upsert(conn, INDEXED, [{"store": store, "device": device, "seq": reached}])

        retrying(work)

    def _write(self, journal: Connection, conn: Connection, store: str, found: Sequence[Row[Any]]) -> None:
        fresh: dict[str, Happened] = {}
        entries: list[tuple[dict[str, Any], Event]] = []
        find = earlier_in(journal, conn, store, fresh)
        for record in found:
            fact = happened(record)
            if fact is None:
                continue
            if (subject := subject_of(fact.fact)) is not None:
                fresh[subject] = fact
            for nth, event in enumerate(events_of(fact, self.sites(store), find)):
                place = {"store": store, "device": fact.device, "seq": fact.seq, "nth": nth, "body": None}
                entries.append(({**event_row(event), **place, "record_time": record.received_at}, event))
        keep(conn, entries)
        subjects = [{"store": store, "subject": name, "device": f.device, "seq": f.seq} for name, f in fresh.items()]
        for some in chunks(subjects):
            upsert(conn, SUBJECTS, some)


def keep(conn: Connection, entries: Sequence[tuple[dict[str, Any], Event]]) -> int:
    """Write rows that aren't there; returns how many. A fact's event takes the place of the same one captured."""
    known = known_rows(conn, [row["event_id"] for row, _ in entries])
    n = (conn.execute(select(func.max(EVENTS.c.n))).scalar() or 0) + 1
    rows: list[dict[str, Any]] = []
    epcs: list[dict[str, Any]] = []
    for row, event in entries:
        key = (row["event_id"], row["declared"])
        if key not in known:
            known[key] = None
            rows.append({**row, "n": n + len(rows)})
            epcs += epc_rows(event, rows[-1]["n"])
        elif (old := known[key]) is not None and old.body is not None and row["body"] is None:
            conn.execute(update(EVENTS).where(EVENTS.c.n == old.n).values(**row))
    for table, new in ((EVENTS, rows), (EPCS, epcs)):
        for some in chunks(new):
            conn.execute(insert(table), some)
    return len(rows)


def known_rows(conn: Connection, ids: Sequence[str]) -> dict[tuple[str, int], Row[Any] | None]:
    """Rows of these event ids by id and time of declaration."""
    found: dict[tuple[str, int], Row[Any] | None] = {}
    for some in chunks(ids):
        for row in conn.execute(select(EVENTS).where(EVENTS.c.event_id.in_(some))):
            found[row.event_id, row.declared] = row
    return found


def open_store(book: Book, engine: Engine, sites: Sites, rules: str = "") -> EventStore:
    """A store on an engine, with its tables."""
    migrate(engine, STEPS)
    return EventStore(book, engine, sites, rules)


def _captured(row: Row[Any]) -> Event:
    event: Event = msgspec.json.decode(row.body)
    return event

"""The heart: one thread that owns ``edge.db``. It drains the inbox, decides, commits once, then effects happen.

A turn takes what lies in the inbox, as much as keeps it short. Each message is decided against the state in memory;
facts and rows of all of them are one commit; answers, hints and device commands go out after it. Only a siren doesn't
wait: what a gate hears comes next whenever a message is done, and while a commit is under way (`ahead`), and its
output is switched before it is written.
Memory never runs ahead of the disk: when a commit fails, or something unforeseen fails half-way, the state is loaded
again from the database.
"""

import queue
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

import structlog
from sqlalchemy import Connection

from edge_agent import evolve, handlers
from edge_agent.ahead import Ahead
from edge_agent.alarm_clock import AlarmClock
from edge_agent.collector import Collector, paused
from edge_agent.effects import Act, Commit, Draft, Effect, Hint, Reply, Wake
from edge_agent.errors import HalfDone
from edge_agent.handlers import leases
from edge_agent.inbox import Inbox
from edge_agent.messages import Answer, CommandArrived, Message, ReadsArrived, Stop, Tick, TimeCame
from edge_agent.shop import Shop
from edge_agent.tills import Tills
from edge_agent.turn import NOT_WRITTEN, Turn, fail_request, settle
from retail.errors import Impossible, Refused
from sync.clock import Clock
from sync.storage.book import Book

log = structlog.get_logger(__name__)

DRAIN = 256
"""messages taken into one commit at most"""
DRAIN_READS = 20_000
"""reads taken into one commit at most, give or take a message's"""
DRAIN_MS = 100
"""no further message is taken into a commit after this long: its answers wait so long, and the gate for its fsync"""
TICK_MS = 500
"""how often passages, vanished units and open counts are looked at"""
FIRST_LEASES_MS = 60_000
"""how long after its first start the agent grants leases"""
IDLE_S = 0.1
"""longest sleep while nothing arrives; timers are looked at then"""


class Outside(Protocol):
    """What the heart may do to the world."""

    def act(self, act: Act) -> None: ...
    def hint(self, feed: str, version: int) -> None: ...
    def relay(self) -> None: ...


@dataclass(slots=True)
class Troubles:
    """What the health page says of the heart itself."""

    dropped_reads: int = 0
    failed_messages: int = 0
    storage: str = ""
    """why the database doesn't write, empty while it does"""


class Heart:
    """See the module. ``post`` may be called from any thread; everything else belongs to the heart's own."""

    def __init__(
        self,
        book: Book,
        load: Callable[[Connection], Shop],
        outside: Outside,
        clock: Clock,
        new_id: Callable[[], str],
        tills: Tills,
        now_us: Callable[[], int],
    ) -> None:
        self._book = book
        self._load = load
        self.outside = outside
        self._clock = clock
        self._new_id = new_id
        self._now_us = now_us
        self.wakes = AlarmClock()
        self._thread: threading.Thread | None = None
        self._stopping = False
        self._ticked = 0
        self._collector = Collector()
        self.troubles = Troubles()
        with book.read() as conn, paused():
            self.shop = load(conn)
        gates = frozenset(reader.name for reader in self.shop.settings.readers if reader.gates)
        self._inbox = Inbox(gates)
        self.ahead = Ahead(self._inbox, self._decide_ahead, lambda act: self.outside.act(act)) if gates else None
        self.shop.live.mono_ms = clock.mono_ms
        self.shop.live.tills = tills
        self.shop.live.mentions = self._inbox.mentions
        self.shop.watch_gates()
        self.shop.place_readers()
        self._set_wakes()

    def post(self, message: Message) -> None:
        """Put a message into the inbox. Reads are dropped and counted when it is full; others wait up to 5 s."""
        try:
            self.troubles.dropped_reads += self._inbox.put(message)
        except queue.Full:
            fail_request(message, 503, "busy")

    @property
    def waiting(self) -> int:
        """Messages in the inbox."""
        return len(self._inbox)

    def start(self) -> None:
        """Begin to beat, in a thread of its own."""
        self._thread = threading.Thread(target=self._run, name="heart", daemon=True)
        self._thread.start()

    def stop(self, timeout: float = 3.0) -> None:
        """Finish what is in hand and end the thread."""
        if self._thread is not None:
            with suppress(queue.Full):
                self._inbox.put(Stop(), timeout=timeout)
            self._thread.join(timeout)
            self._thread = None
        if self.ahead is not None:
            self.ahead.stop()

    def handle(self, message: Message, now: int, head: int | None = None) -> list[Effect]:
        """Decide what follows from a message and change the state in memory; the disk and the world come later.

        ``head`` is the journal's seq so far, with the facts of this turn that aren't committed yet.
        """
        draft = Draft(self._book.identity.device, self._book.head.seq if head is None else head, now, self._new_id)
        if isinstance(message, CommandArrived):
            try:
                body = handlers.command(message, self.shop, draft)
            except Refused as no:
                return [Reply(message.reply, 409, handlers.refusal(no))]
            facts = [[draft.device, draft.head + place + 1] for place in range(len(draft.facts))]
            draft.replies.append(Reply(message.reply, 200, {"facts": facts, **body}))
        else:
            handlers.decide(message, self.shop, draft)
        try:
            evolve.evolve(self.shop, draft, message)
        except Exception as error:
            raise HalfDone(f"{type(message).__name__}: {error!r}") from error
        return draft.effects()

    def _run(self) -> None:
        self._collector.begin(self._placed, self._clock.mono_ms())
        while not self._stopping:
            self.turn(self.drain(0 if self.shop.live.behind or self._has_more else IDLE_S))
            self._collector.after_turn(self._placed, self._clock.mono_ms(), idle=not self.waiting)
        if self._has_more:
            self.turn(())

    @property
    def _has_more(self) -> bool:
        """Something was decided while the last commit was under way."""
        return self.ahead is not None and bool(self.ahead.effects or self.ahead.stale)

    def _decide_ahead(self, message: Message, head: int) -> list[Effect]:
        try:
            return self.handle(message, self._clock.now_ms(), head)
        except Exception:
            self.troubles.failed_messages += 1
            raise

    @property
    def _placed(self) -> int:
        return self.shop.live.presence.placed

    def drain(self, timeout: float = 0) -> Iterator[Message]:
        """Take the messages of one turn from the inbox, each when the one before is done, then what time brings."""
        message = self._inbox.get(timeout)
        began, messages, reads = self._clock.mono_ms(), 0, 0
        while message is not None:
            yield message
            messages += 1
            reads += len(message.batch.reads) if isinstance(message, ReadsArrived) else 0
            if messages >= DRAIN or reads >= DRAIN_READS or self._clock.mono_ms() - began >= DRAIN_MS:
                break
            message = self._inbox.get()
        mono = self._clock.mono_ms()
        if mono - self._ticked >= TICK_MS or self.shop.live.behind:
            self._ticked = mono
            now_us = self._now_us()
            yield Tick(now_us, self._inbox.heard_until(now_us))
        yield from [TimeCame(key) for key in self.wakes.due(self._clock.now_ms())]

    def turn(self, messages: Iterable[Message]) -> None:
        """Handle the messages, commit once, then let the effects happen."""
        turn = Turn(self, self._book, self._clock)
        taken: list[Message] = []
        more = self._has_more
        try:
            with turn:
                if self.ahead is not None and more:
                    turn.resume(self.ahead)
                for message in messages:
                    taken.append(message)
                    if isinstance(message, Stop):
                        self._stopping = True
                    else:
                        turn.take(message)
        except NOT_WRITTEN as error:
            self._not_written(taken, error)
            return
        if not (taken or more):
            return
        if self.troubles.storage and turn.wrote:
            self.troubles.storage = ""
            log.info("the database writes again")
        for answer in turn.answers:
            answer()
        for effect in turn.after:
            self._do(effect, turn.versions)
        if turn.took_records:
            self.outside.relay()

    def reload(self, conn: Connection) -> None:
        """Take the state from the database again; what was only seen (presence, who was heard) stays."""
        seen = self.shop.live
        with paused():
            self.shop = self._load(conn)
        seen.silent, seen.told_sirens = self.shop.live.silent, self.shop.live.told_sirens
        self.shop.live = seen
        self.shop.live.write_again()
        self.shop.place_readers()

    def _not_written(self, messages: Sequence[Message], error: Exception) -> None:
        """Nothing of the turn is on disk: forget it, tell who waits, go on."""
        if not self.troubles.storage:
            log.error("the database doesn't write", error=str(error))
        self.troubles.storage = str(error)
        if self.ahead is not None:
            self.ahead.forget()
        with self._book.read() as conn:
            self.reload(conn)
        for message in messages:
            fail_request(message, 503, "storage")

    def _set_wakes(self) -> None:
        for key, at in self.shop.timers.items():
            self.wakes.set(key, at)
        if not any(key.startswith(f"{leases.KEY}:") for key in self.shop.timers):
            self.wakes.set(f"{leases.KEY}:", self._clock.now_ms() + FIRST_LEASES_MS)

    def _do(self, effect: Effect, versions: dict[str, int]) -> None:
        match effect:
            case Act():
                if not effect.urgent:
                    self.outside.act(effect)
            case Reply(to, status, body):
                settle(to, Answer(status, body))
            case Hint(feed, version):
                self.outside.hint(feed, version or versions.get(feed, 0))
            case Wake(at, key):
                self.wakes.set(key, at)
            case Commit():
                raise Impossible("a commit after the commit")

"""The post: one thread sends journals up, another one pulls feeds down, from whichever upstream answers.

Upstreams stand in order. The first is used as long as it answers; when it hasn't for ``fallback_s``, the next one is,
until the first answers again. Hints on a stream of the upstream only wake the post.
"""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

import httpx
import structlog

from sync.feeds.sinks import FeedSink
from sync.identity.keys import Identity
from sync.post.backoff import CAP_S, Backoff
from sync.post.hintstream import HintStream
from sync.post.puller import Puller
from sync.post.pulls import Pulls
from sync.post.sender import Sender
from sync.storage.book import Book
from sync.storage.transactions import StorageFull
from sync.wire.channel import Channel, Unreachable
from sync.wire.problems import Problem

log = structlog.get_logger(__name__)

Journals = Callable[[], Iterable[tuple[str, str]]]
STOP_TIMEOUT_S = 15.0


@dataclass(frozen=True, slots=True)
class Upstream:
    """Where to send to and pull from: ``name`` is ``agent`` or ``ledger``.

    ``public`` is the upstream's Ed25519 key; without it snapshots aren't taken, rows come as deltas.
    """

    name: str
    url: str
    public: bytes | None = None
    backoff_cap_s: float = CAP_S


@dataclass(frozen=True, slots=True)
class UpstreamStatus:
    """One upstream: whether it answers, its last contact (shop time, ms UTC), what it hasn't got or refuses."""

    name: str
    connected: bool = False
    last_contact_ms: int | None = None
    pending: int = 0
    trouble: str | None = None
    """why nothing is exchanged at present: no answer, not-enrolled, revoked ..."""
    blocked: tuple[tuple[str, str], ...] = ()
    """(device, problem) of logs that it refuses for good"""


@dataclass(frozen=True, slots=True)
class PostStatus:
    """The post as a screen shows it; ``pending`` are facts that the ledger isn't known to hold."""

    upstreams: tuple[UpstreamStatus, ...]
    pending: int = 0
    using: str | None = None
    clock_offset_ms: int = 0
    """the upstream's wall time minus ours"""

    @property
    def connected(self) -> bool:
        """True if any upstream answers."""
        return any(upstream.connected for upstream in self.upstreams)

    @property
    def blocked(self) -> str | None:
        """The first problem that stops a log for good, for the banner."""
        return next((problem for upstream in self.upstreams for _, problem in upstream.blocked), None)


@dataclass(slots=True)
class _Line:
    """An upstream and how it has been lately."""

    upstream: Upstream
    channel: Channel
    sender: Sender
    puller: Puller | None
    pull_channel: Channel
    backoff: Backoff
    status: UpstreamStatus
    greeted: bool = False
    told_at: float = field(default=float("-inf"))
    """when it was told last that it has everything"""


class Post:
    """Sends ``journals()`` (by default the own log) and pulls what ``feeds`` wants; see the module."""

    def __init__(
        self,
        identity: Identity,
        book: Book,
        upstreams: Sequence[Upstream],
        feeds: FeedSink | None = None,
        journals: Journals | None = None,
        on_status: Callable[[PostStatus], None] | None = None,
        *,
        fallback_s: float = 60.0,
        poll_s: float = 2.0,
        stream: bool = True,
    ) -> None:
        self._identity = identity
        self._book = book
        self._journals: Journals = journals or (lambda: [(identity.store, identity.device)])
        self._on_status = on_status
        self._fallback_s = fallback_s
        self._poll_s = poll_s
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._offset_ms = 0
        self._pulls = Pulls(poll_s, self._stop, self.nudge)
        self._lines = [self._line(upstream, feeds) for upstream in upstreams]
        self._hints = [HintStream(identity, u.url, self._hinted) for u in upstreams] if stream and feeds else []
        self._listening: int | None = None
        self._status = PostStatus(tuple(line.status for line in self._lines))
        self._thread = threading.Thread(target=self._run, name="post", daemon=True)

    @property
    def status(self) -> PostStatus:
        """How it stood after the last round."""
        return self._status

    def start(self) -> None:
        """Begin; every commit of the book wakes the post."""
        self._book.on_commit(lambda _head: self.nudge())
        self._thread.start()
        self._pulls.start()

    def stop(self) -> None:
        """End after the request that is under way."""
        self._stop.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(STOP_TIMEOUT_S)
        self._pulls.join()
        for hints in self._hints:
            hints.stop()
        for line in self._lines:
            line.channel.close()
            line.pull_channel.close()

    def send_rest(self, timeout_s: float = 2.0) -> None:
        """After :meth:`stop`: what was recorded while the program ended goes to whom it last exchanged with, once."""
        line = next((line for line in self._lines if line.status.connected), None)
        if line is None:
            return
        channel = Channel(self._identity, line.upstream.url, timeout=httpx.Timeout(timeout_s))
        with channel, suppress(Unreachable, Problem, StorageFull):
            Sender(self._book, line.upstream.name, channel, threading.Event()).send(self._journals())

    def nudge(self, *, pull: bool = False) -> None:
        """There is something to send (or to pull); don't wait for the next round. From any thread."""
        if pull:
            self._pulls.nudge()
        else:
            self._wake.set()

    # the thread

    def _line(self, upstream: Upstream, feeds: FeedSink | None) -> _Line:
        channel, pull_channel = Channel(self._identity, upstream.url), Channel(self._identity, upstream.url)
        return _Line(
            upstream,
            channel,
            Sender(self._book, upstream.name, channel, self._stop),
            None if feeds is None else Puller(feeds, pull_channel, upstream.public, self._stop, upstream.name),
            pull_channel,
            Backoff(upstream.backoff_cap_s),
            UpstreamStatus(upstream.name),
        )

    def _hinted(self) -> None:
        self.nudge(pull=True)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wake.clear()
            try:
                self._round()
            except StorageFull:
                log.error("post_storage_full")
                self._stop.wait(self._poll_s)
            except Exception:
                log.exception("post_round_failed")
                self._stop.wait(self._poll_s)
            self._wake.wait(self._wait_s())

    def _round(self) -> None:
        """Exchange with the first upstream that answers, as far as the order allows the later ones."""
        using: str | None = None
        for n, line in enumerate(self._lines):
            if self._exchange(line):
                using = line.upstream.name
                self._pulls.use(line.puller)
                self._listen(n)
                break
            gone_for = 0.0 if line.backoff.since is None else time.monotonic() - line.backoff.since
            if gone_for < self._fallback_s and line.status.trouble == "no answer":
                break
        if using is None:
            self._pulls.use(None)
            self._listen(None)
        self._report(using)

    def _exchange(self, line: _Line) -> bool:
        """One round with one upstream; False if it isn't its time or it gives no service."""
        now = time.monotonic()
        if not line.backoff.due(now):
            return False
        try:
            if not line.greeted:
                self._offset_ms = line.channel.time_ms() - self._book.clock.now_ms()
                line.sender.greet(self._identity)
                line.sender.compare(self._journals())
                line.greeted = True
                line.told_at = float("-inf")
            line.sender.send(self._journals())
            trouble = self._pulls.trouble_of(line.puller)
            if trouble is not None:
                raise trouble
            self._tell(line, now)
        except Unreachable as error:
            self._failed(line, "no answer", str(error))
            return False
        except Problem as problem:
            self._failed(line, problem.type, str(problem))
            return False
        if line.status.trouble is not None:
            log.info("upstream_back", upstream=line.upstream.name)
        line.backoff.succeeded()
        line.status = replace(line.status, connected=True, trouble=None, last_contact_ms=self._book.clock.now_ms())
        return True

    def _tell(self, line: _Line, now: float) -> None:
        """Say what is sent: at first, as long as the ledger lacks some of it, and now and then during a long pull.

        A gate waits for what tills tell, and takes one that says nothing for gone.
        """
        again = self._pulls.busy and now - line.told_at >= self._poll_s
        if line.told_at < 0 or again or line.sender.ledger_lacks(self._identity):
            line.sender.tell(self._identity)
            line.told_at = now

    def _failed(self, line: _Line, trouble: str, detail: str) -> None:
        if line.status.trouble != trouble:
            log.warning("upstream_lost", upstream=line.upstream.name, trouble=trouble, detail=detail)
        line.greeted = False
        line.backoff.failed(time.monotonic())
        line.status = replace(line.status, connected=False, trouble=trouble)

    def _listen(self, wanted: int | None) -> None:
        """Keep the stream of the upstream in use open, and no other."""
        if wanted == self._listening or not self._hints:
            return
        if self._listening is not None:
            self._hints[self._listening].pause()
        if wanted is not None:
            self._hints[wanted].resume()
        self._listening = wanted

    def _report(self, using: str | None) -> None:
        mine = {(store, device) for store, device in self._journals()}
        pending = 0
        statuses: list[UpstreamStatus] = []
        for line in self._lines:
            waiting = [w for w in line.sender.waiting() if (w.store, w.device) in mine]
            blocked = tuple((w.device, w.blocked) for w in waiting if w.blocked is not None)
            line.status = replace(line.status, pending=sum(w.head - w.acked for w in waiting), blocked=blocked)
            statuses.append(line.status)
        if self._lines:
            pending = sum(
                w.head - w.acked for w in self._lines[0].sender.waiting("ledger") if (w.store, w.device) in mine
            )
        found = PostStatus(tuple(statuses), pending, using, self._offset_ms)
        changed = found != self._status
        self._status = found
        if changed and self._on_status is not None:
            self._on_status(found)

    def _wait_s(self) -> float:
        """Until the next round, unless woken: the poll, or the first upstream's next try."""
        now = time.monotonic()
        tries = [line.backoff.wait_s(now) for line in self._lines if line.backoff.since is not None]
        return max(0.05, min([self._poll_s, *tries]))

"""Pulling feeds from one upstream: deltas by cursor, a snapshot where that is quicker or the only way."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import structlog

from sync.feeds.names import FEEDS
from sync.feeds.row import FeedRow
from sync.feeds.sinks import FeedSink, Fetched
from sync.feeds.snapshot import SnapshotRefused, unpack
from sync.wire.channel import Channel, part_of
from sync.wire.messages import FeedInfo, SnapshotInfo
from sync.wire.problems import Problem

log = structlog.get_logger(__name__)

PAGE = 5000
SNAPSHOT_ROWS = 20_000
"""an empty feed with so many rows begins with a snapshot, if one is offered"""
WORTH_WAITING_ROWS = 200_000
"""an empty feed with so many rows waits for a snapshot that is being made"""
SETTLED_S, PATIENCE_S = 10.0, 120.0
"""whose copy isn't ours is begun anew from a relay once the relay's stands still so long, or differs so long"""


class _Other(NamedTuple):
    """A relay's copy that isn't ours: where it stands, since when it has stood there, and since when it differs."""

    version: int
    epoch: str
    settled: float
    since: float


class Puller:
    """Pulls what a sink wants. Raises ``Problem`` and ``Unreachable`` of the channel; one feed's problem is its own.

    ``upstream`` is its name: ``agent`` only passes the ledger's feeds on, and may lag behind or be filling up itself.
    """

    def __init__(
        self,
        sink: FeedSink,
        channel: Channel,
        public: bytes | None,
        stop: threading.Event,
        upstream: str = "ledger",
        *,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sink = sink
        self._channel = channel
        self._public = public
        self._stop = stop
        self._upstream = upstream
        self._now = now
        self._refused: set[str] = set()
        self._troubled: set[str] = set()
        self._others: dict[str, _Other] = {}

    def pull(self) -> None:
        """Bring every wanted feed that the upstream has to its newest version; large ones after the others."""
        offered = self._channel.feeds()
        there = [(feed, offered[feed]) for feed in self._sink.wanted() if feed in offered]
        for feed, info in sorted(there, key=lambda one: one[1].rows >= SNAPSHOT_ROWS):
            if self._stop.is_set():
                return
            cursor, epoch = self._sink.position(feed)
            if (cursor, epoch) == (info.version, info.epoch):
                continue
            try:
                self._pull_feed(feed, info, cursor, epoch)
            except Problem as problem:
                self._say_once(feed, problem)
            else:
                self._troubled.discard(feed)

    def _pull_feed(self, feed: str, info: FeedInfo, cursor: int, epoch: str) -> None:
        if cursor > info.version or (cursor and epoch and epoch != info.epoch):
            if self._is_another(feed, info):
                self._begin_anew(feed, info, cursor)
            return
        self._others.pop(feed, None)
        if self._public is not None and cursor == 0 and info.rows >= SNAPSHOT_ROWS:
            if self._worth_waiting(info):
                return
            if info.snapshot is not None:
                self._take_snapshot(feed, info.snapshot)
                cursor = self._sink.position(feed)[0]
        try:
            self._take_deltas(feed, cursor, info.epoch)
        except Problem as problem:
            if problem.type != "snapshot-required":
                raise
            if info.snapshot is None or self._public is None:
                self._say_once(feed, problem)
                return
            self._take_snapshot(feed, info.snapshot)
            cursor = self._sink.position(feed)[0]
            if cursor >= info.min_delta:
                self._take_deltas(feed, cursor, info.epoch)

    def _is_another(self, feed: str, info: FeedInfo) -> bool:
        """Whether versions were dealt anew. A relay's copy may merely lag, or not be whole yet: it is given time."""
        if FEEDS[feed].publisher == self._upstream:
            return True
        now = self._now()
        known = self._others.get(feed)
        if known is None:
            known = self._others[feed] = _Other(info.version, info.epoch, now, now)
        elif known[:2] != (info.version, info.epoch):
            known = self._others[feed] = _Other(info.version, info.epoch, now, known.since)
        return now - known.settled >= SETTLED_S or now - known.since >= PATIENCE_S

    def _begin_anew(self, feed: str, info: FeedInfo, cursor: int) -> None:
        """Take the whole feed again. What is here stays until all of it has come: the shop sells by it meanwhile."""
        if self._worth_waiting(info):
            return
        log.warning("feed_begins_anew", feed=feed, cursor=cursor, version=info.version)
        if self._public is not None and info.snapshot is not None and info.snapshot.epoch == info.epoch:
            self._take_snapshot(feed, info.snapshot)
            if self._sink.position(feed) == (info.snapshot.version, info.epoch):
                self._others.pop(feed, None)
                return  # what changed since comes with the next round
        rows: list[FeedRow] = []
        since, more = 0, True
        while more:
            if self._stop.is_set():
                return
            page = self._channel.deltas(feed, since, PAGE, info.epoch)
            if page.epoch != info.epoch:
                return  # it began anew there in between
            rows += page.rows
            since, more = page.cursor, page.more
        self._sink.replace(feed, rows, since, info.epoch)
        self._others.pop(feed, None)

    def _worth_waiting(self, info: FeedInfo) -> bool:
        """Whether a snapshot is being made that will be here sooner than so many rows would have come."""
        large = self._sink.prefers_snapshots and info.rows >= WORTH_WAITING_ROWS
        return large and self._public is not None and info.snapshot is None and info.building

    def _say_once(self, feed: str, problem: Problem) -> None:
        """One feed's trouble doesn't stop the others."""
        if feed not in self._troubled:
            log.warning("feed_not_pulled", feed=feed, problem=str(problem))
        self._troubled.add(feed)

    def _take_deltas(self, feed: str, cursor: int, epoch: str) -> None:
        while not self._stop.is_set():
            page = self._channel.deltas(feed, cursor, PAGE, epoch)
            self._sink.apply(feed, page.rows, page.cursor, page.epoch or epoch)
            cursor = page.cursor
            if not page.more:
                return

    def _take_snapshot(self, feed: str, info: SnapshotInfo) -> None:
        """Fetch, verify and install; one that is refused is said once and its feed waits for a better one."""
        assert self._public is not None
        if info.sha256 in self._refused:
            return
        packed = self._sink.folder() / f"{feed}.snapshot.zst"
        _drop_parts_of_others(packed, info)
        raw = self._sink.folder() / f"{feed}.snapshot.db"
        self._channel.fetch_snapshot(info, packed)
        try:
            unpack(packed, raw, feed, self._sink.scope(feed), info, self._public)
            self._sink.install(feed, Fetched(raw, packed, info))
        except SnapshotRefused as error:
            self._refused.add(info.sha256)
            log.error("snapshot_refused", feed=feed, reason=str(error))
        finally:
            packed.unlink(missing_ok=True)


def _drop_parts_of_others(packed: Path, info: SnapshotInfo) -> None:
    """What came of snapshots that aren't offered any more, or more than this one has: nothing goes on from there."""
    for part in packed.parent.glob(f"{packed.name}.*.part"):
        if part != part_of(packed, info) or part.stat().st_size > info.size:
            part.unlink(missing_ok=True)

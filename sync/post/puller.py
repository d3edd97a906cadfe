"""Pulling feeds from one upstream: deltas by cursor, a snapshot where that is quicker or the only way."""

import threading

import structlog

from sync.feeds.sinks import FeedSink, Fetched
from sync.feeds.snapshot import SnapshotRefused, unpack
from sync.wire.channel import Channel
from sync.wire.messages import FeedInfo, SnapshotInfo
from sync.wire.problems import Problem

log = structlog.get_logger(__name__)

PAGE = 5000
SNAPSHOT_ROWS = 20_000
"""an empty feed with so many rows begins with a snapshot, if one is offered"""
WORTH_WAITING_ROWS = 200_000
"""an empty feed with so many rows waits for a snapshot that is being made"""


class Puller:
    """Pulls what a sink wants. Raises ``Problem`` and ``Unreachable`` of the channel; one feed's problem is its own."""

    def __init__(self, sink: FeedSink, channel: Channel, public: bytes | None, stop: threading.Event) -> None:
        self._sink = sink
        self._channel = channel
        self._public = public
        self._stop = stop
        self._refused: set[str] = set()
        self._troubled: set[str] = set()

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
            log.warning("feed_begins_anew", feed=feed, cursor=cursor, version=info.version)
            if info.min_delta == 0:
                self._sink.clear(feed)
                cursor = 0
        if self._public is not None and cursor == 0 and info.rows >= SNAPSHOT_ROWS:
            worth = self._sink.prefers_snapshots and info.rows >= WORTH_WAITING_ROWS
            if info.snapshot is None and info.building and worth:
                return  # a later round finds it, sooner than this many rows would have come
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

"""Hints that something is new, from any thread to every open stream; a lost hint costs latency, never data."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_QUEUED = 64


class Subscription:
    """One stream's queue; lives in the event loop that serves the stream."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._queue: asyncio.Queue[tuple[str, int]] = asyncio.Queue(_QUEUED)

    async def next(self, timeout: float) -> tuple[str, int] | None:
        """The next hint, or None after ``timeout`` seconds."""
        try:
            return await asyncio.wait_for(self._queue.get(), timeout)
        except TimeoutError:
            return None

    def offer(self, name: str, version: int) -> None:
        """From any thread; a full queue drops the hint."""
        try:
            self._loop.call_soon_threadsafe(self._put, name, version)
        except RuntimeError:  # the loop is closed, and the stream with it
            return

    def _put(self, name: str, version: int) -> None:
        if not self._queue.full():
            self._queue.put_nowait((name, version))


class Hints:
    """The streams that are open, and :meth:`publish` to reach them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._streams: list[Subscription] = []

    def publish(self, name: str, version: int) -> None:
        """Tell every stream that ``name`` (a feed, or ``ledger_ack``) stands at ``version``."""
        with self._lock:
            streams = list(self._streams)
        for stream in streams:
            stream.offer(name, version)

    @contextmanager
    def subscribe(self) -> Iterator[Subscription]:
        """A subscription for the running event loop, as long as the block lasts."""
        stream = Subscription(asyncio.get_running_loop())
        with self._lock:
            self._streams.append(stream)
        try:
            yield stream
        finally:
            with self._lock:
                self._streams.remove(stream)

"""The till's ear at the agent while somebody watches: one stream of server-sent events at a time, in its own thread.

A stream that breaks is opened again after a moment; whoever watches is told that it was cut, and sees it grow old.
"""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import quote

import httpx
import msgspec
import structlog
from httpx_sse import SSEError, aconnect_sse

from store_app.presenters.messages import LiveCut, LiveTold

log = structlog.get_logger(__name__)

_TIMEOUT = httpx.Timeout(5.0, connect=2.0)
"""a stream has a beat each second: five seconds of silence are a broken line"""
_AGAIN_S = 0.5
_STOP_TIMEOUT_S = 3.0


class LiveLine:
    """``follow`` and ``leave`` return at once, from any one thread; ``deliver`` is called on the line's own."""

    def __init__(self, url: str, auth: httpx.Auth | None, deliver: Callable[[object], None]) -> None:
        self._url = url.rstrip("/")
        self._auth = auth
        self._deliver = deliver
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._wanted = ""

    def follow(self, topic: str) -> None:
        """Listen to a topic (``devices``, ``gate``, ``locate/<unit>``) and to no other from now on."""
        if topic == self._wanted or not self._url:
            return
        self._wanted = topic
        self._tell()

    def leave(self) -> None:
        """Nobody watches any more."""
        if self._wanted:
            self._wanted = ""
            self._tell()

    def stop(self) -> None:
        """End the thread; nothing is delivered afterwards."""
        self._wanted = ""
        if self._thread is None or self._loop is None:
            return
        with suppress(RuntimeError):  # the loop has ended by itself
            self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_STOP_TIMEOUT_S)
        self._thread = self._loop = None

    def _tell(self) -> None:
        if self._thread is None:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=self._run, args=(self._loop,), name="live", daemon=True)
            self._thread.start()
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._switch, self._wanted)

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_forever()
            left = asyncio.all_tasks(loop)
            for task in left:
                task.cancel()
            loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
            loop.run_until_complete(loop.shutdown_asyncgens())
        finally:
            loop.close()

    def _switch(self, topic: str) -> None:
        """In the line's thread: end the stream that is open, and open the one that is wanted."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        if topic and self._loop is not None:
            self._task = self._loop.create_task(self._listen(topic))

    async def _listen(self, topic: str) -> None:
        url = f"{self._url}/v1/live/{quote(topic)}"
        cut = False
        async with httpx.AsyncClient(auth=self._auth, timeout=_TIMEOUT, trust_env=False) as client:
            while True:
                try:
                    async with aconnect_sse(client, "GET", url) as source:
                        async for event in source.aiter_sse():
                            cut = False
                            self._deliver(LiveTold(topic, msgspec.json.decode(event.data, type=dict[str, object])))
                except (httpx.HTTPError, SSEError, msgspec.DecodeError) as error:
                    log.debug("live_line_cut", topic=topic, error=str(error))
                if not cut:
                    cut = True
                    self._deliver(LiveCut(topic))
                await asyncio.sleep(_AGAIN_S)

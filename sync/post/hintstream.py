"""Listening to an upstream's stream of hints, in a thread with an event loop so that it can be ended at once."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress

import httpx
import structlog
from httpx_sse import SSEError, aconnect_sse

from sync.identity.enrolment import SignedAuth
from sync.identity.keys import Identity
from sync.post.backoff import Backoff

log = structlog.get_logger(__name__)

_TIMEOUT = httpx.Timeout(30.0, connect=3.0)
_STOP_TIMEOUT_S = 5.0


class HintStream:
    """Calls ``hinted`` when the stream opens and for every hint. Losing it costs latency only: it is merely retried."""

    def __init__(self, identity: Identity, url: str, hinted: Callable[[], None]) -> None:
        self._auth = SignedAuth(identity)
        self._url = url.rstrip("/") + "/v1/stream"
        self._hinted = hinted
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None

    def resume(self) -> None:
        """Open the stream; not while it is open."""
        if self._thread is not None:
            return
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), name="hints", daemon=True)
        self._thread.start()
        ready.wait(_STOP_TIMEOUT_S)

    def pause(self) -> None:
        """Close the stream at once."""
        if self._thread is None or self._loop is None or self._task is None:
            return
        with suppress(RuntimeError):  # the loop has ended by itself
            self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join(_STOP_TIMEOUT_S)
        self._thread = None

    stop = pause

    def _run(self, ready: threading.Event) -> None:
        async def main() -> None:
            self._loop = asyncio.get_running_loop()
            self._task = asyncio.create_task(self._listen())
            ready.set()
            await asyncio.gather(self._task, return_exceptions=True)

        asyncio.run(main())

    async def _listen(self) -> None:
        backoff = Backoff()
        loop = asyncio.get_running_loop()
        async with httpx.AsyncClient(auth=self._auth, timeout=_TIMEOUT, trust_env=False) as client:
            while True:
                try:
                    async with aconnect_sse(client, "GET", self._url) as source:
                        async for _hint in source.aiter_sse():
                            backoff.succeeded()
                            self._hinted()
                except (httpx.HTTPError, SSEError) as error:
                    log.debug("hint_stream_lost", error=str(error))
                backoff.failed(loop.time())
                await asyncio.sleep(backoff.wait_s(loop.time()))

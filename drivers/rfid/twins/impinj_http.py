"""Impinj readers without a broker: one that streams its events over HTTP, and one that posts them to a webhook."""

import contextlib
import queue
import threading
from collections.abc import Callable, Iterable
from typing import Final

import httpx

from drivers.rfid.physics import RadioModel
from drivers.rfid.readings import NowUs, SeenTag, system_now_us
from drivers.rfid.twins.field import TagField, TwinFace
from drivers.rfid.twins.impinj_rest import ImpinjRest, Ticker, overflow_event, tag_event

TICK_S: Final = 0.02
KEEPALIVE_S: Final = 1.0
POST_S: Final = 5.0


class ImpinjStreamTwin(TwinFace):
    """``url`` is for the driver. While nobody asks for the stream, its events are lost, as a small buffer's are."""

    def __init__(
        self, name: str, *, rate: float = 5.0, radio: RadioModel | None = None, now_us: NowUs = system_now_us
    ) -> None:
        super().__init__(TagField(rate, radio=radio))
        self.name = name
        self.running = True
        self._now_us = now_us
        self._rest = ImpinjRest(
            self.gpo, self.gpo_frames, self._set_running, now_us, self._serve_stream,
            refuses_outputs=lambda: self.refuses_outputs,
        )  # fmt: skip
        self._ticker = Ticker(self._tick, TICK_S, f"impinj-{name}")
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._link = threading.Lock()
        self._cut = threading.Event()
        self._streams = threading.Event()

    @property
    def url(self) -> str:
        """The reader's own address."""
        return self._rest.url

    @property
    def streams(self) -> bool:
        """Somebody has asked for the stream and gets what is sent from now on."""
        return self._streams.is_set()

    def start(self) -> None:
        """Serve."""
        self._cut.clear()
        self._rest.start()
        self._ticker.start()

    def stop(self) -> None:
        """Gone."""
        self._ticker.stop()
        self.drop_link()
        self._rest.stop()

    def drop_link(self) -> None:
        """Cut the stream; the next one is served."""
        self._streams.clear()
        self._cut.set()
        self._lines.put(None)

    def send_garbage(self, data: bytes) -> None:
        """A line that is no event."""
        self._lines.put(data.replace(b"\n", b" ") + b"\n")

    def send(self, data: bytes) -> None:
        """Bytes of the stream as they are: half a line, for instance."""
        self._lines.put(data)

    def report(self, tags: Iterable[SeenTag], at_us: int) -> None:
        """Reads with times as given: a late burst after an outage."""
        self._lines.put(b"".join(tag_event(tag, at_us, self.name) + b"\n" for tag in tags))

    def overflow(self, purged: int) -> None:
        """The reader's buffer was too small."""
        self._lines.put(overflow_event(purged, self._now_us(), self.name) + b"\n")

    def _set_running(self, running: bool) -> None:
        self.running = running

    def _tick(self) -> None:
        reads = self.field.due()
        if reads and self.running:
            self.report(reads, self._now_us())

    def _serve_stream(self, write: Callable[[bytes], None]) -> None:
        """On the thread of the request; a second request takes the stream over from the first."""
        self.drop_link()
        with self._link:
            self._cut.clear()
            self._lines = queue.SimpleQueue()
            self._streams.set()
            while not self._cut.is_set():
                try:
                    data = self._lines.get(timeout=KEEPALIVE_S)
                except queue.Empty:
                    data = b"\r\n"
                if data:
                    write(data)


class ImpinjWebhookTwin(TwinFace):
    """Posts arrays to ``target``; keeps what wasn't taken and sends it again, as the reader's buffer does."""

    def __init__(
        self,
        target: str,
        name: str,
        *,
        token: str = "",
        rate: float = 5.0,
        linger_s: float = 0.1,
        radio: RadioModel | None = None,
        now_us: NowUs = system_now_us,
    ) -> None:
        super().__init__(TagField(rate, radio=radio))
        self.name = name
        self.running = True
        self.target = target
        self.answers: list[int] = []
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._now_us = now_us
        self._rest = ImpinjRest(
            self.gpo, self.gpo_frames, self._set_running, now_us, refuses_outputs=lambda: self.refuses_outputs
        )
        self._ticker = Ticker(self._tick, linger_s, f"impinj-{name}")
        self._held: list[bytes] = []
        self._garbage: list[bytes] = []
        self._lock = threading.Lock()
        self._away = threading.Event()
        self._http: httpx.Client | None = None

    @property
    def api(self) -> str:
        """The reader's own address."""
        return self._rest.url

    @property
    def url(self) -> str:
        """For the driver."""
        return "webhook:"

    def start(self) -> None:
        """Serve REST, and post."""
        self._away.clear()
        self._http = httpx.Client(timeout=POST_S + 1, headers=self._headers, trust_env=False)
        self._rest.start()
        self._ticker.start()

    def stop(self) -> None:
        """Gone."""
        self._ticker.stop()
        self._rest.stop()
        http, self._http = self._http, None
        if http is not None:
            http.close()

    def drop_link(self) -> None:
        """Lose the network until ``mend_link``."""
        self._away.set()

    def mend_link(self) -> None:
        """It is back."""
        self._away.clear()

    def send_garbage(self, data: bytes) -> None:
        """A body that is no array of events, before the next batch."""
        with self._lock:
            self._garbage.append(data)

    def report(self, tags: Iterable[SeenTag], at_us: int) -> None:
        """Reads with times as given, in the next batch."""
        self.hold(*(tag_event(tag, at_us, self.name) for tag in tags))

    def overflow(self, purged: int) -> None:
        """The reader's buffer was too small."""
        self.hold(overflow_event(purged, self._now_us(), self.name))

    def hold(self, *events: bytes) -> None:
        """Events for the next batch."""
        with self._lock:
            self._held.extend(events)

    def _set_running(self, running: bool) -> None:
        self.running = running

    def _tick(self) -> None:
        reads = self.field.due()
        if reads and self.running:
            self.report(reads, self._now_us())
        if self._away.is_set():
            return
        with self._lock:
            batch = list(self._held)
            garbage, self._garbage = self._garbage, []
        for body in garbage:
            self._post(body)
        if 200 <= self._post(b"[" + b",".join(batch) + b"]") < 500:  # what is refused isn't sent again
            with self._lock:
                del self._held[: len(batch)]

    def _post(self, body: bytes) -> int:
        """The answer's status; 0 without one."""
        http = self._http
        status = 0
        if http is not None and not self._away.is_set():
            with contextlib.suppress(httpx.HTTPError, RuntimeError):
                status = http.post(self.target, content=body).status_code
        self.answers.append(status)
        return status

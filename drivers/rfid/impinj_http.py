"""Impinj readers on their IoT device interface over HTTP: the event stream of ``GET /api/v1/data/stream``."""

import time
from typing import Final

from drivers.contracts import ReaderCommand
from drivers.errors import NotFound
from drivers.ports.http_stream import HttpStream
from drivers.readings import ReaderEvent, TagReads
from drivers.rfid.gathered import Counters, Gatherer
from drivers.rfid.impinj_api import API_OPTIONS, ImpinjApi, checked
from drivers.rfid.impinj_events import ImpinjDialect
from drivers.rfid.json_stream import Lines
from drivers.rfid.readings import NowUs, system_now_us

LONGEST_LINE: Final = 1024 * 1024
LOOK_S: Final = 0.25


class ImpinjHttpReader:
    """``api`` is the reader's address; ``silence_s`` says after how long without a byte a stream counts as dead.

    Give ``silence_s`` only if the reader is set to send keepalives on its stream.
    """

    def __init__(
        self, name: str, url: str, *, silence_s: float = 0.0, now_us: NowUs = system_now_us, **api: str | bool
    ) -> None:
        self.name = name
        self._gatherer = Gatherer(name, ImpinjDialect(), now_us)
        self._api = ImpinjApi(name, self._refused, api=url, **api)  # type: ignore[arg-type]  # checked in ``from_url``
        self._stream = HttpStream(
            f"{self._api.base}/data/stream", login=self._api.login, verify=self._api.verify, silence_s=silence_s
        )
        self._lines = Lines(LONGEST_LINE)
        self._oversized = 0

    @classmethod
    def from_url(cls, name: str, url: str, *, now_us: NowUs = system_now_us, **options: object) -> "ImpinjHttpReader":
        """``https://10.0.0.7``; options ``user``, ``password``, ``preset``, ``verify``, ``silence_s``."""
        if not url.startswith(("http://", "https://")):
            raise NotFound(f"{url!r}: write https:// and the reader's address")
        known = {key: kind for key, kind in API_OPTIONS.items() if key != "api"} | {"silence_s": (int, float)}
        return cls(name, url, now_us=now_us, **checked(name, options, known))

    @property
    def counters(self) -> Counters:
        """What couldn't be read or was lost, for the status page."""
        return self._gatherer.counters

    @property
    def clock_offset_us(self) -> int | None:
        """What is added to the reader's times to get ours; None if it hasn't told any."""
        return self._gatherer.clock_offset_us

    @property
    def dropped(self) -> int:
        """Messages that made no sense."""
        return self._gatherer.counters.garbled

    def open(self) -> None:
        """Ask for the stream."""
        self._gatherer.ready.clear()
        self._lines.restart()
        self._stream.open()
        self._gatherer.opened()

    def read(self, timeout: float) -> TagReads | ReaderEvent | None:
        """The next batch or event, or None after ``timeout`` seconds; Disconnected when the stream ends."""
        deadline = time.monotonic() + timeout
        ready = self._gatherer.ready
        while not ready:
            left = max(deadline - time.monotonic(), 0.0)
            data = self._stream.read(min(left, LOOK_S))
            if data:
                self._take(data)
            elif not ready and time.monotonic() >= deadline:
                return None
        return ready.popleft()

    def _take(self, data: bytes) -> None:
        lines = self._lines.feed(data)
        more, self._oversized = self._lines.oversized - self._oversized, self._lines.oversized
        if more:
            self._gatherer.garbled(f"a line longer than {LONGEST_LINE >> 10} KiB", more)
        if lines:
            self._gatherer.take([("", line) for line in lines])

    def _refused(self, why: str, output: int) -> None:
        self._gatherer.refused(why, output)

    def command(self, command: ReaderCommand) -> None:
        """Sent without waiting for the answer; a refusal arrives as an event."""
        self._api.command(command)

    def close(self) -> None:
        """Idempotent and quick."""
        self._api.close()
        self._stream.close()

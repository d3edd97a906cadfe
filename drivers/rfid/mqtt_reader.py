"""What all readers on MQTT share: a feed in, a dialect that reads it, batches and events out."""

import socket
import time
from collections import deque
from typing import Final

import structlog

from drivers.contracts import ReaderCommand
from drivers.errors import Garbled, NotFound, Rejected
from drivers.ports.address import Address, parse_address
from drivers.ports.mqtt_feed import MqttFeed, MqttMessage
from drivers.readings import ReaderEvent, ReaderEventKind, TagReads
from drivers.rfid.garbage import GarbageWatch
from drivers.rfid.gathered import Dialect, Gathered
from drivers.rfid.readings import Batches, NowUs, system_now_us
from drivers.rfid.timestamps import ReaderClock

log = structlog.get_logger(__name__)

MESSAGES_A_BATCH: Final = 500


class MqttReader:
    """A reader that publishes its reads. Opened means that the broker took us; the reader may still be away."""

    def __init__(self, name: str, feed: MqttFeed, dialect: Dialect, *, now_us: NowUs = system_now_us) -> None:
        self.name = name
        self._feed = feed
        self._dialect = dialect
        self._now_us = now_us
        self._batches = Batches(name, now_us)
        self._clock = ReaderClock()
        self._garbage = GarbageWatch(name)
        self._ready: deque[TagReads | ReaderEvent] = deque()
        self._overflowed = 0
        self._later: list[tuple[float, ReaderCommand]] = []

    @property
    def dropped(self) -> int:
        """Messages that the bounded queue couldn't take."""
        return self._feed.dropped

    def open(self) -> None:
        """Connect to the broker and subscribe."""
        self._ready.clear()
        self._feed.open()
        self._ready.append(self._batches.event(ReaderEventKind.CONNECTED))

    def read(self, timeout: float) -> TagReads | ReaderEvent | None:
        """The next batch or event, or None after ``timeout`` seconds; Disconnected when the broker is gone."""
        deadline = time.monotonic() + timeout
        while not self._ready:
            self._do_due()
            until = min([deadline, *(at for at, _ in self._later)])
            messages = self._feed.read(max(until - time.monotonic(), 0.0), MESSAGES_A_BATCH)
            self._tell_overflow()
            if messages:
                self._take(messages)
            elif not self._ready and time.monotonic() >= deadline:
                return None
        return self._ready.popleft()

    def _take(self, messages: list[MqttMessage]) -> None:
        gathered = Gathered(self.name, self._now_us(), self._clock)
        for message in messages:
            try:
                self._dialect.take(message.topic, message.payload, gathered)
            except Garbled as error:
                self._garbled(str(error))
            else:
                self._garbage.good()
        self._ready.extend(gathered.events)
        if gathered.reads:
            self._ready.append(self._batches.reads(gathered.reads, gathered.extras))

    def _garbled(self, reason: str) -> None:
        if self._garbage.bad(reason):
            self._ready.append(self._batches.event(ReaderEventKind.GARBLED, value=self._garbage.dropped, text=reason))

    def _tell_overflow(self) -> None:
        """Messages that our own queue couldn't take: told when it happens, with the count so far."""
        dropped = self._feed.dropped
        if dropped > self._overflowed:
            log.warning("reader.overflow", reader=self.name, dropped=dropped)
            self._overflowed = dropped
            text = f"{dropped} messages dropped here: they came faster than they were read"
            self._ready.append(self._batches.event(ReaderEventKind.OVERFLOW, value=dropped, text=text))

    def _do_due(self) -> None:
        now = time.monotonic()
        for entry in [entry for entry in list(self._later) if entry[0] <= now]:
            self.command(entry[1])
            self._later.remove(entry)

    def later(self, seconds: float, command: ReaderCommand) -> None:
        """Have ``read`` carry out a command when its time has come: an output falls back."""
        self._later.append((time.monotonic() + seconds, command))

    def command(self, command: ReaderCommand) -> None:
        """This kind of reader takes no commands; those that do override this."""
        raise Rejected(f"{self.name}: this reader takes no commands ({type(command).__name__})")

    def close(self) -> None:
        """Idempotent and quick."""
        self._feed.close()


def feed_of(url: str, name: str, *, limit: object = None) -> tuple[Address, MqttFeed]:
    """The feed for ``mqtt://host:port/topic/#``; a topic without a wildcard takes everything below it, too."""
    address = parse_address(url)
    if address.scheme != "mqtt" or not address.path:
        raise NotFound(f"{url!r}: write mqtt://host:port/topic/#")
    topics = [address.path]
    if not address.path.endswith(("#", "+")):
        topics.append(f"{address.path}/#")
    # known to the broker by name, so that it keeps what comes while we are away
    client_id = f"comptoir-{socket.gethostname()}-{name}"
    feed = MqttFeed(address.host, address.port, topics, client_id=client_id)
    if isinstance(limit, int):
        feed.limit = limit
    return address, feed


def base_topic(address: Address) -> str:
    """The topic without its wildcard."""
    return address.path.rstrip("#+").rstrip("/")

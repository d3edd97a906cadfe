"""What all readers on MQTT share: a feed in, a dialect that reads it, batches and events out."""

import socket
import time
from typing import Final

import structlog

from drivers.contracts import ReaderCommand
from drivers.errors import NotFound, Rejected
from drivers.ports.address import Address, parse_address
from drivers.ports.mqtt_feed import MqttFeed
from drivers.ports.mqtt_wire import LARGEST
from drivers.readings import ReaderEvent, ReaderEventKind, TagReads
from drivers.rfid.gathered import Counters, Dialect, Gatherer
from drivers.rfid.outputs import Outputs
from drivers.rfid.readings import NowUs, system_now_us
from drivers.rfid.silence import Silence

log = structlog.get_logger(__name__)
LOOK_S: Final = 0.25


class MqttReader:
    """A reader that publishes its reads. Opened means that the broker took us; the reader may still be away.

    One that tells ``regularly`` that it lives is missed when it doesn't any more.
    """

    def __init__(
        self, name: str, feed: MqttFeed, dialect: Dialect, *, regularly: bool = False, now_us: NowUs = system_now_us
    ) -> None:
        self.name = name
        self._feed = feed
        self._gatherer = Gatherer(name, dialect, now_us)
        self._ready = self._gatherer.ready
        self._oversized = 0
        self._silence = Silence() if regularly else None
        self._outputs = Outputs(self._drive, reader=name)

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
        """Connect to the broker and subscribe."""
        self._ready.clear()
        self._feed.open()
        self._gatherer.opened()
        if self._silence is not None:
            self._silence.begin(time.monotonic())
        self._outputs.renew(time.monotonic())

    def read(self, timeout: float) -> TagReads | ReaderEvent | None:
        """The next batch or event, or None after ``timeout`` seconds; Disconnected when the broker is gone."""
        deadline = time.monotonic() + timeout
        while not self._ready:
            self._outputs.fall(time.monotonic())
            until = min(deadline, self._outputs.next_due)
            # a command that is refused on another thread says so through ``_ready``: looked at now and then
            messages = self._feed.read(min(max(until - time.monotonic(), 0.0), LOOK_S))
            self._tell_oversized()
            if messages:
                self._gatherer.take(messages)
            self._watch_silence(bool(messages))
            if not messages and not self._ready and time.monotonic() >= deadline:
                return None
        return self._ready.popleft()

    def _watch_silence(self, came: bool) -> None:
        silence, now = self._silence, time.monotonic()
        if silence is None:
            return
        if came:
            if any(isinstance(one, ReaderEvent) and one.kind is ReaderEventKind.HEARTBEAT for one in self._ready):
                silence.beat(now)
            if silence.heard(now):
                self._gatherer.event(ReaderEventKind.OTHER, text="it is heard again")
        elif (seconds := silence.is_new(now)) is not None:
            text = (
                f"nothing heard for {seconds:.0f} s, though the broker is there: is the reader on, and in the network?"
            )
            log.warning("reader.silent", reader=self.name, seconds=round(seconds))
            self._gatherer.event(ReaderEventKind.OTHER, text=text)

    def _tell_oversized(self) -> None:
        more = self._feed.oversized - self._oversized
        if more:
            self._oversized = self._feed.oversized
            self._gatherer.garbled(f"a message larger than {LARGEST >> 20} MiB", more)

    def _drive(self, output: int, on: bool) -> None:
        """Tell the reader an output's level; those whose readers have no pulses of their own override this."""
        raise Rejected(f"{self.name}: this reader has no outputs that we drive")

    def command(self, command: ReaderCommand) -> None:
        """This kind of reader takes no commands; those that do override this."""
        raise Rejected(f"{self.name}: this reader takes no commands ({type(command).__name__})")

    def close(self) -> None:
        """Idempotent and quick; pulses end."""
        self._outputs.end()
        self._feed.close()


def feed_of(url: str, name: str) -> tuple[Address, MqttFeed]:
    """The feed for ``mqtt://host:port/topic/#``; a topic without a wildcard takes everything below it, too."""
    address = parse_address(url)
    if address.scheme != "mqtt" or not address.path:
        raise NotFound(f"{url!r}: write mqtt://host:port/topic/#")
    topics = [address.path]
    if not address.path.endswith(("#", "+")):
        topics.append(f"{address.path}/#")
    # known to the broker by name, so that it keeps what comes while we are away
    client_id = f"comptoir-{socket.gethostname()}-{name}"
    return address, MqttFeed(address.host, address.port, topics, client_id=client_id)


def base_topic(address: Address) -> str:
    """The topic without its wildcard."""
    return address.path.rstrip("#+").rstrip("/")

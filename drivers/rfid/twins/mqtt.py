"""What twins of readers on MQTT share: a connection that mends itself, a field, a thread that publishes."""

import contextlib
import threading
import time
from collections.abc import Iterable
from typing import Final, NamedTuple, Protocol

from drivers.errors import DeviceError
from drivers.ports.mqtt_feed import MqttFeed, MqttMessage
from drivers.rfid.physics import RadioModel
from drivers.rfid.readings import NowUs, SeenTag, system_now_us
from drivers.rfid.twins.field import TagField, TwinFace

TICK_S: Final = 0.02
RETRY_S: Final = 0.2
HEARTBEAT_S: Final = 5.0


class BrokerAt(Protocol):
    """A broker's address: a Broker itself, or BrokerAddress."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...


class BrokerAddress(NamedTuple):
    """Where a broker stands that somebody else runs."""

    host: str
    port: int


class MqttTwin(TwinFace):
    """``url`` is for the driver. Subclasses tell what to publish for a round of reads and what commands mean."""

    def __init__(
        self,
        broker: BrokerAt,
        name: str,
        topic: str,
        *,
        rate: float = 5.0,
        radio: RadioModel | None = None,
        now_us: NowUs = system_now_us,
        commands: tuple[str, ...] = (),
    ) -> None:
        super().__init__(TagField(rate, radio=radio))
        self.name = name
        self.topic = topic
        self.running = True
        self._broker = broker
        self._now_us = now_us
        self._feed = MqttFeed(broker.host, broker.port, commands)
        self._up = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._next_heartbeat = 0.0

    @property
    def url(self) -> str:
        """Where the driver listens."""
        return f"mqtt://{self._broker.host}:{self._broker.port}/{self.topic}"

    @property
    def connected(self) -> bool:
        """Whether the broker has taken us."""
        return self._up.is_set()

    def start(self) -> None:
        """Connect and go on connecting until stopped; returns once connected, or after a few seconds without."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name=f"mqtt-twin-{self.name}", daemon=True)
        self._thread.start()
        self._up.wait(10.0)

    def stop(self) -> None:
        """Gone."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(10.0)

    def drop_link(self) -> None:
        """Lose the broker, and find it again by itself."""
        self._feed.close()

    def send_garbage(self, data: bytes) -> None:
        """A message that is no JSON of this kind."""
        self.publish(data)

    def publish(self, payload: bytes, topic: str = "") -> None:
        """One message of the reader; lost if the broker is away."""
        with contextlib.suppress(DeviceError):
            self._feed.publish(topic or self.data_topic, payload)

    @property
    def data_topic(self) -> str:
        """Where reads are published."""
        return self.topic

    def report(self, tags: Iterable[SeenTag], at_us: int) -> None:
        """Reads with times as given: a late burst after an outage."""
        for payload in self.payloads([(tag, at_us) for tag in tags]):
            self.publish(payload)

    def payloads(self, reads: list[tuple[SeenTag, int]]) -> Iterable[bytes]:
        """The messages for some reads with their times in us UTC."""
        return ()

    def heartbeat(self) -> None:
        """What this make publishes to show that it lives."""

    def obey(self, message: MqttMessage) -> None:
        """A command that arrived."""

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._feed = MqttFeed(self._broker.host, self._broker.port, self._feed.topics)
                self._feed.open()
                self._up.set()
                self._serve()
            except DeviceError:
                self._stopping.wait(RETRY_S)
            finally:
                self._up.clear()
                self._feed.close()

    def _serve(self) -> None:
        while not self._stopping.is_set():
            for message in self._feed.read(TICK_S):
                self.obey(message)
            reads = self.field.due_late()
            if reads and self.running:
                now_us = self._now_us()
                for payload in self.payloads([(tag, now_us - late_us) for tag, late_us in reads]):
                    self._feed.publish(self.data_topic, payload)
            if time.monotonic() >= self._next_heartbeat:
                self._next_heartbeat = time.monotonic() + HEARTBEAT_S
                self.heartbeat()

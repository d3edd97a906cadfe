"""MQTT topics as a feed of messages: paho's thread only enqueues, the device's worker reads."""

import queue
import threading
import time
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from drivers.errors import Disconnected, NotFound, Rejected

QUEUE_LIMIT: Final = 20_000
ANSWER_S: Final = 5.0
KEEPALIVE_S: Final = 15


class MqttMessage(NamedTuple):
    """One message of the feed."""

    topic: str
    payload: bytes


class MqttFeed:
    """Subscribes when the broker has taken us; messages beyond ``limit`` waiting ones are dropped and counted.

    With a ``client_id`` the broker keeps QoS 1 messages for us while we are away.
    """

    def __init__(
        self,
        host: str,
        port: int,
        topics: Sequence[str],
        *,
        client_id: str = "",
        qos: int = 1,
        limit: int = QUEUE_LIMIT,
    ) -> None:
        self.label = f"mqtt://{host}:{port}/{','.join(topics)}"
        self.dropped = 0
        self._address = (host, port)
        self.topics = topics
        self._client_id = client_id
        self._qos = qos
        self.limit = limit
        self._client: paho.Client | None = None
        self._inbox: queue.SimpleQueue[MqttMessage | None] = queue.SimpleQueue()
        self._subscribed = threading.Event()
        self._why = ""

    def open(self) -> None:
        """Connect and subscribe; NotFound for an unknown host, Disconnected if the broker doesn't answer."""
        self.close()
        self._inbox = queue.SimpleQueue()
        self._subscribed.clear()
        self._why = ""
        client = self._new_client()
        self._client = client
        try:
            client.connect(*self._address, keepalive=KEEPALIVE_S)
        except OSError as error:
            self._client = None
            kind = NotFound if "getaddrinfo" in str(error) or "Name or service" in str(error) else Disconnected
            raise kind(f"{self.label}: no broker ({error})") from error
        client.loop_start()
        if not self._subscribed.wait(ANSWER_S) or self._why:
            why = self._why or f"no answer to the subscription within {ANSWER_S:g} s"
            self.close()
            raise Disconnected(f"{self.label}: {why}")

    def _new_client(self) -> paho.Client:
        client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._client_id,
            clean_session=not self._client_id,
            reconnect_on_failure=False,  # the device's worker reconnects, as for every other port
        )
        client.connect_timeout = ANSWER_S
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        client.on_disconnect = self._on_disconnect
        return client

    def _on_connect(
        self,
        client: paho.Client,
        _data: Any,
        _flags: paho.ConnectFlags,
        code: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if code.is_failure:
            self._why = f"the broker refuses us: {code}"
            self._subscribed.set()
        elif self.topics:
            client.subscribe([(topic, self._qos) for topic in self.topics])
        else:
            self._subscribed.set()

    def _on_subscribe(
        self, _client: paho.Client, _data: Any, _mid: int, codes: list[ReasonCode], _properties: Properties | None
    ) -> None:
        if any(code.is_failure for code in codes):
            self._why = "the broker refuses the subscription"
        self._subscribed.set()

    def _on_message(self, _client: paho.Client, _data: Any, message: paho.MQTTMessage) -> None:
        if self._inbox.qsize() >= self.limit:
            self.dropped += 1
        else:
            self._inbox.put(MqttMessage(message.topic, bytes(message.payload)))

    def _on_disconnect(
        self,
        _client: paho.Client,
        _data: Any,
        _flags: paho.DisconnectFlags,
        code: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        self._why = f"the broker is gone ({code})"
        self._subscribed.set()
        self._inbox.put(None)

    def read(self, timeout: float, most: int = 500) -> list[MqttMessage]:
        """Up to ``most`` waiting messages; empty after ``timeout`` seconds; Disconnected when the broker is gone."""
        if self._client is None:
            raise Disconnected(f"{self.label}: not open")
        inbox, taken = self._inbox, []
        try:
            message = inbox.get(timeout=max(timeout, 0.0))
            while message is not None:
                taken.append(message)
                if len(taken) >= most or inbox.empty():
                    return taken
                message = inbox.get_nowait()
        except queue.Empty:
            return taken
        if taken:
            inbox.put(None)
            return taken
        raise Disconnected(f"{self.label}: {self._why}")

    def publish(self, topic: str, payload: bytes, qos: int = 1) -> None:
        """Hand a message over for sending, from any thread; Disconnected if there is no link."""
        client = self._client
        if client is None or not client.is_connected():
            raise Disconnected(f"{self.label}: not connected")
        result = client.publish(topic, payload, qos)
        if result.rc not in (MQTTErrorCode.MQTT_ERR_SUCCESS, MQTTErrorCode.MQTT_ERR_QUEUE_SIZE):
            raise Disconnected(f"{self.label}: {result.rc.name}")
        if result.rc == MQTTErrorCode.MQTT_ERR_QUEUE_SIZE:
            raise Rejected(f"{self.label}: too many messages wait to be sent")

    def flush(self, timeout: float) -> None:
        """Give paho's thread time to send what waits; used before an orderly close."""
        deadline = time.monotonic() + timeout
        client = self._client
        while client is not None and client.want_write() and time.monotonic() < deadline:
            time.sleep(0.005)

    def close(self) -> None:
        """Idempotent; paho's thread has ended afterwards."""
        client, self._client = self._client, None
        if client is not None:
            client.on_disconnect = None
            client.disconnect()
            client.loop_stop()

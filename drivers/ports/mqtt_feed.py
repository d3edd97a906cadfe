"""MQTT topics as a feed of messages, read by the device's own thread: no other thread between the wire and it.

Whoever reads slowly holds the broker back, which keeps what waits; nothing is dropped here. A message of QoS 1 is
acknowledged when the next ones are asked for: by then it was delivered, and if the program dies before, it comes again.
"""

import contextlib
import selectors
import socket
import threading
import time
from collections.abc import Sequence
from typing import Any, Final

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from drivers.errors import Disconnected, NotFound, Rejected
from drivers.ports.mqtt_wire import MqttMessage, MqttWire

__all__ = ["MqttFeed", "MqttMessage"]

ANSWER_S: Final = 5.0
KEEPALIVE_S: Final = 15
MISC_S: Final = 1.0
TAKEN_OVER_S: Final = 2.0
"""a broker that ends a new link so soon may have another client of our name"""


class _Client(paho.Client):
    """paho with our socket under it."""

    wire: MqttWire | None = None

    def _create_socket(self) -> Any:
        self.wire = MqttWire(super()._create_socket())  # type: ignore[arg-type]  # a plain TCP socket
        return self.wire


class MqttFeed:
    """Subscribes when the broker has taken us; ``publish`` may be called from any thread.

    With a ``client_id`` the broker keeps QoS 1 messages for us while we are away.
    """

    def __init__(self, host: str, port: int, topics: Sequence[str], *, client_id: str = "", qos: int = 1) -> None:
        self.label = f"mqtt://{host}:{port}/{','.join(topics)}"
        self.topics = topics
        self.oversized = 0
        """messages passed over because they were too large"""
        self._address = (host, port)
        self._client_id = client_id
        self._qos = qos
        self._client: _Client | None = None
        self._selector: selectors.BaseSelector | None = None
        self._lock = threading.RLock()  # around paho and the wire
        self._subscribed = False
        self._why = ""
        self._opened = 0.0
        self._short_links = 0
        self._next_misc = 0.0
        self._early: list[MqttMessage] = []
        self._unacked = b""

    def open(self) -> None:
        """Connect and subscribe; NotFound for an unknown host, Disconnected if the broker doesn't answer."""
        self.close()
        self._subscribed, self._why, self._early, self._unacked = False, "", [], b""
        client = self._new_client()
        try:
            client.connect(*self._address, keepalive=KEEPALIVE_S)
        except socket.gaierror as error:
            raise NotFound(f"{self.label}: no such host ({error})") from error
        except OSError as error:
            raise Disconnected(f"{self.label}: no broker ({error})") from error
        assert client.wire is not None
        with self._lock:
            self._selector = selectors.DefaultSelector()
            self._selector.register(client.wire, selectors.EVENT_READ)
            self._client = client
        self._opened = time.monotonic()
        self._await_subscription()

    def _await_subscription(self) -> None:
        deadline = time.monotonic() + ANSWER_S
        while not self._subscribed and not self._why:
            left = deadline - time.monotonic()
            if left <= 0:
                self._why = f"no answer to the subscription within {ANSWER_S:g} s"
                break
            self._wait(min(left, 0.5))
            self._early += self._pump()
        if self._why:
            why = self._why
            self.close()
            raise Disconnected(f"{self.label}: {why}")

    def _new_client(self) -> _Client:
        client = _Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._client_id,
            clean_session=not self._client_id,
            reconnect_on_failure=False,  # the device's worker reconnects, as for every other port
        )
        client.connect_timeout = ANSWER_S
        client.max_inflight_messages = 0  # as many as there are
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_disconnect = self._on_disconnect
        return client

    def _on_connect(
        self,
        client: paho.Client,
        _data: Any,
        flags: paho.ConnectFlags,
        code: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if code.is_failure:
            self._why = f"the broker refuses us: {code}"
        elif self.topics:
            client.subscribe([(topic, self._qos) for topic in self.topics])
            # a broker that knows us may answer only once we have acknowledged what it kept, and that is read first
            self._subscribed = flags.session_present
        else:
            self._subscribed = True

    def _on_subscribe(
        self, _client: paho.Client, _data: Any, _mid: int, codes: list[ReasonCode], _properties: Properties | None
    ) -> None:
        if any(code.is_failure for code in codes):
            self._why = "the broker refuses the subscription"
        self._subscribed = True

    def _on_disconnect(
        self,
        _client: paho.Client,
        _data: Any,
        _flags: paho.DisconnectFlags,
        code: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        self._why = self._why or f"the broker is gone ({code})"
        short = time.monotonic() - self._opened < TAKEN_OVER_S
        self._short_links = self._short_links + 1 if short and self._subscribed else 0
        if self._client_id and self._short_links > 1:
            self._why += f"; does another program listen under the name {self._client_id}?"

    def read(self, timeout: float) -> list[MqttMessage]:
        """What has arrived; empty after ``timeout`` seconds; Disconnected when the broker is gone.

        The call tells the broker that the messages of the call before are delivered.
        """
        if self._client is None:
            raise Disconnected(f"{self.label}: not open")
        deadline = time.monotonic() + timeout
        self._acknowledge()
        messages, self._early = self._early, []
        while not messages:
            messages = self._pump()
            if messages:
                break
            if self._why or self._client is None:
                raise Disconnected(f"{self.label}: {self._why or 'closed meanwhile'}")
            left = deadline - time.monotonic()
            if left <= 0:
                break
            self._wait(min(left, MISC_S))
        return messages

    def _acknowledge(self) -> None:
        with self._lock:
            client, acks, self._unacked = self._client, self._unacked, b""
            if acks and client is not None and client.wire is not None:
                client.wire.send(acks)

    def _pump(self) -> list[MqttMessage]:
        """One round of the wire: published messages to us, everything else to paho."""
        with self._lock:
            client = self._client
            wire = None if client is None else client.wire
            if client is None or wire is None:
                return []
            wire.fill()
            while wire.has_control and client.loop_read() == MQTTErrorCode.MQTT_ERR_SUCCESS:
                pass
            if client.want_write():
                client.loop_write()
            wire.flush()
            now = time.monotonic()
            if now >= self._next_misc:
                self._next_misc = now + MISC_S
                client.loop_misc()
            self.oversized += wire.oversized
            wire.oversized = 0
            messages, wire.messages = wire.messages, []
            self._unacked += bytes(wire.acks)
            wire.acks.clear()
            return messages

    def _wait(self, timeout: float) -> None:
        """Until something arrives, or can be sent if something waits for that."""
        selector, client = self._selector, self._client
        if selector is None or client is None or client.wire is None:
            return
        if client.wire.wants_write:
            timeout = min(timeout, 0.01)
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError, RuntimeError):  # closed by another thread
            selector.select(max(timeout, 0.0))

    def publish(self, topic: str, payload: bytes, qos: int = 1) -> None:
        """Hand a message over for sending, from any thread; Disconnected if there is no link."""
        with self._lock:
            client = self._client
            if client is None or not client.is_connected():
                raise Disconnected(f"{self.label}: not connected")
            result = client.publish(topic, payload, qos)
        if result.rc == MQTTErrorCode.MQTT_ERR_QUEUE_SIZE:
            raise Rejected(f"{self.label}: too many messages wait to be sent")
        if result.rc != MQTTErrorCode.MQTT_ERR_SUCCESS:
            raise Disconnected(f"{self.label}: {result.rc.name}")

    def close(self) -> None:
        """Idempotent and quick."""
        with self._lock:
            client, self._client = self._client, None
            selector, self._selector = self._selector, None
            if client is not None:
                client.on_disconnect = None
                client.disconnect()
                if client.want_write():
                    client.loop_write()
                if client.wire is not None:
                    client.wire.close()
        if selector is not None:
            selector.close()

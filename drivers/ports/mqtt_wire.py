"""The socket under an MQTT client: reads published messages straight out of the stream, leaves the rest to paho.

paho asks the system for one or two bytes at a time and builds an object with locks around each message; a reader that
floods would fill a core. Here one ``recv`` gives hundreds of messages. Source: MQTT 3.1.1, sections 2.2 (fixed header),
3.3 (PUBLISH) and 3.4 (PUBACK).
"""

import contextlib
import socket
from typing import Final, NamedTuple

CHUNK: Final = 256 * 1024
LARGEST: Final = 4 * 1024 * 1024
"""bytes of a packet; a larger message is passed over, acknowledged and counted, and never held in memory"""
_PUBLISH: Final = 3
_PUBACK: Final = b"\x40\x02"
_TOPICS: Final = 4096


class MqttMessage(NamedTuple):
    """One message of the feed."""

    topic: str
    payload: bytes


class MqttWire:
    """Looks like a socket to paho. Not thread-safe: its owner's lock is held around every call."""

    def __init__(self, link: socket.socket) -> None:
        self._link = link
        self._buffer = b""
        self._control = b""
        """packets that are paho's"""
        self._unsent = bytearray()
        self._ended = False
        self._to_skip = 0
        self._topics: dict[bytes, str] = {}
        self.messages: list[MqttMessage] = []
        self.acks = bytearray()
        """PUBACK packets for ``messages``; whoever takes those sends these"""
        self.oversized = 0

    def fill(self) -> bool:
        """Take what has arrived and sort it; False if there was nothing."""
        try:
            data = self._link.recv(CHUNK)
        except BlockingIOError:
            return False
        except OSError:
            data = b""
        if not data:
            self._ended = True
            return False
        if self._to_skip:
            skipped = min(self._to_skip, len(data))
            self._to_skip -= skipped
            data = data[skipped:]
        self._sort(self._buffer + data if self._buffer else data)
        return True

    def _sort(self, data: bytes) -> None:
        at, end = 0, len(data)
        while end - at >= 2:
            length, body = data[at + 1], at + 2
            if length > 127:
                found = _remaining_length(data, at + 1)
                if found is None:
                    self._ended = end - at > 5  # five bytes and still no end: not MQTT
                    break
                length, body = found
            if body + length > end:
                if length > LARGEST and self._pass_over(data, at, body, length):
                    return
                break
            if data[at] >> 4 == _PUBLISH:
                self._publish(data, at, body, body + length)
            else:
                self._control += data[at : body + length]
            at = body + length
        self._buffer = data[at:]

    def _publish(self, data: bytes, at: int, body: int, end: int) -> None:
        start = body + 2 + (data[body] << 8 | data[body + 1]) if end - body >= 2 else end + 1
        if data[at] & 0x06:
            self.acks += _PUBACK + data[start : start + 2]
            start += 2
        if start > end:
            self._ended = True  # the topic is longer than its packet
            return
        raw = data[body + 2 : start - 2] if data[at] & 0x06 else data[body + 2 : start]
        topic = self._topics.get(raw)
        if topic is None:
            topic = raw.decode("utf-8", "replace")
            if len(self._topics) < _TOPICS:
                self._topics[raw] = topic
        self.messages.append(MqttMessage(topic, data[start:end]))

    def _pass_over(self, data: bytes, at: int, body: int, length: int) -> bool:
        """Forget a packet that is too large; False while its packet identifier hasn't arrived."""
        if data[at] >> 4 != _PUBLISH:
            self._ended = True
            return True
        if len(data) - body < 2:
            return False
        start = body + 2 + (data[body] << 8 | data[body + 1])
        if data[at] & 0x06:
            if len(data) < start + 2:
                return False
            self.acks += _PUBACK + data[start : start + 2]
        self.oversized += 1
        self._to_skip = body + length - len(data)
        self._buffer = b""
        return True

    def recv(self, size: int) -> bytes:
        """For paho: bytes of packets other than published messages."""
        if self._control:
            given, self._control = self._control[:size], self._control[size:]
            return given
        if self._ended:
            return b""
        raise BlockingIOError

    @property
    def has_control(self) -> bool:
        """Whether paho has something to read, if only the end."""
        return bool(self._control) or self._ended

    def send(self, data: bytes | bytearray) -> int:
        """For paho: taken whole; what the system doesn't take now waits for ``flush``."""
        self._unsent += data
        self.flush()
        return len(data)

    def flush(self) -> None:
        """Send what waits, as far as the system takes it."""
        try:
            while self._unsent:
                del self._unsent[: self._link.send(self._unsent)]
        except BlockingIOError:
            return
        except OSError:
            self._ended = True
            self._unsent.clear()

    @property
    def wants_write(self) -> bool:
        """Something waits to be sent."""
        return bool(self._unsent)

    def fileno(self) -> int:
        return self._link.fileno()

    def setblocking(self, flag: bool) -> None:
        self._link.setblocking(flag)

    def close(self) -> None:
        """Wakes whoever waits for it."""
        with contextlib.suppress(OSError):
            self._link.shutdown(socket.SHUT_RDWR)
        self._link.close()


def _remaining_length(data: bytes, at: int) -> tuple[int, int] | None:
    """(length, where the packet's body begins) of a variable byte integer of up to four bytes; None if it has no end"""
    length = 0
    for place in range(4):
        if at + place >= len(data):
            return None
        byte = data[at + place]
        length |= (byte & 0x7F) << 7 * place
        if byte < 128:
            return length, at + place + 1
    return None

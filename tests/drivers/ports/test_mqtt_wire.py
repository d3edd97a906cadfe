"""The MQTT socket by itself: packets cut anywhere, lengths that lie, messages that are too large."""

import socket
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.ports.mqtt_wire import LARGEST, MqttMessage, MqttWire


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, MqttWire]]:
    there, here = socket.socketpair()
    here.setblocking(False)
    there.setblocking(False)
    wire = MqttWire(here)
    yield there, wire
    wire.close()
    there.close()


def remaining(length: int) -> bytes:
    made = b""
    while True:
        length, digit = divmod(length, 128)
        made += bytes([digit | (0x80 if length else 0)])
        if not length:
            return made


def publish(topic: bytes, payload: bytes, identifier: int = 0) -> bytes:
    body = len(topic).to_bytes(2, "big") + topic + (identifier.to_bytes(2, "big") if identifier else b"") + payload
    return bytes([0x32 if identifier else 0x30]) + remaining(len(body)) + body


@given(
    st.lists(st.tuples(st.text(max_size=5), st.binary(max_size=300), st.integers(0, 65_535)), max_size=6),
    st.lists(st.integers(0, 2000), max_size=8),
)
def test_messages_come_whole_however_the_stream_is_cut(said: list[tuple[str, bytes, int]], cuts: list[int]) -> None:
    there, here = socket.socketpair()
    here.setblocking(False)
    wire = MqttWire(here)
    pong = b"\xd0\x00"
    stream = b"".join(publish(topic.encode(), payload, number) + pong for topic, payload, number in said)
    places = sorted({min(cut, len(stream)) for cut in cuts} | {0, len(stream)})
    for begin, end in pairwise(places):
        there.sendall(stream[begin:end])
        wire.fill()
    got, acks, control = wire.messages, bytes(wire.acks), b""
    while wire.has_control:
        control += wire.recv(1)
    wire.close()
    there.close()
    assert got == [MqttMessage(topic, payload) for topic, payload, _ in said]
    assert acks == b"".join(b"\x40\x02" + number.to_bytes(2, "big") for _, _, number in said if number)
    assert control == pong * len(said)


@given(st.binary(max_size=200))
def test_any_bytes_are_survived(data: bytes) -> None:
    there, here = socket.socketpair()
    here.setblocking(False)
    wire = MqttWire(here)
    there.sendall(data)
    wire.fill()
    wire.close()
    there.close()


def test_a_message_that_is_too_large_is_passed_over_acknowledged_and_counted(
    ends: tuple[socket.socket, MqttWire],
) -> None:
    there, wire = ends
    payload = bytes(10_000_000)
    stream = publish(b"t", payload, 7) + publish(b"t", b"after", 8)
    at = 0
    while not wire.messages:
        at += there.send(stream[at : at + 100_000]) if at < len(stream) else 0
        wire.fill()
        assert len(wire._buffer) <= LARGEST
    assert wire.messages == [MqttMessage("t", b"after")]
    assert bytes(wire.acks) == b"\x40\x02\x00\x07\x40\x02\x00\x08"
    assert wire.oversized == 1


def test_a_topic_longer_than_its_packet_closes_the_link(
    ends: tuple[socket.socket, MqttWire],
) -> None:
    there, wire = ends
    there.sendall(b"\x30\x04\xff\xffab")
    wire.fill()
    assert wire.recv(1) == b""


def test_a_length_without_end_closes_the_link(ends: tuple[socket.socket, MqttWire]) -> None:
    there, wire = ends
    there.sendall(b"\x30\xff\xff\xff\xff\xff\xff")
    wire.fill()
    assert wire.recv(1) == b""

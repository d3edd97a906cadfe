"""Both brokers behind their face: start, stop, the same port again, and what a feed sees of it."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from drivers.broker import Broker, EmbeddedBroker, MosquittoBroker, open_broker
from drivers.errors import Busy, DeviceError, Disconnected, NotInstalled
from drivers.ports.mqtt_feed import MqttFeed, MqttMessage
from drivers.readings import ReaderEvent, TagReads
from drivers.registry import open_reader
from drivers.worker import Back, BackOff, Lost, ReaderWorker
from tests.support.reader_rigs import broker_of
from tests.support.waiting import wait_until


@pytest.fixture(params=["embedded", pytest.param("mosquitto", marks=pytest.mark.mosquitto)])
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Broker]:
    made = broker_of(request.param, tmp_path)
    yield made
    made.stop()


@contextlib.contextmanager
def feed(broker: Broker, *topics: str, client_id: str = "") -> Iterator[MqttFeed]:
    made = MqttFeed(broker.host, broker.port, topics, client_id=client_id)
    made.open()
    try:
        yield made
    finally:
        made.close()


def taken(source: MqttFeed, count: int) -> list[MqttMessage]:
    got: list[MqttMessage] = []
    deadline = time.monotonic() + 10.0
    while len(got) < count and time.monotonic() < deadline:
        got += source.read(0.2)
    return got


def test_messages_pass_in_order(broker: Broker) -> None:
    with feed(broker, "shop/#") as here, feed(broker) as there:
        for n in range(50):
            there.publish("shop/a", str(n).encode())
        there.publish("elsewhere", b"not for us")
        assert [message.payload for message in taken(here, 50)] == [str(n).encode() for n in range(50)]
        assert here.read(0.05) == []


def test_a_broker_that_stops_is_told_and_found_again_at_its_port(broker: Broker) -> None:
    port = broker.port
    with feed(broker, "a") as here:
        broker.stop()
        with pytest.raises(Disconnected, match="gone"):
            taken(here, 1)
        with pytest.raises(Disconnected):
            here.publish("a", b"x")
        with pytest.raises(Disconnected, match="no broker"):
            here.open()
        assert broker.start() == port
        here.open()
        with feed(broker) as there:
            there.publish("a", b"again")
            assert taken(here, 1)[0].payload == b"again"


def test_a_flood_waits_in_the_broker_until_it_is_read(broker: Broker) -> None:
    with feed(broker, "a") as here, feed(broker) as there:
        for n in range(500):
            there.publish("a", b"%d" % n)
            if n % 100 == 0:
                there.read(0)  # takes the broker's acknowledgements
        assert [message.payload for message in taken(here, 500)] == [b"%d" % n for n in range(500)]


def test_a_message_that_was_not_delivered_comes_again(broker: Broker) -> None:
    with feed(broker, "a", client_id="agent") as here, feed(broker) as there:
        for text in (b"one", b"two"):
            there.publish("a", text)
            (message,) = taken(here, 1)
            assert message.payload == text  # asking for "two" says that "one" was delivered
    with feed(broker, "a", client_id="agent") as here:
        assert [message.payload for message in taken(here, 1)] == [b"two"]


def test_a_message_of_ten_megabytes_is_passed_over_and_the_next_is_read(broker: Broker) -> None:
    with feed(broker, "a") as here, feed(broker) as there:
        there.publish("a", bytes(10_000_000))
        there.publish("a", b"after")
        deadline = time.monotonic() + 20
        got: list[MqttMessage] = []
        while not got and time.monotonic() < deadline:
            there.read(0.01)
            got = here.read(0.05)
        assert ([message.payload for message in got], here.oversized) == ([b"after"], 1)


def test_stopping_twice_is_fine(broker: Broker) -> None:
    broker.stop()
    broker.stop()


def test_a_port_that_is_taken_is_busy() -> None:
    first = EmbeddedBroker()
    first.start()
    try:
        with pytest.raises(Busy):
            EmbeddedBroker(port=first.port).start()
    finally:
        first.stop()


def test_a_missing_mosquitto_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("drivers.broker.mosquitto_program", lambda: None)
    with pytest.raises(NotInstalled, match="embedded"):
        MosquittoBroker(tmp_path).start()
    with pytest.raises(DeviceError, match="choose"):
        open_broker("rabbit")


@pytest.mark.mosquitto
def test_nothing_that_mosquitto_accepted_is_lost_over_its_restarts(tmp_path: Path) -> None:
    broker = broker_of("mosquitto", tmp_path)
    reader = open_reader("neutral-mqtt", "door", f"mqtt://{broker.host}:{broker.port}/door")
    said: list[TagReads | ReaderEvent | Lost | Back] = []
    worker = ReaderWorker(reader, said.append, back_off=BackOff(0.02, 0.1))
    sender = paho.Client(CallbackAPIVersion.VERSION2, client_id="sender", clean_session=False)
    sender.reconnect_delay_set(0, 1)
    accepted: set[int] = set()
    numbers: dict[int, int] = {}
    sender.on_publish = lambda _c, _d, mid, _code, _p: accepted.add(mid)

    def heard() -> set[bytes]:
        return {read[0] for one in list(said) if isinstance(one, TagReads) for read in one.reads}

    try:
        worker.start()
        wait_until(lambda: said)
        sender.connect(broker.host, broker.port)
        sender.loop_start()
        for number in range(150):
            read = b'{"v":1,"reads":[{"epc":"%08x"}]}' % number
            numbers[sender.publish("door", read, 1).mid] = number
            if number % 50 == 25:
                broker.stop()
                broker.start()
        wait_until(lambda: len(accepted) == 150, timeout=30)
        wait_until(lambda: {numbers[mid].to_bytes(4, "big") for mid in accepted} <= heard(), timeout=30)
    finally:
        worker.stop()
        sender.disconnect()
        sender.loop_stop()
        broker.stop()
    assert sum(isinstance(one, Lost) for one in said) == sum(isinstance(one, Back) for one in said) >= 1


@pytest.mark.mosquitto
def test_mosquitto_keeps_acknowledged_messages_for_a_client_that_is_away_over_a_kill(tmp_path: Path) -> None:
    broker = broker_of("mosquitto", tmp_path)
    assert isinstance(broker, MosquittoBroker)
    try:
        with feed(broker, "a", client_id="agent"):
            pass
        with feed(broker) as there:
            there.publish("a", b"kept")
            database = tmp_path / "mosquitto" / "mosquitto.db"
            wait_until(lambda: database.exists() and b"kept" in database.read_bytes())
        os.kill(broker.pid, signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
        broker.stop()
        broker.start()
        with feed(broker, "a", client_id="agent") as here:
            assert taken(here, 1)[0].payload == b"kept"
    finally:
        broker.stop()


def test_the_embedded_broker_ends_with_the_program_that_started_it() -> None:
    code = "import os, drivers.broker as b; x = b.EmbeddedBroker(); x.start(); print(x.port, flush=True); os._exit(0)"
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        timeout=60,
        check=True,
    )
    port = int(ran.stdout.split()[-1])
    orphan = MqttFeed("127.0.0.1", port, [])

    def gone() -> bool:
        try:
            orphan.open()
        except Disconnected:
            return True
        orphan.close()
        return False

    wait_until(gone)

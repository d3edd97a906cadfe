"""JSON over MQTT through Mosquitto into batches of reads, beside paho alone and the embedded broker."""

import gc
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from drivers.broker import Broker, EmbeddedBroker, MosquittoBroker
from drivers.contracts import Reader
from drivers.readings import TagReads
from drivers.registry import open_reader
from drivers.rfid.gathered import BulkDialect, Gathered
from drivers.rfid.impinj_events import ImpinjDialect
from drivers.rfid.timestamps import ReaderClock
from drivers.rfid.zebra_events import ZebraDialect
from edge_agent.collector import THRESHOLDS
from tests.bench.mqtt_sender import PIECE, TAGS_A_MESSAGE, batched, single
from tests.bench.row import Row, count, rate_row
from tests.bench.run import Run, core_rate, quiet
from tests.support.processes import ROOT

BAR_SINGLE: Final = 25_000
BAR_BATCHED: Final = 500_000
TIMEOUT_S: Final = 60.0
KINDS: Final = {"single": "impinj-mqtt", "batched": "zebra-mqtt"}


def measure(run: Run) -> list[Row]:
    """Rates are per second of one core's time of this process, and by the clock of the whole chain in the note."""
    messages = run.size(PIECE * 2, PIECE * 1000)
    gc.set_threshold(*THRESHOLDS)  # as the agent has it
    with _served(MosquittoBroker(run.sub("mosquitto"))) as broker:
        one = max(_ours(broker, "single", messages, 0) for _ in range(run.size(1, 3)))
        sure = _ours(broker, "single", run.size(PIECE, PIECE * 20), 1)
        many = max(_ours(broker, "batched", messages // 10, 0) for _ in range(run.size(1, 3)))
        alone = max(_paho(broker, "single", messages, 0) for _ in range(run.size(1, 3)))
    with _served(EmbeddedBroker()) as broker:
        embedded = _ours(broker, "single", messages // 10, 0)
        embedded_alone = _paho(broker, "single", messages // 10, 0)
    return [
        rate_row(
            "MQTT JSON, batched (Zebra, 50 tags a message), Mosquitto",
            many[0] * TAGS_A_MESSAGE,
            BAR_BATCHED,
            unit=" tags/s",
            note=f" (by the clock {count(many[1] * TAGS_A_MESSAGE)})",
        ),
        rate_row(
            "MQTT JSON, one event a message (Impinj), Mosquitto, QoS 0",
            one[0],
            BAR_SINGLE,
            unit=" messages/s",
            note=f" (by the clock {count(one[1])})",
        ),
        rate_row("the same against paho with a callback that does nothing", one[0], alone[0], bar="paho"),
        Row("the same at QoS 1: each on Mosquitto's disk, acknowledged once delivered", f"{count(sure[1])} messages/s"),
        rate_row(
            "the same through the embedded broker, by the clock",
            embedded[1],
            embedded_alone[1],
            unit=" messages/s",
            bar="paho",
        ),
        *_decoding(run),
    ]


def _decoding(run: Run) -> list[Row]:
    """The dialects alone, without a wire."""
    at_us = time.time_ns() // 1000
    with quiet():
        zebra = _decoded(ZebraDialect(), batched(1, at_us), TAGS_A_MESSAGE, run.size(2, 500))
        impinj = _decoded(ImpinjDialect(), single(1, at_us), 1, run.size(2, 500))
    return [
        rate_row("JSON into reads, no wire: Zebra, 50 tags a message", zebra, BAR_BATCHED, unit=" tags/s"),
        rate_row("JSON into reads, no wire: Impinj, one event a message", impinj, BAR_BATCHED, unit=" tags/s"),
    ]


def _decoded(dialect: BulkDialect, payload: bytes, tags: int, repeats: int) -> float:
    """Tags a second of one core, two hundred at a time."""
    messages = [("bench/data", payload)] * (200 // tags)
    arrived_us = time.time_ns() // 1000 + 1000

    def work() -> int:
        for _ in range(repeats):
            into = Gathered("bench", arrived_us, ReaderClock())
            dialect.take_all(messages, into)
        return repeats * len(into.reads)

    return core_rate(work)


def _ours(broker: Broker, shape: str, messages: int, qos: int) -> tuple[float, float]:
    """Messages into TagReads: (a second of this thread's processor time, a second by the clock); none is lost."""
    reader = open_reader(KINDS[shape], "bench", f"mqtt://{broker.host}:{broker.port}/bench")
    each = TAGS_A_MESSAGE if shape == "batched" else 1
    wanted = max(messages // PIECE, 1) * PIECE * each
    reader.open()
    try:
        with _sender(broker, qos) as send:
            send(shape, messages)
            spent, began = _until(reader, wanted)
    finally:
        reader.close()
    return wanted / each / spent, wanted / each / began


def _until(reader: Reader, wanted: int) -> tuple[float, float]:
    """Seconds of processor time and of the clock until so many reads came, from the first on."""
    reads = 0
    cpu = clock = 0.0
    deadline = time.monotonic() + TIMEOUT_S
    while reads < wanted:
        said = reader.read(1.0)
        if not clock and isinstance(said, TagReads):
            cpu, clock = time.thread_time(), time.perf_counter()
        reads += len(said.reads) if isinstance(said, TagReads) else 0
        if time.monotonic() > deadline:
            raise RuntimeError(f"{wanted - reads} of {wanted} reads didn't come")
    return time.thread_time() - cpu, time.perf_counter() - clock


def _paho(broker: Broker, shape: str, messages: int, qos: int) -> tuple[float, float]:
    """The same messages through paho's own loop into a callback that only counts."""
    wanted = max(messages // PIECE, 1) * PIECE
    seen = 0
    subscribed = threading.Event()

    def on_message(_client: paho.Client, _data: Any, _message: paho.MQTTMessage) -> None:
        nonlocal seen
        seen += 1

    client = paho.Client(CallbackAPIVersion.VERSION2, client_id="alone")
    client.on_message = on_message
    client.on_subscribe = lambda *_: subscribed.set()
    client.connect(broker.host, broker.port)
    client.subscribe("bench/#", 1)
    while not subscribed.is_set():
        client.loop(0.1)
    try:
        with _sender(broker, qos) as send:
            send(shape, messages)
            while not seen:
                client.loop(0.1)
            cpu, clock, first = time.thread_time(), time.perf_counter(), seen
            deadline = time.monotonic() + TIMEOUT_S
            while seen < wanted and time.monotonic() < deadline:
                client.loop(0.1)
            spent, took = time.thread_time() - cpu, time.perf_counter() - clock
    finally:
        client.disconnect()
    return (seen - first) / spent, (seen - first) / took


@contextmanager
def _served(broker: Broker) -> Iterator[Broker]:
    broker.start()
    try:
        yield broker
    finally:
        broker.stop()


@contextmanager
def _sender(broker: Broker, qos: int) -> Iterator[Callable[[str, int], None]]:
    """A process that sends; leaving waits until it has sent everything."""
    command = [sys.executable, "-m", "tests.bench.mqtt_sender", str(broker.port), str(qos)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    told = process.stdin

    def send(shape: str, messages: int) -> None:
        told.write(json.dumps({"shape": shape, "count": messages}) + "\n")
        told.flush()

    try:
        yield send
        process.stdout.readline()
    finally:
        told.close()
        process.stdout.close()
        process.wait(10)

"""Every reader driver with its twin on its real transport, behind one face for the conformance suite."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest
from fastapi import FastAPI

from drivers.broker import Broker, EmbeddedBroker, MosquittoBroker, mosquitto_program
from drivers.contracts import Reader
from drivers.readings import Read, ReaderEvent, ReaderEventKind, TagReads
from drivers.registry import open_reader
from drivers.rfid.impinj_webhook import ImpinjWebhookReader
from drivers.rfid.llrp.device import Model
from drivers.rfid.llrp.twin import LlrpTwin
from drivers.rfid.llrp.vendor import ZEBRA
from drivers.rfid.twins.chafon import ChafonTwin
from drivers.rfid.twins.field import TwinFace
from drivers.rfid.twins.handheld import HandheldTwin
from drivers.rfid.twins.impinj import ImpinjTwin
from drivers.rfid.twins.impinj_http import ImpinjStreamTwin, ImpinjWebhookTwin
from drivers.rfid.twins.line import LineTwin
from drivers.rfid.twins.neutral import NeutralTwin
from drivers.rfid.twins.r2000 import R2000Twin
from drivers.rfid.twins.thingmagic import ThingMagicTwin
from drivers.rfid.twins.zebra import ZebraTwin
from edge_agent.reader_webhook import Doorway, reader_routes
from sync.listening import serve
from tests.support.waiting import wait_until

POSIX = pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals are POSIX")
SERIAL_TWINS: dict[str, tuple[str, type[LineTwin]]] = {
    "chafon": ("chafon-serial", ChafonTwin),
    "thingmagic": ("thingmagic", ThingMagicTwin),
    "r2000": ("r2000", R2000Twin),
}
"""Readers that stand on a serial line or behind TCP: (kind, twin)."""

RIG_NAMES = [
    "llrp",
    "llrp-zebra",
    "impinj-mqtt",
    "zebra-mqtt",
    "zebra-handheld",
    "neutral-mqtt",
    "impinj-http",
    "impinj-webhook",
    *(f"{kind}-tcp" for kind in SERIAL_TWINS),
    *(pytest.param(f"{kind}-serial", marks=POSIX) for kind in SERIAL_TWINS),
    pytest.param("impinj-mqtt@mosquitto", marks=pytest.mark.mosquitto),
    pytest.param("zebra-mqtt@mosquitto", marks=pytest.mark.mosquitto),
    pytest.param("neutral-mqtt@mosquitto", marks=pytest.mark.mosquitto),
]


class Twin(Protocol):
    """What the suite needs of a twin beside the common face."""

    gpo: list[tuple[int, bool, int]]
    gpo_frames: list[bytes]

    def start(self) -> None: ...
    def stop(self) -> None: ...
    def drop_link(self) -> None: ...
    def send_garbage(self, data: bytes) -> None: ...


class Rig:
    """A driver and its twin. ``break_link`` cuts what joins them; ``mend_link`` restores it."""

    def __init__(
        self,
        reader: Reader,
        twin: TwinFace,
        *,
        drives_gpo: bool = True,
        garbage: tuple[bytes, ...] = (b"\x00\xff no frame \x07" * 3,),
        broker: Broker | None = None,
        end: Callable[[], None] = lambda: None,
    ) -> None:
        self.reader = reader
        self.twin = twin
        self.drives_gpo = drives_gpo
        self.garbage = garbage
        self._broker = broker
        self.end = end
        """stop what stands between driver and twin"""

    @property
    def device(self) -> Twin:
        """The twin as a device with a plug."""
        return self.twin  # type: ignore[return-value]  # every twin has these

    def break_link(self) -> None:
        """The network or the cable goes."""
        if self._broker is not None:
            self._broker.stop()
        else:
            self.device.drop_link()
        reader = self.reader
        if isinstance(reader, ImpinjWebhookReader):
            wait_until(lambda: not reader.heard_lately)

    def mend_link(self) -> None:
        """It comes back."""
        if self._broker is not None:
            self._broker.start()
        elif isinstance(self.twin, ImpinjWebhookTwin):
            self.twin.mend_link()


JSON_GARBAGE = (b'{"type":"SIM', b"\xff\xfe", b"[1,2", b'{"tagInventoryEvent":{"epc":"*"}}{')


def make_rig(name: str, folder: Path, broker: Callable[[str], Broker]) -> Rig:
    """The rig, its twin started, its reader not yet opened."""
    kind, _, broker_kind = name.partition("@")
    if kind.startswith("llrp"):
        model = Model(vendor=ZEBRA, model=96008, hop_table=1, modes=(0,)) if kind == "llrp-zebra" else Model()
        llrp = LlrpTwin(model=model)
        llrp.start()
        return Rig(open_reader("llrp", "reader", llrp.url, power_dbm=20.0, extras=True, keepalive_ms=500), llrp)
    family, _, transport = kind.partition("-")
    if family in SERIAL_TWINS:
        driver, twin_of = SERIAL_TWINS[family]
        line = twin_of(folder / "line" if transport == "serial" else 0)
        line.start()
        # noise of which each byte may begin a frame and claim a length
        noise = (b"\x00\xff no frame \x07" * 3, b"\xa0\x30\xff\x10\x05" * 4)
        return Rig(open_reader(driver, "pad", line.url), line, drives_gpo=family != "chafon", garbage=noise)
    if kind == "impinj-http":
        stream = ImpinjStreamTwin("r700", rate=20.0)
        stream.start()
        return Rig(open_reader(kind, "r700", stream.url), stream, garbage=JSON_GARBAGE)
    if kind == "impinj-webhook":
        return webhook_rig()
    at = broker(broker_kind or "embedded")
    if kind == "neutral-mqtt":
        neutral = NeutralTwin(at, f"gateway-{time.monotonic_ns()}", rate=20.0)
        neutral.start()
        return Rig(open_reader(kind, neutral.name, neutral.url), neutral, garbage=JSON_GARBAGE, broker=at)
    if kind == "impinj-mqtt":
        impinj = ImpinjTwin(at, f"r700-{time.monotonic_ns()}", rate=20.0)
        impinj.start()
        reader = open_reader(kind, impinj.name, impinj.url, api=impinj.api)
        return Rig(reader, impinj, garbage=JSON_GARBAGE, broker=at)
    if kind == "zebra-mqtt":
        zebra = ZebraTwin(at, f"fx-{time.monotonic_ns()}", rate=20.0)
        zebra.start()
        return Rig(open_reader(kind, zebra.name, zebra.url), zebra, garbage=JSON_GARBAGE, broker=at)
    handheld = HandheldTwin(at, f"rfd-{time.monotonic_ns()}", rate=20.0)
    handheld.start()
    reader = open_reader(kind, handheld.name, handheld.url)
    return Rig(reader, handheld, drives_gpo=False, garbage=JSON_GARBAGE, broker=at)


def webhook_rig() -> Rig:
    """The reader posts to the agent's endpoint, served as the agent does."""
    found: list[Doorway] = []
    app = FastAPI()
    app.include_router(reader_routes(lambda _: found[0] if found else None, lambda: True))
    server = serve(app, "127.0.0.1", 0)
    twin = ImpinjWebhookTwin(f"http://127.0.0.1:{server.port}/v1/readers/r700/events", "r700", token="t0k", rate=20.0)
    twin.start()
    reader = open_reader("impinj-webhook", "r700", twin.url, token="t0k", api=twin.api, silence_s=0.8)
    assert isinstance(reader, ImpinjWebhookReader)
    found.append(reader)
    wait_until(lambda: reader.heard_lately)
    return Rig(reader, twin, garbage=JSON_GARBAGE, end=server.stop)


def broker_of(kind: str, folder: Path) -> Broker:
    """A started broker; skips where Mosquitto isn't installed."""
    if kind == "mosquitto":
        if mosquitto_program() is None:
            pytest.skip("the Mosquitto broker isn't installed here")
        made: Broker = MosquittoBroker(folder / "mosquitto")
    else:
        made = EmbeddedBroker()
    made.start()
    return made


def read_batches(reader: Reader, seconds: float) -> Iterator[TagReads | ReaderEvent]:
    """Everything that the reader says within a time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        said = reader.read(0.05)
        if said is not None:
            yield said


def await_read(reader: Reader, wanted: Callable[[Read], bool], seconds: float = 10.0) -> Read:
    """The first read that is wanted."""
    for said in read_batches(reader, seconds):
        if isinstance(said, TagReads):
            for read in said.reads:
                if wanted(read):
                    return read
    raise AssertionError(f"no such read within {seconds} s")


def await_event(reader: Reader, kind: ReaderEventKind, seconds: float = 10.0) -> ReaderEvent:
    """The first event of a kind."""
    for said in read_batches(reader, seconds):
        if isinstance(said, ReaderEvent) and said.kind is kind:
            return said
    raise AssertionError(f"no event {kind} within {seconds} s")

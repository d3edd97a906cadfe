"""Impinj readers on their IoT device interface: reads as JSON over MQTT, outputs and presets over REST.

Every field may be switched off in the reader; the EPC comes as base64 unless ``epcHex`` is switched on. Source: the
reader's OpenAPI document, version 1.7.
"""

import base64
import binascii
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import httpx
import msgspec
import structlog

from drivers.contracts import Identify, ReaderCommand, SetGpo, StartInventory, StopInventory
from drivers.errors import Garbled, NotFound, Rejected
from drivers.ports.mqtt_feed import MqttFeed
from drivers.readings import Extra, ReaderEventKind
from drivers.rfid.gathered import Gathered, epc_of_hex, phase_mrad
from drivers.rfid.json_stream import ObjectDecoder
from drivers.rfid.mqtt_reader import MqttReader, feed_of
from drivers.rfid.readings import NO_RSSI_CDBM, NowUs, system_now_us
from drivers.rfid.timestamps import to_us

log = structlog.get_logger(__name__)

REST_S: Final = 5.0
_URL_SAFE: Final = str.maketrans("-_", "+/")


class TagInventory(msgspec.Struct):
    """``tagInventoryEvent``; RSSI in hundredths of dBm, frequency in kHz, phase in degrees."""

    epc: str | None = None
    epc_hex: str | None = msgspec.field(default=None, name="epcHex")
    tid: str | None = None
    tid_hex: str | None = msgspec.field(default=None, name="tidHex")
    antenna: int | None = msgspec.field(default=None, name="antennaPort")
    rssi: int | None = msgspec.field(default=None, name="peakRssiCdbm")
    frequency: int | None = None
    phase: float | None = msgspec.field(default=None, name="phaseAngle")
    last_seen: str | float | None = msgspec.field(default=None, name="lastSeenTime")


class Overflow(msgspec.Struct):
    """``overflowEvent``: the reader's own buffer was too small."""

    purged: int = msgspec.field(default=0, name="eventsPurged")
    remaining: int = msgspec.field(default=0, name="eventsRemaining")


class Antenna(msgspec.Struct):
    """``antennaConnectedEvent`` and ``antennaDisconnectedEvent``."""

    port: int = msgspec.field(default=0, name="antennaPort")


class InventoryStatus(msgspec.Struct):
    """``inventoryStatusEvent``."""

    status: str = msgspec.field(default="", name="inventoryStatus")


class Gpi(msgspec.Struct):
    """``gpiTransitionEvent``."""

    gpi: int = 0
    transition: str = ""


class ImpinjEvent(msgspec.Struct):
    """A ``ReaderEvent`` of the interface; old firmware tells no ``eventType``, so what is there decides."""

    timestamp: str | float | None = None
    kind: str | None = msgspec.field(default=None, name="eventType")
    tag: TagInventory | None = msgspec.field(default=None, name="tagInventoryEvent")
    overflow: Overflow | None = msgspec.field(default=None, name="overflowEvent")
    antenna_connected: Antenna | None = msgspec.field(default=None, name="antennaConnectedEvent")
    antenna_disconnected: Antenna | None = msgspec.field(default=None, name="antennaDisconnectedEvent")
    inventory: InventoryStatus | None = msgspec.field(default=None, name="inventoryStatusEvent")
    gpi: Gpi | None = msgspec.field(default=None, name="gpiTransitionEvent")


class ImpinjDialect:
    """Reads the interface's events: one object, lines of objects, or an array as webhooks send it."""

    def __init__(self) -> None:
        self._decoder = ObjectDecoder(ImpinjEvent)

    def take(self, topic: str, payload: bytes, into: Gathered) -> None:
        """Reads and events of one message."""
        for event in self._decoder.decode(payload):
            if event.tag is not None:
                _take_tag(event.tag, event.timestamp, into)
            else:
                _take_event(event, into)


def _take_tag(tag: TagInventory, stamp: str | float | None, into: Gathered) -> None:
    epc = epc_of_hex(tag.epc_hex) if tag.epc_hex else _from_base64(tag.epc) if tag.epc else b""
    if not epc:
        return  # the reader is set to tell no EPC: such a read identifies nothing
    extra = None
    if tag.phase is not None or tag.tid or tag.tid_hex:
        tid = epc_of_hex(tag.tid_hex) if tag.tid_hex else _from_base64(tag.tid) if tag.tid else b""
        extra = Extra(phase_mrad(tag.phase), tag.frequency, None, tid)
    rssi = NO_RSSI_CDBM if tag.rssi is None else tag.rssi
    at_us = to_us(tag.last_seen if tag.last_seen is not None else stamp)
    into.read(epc, tag.antenna or 0, rssi, at_us, 1, extra)


def _take_event(event: ImpinjEvent, into: Gathered) -> None:
    at_us = to_us(event.timestamp)
    if event.overflow is not None:
        purged = event.overflow.purged
        into.event(ReaderEventKind.OVERFLOW, at_us, value=purged, text=f"{purged} events lost in the reader")
    elif event.antenna_connected is not None:
        into.event(ReaderEventKind.ANTENNA_CONNECTED, at_us, port=event.antenna_connected.port)
    elif event.antenna_disconnected is not None:
        into.event(ReaderEventKind.ANTENNA_LOST, at_us, port=event.antenna_disconnected.port)
    elif event.gpi is not None:
        into.event(ReaderEventKind.GPI, at_us, port=event.gpi.gpi, value=int(event.gpi.transition.endswith("high")))
    elif event.inventory is not None:
        running = event.inventory.status == "running"
        into.event(ReaderEventKind.STARTED if running else ReaderEventKind.STOPPED, at_us, text=event.inventory.status)
    elif event.kind is not None:
        into.event(ReaderEventKind.OTHER, at_us, text=event.kind)
    else:
        raise Garbled("an object that is no event of this interface")


def _from_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text.translate(_URL_SAFE), validate=True)
    except (binascii.Error, ValueError):
        raise Garbled(f"{text[:40]!r} is no base64") from None


class ImpinjReader(MqttReader):
    """``api`` is the reader's own address (``https://10.0.0.7``), needed for outputs, start and stop."""

    def __init__(
        self,
        name: str,
        feed: MqttFeed,
        *,
        api: str = "",
        user: str = "root",
        password: str = "impinj",
        preset: str = "default",
        verify: bool = False,
        now_us: NowUs = system_now_us,
    ) -> None:
        super().__init__(name, feed, ImpinjDialect(), now_us=now_us)
        self._preset = preset
        self._api = f"{api.rstrip('/')}/api/v1" if api else ""
        self._login = (user, password)
        self._verify = verify  # the reader's certificate is its own; for shops that gave it a real one
        self._rest: ThreadPoolExecutor | None = None

    @classmethod
    def from_url(cls, name: str, url: str, *, now_us: NowUs = system_now_us, **options: object) -> "ImpinjReader":
        """``mqtt://broker:1883/topic``; options ``api``, ``user``, ``password``, ``preset``, ``verify``."""
        known = {"api": str, "user": str, "password": str, "preset": str, "verify": bool}
        for option, value in options.items():
            if not isinstance(value, known.get(option, ())):
                raise NotFound(f"{name}: option {option}={value!r} isn't one of {', '.join(known)}, or not of its type")
        return cls(name, feed_of(url, name)[1], now_us=now_us, **options)  # type: ignore[arg-type]

    def command(self, command: ReaderCommand) -> None:
        """Sent from a thread of its own, so that the caller never waits; a refusal arrives as an event."""
        if not self._api:
            raise Rejected(f"{self.name}: give the reader's own address as api to drive outputs, start and stop it")
        match command:
            case SetGpo(port, on, pulse_ms):
                gpo: dict[str, object] = {"gpo": port, "state": "high" if on else "low", "control": "static"}
                if pulse_ms:
                    gpo.update(control="pulsed", pulseDurationMilliseconds=pulse_ms)
                self._call("PUT", "/device/gpos", {"gpoConfigurations": [gpo]})
            case StartInventory():
                self._call("POST", f"/profiles/inventory/presets/{self._preset}/start", None)
            case StopInventory():
                self._call("POST", "/profiles/stop", None)
            case Identify():
                raise Rejected(f"{self.name}: this interface has no way to make the reader show itself")

    def _call(self, method: str, path: str, body: object) -> None:
        if self._rest is None:
            self._rest = ThreadPoolExecutor(1, thread_name_prefix=f"rest-{self.name}")
        self._rest.submit(self._request, method, path, body)

    def _request(self, method: str, path: str, body: object) -> None:
        try:
            with httpx.Client(base_url=self._api, auth=self._login, verify=self._verify, timeout=REST_S) as client:
                client.request(method, path, json=body).raise_for_status()
        except httpx.HTTPError as error:
            log.warning("reader.refused", reader=self.name, request=f"{method} {path}", why=str(error))
            self._ready.append(self._batches.event(ReaderEventKind.OTHER, text=f"{method} {path}: {error}"))

    def close(self) -> None:
        """Idempotent and quick."""
        rest, self._rest = self._rest, None
        if rest is not None:
            rest.shutdown(wait=False, cancel_futures=True)
        super().close()

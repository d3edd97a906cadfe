"""Events of Impinj's IoT device interface: the same JSON over MQTT, HTTP stream and webhook.

Every field may be switched off in the reader; the EPC comes as base64 unless ``epcHex`` is switched on. Source: the
reader's OpenAPI document, version 1.7.
"""

import base64
import binascii
from datetime import datetime
from typing import Final

import msgspec

from drivers.errors import Garbled
from drivers.readings import Extra, ReaderEventKind
from drivers.rfid.gathered import Gathered
from drivers.rfid.json_stream import FastDecoder, ObjectDecoder
from drivers.rfid.readings import NO_RSSI_CDBM
from drivers.rfid.timestamps import to_us
from drivers.rfid.values import Antenna, Cdbm, Degrees, Khz, epc_of_hex, in_bounds, phase_mrad, tid_of_hex

_URL_SAFE: Final = str.maketrans("-_", "+/")
_TOO_MANY: Final = frozenset({"antennaActivation", "antennaDeactivation"})
"""said many times a second while a reader changes between its antennas"""
_FORGIVEN: Final = frozenset({"antennaPort", "peakRssiCdbm", "frequency", "phaseAngle", "tid", "tidHex", "hostname"})
"""a read that has nonsense in these is still a read"""


class FastTag(msgspec.Struct, gc=False):
    """``tagInventoryEvent`` as nearly always: base64 and times decoded on the way."""

    epc: bytes | None = None
    epc_hex: str | None = msgspec.field(default=None, name="epcHex")
    tid: bytes | None = None
    tid_hex: str | None = msgspec.field(default=None, name="tidHex")
    antenna: Antenna = msgspec.field(default=0, name="antennaPort")
    rssi: Cdbm = msgspec.field(default=NO_RSSI_CDBM, name="peakRssiCdbm")
    frequency: Khz | None = None
    phase: Degrees | None = msgspec.field(default=None, name="phaseAngle")
    last_seen: datetime | None = msgspec.field(default=None, name="lastSeenTime")


class FastEvent(msgspec.Struct, gc=False):
    """A read, and nothing but a read."""

    tag: FastTag = msgspec.field(name="tagInventoryEvent")
    timestamp: datetime | None = None
    hostname: str = ""


class TagInventory(msgspec.Struct):
    """``tagInventoryEvent``; RSSI in hundredths of dBm, frequency in kHz, phase in degrees."""

    epc: str | None = None
    epc_hex: str | None = msgspec.field(default=None, name="epcHex")
    tid: str | None = None
    tid_hex: str | None = msgspec.field(default=None, name="tidHex")
    antenna: Antenna | None = msgspec.field(default=None, name="antennaPort")
    rssi: Cdbm | None = msgspec.field(default=None, name="peakRssiCdbm")
    frequency: Khz | None = None
    phase: Degrees | None = msgspec.field(default=None, name="phaseAngle")
    last_seen: str | float | None = msgspec.field(default=None, name="lastSeenTime")


class Overflow(msgspec.Struct):
    """``overflowEvent``: the reader's own buffer was too small."""

    purged: int = msgspec.field(default=0, name="eventsPurged")
    remaining: int = msgspec.field(default=0, name="eventsRemaining")


class AntennaPort(msgspec.Struct):
    """``antennaConnectedEvent`` and ``antennaDisconnectedEvent``."""

    port: Antenna = msgspec.field(default=0, name="antennaPort")


class InventoryStatus(msgspec.Struct):
    """``inventoryStatusEvent``: ``idle``, ``running``, ``armed``."""

    status: str = msgspec.field(default="", name="inventoryStatus")


class Gpi(msgspec.Struct):
    """``gpiTransitionEvent``."""

    gpi: Antenna = 0
    transition: str = ""


class ImpinjEvent(msgspec.Struct):
    """A ``ReaderEvent`` of the interface; old firmware tells no ``eventType``, so what is there decides."""

    timestamp: str | float | None = None
    hostname: str | None = None
    kind: str | None = msgspec.field(default=None, name="eventType")
    tag: TagInventory | None = msgspec.field(default=None, name="tagInventoryEvent")
    overflow: Overflow | None = msgspec.field(default=None, name="overflowEvent")
    antenna_connected: AntennaPort | None = msgspec.field(default=None, name="antennaConnectedEvent")
    antenna_disconnected: AntennaPort | None = msgspec.field(default=None, name="antennaDisconnectedEvent")
    inventory: InventoryStatus | None = msgspec.field(default=None, name="inventoryStatusEvent")
    gpi: Gpi | None = msgspec.field(default=None, name="gpiTransitionEvent")


class ImpinjDialect:
    """Reads the interface's events: one object, lines of objects, or an array as webhooks send it."""

    def __init__(self) -> None:
        self._fast = FastDecoder(FastEvent)
        self._patient = ObjectDecoder(ImpinjEvent, _FORGIVEN)

    def take(self, topic: str, payload: bytes, into: Gathered) -> None:
        """Reads and events of one message."""
        events = self._fast.decode(payload)
        if events is not None and into.whole(events, _take_fast):
            return
        found, refused = self._patient.decode(payload)
        into.each(found, _take_one, refused)

    def take_all(self, messages: list[tuple[str, bytes]], into: Gathered) -> bool:
        """Whether all messages were reads and nothing else."""
        events = self._fast.decode_all([payload for _, payload in messages])
        if events is None:
            return False
        _take_fast(events, into)
        return True


def _take_fast(events: list[FastEvent], into: Gathered) -> None:
    reads = into.reads
    times = into.times_us([event.tag.last_seen or event.timestamp for event in events])
    for event, at_us in zip(events, times, strict=True):
        tag = event.tag
        epc = tag.epc if tag.epc_hex is None else epc_of_hex(tag.epc_hex)
        if not epc:
            continue  # the reader is set to tell no EPC: such a read identifies nothing
        if tag.phase is not None or tag.tid is not None or tag.tid_hex is not None:
            tid = tag.tid or b"" if tag.tid_hex is None else tid_of_hex(tag.tid_hex)
            into.extras[len(reads)] = Extra(phase_mrad(tag.phase), tag.frequency, None, tid)
        reads.append((epc if len(epc) <= 62 else in_bounds(epc), tag.antenna, tag.rssi, at_us, 1))
    if events:
        into.sender = events[-1].hostname


def _take_one(event: ImpinjEvent, into: Gathered) -> None:
    into.sender = event.hostname or into.sender
    if event.tag is not None:
        _take_tag(event.tag, event.timestamp, into)
    else:
        _take_event(event, into)


def _take_tag(tag: TagInventory, stamp: str | float | None, into: Gathered) -> None:
    epc = epc_of_hex(tag.epc_hex) if tag.epc_hex else _from_base64(tag.epc) if tag.epc else b""
    if not epc:
        return
    extra = None
    if tag.phase is not None or tag.tid or tag.tid_hex:
        tid = tid_of_hex(tag.tid_hex) if tag.tid_hex else _tid_of_base64(tag.tid) if tag.tid else b""
        extra = Extra(phase_mrad(tag.phase), tag.frequency, None, tid)
    rssi = NO_RSSI_CDBM if tag.rssi is None else tag.rssi
    at_us = to_us(tag.last_seen if tag.last_seen is not None else stamp)
    into.read(epc, tag.antenna or 0, rssi, at_us, 1, extra)


def _take_event(event: ImpinjEvent, into: Gathered) -> None:
    at_us = to_us(event.timestamp)
    into.live(at_us)
    if event.overflow is not None:
        purged, remaining = event.overflow.purged, event.overflow.remaining
        text = f"{purged} events lost in the reader, {remaining} still to come"
        into.event(ReaderEventKind.OVERFLOW, at_us, value=purged, text=text)
    elif event.antenna_connected is not None:
        into.event(ReaderEventKind.ANTENNA_CONNECTED, at_us, port=event.antenna_connected.port)
    elif event.antenna_disconnected is not None:
        into.event(ReaderEventKind.ANTENNA_LOST, at_us, port=event.antenna_disconnected.port)
    elif event.gpi is not None:
        into.event(ReaderEventKind.GPI, at_us, port=event.gpi.gpi, value=int(event.gpi.transition.endswith("high")))
    elif event.inventory is not None:
        running = event.inventory.status == "running"
        into.event(ReaderEventKind.STARTED if running else ReaderEventKind.STOPPED, at_us, text=event.inventory.status)
    elif event.kind is None:
        raise Garbled("an object that is no event of this interface")
    elif event.kind not in _TOO_MANY:
        into.event(ReaderEventKind.OTHER, at_us, text=event.kind[:80])


def _from_base64(text: str) -> bytes:
    try:
        return in_bounds(base64.b64decode(text.translate(_URL_SAFE), validate=True))
    except (binascii.Error, ValueError):
        raise Garbled(f"{text[:40]!r} is no base64") from None


def _tid_of_base64(text: str) -> bytes:
    """None if it is anything else: a read is worth as much without."""
    try:
        return _from_base64(text)
    except Garbled:
        return b""

"""Messages of Zebra's IoT Connector: tag events, heartbeats, inputs, errors, answers to commands.

Several objects may stand in one message without a separator; times come in three forms; after an outage retained
events arrive in bursts with their old times. Which fields a tag event has depends on the operating mode.
"""

from datetime import datetime
from typing import Any, Final

import msgspec

from drivers.errors import Garbled
from drivers.readings import Extra, ReaderEventKind
from drivers.rfid.gathered import Gathered
from drivers.rfid.json_stream import FastDecoder, ObjectDecoder
from drivers.rfid.leniency import lenient
from drivers.rfid.readings import NO_RSSI_CDBM
from drivers.rfid.timestamps import to_us
from drivers.rfid.values import Antenna, Dbm, Degrees, Mhz, Times, epc_of_hex, in_bounds, phase_mrad, tid_of_hex
from drivers.rfid.zebra_health import HealthWatch

_PASSED_OVER: Final = frozenset({"ble_data", "gpo"})
"""beacons aren't tags, and outputs were driven by us"""
_FORGIVEN: Final = frozenset({"antenna", "peakRssi", "phase", "channel", "reads", "TID", "MAC", "hostName"})
"""a read that has nonsense in these is still a read"""


class TagData(msgspec.Struct, gc=False):
    """``data`` of a tag event; RSSI in dBm, channel in MHz, phase in degrees."""

    id_hex: str = msgspec.field(name="idHex")
    antenna: Antenna = 0
    rssi: Dbm = msgspec.field(default=NO_RSSI_CDBM / 100, name="peakRssi")
    phase: Degrees | None = None
    channel: Mhz | None = None
    reads: Times = 1
    tid: str | None = msgspec.field(default=None, name="TID")
    mac: str | None = msgspec.field(default=None, name="MAC")
    host: str | None = msgspec.field(default=None, name="hostName")


class FastEvent(msgspec.Struct, gc=False):
    """A tag event as nearly always: one tag, its time as text."""

    data: TagData
    timestamp: datetime | None = None


class ZebraEvent(msgspec.Struct):
    """Any message of the connector; what it is, ``data`` tells better than ``type``."""

    type: str | None = None
    timestamp: str | float | None = None
    data: Any = None
    event_type: str | None = msgspec.field(default=None, name="eventType")
    response: str | None = None
    command: str | None = None


class ZebraDialect:
    """One per reader: what its heartbeats said before is remembered, so that changes are told once."""

    def __init__(self, planned: tuple[int, ...] = ()) -> None:
        self._fast = FastDecoder(FastEvent)
        self._patient = ObjectDecoder(ZebraEvent)
        self._health = HealthWatch(planned)

    def opened(self) -> None:
        """The link was made anew."""
        self._health.opened()

    def take(self, topic: str, payload: bytes, into: Gathered) -> None:
        """Reads and events of one message; our own commands, which the broker echoes, are passed over."""
        if topic.endswith("/cmd"):
            return
        events = self._fast.decode(payload)
        if events is not None and into.whole(events, _take_fast):
            return
        found, refused = self._patient.decode(payload)
        into.each(found, self._take_one, refused)

    def take_all(self, messages: list[tuple[str, bytes]], into: Gathered) -> bool:
        """Whether all messages were tag events and nothing else."""
        events = self._fast.decode_all([payload for topic, payload in messages if not topic.endswith("/cmd")])
        if events is None:
            return False
        _take_fast(events, into)
        return True

    def _take_one(self, event: ZebraEvent, into: Gathered) -> None:
        if event.command is not None:
            _take_answer(event, into)
        elif not _take_rows(event, into):
            self._take_event(event, into)

    def _take_event(self, event: ZebraEvent, into: Gathered) -> None:
        kind = (event.type or event.event_type or "").lower()
        if not kind:
            raise Garbled("an object that is no event of the connector")
        at_us = to_us(event.timestamp)
        data = event.data if isinstance(event.data, dict) else {}
        if "heartbeat" in kind:
            into.live(at_us)
            self._health.heartbeat(data, at_us, into)
        elif kind == "gpi" or kind.startswith("gpi"):
            port = data.get("pin", data.get("port", 0))
            level = str(data.get("state", "")).lower() in ("high", "true", "1")
            number = port if isinstance(port, int) and 0 <= port <= 65_535 else 0
            into.event(ReaderEventKind.GPI, at_us, port=number, value=int(level))
        elif kind not in _PASSED_OVER:
            message = data.get("message", data.get("event", data.get("status", "")))
            into.event(ReaderEventKind.OTHER, at_us, text=f"{kind}: {message}"[:200] if message else kind[:80])


def _take_fast(events: list[FastEvent], into: Gathered) -> None:
    reads, from_hex = into.reads, bytes.fromhex
    times = into.times_us([event.timestamp for event in events])
    tag = None
    try:
        for event, at_us in zip(events, times, strict=True):
            tag = event.data
            epc = from_hex(tag.id_hex)
            if not 0 < len(epc) <= 62 and not in_bounds(epc):
                continue  # a tag without an EPC
            if tag.phase is not None or tag.tid is not None:
                into.extras[len(reads)] = _extra(tag)
            reads.append((epc, tag.antenna, round(tag.rssi * 100), at_us, tag.reads or 1))
    except ValueError:
        raise Garbled(f"{tag.id_hex[:40] if tag else ''!r} is no EPC in hex") from None
    if tag is not None:
        into.sender = tag.mac or tag.host or ""


def _take_tag(tag: TagData, at_us: int | None, into: Gathered) -> None:
    if not tag.id_hex:
        return
    extra = _extra(tag) if tag.phase is not None or tag.tid else None
    into.read(epc_of_hex(tag.id_hex), tag.antenna, round(tag.rssi * 100), at_us, tag.reads or 1, extra)
    into.sender = tag.mac or tag.host or ""


def _extra(tag: TagData) -> Extra:
    khz = None if tag.channel is None else round(tag.channel * 1000)
    return Extra(phase_mrad(tag.phase), khz, None, tid_of_hex(tag.tid) if tag.tid else b"")


def _take_rows(event: ZebraEvent, into: Gathered) -> bool:
    """Whether the event was of tags, told with more liberties than the fast way allows."""
    rows = event.data if isinstance(event.data, list) else [event.data]
    if not any(isinstance(row, dict) and "idHex" in row for row in rows):
        return False
    at_us = to_us(event.timestamp)
    into.each(rows, lambda row, gathered: _take_row(row, at_us, gathered))
    return True


def _take_row(row: object, at_us: int | None, into: Gathered) -> None:
    told = {key: value for key, value in row.items() if value is not None} if isinstance(row, dict) else row
    refused: list[str] = []
    tag = lenient(told, TagData, _FORGIVEN, refused)
    if tag is None:
        raise Garbled(f"a tag event of another kind: {refused[-1]}")
    _take_tag(tag, at_us, into)


def _take_answer(event: ZebraEvent, into: Gathered) -> None:
    if event.response is not None and event.response != "success":
        kind = ReaderEventKind.OUTPUT_REFUSED if event.command == "set_gpo" else ReaderEventKind.OTHER
        into.event(kind, text=f"{event.command}: {event.response}")

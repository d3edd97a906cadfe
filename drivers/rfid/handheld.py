"""Zebra handhelds (RFD40, RFD90) over MQTT: ``dataEVT`` with tags and barcodes, as their contract 1.22 has it.

Reads are a statistical view of what is around, not a log; of a tag only its number of event is sure. The broker may
deliver a message twice, so reads are told apart by that number and the message's time: a handheld that has restarted
counts from 1 again, but at another time.
"""

from collections import OrderedDict
from typing import Final

import msgspec

from drivers.errors import NotFound
from drivers.readings import Extra, ReaderEventKind
from drivers.rfid.gathered import Gathered
from drivers.rfid.json_stream import ObjectDecoder
from drivers.rfid.mqtt_reader import MqttReader, feed_of
from drivers.rfid.readings import NO_RSSI_CDBM, NowUs, system_now_us
from drivers.rfid.timestamps import to_us
from drivers.rfid.values import Antenna, Dbm, Degrees, Mhz, Times, epc_of_hex, phase_mrad

REMEMBERED: Final = 4096
REDELIVERY_US: Final = 10_000_000
"""without a time in the message, a number that comes again later than this is a new one"""
_FORGIVEN: Final = frozenset(
    {"eventNum", "antenna", "peakRssi", "phase", "channel", "seenCount", "reads", "symbology", "type"}
)
"""a read that has nonsense in these is still a read"""


class HandheldTag(msgspec.Struct):
    """One row of ``tagData``."""

    epc_id: str | None = msgspec.field(default=None, name="EPCid")
    epc: str | None = msgspec.field(default=None, name="EPC")
    id_hex: str | None = msgspec.field(default=None, name="idHex")
    number: int | None = msgspec.field(default=None, name="eventNum")
    antenna: Antenna | None = None
    rssi: Dbm | None = msgspec.field(default=None, name="peakRssi")
    phase: Degrees | None = None
    channel: Mhz | None = None
    seen: Times | None = msgspec.field(default=None, name="seenCount")
    reads: Times | None = None


class HandheldBarcode(msgspec.Struct):
    """One row of ``barcodeData``."""

    text: str = msgspec.field(default="", name="decodedBarcode")
    symbology: str | int | None = None


class HandheldData(msgspec.Struct):
    """``data`` of a dataEVT."""

    tags: list[HandheldTag] = msgspec.field(default_factory=list, name="tagData")
    barcodes: list[HandheldBarcode] = msgspec.field(default_factory=list, name="barcodeData")


class DataEvent(msgspec.Struct):
    """A ``dataEVT`` or another event of the handheld; ``type`` is the active profile's name."""

    type: str | None = None
    timestamp: str | float | None = None
    data: HandheldData | None = None


class HandheldDialect:
    """Reads dataEVT messages and forgets repeated ones."""

    def __init__(self) -> None:
        self._decoder = ObjectDecoder(DataEvent, _FORGIVEN)
        self._recent: OrderedDict[tuple[int, bytes, int | None], int] = OrderedDict()

    def take(self, topic: str, payload: bytes, into: Gathered) -> None:
        """Reads and scans of one message."""
        found, refused = self._decoder.decode(payload)
        into.each(found, self._take_event, refused)

    def _take_event(self, event: DataEvent, into: Gathered) -> None:
        at_us = to_us(event.timestamp)
        if event.data is None or "heartbeat" in (event.type or "").lower():
            into.live(at_us)
            into.event(ReaderEventKind.HEARTBEAT, at_us, text=(event.type or "")[:80])
            return
        for barcode in event.data.barcodes:
            into.event(ReaderEventKind.BARCODE, at_us, text=barcode.text)
        into.each(event.data.tags, lambda tag, gathered: self._take_tag(tag, at_us, gathered))

    def _take_tag(self, tag: HandheldTag, at_us: int | None, into: Gathered) -> None:
        text = tag.epc_id or tag.epc or tag.id_hex
        if not text:
            return
        epc = epc_of_hex(text)
        if tag.number is not None and self._repeated((tag.number, epc, at_us), into.arrived_us):
            into.repeated += 1
            return
        khz = None if tag.channel is None else round(tag.channel * 1000)
        extra = None if tag.phase is None else Extra(phase_mrad(tag.phase), khz)
        rssi = NO_RSSI_CDBM if tag.rssi is None else round(tag.rssi * 100)
        into.read(epc, tag.antenna or 1, rssi, at_us, tag.seen or tag.reads or 1, extra)

    def _repeated(self, key: tuple[int, bytes, int | None], arrived_us: int) -> bool:
        """Whether this very event was delivered before."""
        before = self._recent.get(key)
        self._recent[key] = arrived_us
        self._recent.move_to_end(key)
        if len(self._recent) > REMEMBERED:
            self._recent.popitem(last=False)
        return before is not None and (key[2] is not None or arrived_us - before < REDELIVERY_US)


class HandheldReader(MqttReader):
    """A handheld that somebody carries; it takes no commands from us."""

    @classmethod
    def from_url(cls, name: str, url: str, *, now_us: NowUs = system_now_us, **options: object) -> "HandheldReader":
        """``mqtt://broker:1883/tenant/DATA/clients/data1event/serial``; there are no options."""
        if options:
            raise NotFound(f"{name}: a handheld has no option {', '.join(options)}")
        return cls(name, feed_of(url, name)[1], HandheldDialect(), now_us=now_us)

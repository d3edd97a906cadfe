"""Zebra fixed readers (FX7500, FX9600, ATR7000) on the IoT Connector: JSON over MQTT.

Below one base topic: ``data`` with tag events, ``events`` with heartbeats and inputs, ``ctrl`` and ``mgmt`` with
``cmd`` and ``res``. Several objects may stand in one message without a separator; times come in three forms; after an
outage old events arrive in bursts.
"""

import uuid
from typing import Any

import msgspec

from drivers.contracts import Identify, ReaderCommand, SetGpo, StartInventory, StopInventory
from drivers.errors import Garbled, NotFound, Rejected
from drivers.ports.mqtt_feed import MqttFeed
from drivers.readings import Extra, ReaderEventKind
from drivers.rfid.gathered import Gathered, epc_of_hex, phase_mrad
from drivers.rfid.json_stream import ObjectDecoder
from drivers.rfid.mqtt_reader import MqttReader, base_topic, feed_of
from drivers.rfid.readings import NO_RSSI_CDBM, NowUs, system_now_us
from drivers.rfid.timestamps import to_us


class TagData(msgspec.Struct):
    """``data`` of a tag event; RSSI in dBm, channel in MHz, phase in degrees."""

    id_hex: str | None = msgspec.field(default=None, name="idHex")
    antenna: int | None = None
    rssi: float | None = msgspec.field(default=None, name="peakRssi")
    phase: float | None = None
    channel: float | None = None
    reads: int | None = None
    tid: str | None = msgspec.field(default=None, name="TID")


class ZebraEvent(msgspec.Struct):
    """Any message of the connector; what it is, ``data`` tells better than ``type``."""

    type: str | None = None
    timestamp: str | float | None = None
    data: Any = None
    event_type: str | None = msgspec.field(default=None, name="eventType")
    response: str | None = None
    command: str | None = None


class ZebraDialect:
    """Reads tag events, heartbeats, input changes and answers to commands."""

    def __init__(self) -> None:
        self._decoder = ObjectDecoder(ZebraEvent)

    def take(self, topic: str, payload: bytes, into: Gathered) -> None:
        """Reads and events of one message; our own commands, which the broker echoes, are passed over."""
        if topic.endswith("/cmd"):
            return
        for event in self._decoder.decode(payload):
            if event.command is not None:
                _take_answer(event, into)
            elif not _take_tags(event, into):
                _take_event(event, into)


def _take_answer(event: ZebraEvent, into: Gathered) -> None:
    if event.response is not None and event.response != "success":
        into.event(ReaderEventKind.OTHER, text=f"{event.command}: {event.response}")


def _take_tags(event: ZebraEvent, into: Gathered) -> bool:
    """Whether the event was of tags; ``data`` is one tag or, batched, several."""
    rows = event.data if isinstance(event.data, list) else [event.data]
    if not any(isinstance(row, dict) and "idHex" in row for row in rows):
        return False
    at_us = to_us(event.timestamp)
    for row in rows:
        try:
            tag = msgspec.convert(row, TagData, strict=False)
        except msgspec.ValidationError as error:
            raise Garbled(f"a tag event of another kind: {error}") from None
        if tag.id_hex:
            _take_tag(tag, at_us, into)
    return True


def _take_tag(tag: TagData, at_us: int | None, into: Gathered) -> None:
    extra = None
    if tag.phase is not None or tag.tid:
        khz = None if tag.channel is None else round(tag.channel * 1000)
        extra = Extra(phase_mrad(tag.phase), khz, None, epc_of_hex(tag.tid) if tag.tid else b"")
    rssi = NO_RSSI_CDBM if tag.rssi is None else round(tag.rssi * 100)
    into.read(epc_of_hex(tag.id_hex or ""), tag.antenna or 0, rssi, at_us, tag.reads or 1, extra)


def _take_event(event: ZebraEvent, into: Gathered) -> None:
    kind = (event.type or event.event_type or "").lower()
    if not kind:
        raise Garbled("an object that is no event of the connector")
    at_us = to_us(event.timestamp)
    data = event.data if isinstance(event.data, dict) else {}
    if "heartbeat" in kind:
        into.event(ReaderEventKind.HEARTBEAT, at_us)
        temperature = _temperature(data)
        if temperature is not None:
            into.event(ReaderEventKind.TEMPERATURE, at_us, value=temperature)
    elif "gpi" in kind:
        port = data.get("pin", data.get("port", 0))
        level = str(data.get("state", "")).lower() in ("high", "true", "1")
        into.event(ReaderEventKind.GPI, at_us, port=port if isinstance(port, int) else 0, value=int(level))
    else:
        into.event(ReaderEventKind.OTHER, at_us, text=kind)


def _temperature(data: dict[str, Any]) -> int | None:
    """Degrees Celsius, at the two places where firmware writes them."""
    system = data.get("system")
    found = data.get("temperature", system.get("temperature") if isinstance(system, dict) else None)
    return round(found) if isinstance(found, int | float) else None


class ZebraReader(MqttReader):
    """Outputs are driven by ``set_gpo`` on the management channel, reading by ``start`` and ``stop`` on control."""

    def __init__(self, name: str, feed: MqttFeed, base: str, *, now_us: NowUs = system_now_us) -> None:
        super().__init__(name, feed, ZebraDialect(), now_us=now_us)
        self._base = base

    @classmethod
    def from_url(cls, name: str, url: str, *, now_us: NowUs = system_now_us, **options: object) -> "ZebraReader":
        """``mqtt://broker:1883/zebra/reader1`` names the base topic; there are no options."""
        if options:
            raise NotFound(f"{name}: a Zebra reader has no option {', '.join(options)}")
        address, feed = feed_of(url, name)
        return cls(name, feed, base_topic(address), now_us=now_us)

    def command(self, command: ReaderCommand) -> None:
        """Published at once from any thread; a refusal arrives as an event."""
        match command:
            case SetGpo(port, on, pulse_ms):
                self._publish("mgmt", "set_gpo", {"port": port, "state": on})
                if pulse_ms:
                    self.later(pulse_ms / 1000, SetGpo(port, not on))
            case StartInventory():
                self._publish("ctrl", "start", {})
            case StopInventory():
                self._publish("ctrl", "stop", {})
            case Identify(seconds):
                self._publish("mgmt", "set_appled", {"color": "amber", "flash": True, "seconds": seconds})
            case _:
                raise Rejected(f"{self.name}: can't {type(command).__name__}")

    def _publish(self, channel: str, name: str, payload: dict[str, object]) -> None:
        message = {"command": name, "command_id": uuid.uuid4().hex, "payload": payload}
        self._feed.publish(f"{self._base}/{channel}/cmd", msgspec.json.encode(message))

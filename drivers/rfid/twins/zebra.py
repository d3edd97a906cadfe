"""A Zebra fixed reader on the IoT Connector: batches without separators, three forms of time, heartbeats, commands."""

import itertools
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone

from drivers.ports.mqtt_feed import MqttMessage
from drivers.rfid.physics import RadioModel
from drivers.rfid.readings import NowUs, SeenTag, system_now_us
from drivers.rfid.twins.mqtt import BrokerAt, MqttTwin


class ZebraTwin(MqttTwin):
    """``topic`` is the base topic."""

    def __init__(
        self,
        broker: BrokerAt,
        name: str,
        *,
        topic: str = "",
        rate: float = 5.0,
        radio: RadioModel | None = None,
        now_us: NowUs = system_now_us,
    ) -> None:
        base = topic or f"zebra/{name}"
        commands = (f"{base}/mgmt/cmd", f"{base}/ctrl/cmd")
        super().__init__(broker, name, base, rate=rate, radio=radio, now_us=now_us, commands=commands)
        self.antennas = {"1": "connected", "2": "connected"}
        self.dropped = 0
        """messages that it couldn't keep while the network was away"""
        self._numbers = itertools.count(1)
        self._heartbeats = itertools.count(1)
        self._forms = itertools.cycle((_with_offset, _summer_time, _epoch_ms))

    @property
    def data_topic(self) -> str:
        """Where reads are published."""
        return f"{self.topic}/data"

    def payloads(self, reads: list[tuple[SeenTag, int]]) -> Iterable[bytes]:
        """All reads of a round in one message, object behind object."""
        events = []
        for tag, at_us in reads:
            data = {
                "eventNum": next(self._numbers),
                "format": "epc",
                "idHex": tag.epc.hex(),
                "antenna": tag.antenna,
                "peakRssi": round(tag.rssi_cdbm / 100),
                "reads": 1,
            }
            stamp = next(self._forms)(at_us)
            events.append(json.dumps({"type": "SIMPLE", "timestamp": stamp, "data": data}, separators=(",", ":")))
        yield "".join(events).encode()

    def heartbeat(self) -> None:
        """The connector's sign of life."""
        event = {
            "component": "RG",
            "type": "heartbeat",
            "timestamp": _with_offset(self._now_us()),
            "data": {
                "radio_control": {
                    "antennas": self.antennas,
                    "radioActivity": "active" if self.running else "inactive",
                    "radioConnection": "connected",
                    "status": "running",
                },
                "reader_gateway": {"dataPathStatistics": [{"numDataMessagesDropped": self.dropped}]},
                "system": {"temperature": {"ambient": 41, "pa": 39}, "ntp": {"offset": -1, "reach": 377}},
                "userapps": [],
            },
            "eventNum": next(self._heartbeats),
        }
        self.publish(json.dumps(event).encode(), f"{self.topic}/events")

    def obey(self, message: MqttMessage) -> None:
        """``set_gpo``, ``start`` and ``stop``; others are refused."""
        command = json.loads(message.payload)
        name, payload = command["command"], command.get("payload", {})
        known = True
        match name:
            case "set_gpo" if self.refuses_outputs:
                known = False
            case "set_gpo":
                self.gpo.append((payload["port"], payload["state"], self._now_us()))
                self.gpo_frames.append(message.payload)
            case "start" | "stop":
                self.running = name == "start"
            case _:
                known = False
        answer = {"command": name, "command_id": command.get("command_id"), "payload": {}}
        answer["response"] = "success" if known else "failure"
        self.publish(json.dumps(answer).encode(), message.topic.removesuffix("cmd") + "res")


def _moment(at_us: int) -> datetime:
    return datetime.fromtimestamp(at_us / 1_000_000, UTC)


def _with_offset(at_us: int) -> object:
    moment = _moment(at_us)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}+0000"


def _summer_time(at_us: int) -> object:
    moment = _moment(at_us).astimezone(timezone(timedelta(hours=2)))
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}+0200"


def _epoch_ms(at_us: int) -> object:
    return at_us // 1000

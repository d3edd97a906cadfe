"""A gateway that publishes the program's own messages for a reader that has no driver."""

import itertools
import json
import threading
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime

from drivers.ports.mqtt_feed import MqttMessage
from drivers.rfid.neutral_messages import VERSION
from drivers.rfid.physics import RadioModel
from drivers.rfid.readings import NowUs, SeenTag, system_now_us
from drivers.rfid.twins.mqtt import BrokerAt, MqttTwin


class NeutralTwin(MqttTwin):
    """``topic`` is the reader's topic; all reads of a round are one message."""

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
        base = topic or f"comptoir/readers/{name}"
        super().__init__(broker, name, base, rate=rate, radio=radio, now_us=now_us, commands=(f"{base}/cmd",))
        self.boot = uuid.uuid4().hex[:8]
        self._numbers = itertools.count(1)

    def payloads(self, reads: list[tuple[SeenTag, int]]) -> Iterable[bytes]:
        """One message, each read with its own time."""
        rows = [
            {"epc": tag.epc.hex(), "antenna": tag.antenna, "rssi": tag.rssi_cdbm / 100, "t": _stamp(at_us)}
            for tag, at_us in reads
        ]
        yield self.message(reads=rows)

    def message(self, **fields: object) -> bytes:
        """The next message."""
        head = {"v": VERSION, "boot": self.boot, "n": next(self._numbers), "t": _stamp(self._now_us())}
        return json.dumps({**head, **fields}, separators=(",", ":")).encode()

    def heartbeat(self) -> None:
        """A sign of life."""
        self.publish(self.message(events=[{"kind": "heartbeat"}]))

    def obey(self, message: MqttMessage) -> None:
        """``set_gpo``, ``start``, ``stop``."""
        command = json.loads(message.payload)
        match command["do"]:
            case "set_gpo" if self.refuses_outputs:
                refused = {"kind": "output_refused", "port": command["port"], "text": "no such output"}
                self.publish(self.message(events=[refused]))
            case "set_gpo":
                self._drive(command["port"], command["on"], message.payload)
                if command.get("pulse_ms"):
                    arguments = (command["port"], not command["on"], b"")
                    fall = threading.Timer(command["pulse_ms"] / 1000, self._drive, arguments)
                    fall.daemon = True
                    fall.start()
            case "start" | "stop":
                self.running = command["do"] == "start"

    def _drive(self, port: int, on: bool, frame: bytes) -> None:
        self.gpo.append((port, on, self._now_us()))
        self.gpo_frames.append(frame)


def _stamp(at_us: int) -> str:
    return datetime.fromtimestamp(at_us / 1_000_000, UTC).isoformat(timespec="microseconds")

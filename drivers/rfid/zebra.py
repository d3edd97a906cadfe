"""Zebra fixed readers (FX7500, FX9600, ATR7000) on the IoT Connector: JSON over MQTT.

Below one base topic: ``data`` with tag events, ``events`` with heartbeats and inputs, ``ctrl`` and ``mgmt`` with
``cmd`` and ``res``.
"""

import uuid
from typing import Final

import msgspec

from drivers.contracts import Identify, ReaderCommand, SetGpo, StartInventory, StopInventory
from drivers.errors import Rejected
from drivers.ports.mqtt_feed import MqttFeed
from drivers.rfid.line_reader import antenna_list, known_options
from drivers.rfid.mqtt_reader import MqttReader, base_topic, feed_of
from drivers.rfid.readings import NowUs, system_now_us
from drivers.rfid.zebra_events import ZebraDialect

_MOST_ANTENNAS: Final = 256


class ZebraReader(MqttReader):
    """Outputs are driven by ``set_gpo`` on the management channel, reading by ``start`` and ``stop`` on control."""

    def __init__(
        self,
        name: str,
        feed: MqttFeed,
        base: str,
        *,
        planned: tuple[int, ...] = (),
        now_us: NowUs = system_now_us,
    ) -> None:
        super().__init__(name, feed, ZebraDialect(planned), regularly=True, now_us=now_us)
        self._base = base

    @classmethod
    def from_url(cls, name: str, url: str, *, now_us: NowUs = system_now_us, **options: object) -> "ZebraReader":
        """``mqtt://broker:1883/zebra/reader1`` names the base topic.

        Option ``planned``: the antennas that should be plugged in, ``[1, 2]``.
        """
        known_options(name, "Zebra", options, {"planned"})
        planned = antenna_list(name, options["planned"], _MOST_ANTENNAS) if "planned" in options else ()
        address, feed = feed_of(url, name)
        return cls(name, feed, base_topic(address), planned=planned, now_us=now_us)

    def command(self, command: ReaderCommand) -> None:
        """Published at once from any thread; a refusal arrives as an event."""
        match command:
            case SetGpo():
                self._outputs.set(command)
            case StartInventory():
                self._publish("ctrl", "start", {})
            case StopInventory():
                self._publish("ctrl", "stop", {})
            case Identify(seconds):
                self._publish("mgmt", "set_appled", {"color": "amber", "flash": True, "seconds": seconds})
            case _:
                raise Rejected(f"{self.name}: can't {type(command).__name__}")

    def _drive(self, output: int, on: bool) -> None:
        self._publish("mgmt", "set_gpo", {"port": output, "state": on})

    def _publish(self, channel: str, name: str, payload: dict[str, object]) -> None:
        message = {"command": name, "command_id": uuid.uuid4().hex, "payload": payload}
        self._feed.publish(f"{self._base}/{channel}/cmd", msgspec.json.encode(message))

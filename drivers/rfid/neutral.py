"""Any reader behind the program's own messages over MQTT: what they look like is in ``neutral_messages``."""

import msgspec

from drivers.contracts import Identify, ReaderCommand, SetGpo, StartInventory, StopInventory
from drivers.errors import NotFound, Rejected
from drivers.ports.mqtt_feed import MqttFeed
from drivers.rfid.mqtt_reader import MqttReader, base_topic, feed_of
from drivers.rfid.neutral_messages import VERSION, NeutralCommand, NeutralDialect
from drivers.rfid.readings import NowUs, system_now_us


class NeutralReader(MqttReader):
    """Commands go to the topic's ``cmd``; a gateway that can't obey one leaves it, or says so."""

    def __init__(self, name: str, feed: MqttFeed, base: str, *, now_us: NowUs = system_now_us) -> None:
        super().__init__(name, feed, NeutralDialect(), now_us=now_us)
        self._base = base

    @classmethod
    def from_url(cls, name: str, url: str, *, now_us: NowUs = system_now_us, **options: object) -> "NeutralReader":
        """``mqtt://broker:1883/shop/readers/door``; there are no options."""
        if options:
            raise NotFound(f"{name}: a reader with neutral messages has no option {', '.join(options)}")
        address, feed = feed_of(url, name)
        return cls(name, feed, base_topic(address), now_us=now_us)

    def command(self, command: ReaderCommand) -> None:
        """Published at once from any thread."""
        match command:
            case SetGpo(port, on, pulse_ms):
                told = NeutralCommand("set_gpo", port, on, pulse_ms)
            case StartInventory():
                told = NeutralCommand("start")
            case StopInventory():
                told = NeutralCommand("stop")
            case Identify(seconds):
                told = NeutralCommand("identify", seconds=seconds)
            case _:
                raise Rejected(f"{self.name}: can't {type(command).__name__}")
        payload = {"v": VERSION, **msgspec.to_builtins(told)}
        self._feed.publish(f"{self._base}/cmd", msgspec.json.encode(payload))

"""Impinj readers on their IoT device interface over MQTT; commands over REST."""

from drivers.contracts import ReaderCommand
from drivers.ports.mqtt_feed import MqttFeed
from drivers.rfid.impinj_api import API_OPTIONS, ImpinjApi, checked
from drivers.rfid.impinj_events import ImpinjDialect
from drivers.rfid.mqtt_reader import MqttReader, feed_of
from drivers.rfid.readings import NowUs, system_now_us


class ImpinjReader(MqttReader):
    """``api`` is the reader's own address (``https://10.0.0.7``), needed for outputs, start and stop."""

    def __init__(self, name: str, feed: MqttFeed, *, now_us: NowUs = system_now_us, **api: str | bool) -> None:
        super().__init__(name, feed, ImpinjDialect(), now_us=now_us)
        self._api = ImpinjApi(name, self._refused, **api)  # type: ignore[arg-type]  # checked in ``from_url``

    @classmethod
    def from_url(cls, name: str, url: str, *, now_us: NowUs = system_now_us, **options: object) -> "ImpinjReader":
        """``mqtt://broker:1883/topic``; options ``api``, ``user``, ``password``, ``preset``, ``verify``."""
        return cls(name, feed_of(url, name)[1], now_us=now_us, **checked(name, options, API_OPTIONS))

    def _refused(self, why: str, output: int) -> None:
        self._gatherer.refused(why, output)

    def command(self, command: ReaderCommand) -> None:
        """Sent without waiting for the answer; a refusal arrives as an event."""
        self._api.command(command)

    def close(self) -> None:
        """Idempotent and quick."""
        self._api.close()
        super().close()

"""An Impinj reader on its IoT interface: publishes events over MQTT, answers REST for outputs and presets."""

from collections.abc import Iterable

from drivers.rfid.physics import RadioModel
from drivers.rfid.readings import NowUs, SeenTag, system_now_us
from drivers.rfid.twins.impinj_rest import ImpinjRest, overflow_event, tag_event
from drivers.rfid.twins.mqtt import BrokerAt, MqttTwin


class ImpinjTwin(MqttTwin):
    """``epc_hex`` adds the EPC in hex, which real readers leave out unless told. ``api`` is for the driver."""

    def __init__(
        self,
        broker: BrokerAt,
        name: str,
        *,
        topic: str = "",
        rate: float = 5.0,
        epc_hex: bool = False,
        radio: RadioModel | None = None,
        now_us: NowUs = system_now_us,
    ) -> None:
        super().__init__(broker, name, topic or f"impinj/{name}", rate=rate, radio=radio, now_us=now_us)
        self._epc_hex = epc_hex
        self._rest = ImpinjRest(
            self.gpo, self.gpo_frames, self._set_running, now_us, refuses_outputs=lambda: self.refuses_outputs
        )

    @property
    def api(self) -> str:
        """The reader's own address."""
        return self._rest.url

    def start(self) -> None:
        """Serve REST, then publish."""
        self._rest.start()
        super().start()

    def stop(self) -> None:
        """Gone."""
        super().stop()
        self._rest.stop()

    def _set_running(self, running: bool) -> None:
        self.running = running

    def payloads(self, reads: list[tuple[SeenTag, int]]) -> Iterable[bytes]:
        """One message an event, as the reader sends them."""
        for tag, at_us in reads:
            yield tag_event(tag, at_us, self.name, epc_hex=self._epc_hex)

    def overflow(self, purged: int) -> None:
        """The reader's buffer was too small."""
        self.publish(overflow_event(purged, self._now_us(), self.name))

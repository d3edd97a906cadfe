"""A Zebra handheld that somebody carries through the shop: dataEVT messages over MQTT."""

import itertools
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from drivers.rfid.physics import RadioModel
from drivers.rfid.readings import NowUs, SeenTag, system_now_us
from drivers.rfid.twins.mqtt import BrokerAt, MqttTwin

TAGS_A_MESSAGE: Final = 40
"""So that a message stays below the 6,144 bytes of the contract."""


class HandheldTwin(MqttTwin):
    """``name`` is the serial number."""

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
        topic = topic or f"comptoir/DATA/clients/data1event/{name}"
        super().__init__(broker, name, topic, rate=rate, radio=radio, now_us=now_us)
        self._numbers = itertools.count(1)

    def payloads(self, reads: list[tuple[SeenTag, int]]) -> Iterable[bytes]:
        """Messages of at most forty tags."""
        for start in range(0, len(reads), TAGS_A_MESSAGE):
            part = reads[start : start + TAGS_A_MESSAGE]
            rows = [
                {
                    "EPCid": tag.epc.hex().upper(),
                    "peakRssi": round(tag.rssi_cdbm / 100),
                    "seenCount": 1,
                    "eventNum": next(self._numbers),
                }
                for tag, _ in part
            ]
            yield self._message({"tagData": rows}, part[0][1])

    def scan(self, barcode: str, symbology: str = "EAN13") -> None:
        """Its imager reads a barcode."""
        row = {"decodedBarcode": barcode, "symbology": symbology}
        self.publish(self._message({"barcodeData": [row]}, self._now_us()))

    @staticmethod
    def _message(data: dict[str, object], at_us: int) -> bytes:
        stamp = datetime.fromtimestamp(at_us / 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return json.dumps({"type": "INVENTORY", "timestamp": stamp, "data": data}, separators=(",", ":")).encode()

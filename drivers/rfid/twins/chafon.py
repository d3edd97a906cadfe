"""A Chafon reader on a line: answers inventories with what is in its field.

``ChafonTwin(Path(...))`` stands on a pseudo-terminal (POSIX only), ``ChafonTwin(0)`` on a TCP port.
"""

from pathlib import Path
from typing import Final

from drivers.rfid import chafon
from drivers.rfid.physics import RadioModel
from drivers.rfid.readings import SeenTag
from drivers.rfid.twins.line import LineTwin

_INFORMATION: Final = bytes([3, 8, 0x0F, 0x03, 0x4E, 0x00, 0x1E, 0x0A, 1, 0, 0, 0])


class ChafonTwin(LineTwin):
    """``place`` is the path of the pseudo-terminal or a TCP port (0: chosen at start); ``url`` is for the driver."""

    def __init__(
        self,
        place: Path | int = 0,
        *,
        rate: float = 20.0,
        extended: bool = True,
        radio: RadioModel | None = None,
    ) -> None:
        super().__init__(place, rate=rate, radio=radio)
        self.identified: list[bytes] = []
        """Commands for buzzer and lamp."""
        self.status: int | None = None
        """what it answers to inventories instead of tags, for instance ``chafon.ANTENNA_ERROR``"""
        self._extended = extended

    def _ears(self) -> chafon.ChafonFramer:
        return chafon.ChafonFramer(smallest=4)

    def _answer(self, frame: bytes) -> bytes:
        command = frame[1]
        if command == chafon.READER_INFORMATION:
            return chafon.encode_answer(command, 0, _INFORMATION)
        if command == chafon.BUZZER_AND_LED:
            self.identified.append(frame)
            return chafon.encode_answer(command, 0)
        if command == chafon.INVENTORY:
            return self._inventory()
        return chafon.encode_answer(command, 0xFE)

    def _inventory(self) -> bytes:
        """A frame a tag and a last one without, as the reader sends them; 0xFB when nothing is there."""
        if self.status is not None:
            return chafon.encode_answer(chafon.INVENTORY, self.status)
        tags = {(tag.epc, tag.antenna): tag for tag in self.field.due()}
        if not tags:
            return chafon.encode_answer(chafon.INVENTORY, chafon.NO_TAG)
        frames = [chafon.encode_answer(chafon.INVENTORY, chafon.MORE, self._tag(tag)) for tag in tags.values()]
        last = b"\x01\x00" if self._extended else b"\x00"
        return b"".join([*frames, chafon.encode_answer(chafon.INVENTORY, chafon.LAST, last)])

    def _tag(self, tag: SeenTag) -> bytes:
        body = bytes([1, len(tag.epc)]) + tag.epc
        if not self._extended:
            return body
        raw_rssi = max(0, min(255, round(tag.rssi_cdbm / 100) + 129))
        return bytes([1 << (tag.antenna - 1)]) + body + bytes([raw_rssi])

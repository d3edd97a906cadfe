"""A board with the R2000 chip on a line: answers inventories with what is in its field."""

import time
from pathlib import Path
from typing import Final

from drivers.framing import Framer
from drivers.rfid import r2000_frames as wire
from drivers.rfid.physics import RadioModel
from drivers.rfid.readings import SeenTag
from drivers.rfid.twins.line import LineTwin

_ADDRESS: Final = 1
_WRONG_PARAMETER: Final = 0x41
_OUTPUTS: Final = {3: 1, 4: 2}
_ROUND_S: Final = 0.03


class R2000Twin(LineTwin):
    """``phase``: its firmware sends a phase behind each RSSI; ``celsius`` is its temperature."""

    def __init__(
        self,
        place: Path | int = 0,
        *,
        rate: float = 20.0,
        phase: bool = False,
        celsius: int = 38,
        radio: RadioModel | None = None,
    ) -> None:
        super().__init__(place, rate=rate, radio=radio)
        self.settings: dict[int, bytes] = {}
        self.missing_antennas: set[int] = set()
        self._phase = phase
        self._celsius = celsius
        self._round: tuple[int, float] | None = None

    def _ears(self) -> Framer:
        return wire.frame_framer()

    def _answer(self, command: bytes) -> bytes:
        asked = wire.decode_frame(command)
        match asked.command:
            case wire.GET_VERSION:
                data = bytes([8, 2])
            case wire.GET_TEMPERATURE:
                data = bytes([self._celsius >= 0, abs(self._celsius)])
            case wire.WRITE_OUTPUT if len(asked.data) == 2 and asked.data[0] in _OUTPUTS and not self.refuses_outputs:
                self.gpo.append((_OUTPUTS[asked.data[0]], bool(asked.data[1]), time.time_ns() // 1000))
                self.gpo_frames.append(command)
                data = bytes([wire.SUCCESS])
            case wire.SET_ANTENNA | wire.SET_POWER:
                self.settings[asked.command] = asked.data
                data = bytes([wire.SUCCESS])
            case wire.INVENTORY | wire.SWITCHING_INVENTORY:
                self._begin_round(asked)
                return b""
            case _:
                data = bytes([_WRONG_PARAMETER])
        return wire.encode_frame(asked.command, data, _ADDRESS)

    def _begin_round(self, asked: wire.R2000Answer) -> None:
        self._round = (asked.command, time.monotonic() + _ROUND_S)
        if asked.command == wire.SWITCHING_INVENTORY:
            turns = [asked.data[place] + 1 for place in range(0, 8, 2) if asked.data[place] < 4]
        else:
            turns = [self.settings.get(wire.SET_ANTENNA, b"\x00")[0] + 1]
        self._turns = turns

    def _unasked(self) -> bytes:
        """A round takes a moment on the air, then its frames come together."""
        if self._round is None or time.monotonic() < self._round[1]:
            return b""
        (command, _), self._round = self._round, None
        frames = [self._missing(command, antenna) for antenna in self._turns if antenna in self.missing_antennas]
        if command == wire.INVENTORY and frames:
            return frames[0]
        tags = [tag for tag in self.field.due() if tag.antenna in self._turns]
        frames += [wire.encode_frame(command, self._tag(tag), _ADDRESS) for tag in tags]
        return b"".join([*frames, wire.encode_frame(command, wire.encode_end(command, 1, len(tags)), _ADDRESS)])

    def _missing(self, command: int, antenna: int) -> bytes:
        code = bytes([wire.NO_ANTENNA])
        data = code if command == wire.INVENTORY else bytes([antenna - 1]) + code
        return wire.encode_frame(command, data, _ADDRESS)

    def _tag(self, tag: SeenTag) -> bytes:
        phase = 1570 if self._phase else None
        return wire.encode_tag(wire.R2000Tag(tag.epc, tag.antenna, tag.rssi_cdbm, 866_500, phase))

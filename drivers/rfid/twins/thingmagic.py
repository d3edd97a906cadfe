"""A ThingMagic module on a line: takes its set-up, streams what is in its field, says at times that it lives."""

import time
from pathlib import Path
from typing import Final

from drivers.framing import Framer
from drivers.readings import Extra
from drivers.rfid import thingmagic_frames as wire
from drivers.rfid.physics import RadioModel
from drivers.rfid.readings import SeenTag
from drivers.rfid.twins.line import LineTwin

_VERSION: Final = bytes.fromhex("150605011500000120221018010902000000003000000010")
_APPLICATION: Final = bytes([0x12])
_REFUSED: Final = 0x0100
_MISSING: Final = 0x0101  # unknown opcode
_SETTINGS: Final = (wire.SET_REGION, wire.SET_PROTOCOL, wire.SET_ANTENNAS, wire.SET_POWER, wire.SET_OPTION)


class ThingMagicTwin(LineTwin):
    """``fields`` replaces the fields that the driver asks for, as other firmware does; a life sign each ``life_s``."""

    def __init__(
        self,
        place: Path | int = 0,
        *,
        rate: float = 20.0,
        fields: int | None = None,
        life_s: float = 0.5,
        in_bootloader: bool = False,
        radio: RadioModel | None = None,
    ) -> None:
        super().__init__(place, rate=rate, radio=radio)
        self.settings: dict[int, bytes] = {}
        self.streaming = False
        self.trouble: int | None = None
        """a status that it reports instead of reading, for instance ``wire.RETURN_LOSS``; reading ends with it"""
        self._fields = fields
        self._asked_fields = wire.ALL_FIELDS
        self._life_s = life_s
        self._lived_at = time.monotonic()
        self._in_bootloader = in_bootloader

    def _ears(self) -> Framer:
        return wire.command_framer()

    def _answer(self, command: bytes) -> bytes:
        opcode, data = command[2], command[3:-2]
        if opcode == wire.MULTI_PROTOCOL:
            return self._start_or_stop(data)
        if self.streaming:
            return wire.encode_answer(opcode, _REFUSED)
        if opcode == wire.SET_OUTPUT and len(data) == 2:
            if self.refuses_outputs:
                return wire.encode_answer(opcode, _REFUSED)
            self.gpo.append((data[0], bool(data[1]), time.time_ns() // 1000))
            self.gpo_frames.append(command)
            return wire.encode_answer(opcode)
        if opcode in _SETTINGS:
            self.settings[opcode] = data
            return wire.encode_answer(opcode)
        return self._about_itself(opcode)

    def _about_itself(self, opcode: int) -> bytes:
        if opcode == wire.GET_VERSION:
            return wire.encode_answer(opcode, data=_VERSION)
        if opcode == wire.WHICH_PROGRAM:
            return wire.encode_answer(opcode, data=b"\x11" if self._in_bootloader else _APPLICATION)
        if opcode == wire.BOOT_PROGRAM:
            self._in_bootloader = False
            return wire.encode_answer(opcode)
        return wire.encode_answer(opcode, _MISSING)

    def _start_or_stop(self, data: bytes) -> bytes:
        self.streaming = data != wire.STOP and not self._in_bootloader
        if self.streaming:
            self._asked_fields = int.from_bytes(data[-2:], "big")
            self._lived_at = time.monotonic()
        return wire.encode_answer(wire.MULTI_PROTOCOL)

    def _unasked(self) -> bytes:
        due = self.field.due()
        if not self.streaming:
            return b""
        if self.trouble is not None:
            self.streaming = False
            return wire.encode_answer(wire.READ_TAGS, self.trouble)
        if time.monotonic() - self._lived_at >= self._life_s:
            self._lived_at = time.monotonic()
            return b"".join([*map(self._read, due), wire.encode_answer(wire.READ_TAGS, wire.NO_TAGS)])
        return b"".join(map(self._read, due))

    def _read(self, tag: SeenTag) -> bytes:
        ms = round((time.monotonic() - self._lived_at) * 1000)
        read = wire.ThingMagicTag(tag.epc, tag.antenna, tag.rssi_cdbm, 1, ms, Extra(1204, 866_300))
        fields = self._asked_fields if self._fields is None else self._fields
        return wire.encode_answer(wire.READ_TAGS, data=wire.encode_tag(read, fields))

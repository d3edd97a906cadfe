"""The frames of boards with the R2000 chip: bytes in, tags out, no port in sight.

Both ways ``A0 Len Addr Cmd Data Check``: Len counts what follows it, Check makes the sum of all bytes zero (mod 256).
An inventory is answered by one frame a tag and a last one of Len 0x0A; Len 0x04 carries an error.
"""

from typing import Final, NamedTuple

from drivers.errors import Garbled
from drivers.framing import Framer, FrameShape
from drivers.readings import Extra
from drivers.rfid.readings import NO_RSSI_CDBM

HEAD: Final = 0xA0
BROADCAST: Final = 0xFF
WRITE_OUTPUT: Final = 0x61
GET_VERSION: Final = 0x72
SET_ANTENNA: Final = 0x74
SET_POWER: Final = 0x76
GET_TEMPERATURE: Final = 0x7B
INVENTORY: Final = 0x89
SWITCHING_INVENTORY: Final = 0x8A
SESSION_INVENTORY: Final = 0x8B
INVENTORIES: Final = (INVENTORY, SWITCHING_INVENTORY, SESSION_INVENTORY)

SUCCESS: Final = 0x10
NO_ANTENNA: Final = 0x22
_SMALLEST: Final = 5
_END_DATA: Final = 7
_RSSI_BASE_DBM: Final = -129  # the raw byte counts up from here; its highest bit belongs to the antenna's number
_ETSI_CHANNELS: Final = 7
_NO_TURN: Final = 0xFF


class R2000Answer(NamedTuple):
    """A frame from the board."""

    address: int
    command: int
    data: bytes


class R2000Tag(NamedTuple):
    """One read."""

    epc: bytes
    antenna: int
    rssi_cdbm: int = NO_RSSI_CDBM
    channel_khz: int | None = None
    phase_mrad: int | None = None

    @property
    def extra(self) -> Extra | None:
        """What goes beside the read."""
        if self.channel_khz is None and self.phase_mrad is None:
            return None
        return Extra(self.phase_mrad, self.channel_khz)


class RoundEnd(NamedTuple):
    """The last frame of an inventory: how many reads the board counted."""

    reads: int


class RoundError(NamedTuple):
    """An inventory that couldn't be made; ``antenna`` 0 where it isn't told."""

    code: int
    antenna: int = 0


def encode_frame(command: int, data: bytes = b"", address: int = BROADCAST) -> bytes:
    """A frame, either way."""
    body = bytes([HEAD, len(data) + 3, address, command]) + data
    return body + bytes([-sum(body) & 0xFF])


def frame_framer() -> Framer:
    """Frames look the same in both directions."""
    return Framer(FrameShape(HEAD, lambda begin: begin[1] + 2, _SMALLEST, lambda frame: not sum(frame) & 0xFF))


def decode_frame(frame: bytes) -> R2000Answer:
    """A frame's parts."""
    return R2000Answer(frame[2], frame[3], frame[4:-1])


def decode_inventory(command: int, data: bytes) -> R2000Tag | RoundEnd | RoundError:
    """What an answer to an inventory says; Garbled if its lengths don't add up."""
    if len(data) == 1:
        return RoundError(data[0])
    if len(data) == 2:
        return RoundError(data[1], (data[0] & 0x07) + 1)
    if len(data) == _END_DATA:
        reads = data[:3] if command == SWITCHING_INVENTORY else data[3:]
        return RoundEnd(int.from_bytes(reads, "big"))
    return _tag(data)


def _tag(data: bytes) -> R2000Tag:
    """``FreqAnt PC(2) EPC [RSSI [Phase(2)]]``: what stands behind the EPC differs from firmware to firmware."""
    size = data[1] >> 3 << 1 if len(data) >= 3 else 0
    rest = data[3 + size :]
    if len(data) < 3 + size or len(rest) not in (0, 1, 3):
        raise Garbled(f"a read whose lengths don't add up: {data[:40].hex()}")
    upper = rest[0] >> 7 if rest else 0
    return R2000Tag(
        data[3 : 3 + size],
        (data[0] & 0x03) + 4 * upper + 1,
        ((rest[0] & 0x7F) + _RSSI_BASE_DBM) * 100 if rest else NO_RSSI_CDBM,
        channel_khz(data[0] >> 2),
        round((int.from_bytes(rest[1:], "big") & 0x0FFF) * 6283.185 / 4096) if len(rest) == 3 else None,
    )


def channel_khz(index: int) -> int | None:
    """The carrier of a channel's number: 865 to 868 MHz from 0, 902 to 928 MHz from 7, 500 kHz apart."""
    if index < _ETSI_CHANNELS:
        return 865_000 + 500 * index
    return 902_000 + 500 * (index - _ETSI_CHANNELS) if index < 60 else None


_CHANNELS: Final = [channel_khz(index) for index in range(60)]


def encode_tag(tag: R2000Tag) -> bytes:
    """The data of a read, as the board sends it."""
    channel = _CHANNELS.index(tag.channel_khz or 865_000)
    number = tag.antenna - 1
    made = bytes([channel << 2 | number & 0x03]) + (len(tag.epc) // 2 << 11).to_bytes(2, "big") + tag.epc
    if tag.rssi_cdbm != NO_RSSI_CDBM:
        made += bytes([number >> 2 << 7 | max(0, min(127, round(tag.rssi_cdbm / 100) - _RSSI_BASE_DBM))])
    if tag.phase_mrad is not None:
        made += round(tag.phase_mrad * 4096 / 6283.185).to_bytes(2, "big")
    return made


def encode_end(command: int, antenna: int, reads: int) -> bytes:
    """The data of an inventory's last frame."""
    if command == SWITCHING_INVENTORY:
        return reads.to_bytes(3, "big") + bytes(4)
    return bytes([antenna - 1, 0, 0]) + reads.to_bytes(4, "big")


def inventory_command(antennas: tuple[int, ...]) -> bytes:
    """One round: on the antenna that is set (one antenna), or on up to four in turn."""
    if len(antennas) == 1:
        return encode_frame(INVENTORY, b"\xff")
    turns = [(antenna - 1, 1) for antenna in antennas] + [(_NO_TURN, 0)] * (4 - len(antennas))
    return encode_frame(SWITCHING_INVENTORY, bytes(number for turn in turns for number in turn) + bytes([0, 1]))

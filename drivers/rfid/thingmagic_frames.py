"""The frames of ThingMagic modules (M6e, Micro, Nano): bytes in, tags out, no port in sight.

To the module: ``FF Len Opcode Data CRC(2)``; from it: ``FF Len Opcode Status(2) Data CRC(2)``; Len counts the data.
A tag that is streamed while reading (opcode 0x22) carries 16 flags that say which fields follow, so each is optional.
"""

from binascii import crc_hqx
from typing import Final, NamedTuple

from drivers.errors import Garbled
from drivers.framing import Framer, FrameShape
from drivers.readings import Extra
from drivers.rfid.readings import NO_RSSI_CDBM

HEAD: Final = 0xFF
GET_VERSION: Final = 0x03
BOOT_PROGRAM: Final = 0x04
WHICH_PROGRAM: Final = 0x0C
READ_TAGS: Final = 0x22
MULTI_PROTOCOL: Final = 0x2F
SET_ANTENNAS: Final = 0x91
SET_POWER: Final = 0x92
SET_PROTOCOL: Final = 0x93
SET_OUTPUT: Final = 0x96
SET_REGION: Final = 0x97
SET_OPTION: Final = 0x9A

OK: Final = 0x0000
NO_TAGS: Final = 0x0400  # sent each second while nothing is read: the sign of life
ANTENNA_MISSING: Final = 0x0503
TOO_HOT: Final = 0x0504
RETURN_LOSS: Final = 0x0505

GEN2: Final = 0x05
_TAG, _STATUS_REPORT = 1, 2
_MULTI_SELECT: Final = 0x10  # in the option byte: flags of fields follow the search flags
_FAILED_DATA: Final = 0x8000

# flags of the fields, in their order on the wire
COUNT, RSSI, ANTENNA, FREQUENCY, TIME, PHASE, PROTOCOL, DATA, PINS, GEN2_Q, GEN2_LF, GEN2_TARGET, BRAND = (
    1 << bit for bit in range(13)
)
ALL_FIELDS: Final = COUNT | RSSI | ANTENNA | FREQUENCY | TIME | PHASE | PROTOCOL | DATA | PINS
_SIZES: Final = {
    COUNT: 1, RSSI: 1, ANTENNA: 1, FREQUENCY: 3, TIME: 4, PHASE: 2, PROTOCOL: 1, PINS: 1,
    GEN2_Q: 1, GEN2_LF: 1, GEN2_TARGET: 1, BRAND: 2,
}  # fmt: skip
_LEAST_EPC_BITS: Final = 32  # protocol control and the tag's own CRC

STOP: Final = bytes([0x00, 0x00, 0x02])
# no time limit, continuous, sub-command 0x22 for Gen2: configured antennas, streamed, many tags; 1,000 ms a round
_START: Final = bytes([0x00, 0x00, 0x01, READ_TAGS, 0x00, 0x00, GEN2, 0x07, READ_TAGS, 0x10, 0x00, 0x1B, 0x03, 0xE8])


class ThingMagicAnswer(NamedTuple):
    """A frame from the module."""

    opcode: int
    status: int
    data: bytes


class ThingMagicTag(NamedTuple):
    """One streamed read; ``ms`` counts from the module's last sign of life, None where it isn't told."""

    epc: bytes
    antenna: int = 0
    rssi_cdbm: int = NO_RSSI_CDBM
    seen: int = 1
    ms: int | None = None
    extra: Extra | None = None


def crc(body: bytes) -> int:
    """Over length, opcode and the rest: polynomial 0x1021, preset 0xFFFF, without the 16 zero bits at the end."""
    return crc_hqx(b"\xff\xff" + body[:-2], 0) ^ int.from_bytes(body[-2:], "big")


def encode_command(opcode: int, data: bytes = b"") -> bytes:
    """A command frame."""
    body = bytes([len(data), opcode]) + data
    return bytes([HEAD]) + body + crc(body).to_bytes(2, "big")


def encode_answer(opcode: int, status: int = OK, data: bytes = b"") -> bytes:
    """An answer frame, as the module sends it."""
    body = bytes([len(data), opcode]) + status.to_bytes(2, "big") + data
    return bytes([HEAD]) + body + crc(body).to_bytes(2, "big")


def start_command(fields: int = ALL_FIELDS) -> bytes:
    """Begin to stream what is read, with these fields."""
    return encode_command(MULTI_PROTOCOL, _START + fields.to_bytes(2, "big"))


def _sound(frame: bytes) -> bool:
    return crc(frame[1:-2]) == int.from_bytes(frame[-2:], "big")


def answer_framer() -> Framer:
    """For frames from the module."""
    return Framer(FrameShape(HEAD, lambda begin: begin[1] + 7, 7, _sound))


def command_framer() -> Framer:
    """For frames to the module: a twin's ears."""
    return Framer(FrameShape(HEAD, lambda begin: begin[1] + 5, 5, _sound))


def decode_answer(frame: bytes) -> ThingMagicAnswer:
    """An answer's parts."""
    return ThingMagicAnswer(frame[2], int.from_bytes(frame[3:5], "big"), frame[5:-2])


def decode_tag(data: bytes) -> ThingMagicTag | None:
    """The tag of a 0x22 answer; None for the module's own report between tags; Garbled if the lengths don't add up."""
    place = 5 if data[:1] and data[0] & _MULTI_SELECT else 3
    if len(data) <= place:
        raise Garbled(f"a read without its kind: {data[:40].hex()}")
    if data[place] == _STATUS_REPORT:
        return None
    if data[place] != _TAG:
        raise Garbled(f"a read of the unknown kind {data[place]}")
    flags = int.from_bytes(data[place - 2 : place], "big")
    fields, embedded, at = _fields(data, place + 1, flags)
    return _tag(fields, embedded, _epc(data, at))


def _fields(data: bytes, at: int, flags: int) -> tuple[dict[int, int], bytes, int]:
    """(values by flag, memory read with the tag, where the EPC begins)."""
    fields: dict[int, int] = {}
    embedded = b""
    unknown = flags & ~(BRAND * 2 - 1)
    if unknown:
        raise Garbled(f"a read with the unknown fields {unknown:#06x}")
    for bit in range(13):
        flag = 1 << bit
        if not flags & flag:
            continue
        if flag == DATA:
            embedded, at = _embedded(data, at)
            continue
        if flag in (GEN2_Q, GEN2_LF, GEN2_TARGET) and fields.get(PROTOCOL, GEN2) != GEN2:
            continue
        fields[flag] = int.from_bytes(data[at : at + _SIZES[flag]], "big")
        at += _SIZES[flag]
    return fields, embedded, at


def _embedded(data: bytes, at: int) -> tuple[bytes, int]:
    bits = int.from_bytes(data[at : at + 2], "big")
    at += 2
    if bits == _FAILED_DATA:  # two bytes of error code stand there instead
        return b"", at + 2
    size = (bits + 7) // 8
    return data[at : at + size], at + size


def _epc(data: bytes, at: int) -> bytes:
    bits = int.from_bytes(data[at : at + 2], "big")
    end = at + 2 + (bits + 7) // 8
    if at + 2 > len(data) or end != len(data) or bits < _LEAST_EPC_BITS or bits % 8:
        raise Garbled(f"a read whose lengths don't add up: {data[:60].hex()}")
    control = data[at + 2]
    start = at + 4
    if control & 0x02 and end - start >= 4:  # XPC_W1 stands between the protocol control and the EPC
        start += 4 if data[start] & 0x80 and end - start >= 6 else 2
    return data[start : end - 2]


def _tag(fields: dict[int, int], embedded: bytes, epc: bytes) -> ThingMagicTag:
    extra = Extra(
        phase_mrad=_degrees_to_mrad(fields[PHASE]) if PHASE in fields else None,
        channel_khz=fields.get(FREQUENCY),
        tid=embedded,
    )
    rssi = fields.get(RSSI)
    return ThingMagicTag(
        epc,
        fields.get(ANTENNA, 0) >> 4,
        NO_RSSI_CDBM if rssi is None else (rssi - 256 if rssi > 127 else rssi) * 100,
        max(1, fields.get(COUNT, 1)),
        fields.get(TIME),
        extra if extra != Extra() else None,
    )


def _degrees_to_mrad(degrees: int) -> int:
    return round(degrees * 17.453293)


def encode_tag(tag: ThingMagicTag, fields: int = ALL_FIELDS) -> bytes:
    """The data of a 0x22 answer with these fields, as the module sends it."""
    extra = tag.extra or Extra()
    values = {
        COUNT: tag.seen,
        RSSI: max(-128, round(tag.rssi_cdbm / 100)) & 0xFF,
        ANTENNA: tag.antenna << 4 | tag.antenna,
        FREQUENCY: extra.channel_khz or 865_700,
        TIME: tag.ms or 0,
        PHASE: round((extra.phase_mrad or 0) / 17.453293),
        PROTOCOL: GEN2,
    }
    made = bytearray([_MULTI_SELECT, 0x00, 0x1B]) + fields.to_bytes(2, "big") + bytes([_TAG])
    for bit in range(13):
        flag = 1 << bit
        if not fields & flag:
            continue
        if flag == DATA:
            made += (len(extra.tid) * 8).to_bytes(2, "big") + extra.tid
        else:
            made += values.get(flag, 0).to_bytes(_SIZES[flag], "big")
    control = (len(tag.epc) // 2) << 11
    body = control.to_bytes(2, "big") + tag.epc
    check = crc_hqx(body, 0xFFFF) ^ 0xFFFF
    return bytes(made) + ((len(body) + 2) * 8).to_bytes(2, "big") + body + check.to_bytes(2, "big")

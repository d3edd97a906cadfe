"""LLRP messages from and to bytes, with no port in sight.

A message or parameter is a name, its fields by name and its parameters in the order they came. Parameters of unknown
type are kept as ``Unknown`` with their bytes; messages of unknown type pass as header and body.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from drivers.errors import Garbled
from drivers.rfid.llrp.fields import Value
from drivers.rfid.llrp.messages import MESSAGES, NUMBERS
from drivers.rfid.llrp.parameters import BY_NAME, TLV, TV

HEADER: Final = struct.Struct(">HII")
VERSION: Final = 1
MAX_MESSAGE: Final = 4 * 1024 * 1024
MAX_DEPTH: Final = 16


class Frame(NamedTuple):
    """One whole message: header fields and the body without the 10-byte header."""

    type: int
    version: int
    id: int
    body: bytes


@dataclass(slots=True)
class Param:
    """One parameter. ``Unknown`` has the fields ``Type`` and ``Data``."""

    name: str
    fields: dict[str, Value] = field(default_factory=dict)
    params: list["Param"] = field(default_factory=list)

    def number(self, name: str) -> int:
        """A field that is a number; 0 if absent."""
        value = self.fields.get(name, 0)
        if not isinstance(value, int):
            raise Garbled(f"{self.name}.{name} is not a number")
        return value

    def all(self, name: str) -> Iterator["Param"]:
        """Direct parameters of that name."""
        return (p for p in self.params if p.name == name)

    def first(self, name: str) -> "Param | None":
        """The first direct parameter of that name."""
        return next(self.all(name), None)


@dataclass(slots=True)
class Message(Param):
    """One message; ``body`` keeps the bytes of a type that the table doesn't know."""

    id: int = 0
    version: int = VERSION
    body: bytes = b""


def encode_message(message: Message) -> bytes:
    """Header and body."""
    number = NUMBERS.get(message.name)
    if number is None:
        raise Garbled(f"{message.name} is not an LLRP message")
    body = MESSAGES[number].layout.encode(message.fields) + b"".join(map(encode_param, message.params))
    return HEADER.pack(message.version << 10 | number, HEADER.size + len(body), message.id) + body


def whole_frame(frame: Frame) -> bytes:
    """The frame as it came over the wire."""
    return HEADER.pack(frame.version << 10 | frame.type, HEADER.size + len(frame.body), frame.id) + frame.body


def encode_param(param: Param) -> bytes:
    """A parameter and all within it."""
    if param.name == "Unknown":
        data = param.fields.get("Data", b"")
        assert isinstance(data, bytes)
        return struct.pack(">HH", param.number("Type"), 4 + len(data)) + data
    row = BY_NAME[param.name]
    content = row.layout.encode(param.fields)
    if row.tv:
        return bytes([0x80 | row.number]) + content
    content += b"".join(map(encode_param, param.params))
    return struct.pack(">HH", row.number, 4 + len(content)) + content


def decode_frame(frame: Frame) -> Message:
    """A frame's fields and parameters; Garbled if the body isn't what its type says."""
    row = MESSAGES.get(frame.type)
    if row is None:
        return Message(f"MESSAGE_{frame.type}", id=frame.id, version=frame.version, body=frame.body)
    try:
        fields, at = row.layout.decode(frame.body, 0, len(frame.body))
        params = decode_params(frame.body, at, len(frame.body))
    except Garbled as error:
        raise Garbled(f"{row.name}: {error}") from None
    return Message(row.name, fields, params, frame.id, frame.version)


def decode_params(data: bytes, at: int, end: int, depth: int = 0) -> list[Param]:
    """The parameters in ``data[at:end]``."""
    if depth > MAX_DEPTH:
        raise Garbled("parameters nested too deep")
    made = []
    while at < end:
        if data[at] & 0x80:
            param, at = _decode_tv(data, at, end)
        else:
            param, at = _decode_tlv(data, at, end, depth)
        made.append(param)
    return made


def _decode_tv(data: bytes, at: int, end: int) -> tuple[Param, int]:
    row = TV.get(data[at] & 0x7F)
    if row is None:
        raise Garbled(f"a TV parameter of unknown type {data[at] & 0x7F}, so of unknown length")
    fields, at = row.layout.decode(data, at + 1, end)
    return Param(row.name, fields), at


def _decode_tlv(data: bytes, at: int, end: int, depth: int) -> tuple[Param, int]:
    if at + 4 > end:
        raise Garbled(f"{end - at} bytes where a parameter's header belongs")
    number, length = struct.unpack_from(">HH", data, at)
    number &= 0x3FF
    stop = at + length
    if length < 4 or stop > end:
        raise Garbled(f"parameter {number} claims {length} bytes of {end - at}")
    row = TLV.get(number)
    if row is None:
        return Param("Unknown", {"Type": number, "Data": bytes(data[at + 4 : stop])}), stop
    try:
        fields, inner = row.layout.decode(data, at + 4, stop)
        return Param(row.name, fields, decode_params(data, inner, stop, depth + 1)), stop
    except Garbled as error:
        raise Garbled(f"{row.name}: {error}") from None


class Framer:
    """Cuts a byte stream into messages and finds its way back after garbage.

    LLRP has no start mark, so after bytes that can't be a header the next plausible header (reserved bits zero, version
    1 or 2, known type, sane length) is looked for; ``skipped`` counts the bytes passed over.
    """

    def __init__(self, max_message: int = MAX_MESSAGE) -> None:
        self.skipped = 0
        self._rest = b""
        self._max = max_message

    @property
    def waiting(self) -> int:
        """Bytes of a message that isn't whole yet."""
        return len(self._rest)

    def feed(self, data: bytes) -> list[Frame]:
        """The messages that ``data`` completes."""
        buffer = self._rest + data if self._rest else data
        frames, at, end = [], 0, len(buffer)
        while end - at >= HEADER.size:
            word, length, ident = HEADER.unpack_from(buffer, at)
            if not self._plausible(word, length):
                at += 1
                self.skipped += 1
                continue
            if at + length > end:
                break
            frames.append(Frame(word & 0x3FF, word >> 10 & 0x7, ident, buffer[at + HEADER.size : at + length]))
            at += length
        self._rest = buffer[at:]
        return frames

    def _plausible(self, word: int, length: int) -> bool:
        return (
            word >> 10 in (1, 2)  # three reserved bits are zero, too
            and HEADER.size <= length <= self._max
            and (word & 0x3FF) in MESSAGES
        )

"""LLRP messages from and to bytes, with no port in sight.

A message or parameter is a name, its fields by name and its parameters in the order they came. Parameters of unknown
type are kept as ``Unknown`` with their bytes, those of makers whose table we have by their own names, other makers' as
``Custom``; messages of unknown type pass as header and body.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from drivers.errors import Garbled
from drivers.rfid.llrp.customs import CUSTOM_NAMES, CUSTOMS, CustomDef
from drivers.rfid.llrp.fields import Value
from drivers.rfid.llrp.framing import HEADER, MAX_MESSAGE, Frame, Framer, whole_frame
from drivers.rfid.llrp.messages import MESSAGES, NUMBERS
from drivers.rfid.llrp.parameters import CUSTOM, TV, Tables, tables_of

__all__ = [
    "HEADER",
    "MAX_MESSAGE",
    "VERSION",
    "Frame",
    "Framer",
    "Message",
    "Param",
    "decode_frame",
    "decode_params",
    "encode_message",
    "encode_param",
    "unknown_within",
    "whole_frame",
]

VERSION: Final = 1
"""As headers bear it: 1 is LLRP 1.0.1, 2 is 1.1."""
MAX_DEPTH: Final = 16
MAX_BODY: Final = 256 * 1024
"""Bytes of one message to take apart into objects; reports, which may be longer, go another way (``reports``)."""


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
    """Header and body; Garbled if there is no such message, or a field doesn't fit its bits."""
    number = NUMBERS.get(message.name)
    if number is None:
        raise Garbled(f"{message.name} is not an LLRP message")
    try:
        body = MESSAGES[number].layout.encode(message.fields)
        body += b"".join(encode_param(param, message.version) for param in message.params)
    except struct.error as error:
        raise Garbled(f"{message.name}: {error}") from None
    return HEADER.pack(message.version << 10 | number, HEADER.size + len(body), message.id) + body


def encode_param(param: Param, version: int = VERSION) -> bytes:
    """A parameter and all within it; Garbled for a name that isn't in the tables."""
    if param.name == "Unknown":
        return _encode_unknown(param)
    inner = b"".join(encode_param(one, version) for one in param.params)
    row = tables_of(version).by_name.get(param.name)
    if row is None:
        own = CUSTOM_NAMES.get(param.name)
        if own is None:
            raise Garbled(f"{param.name} is not an LLRP parameter")
        content = own.layout.encode(param.fields) + inner
        return struct.pack(">HHII", CUSTOM, 12 + len(content), own.vendor, own.subtype) + content
    content = row.layout.encode(param.fields) + inner
    if row.tv:
        return bytes([0x80 | row.number]) + content
    return struct.pack(">HH", row.number, 4 + len(content)) + content


def _encode_unknown(param: Param) -> bytes:
    data, number = param.fields.get("Data", b""), param.number("Type")
    assert isinstance(data, bytes)
    if number < 128:
        return bytes([0x80 | number]) + data
    return struct.pack(">HH", number, 4 + len(data)) + data


def unknown_within(params: list[Param]) -> int:
    """How many parameters of unknown type stand in these, however deep."""
    return sum((param.name == "Unknown") + unknown_within(param.params) for param in params)


def decode_frame(frame: Frame) -> Message:
    """A frame's fields and parameters; Garbled if the body isn't what its type says."""
    row = MESSAGES.get(frame.type)
    if row is None:
        return Message(f"MESSAGE_{frame.type}", id=frame.id, version=frame.version, body=frame.body)
    if len(frame.body) > MAX_BODY:
        raise Garbled(f"{row.name}: {len(frame.body)} bytes, more than any reader has to say in it")
    try:
        fields, at = row.layout.decode(frame.body, 0, len(frame.body))
        params = decode_params(frame.body, at, len(frame.body), version=frame.version)
    except Garbled as error:
        raise Garbled(f"{row.name}: {error}") from None
    return Message(row.name, fields, params, frame.id, frame.version)


def decode_params(data: bytes, at: int, end: int, depth: int = 0, version: int = VERSION) -> list[Param]:
    """The parameters in ``data[at:end]``; Garbled if they don't fill it, or are nested too deep."""
    if depth > MAX_DEPTH:
        raise Garbled("parameters nested too deep")
    made = []
    tables = tables_of(version)
    while at < end:
        if data[at] & 0x80:
            param, at = _decode_tv(data, at, end, depth)
        else:
            param, at = _decode_tlv(data, at, end, depth, version, tables)
        made.append(param)
    return made


def _decode_tv(data: bytes, at: int, end: int, depth: int) -> tuple[Param, int]:
    number = data[at] & 0x7F
    row = TV.get(number)
    if row is not None:
        fields, at = row.layout.decode(data, at + 1, end)
        return Param(row.name, fields), at
    if not depth:
        raise Garbled(f"a TV parameter of unknown type {number}, so of unknown length")
    # its length can't be known, but where its parent ends can
    return Param("Unknown", {"Type": number, "Data": bytes(data[at + 1 : end])}), end


def _decode_tlv(data: bytes, at: int, end: int, depth: int, version: int, tables: Tables) -> tuple[Param, int]:
    if at + 4 > end:
        raise Garbled(f"{end - at} bytes where a parameter's header belongs")
    number, length = struct.unpack_from(">HH", data, at)
    number &= 0x3FF
    stop = at + length
    if length < 4 or stop > end:
        raise Garbled(f"parameter {number} claims {length} bytes of {end - at}")
    if number == CUSTOM and length >= 12:
        own = CUSTOMS.get(struct.unpack_from(">II", data, at + 4))
        named = None if own is None else _decode_custom(own, data, at, stop, depth, version)
        if named is not None:
            return named, stop
    row = tables.tlv.get(number)
    if row is None:
        return Param("Unknown", {"Type": number, "Data": bytes(data[at + 4 : stop])}), stop
    try:
        fields, inner = row.layout.decode(data, at + 4, stop)
        return Param(row.name, fields, decode_params(data, inner, stop, depth + 1, version)), stop
    except Garbled as error:
        raise Garbled(f"{row.name}: {error}") from None


def _decode_custom(own: CustomDef, data: bytes, at: int, stop: int, depth: int, version: int) -> Param | None:
    """A maker's parameter by its own name; None if this firmware sends another form of it than our table has."""
    try:
        fields, inner = own.layout.decode(data, at + 12, stop)
        made = Param(own.name, fields, decode_params(data, inner, stop, depth + 1, version))
    except Garbled:
        return None
    return made if encode_param(made, version) == data[at:stop] else None

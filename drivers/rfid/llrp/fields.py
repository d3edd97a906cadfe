"""Field layouts of LLRP parameters and messages, read from the tables in ``parameters`` and ``messages``.

A layout is written as ``Name:type`` words: ``u1 u2 u8 s8 u16 s16 u32 s32 u64 u96`` are fixed, ``u1v u8v u16v u32v
utf8v`` carry a 16-bit count, ``rest`` takes what is left, ``-:n`` are n reserved bits.
"""

import struct
from collections.abc import Mapping
from typing import Final, NamedTuple

from drivers.errors import Garbled


class Bits(NamedTuple):
    """A bit array: ``length`` bits, left-aligned in ``data``."""

    length: int
    data: bytes


Value = int | bytes | str | tuple[int, ...] | Bits

_CODES: Final = {"u8": "B", "s8": "b", "u16": "H", "s16": "h", "u32": "I", "s32": "i", "u64": "Q", "u96": "12s"}
_BITS: Final = {"u1": 1, "u2": 2}
_VECTORS: Final = {"u8v": 1, "s8v": 1, "u16v": 2, "u32v": 4}
_GROUPS: Final = {8: "B", 16: "H", 32: "I"}


class _Bit(NamedTuple):
    name: str
    shift: int
    mask: int


class _Fixed:
    """Consecutive fields of fixed size, one struct; bit fields share a word."""

    def __init__(self) -> None:
        self.codes = ">"
        self.slots: list[str | tuple[_Bit, ...]] = []
        self.struct = struct.Struct(">")

    def seal(self) -> None:
        self.struct = struct.Struct(self.codes)


class Layout:
    """A compiled sequence of fields."""

    def __init__(self, words: str) -> None:
        self.fields: list[tuple[str, str]] = []
        self._steps: list[_Fixed | tuple[str, str]] = []
        self._compile(words)
        self.fixed_size: int | None = sum(s.struct.size for s in self._steps if isinstance(s, _Fixed))
        if any(not isinstance(s, _Fixed) for s in self._steps):
            self.fixed_size = None

    def _compile(self, words: str) -> None:
        bits: list[tuple[str, int]] = []
        for word in words.split():
            name, _, kind = word.partition(":")
            if name != "-":
                self.fields.append((name, kind))
            width = int(kind) if name == "-" else _BITS.get(kind, 0)
            if width:
                bits.append((name, width))
                if sum(w for _, w in bits) in _GROUPS and (name == "-" or sum(w for _, w in bits) == 8):
                    self._add_bits(bits)
                    bits = []
            elif kind in _CODES:
                step = self._fixed_step()
                step.codes += _CODES[kind]
                step.slots.append(name)
            else:
                self._steps.append((name, kind))
        for made in self._steps:
            if isinstance(made, _Fixed):
                made.seal()

    def _fixed_step(self) -> _Fixed:
        if not self._steps or not isinstance(self._steps[-1], _Fixed):
            self._steps.append(_Fixed())
        step = self._steps[-1]
        assert isinstance(step, _Fixed)
        return step

    def _add_bits(self, bits: list[tuple[str, int]]) -> None:
        total = sum(width for _, width in bits)
        shift, made = total, []
        for name, width in bits:
            shift -= width
            if name != "-":
                made.append(_Bit(name, shift, (1 << width) - 1))
        step = self._fixed_step()
        step.codes += _GROUPS[total]
        step.slots.append(tuple(made))

    def decode(self, data: bytes, at: int, end: int) -> tuple[dict[str, Value], int]:
        """Fields from ``data[at:end]`` and the place after them; Garbled if they don't fit."""
        values: dict[str, Value] = {}
        for step in self._steps:
            if isinstance(step, _Fixed):
                if at + step.struct.size > end:
                    raise Garbled(f"{end - at} bytes where {step.struct.size} belong")
                _spread(step, step.struct.unpack_from(data, at), values)
                at += step.struct.size
            else:
                values[step[0]], at = _decode_vector(step[1], data, at, end)
        return values, at

    def encode(self, values: Mapping[str, Value]) -> bytes:
        """Bytes of the fields; a missing one is zero or empty."""
        parts = []
        for step in self._steps:
            if isinstance(step, _Fixed):
                parts.append(step.struct.pack(*(_gather(slot, step.codes, values) for slot in step.slots)))
            else:
                parts.append(_encode_vector(step[1], values.get(step[0])))
        return b"".join(parts)


def _spread(step: _Fixed, unpacked: tuple[int | bytes, ...], values: dict[str, Value]) -> None:
    for slot, value in zip(step.slots, unpacked, strict=True):
        if isinstance(slot, str):
            values[slot] = value
        else:
            assert isinstance(value, int)
            for bit in slot:
                values[bit.name] = (value >> bit.shift) & bit.mask


def _gather(slot: str | tuple[_Bit, ...], codes: str, values: Mapping[str, Value]) -> Value:
    if isinstance(slot, str):
        return values.get(slot, b"" if codes.endswith("12s") else 0)
    word = 0
    for bit in slot:
        value = values.get(bit.name, 0)
        assert isinstance(value, int)
        word |= (value & bit.mask) << bit.shift
    return word


def _decode_vector(kind: str, data: bytes, at: int, end: int) -> tuple[Value, int]:
    if kind == "rest":
        return bytes(data[at:end]), end
    if at + 2 > end:
        raise Garbled("no room for a count")
    count = int.from_bytes(data[at : at + 2], "big")
    at += 2
    size = (count + 7) // 8 if kind == "u1v" else count * _VECTORS.get(kind, 1)
    if at + size > end:
        raise Garbled(f"a count of {count} where {end - at} bytes are left")
    raw = bytes(data[at : at + size])
    if kind == "u1v":
        return Bits(count, raw), at + size
    if kind == "utf8v":
        return raw.decode("utf-8", "replace"), at + size
    if kind in ("u8v", "s8v"):
        return raw, at + size
    return struct.unpack(f">{count}{'H' if kind == 'u16v' else 'I'}", raw), at + size


def _encode_vector(kind: str, value: Value | None) -> bytes:
    if isinstance(value, Bits):
        return struct.pack(">H", value.length) + value.data
    if isinstance(value, str):
        raw = value.encode()
        return struct.pack(">H", len(raw)) + raw
    if isinstance(value, bytes):
        return value if kind == "rest" else struct.pack(">H", len(value)) + value
    if isinstance(value, tuple):
        return struct.pack(f">H{len(value)}{'H' if kind == 'u16v' else 'I'}", len(value), *value)
    return b"" if kind == "rest" else b"\x00\x00"

"""The fast path from RO_ACCESS_REPORT bodies to reads.

Readers repeat one shape: the same parameters in the same order for every tag. The first tag report of an unknown shape
is walked once and its value positions are compiled into one ``struct``; for the whole body the constant bytes (types,
lengths, vendors) are compared column-wise in C, then ``iter_unpack`` yields the values. Mixed shapes are walked one by
one. Times are corrected here: LastSeenUTC, else FirstSeenUTC, else uptime, else the time of arrival.
"""

import struct
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from drivers.errors import Garbled
from drivers.readings import Extra, Read
from drivers.rfid.llrp import vendor
from drivers.rfid.llrp.parameters import TV_SIZES
from drivers.rfid.readings import NO_RSSI_CDBM

_TAG_REPORT: Final = 240
_EPC_DATA: Final = 241
_CUSTOM: Final = 1023
_MAX_SHAPES: Final = 64

# value name and struct code of the TV parameters that become part of a read
_TV_VALUES: Final = {
    13: ("epc", "12s"),
    1: ("antenna", "H"),
    6: ("rssi", "b"),
    4: ("last_utc", "Q"),
    2: ("first_utc", "Q"),
    5: ("last_up", "Q"),
    3: ("first_up", "Q"),
    8: ("count", "H"),
    7: ("channel", "H"),
}
_CUSTOM_VALUES: Final = {
    (vendor.IMPINJ, vendor.IMPINJ_PEAK_RSSI): ("fine_rssi", "h", 2),
    (vendor.IMPINJ, vendor.IMPINJ_PHASE): ("phase", "H", 2),
    (vendor.IMPINJ, vendor.IMPINJ_DOPPLER): ("doppler", "h", 2),
    (vendor.ZEBRA, vendor.ZEBRA_PHASE): ("zebra_phase", "h", 2),
}
_HUNDREDFOLD: Final = {dbm: dbm * 100 for dbm in range(-128, 128)}
_EXTRA_VALUES: Final = ("phase", "zebra_phase", "doppler", "tid")


class _Value(NamedTuple):
    name: str
    code: str
    at: int
    size: int


class _Shape:
    """One compiled shape: where the constants are, how the values unpack, and which of them make a read."""

    def __init__(self, record: bytes, values: list[_Value]) -> None:
        values = sorted(values, key=lambda value: value.at)
        codes, at = [">"], 0
        for value in values:
            codes.append(f"{value.at - at}x{value.code}" if value.at > at else value.code)
            at = value.at + value.size
        if at < len(record):
            codes.append(f"{len(record) - at}x")
        self.length = len(record)
        self.struct = struct.Struct("".join(codes))
        self.constants = [(at, record[at : at + 1]) for at in _constant_positions(record)]
        self.mask = int.from_bytes(_mask(record), "big")
        self.masked = int.from_bytes(record, "big") & self.mask
        self.names = [value.name for value in values]
        self.epc = self.names.index("epc")
        self.antenna = self._index("antenna")
        self.fine = self._index("fine_rssi")
        self.rssi = self._index("rssi")
        self.seen = self._index("count")
        self.time = self._index("last_utc", "first_utc", "last_up", "first_up")
        self.uptime = self.time >= 0 and self.names[self.time].endswith("_up")
        self.has_extras = any(name in self.names for name in _EXTRA_VALUES)

    def _index(self, *names: str) -> int:
        return next((self.names.index(name) for name in names if name in self.names), -1)

    def fits(self, body: bytes, count: int) -> bool:
        """Whether all ``count`` records of ``body`` have this shape."""
        length = self.length
        return all(body[at::length] == byte * count for at, byte in self.constants)


class ReportReader:
    """Decodes bodies of RO_ACCESS_REPORT; one per reader connection.

    ``utc_offset_us`` and ``uptime_offset_us`` are added to the reader's times; ``channels_khz`` is the frequency of
    channel index 1, 2, ….
    """

    def __init__(self) -> None:
        self.utc_offset_us = 0
        self.uptime_offset_us = 0
        self.channels_khz: tuple[int, ...] = ()
        self._shapes: dict[int, list[_Shape]] = {}

    def decode(self, body: bytes, arrived_us: int) -> tuple[list[Read], dict[int, Extra]]:
        """Reads in the order of the report, and extras by index; Garbled if the body isn't a report."""
        shape = self._uniform_shape(body)
        if shape is None:
            return self._decode_mixed(body, arrived_us)
        columns = list(zip(*shape.struct.iter_unpack(body), strict=True))
        count = len(columns[0])
        reads: list[Read] = list(
            zip(
                columns[shape.epc],
                columns[shape.antenna] if shape.antenna >= 0 else (0,) * count,
                self._rssi_column(shape, columns, count),
                self._time_column(shape, columns, count, arrived_us),
                columns[shape.seen] if shape.seen >= 0 else (1,) * count,
                strict=True,
            )
        )
        if not shape.has_extras:
            return reads, {}
        return reads, {i: self._extra(shape, row) for i, row in enumerate(zip(*columns, strict=True))}

    def _uniform_shape(self, body: bytes) -> _Shape | None:
        """The shape that all records of ``body`` have, or None."""
        if len(body) < 5 or body[:2] != b"\x00\xf0":
            return None
        length = body[2] << 8 | body[3]
        if length < 5 or len(body) % length:
            return None
        count = len(body) // length
        for shape in self._shapes.get(length, ()):
            if shape.fits(body, count):
                return shape
        made = self._learn(body[:length])
        return made if made is not None and made.fits(body, count) else None

    def _learn(self, record: bytes) -> _Shape | None:
        """Compile the shape of one tag report; None if it bears no EPC."""
        values = _values(record)
        if values is None:
            return None
        shape = _Shape(record, values)
        known = self._shapes.setdefault(len(record), [])
        if len(known) < _MAX_SHAPES:
            known.append(shape)
        return shape

    @staticmethod
    def _rssi_column(shape: _Shape, columns: list[tuple[Any, ...]], count: int) -> Iterable[int]:
        if shape.fine >= 0:
            return columns[shape.fine]
        if shape.rssi >= 0:
            return map(_HUNDREDFOLD.__getitem__, columns[shape.rssi])
        return (NO_RSSI_CDBM,) * count

    def _time_column(self, shape: _Shape, columns: list[tuple[Any, ...]], count: int, arrived_us: int) -> Iterable[int]:
        if shape.time < 0:
            return (arrived_us,) * count
        offset = self.uptime_offset_us if shape.uptime else self.utc_offset_us
        return [value + offset for value in columns[shape.time]] if offset else columns[shape.time]

    def _decode_mixed(self, body: bytes, arrived_us: int) -> tuple[list[Read], dict[int, Extra]]:
        reads: list[Read] = []
        extras: dict[int, Extra] = {}
        at, end = 0, len(body)
        while at < end:
            number, length = _tlv_header(body, at, end)
            if number == _TAG_REPORT:
                record = body[at : at + length]
                shape = self._shape_of(record)
                if shape is not None:
                    row = shape.struct.unpack(record)
                    if shape.has_extras:
                        extras[len(reads)] = self._extra(shape, row)
                    reads.append(self._read(shape, row, arrived_us))
            at += length
        return reads, extras

    def _shape_of(self, record: bytes) -> _Shape | None:
        bits = int.from_bytes(record, "big")
        for shape in self._shapes.get(len(record), ()):
            if bits & shape.mask == shape.masked:
                return shape
        return self._learn(record)

    def _read(self, shape: _Shape, row: tuple[Any, ...], arrived_us: int) -> Read:
        rssi = NO_RSSI_CDBM
        if shape.fine >= 0:
            rssi = row[shape.fine]
        elif shape.rssi >= 0:
            rssi = row[shape.rssi] * 100
        at_us = arrived_us
        if shape.time >= 0:
            at_us = row[shape.time] + (self.uptime_offset_us if shape.uptime else self.utc_offset_us)
        antenna = row[shape.antenna] if shape.antenna >= 0 else 0
        return row[shape.epc], antenna, rssi, at_us, row[shape.seen] if shape.seen >= 0 else 1

    def _extra(self, shape: _Shape, row: tuple[Any, ...]) -> Extra:
        values = dict(zip(shape.names, row, strict=True))
        phase = None
        if "phase" in values:
            phase = vendor.impinj_phase_mrad(values["phase"])
        elif "zebra_phase" in values:
            phase = vendor.zebra_phase_mrad(values["zebra_phase"])
        channel = values.get("channel", 0)
        khz = self.channels_khz[channel - 1] if 1 <= channel <= len(self.channels_khz) else None
        doppler = vendor.impinj_doppler_mhz(values["doppler"]) if "doppler" in values else None
        return Extra(phase, khz, doppler, values.get("tid", b""))


def _tlv_header(data: bytes, at: int, end: int) -> tuple[int, int]:
    if at + 4 > end:
        raise Garbled(f"RO_ACCESS_REPORT: {end - at} bytes where a parameter's header belongs")
    number, length = (data[at] & 0x3) << 8 | data[at + 1], data[at + 2] << 8 | data[at + 3]
    if length < 4 or at + length > end:
        raise Garbled(f"RO_ACCESS_REPORT: parameter {number} claims {length} bytes of {end - at}")
    return number, length


def _parameters(record: bytes) -> list[tuple[int, int, int, bool]]:
    """(number, place, whole length, is TV) of the parameters within one tag report."""
    found, at, end = [], 4, len(record)
    while at < end:
        if record[at] & 0x80:
            number = record[at] & 0x7F
            size = TV_SIZES.get(number)
            if size is None or at + 1 + size > end:
                raise Garbled(f"RO_ACCESS_REPORT: TV parameter {number} is unknown or cut short")
            found.append((number, at, 1 + size, True))
            at += 1 + size
        else:
            number, length = _tlv_header(record, at, end)
            found.append((number, at, length, False))
            at += length
    return found


def _values(record: bytes) -> list[_Value] | None:
    """Where the values of one tag report stand; None if it isn't one or bears no EPC."""
    made = []
    for number, at, length, is_tv in _parameters(record):
        if is_tv:
            if number in _TV_VALUES:
                name, code = _TV_VALUES[number]
                made.append(_Value(name, code, at + 1, length - 1))
        elif number == _EPC_DATA and length > 6:
            bits = record[at + 4] << 8 | record[at + 5]
            size = (bits + 7) // 8
            if 6 + size > length:
                raise Garbled(f"RO_ACCESS_REPORT: an EPC of {bits} bits in {length - 6} bytes")
            if size:
                made.append(_Value("epc", f"{size}s", at + 6, size))
        elif number == _CUSTOM and length >= 12:
            made += _custom_value(record, at, length)
    return made if any(value.name == "epc" for value in made) else None


def _custom_value(record: bytes, at: int, length: int) -> list[_Value]:
    maker, subtype = struct.unpack_from(">II", record, at + 4)
    if (maker, subtype) == (vendor.IMPINJ, vendor.IMPINJ_SERIALIZED_TID) and length > 14:
        return [_Value("tid", f"{length - 14}s", at + 14, length - 14)]
    known = _CUSTOM_VALUES.get((maker, subtype))
    if known is None or length < 12 + known[2]:
        return []
    return [_Value(known[0], known[1], at + 12, known[2])]


def _constant_positions(record: bytes) -> list[int]:
    """Bytes that must be equal in every record of this shape: types, lengths, bit counts, vendors and subtypes."""
    positions = [0, 1, 2, 3]
    for number, at, length, is_tv in _parameters(record):
        if is_tv:
            positions.append(at)
        else:
            head = 6 if number == _EPC_DATA else 14 if number == _CUSTOM and length > 14 else 12
            positions += range(at, at + min(head if number in (_EPC_DATA, _CUSTOM) else 4, length))
    return positions


def _mask(record: bytes) -> bytes:
    mask = bytearray(len(record))
    for at in _constant_positions(record):
        mask[at] = 0xFF
    return bytes(mask)

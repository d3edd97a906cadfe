"""What one TagReportData looks like: where its values stand, and how a row of equal ones unpacks at once.

A shape is what readers repeat from tag to tag: the same parameters in the same order, of the same lengths. Its constant
bytes (types, lengths, bit counts, vendors) are known by position; everything else is a value. A hundred equal records
are compared as one long number and unpacked by one ``struct`` call into one flat tuple, whose strides are the columns:
no object a record, none a parameter. Antenna, count and RSSI are nearly always one telling byte, so they are sliced
straight from the bytes (LLRP 1.0.1, section 17.2.7.3 TagReportData).
"""

import struct
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from drivers.errors import Garbled
from drivers.rfid.llrp import vendor
from drivers.rfid.llrp.parameters import CUSTOM, TLV, TV_SIZES

EPC_DATA: Final = 241
MAX_AT_ONCE: Final = 1024
_MAX_ROWS: Final = 64

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
_SLICED: Final = ("antenna", "count", "rssi")
_TIMES: Final = ("last_utc", "first_utc", "last_up", "first_up")
_EXTRAS: Final = ("phase", "zebra_phase", "doppler", "tid")


class Value(NamedTuple):
    """One value within a record."""

    name: str
    code: str
    at: int
    size: int


class Anatomy(NamedTuple):
    """One record taken apart. ``unknown`` counts parameters that were passed over, ``fault`` says why the rest was."""

    values: dict[str, Value]
    constants: list[int]
    unknown: int
    fault: str


class _Row(NamedTuple):
    """How a number of records of one shape unpack at once, and what is constant in them."""

    struct: struct.Struct
    mask: int
    masked: int


class Shape:
    """One compiled shape. ``time``, ``rssi`` and the like are names of columns, empty where the record has none."""

    def __init__(self, record: bytes, anatomy: Anatomy) -> None:
        values = anatomy.values
        self.length = len(record)
        self.unknown = anatomy.unknown
        self.fault = anatomy.fault
        self.bears_epc = "epc" in values
        self.time = next((name for name in _TIMES if name in values), "")
        self.rssi = next((name for name in ("fine_rssi", "rssi") if name in values), "")
        self.has_extras = any(name in values for name in _EXTRAS)
        self._values = values
        wanted = {"epc", self.time, self.rssi, *(("channel", *_EXTRAS) if self.has_extras else ())}
        flat = sorted((v for v in values.values() if v.name in wanted and v.name != "rssi"), key=lambda v: v.at)
        self._flat = [value.name for value in flat]
        self._codes = _codes(flat, len(record))
        self._mask = bytearray(len(record))
        for at in anatomy.constants:
            self._mask[at] = 0xFF
        self._record = record
        self._sliced_values = [values[name] for name in _SLICED if name in values]
        self._rows: dict[int, _Row] = {}

    def fits(self, body: bytes, count: int) -> bool:
        """Whether all ``count`` records of ``body`` have this shape; ``body`` is as long as that many."""
        row = self._rows.get(count) or self._row_of(count)
        # one long number: two operations in C compare the constant bytes of all records
        return int.from_bytes(body, "big") & row.mask == row.masked

    def _row_of(self, count: int) -> "_Row":
        if len(self._rows) >= _MAX_ROWS:
            self._rows.clear()
        mask = int.from_bytes(self._mask * count, "big")
        masked = int.from_bytes(self._record * count, "big") & mask
        made = self._rows[count] = _Row(struct.Struct(">" + self._codes * count), mask, masked)
        return made

    def columns(self, body: bytes, count: int) -> dict[str, Sequence[Any]]:
        """The values of ``count`` records by name, each in the records' order; a few hundred at a time."""
        width = len(self._flat)
        row = (self._rows.get(count) or self._row_of(count)).struct.unpack(body)
        made: dict[str, Sequence[Any]] = {name: row[place::width] for place, name in enumerate(self._flat)}
        for value in self._sliced_values:
            made[value.name] = self._sliced(value, body)
        return made

    def _sliced(self, value: Value, body: bytes) -> Sequence[int]:
        """A number of one or two bytes; where the high byte is 0 in all records the low one is the number."""
        low = body[value.at + value.size - 1 :: self.length]
        if value.size == 1:
            return low  # signed, but told as it stands: the reader of the column maps it
        high = body[value.at :: self.length]
        if high.count(0) == len(high):
            return low
        return [h << 8 | lower for h, lower in zip(high, low, strict=True)]


def _codes(values: list[Value], length: int) -> str:
    made, at = [], 0
    for value in values:
        made.append(f"{value.at - at}x{value.code}" if value.at > at else value.code)
        at = value.at + value.size
    return "".join(made) + (f"{length - at}x" if at < length else "")


def take_apart(record: bytes) -> Anatomy:
    """What stands where in one TagReportData, header included; Garbled if its first parameters can't be told apart.

    A TV parameter of unknown type has no length, so nothing behind it can be read: what stands before it counts.
    """
    values: dict[str, Value] = {}
    constants, unknown, fault = [0, 1, 2, 3], 0, ""
    at, end = 4, len(record)
    while at < end and not fault:
        if record[at] & 0x80:
            constants.append(at)
            at, fault = _take_tv(record, at, values)
            unknown += bool(fault)
        else:
            number, length = tlv_header(record, at, end)
            head = {EPC_DATA: 6, CUSTOM: 12}.get(number, 4)
            constants += range(at, at + min(head, length))
            unknown += not _take_tlv(record, number, at, length, values)
            at += length
    return Anatomy(values, constants, unknown, fault)


def _take_tv(record: bytes, at: int, values: dict[str, Value]) -> tuple[int, str]:
    number = record[at] & 0x7F
    size = TV_SIZES.get(number)
    if size is None:
        return at, f"TV parameter of unknown type {number}"
    if at + 1 + size > len(record):
        raise Garbled(f"TV parameter {number} is cut short")
    if number in _TV_VALUES:
        name, code = _TV_VALUES[number]
        values.setdefault(name, Value(name, code, at + 1, size))
    return at + 1 + size, ""


def _take_tlv(record: bytes, number: int, at: int, length: int, values: dict[str, Value]) -> bool:
    """Whether this parameter is one that we know."""
    if number == EPC_DATA:
        _take_epc(record, at, length, values)
    elif number == CUSTOM and length >= 12:
        return _take_custom(record, at, length, values)
    return number in TLV


def _take_epc(record: bytes, at: int, length: int, values: dict[str, Value]) -> None:
    bits = record[at + 4] << 8 | record[at + 5] if length >= 6 else 0
    size = (bits + 7) // 8
    if 6 + size > max(length, 6):
        raise Garbled(f"an EPC of {bits} bits in {length - 6} bytes")
    if size:
        values.setdefault("epc", Value("epc", f"{size}s", at + 6, size))


def _take_custom(record: bytes, at: int, length: int, values: dict[str, Value]) -> bool:
    maker, subtype = struct.unpack_from(">II", record, at + 4)
    if (maker, subtype) == (vendor.IMPINJ, vendor.IMPINJ_SERIALIZED_TID):
        if length > 14:
            values.setdefault("tid", Value("tid", f"{length - 14}s", at + 14, length - 14))
        return True
    known = _CUSTOM_VALUES.get((maker, subtype))
    if known is not None and length >= 12 + known[2]:
        values.setdefault(known[0], Value(known[0], known[1], at + 12, known[2]))
    return (maker, subtype) in vendor.CUSTOMS


def tlv_header(data: bytes, at: int, end: int) -> tuple[int, int]:
    """(type, whole length) of the TLV parameter at ``at``; Garbled if it doesn't fit before ``end``."""
    if at + 4 > end:
        raise Garbled(f"{end - at} bytes where a parameter's header belongs")
    number, length = (data[at] & 0x3) << 8 | data[at + 1], data[at + 2] << 8 | data[at + 3]
    if length < 4 or at + length > end:
        raise Garbled(f"parameter {number} claims {length} bytes of {end - at}")
    return number, length

"""Finds in a HID report descriptor where a scanner puts symbology, length and data of a code.

Sources: Device Class Definition for HID 1.11, section 6.2.2; HID Point of Sale Usage Tables 1.02, page 0x8C.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

BAR_CODE_PAGE: Final = 0x8C
BAR_CODE_SCANNER: Final = BAR_CODE_PAGE << 16 | 0x02
_SYMBOLOGY: Final = tuple(BAR_CODE_PAGE << 16 | usage for usage in (0xFB, 0xFC, 0xFD))
_DATA: Final = BAR_CODE_PAGE << 16 | 0xFE
_CONTINUED: Final = BAR_CODE_PAGE << 16 | 0xFF
_BYTE_COUNT: Final = 0x01 << 16 | 0x3B

# tags with their type, as the first byte of an item without its size
_INPUT, _COLLECTION = 0x80, 0xA0
_USAGE, _USAGE_MIN, _USAGE_MAX = 0x08, 0x18, 0x28
_LONG_ITEM: Final = 0xFE
_SIZES: Final = (0, 1, 2, 4)
_MOST_FIELDS: Final = 4096


@dataclass(frozen=True, slots=True)
class ScanLayout:
    """Where things stand in a scanned-data report, in bytes from its beginning (the report id).

    The default is what makers print in their manuals: 64 bytes, AIM id before 56 bytes of data.
    """

    report_id: int = 2
    size: int = 64
    length: int | None = 1
    aim: tuple[int, ...] = (2, 3, 4)
    data: int = 5
    capacity: int = 56
    continued: tuple[int, int] | None = (63, 0x01)
    """(byte, mask) that says that the code goes on in the next report"""


@dataclass(slots=True)
class _Globals:
    page: int = 0
    size: int = 0
    count: int = 0
    report: int = 0


@dataclass(slots=True)
class _State:
    now: _Globals = field(default_factory=_Globals)
    stack: list[_Globals] = field(default_factory=list)
    usages: list[int] = field(default_factory=list)
    least: int = 0
    bits: dict[int, int] = field(default_factory=dict)
    found: dict[int, dict[int, tuple[int, int, int]]] = field(default_factory=dict)
    """report id -> usage -> (first bit, bits each, how many)"""
    scanner: bool = False


def is_scanner(descriptor: bytes) -> bool:
    """Whether the device says that it is a bar code scanner."""
    return _read(descriptor).scanner


def layout_of(descriptor: bytes) -> ScanLayout | None:
    """The layout of the report that carries codes; None if the descriptor has none."""
    state = _read(descriptor)
    for report, fields in state.found.items():
        if _DATA in fields:
            return _layout(report, fields, state.bits[report])
    return None


def _layout(report: int, fields: dict[int, tuple[int, int, int]], bits: int) -> ScanLayout | None:
    first, size, count = fields[_DATA]
    lead = 1 if report else 0
    if size != 8 or first % 8:
        return None
    aim = [fields[usage][0] // 8 + lead for usage in _SYMBOLOGY if usage in fields]
    length, more = fields.get(_BYTE_COUNT), fields.get(_CONTINUED)
    return ScanLayout(
        report,
        (bits + 7) // 8 + lead,
        length[0] // 8 + lead if length else None,
        tuple(aim) if len(aim) == len(_SYMBOLOGY) else (),
        first // 8 + lead,
        count,
        (more[0] // 8 + lead, 1 << more[0] % 8) if more else None,
    )


def _items(descriptor: bytes) -> Iterator[tuple[int, int, int]]:
    """(tag and type, value, bytes of the value) of every short item; what is cut off at the end is left out."""
    at = 0
    while at < len(descriptor):
        prefix = descriptor[at]
        if prefix == _LONG_ITEM:
            at += 3 + (descriptor[at + 1] if at + 1 < len(descriptor) else 0)
            continue
        size = _SIZES[prefix & 0x03]
        value = descriptor[at + 1 : at + 1 + size]
        if len(value) < size:
            return
        yield prefix & 0xFC, int.from_bytes(value, "little"), size
        at += 1 + size


def _read(descriptor: bytes) -> _State:
    state = _State()
    for tag, value, size in _items(descriptor):
        kind = tag & 0x0C
        if kind == 0x04:
            _global(state, tag, value)
        elif kind == 0x08:
            _local(state, tag, value if size == 4 else state.now.page << 16 | value)
        elif kind == 0x00:
            _main(state, tag, value)
            state.usages = []
    return state


def _global(state: _State, tag: int, value: int) -> None:
    now = state.now
    match tag:
        case 0x04:  # usage page
            now.page = value
        case 0x74:  # report size, bits
            now.size = value
        case 0x94:  # report count
            now.count = value
        case 0x84:  # report id
            now.report = value
        case 0xA4:  # push
            state.stack.append(_Globals(now.page, now.size, now.count, now.report))
        case 0xB4 if state.stack:  # pop
            state.now = state.stack.pop()


def _local(state: _State, tag: int, usage: int) -> None:
    if tag == _USAGE:
        state.usages.append(usage)
    elif tag == _USAGE_MIN:
        state.least = usage
    elif tag == _USAGE_MAX:
        state.usages += range(state.least, min(usage, state.least + 255) + 1)


def _main(state: _State, tag: int, value: int) -> None:
    if tag == _COLLECTION:
        state.scanner = state.scanner or BAR_CODE_SCANNER in state.usages
    if tag != _INPUT:
        return
    now = state.now
    first = state.bits.get(now.report, 0)
    state.bits[now.report] = first + now.size * now.count
    if value & 0x01 or not state.usages or now.count > _MOST_FIELDS:
        return  # padding
    fields = state.found.setdefault(now.report, {})
    last = len(state.usages) - 1
    for place, usage in enumerate(state.usages[: now.count]):
        count = now.count - place if place == last else 1
        fields.setdefault(usage, (first + place * now.size, now.size, count))
